"""The marked copy: a fresh workbook with the clerk's values, its bad cells coloured and noted, and an index of them.

It is there to be looked at beside the workbook that is to be mended. Still it is a workbook like any other, and one
mended by mistake can be handed to the tool. What was typed over a formula is not in it, the formula is.
"""

from __future__ import annotations

import glob
import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault, XlreportError
from xlreport.results.problems import SIGN_NAMES, SIGNS, marks, named_cells, problems
from xlreport.rules.rulebook import rulebook
from xlreport.wording import cut, fault
from xlreport.workbook.layout.canvas import LINE, MAX_HEIGHT, Grid, lines_needed
from xlreport.workbook.layout.plan import Cell, CellMark, Sheet, quoted
from xlreport.workbook.layout.positions import Places
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.returned import MARKED_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.results.advice import Advice, AdvisedChange
    from xlreport.results.problems import CellState, Problem, Weight
    from xlreport.reviewing.reviewed import Review

ENDING = "_标注"

#: The name of a marked copy: numbered where there is one already, and set aside where staff have typed in it.
_COPY = re.compile(rf"(?P<stem>.+){ENDING}\d*(?:（改过\d+）)?")

#: The cell of the index that tells whether a marked copy was changed since it was made.
SEAL_NAME = "marked.seal"

#: Characters of a note in a cell; alternatives, and cells of a rule, that the index lists.
_NOTE, _CHOICES, _FEW = 1_500, 3, 6

_STYLES: dict[Weight, str] = {"wrong": "bad", "doubtful": "warned", "candidate": "missing"}

_COLUMNS = {0: 8.0, 1: 12.0, 2: 26.0, 3: 62.0, 4: 62.0}


def write_marked(review: Review, workbook: Path, folder: Path) -> tuple[Path, Path | None]:
    """Write <原名>_标注.xlsx into `folder`; returns it, and where a copy that staff had changed was kept.

    `workbook` is the file that was checked; it is never written. Raises EnvironmentFault where the folder cannot be
    written or the copy is open in another program.
    """
    from xlreport.workbook.write.xlsx import write_workbook

    target = marked_path(workbook, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"文件夹“{folder}”不能写入（{fault(error)}），请换一个文件夹或检查权限。") from None
    kept = _keep(target) if target.exists() else None
    told = problems(review)
    index = _index(review.filing, told, workbook.name)
    write_workbook(review.filing, target, marks=_marks(review, told), extra=index)
    return target, kept


def marked_path(workbook: Path, folder: Path) -> Path:
    """<原名>_标注.xlsx; a number is added where the workbook checked is itself that copy."""
    stem = marked_stem(workbook) or workbook.stem
    target, n = folder / f"{stem}{ENDING}.xlsx", 2
    while target.resolve() == workbook.resolve():
        target, n = folder / f"{stem}{ENDING}{n}.xlsx", n + 1
    return target


def marked_stem(copy: Path) -> str | None:
    """The name, without ending, of the workbook that a marked copy was made of; None where the name is no copy's."""
    named = _COPY.fullmatch(copy.stem)
    return named["stem"] if named else None


def changed_copies(workbook: Path, folder: Path, but: Path | None = None) -> list[Path]:
    """Marked copies of `workbook` in `folder`, without `but`, saved later than it and typed in by staff; newest first."""
    stem = marked_stem(workbook) or workbook.stem
    try:
        moment = workbook.stat().st_mtime
        later = {
            path: changed
            for path in folder.glob(f"{glob.escape(stem + ENDING)}*.xlsx")
            if path != but and marked_stem(path) == stem and (changed := path.stat().st_mtime) > moment
        }
    except OSError:
        return []
    return [path for path in sorted(later, key=later.__getitem__, reverse=True) if _typed_in(path)]


