"""A form against its Word template, both ways, for the maintainer: every finding is one Chinese sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError
from lxml import etree

from xlreport import finding_kinds as kinds
from xlreport.errors import XlreportError
from xlreport.forms.registry import word_template
from xlreport.maintain.rule_lint import listed, of_fields
from xlreport.maintain.template_fonts import lint_fonts
from xlreport.maintain.template_names import Names
from xlreport.published.looks import WHITE, has, lay_styles, mark_of
from xlreport.published.marks import marks, root_of
from xlreport.report.word.parts import read_parts
from xlreport.report.word.render import DRAFT_MARK, syntax_place, template_bytes
from xlreport.report.word.sources import Source, take_apart
from xlreport.report.word.template_blocks import lint_blocks
from xlreport.report.word.template_places import Paragraph, TagLines, W, part_name, quoted
from xlreport.report.word.template_tags import lint_tags
from xlreport.storage.jinja_faults import slip_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlreport.finding import Finding
    from xlreport.forms.definition import NodeText
    from xlreport.forms.model import Field, Form, Section

#: A tag with nothing of Word's inside.
_WHOLE_TAG = re.compile(r"\{\{(?:(?!</).)*?\}\}|\{%(?:(?!</).)*?%\}|\{#(?:(?!</).)*?#\}", re.DOTALL)

#: Letters of two points and less, in half points.
_TINY = 4

#: Field ids in the braces of an Excel preview, or anywhere in a sentence's template.
_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


def lint_template(form: Form) -> list[Finding]:
    """Every finding about the Word template of `form`."""
    path = word_template(form)
    try:
        template = template_bytes(path)
        sources, parts = take_apart(template), read_parts(template)
    except XlreportError as error:
        return [kinds.TEMPLATE.finding(str(error))]
    except etree.XMLSyntaxError:
        return [kinds.TEMPLATE.finding(f"Word 模板 {path} 的 XML 不完整，请用 Word 打开后另存为 .docx。")]
    typed = sources.typed
    findings = [
        *(slip.finding for slip in sources.slips),
        *lint_tags(typed),
        *lint_blocks(typed),
        *lint_fonts([each for each in typed if not each.what], parts),
        *_marks(parts),
        *_unseen([each for each in typed if not each.what], parts),
    ]
    names = Names(form)
    faults = [fault for source in sources.tagged for fault in _names(source, names, typed)]
    findings.extend(faults)
    if not any(fault.rule == kinds.SYNTAX.id for fault in faults):
        findings.extend(_missing(form, names.used))
    findings.extend(_labels(form, "".join(each.text for each in typed)))
    if not any(source.name.startswith("word/header") and DRAFT_MARK in source.text for source in sources.tagged):
        text = f"Word 模板的页眉没有草稿标记，不能生成草稿，请在页眉加上 {{% if draft %}}{DRAFT_MARK}{{% endif %}}。"
        findings.append(kinds.DRAFT.finding(text))
    return findings


def _marks(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """Comments and revisions that somebody left in the template."""
    what_happens = {
        "批注": "处批注，不会印进报告，请在 Word 里删去。",
        "修订": "处修订，报告按接受修订后的文字印，请在 Word 里接受或拒绝全部修订。",
    }
    left = marks(parts)
    for what, text in what_happens.items():
        some = [mark for mark in left if mark.what == what]
        if some:
            first = next((mark for mark in some if mark.text), some[0])
            said = f"“{quoted(first.text)}”" if first.text else ""
            first_one = f"（{first.author}：{said}）" if first.author and said else f"（{first.author}{said}）"
            yield kinds.TEMPLATE_MARKS.finding(f"Word 模板里有{len(some)}{text[:3]}{first_one}{text[3:]}")


def _unseen(typed: Sequence[Paragraph], parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """Text and tags that go into the report and that no reader of it sees, one finding for each way of hiding."""
    styles = root_of(parts.get("word/styles.xml", b""))
    if styles is not None:
        for root in {id(root): root for root in (each.element.getroottree().getroot() for each in typed)}.values():
            lay_styles(root, styles)
    hidden: dict[str, list[tuple[Paragraph, str]]] = {}
    for paragraph in typed:
        for run in paragraph.element.iter(f"{W}r"):
            text, how = "".join(each.text or "" for each in run.iterfind(f"{W}t")), _hidden_by(run)
            if how and text.strip() and next(run.iterancestors(f"{W}p")) is paragraph.element:
                hidden.setdefault(how, []).append((paragraph, text))
    for how, some in hidden.items():
        paragraph, text = some[0]
        more = f"等{len(some)}处" if len(some) > 1 else ""
        yield kinds.TEMPLATE_MARKS.finding(
            f"Word 模板{paragraph.place}里的“{quoted(text)}”{more}是{how}，印在报告里也看不见，请改成看得见的格式，或删去。"
        )


def _hidden_by(run: Any) -> str:
    """How the letters of a run are hidden from readers; "" where they are not."""
    if has(run, "vanish"):
        return "隐藏文字"
    if mark_of(run) == WHITE:
        return "白色文字"
    size = run.find(f"{W}rPr/{W}sz")
    half_points = "" if size is None else size.get(f"{W}val", "")
    return "小得看不见的文字" if half_points.isdecimal() and int(half_points) <= _TINY else ""


def _names(source: Source, names: Names, typed: tuple[Paragraph, ...]) -> Iterator[Finding]:
    """Tags that Jinja does not understand, or else names that the form does not have."""
    tags = TagLines(source.name, source.text, typed)
    try:
        unknown = names.read(tags.text)
    except TemplateSyntaxError as error:
        text = f"Word 模板{syntax_place(tags, error)}里的标签写错了（{slip_text(error)}），请改正标签。"
        yield kinds.SYNTAX.finding(text)
        return
    said = set()
    for name, line in unknown:
        if name not in said:
            said.add(name)
            text = f"Word 模板{tags.place(line)}里的 {name} 不是本表样的字段{names.suggest(name)}，请改正标签。"
            yield kinds.UNKNOWN_NAME.finding(text)
    try:
        etree.fromstring((source.head + _WHOLE_TAG.sub("", source.text) + source.tail).encode())
    except etree.XMLSyntaxError:
        text = f"Word 模板的{part_name(source.name)}里有标签跨越了段落、表格行或超链接，拼不回来，请把每个标签一次重新输入。"
        yield kinds.STRUCTURE.finding(text)


def _missing(form: Form, used: set[str]) -> Iterator[Finding]:
    """Fields that a report should print and the template does not name."""
    spoken = {id_ for sentence in form.sentences for id_ in _ID.findall(sentence.template)}
    judged = {id_ for rule in form.rules for id_ in _ID.findall(f"{rule.expr} {rule.when or ''}")}
    for section in form.sections:
        printed = {id_ for table in section.tables if table.printed for id_ in table.ids}
        lost = [
            field
            for field in form.fields.values()
            if field.section == section.key
            and field.id not in used
            and field.printed
            and _printable(field, bool(section.number), printed)
        ]
        silent = [field for field in lost if field.id in printed or field.id not in spoken | judged]
        other = [field for field in lost if field not in silent and field.id not in spoken]
        dropped = [] if section.number else [field for field in _required(form, section) if field.id not in used]
        if silent:
            names, ids = listed(f"{field.name}（{field.id}）" for field in silent), [field.id for field in silent]
            text = f"Word 模板里没有{names}，填了也印不出来，请在“{section.title}”部分加上标签。"
            yield kinds.NEVER_APPEARS.finding(text, of_fields(ids))
        if other:
            names, ids = listed(f"{field.name}（{field.id}）" for field in other), [field.id for field in other]
            text = f"Word 模板里没有{names}，只有规则用到，请核对是不是本来就不印。"
            yield kinds.NEVER_APPEARS.finding(text, of_fields(ids), level="warning")
        if dropped:
            names, ids = listed(f"{field.name}（{field.id}）" for field in dropped), [field.id for field in dropped]
            text = f"Word 模板里没有必填的{names}，请核对是不是本来就不印。"
            yield kinds.NEVER_APPEARS.finding(text, of_fields(ids), level="warning")


def _labels(form: Form, text: str) -> Iterator[Finding]:
    """Headings and labels of the definition that the template does not have: one of the two was changed alone."""
    held = "".join(text.split())
    for section in form.sections:
        wanted = [section.heading] if section.number else []
        for table in section.tables:
            if table.printed and section.number:
                blocks = table.blocks
                wanted += [
                    table.title,
                    *(title for b in blocks for title in (b.caption, *_titles((*b.columns, *b.rows)))),
                ]
        missing = [label for label in dict.fromkeys(wanted) if "".join(label.split()) not in held]
        if missing:
            text = f"Word 模板里没有“{section.heading}”部分的文字{listed(f'“{quoted(each)}”' for each in missing)}，请核对两边是否一致。"
            yield kinds.LABEL.finding(text)


def _titles(nodes: Iterable[NodeText]) -> Iterator[str]:
    for node in nodes:
        if node.repeat == 1:
            yield node.title
            yield from _titles(node.items)


def _required(form: Form, section: Section) -> Iterator[Field]:
    """What every filing has, and a report usually prints, outside the numbered sections."""
    fields = (form.fields[id_] for id_ in section.fields)
    return (field for field in fields if field.required and field.style != "prose")


def _printable(field: Field, numbered: bool, printed: set[str]) -> bool:
    """Whether a field belongs in the report: cells of printed tables, prose, and what else a numbered section asks."""
    if field.beside:
        return False
    if field.table is not None:
        return field.id in printed
    return numbered or field.style == "prose"
