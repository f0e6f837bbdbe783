"""Defects planted in a sound Word template are found, each named with its paragraph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from support.definitions import ROWS_FORM, made_form
from support.word_documents import add_part
from xlreport.finding import Finding
from xlreport.forms import Form, find_form, form_ids
from xlreport.forms.registry import TEMPLATE_NAME
from xlreport.maintain.first_template import starter_template
from xlreport.maintain.template_lint import lint_template
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts
from xlreport.report.word.template_places import W

ADULTS = "{{ visits.adults }}"
STYLES = "word/styles.xml"


def with_template(form: Form, change: Callable[[dict[str, bytes]], None] | None = None) -> Form:
    """The form with its starter template, changed, in its folder."""
    parts = read_parts(starter_template(form))
    if change:
        change(parts)
    (form.folder / f"{TEMPLATE_NAME}.docx").write_bytes(write_parts(parts))
    return form


def replaced(old: str, new: str, part: str = DOCUMENT) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part].decode()
        parts[part] = parts[part].decode().replace(old, new, 1).encode()

    return change


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def kinds(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(each.level, each.rule) for each in findings]


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return made_form(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("form_id", form_ids())
def test_built_in_templates_are_sound(form_id: str):
    """Nothing is said of the built-in templates."""
    assert lint_template(find_form(form_id)) == []


def test_starter_template_is_sound(form: Form):
    """Nothing is said of a template that was just made."""
    assert lint_template(with_template(form)) == []


def test_starter_template_with_rows_that_repeat(tmp_path: Path):
    """A loop over the rows staff filled in counts for every row."""
    assert lint_template(with_template(made_form(tmp_path, ROWS_FORM))) == []


def test_no_template(form: Form):
    """A form without a Word template cannot give a report."""
    assert kinds(lint_template(form)) == [("error", "template")]


def test_template_that_is_no_document(form: Form):
    """What is no .docx is said to be none."""
    (form.folder / f"{TEMPLATE_NAME}.docx").write_bytes(b"no document")
    assert kinds(lint_template(form)) == [("error", "template")]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("{{ visits.adult }}", "visits.adult"),
        ("{{ visit.adults }}", "visit"),
        ("{{ visits.adults.natural }}", "visits.adults.natural"),
        ("{% for p in hall.text.paragraphs %}{{ p.headline }}{% endfor %}", "p.headline"),
        ("{% for p in hall.text.paragraphs %}{{ loop.number }}{% endfor %}", "loop.number"),
        ("{% for p in hall.texts.paragraphs %}{{ p }}{% endfor %}", "hall.texts"),
        ("{% if false %}{{ hall.opened }}{% endif %}", "hall.opened"),
        ("{% set x = hall %}{{ x.closed }}", "x.closed"),
        ("{{ [hall.one, 2] | join }}", "hall.one"),
        ("{{ hall['two'] }}", "hall.two"),
    ],
)
def test_unknown_name(form: Form, tag: str, name: str):
    """A name that the form does not have is found wherever it stands."""
    findings = lint_template(with_template(form, replaced(ADULTS, ADULTS + tag)))
    assert [("error", "unknown_name")] == kinds(findings)
    assert f"里的 {name} 不是" in findings[0].message


def test_unknown_name_in_a_header(form: Form):
    """Headers and footers are read too."""
    findings = lint_template(with_template(form, replaced("<w:t", "<w:t>{{ unit.nam }}</w:t><w:t", "word/header1.xml")))
    assert [("error", "unknown_name")] == kinds(findings)
    assert "页眉" in findings[0].message
    assert "是不是 unit.name" in findings[0].message


def test_unknown_name_in_a_footnote(form: Form):
    """Footnotes may hold tags as well."""

    def change(parts: dict[str, bytes]) -> None:
        main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        text = f'<w:footnotes xmlns:w="{main}"><w:footnote w:id="2"><w:p>{run("{{ unit.nam }}")}</w:p></w:footnote></w:footnotes>'
        add_part(parts, "word/footnotes.xml", text)

    findings = lint_template(with_template(form, change))
    assert [("error", "unknown_name")] == kinds(findings)
    assert "脚注第1段" in findings[0].message


def test_unknown_name_in_a_row(tmp_path: Path):
    """A row has the columns of its table and no others."""
    change = replaced("{{ row.cost }}", "{{ row.cost }}{{ row.costs }}")
    findings = lint_template(with_template(made_form(tmp_path, ROWS_FORM), change))
    assert [("error", "unknown_name")] == kinds(findings)
    assert "row.costs" in findings[0].message


def test_column_of_a_repeated_row_that_never_appears(tmp_path: Path):
    """A column left out of the loop is missing for all rows."""
    findings = lint_template(with_template(made_form(tmp_path, ROWS_FORM), replaced("{{ row.cost }}", "")))
    assert [("error", "never_appears")] == kinds(findings)
    assert {f"projects.project{n}.cost" for n in (1, 2, 3)} == {cell.field for cell in findings[0].cells}


def test_field_that_never_appears(form: Form):
    """A figure that the template does not print is an error that names it."""
    (finding,) = lint_template(with_template(form, replaced(ADULTS, "")))
    assert ("error", "never_appears") == (finding.level, finding.rule)
    assert "成人（visits.adults）" in finding.message


def test_field_that_only_rules_use(form: Form):
    """A field that rules read and the template leaves out is a warning: it may be meant."""
    findings = lint_template(with_template(form, replaced("{{ hall.cost }}", "")))
    assert [("warning", "never_appears")] == kinds(findings)


@pytest.mark.parametrize(
    "tag",
    [
        "｛｛ visits.adults ｝｝",
        "{｛ visits.adults }}",
        "{{ visits.adults }｝",
        "{％ if draft ％}",
        "｛visits.adults｝",
        "{ { visits.adults } }",
        "{ visits.adults }",
    ],
)
def test_full_width_braces(form: Form, tag: str):
    """Braces in full width would be printed as they stand."""
    findings = lint_template(with_template(form, replaced(ADULTS, tag)))
    assert ("error", "braces") in kinds(findings)
    assert any("全角" in each.message and f"正文第1张表第2行第1格“{tag}”" in each.message for each in findings)


def test_every_look_names_the_same_cell(form: Form):
    """Signs, names, syntax and fonts are found by four looks, and each says where the cell is in the same words."""
    there = "正文第1张表第2行第1格“合计"
    for tag in ("｛｛ visits.adults ｝｝", "{{ visits.adult }}", "{% if %}", "{{ visits.ad</w:t><w:br/><w:t>ults }}"):
        findings = lint_template(with_template(form, replaced(ADULTS, f"合计{tag}")))
        assert any(there in each.message for each in findings), tag


def test_paragraphs_in_tables_are_not_counted(form: Form):
    """Outside tables a person counts the paragraphs of the body, and so do all looks, whatever docxtpl takes away."""
    xml = read_parts(starter_template(form))[DOCUMENT].decode()
    outside = etree.fromstring(xml.encode()).iterfind(f"{W}body/{W}p")
    texts = ["".join(each.itertext()) for each in outside]
    number = 1 + next(n for n, text in enumerate(texts) if "for paragraph in hall.text" in text)
    assert number > texts.index("一、数字") + 1
    old = "for paragraph in hall.text.paragraphs"
    for new, kind in (
        ("for paragraph in hall.texts.paragraphs", "unknown_name"),
        ("fro paragraph in hall.text", "syntax"),
    ):
        findings = lint_template(with_template(form, replaced(old, new)))
        said = [each.message for each in findings if each.rule == kind]
        assert any(f"正文第{number}段“{{%p {new[:20]}" in each for each in said), said


def test_a_block_without_an_end_is_named_where_it_begins(form: Form):
    """Jinja notices only at the end of the document."""
    (finding,) = lint_template(with_template(form, replaced(ADULTS, ADULTS + "{% if visits.adults %}")))
    assert "正文第1张表第2行第1格" in finding.message


def test_a_table_in_a_table_is_no_table_of_its_own(form: Form):
    """A cell is named in the table that the document holds, its whole text quoted."""
    inner = (
        f"<w:tbl><w:tr><w:tc><w:p>{run('内')}</w:p></w:tc><w:tc><w:p>{run('｛｛ a ｝｝')}</w:p></w:tc></w:tr></w:tbl>"
    )
    change = replaced(ADULTS, ADULTS + "</w:t></w:r></w:p>" + inner + f"<w:p>{run('')}<w:r><w:t>")
    findings = lint_template(with_template(form, change))
    assert [("error", "braces")] == kinds(findings)
    assert "正文第1张表第2行第1格“{{ visits.adults }}内｛｛ a ｝｝”" in findings[0].message


def test_tag_in_several_runs(form: Form):
    """Runs inside a tag are joined again: worth a warning, no error."""
    change = replaced(
        run_of(form, ADULTS),
        run("{") + run("{ visits.ad") + "<w:proofErr w:type='spellStart'/>" + run("ults }") + run("}"),
    )
    assert [("warning", "split")] == kinds(lint_template(with_template(form, change)))


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ('<w:bookmarkStart w:id="7" w:name="_GoBack"/>', "书签"),
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "域"),
        ("<w:sdt><w:sdtContent/></w:sdt>", "内容控件"),
    ],
)
def test_tag_split_by_something(form: Form, inside: str, name: str):
    """A tag with something of Word's inside loses it, or breaks."""
    change = replaced(run_of(form, ADULTS), run("{{ visits.ad") + inside + run("ults }}"))
    findings = lint_template(with_template(form, change))
    assert [("error", "split")] == kinds(findings)
    assert name in findings[0].message


