"""Prose that a Word file carries instead of the workbook: which file it is, and how its texts come into the filing.

The file given with the workbook, else the one that lies beside it as 〈工作簿名〉-正文.docx. What a section says stands in one of
the two, or in both alike.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from xlreport import finding_kinds as kinds
from xlreport.errors import InputError
from xlreport.filing import Filing, ProseFile
from xlreport.finding import CellRef
from xlreport.prose.paragraphs import paragraphs
from xlreport.published.word import numbers
from xlreport.published.word_prose import read_word_prose
from xlreport.storage.files import MAX_FILE, read_bounded
from xlreport.wording import cannot_open, stands
from xlreport.workbook.read.xlsx import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.finding import Finding
    from xlreport.forms import Form
    from xlreport.published.placed_prose import WordProse

#: How the file's name goes on behind the workbook's; the first is the one that is told.
PROSE: Final = "正文"
_BETWEEN: Final = ("-", "－", "—", "–", "_", " ", "")

#: Formats by ending: the one that is read, and those that are told to be saved anew.
WORD_ENDINGS: Final = (".docx", ".doc", ".wps")

_DATE: Final = "report.date"

#: Passages that messages quote, and figures that they name.
_QUOTED = re.compile("“([^“”]+)”|(【[^【】]+】)")


class ProseFileError(InputError):
    """A Word file that is to carry the prose of a workbook and cannot: it is the workbook's report that fails."""

    code = "prose"


def read_with_prose(workbook: Path, form: Form | None = None, prose: Path | None = None) -> Filing:
    """The filing in a workbook with the prose of the Word file that is given, or lies beside it.

    Raises InputError where the workbook cannot be read, ProseFileError where the Word file cannot.
    """
    filing = read_workbook(workbook, form=form)
    beside = files_beside(workbook)
    if prose is None and beside:
        prose = _only(beside, workbook)
    notes = list(_unused(workbook, beside, prose))
    if prose is not None:
        filing = with_prose(filing, prose.name, _data(prose))
    return replace(filing, findings=(*filing.findings, *notes)) if notes else filing


def with_prose(filing: Filing, name: str, data: bytes) -> Filing:
    """The filing with the texts of a Word file; what is wrong with it are findings. Raises ProseFileError."""
    try:
        read = read_word_prose(data, name, filing.form, filing.year)
    except InputError as error:
        raise ProseFileError(str(error)) from None
    taken: dict[str, str] = {}
    differing: list[Finding] = []
    for id_, text in read.texts.items():
        if not filing.filled(id_):
            taken[id_] = text
        elif paragraphs(filing.raw.get(id_) or filing.text(id_)) != paragraphs(text):
            differing.append(_differs(filing, read, id_))
    differing += _dates(filing, read)
    places = {id_: _place(read.name, id_, read.paragraphs[id_]) for id_ in taken}
    return replace(
        filing,
        values=filing.values | taken,
        places=filing.places | places,
        findings=(*filing.findings, *differing, *read.findings),
        prose_file=ProseFile(name=name, data=data, paragraphs={id_: read.paragraphs[id_] for id_ in taken}),
    )


def pinpointed(finding: Finding, filing: Filing, texts: Mapping[str, str]) -> Finding:
    """A finding about a text of the Word file with the paragraphs of the passage that it quotes, where there is one.

    `texts` by field id, references resolved.
    """
    file, at = filing.prose_file, next(iter(finding.cells), CellRef())
    if file is None or at.field is None or at.field not in file.paragraphs:
        return finding
    quoting = _quoting(finding, filing, at.field, texts.get(at.field, ""))
    if not quoting:
        return finding
    exact = _place(file.name, at.field, quoting)
    return replace(finding, message=finding.message.replace(str(at), str(exact), 1), cells=(exact, *finding.cells[1:]))


def _quoting(finding: Finding, filing: Filing, field: str, text: str) -> list[int]:
    """The paragraphs that hold the first passage of a finding that stands in the text at all."""
    names = {
        filing.form.fields[field].name,
        filing.form.fields[field].label,
        str(filing.place(field)).split("”")[0][1:],
    }
    for match in _QUOTED.finditer(finding.message):
        pieces = ["".join(piece.split()) for piece in (match[1] or match[2]).split("…")]
        for said in (text, filing.text(field)):
            lines = ["".join(line.split()) for line in said.split("\n")]
            held = [n for n, line in enumerate(lines) if all(piece in line for piece in pieces) and "".join(pieces)]
            at = filing.prose_file.paragraphs[field] if filing.prose_file else ()
            if held and match[1] not in names and len(lines) == len(at):
                return [at[n] for n in held]
    return []


