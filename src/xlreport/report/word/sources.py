"""The parts of a Word template that have tags, as Jinja compiles them. The only module that imports docxtpl.

docxtpl makes its XML of body, headers and footers, and of what else has paragraphs of Word; other parts are XML as they
stand. docxtpl is imported where a template is prepared for the first time, or fills one in itself; a prepared template
needs it no more.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

from xlreport.errors import DefinitionError
from xlreport.published.marks import root_of
from xlreport.report.word.charts import own_data
from xlreport.report.word.environment import word_environment
from xlreport.report.word.part_names import lacking
from xlreport.report.word.parts import DOCUMENT, NO_DOCUMENT, read_parts, write_parts
from xlreport.report.word.plain_places import readable_tags, with_plain_tags
from xlreport.report.word.revisions import settled
from xlreport.report.word.template_places import W
from xlreport.report.word.template_texts import SIGN, paragraphs
from xlreport.report.word.verify import BROKEN_STRUCTURE, grids_stand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.report.word.template_places import Paragraph
    from xlreport.report.word.template_tags import Slip

#: What docxtpl does beyond patching XML: columns that come and go, merges inside loops, pictures.
_SPECIAL: Final = re.compile(
    r"\{%-?\s*(?:tc\s|colspan\s|cellbg\s|hm\s*%|vm\s*%)|\{\{-?\s*tc\s|\{#-?\s*tc\s|<wp:docPr\b"
)

_PARAGRAPH: Final = re.compile(r"<w:p(?=[ >])")
_BODY: Final = re.compile(r"<w:body[ >].*</w:body>", re.DOTALL)
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Source(NamedTuple):
    """A part with tags as Jinja compiles it: a line for each paragraph. `ours`: docxtpl does not fill it in itself."""

    name: str
    head: str
    text: str
    tail: str
    ours: bool = False


class Sources(NamedTuple):
    """A template taken apart: see `take_apart`."""

    typed: tuple[Paragraph, ...]
    slips: tuple[Slip, ...]
    settled: bytes
    base: dict[str, bytes]
    tagged: tuple[Source, ...]
    places: tuple[str, ...]


def take_apart(template: bytes) -> Sources:
    """Everything that filling in a template, and looking for faults in it, goes by.

    `typed` is what was typed, revisions and comments included; `slips` what is wrong with data of charts; `settled` the template without them, `base` its parts
    as docxtpl saves them, `tagged` those with tags (body, headers, footers, then others), `places` what holds tags
    besides paragraphs of Word (see `plain_places`). Raises DefinitionError for no document.
    """
    parts, slips = own_data(read_parts(template))
    typed = tuple(paragraphs(parts))
    ready, places = with_plain_tags(settled(parts))
    content = template if ready == read_parts(template) else write_parts(ready)
    document = _opened(content)
    base = _saved(document)
    tagged = (*_of_docxtpl(document, base), *_others(document, base))
    return Sources(typed, slips, content, base, tagged, places)


def fill_plainly(content: bytes, context: Mapping[str, Any]) -> dict[str, bytes]:
    """Body, headers and footers filled in by docxtpl itself, and all other parts as they are. Errors come through."""
    document = _opened(content)
    try:
        document.render(dict(context), word_environment(), autoescape=True)
    except etree.XMLSyntaxError:
        raise DefinitionError(BROKEN_STRUCTURE) from None
    return _saved(document)


def plain_reason(base: Mapping[str, bytes]) -> str:
    """Why docxtpl must fill in the template itself; "" where it need not."""
    for name, content in base.items():
        if not re.match(r"word/(document|header|footer)", name):
            continue
        special = _SPECIAL.search(re.sub(r"<(?!wp:docPr\b)[^>]*>", "", content.decode()))
        if special:
            return f"{name}: {special[0]}"
    return "" if grids_stand(base[DOCUMENT]) else f"{DOCUMENT}: w:tblGrid"


def _opened(template: bytes) -> Any:
    """A docxtpl template. It gives no parser a chance to mend broken XML, and leaves other parts and properties alone."""
    from docxtpl import DocxTemplate

    class StrictTemplate(DocxTemplate):  # type: ignore[misc]
        def patch_xml(self, src_xml: str) -> str:
            return readable_tags(super().patch_xml(src_xml))

        def fix_tables(self, xml: str) -> Any:
            etree.fromstring(xml)
            return super().fix_tables(xml)

        def render_properties(self, context: object, jinja_env: object = None) -> None:
            pass

        def render_footnotes(self, context: object, jinja_env: object = None) -> None:
            pass

    document = StrictTemplate(io.BytesIO(template))
    try:
        document.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise DefinitionError(lacking(template) or NO_DOCUMENT) from None
    return document


def _saved(document: Any) -> dict[str, bytes]:
    buffer = io.BytesIO()
    document.docx.save(buffer)
    return read_parts(buffer.getvalue())


def _of_docxtpl(document: Any, base: Mapping[str, bytes]) -> Iterator[Source]:
    body = _BODY.search(base[DOCUMENT].decode())
    if body is None:
        raise DefinitionError("Word 模板没有正文，请用 Word 打开后另存为 .docx。")
    text = body.string
    yield _source(document, DOCUMENT, text[: body.start()], document.get_xml(), text[body.end() :])
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            xml = document.get_part_xml(part)
            if "{" in xml:
                yield _source(document, part.partname.lstrip("/"), "", xml, "")


def _source(document: Any, name: str, head: str, xml: str, tail: str, *, ours: bool = False) -> Source:
    return Source(name, head, _PARAGRAPH.sub(r"\n<w:p", document.patch_xml(xml)), tail, ours)


def _others(document: Any, base: Mapping[str, bytes]) -> Iterator[Source]:
    """Parts with tags that docxtpl does not look at."""
    known = {DOCUMENT} | {
        part.partname.lstrip("/")
        for uri in (document.HEADER_URI, document.FOOTER_URI)
        for _, part in document.get_headers_footers(uri)
    }
    for name in sorted(base.keys() - known):
        root = root_of(base[name])
        if root is None or not any(SIGN.search(each.text) for each in paragraphs({name: base[name]})):
            continue
        xml = etree.tostring(root, encoding="unicode")
        if f'="{W[1:-1]}"' in xml:
            yield _source(document, name, _DECLARATION, xml, "", ours=True)
        else:
            yield Source(name, _DECLARATION, readable_tags(xml), "", ours=True)