def test_tag_that_ends_inside_a_link(form: Form):
    """A tag that begins before a link and ends in it cannot be put together again."""
    change = replaced(
        run_of(form, ADULTS), run("{{ visits.ad") + f'<w:hyperlink w:anchor="a">{run("ults }}")}</w:hyperlink>'
    )
    findings = lint_template(with_template(form, change))
    assert {("error", "split"), ("error", "structure")} == set(kinds(findings))


def test_tag_across_paragraphs(form: Form):
    """A tag that begins in one paragraph and ends in the next is found once."""
    change = replaced(run_of(form, ADULTS), run("{{ visits.ad") + "</w:p><w:p>" + run("ults }}"))
    findings = lint_template(with_template(form, change))
    assert [("error", "split")] == kinds(findings)
    assert "两段" in findings[0].message


def test_closing_without_opening(form: Form):
    """Braces that close nothing would be printed."""
    assert [("error", "split")] == kinds(lint_template(with_template(form, replaced(ADULTS, ADULTS + " }}"))))


@pytest.mark.parametrize(
    "tag", ["{{ visits.adults + }}", "{% if visits.adults %}", "{{ visits.adults | nothing }}", "{% endfor %}"]
)
def test_syntax_error_quotes_the_paragraph(form: Form, tag: str):
    """What Jinja does not understand is named with its place."""
    findings = lint_template(with_template(form, replaced(ADULTS, tag)))
    assert [("error", "syntax")] == kinds(findings)
    assert "正文第" in findings[0].message