def _place(name: str, field: str, at: tuple[int, ...] | list[int]) -> CellRef:
    return CellRef(field=field, sheet=name, address=numbers(at))


def _differs(filing: Filing, read: WordProse, id_: str) -> Finding:
    places = [filing.place(id_), _place(read.name, id_, read.paragraphs[id_])]
    return kinds.PROSE_FILE_DIFFERS.finding(
        f"“{filing.form.fields[id_].name}”在{places[0]}和{places[1]}都写了，两处不同，请只留一处，或改成一样",
        places,
        item=id_,
    )


def _dates(filing: Filing, read: WordProse) -> Iterator[Finding]:
    """An error where the date at the end, or under the title, is not the one that will be printed."""
    said = filing.values.get(_DATE)
    if read.date is not None and said is not None and read.date.text != said:
        places = [filing.place(_DATE), _place(read.name, _DATE, [read.date.paragraph])]
        yield kinds.PROSE_FILE_DIFFERS.finding(
            f"“{filing.form.fields[_DATE].name}”在{places[0]}是{said}，在{places[1]}是{read.date.text}，请改成一样",
            places,
            item=_DATE,
            expected=said,
            actual=read.date.text,
        )


def is_named_for(word: Path, workbook: Path) -> bool:
    """Whether the name of a Word file says that it is the prose of a workbook."""
    stem, own = (unicodedata.normalize("NFC", path.stem) for path in (word, workbook))
    return stem in {f"{own}{sign}{PROSE}" for sign in _BETWEEN}


def name_for(workbook: Path) -> str:
    """The name by which a Word file is found beside a workbook."""
    return f"{workbook.stem}{_BETWEEN[0]}{PROSE}{WORD_ENDINGS[0]}"


def workbook_of(word: Path) -> Path | None:
    """The workbook beside a Word file that is named for it; None where there is none."""
    stem = word.stem.removesuffix(PROSE)
    stems = [stem.removesuffix(sign) for sign in _BETWEEN] if stem != word.stem else []
    named = (word.with_name(f"{each}.xlsx") for each in stems if each)
    return next((path for path in named if is_named_for(word, path) and stands(path)), None)


def files_beside(workbook: Path) -> list[Path]:
    """The Word files whose names say that they are the prose of a workbook."""
    names = (f"{workbook.stem}{sign}{PROSE}{ending}" for ending in WORD_ENDINGS for sign in _BETWEEN)
    return [path for path in map(workbook.with_name, names) if stands(path)]


def _only(beside: list[Path], workbook: Path) -> Path:
    """The one to be read: a .docx rather than what it was saved from."""
    first, *others = beside
    more = [path for path in others if path.suffix == first.suffix]
    if more:
        names = "和".join(f"“{path.name}”" for path in (first, *more))
        raise ProseFileError(f"工作簿“{workbook.name}”旁边有{names}，不知道用哪一份正文，请只留下要用的一份。")
    return first


def _unused(workbook: Path, beside: list[Path], used: Path | None) -> Iterator[Finding]:
    for path in beside:
        if not _same(path, used):
            yield kinds.PROSE_FILE_UNUSED.finding(f"工作簿旁边的“{path.name}”没有用上，不用的话请移到别处")
    for path in (workbook.with_name(PROSE + ending) for ending in WORD_ENDINGS):
        if stands(path) and not _same(path, used):
            yield kinds.PROSE_FILE_UNUSED.finding(
                f"工作簿旁边的“{path.name}”没有用上；报告的文字写在里面的，请改名为“{name_for(workbook)}”，或和工作簿一起拖到“生成报告”上"
            )


def _same(one: Path, other: Path | None) -> bool:
    try:
        return other is not None and one.samefile(other)
    except (OSError, ValueError):
        return False


def _data(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_FILE)
    except FileNotFoundError:
        raise ProseFileError(f"找不到 Word 文件“{path}”，请检查文件名和所在的文件夹。") from None
    except PermissionError:
        raise ProseFileError(
            f"Word 文件“{path.name}”打不开，可能正在 Word 或 WPS 中打开，请保存并关闭后再试。"
        ) from None
    except OSError as error:
        raise ProseFileError(cannot_open(f"Word 文件“{path.name}”", path, error)) from None
