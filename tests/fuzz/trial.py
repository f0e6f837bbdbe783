"""One mutant through the program: what became of it, how long it took, and whether what it published is right."""

from __future__ import annotations

import shutil
import time
import traceback
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from fuzz.mutants import Mutant
from fuzz.oracle import Doubt, judge
from xlreport import verbs
from xlreport.report.generate import Generated

#: Seconds of processor time that one mutant may take before it counts as a hang.
PATIENCE = 60.0


class Trial(msgspec.Struct, frozen=True):
    """`outcome` is unreadable, findings, published; or, against the program: traceback, wrong, slow, status, message;
    or against the judge: unjudged.

    `detail` says what was wrong, `unknown` how many cells nobody can tell the look of.
    """

    seed: int
    steps: tuple[str, ...]
    outcome: str
    seconds: float
    detail: str = ""
    unknown: int = 0


#: Outcomes that are right.
RIGHT = frozenset({"unreadable", "findings", "published"})


def generated(content: bytes, folder: Path) -> Generated:
    """Generate the report of a workbook, warnings explained."""
    workbook = folder / "填报.xlsx"
    workbook.write_bytes(content)
    (result,) = verbs.generate([workbook], folder / "输出", formats=("docx",), explain="已核实")
    return result


def try_out(mutant: Mutant) -> Trial:
    """Run one mutant; nothing is raised for what it makes the program do."""
    folder = Path(mkdtemp(prefix="fuzz-"))
    start = time.process_time()
    try:
        result = generated(mutant.content, folder)
        seconds = time.process_time() - start
        outcome, detail, doubts = _outcome(mutant, result)
    except Exception:  # noqa: BLE001  (whatever it is, it is what the fuzzer looks for)
        seconds = time.process_time() - start
        outcome, detail, doubts = "traceback", traceback.format_exc(limit=-8), []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if seconds > PATIENCE:
        outcome = "slow"
    return Trial(mutant.seed, mutant.steps, outcome, round(seconds, 3), detail, sum(each.unknown for each in doubts))


def _outcome(mutant: Mutant, result: Generated) -> tuple[str, str, list[Doubt]]:
    if result.error is not None:
        sentence = str(result.error)
        if result.status != 3:
            return "status", f"{result.status} {sentence}", []
        return ("unreadable" if _is_sentence(sentence) else "message"), sentence, []
    assert result.reviewed is not None
    findings = result.reviewed.findings
    wordless = [each.message for each in findings if not _is_sentence(each.message)]
    if wordless:
        return "message", wordless[0], []
    if result.published is None:
        blocking = sorted({each.rule for each in findings if each.blocks})
        return "findings", " ".join(blocking), []
    document = result.published.files["docx"]
    try:
        doubts = judge(mutant.content, result.reviewed.filing.form, document.read_bytes(), findings)
    except Exception:  # noqa: BLE001  (published, and yet no reader can make sense of it)
        return "unjudged", traceback.format_exc(limit=-4), []
    wrong = [each for each in doubts if not each.unknown]
    if wrong:
        return "wrong", "; ".join(map(str, wrong[:5])), doubts
    return "published", "", doubts


def _is_sentence(message: str) -> bool:
    """Chinese, on one line, without a trace of Python."""
    return any("一" <= c <= "鿿" for c in message) and "\n" not in message and "Traceback" not in message
