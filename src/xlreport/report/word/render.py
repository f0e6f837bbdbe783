"""From a filing to the Word report, through the form's Word template. The only module that imports docxtpl.

docxtpl is imported where a template is prepared for the first time, or fills one in itself; a prepared template needs
it no more.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml.etree import XMLSyntaxError, fromstring

from xlreport.errors import DefinitionError, EnvironmentFault
from xlreport.forms.registry import word_template
from xlreport.report.complete import due, lost, named
from xlreport.report.content import report_context, signature, title_lines
from xlreport.report.word.environment import with_record, word_environment
from xlreport.report.word.part_names import usual_names
from xlreport.report.word.parts import CORE, DOCUMENT, NO_DOCUMENT, core_properties, read_parts, write_parts
from xlreport.report.word.prepared import Prepared, RenderedPart, fill, prepared_template
from xlreport.report.word.verify import BROKEN_STRUCTURE, check_found, expected_tables, grids_stand, lines
from xlreport.storage.files import MAX_FILE, read_bounded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlreport.report.word.template_places import TagLines
    from xlreport.reviewing.reviewed import Review

DRAFT_MARK: Final = "草稿"

#: What a template that goes wrong can raise: Jinja's errors, and Python's where a tag calculates.
_FAULTS: Final = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)

#: What docxtpl does beyond patching XML: columns that come and go, merges inside loops, pictures.
_SPECIAL: Final = re.compile(
    r"\{%-?\s*(?:tc\s|colspan\s|cellbg\s|hm\s*%|vm\s*%)|\{\{-?\s*tc\s|\{#-?\s*tc\s|<wp:docPr\b"
)

_PARAGRAPH: Final = re.compile(r"<w:p(?=[ >])")
_BODY: Final = re.compile(r"<w:body[ >].*</w:body>", re.DOTALL)


class Source(NamedTuple):
    """A part with tags as Jinja compiles it: a line for each paragraph."""

    name: str
    head: str
    text: str
    tail: str


class _Fault(Exception):
    """What went wrong when a part was compiled or filled in."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(cause)
        self.cause = cause


class _Slips(Exception):
    """What a person typed for a tag and is none: it would be published as it stands."""


def render_word(review: Review, *, draft: bool = False) -> bytes:
    """The Word report of a filing, as the bytes of a .docx; the same review gives the same bytes.

    Of a draft the findings still open are listed on a first page, and every page says 草稿.
    Raises DefinitionError where the template is missing or broken, naming tag and paragraph, or does not print a text
    that staff typed; XlreportError where a printed value is not found again in the document.
    """
    filing, context = review.filing, report_context(review, draft=draft)
    path = word_template(filing.form)
    properties = core_properties("".join(title_lines(filing.form, context)), filing.text(signature(filing.form)))
    name = "/".join(path.parts[-2:])
    parts = _filled(template_bytes(path), context, name=name)
    missing = lost(lines(parts), due(review))
    if missing:
        raise DefinitionError(
            f"Word 模板 {name} 没有印出已经填写的{named(filing.form, missing)}，报告没有写出，请在模板里加上这些字段的标签。"
        )
    return write_parts({**parts, CORE: properties})


def template_bytes(path: Path) -> bytes:
    """The template file. Raises DefinitionError where there is none, EnvironmentFault where it cannot be read.

    Its parts bear the names that Word gives them, whoever saved it.
    """
    try:
        return usual_names(read_bounded(path, MAX_FILE))
    except FileNotFoundError:
        raise DefinitionError(f"缺少 Word 模板 {path}，请把它放回原处。") from None
    except OSError as error:
        raise EnvironmentFault(
            f"Word 模板 {path} 打不开（{error.strerror}），请检查权限，或先在 Word 中关闭它。"
        ) from None


def render_template(template: bytes, context: Mapping[str, Any], properties: bytes, *, name: str) -> bytes:
    """A template filled in with `context`; `name` stands in messages. Raises as `render_word` does."""
    return write_parts({**_filled(template, context, name=name), CORE: properties})


def _filled(template: bytes, context: Mapping[str, Any], *, name: str) -> dict[str, bytes]:
    """The parts of the document, in which everything that a tag printed was found again."""
    try:
        prepared = prepared_template(template, prepare)
        recorded, record = with_record(context)
        parts = fill_plainly(template, recorded) if prepared.plain else _fill(prepared, recorded)
    except _Slips as slip:
        raise DefinitionError(f"Word 模板 {name}，{slip}") from None
    except _Fault as fault:
        raise DefinitionError(f"Word 模板 {name}{_place(template, context)}：{_fault(fault.cause)}") from None
    if context["draft"] is not None and not any(
        DRAFT_MARK.encode() in content for part, content in parts.items() if part.startswith("word/header")
    ):
        raise DefinitionError(
            f"Word 模板 {name} 的页眉没有标出“{DRAFT_MARK}”，不能生成草稿，请在页眉加上 {{% if draft %}}{DRAFT_MARK}{{% endif %}}。"
        )
    written = [parts[part.name] for part in prepared.rendered]
    check_found(written, prepared.expected, context, record, attributes=bool(prepared.plain))
    return parts


