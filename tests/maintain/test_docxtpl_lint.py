"""docxtpl-lint, a checklist that others made: what breaks one of its rules is refused or warned of here too, with its place."""

from __future__ import annotations

from pathlib import Path

import docxtpl_lint
import pytest
from docxtpl_lint.core import RULES

from support.definitions import ROWS_FORM, made_form
from xlreport.errors import DefinitionError
from xlreport.filing import Filing
from xlreport.forms import Form, form_ids, load_form
from xlreport.forms.registry import TEMPLATE_NAME, find_form, word_template
from xlreport.maintain.first_template import starter_template
from xlreport.maintain.template_lint import lint_template
from xlreport.report.word.environment import word_environment
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

FORMS = Path(__file__).parents[1] / "forms"

#: Rules that cannot be broken here, and why.
NOT_HERE = {
    "DTL005": "about comments that silence docxtpl-lint",
    "DTL301": "about a JSON of data: names are held against the form itself",
    "DTL302": "about a JSON of data: fields that never appear are said of the form",
    "DTL303": "about a JSON of data: loops are tried on made-up filings",
    "DTL304": "about a JSON Schema: names are held against the form itself",
    "DTL305": "about a JSON Schema: loops are tried on made-up filings",
    "DTL306": "about a JSON of data: filters are tried on made-up filings",
    "DTL308": "autoescape is always on",
    "DTL401": "found by rendering: so it is here, on made-up filings, by the check for printed values",
    "DTL402": "found by rendering: so it is here, on made-up filings",
}


def paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: tuple[str, ...]) -> str:
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * len(rows[0])}</w:tblGrid>{cells}</w:tbl>"


IF, END = "{% if hall.open %}", "{% endif %}"
TR_IF, TR_END = "{%tr if hall.open %}", "{%tr endif %}"

#: By rule, the smallest template that breaks it, and the place and the words that say so here.
BROKEN: dict[str, tuple[str, str]] = {
    "DTL001": (paragraph("{{ visits.adults"), "正文第1段“{{ visits.adults”里的标签没有写完"),
    "DTL002": (
        paragraph("{{ visits.") + paragraph("adults }}"),
        "正文第1段“{{ visits.”里的标签没有写完，或被分到了两段",
    ),
    "DTL003": (
        '<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>{{ visits.adults }}</w:delText></w:r></w:del></w:p>',
        "正文第1段的修订“{{ visits.adults }}”里的标签填不了",
    ),
    "DTL101": (paragraph(IF + "有"), "正文第1段“{% if hall.open %}有”里的标签写错了（if 没有对应的结束标签）"),
    "DTL102": (paragraph("有" + END), "正文第1段“有{% endif %}”里的标签写错了（没有“endif”这种标签）"),
    "DTL103": (paragraph("{{ visits..adults }}"), "正文第1段“{{ visits..adults }}”里的标签写错了"),
    "DTL104": (paragraph("{{ unit.name | uper }}"), "里的标签写错了（没有名为“uper”的过滤器）"),
    "DTL105": (paragraph("{% if unit.name is blank %}{% endif %}"), "里的标签写错了（没有名为“blank”的判断"),
    "DTL106": (
        paragraph("{% for row in rows.projects %}{{ row.name }}{% endfor %}{{ row.name }}"),
        "里的 row 不是本表样的字段",
    ),
    "DTL201": (
        paragraph("{%p if '%' in unit.name %}") + paragraph("有") + paragraph("{%p endif %}"),
        "正文第1段“{%p if '%' in unit.name %}”里的标签写错了（没有“p”这种标签）",
    ),
    "DTL202": (table(("{% tr if hall.open %}",), ("有",), ("{%tr endif %}",)), "第1行第1格“{% tr if hall.open %}”里的"),
    "DTL203": (
        paragraph(TR_IF) + paragraph(TR_END),
        "正文第1段“{%tr if hall.open %}”里的 {%tr if hall.open %} 只能写在表格里",
    ),
    "DTL204": (
        paragraph("{%p if hall.open %}") + paragraph("有" + END),
        "正文第2段“有{% endif %}”里的 {% endif %} 与正文第1段“{%p if hall.open %}”里的 {%p if hall.open %} 是一对，前缀却不同",
    ),
    "DTL205": (table((TR_IF,), ("有",)) + paragraph("") + table(("无",), (TR_END,)), "是一对，却不在同一个表格里"),
    "DTL206": (
        table((TR_IF, TR_END), ("有", "无")),
        "第1行第1格“{%tr if hall.open %}”里的 {%tr if hall.open %} 与“{%tr endif %}”在同一表格行里",
    ),
    "DTL207": (
        table(("{%tc if hall.open %}", "有"), ("无", "{%tc endif %}")),
        "是一对，却不在同一个表格行里",
    ),
    "DTL208": (
        paragraph("{% cellbg 'FF0000' %}"),
        "正文第1段“{% cellbg 'FF0000' %}”里的标签写错了（没有“cellbg”这种标签）",
    ),
    "DTL209": (
        paragraph("注意：{%p if hall.open %}") + paragraph("有") + paragraph("{%p endif %}"),
        "正文第1段“注意：{%p if hall.open %}”里的 {%p if hall.open %} 会把整个段换掉，旁边的“注意：”印不出来",
    ),
    "DTL210": (
        paragraph("{%p if hall.open %}{%p endif %}"),
        "正文第1段“{%p if hall.open %}{%p endif %}”里的 {%p if hall.open %} 与“{%p endif %}”在同一段里",
    ),
    "DTL307": (paragraph("{{p unit.name }}"), "正文第1段“{{p unit.name }}”里的 {{p unit.name }} 不能印"),
}