def test_no_east_asian_font(form: Form):
    """Without a font in run, style, defaults and theme, Chinese falls to whatever is there."""
    change = replaced(' w:eastAsia="仿宋_GB2312"', "", STYLES)
    findings = lint_template(with_template(form, change))
    assert [("error", "font")] == kinds(findings)
    assert "中文字体" in findings[0].message


def test_empty_theme_font(form: Form):
    """A theme font without a typeface is none; with one for the settings' language it is one."""

    def change(parts: dict[str, bytes]) -> None:
        replaced('w:eastAsia="仿宋_GB2312"', 'w:eastAsiaTheme="minorEastAsia"', STYLES)(parts)
        parts["word/theme/theme1.xml"] = (
            b'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:fontScheme>'
            b'<a:minorFont><a:ea typeface=""/><a:font script="Hans" typeface="SimSun"/></a:minorFont>'
            b"</a:fontScheme></a:themeElements></a:theme>"
        )
        settings = parts["word/settings.xml"].decode()
        parts["word/settings.xml"] = settings.replace("w:themeFontLang", "w:none").encode()

    assert [("error", "font")] == kinds(lint_template(with_template(form, change)))

    def mended(parts: dict[str, bytes]) -> None:
        change(parts)
        settings = parts["word/settings.xml"].decode()
        language = '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
        parts["word/settings.xml"] = settings.replace("</w:settings>", language).encode()

    assert lint_template(with_template(form, mended)) == []


