"""The marked copy: a fresh workbook with the clerk's values, its bad cells coloured and noted, and an index of them.

It is a workbook like any other: it can be mended and handed to the tool again. What was typed over a formula is not in
it, the formula is; the index says so.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault, XlreportError
from xlreport.rules.book import rulebook
from xlreport.workbook.grid import Grid
from xlreport.workbook.layout import EXPLAIN, layout
from xlreport.workbook.marks import SIGN_NAMES, SIGNS, choices, marks, problems
from xlreport.workbook.places import Places
from xlreport.workbook.plan import Cell, CellMark, Sheet, quoted
from xlreport.workbook.returned import MARKED_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.workbook.marks import Choice, Mark, Problem, Weight

ENDING = "_标注"

#: The cell of the index that tells whether a marked copy was changed since it was made.
SEAL_NAME = "marked.seal"

#: Characters of a note in a cell, and alternatives listed in the index.
_NOTE, _CHOICES = 1_500, 30

_STYLES: dict[Weight, str] = {"wrong": "bad", "doubtful": "warned", "candidate": "missing"}

_COLUMNS = {0: 8.0, 1: 12.0, 2: 26.0, 3: 62.0, 4: 62.0}


def write_marked(filing: Filing, findings: Iterable[Finding], workbook: Path, folder: Path) -> tuple[Path, Path | None]:
    """Write <原名>_标注.xlsx into `folder`; returns it, and where a copy that staff had changed was kept.

    `workbook` is the file that was checked; it is never written. Raises EnvironmentFault where the folder cannot be
    written or the copy is open in another program.
    """
    from xlreport.workbook.write import write_workbook  # noqa: PLC0415

    target = marked_path(workbook, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"文件夹“{folder}”不能写入（{error.strerror}），请换一个文件夹或检查权限。") from None
    kept = _keep(target) if target.exists() else None
    found = problems(filing, findings)
    write_workbook(filing, target, marks=_marks(filing, found), extra=_index(filing, found))
    return target, kept


def marked_path(workbook: Path, folder: Path) -> Path:
    """<原名>_标注.xlsx; a number is added where the workbook checked is itself that copy."""
    stem = re.sub(rf"{ENDING}\d*\Z", "", workbook.stem)
    target, n = folder / f"{stem}{ENDING}.xlsx", 2
    while target.resolve() == workbook.resolve():
        target, n = folder / f"{stem}{ENDING}{n}.xlsx", n + 1
    return target


def seal(filing: Filing) -> str:
    """Equal for two filings in which staff have typed the same."""
    typed = {field.id: filing.raw.get(field.id, filing.values.get(field.id)) for field in filing.form.inputs}
    return hashlib.sha256(msgspec.json.encode((typed, filing.explanations), order="sorted")).hexdigest()


def _keep(target: Path) -> Path | None:
    """Move aside a marked copy that was changed since it was made; None where it is as it was made."""
    from xlreport.workbook.assemble import assemble  # noqa: PLC0415
    from xlreport.workbook.intake import open_workbook  # noqa: PLC0415
    from xlreport.workbook.read import load  # noqa: PLC0415
    from xlreport.workbook.recognise import recognise  # noqa: PLC0415

    try:
        returned = load(open_workbook(target), target.name)
        made = returned.cell(SEAL_NAME)
        if made is not None and made.value == seal(assemble(returned, recognise(returned, None, target.name), "")):
            return None
    except XlreportError:
        pass  # Not readable as ours: then it is somebody's, and kept.
    n = 1
    while (kept := target.with_name(f"{target.stem}（改过{n}）{target.suffix}")).exists():
        n += 1
    try:
        return target.rename(kept)
    except OSError as error:
        raise EnvironmentFault(
            f"“{target.name}”不能改名（{error.strerror}），可能正在 Excel 或 WPS 中打开，请关闭后再试。"
        ) from None


def _marks(filing: Filing, found: Sequence[Problem]) -> dict[str, CellMark]:
    by_number = {problem.number: problem for problem in found}
    return {
        id_: CellMark(style=_STYLES[mark.weight], note=_note(id_, mark, by_number, filing))
        for id_, mark in marks(filing, found).items()
        if mark.weight in _STYLES
    }


def _note(id_: str, mark: Mark, by_number: dict[int, Problem], filing: Filing) -> str:
    lines = [f"{SIGNS[mark.weight]} {SIGN_NAMES[mark.weight]}"]
    for number in mark.numbers:
        finding = by_number[number].finding
        lines.append(f"{number}. {finding.message}")
        lines += [f"建议：{choice.text}。" for choice in _about(id_, finding, filing)]
    text = "\n".join(dict.fromkeys(lines))
    return text if len(text) <= _NOTE else text[: _NOTE - 1] + "…"


def _about(id_: str, finding: Finding, filing: Filing) -> Iterator[Choice]:
    return (choice for choice in choices(finding, filing.form) if any(step.field == id_ for step in choice.steps))


def _index(filing: Filing, found: Sequence[Problem]) -> Sheet:
    """The sheet 标注: one row a problem, with links to its cells and what to do."""
    grid = Grid(MARKED_SHEET, Places(rulebook(filing.form)), dict(_COLUMNS))
    grid.label(0, 0, "标注：这本工作簿要处理的问题", "title", cols=5)
    grid.heights[0] = 30.0
    hint = (
        "这是标注副本，内容与原工作簿相同；可以直接在这里改，保存后把这个文件拖到“生成报告”上。"
        "红底 ✗ 必须改正，黄底 ⚠ 请核对；鼠标停在有颜色的单元格上可以看到说明。被覆盖的公式已经恢复。"
    )
    grid.label(1, 0, hint, "hint", cols=5)
    grid.fit(1, hint, grid.width(0, 5), 18.0)
    for col, head in enumerate(("序号", "级别", "单元格（点击前往）", "问题", "怎么改")):
        grid.label(3, col, head, "head")
    grid.row = 4
    for problem in found:
        if problem.finding.blocks:
            _row(grid, problem, filing)
    grid.row += 1
    grid.cells.append(Cell(row=grid.row, col=0, role="label", style="working", text=seal(filing), name=SEAL_NAME))
    return Sheet(
        title=MARKED_SHEET,
        cells=tuple(grid.cells),
        widths=grid.widths,
        heights=grid.heights,
        print_area=(0, 0, grid.row - 1, 4),
        landscape=True,
        repeat_rows=(3, 3),
        freeze=(4, 0),
    )


def _row(grid: Grid, problem: Problem, filing: Filing) -> None:
    """A problem over as many rows as it has cells to go to."""
    finding = problem.finding
    weight: Weight = "wrong" if finding.level == "error" else "doubtful"
    advice = _advice(problem, filing)
    targets = list(_targets(problem, filing))
    for n, (text, target) in enumerate(targets or [("", "")]):
        row = grid.row + n
        grid.label(row, 0, str(problem.number) if n == 0 else "", "cell_centre")
        grid.label(row, 1, f"{SIGNS[weight]} {SIGN_NAMES[weight]}" if n == 0 else "", "cell_centre")
        if target:
            grid.link(row, 2, text, target)
        else:
            grid.label(row, 2, text, "cell")
        grid.label(row, 3, finding.message if n == 0 else "", "cell")
        grid.label(row, 4, advice if n == 0 else "", "cell")
    for text in (finding.message, advice):
        grid.fit(grid.row, text, _COLUMNS[3] - 1, 19.0)
    grid.row += max(len(targets), 1)


def _targets(problem: Problem, filing: Filing) -> Iterator[tuple[str, str]]:
    """Where to go: the cells to change, else those the rule names, and for a warning its explanation."""
    names = layout(filing.form).names
    finding, check = problem.finding, problem.check
    wanted = [step.field for step in finding.fix or ()]
    if not wanted:
        wanted = list(check.operands) if check else [cell.field for cell in finding.cells if cell.field]
    ids = [*dict.fromkeys(wanted)][:_TARGETS]
    if finding.level == "warning":
        prose = next((cell.field for cell in finding.cells if cell.field in {f.id for f in filing.form.prose}), None)
        ids.append(EXPLAIN + (check.name if check else f"prose.{prose}"))
    for name in ids:
        if name in names:
            sheet, cell = names[name]
            text = "写明原因的“说明”栏" if name.startswith(EXPLAIN) else f"“{sheet.title}”{cell.address}"
            yield text, f"{quoted(sheet.title)}!{cell.address}"


#: So many cells of one problem are linked.
_TARGETS = 6


def _advice(problem: Problem, filing: Filing) -> str:
    finding = problem.finding
    listed = choices(finding, filing.form)
    if len(listed) == 1:
        return f"{listed[0].text}。请对照原始材料核对后改正。"
    if listed:
        lines = [f"（{n}）{choice.text}" for n, choice in enumerate(listed[:_CHOICES], start=1)]
        more = [f"另有 {len(listed) - _CHOICES} 种改法，见结果页。"] if len(listed) > _CHOICES else []
        return "\n".join(["改正以下任一处（最可能的在前），请对照原始材料：", *lines, *more])
    if finding.level == "warning":
        return "有误就改正；确实无误，就在“校验”表的“说明”栏写明原因。"
    return "请照左边说的改正。"