#: Others of the same kinds.
OTHERS: dict[str, tuple[str, str]] = {
    "row_with_text": (
        table((TR_IF, "标题"), ("有", "无"), (TR_END, "")),
        "第1行第1格“{%tr if hall.open %}”里的 {%tr if hall.open %} 会把整个表格行换掉，旁边的“标题”印不出来",
    ),
    "cell_with_text": (table(("甲{%tc if hall.open %}", "乙", "{%tc endif %}")), "会把整个格换掉，旁边的“甲”印不出来"),
    "comment_with_text": (paragraph("{#p 说明 #}标题"), "里的 {#p 说明 #} 会把整个段换掉，旁边的“标题”印不出来"),
    "picture_beside": (
        paragraph("{%p if hall.open %}").replace("</w:r>", "</w:r><w:r><w:pict/></w:r>") + paragraph("{%p endif %}"),
        "旁边的“图片”印不出来",
    ),
    "run_of_plain_text": (paragraph("{{r unit.name }}"), "不能印：这里要印的都是文字，请去掉前面的 r"),
    "else_of_another_kind": (
        paragraph("{%p if hall.open %}") + paragraph("有{% else %}无") + paragraph("{%p endif %}"),
        "里的 {% else %} 与",
    ),
    "cell_outside_a_table": (paragraph("{%tc if hall.open %}") + paragraph("{%tc endif %}"), "只能写在表格里"),
    "loop_in_two_tables": (
        table(("{%tr for row in rows.projects %}",), ("{{ row.name }}",))
        + paragraph("")
        + table(("{%tr endfor %}",), ("",)),
        "是一对，却不在同一个表格里",
    ),
    "set_in_a_loop": (
        paragraph("{% for row in rows.projects %}{% set x = row.name %}{% endfor %}{{ x }}"),
        "里的 x 不是本表样的字段",
    ),
    "filter_in_a_branch": (
        paragraph("{% if hall.open == '否' %}{{ unit.name | uper }}{% endif %}"),
        "里的标签写错了（没有名为“uper”的过滤器）",
    ),
    "loop_outside": (paragraph("{{ loop.index }}"), "里的 loop 不是本表样的字段"),
}


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return made_form(tmp_path / "form", ROWS_FORM)


def with_beginning(form: Form, xml: str) -> Path:
    """The template with this at the beginning of its body."""
    parts = read_parts(starter_template(form))
    head, _, tail = parts[DOCUMENT].decode().partition("<w:body>")
    parts[DOCUMENT] = f"{head}<w:body>{xml}{tail}".encode()
    path = form.folder / f"{TEMPLATE_NAME}.docx"
    path.write_bytes(write_parts(parts))
    return path


def test_every_rule_is_looked_at() -> None:
    """A rule that a new release brings has its template here, or a reason for having none."""
    assert set(RULES) == set(BROKEN) | set(NOT_HERE)


@pytest.mark.long
@pytest.mark.parametrize("rule", BROKEN)
def test_what_breaks_a_rule_is_refused_here_too(form: Form, rule: str) -> None:
    """docxtpl-lint finds the rule broken; form check says so with the place, and generate makes no report."""
    xml, said = BROKEN[rule]
    path = with_beginning(form, xml)
    data = {"unit": {"name": "某局"}} if rule == "DTL307" else None
    assert rule in {issue.rule for issue in docxtpl_lint.lint(path, data=data).issues}
    assert any(said in finding.message for finding in lint_template(form) if finding.level == "error"), [
        finding.message for finding in lint_template(form)
    ]
    with pytest.raises(DefinitionError):
        render_word(Review.unchecked(Filing(form=form, values={"unit.name": "某局", "report.year": 2024})))


@pytest.mark.parametrize("case", OTHERS)
def test_others_of_the_same_kinds(form: Form, case: str) -> None:
    """Each is named with its place, and generate makes no report."""
    xml, said = OTHERS[case]
    with_beginning(form, xml)
    messages = [finding.message for finding in lint_template(form) if finding.level == "error"]
    assert any(said in message for message in messages), messages
    with pytest.raises(DefinitionError):
        render_word(Review.unchecked(Filing(form=form, values={"unit.name": "某局", "report.year": 2024})))


def templates(folder: Path) -> list[Path]:
    """Our own: those of the built-in forms, the invented one's, and the first template of each."""
    forms = [*map(find_form, form_ids()), load_form(FORMS / "invented")]
    found = [word_template(form) for form in forms]
    for form in forms:
        path = folder / f"{form.id}.docx"
        path.write_bytes(starter_template(form))
        found.append(path)
    return found


@pytest.mark.long
def test_our_templates_are_sound_to_it_too(tmp_path: Path) -> None:
    """A second opinion on every Word template that is kept here or made here."""
    filters = set(word_environment().filters)
    said = {
        path.name: [str(issue) for issue in docxtpl_lint.lint(path, filters=filters).issues]
        for path in templates(tmp_path)
    }
    assert {name: [] for name in said} == said
