"""All rules over a filing: findings with cells, expected, actual and difference."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.finding import LEVELS, RuleKey
from xlreport.rules.days import cleaned, cleaned_value, day_text, operands
from xlreport.rules.evaluate import CellError, Value, is_number
from xlreport.rules.expression import Call, Range, Ref
from xlreport.rules.rulebook import CELL_RULE, Check, Rulebook, rulebook
from xlreport.wording import shown, stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlreport.filing import Filing
    from xlreport.finding import CellRef, Finding
    from xlreport.forms.model import Form
    from xlreport.rules.expression import Expr

#: {item}, {left}, {right}, {difference}, or a field id whose figure is to be printed.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")

#: Where a filing keeps its cells once they are computed.
_COMPUTED = "computed cells"


def filing_cells(filing: Filing) -> dict[str, Value]:
    """Every cell of the filing for the rules, totals computed.

    Cleaned values where a cell could be read; where it could not, what stands there, as the workbook's own formulas
    see it; what was typed over a total stands. A day is its serial number.
    """
    broken = _standing({id_: filing.as_read.get(id_, text) for id_, text in filing.raw.items()})
    cells = {**operands(filing.form, filing.values), **broken}
    return rulebook(filing.form).compute(cells, _standing(filing.typed_over))


class Computed(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Every cell of a filing, its totals computed in the two ways there are.

    `standing`: for the rules, see `filing_cells`. `recomputed`: the same over the cleaned values alone. In both a day is
    its serial number.
    """

    form: Form
    standing: dict[str, Value]
    recomputed: dict[str, Value]

    @cached_property
    def totals(self) -> dict[str, int | float | str | None]:
        """`recomputed` without error values, days as text: what is printed, exported, recorded and signed."""
        return _plain(self.form, self.recomputed)


def computed(filing: Filing) -> Computed:
    """The cells of a filing, computed when they are first asked for: a filing never changes.

    Once, unless a cell was unreadable or a total typed over: then the two ways differ.
    """
    if _COMPUTED not in filing.__dict__:
        standing = filing_cells(filing)
        alike = not filing.raw and not filing.typed_over
        recomputed = standing if alike else _recomputed(filing)
        filing.__dict__[_COMPUTED] = Computed(form=filing.form, standing=standing, recomputed=recomputed)
    cells: Computed = filing.__dict__[_COMPUTED]
    return cells


def with_findings(filing: Filing, findings: Iterable[Finding]) -> Filing:
    """The filing with these findings of reading; its cells, which they say nothing about, need not be computed again."""
    noted = msgspec.structs.replace(filing, findings=tuple(findings))
    noted.__dict__[_COMPUTED] = computed(filing)
    return noted


def totals(filing: Filing) -> dict[str, int | float | str | None]:
    """The totals of a filing that nobody reviews: last year's, one in a JSON; else ask its review."""
    return _plain(filing.form, _recomputed(filing))


def _recomputed(filing: Filing) -> dict[str, Value]:
    return rulebook(filing.form).compute(operands(filing.form, filing.values))


def _plain(form: Form, cells: Mapping[str, Value]) -> dict[str, int | float | str | None]:
    return {id_: _plain_one(form, id_, value) for id_, value in cleaned(form, cells).items()}


def _plain_one(form: Form, id_: str, value: Value) -> int | float | str | None:
    if isinstance(value, CellError):
        return None
    # What was filled in is never altered on its way.
    return stated(value) if isinstance(value, float) and form.fields[id_].role == "computed" else value


def verdicts(filing: Filing) -> dict[str, bool | None]:
    """The verdict of every check over the cells as they stand, by check name: what the workbook itself shows."""
    book = rulebook(filing.form)
    cells = book.compute(_standing(filing.as_read), _standing(filing.typed_over))
    return {check.name: book.verdict(check, cells) for check in book.checks}


def check_rules(filing: Filing, cells: Mapping[str, Value]) -> list[Finding]:
    """A finding for every required cell left blank and every rule that fails, in the order of 校验.

    `cells` are those of `filing_cells`.
    """
    book = rulebook(filing.form)
    findings = [
        kinds.REQUIRED.finding(
            f"{filing.place(field.id)}“{field.name}”是必填项，还没有填写，请填写",
            [filing.place(field.id)],
            item=field.id,
        )
        for field in filing.form.inputs
        if field.required and not filing.filled(field.id)
    ]
    findings.extend(_misdated(filing))
    findings.extend(_untouched(filing))
    findings.extend(
        _failure(book, check, cells, filing)
        for check in book.checks
        if book.verdict(check, cells) is False and not _told(check, filing, cells)
    )
    return findings


