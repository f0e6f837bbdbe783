"""What the workbook shows of a sentence to be generated is the sentence: LibreOffice against Jinja, from one text."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
import xlsxwriter
from openpyxl import load_workbook

from support.office import recalculate, require_office
from xlreport.filing import Filing
from xlreport.forms import find_form, form_ids
from xlreport.forms.definition import LexiconText, ProseText, SentenceText
from xlreport.maintain.prose_lint import lint_prose
from xlreport.prose.excel_text import MOST_CHARACTERS
from xlreport.prose.preview import excel_formula, has_taken_formula, taken_formula, why_not_shown
from xlreport.prose.sentences import each_sentence
from xlreport.rules.check import filing_cells
from xlreport.workbook.addresses import a1, quoted
from xlreport.workbook.layout.positions import rectangles
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.filing import FilingValue
    from xlreport.forms import Form
    from xlreport.workbook.layout.plan import Plan

INVENTED = str(Path(__file__).parents[1] / "forms" / "invented")

#: So many random fillings of each form are looked at, in one run of LibreOffice.
FILLINGS = 100

#: What may stand in a cell of figures, and in one of text.
FIGURES: tuple[FilingValue, ...] = (0, "/", 1, 1, 2, 3, 17, 95, 1234, 123456789, 2.5, -3, "约3", "3件")
TEXTS: tuple[FilingValue, ...] = (None, "我局", "区政府网站", '区"政府"网站', "A&B", "=1+1", 12)

#: Names of organs of every kind, and channels as they are typed.
NAMES: tuple[FilingValue, ...] = (
    *(
        None,
        "环翠区信访局",
        "淮安市人民政府",
        "淮安市人民政府办公室",
        "河包镇人民政府",
        "北京街道办事处",
        "临港街道",
        "广西壮族自治区人民政府",
    ),
    *(
        "延边朝鲜族自治州人民政府",
        "阿拉善盟行政公署",
        "大兴安岭地区行政公署",
        "巴音苏木",
        "青山乡人民政府",
        "经济技术开发区管理委员会",
    ),
    *("市民服务中心", "某某", 'A"B', "青山乡党政办公室", "国家发展和改革委员会"),
)
CHANNELS: tuple[FilingValue, ...] = (
    *(
        None,
        "区政府网站",
        "通过门户网站等渠道",
        "门户网站。",
        "、门户网站、公告栏、",
        "通过门户网站公开。",
        "通过",
        "。",
        '区"政府"网站',
        12,
    ),
)

#: Every way of saying something that a preview can follow, over gov2021.
LANGUAGE = (
    "无。",
    "{{ published.policy }}条",
    '引号"与“”\n    与换行\n',
    "长" * 300,
    "{% if published.policy > 1 %}多{% elif published.policy == 1 %}一{% elif not published.policy %}零{% else %}负{% endif %}",
    "{{ '有' if published.policy else '无' }}{{ published.work if published.channel else '' }}",
    "{% if published.policy and published.work %}甲{% endif %}{% if published.policy or published.work %}乙{% endif %}",
    "{{ published.policy + published.work * 2 - 3 }}{{ -published.policy }}",
    "{% if published.channel == '区政府网站' %}是{% endif %}{% if unit.short_name != '我局' %}否{% endif %}",
    "{% if 0 < published.policy <= published.work < 100 %}其间{% endif %}",
    "{{ published.channel ~ '：' ~ published.policy }}",
    (
        "{% set s = published.policy + published.work %}{% set l = [('甲', s), ('乙' ~ '丙', published.guide)] %}{{ listed(l, '件') }}"
        "{{ present(l) | length }}{% if present(l) %}，先{{ present(l)[0][0] }}{{ present(l)[0][1] }}{% endif %}{{ l | length }}"
    ),
    "{% if known('published.policy', 'requests.new.total') %}知{% endif %}{% if known('prior.requests.carried_out.legal') %}往{% endif %}",
    "{{ value('MAX(published.policy,published.work)') }}{{ value('1/N(published.guide)*0+5') }}{{ value('published.policy=\"/\"') }}",
    "{{ unit.signature }}：{{ report.year }}年，{{ report.blanks }}",
    "{{ ('、' ~ unit.short_name)[1:] }}{{ unit.kind }}{{ published.channel[2:] }}",
    "{% if said %}又{% else %}始{% endif %}{% if not said or published.policy %}未{% endif %}",
    "{{ published.channel | trimmed(['通过', '通'], []) }}，{{ ('通过' ~ published.channel) | trimmed([], ['站', '网站', '。']) }}",
    "{% set name %}{% if published.policy %}甲{% endif %}{{ published.work }}{% endset %}{{ name[1:] }}",
    "{% if known('other_matters.handling_fee') %}知{{ other_matters.handling_fee }}{% endif %}",
)

#: Ways that it cannot follow, and what is said of them.
BEYOND = (
    ("{% for n in [1, 2] %}{{ n }}{% endfor %}", "For"),
    ("{{ published.policy | round }}", "Filter"),
    ("{{ published.policy / 2 }}", "Div"),
    ("{% if published.policy %}{% set n = 1 %}{% endif %}", "Assign"),
    ("{% set name %}\n甲{% endset %}{{ name }}", "AssignBlock"),
    ("{{ unit.makes_regulations }}", r"unit\.makes_regulations 的 guesses"),
    ("{{ published.channel | trimmed('通过', []) }}", "Const"),
    ("{{ published.channel[:2] }}", "Getitem"),
    ("{{ report.date }}", r"report\.date 是日期或成段的文字"),
    ("{{ problems.text }}", r"problems\.text 是日期"),
    ("{% if published.channel < '乙' %}甲{% endif %}", "Compare"),
    ("{% if published.channel == 3 %}甲{% endif %}", "Compare"),
    ("{{ published.policy > 1 }}", "Compare"),
    ("{{ present([('甲', published.policy)]) }}", "Call"),
    ("{{ listed([], '件') }}", "List"),
    ("共 {% if published.policy %}{{ published.policy }}{% endif %}", "标签旁边有空格"),
    ("{% if published.policy %}x{% endif %} {% if published.policy %}y{% endif %}", "标签旁边有空格"),
    ("{{ listed([" + "('甲', value('SUM(published.policy:published.other)'))," * 120 + "], '件') }}", "太长"),
    ("{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}", "太长"),
    ("{{ 'x' if published.policy }}", "CondExpr"),
    ("{% if published.policy %}x{% else %}" * 60 + "{% endif %}" * 60, "太长"),
)


class Shifted(NamedTuple):
    """The cells of a filling: its form's workbook, so many rows further down; what stands in row `number` of 预览."""

    plan: Plan
    rows: int
    number: int = 0

    def address(self, first: str, last: str | None = None) -> str:
        sheet, cell = self.plan.fields[first]
        text = f"{quoted(sheet.title)}!{a1(cell.row + self.rows, cell.col)}"
        if last is None:
            return text
        to = self.plan.fields[last][1]
        return f"{text}:{a1(to.row + self.rows, to.col)}"

    def several(self, ids: Iterable[str]) -> str:
        by_sheet: dict[str, list[tuple[int, int]]] = {}
        for id_ in ids:
            sheet, cell = self.plan.fields[id_]
            by_sheet.setdefault(quoted(sheet.title), []).append((cell.row + self.rows, cell.col))
        return ",".join(
            f"{title}!{a1(r1, c1)}:{a1(r2, c2)}"
            for title, positions in by_sheet.items()
            for r1, c1, r2, c2 in rectangles(positions)
        )

    def taken(self, id_: str) -> str | None:
        form = self.plan.form
        col = len(form.sentences) + 1 + guessed(form).index(id_)
        return a1(self.number, col) if has_taken_formula(form, form.fields[id_]) else None


