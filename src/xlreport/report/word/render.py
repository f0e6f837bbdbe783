"""From a filing to the Word report, through the form's Word template."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateSyntaxError

from xlreport.errors import DefinitionError, EnvironmentFault
from xlreport.filing_json import flat
from xlreport.forms.registry import word_template
from xlreport.published.own_mark import blank, marked_parts
from xlreport.report.complete import due, lost, named
from xlreport.report.content import report_context, signed_by, title_lines
from xlreport.report.word.charts import without_blanks
from xlreport.report.word.environment import with_record, word_environment
from xlreport.report.word.fitted import fitted
from xlreport.report.word.part_names import usual_names
from xlreport.report.word.parts import CORE, DOCUMENT, core_properties, write_parts
from xlreport.report.word.prepared import Prepared, RenderedPart, fill, prepared_template
from xlreport.report.word.verify import check_found, check_no_tags, expected_tables, lines
from xlreport.reviewing.reviewed import Review
from xlreport.storage.files import MAX_FILE, read_bounded
from xlreport.storage.jinja_faults import FAULTS, fault_text
from xlreport.wording import fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlreport.report.word.template_places import TagLines

DRAFT_MARK: Final = "草稿"


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
    title = "".join(title_lines(filing.form, context))
    author = "、".join(signed_by(filing.form, dict(flat(context))))
    name = "/".join(path.parts[-2:])
    parts = _filled(template_bytes(path), context, name=name)
    missing = lost(lines(parts), due(review))
    if missing:
        raise DefinitionError(
            f"Word 模板 {name} 没有印出已经填写的{named(filing.form, missing)}，报告没有写出，请在模板里加上这些字段的标签。"
        )
    return write_parts(marked_parts({**fitted(parts), CORE: core_properties(title, author, blank(filing))}))


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
            f"Word 模板 {path} 打不开（{fault(error)}），请检查权限，或先在 Word 中关闭它。"
        ) from None


def render_template(template: bytes, context: Mapping[str, Any], properties: bytes, *, name: str) -> bytes:
    """A template filled in with `context`; `name` stands in messages. Raises as `render_word` does."""
    return write_parts({**_filled(template, context, name=name), CORE: properties})


def _filled(template: bytes, context: Mapping[str, Any], *, name: str) -> dict[str, bytes]:
    """The parts of the document, in which everything that a tag printed was found again."""
    try:
        prepared = prepared_template(template, prepare)
        recorded, record = with_record(context)
        parts = _fill(prepared, recorded)
    except _Slips as slip:
        raise DefinitionError(f"Word 模板 {name}，{slip}") from None
    except _Fault as fault:
        raise DefinitionError(f"Word 模板 {name}{_place(template, context)}：{fault_text(fault.cause)}") from None
    if context["draft"] is not None and not any(
        DRAFT_MARK.encode() in content for part, content in parts.items() if part.startswith("word/header")
    ):
        raise DefinitionError(
            f"Word 模板 {name} 的页眉没有标出“{DRAFT_MARK}”，不能生成草稿，请在页眉加上 {{% if draft %}}{DRAFT_MARK}{{% endif %}}。"
        )
    written = [parts[part.name] for part in prepared.rendered]
    check_found(written, prepared.expected, context, record, attributes=bool(prepared.plain), places=prepared.places)
    check_no_tags({**parts, CORE: b""}, record, name)
    return {part: _tidy(part, content) for part, content in parts.items()}


def _tidy(part: str, content: bytes) -> bytes:
    return without_blanks(content) if part.startswith("word/charts/") else content


def prepare(template: bytes) -> Prepared:
    """Make a template ready: docxtpl's patches, Jinja's compiled code, and what is expected where.

    Raises DefinitionError where it is no Word document, _Slips where something was meant for a tag and is none, or
    stands where none can be filled in, _Fault where a tag cannot be compiled.
    """
    from xlreport.report.word.sources import plain_reason, take_apart
    from xlreport.report.word.template_blocks import block_slips
    from xlreport.report.word.template_tags import slips

    sources = take_apart(template)
    slip = next(chain(sources.slips, slips(sources.typed), block_slips(sources.typed)), None)
    if slip is not None:
        raise _Slips(slip.message)
    rendered = []
    for source in sources.tagged:
        try:
            code = word_environment().compile(source.text)
        except TemplateSyntaxError as error:
            raise _Fault(error) from None
        rendered.append(RenderedPart(source.name, source.head, code, source.tail, source.ours))
    reason = plain_reason(sources.base)
    return Prepared(
        parts=sources.base,
        rendered=tuple(rendered),
        expected=tuple(map(tuple, expected_tables(sources.base[DOCUMENT]))),
        plain=reason,
        settled=sources.settled if reason else b"",
        places=sources.places,
    )


def _fill(prepared: Prepared, context: Mapping[str, Any]) -> dict[str, bytes]:
    """Every part, filled in. Raises _Fault where the template goes wrong."""
    try:
        if prepared.plain:
            from xlreport.report.word.sources import fill_plainly

            parts = fill_plainly(prepared.settled, context)
        else:
            parts = dict(prepared.parts)
        for part in prepared.rendered:
            if part.ours or not prepared.plain:
                parts[part.name] = fill(part, context)
    except FAULTS as error:
        raise _Fault(error) from None
    return parts


def _place(template: bytes, context: Mapping[str, Any]) -> str:
    """，正文第3段“…”: where the tag stands in the template that cannot be compiled or filled in.

    It is gone through once more for that, with each tag on a line of its own.
    """
    from xlreport.report.word.sources import take_apart
    from xlreport.report.word.template_places import TagLines

    sources = take_apart(template)
    for source in sources.tagged:
        tags = TagLines(source.name, source.text, sources.typed)
        try:
            word_environment().from_string(tags.text).render(context)
        except TemplateSyntaxError as error:
            return f"，{syntax_place(tags, error)}"
        except FAULTS as error:
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