def remove_copies(workbook: Path, folder: Path) -> list[Path]:
    """Remove the marked copies of a workbook that is mended; returns those that could not be.

    One that staff have typed in stays, and so does `workbook` where it is itself a copy.
    """
    stem = marked_stem(workbook) or workbook.stem
    left = []
    for path in folder.glob(f"{glob.escape(stem + ENDING)}*.xlsx"):
        if marked_stem(path) == stem and path.resolve() != workbook.resolve() and not _typed_in(path):
            try:
                path.unlink()
            except OSError:
                left.append(path)
    return left


def seal(filing: Filing) -> str:
    """Equal for two filings in which staff have typed the same."""
    typed = {field.id: filing.raw.get(field.id, filing.values.get(field.id)) for field in filing.form.inputs}
    return hashlib.sha256(msgspec.json.encode((typed, filing.explanations), order="sorted")).hexdigest()


def _keep(target: Path) -> Path | None:
    """Move aside a marked copy that was changed since it was made; None where it is as it was made."""
    if not _typed_in(target):
        return None
    n = 1
    while (kept := target.with_name(f"{target.stem}（改过{n}）{target.suffix}")).exists():
        n += 1
    try:
        return target.rename(kept)
    except OSError as error:
        raise EnvironmentFault(
            f"“{target.name}”不能改名（{fault(error)}），可能正在 Excel 或 WPS 中打开，请关闭后再试。"
        ) from None


def _typed_in(copy: Path) -> bool:
    """Whether a marked copy says something else than when it was made; one that is not readable as ours does."""
    from xlreport.workbook.read.assemble import assemble
    from xlreport.workbook.read.file_check import open_workbook
    from xlreport.workbook.read.recognise import recognise
    from xlreport.workbook.read.xlsx import load

    try:
        returned = load(open_workbook(copy), copy.name)
        made = returned.cell(SEAL_NAME)
        return made is None or made.value != seal(assemble(returned, recognise(returned, None, copy.name), ""))
    except XlreportError:
        return True


def _marks(review: Review, told: Sequence[Problem]) -> dict[str, CellMark]:
    by_number = {problem.number: problem for problem in told}
    return {
        id_: CellMark(style=_STYLES[mark.weight], note=_note(id_, mark, by_number))
        for id_, mark in marks(review, told).items()
        if mark.weight in _STYLES
    }


def _note(id_: str, mark: CellState, by_number: dict[int, Problem]) -> str:
    lines = [f"{SIGNS[mark.weight]} {SIGN_NAMES[mark.weight]}"]
    for number in mark.numbers:
        finding = by_number[number].finding
        lines.append(f"{number}. {finding.message}")
        lines += [f"建议：{choice.text}。" for choice in _about(id_, by_number[number])]
    text = "\n".join(dict.fromkeys(lines))
    return cut(text, _NOTE)


def _about(id_: str, problem: Problem) -> Iterator[AdvisedChange]:
    for mistake in problem.advice:
        yield from (choice for choice in mistake.choices if id_ in choice.fields)


def _index(filing: Filing, told: Sequence[Problem], workbook: str) -> Sheet:
    """The sheet 标注: one row a problem, with links to its cells and what to do."""
    grid = Grid(MARKED_SHEET, Places(rulebook(filing.form)), dict(_COLUMNS))
    grid.label(0, 0, "标注：这本工作簿要处理的问题", "title", cols=5)
    grid.heights[0] = 30.0
    hint = (
        f"这是标注副本，供对照用：请对着它在原工作簿“{workbook}”里改，保存后再双击一次“生成报告”。"
        "红底 ✗ 必须改正，黄底 ⚠ 请核对；鼠标停在有颜色的单元格上可以看到说明。被覆盖的公式已经恢复。"
    )
    grid.label(1, 0, hint, "hint", cols=5)
    grid.fit(1, hint, grid.width(0, 5), 18.0)
    for col, head in enumerate(("序号", "级别", "单元格（点击前往）", "问题", "怎么改")):
        grid.label(3, col, head, "head")
    grid.row = 4
    seen: dict[Advice, int] = {}
    for problem in told:
        if problem.finding.blocks:
            _rows(grid, problem, _lines(problem, filing, seen))
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


