"""Made-up filings on which a Word template is tried: what `form check` passes, `generate` renders.

Blank; everything filled in, with each option of each choice; figures that are 0, “/”, rising, falling, and on either side
of every number that the template itself names, so that its branches are taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlreport.filing import BLANKS_KEPT, Filing
from xlreport.wording import figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from xlreport.filing import FilingValue
    from xlreport.forms.model import Field, Form

_PROSE: Final = "样例第一段。\n（一）样例小标题\n样例第二段。"

#: Numbers of the template that are tried, at most.
_MOST_NUMBERS: Final = 20

_TAGS: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NUMBER: Final = re.compile(r"(?<![\w.'\"])\d{1,9}(?:\.\d+)?(?![\w.'\"])")


def sample(field: Field) -> FilingValue:
    """A value that the field takes."""
    return field.options[0] if field.style == "choice" else field.traits.sample


def numbers_in(texts: Iterable[str]) -> list[float]:
    """The numbers that tags name: those a figure is compared with, among others."""
    tags = (tag for text in texts for tag in _TAGS.findall(text))
    numbers = dict.fromkeys(float(number) for tag in tags for number in _NUMBER.findall(tag))
    return list(numbers)[:_MOST_NUMBERS]


def trial_fillings(form: Form, numbers: Iterable[float] = ()) -> Iterator[tuple[str, Filing]]:
    """Filings with what each is, in words that follow 按: “全部填写”试填."""
    year: dict[str, FilingValue] = {"report.year": form.first_year}
    yield "全部空白", Filing(form=form, values=year)
    if "report.blanks" in form.fields:
        yield "全部空白、空白保留", Filing(form=form, values={**year, "report.blanks": BLANKS_KEPT})
    full = _full(form, sample)
    choices = max((len(field.options) for field in form.inputs if field.style == "choice"), default=1)
    for n in range(choices):
        text = "全部填写" if n == 0 else f"全部填写、各选择题选第{n + 1}项"
        chosen = {field.id: field.options[n % len(field.options)] for field in form.inputs if field.style == "choice"}
        yield text, Filing(form=form, values={**full, **chosen})
    figures = [field.id for field in form.inputs if field.style == "number"]
    for text, value in (("数字都填“/”", "/"), ("数字都填0", 0)):
        yield text, Filing(form=form, values={**full, **dict.fromkeys(figures, value)})
    rising = {id_: n + 1 for n, id_ in enumerate(figures)}
    falling = {id_: len(figures) - n + 0.5 for n, id_ in enumerate(figures)}
    for text, values in (("数字依次递增", rising), ("数字依次递减、带小数", falling)):
        yield text, Filing(form=form, values=_joined(full, values))
    for near in sorted({near for number in numbers for near in (number - 1, number, number + 1)}):
        text = figure(int(near) if near.is_integer() else near)
        yield f"数字都填{text}", Filing(form=form, values={**full, **dict.fromkeys(figures, near)})
    yield "各表只填末行", Filing(form=form, values=_only_rows(form, full, -1))
    yield "各表只填首行", Filing(form=form, values=_only_rows(form, full, 0))


def _full(form: Form, value: Callable[[Field], FilingValue]) -> dict[str, FilingValue]:
    values = {field.id: _PROSE if field.style == "prose" else value(field) for field in form.inputs}
    return {**values, "report.year": form.first_year}


def _joined(values: Mapping[str, FilingValue], others: Mapping[str, float]) -> dict[str, FilingValue]:
    return {**values, **others}


def _only_rows(form: Form, values: Mapping[str, FilingValue], at: int) -> dict[str, FilingValue]:
    """The values without those of rows that repeat, but for one row of each table."""
    left_out: set[str] = set()
    for table in form.tables.values():
        for block in table.blocks:
            rows = [ids for line, ids in zip(block.row_lines, block.ids, strict=True) if line.node.repeat > 1]
            left_out.update(id_ for ids in rows for id_ in ids if ids is not rows[at])
    return {id_: value for id_, value in values.items() if id_ not in left_out}