def guessed(form: Form) -> list[str]:
    return [field.id for field in form.fields.values() if field.guesses]


def formulas(form: Form, cells: Shifted) -> list[str]:
    """The formula of every sentence, each in the column of its number."""
    before: dict[str, list[str]] = {}
    made = []
    for col, sentence in enumerate(form.sentences):
        earlier = before.setdefault(sentence.field, [])
        made.append(excel_formula(form, sentence, cells, earlier))
        earlier.append(a1(cells.number, col))
    return made


def random_filling(form: Form, chance: random.Random) -> Filing:
    """Cells of all sorts: few or many filled, blanks that count as 0 or do not."""
    density = chance.choice((0.0, 0.01, 0.03, 0.1, 0.5, 0.95))
    plain = chance.random() < 0.4
    values: dict[str, FilingValue] = {}
    for id_, field in form.fields.items():
        if field.role == "computed" or field.style in ("prose", "date"):
            continue
        if field.options:
            values[id_] = chance.choice((None, *field.options))
        elif not field.numeric:
            values[id_] = chance.choice(
                NAMES if id_ == "unit.name" else CHANNELS if id_ == "published.channel" else TEXTS
            )
        elif chance.random() < density:
            values[id_] = chance.choice((0, 1, 2, 40)) if plain else chance.choice(FIGURES)
    return Filing(form=form, values=values)