class _Line(msgspec.Struct, frozen=True):
    """A row of the index: the cell to go to as seen by people and by Excel, and what to do there."""

    cell: str = ""
    target: str = ""
    advice: str = ""


def _rows(grid: Grid, problem: Problem, lines: Sequence[_Line]) -> None:
    """A problem over as many rows as it has cells to go to."""
    finding, top, size = problem.finding, grid.row, len(lines)
    weight: Weight = "wrong" if finding.level == "error" else "doubtful"
    grid.label(top, 0, str(problem.number), "cell_centre", rows=size)
    grid.label(top, 1, f"{SIGNS[weight]} {SIGN_NAMES[weight]}", "cell_centre", rows=size)
    said = f"{finding.message}同时影响：{problem.affected}。" if problem.also else finding.message
    grid.label(top, 3, said, "cell", rows=size)
    for row, line in enumerate(lines, start=top):
        if line.target:
            grid.link(row, 2, line.cell, line.target)
        else:
            grid.label(row, 2, line.cell, "cell")
        grid.label(row, 4, line.advice, "cell")
        grid.fit(row, line.advice, _COLUMNS[4] - 1, 19.0)
    needed = lines_needed(said, _COLUMNS[3] - 1) * LINE + 4
    grid.heights[top] = min(MAX_HEIGHT, max(grid.heights[top], needed - 19.0 * (size - 1)))
    grid.row += size


def _lines(problem: Problem, filing: Filing, seen: dict[Advice, int]) -> list[_Line]:
    """Where to go and what to do: a line for each change the locator offers, else for each cell of the rule.

    `seen` holds the number of the problem under which each mistake is listed already.
    """
    finding = problem.finding
    lines: list[_Line] = []
    for mistake in problem.advice:
        if (number := seen.setdefault(mistake, problem.number)) != problem.number:
            lines.append(_line(filing, named_cells(problem)[0], f"与第 {number} 处一并改正。"))
        else:
            lines += _choices(mistake, filing)
    if lines:
        return lines
    if finding.level == "warning":
        lines = [_line(filing, id_, _mend(filing, finding, id_, "有误就改正。")) for id_ in named_cells(problem)[:_FEW]]
        remedy = problem.remedy
        if remedy is None:
            return [*lines, _Line(advice="请改正。")]
        return [*lines, _line(filing, remedy.name, remedy.in_template(filing.form).explain)]
    mended = [(id_, _mend(filing, finding, id_, "请照左边说的改正。")) for id_ in named_cells(problem)[:_FEW]]
    return [_line(filing, id_, advice) for id_, advice in mended] or [_Line()]


def _mend(filing: Filing, finding: Finding, id_: str, advice: str) -> str:
    """What to do about a cell; what stands in a Word file is mended there."""
    if filing.prose_file is None or id_ not in filing.prose_file.paragraphs:
        return advice
    at = next((cell for cell in finding.cells if cell.field == id_), filing.place(id_))
    return f"在 Word 文件{at}里改：{advice}"


def _choices(mistake: Advice, filing: Filing) -> Iterator[_Line]:
    listed = mistake.choices
    if len(listed) == 1:
        yield _Line(advice="请对照原始材料核对后改正：")
        yield _line(filing, listed[0].fields[0], listed[0].text)
        return
    yield _Line(advice="改正以下任一处（最可能的在前），请对照原始材料：")
    for n, choice in enumerate(listed[:_CHOICES], start=1):
        yield _line(filing, choice.fields[0], f"（{n}）{choice.text}")
    if len(listed) > _CHOICES:
        yield _Line(advice=f"等 {len(listed)} 种改法，其余的见结果页。")


def _line(filing: Filing, name: str, advice: str) -> _Line:
    """A line that goes to the cell of that defined name, where there is one."""
    names = layout(filing.form).names
    if name not in names:
        return _Line(advice=advice)
    sheet, cell = names[name]
    return _Line(f"“{sheet.title}”{cell.address}", f"{quoted(sheet.title)}!{cell.address}", advice)
