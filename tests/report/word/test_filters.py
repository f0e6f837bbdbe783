"""Decimals, thousands and dates in Word templates: found again once printed, and blank or “/” stay what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.definitions import ROWS_FORM, made_form
from support.word_documents import tables
from xlreport.errors import DefinitionError, XlreportError
from xlreport.filing import BLANKS_KEPT, Filing, FilingValue
from xlreport.forms.registry import TEMPLATE_NAME
from xlreport.maintain.first_template import starter_template
from xlreport.prose import formats
from xlreport.report.content import Figure
from xlreport.report.word import render as word
from xlreport.report.word.environment import word_environment
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts
from xlreport.report.word.prepared import fill
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

FORM = ROWS_FORM.replace(
    '{ id = "hall.cost"', '{ id = "hall.day", label = "日期", kind = "date" },\n  { id = "hall.cost"'
).replace(
    '{ id = "report.year"',
    '{ id = "report.blanks", label = "空白", kind = "choice", options = ["按0填报", "保留空白"] },\n  { id = "report.year"',
)


def printed(folder: Path, tag: str, **values: FilingValue) -> str:
    """What the cell of visits.adults prints with that tag."""
    form = made_form(folder, FORM)
    parts = read_parts(starter_template(form))
    parts[DOCUMENT] = parts[DOCUMENT].decode().replace("{{ visits.adults }}", tag, 1).encode()
    (form.folder / f"{TEMPLATE_NAME}.docx").write_bytes(write_parts(parts))
    fixed: dict[str, FilingValue] = {
        "unit.name": "某局",
        "report.year": 2024,
        "report.blanks": BLANKS_KEPT,
        "hall.day": "2024-03-05",
    }
    document = render_word(Review.unchecked(Filing(form=form, values={**fixed, **values})))
    return tables(document)[0][1][0]


NAMED: dict[str, FilingValue] = {"visits.children": 3, "hall.text": "一段"}

FORMATTED = [
    "{{ visits.adults | number(2) }}",
    "{{ visits.adults | number(2, thousands=true) }}",
    "{{ visits.adults | money }}",
    "{{ '%.2f' % visits.adults }}",
    "{{ '%.2f' | format(visits.adults) }}",
    "{{ '{:.2f}'.format(visits.adults) }}",
    "{{ visits.adults | round(2) }}",
    "{{ visits.adults | float }}",
    "{{ visits.adults | int }}",
    "{{ visits.adults | abs }}",
    "{{ visits.adults * 100 }}",
    "{{ 100 * visits.adults }}",
    "{{ visits.adults / 10000 }}",
    "{{ 100 / visits.adults }}",
    "{{ visits.adults // 2 }}",
    "{{ -visits.adults }}",
    "{{ visits.adults % 7 }}",
    "{{ visits.adults ** 2 }}",
    "{{ (visits.adults * 100 / 7) | number(1) }}",
]


@pytest.mark.parametrize("tag", FORMATTED)
@pytest.mark.parametrize(("value", "said"), [(None, ""), ("/", "/")])
def test_blank_and_slash_stay_apart(tmp_path: Path, tag: str, value: FilingValue, said: str) -> None:
    """No format and no calculation makes 0.00 of a figure that is none."""
    assert said == printed(tmp_path, tag, **{"visits.adults": value})


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ visits.adults | number(2) }}", "12345.00"),
        ("{{ visits.adults | number(0, true) }}人", "12,345人"),
        ("{{ visits.adults | number(thousands=true) }}", "12,345"),
        ("{{ visits.adults | money }}", "12,345.00"),
        ("{{ (visits.adults / 10000) | number(2) }}万", "1.23万"),
        ("{{ '%.1f' % visits.adults }}", "12345.0"),
        ("{{ “%.1f” % visits.adults }}", "12345.0"),
        ("{{ '{:,.0f}'.format(visits.adults) }}", "12,345"),
        ("{{ hall.day | date('yyyy-mm-dd') }}", "2024-03-05"),
        ("{{ hall.day | date('yy.m.d') }}", "24.3.5"),
        ("{{ hall.day | date }}", "2024年3月5日"),
        ("{{ unit.name | number(2) }}", "某局"),
        ("{{ unit.name | date }}", "某局"),
    ],
)
def test_a_value_is_printed_as_the_template_wants_it(tmp_path: Path, tag: str, said: str) -> None:
    """Decimals, thousands, dates; text that is neither figure nor day is printed as typed."""
    assert said == printed(tmp_path, tag, **{"visits.adults": 12345})


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ '%.2f到%.2f' % (visits.adults, visits.children) }}", "空白或“/”，请对每个数分别用 number 过滤器"),
        ("{{ visits.children | number(11) }}", "小数位数应是0到10的整数"),
        ("{{ hall.text.paragraphs | number(1) }}", "不是文字，也不是数"),
        ("{{ visits.childre | number(1) }}", "没有名为“visits.childre”的字段"),
        ("{{ '%9999999d' | format(visits.children) }}", "标签里有不允许的操作（结果太大）"),
        ("{{ '%9999999d' % visits.children }}", "标签里有不允许的操作（结果太大）"),
        ("{{ [] | first }}", "标签不能计算（要的一项不存在）"),
        ("{{ [1, 2] | random }}", "没有名为“random”的过滤器"),
        ("{{ unit.name | pprint }}", "没有名为“pprint”的过滤器"),
        ("{{ [1, 2] | map('random') | first }}", "没有名为“random”的过滤器"),
        ("{{ lipsum(1) }}", "没有名为“lipsum”的字段"),
        ("{% if unit.name is sameas unit.name %}有{% endif %}", "没有名为“sameas”的判断"),
        ("{{ unit.name.upper | string }}", "不是文字，也不是数"),
        ("{{ cycler() }}", "标签不能计算（写法不对）"),
        ("{{ 9e999 }}", "标签不能计算（数太大）"),
        ("{% macro m(a) %}{{ m(a) }}{% endmacro %}{{ m(1) }}", "标签不能计算（宏或循环一直调用自己）"),
        ("{{ unit.name + 1 }}", "标签不能计算（文字、数字和列表不能这样一起用）"),
        ("{% if unit.name %}有", "标签写错了（if 没有对应的结束标签）"),
    ],
)
def test_a_format_that_cannot_be_is_named_with_its_place(tmp_path: Path, tag: str, said: str) -> None:
    """Several figures in one format, one of them blank; too many decimals; no figure at all; whatever Python says of it."""
    with pytest.raises(DefinitionError, match=r"正文第1张表第2行第1格“.*") as caught:
        printed(tmp_path, tag, **NAMED)
    assert said in caught.value.message


def test_a_filtered_figure_is_looked_for_in_its_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not arrive where its tag stood stops the report, as a plain one does."""
    monkeypatch.setattr(word, "fill", lambda part, context: fill(part, context).replace(b"12,345.00", b"12,346.00"))
    with pytest.raises(XlreportError, match=r"第1张表第2行第1格应为“12,345\.00”"):
        printed(tmp_path, "{{ visits.adults | money }}", **{"visits.adults": 12345})


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 6)), st.integers(0, 10))
def test_numbers_keep_their_value(value: float, digits: int) -> None:
    """A formatted figure is the figure, to half of its last digit; thousands change commas alone."""
    text = str(formats.number(value, digits))
    assert abs(float(text) - value) <= 0.5 * 10**-digits + 1e-6
    assert len(text.partition(".")[2]) == digits
    assert text == str(formats.number(value, digits, thousands=True)).replace(",", "")
    assert value == float(str(formats.number(value)))


@given(st.sampled_from(["", "/"]), st.integers(-9, 9))
def test_a_figure_that_is_none_counts_as_nothing_in_a_sum(shown: str, other: int) -> None:
    """As in Excel; in a product it stays what it is."""
    context = {"x": Figure(0, shown), "y": Figure(other, str(other))}
    render = word_environment().from_string
    assert str(other) == render("{{ x + y }}").render(context)
    assert shown == render("{{ x * y }}").render(context) == render("{{ y / x }}").render(context)