@pytest.mark.parametrize(("old", "new"), [("一、数字", "一、数"), ("儿童", "少年")])
def test_label_that_was_changed_alone(form: Form, old: str, new: str):
    """A heading or a label that the definition has and the template has not is a warning that names it."""
    findings = lint_template(with_template(form, replaced(old, new)))
    assert [("warning", "label")] == kinds(findings)
    assert f"“{old}”" in findings[0].message


def test_header_without_the_draft_mark(form: Form):
    """A template that cannot say 草稿 cannot give drafts."""

    def change(parts: dict[str, bytes]) -> None:
        for name in list(parts):
            if name.startswith("word/header"):
                parts[name] = parts[name].replace("草稿".encode(), b"")

    assert [("warning", "draft")] == kinds(lint_template(with_template(form, change)))


def run_of(form: Form, tag: str) -> str:
    """The run of the starter template that holds a tag."""
    xml = read_parts(starter_template(form))[DOCUMENT].decode()
    at = xml.index(tag)
    start = max(xml.rfind("<w:r>", 0, at), xml.rfind("<w:r ", 0, at))
    return xml[start : xml.index("</w:r>", at) + len("</w:r>")]


@pytest.mark.parametrize(
    ("look", "said"),
    [
        ("<w:vanish/>", "里的“内部掌握”是隐藏文字"),
        ('<w:color w:val="FFFFFF"/>', "里的“内部掌握”是白色文字"),
        ('<w:sz w:val="2"/>', "里的“内部掌握”是小得看不见的文字"),
        ('<w:vanish w:val="0"/>', ""),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="C00000"/>', ""),
    ],
)
def test_text_that_nobody_sees_is_said(form: Form, look: str, said: str):
    """Hidden, white and tiny letters go into every report unseen; white ones on a ground are seen."""
    hidden = f"<w:r><w:rPr>{look}</w:rPr><w:t>内部掌握</w:t></w:r></w:p></w:body>"

    def change(parts: dict[str, bytes]) -> None:
        text = parts[DOCUMENT].decode()
        end = text.rindex("</w:p>")
        parts[DOCUMENT] = (text[:end] + hidden.removesuffix("</w:p></w:body>") + text[end:]).encode()

    messages = [each.message for each in lint_template(with_template(form, change)) if each.rule == "template_marks"]
    assert [bool(said)] * max(len(messages), 1) == [said in each and bool(said) for each in messages or [""]]


CHOICE = (
    '<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="{{ unit.name }}" w:value="1"/></w:dropDownList>'
    "</w:sdtPr><w:sdtContent/></w:sdt>"
)


@pytest.mark.parametrize(
    ("added", "called"),
    [
        ('<w:sdt><w:sdtPr><w:alias w:val="{{ unit.name }}"/></w:sdtPr><w:sdtContent/></w:sdt>', "内容控件的标题"),
        ('<w:bookmarkStart w:id="77" w:name="{{ unit.name }}"/><w:bookmarkEnd w:id="77"/>', "书签的名称"),
        (
            CHOICE,
            "下拉列表的选项",
        ),
        ('<w:smartTag w:element="{{ unit.name }}"/>', "设置项"),
    ],
)
def test_places_without_text_have_chinese_names(form: Form, added: str, called: str):
    """A tag where no text is printed is refused in words of Word, never by the name of an attribute."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts[DOCUMENT].decode()
        end = text.rindex("</w:p>")
        parts[DOCUMENT] = (text[:end] + added + text[end:]).encode()

    messages = [each.message for each in lint_template(with_template(form, change)) if each.rule == "tag_place"]
    assert any(f"的{called}“{{{{ unit.name }}}}”里的标签填不了" in each for each in messages), messages
