"""What a report prints: the filing's values as nested variables, for the Word template and the HTML page alike.

The names are the field ids: `requests.new.natural` is `context["requests"]["new"]["natural"]`. Beside the fields stand
`number.<field id>` (the number of a sub-heading that is printed, "（二）", else ""), `rows.<table key>` (the rows staff
filled in a table whose rows repeat) and `draft` (None, or what is open).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Self

from xlreport.errors import DefinitionError
from xlreport.filing_json import flat, put
from xlreport.prose.headings import is_heading, left_out, prose_fields, wholes
from xlreport.prose.paragraphs import clean, paragraphs
from xlreport.wording import figure

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.forms.model import Field, Form, Section
    from xlreport.reviewing.reviewed import Review

#: Top-level names that are no fields.
RESERVED: Final = frozenset({"number", "rows", "draft"})

#: What stands under the heading of a section without a word or table: staff have said why it is empty, or not yet.
NOTHING: Final = "无。"
UNFILLED: Final = "（尚未填写）"

_DIGITS = "零一二三四五六七八九十"

_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?\Z")


class Group(dict[str, Any]):
    """A level of names; `path` says which, for messages: requests.new."""

    __slots__ = ("path",)

    def __init__(self, path: str = "") -> None:
        super().__init__()
        self.path = path


class Figure(float):
    """A number that compares as one and prints as the report shows it: 0, 25.1, "/", or nothing at all.

    What is blank or “/” is no number: it stays what it is when it is multiplied or divided (and when it is formatted, see `report.word.environment`), and
    counts as 0 in a sum, as in Excel.
    """

    printed: str

    def __new__(cls, value: float, printed: str) -> Self:
        self = super().__new__(cls, value)
        self.printed = printed
        return self

    def __str__(self) -> str:
        return self.printed

    @property
    def known(self) -> bool:
        """Whether it is a number: neither blank nor “/”."""
        return self.printed[-1:].isdigit()

    def __format__(self, spec: str) -> str:
        return super().__format__(spec) if spec and self.known else self.printed

    # What gives this Figure instead of a number need not be told to the type checker, which knows floats alone.
    def __neg__(self) -> Any:
        return -float(self) if self.known else self

    def __abs__(self) -> Any:
        return abs(float(self)) if self.known else self

    def __mul__(self, other: Any) -> Any:
        return self._with(other, super().__mul__)

    def __rmul__(self, other: Any) -> Any:
        return self._with(other, super().__rmul__)

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, super().__truediv__)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, super().__rtruediv__)

    def __floordiv__(self, other: Any) -> Any:
        return self._with(other, super().__floordiv__)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._with(other, super().__rfloordiv__)

    def _with(self, other: Any, operation: Callable[[Any], Any]) -> Any:
        unknown = [each for each in (self, other) if isinstance(each, Figure) and not each.known]
        return unknown[0] if unknown else operation(other)


class Paragraph(str):
    """One paragraph of prose. `heading`: it is a sub-heading that staff wrote themselves."""

    __slots__ = ()

    @property
    def heading(self) -> bool:
        return is_heading(self)


class Prose(str):
    """A text as staff typed it; `paragraphs` are its lines without indents, empty ones left out."""

    __slots__ = ()

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(map(Paragraph, paragraphs(self)))


def chinese_number(n: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十; up to 99."""
    tens, ones = divmod(n, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def date_text(text: str) -> str:
    """2021-01-22 → 2021年1月22日; any other text stays."""
    match = _ISO_DATE.match(text.strip())
    return "{}年{}月{}日".format(*map(int, match.groups())) if match else text.strip()


def report_context(review: Review, *, draft: bool = False) -> dict[str, Any]:
    """The variables of a report, nested by the parts of the field ids; `draft` tells what is open.

    Raises DefinitionError where a field id begins with a reserved name.
    """
    form = review.filing.form
    leaves = {id_: _leaf(review, field) for id_, field in form.fields.items()}
    texts = {id_: str(leaf) for id_, leaf in leaves.items()}
    leaves.update(dict.fromkeys(left_out(form, texts), Prose()))
    bare = tuple(_bare(form, texts))
    leaves.update(dict.fromkeys(bare, Prose(UNFILLED if draft else NOTHING)))
    context = Group()
    for id_, leaf in leaves.items():
        _put(context, id_, leaf)
    for name in RESERVED & context.keys():
        raise DefinitionError(f"表样定义“{form.id}”：字段号不能以 {name}. 开头，请换一个名称。")
    context["number"] = Group("number")
    for id_, number in _numbers(form, leaves, [*wholes(form, texts), *bare]).items():
        _put(context["number"], id_, number)
    context["rows"] = Group("rows")
    for key, rows in _repeated(review.filing, leaves).items():
        context["rows"][key] = rows
    context["draft"] = _draft(review) if draft else None
    return context


def title_lines(form: Form, context: Mapping[str, Any]) -> tuple[str, str]:
    """The two lines of the title: 2020年环翠区信访局 / 政府信息公开工作年度报告; a period stands behind the year."""
    year = str(context.get("report", {}).get("year", ""))
    period = str(dict(flat(context)).get(form.period, "")) if form.period else ""
    return (f"{year}年" if year else "") + period + str(context.get("unit", {}).get("name", "")), form.title


def signature(form: Form) -> str:
    """The id of the field that signs the report; "" where the form has none."""
    return next((id_ for id_ in ("unit.signature", "unit.name") if id_ in form.fields), "")


def signed_by(form: Form, values: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    """Who signs the report, each organ by itself: several sign a joint one. `values` are those of the context, by field id."""
    return values[signature(form)].paragraphs if signature(form) else ()


def short_fields(form: Form, section: Section) -> tuple[Field, ...]:
    """The fields besides prose that a section of the report prints."""
    fields = (form.fields[id_] for id_ in section.fields)
    return tuple(field for field in fields if field.style != "prose" and field.printed)


def _bare(form: Form, texts: Mapping[str, str]) -> Iterator[str]:
    """The first text of each section that would be a heading over nothing; `texts` by field id, as they would be printed."""
    for section in form.sections:
        prose = prose_fields(form, section)
        printed = short_fields(form, section) or any(table.printed for table in section.tables)
        if section.number and prose and not printed and not any(texts[id_].strip() for id_ in prose):
            yield prose[0]


def _draft(review: Review) -> Group:
    """What the first page of a draft lists: `draft.findings`, each with message, level and explanation; `draft.count`."""
    from xlreport.finding import LEVEL_NAMES, LEVELS

    draft = Group("draft")
    ordered = sorted((f for f in review.findings if f.blocks), key=lambda finding: LEVELS.index(finding.level))
    draft["findings"] = [_finding(finding, LEVEL_NAMES[finding.level]) for finding in ordered]
    draft["count"] = len(ordered)
    return draft


def _finding(finding: Finding, level: str) -> Group:
    item = Group("finding")
    item["level"] = level
    item["message"] = Prose(clean(finding.message))
    return item


def _put(root: Group, id_: str, leaf: object) -> None:
    put(root, id_, leaf, lambda path: Group(f"{root.path}.{path}" if root.path else path))


def _leaf(review: Review, field: Field) -> Figure | Prose:
    filing, value = review.filing, review.cells.recomputed.get(field.id)
    if value is None and field.id in filing.raw:
        # Only a draft gets here: what could not be read is shown as it was typed.
        return Prose(clean(filing.raw[field.id]))
    if field.numeric:
        return _figure(filing, field, value)
    text = clean(review.prose.get(field.id) or filing.text(field.id))
    return Prose(date_text(text) if field.style == "date" else text)


def _figure(filing: Filing, field: Field, value: object) -> Figure:
    if field.id == "report.year" and value is None:
        value = filing.year
    if isinstance(value, int | float):
        return Figure(value, figure(value))
    if value is None:
        zero = field.role == "computed" or (
            filing.blanks_are_zero and field.role == "input" and not field.traits.fault(0)
        )
        return Figure(0, "0" if zero else "")
    return Figure(0, clean(str(value)))


def _numbers(form: Form, leaves: Mapping[str, Figure | Prose], whole: Container[str]) -> dict[str, str]:
    """（一）（二）… for the sub-headings that are printed, "" for those that are not, by field id.

    A text that is the whole of its section has sub-headings of its own.
    """
    numbers = {}
    for section in form.sections:
        headed = [id_ for id_ in prose_fields(form, section) if form.fields[id_].heading]
        printed = [id_ for id_ in headed if str(leaves[id_]).strip() and id_ not in whole]
        numbers.update(dict.fromkeys(headed, ""))
        numbers.update({id_: f"（{chinese_number(n)}）" for n, id_ in enumerate(printed, 1)})
    return numbers


def _repeated(filing: Filing, leaves: Mapping[str, Figure | Prose]) -> dict[str, list[Group]]:
    """Per table with rows that repeat: those of them in which staff filled something, in order."""
    repeated: dict[str, list[Group]] = {}
    for key, table in filing.form.tables.items():
        for block in table.blocks:
            for line, ids in zip(block.row_lines, block.ids, strict=True):
                if line.node.repeat < 2:
                    continue
                rows = repeated.setdefault(key, [])
                if any(filing.filled(id_) for id_ in ids):
                    rows.append(_row(line.title, line.node.key, block.column_lines, ids, leaves, len(rows) + 1))
    return repeated


def _row(
    title: str, key: str, columns: Sequence[Any], ids: Sequence[str], leaves: Mapping[str, object], index: int
) -> Group:
    row = Group("row")
    row.update(title=title, key=key, index=index)
    for column, id_ in zip(columns, ids, strict=True):
        _put(row, column.key or "value", leaves[id_])
    return row