def _misdated(filing: Filing) -> Iterator[Finding]:
    """A warning where the report's date lies in neither the report year nor the next: perhaps last year's text."""
    date, year = filing.values.get("report.date"), filing.year
    stated = re.match(r"[0-9]{4}", str(date)) if date is not None else None
    if stated is None or year is None or int(stated[0]) in (year, year + 1):
        return
    place = filing.place("report.date")
    yield kinds.DATE_YEAR.finding(
        f"{place}成文日期是{date}，报告是{year}年度的，请核对",
        [place],
        expected=year + 1,
        actual=int(stated[0]),
    )


def _untouched(filing: Filing) -> Iterator[Finding]:
    """A warning for each printed table in which nothing at all was filled in, where blanks count as 0."""
    if not filing.blanks_are_zero:
        return
    for section in filing.form.sections:
        for table in section.tables:
            figures = table.counted(filing.form.fields)
            if table.printed and figures and not any(map(filing.filled, figures)):
                place = filing.place(figures[0])
                at = f"“{place.sheet}”表" if place.sheet else f"“{section.heading}”的表"
                yield kinds.TABLE_UNTOUCHED.finding(
                    f"{at}一格也没有填，报告里会全部印成0，请填写；没有发生的填0，不适用的填“/”",
                    [place],
                    item=table.key,
                )


def cell_failures(filing: Filing, cells: Mapping[str, Value]) -> list[Finding]:
    """The failures that `check_rules` leaves out, since reading has named their cause.

    For those who hold the verdicts of the workbook against the findings; a person has been told already.
    """
    book = rulebook(filing.form)
    return [
        _failure(book, check, cells, filing)
        for check in book.checks
        if book.verdict(check, cells) is False and _told(check, filing, cells)
    ]


def _told(check: Check, filing: Filing, cells: Mapping[str, Value]) -> bool:
    """Whether reading has named the cause: all cells that the rule is about, one in a row of cells, an error value."""
    unread = [id_ in filing.raw for id_ in check.operands]
    return (any(unread) and (check.rule.id == CELL_RULE or all(unread))) or _cut_off(check, filing, cells)


def _cut_off(check: Check, filing: Filing, cells: Mapping[str, Value]) -> bool:
    """Whether the rule has no verdict of its own, since #N/A or its like stands where staff typed."""
    standing = {**filing.as_read, **filing.typed_over}
    broken = {id_ for id_ in (*filing.raw, *filing.typed_over) if isinstance(standing.get(id_), CellError)}
    book = rulebook(filing.form)
    if not broken or not isinstance(book.outcome(check, cells), CellError):
        return False
    when = book.operands(check.when) if check.when is not None else ()
    return not broken.isdisjoint(book.below((*check.operands, *when)))


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings, then notes; within a level in the order in which they came."""
    return sorted(findings, key=lambda finding: LEVELS.index(finding.level))


def sentence(message: str) -> str:
    """A message as a whole sentence, closed by its full stop."""
    return message if message.endswith(("。", "？", "！")) else f"{message}。"


def _standing(values: Mapping[str, object]) -> dict[str, Value]:
    return {
        id_: value for id_, value in values.items() if isinstance(value, bool | int | float | str | CellError | None)
    }


def _failure(book: Rulebook, check: Check, cells: Mapping[str, Value], filing: Filing) -> Finding:
    left, right = book.sides(check, cells)
    difference = stated(abs(left - right)) if is_number(left) and is_number(right) else None
    said = [_said(side, value, book) for side, value in zip(check.sides or (None, None), (left, right), strict=True)]
    words = {"item": check.item_name, "left": said[0], "right": said[1], "difference": shown(difference)}
    message = PLACEHOLDER.sub(
        lambda m: words.get(m[1]) or shown(cleaned_value(book.form, m[1], cells.get(m[1]))), check.message
    )
    places = [filing.place(id_) for id_ in dict.fromkeys((*check.operands, *check.inputs))]
    return kinds.form_finding(
        RuleKey(check.rule.id, check.item),
        check.rule.level,
        f"{_where(places)}{message}",
        places,
        expected=left,
        actual=right,
    )


def _said(side: Expr | None, value: float | str | None, book: Rulebook) -> str:
    """A side of a comparison as messages print it: what is read from cells of days is a day."""
    match side:
        case Call("N" | "SUM" | "MIN" | "MAX", args) if is_number(value) and all(
            isinstance(arg, Ref | Range) for arg in args
        ):
            if all(book.form.fields[id_].style == "date" for id_ in book.operands(side)):
                return day_text(value) or shown(None if value == 0 else value)
    return shown(value)


def _where(places: list[CellRef]) -> str:
    """The first cell that a message points at."""
    first = next((place for place in places if place.sheet), None)
    return f"{first}：" if first else ""