def prepare(template: bytes) -> Prepared:
    """Make a template ready: docxtpl's patches, Jinja's compiled code, and what is expected where.

    Raises DefinitionError where it is no Word document, _Slips where something was meant for a tag and is none, _Fault
    where a tag cannot be compiled.
    """
    from xlreport.report.word.template_places import paragraphs
    from xlreport.report.word.template_tags import slips

    base, sources = _sources(template)
    slip = next(slips(list(paragraphs(read_parts(template)))), None)
    if slip is not None:
        raise _Slips(slip.message)
    rendered = []
    for source in sources:
        try:
            code = word_environment().compile(source.text)
        except TemplateSyntaxError as error:
            raise _Fault(error) from None
        rendered.append(RenderedPart(source.name, source.head, code, source.tail))
    expected = expected_tables(base[DOCUMENT])
    return Prepared(base, tuple(rendered), tuple(map(tuple, expected)), _plain_reason(base))


def tagged_parts(template: bytes) -> list[Source]:
    """The parts with tags as docxtpl hands them to Jinja, one line a paragraph. Raises DefinitionError for no document."""
    return _sources(template)[1]


def fill_plainly(template: bytes, context: Mapping[str, Any]) -> dict[str, bytes]:
    """All parts of the document, filled in by docxtpl itself. Raises _Fault where the template goes wrong."""
    document = _opened(template)
    try:
        document.render(dict(context), word_environment(), autoescape=True)
    except XMLSyntaxError:
        raise DefinitionError(BROKEN_STRUCTURE) from None
    except _FAULTS as error:
        raise _Fault(error) from None
    return _saved(document)


def _fill(prepared: Prepared, context: Mapping[str, Any]) -> dict[str, bytes]:
    parts = dict(prepared.parts)
    for part in prepared.rendered:
        try:
            parts[part.name] = fill(part, context)
        except _FAULTS as error:
            raise _Fault(error) from None
    return parts


def _opened(template: bytes) -> Any:
    """A docxtpl template. It gives no parser a chance to mend broken XML, and leaves the properties alone."""
    from docxtpl import DocxTemplate

    class StrictTemplate(DocxTemplate):  # type: ignore[misc]
        def fix_tables(self, xml: str) -> Any:
            fromstring(xml)
            return super().fix_tables(xml)

        def render_properties(self, context: object, jinja_env: object = None) -> None:
            pass

    document = StrictTemplate(io.BytesIO(template))
    try:
        document.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise DefinitionError(NO_DOCUMENT) from None
    return document


def _saved(document: Any) -> dict[str, bytes]:
    buffer = io.BytesIO()
    document.docx.save(buffer)
    return read_parts(buffer.getvalue())


def _sources(template: bytes) -> tuple[dict[str, bytes], list[Source]]:
    """The parts as docxtpl saves them, and those with tags as docxtpl hands them to Jinja."""
    document = _opened(template)
    base = _saved(document)
    body = _BODY.search(base[DOCUMENT].decode())
    if body is None:
        raise DefinitionError("Word 模板没有正文，请用 Word 打开后另存为 .docx。")
    text = body.string
    sources = [_source(document, DOCUMENT, text[: body.start()], document.get_xml(), text[body.end() :])]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            xml = document.get_part_xml(part)
            if "{" in xml:
                sources.append(_source(document, part.partname.lstrip("/"), "", xml, ""))
    return base, sources


def _source(document: Any, name: str, head: str, xml: str, tail: str) -> Source:
    return Source(name, head, _PARAGRAPH.sub(r"\n<w:p", document.patch_xml(xml)), tail)


def _plain_reason(base: Mapping[str, bytes]) -> str:
    """Why docxtpl must fill in the template itself; "" where it need not."""
    for name, content in base.items():
        if not re.match(r"word/(document|header|footer|footnotes)", name):
            continue
        xml = content.decode()
        special = _SPECIAL.search(re.sub(r"<(?!wp:docPr\b)[^>]*>", "", xml))
        if special:
            return f"{name}: {special[0]}"
        if name.startswith("word/footnotes") and "{" in xml:
            return f"{name}: {{"
    return "" if grids_stand(base[DOCUMENT]) else f"{DOCUMENT}: w:tblGrid"


def _place(template: bytes, context: Mapping[str, Any]) -> str:
    """，正文第3段“…”: where the tag stands in the template that cannot be compiled or filled in.

    It is gone through once more for that, with each tag on a line of its own.
    """
    from xlreport.report.word.template_places import TagLines, paragraphs

    typed = list(paragraphs(read_parts(template)))
    for source in _sources(template)[1]:
        tags = TagLines(source.name, source.text, typed)
        try:
            word_environment().from_string(tags.text).render(context)
        except TemplateSyntaxError as error:
            return f"，{syntax_place(tags, error)}"
        except _FAULTS as error:
            return f"，{tags.place(_line(error))}"
    return ""


def syntax_place(tags: TagLines, error: TemplateSyntaxError) -> str:
    """Where a tag stands that Jinja does not understand; for a block without an end, where it begins."""
    return tags.unclosed() if "Unexpected end" in (error.message or "") else tags.place(error.lineno)


def _line(error: BaseException) -> int:
    """The line of the template that Jinja's rewritten traceback ends in; 0 where it ends in none."""
    line, step = 0, error.__traceback__
    while step is not None:
        if "__jinja_exception__" in step.tb_frame.f_globals:
            line = step.tb_lineno
        step = step.tb_next
    return line


def _fault(error: Exception) -> str:
    match error:
        case UndefinedError():
            return f"没有名为“{error.message}”的字段，请改正标签。"
        case TemplateSyntaxError():
            return f"标签写错了（{error.message}），请改正标签。"
        case SecurityError():
            return f"标签里有不允许的操作（{error.message}），请改正标签。"
    return f"标签不能计算（{error}），请改正标签。"
