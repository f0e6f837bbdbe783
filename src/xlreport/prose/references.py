"""【名称】 in staff prose becomes the named figure as the report prints it, so that text and table cannot disagree."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.rules.evaluate import is_number
from xlreport.rules.rulebook import rulebook
from xlreport.wording import shortened_inside, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.forms.model import Field, Form
    from xlreport.rules.evaluate import Value

_REFERENCE = re.compile(r"【([^【】\n]*)】")

#: How many different names that are no figure's are looked at one by one in a text; it holds a slip or two.
_LOOKED_AT = 50

#: How alike a text must be to a figure's name to be a slip of it (difflib's ratio), and how many signs may differ.
_ALIKE, _SIGNS = 0.75, 4


def resolve_references(filing: Filing, cells: Mapping[str, Value]) -> tuple[dict[str, str], list[Finding]]:
    """The prose of every field that staff filled, references replaced, and what is to be said about them.

    A near miss and a figure that is blank under 保留空白 are errors; any other 【…】 stays as text, with a note. The same
    name in one text is told once.
    `cells` holds computed cells too.
    """
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for field in filing.form.prose:
        text = filing.text(field.id)
        if text.strip():
            texts[field.id], more = _resolve(filing, field, text, cells)
            findings.extend(more)
    return texts, findings


def where(filing: Filing, field: str) -> str:
    """How messages begin: sheet and cell of a prose field, its name where the filing comes from no workbook."""
    place = filing.place(field)
    return str(place) if place.sheet else f"“{filing.form.fields[field].name}”"


def suggest(form: Form, name: str) -> Field | None:
    """The figure whose name `name` is a slip of; None where none is near enough."""
    figures = _figures(form)
    folded = _folded(name)
    if folded in figures:
        return figures[folded]
    if len(folded) > max(map(len, figures), default=0) + _SIGNS:
        return None
    for known in difflib.get_close_matches(folded, figures, n=1, cutoff=_ALIKE):
        matcher = difflib.SequenceMatcher(a=folded, b=known, autojunk=False)
        same = sum(block.size for block in matcher.get_matching_blocks())
        if max(len(folded), len(known)) - same <= _SIGNS:
            return figures[known]
    return None


@cache
def _figures(form: Form) -> dict[str, Field]:
    """The figures by their names without what the eye passes over."""
    return {_folded(field.name): field for field in form.fields.values() if field.numeric}


def _resolve(filing: Filing, field: Field, text: str, cells: Mapping[str, Value]) -> tuple[str, list[Finding]]:
    names = dict.fromkeys(match[1] for match in _REFERENCE.finditer(text))
    printed: dict[str, str] = {}
    findings: list[Finding] = []
    unknown: list[str] = []
    for name in names:
        named = filing.form.by_name.get(name)
        if named is None or not named.numeric:
            unknown.append(name)
        elif (figure := _printed(filing, named, cells)) is None:
            findings.append(_unprintable(filing, field, named, cells))
        else:
            printed[name] = figure
    findings.extend(_unknown(filing, field, name) for name in unknown[:_LOOKED_AT])
    if len(unknown) > _LOOKED_AT:
        findings.append(_too_many(filing, field, len(unknown)))
    resolved = _REFERENCE.sub(lambda match: printed.get(match[1], match[0]), text)
    return resolved, findings + list(_unpaired(filing, field, text))


def _folded(name: str) -> str:
    """A name without what the eye passes over: width of signs, spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))


def _printed(filing: Filing, figure: Field, cells: Mapping[str, Value]) -> str | None:
    """The figure as the report prints it: a computed cell always a number, a blank one 0 under 按0填报."""
    value = cells.get(figure.id)
    if is_number(value):
        return shown(value)
    if figure.id in rulebook(filing.form).computed:
        return "0"
    return "0" if value is None and figure.id not in filing.raw and filing.blanks_are_zero else None


def _unknown(filing: Filing, field: Field, name: str) -> Finding:
    place, said = filing.place(field.id), shortened_inside(name)
    near = None if name in filing.form.by_name else suggest(filing.form, name)
    if near is not None:
        return kinds.PROSE_REFERENCE.finding(
            f"{where(filing, field.id)}：【{said}】不是表中数字的名称，是否应为【{near.name}】，请改正",
            [place, filing.place(near.id)],
            item=field.id,
            expected=f"【{near.name}】",
            actual=f"【{said}】",
        )
    return kinds.PROSE_REFERENCE.finding(
        f"{where(filing, field.id)}：【{said}】不是表中数字的名称，按原文印出",
        [place],
        item=field.id,
        level="note",
        actual=f"【{said}】",
    )


def _too_many(filing: Filing, field: Field, count: int) -> Finding:
    return kinds.PROSE_REFERENCE.finding(
        f"{where(filing, field.id)}：不是表中数字名称的【】有{count}种，只核对了前{_LOOKED_AT}种，其余的按原文印出，"
        "请核对其中有没有写错的数字名称；不引用数字的，请改用别的括号",
        [filing.place(field.id)],
        item=field.id,
        level="warning",
        expected=f"至多{_LOOKED_AT}种",
        actual=f"{count}种",
    )


def _unprintable(filing: Filing, field: Field, figure: Field, cells: Mapping[str, Value]) -> Finding:
    place, target = filing.place(field.id), filing.place(figure.id)
    what = "还没有填写" if cells.get(figure.id) is None else f"填的是“{cells[figure.id]}”，不是数字"
    at = f"（{target}）" if target.sheet else ""
    return kinds.PROSE_REFERENCE.finding(
        f"{where(filing, field.id)}：文中引用的【{figure.name}】{at}{what}，请在该单元格填写数字，或改写这句话",
        [place, target],
        item=field.id,
        actual=f"【{figure.name}】",
    )


def _unpaired(filing: Filing, field: Field, text: str) -> Iterator[Finding]:
    if re.search("[【】]", _REFERENCE.sub("", text)):
        place = filing.place(field.id)
        yield kinds.PROSE_REFERENCE.finding(
            f"{where(filing, field.id)}：“【”和“】”没有成对，按原文印出", [place], item=field.id, level="note"
        )