def write(path: Path, filings: list[Filing]) -> None:
    """Fillings of one form below each other, and every sentence's formula: a row a filling, on a sheet of its own."""
    plan = layout(filings[0].form)
    height = 1 + max(cell.row for _, cell in plan.fields.values())
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheets = {sheet.title: book.add_worksheet(sheet.title) for sheet in plan.sheets}
        preview = book.add_worksheet("预览")
        for n, filing in enumerate(filings):
            cells = filing_cells(filing)
            for id_, (sheet, cell) in plan.fields.items():
                if cells.get(id_) is not None:
                    sheets[sheet.title].write(cell.row + n * height, cell.col, cells[id_])
            shifted = Shifted(plan, n * height, n)
            for col, formula in enumerate(formulas(filing.form, shifted)):
                preview.write_formula(n, col, "=" + formula)
            for col, id_ in enumerate(guessed(filing.form), len(filing.form.sentences) + 1):
                if shifted.taken(id_):
                    preview.write_formula(n, col, "=" + taken_formula(filing.form, id_, shifted))


def previews(path: Path, filings: list[Filing]) -> list[list[str]]:
    """What every sentence's formula gives for each of these fillings."""
    book = load_workbook(path, data_only=True, read_only=True)
    width = len(filings[0].form.sentences)
    rows = book["预览"].iter_rows(max_row=len(filings), max_col=width, values_only=True)
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    book.close()
    return texts + [[""] * width] * (len(filings) - len(texts))


def sentences(filing: Filing) -> list[str]:
    """Every sentence as the report has it where its field is left blank."""
    return each_sentence(filing, filing_cells(filing))


def with_sentences(*templates: str) -> Form:
    form = find_form("gov2021")
    wording = ProseText(sentences=tuple(SentenceText(field="problems.text", template=text) for text in templates))
    return msgspec.structs.replace(form, wording=wording, lexicon=LexiconText())  # of sentences alone is the lint asked


@pytest.mark.program
def test_previews_show_what_will_be_generated(tmp_path: Path):
    """For random fillings, each formula recalculated by LibreOffice gives what Jinja gives, character for character."""
    require_office()
    forms = {
        **{name: find_form(name) for name in form_ids()},
        "invented": find_form(INVENTED),
        "language": with_sentences(*LANGUAGE),
    }
    chance = random.Random(20260108)
    filings = {name: [random_filling(form, chance) for _ in range(FILLINGS)] for name, form in forms.items()}
    files = [tmp_path / f"{name}.xlsx" for name in forms]
    for file, name in zip(files, forms, strict=True):
        write(file, filings[name])
    for name, file in zip(forms, recalculate(files, tmp_path / "out"), strict=True):
        expected = [sentences(filing) for filing in filings[name]]
        for filing, said, seen in zip(filings[name], expected, previews(file, filings[name]), strict=True):
            assert said == seen, (name, filing.values)
        varied = [len(set(texts)) > 1 for texts in zip(*expected, strict=True)]
        assert varied == ["{%" in each.template or "{{" in each.template for each in forms[name].sentences]


@pytest.mark.parametrize(("template", "reason"), BEYOND)
def test_what_cannot_be_shown_is_said(template: str, reason: str):
    """A sentence beyond Excel, or beyond its bounds, is a note to the maintainer, and no formula."""
    form = with_sentences(template)
    (note,) = lint_prose(form)
    assert ("wording", "note") == (note.rule, note.level)
    why = why_not_shown(form, form.sentences[0])
    assert why is not None
    assert re.search(reason, why)
    assert why in note.message


@pytest.mark.parametrize("name", [*form_ids(), INVENTED])
def test_every_built_in_sentence_is_shown(name: str):
    """No sentence of the built-in forms is beyond Excel, or near its bounds."""
    form = find_form(name)
    assert [None] * len(form.sentences) == [why_not_shown(form, sentence) for sentence in form.sentences]
    plan = layout(form)
    longest = max(map(len, formulas(form, Shifted(plan, 0))))
    assert longest < MOST_CHARACTERS / 2


def test_the_second_text_of_earlier_definitions_is_not_read():
    """A definition that still has excel_preview loads; form check says that it is no longer needed."""
    form = find_form("gov2021")
    old = SentenceText(field="problems.text", template="无。", excel_preview='"有。"')
    form = msgspec.structs.replace(form, wording=ProseText(sentences=(old,)))
    (note,) = lint_prose(form)
    assert ("wording", "note", True) == (note.rule, note.level, "excel_preview 不再使用" in note.message)
    assert '"无。"' == excel_formula(form, old, Shifted(layout(form), 0))
