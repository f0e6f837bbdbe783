"""Which runs of a Word template have no East Asian font, so that Chinese falls to whatever the reader's machine has.

The font of a run is looked up as Word does: the run itself, its character style, its paragraph style, the table's
style, the document's defaults; a theme font is followed into the theme.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lxml import etree

from xlreport import finding_kinds as kinds
from xlreport.report.word.template_places import Paragraph, W

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.finding import Finding

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

#: A Chinese character or sign, or a tag that prints: what staff fill in is Chinese.
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]|\{\{")

#: Script of a theme font by the beginning of the language that the settings name for East Asian text.
_SCRIPTS = (("zh-TW", "Hant"), ("zh-HK", "Hant"), ("zh-MO", "Hant"), ("zh", "Hans"), ("ja", "Jpan"), ("ko", "Hang"))


class Fonts:
    """The fonts of a document: styles, defaults, theme."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts

    def lacks(self, paragraph: Paragraph) -> bool:
        """Whether some Chinese of the paragraph has no East Asian font."""
        return any(
            not self._font(run, paragraph.element)
            for run in paragraph.element.iter(f"{W}r")
            if _CHINESE.search("".join(text.text or "" for text in run.iterfind(f"{W}t")))
        )

    def _font(self, run: Any, paragraph: Any) -> str:
        own = run.find(f"{W}rPr")
        character = _value(own, "rStyle")
        style = _value(paragraph.find(f"{W}pPr"), "pStyle") or self._default_style("paragraph")
        table = next((_value(each.find(f"{W}tblPr"), "tblStyle") for each in paragraph.iterancestors(f"{W}tbl")), "")
        for font in (
            self._of(own),
            self._of_style(character),
            self._of_style(style),
            self._of_style(table),
            self._defaults,
        ):
            if font is not None:
                return font
        return ""

    def _of(self, properties: Any) -> str | None:
        """The East Asian font that run properties set; None where they set none, "" where it leads nowhere."""
        fonts = properties.find(f"{W}rFonts") if properties is not None else None
        if fonts is None:
            return None
        theme = fonts.get(f"{W}eastAsiaTheme")
        if theme is not None:
            return self._theme("major" if theme.startswith("major") else "minor")
        named: str | None = fonts.get(f"{W}eastAsia")
        return named

    def _of_style(self, style: str) -> str | None:
        seen = set()
        while style and style in self._styles and style not in seen:
            seen.add(style)
            font = self._of(self._styles[style].find(f"{W}rPr"))
            if font is not None:
                return font
            style = _value(self._styles[style], "basedOn")
        return None

    def _theme(self, name: str) -> str:
        fonts = self._root("word/theme/theme1.xml", f".//{_A}{name}Font")
        if fonts is None:
            return ""
        own = fonts.find(f"{_A}ea")
        if own is not None and own.get("typeface"):
            return str(own.get("typeface"))
        language = self._root("word/settings.xml", f"{W}themeFontLang")
        script = next(
            (s for start, s in _SCRIPTS if language is not None and language.get(f"{W}eastAsia", "").startswith(start)),
            "",
        )
        return next(
            (str(each.get("typeface", "")) for each in fonts.iter(f"{_A}font") if each.get("script") == script), ""
        )

    @cached_property
    def _styles(self) -> dict[str, Any]:
        root = self._root("word/styles.xml")
        styles = root.iter(f"{W}style") if root is not None else ()
        return {style.get(f"{W}styleId", ""): style for style in styles}

    @cached_property
    def _defaults(self) -> str | None:
        return self._of(self._root("word/styles.xml", f"{W}docDefaults/{W}rPrDefault/{W}rPr"))

    def _default_style(self, kind: str) -> str:
        chosen = (
            id_
            for id_, style in self._styles.items()
            if style.get(f"{W}type") == kind and style.get(f"{W}default") in ("1", "true", "on")
        )
        return next(chosen, "")

    def _root(self, part: str, path: str = "") -> Any:
        """The root of a part, or what it holds at `path`; None where there is neither."""
        if part not in self._parts:
            return None
        try:
            root = etree.fromstring(self._parts[part], etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return None
        return root.find(path) if path else root


def lint_fonts(typed: list[Paragraph], parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """One finding for all paragraphs whose Chinese has no font, naming the first."""
    fonts = Fonts(parts)
    bare = [paragraph for paragraph in typed if fonts.lacks(paragraph)]
    if bare:
        more = f"等{len(bare)}段" if len(bare) > 1 else ""
        text = f"Word 模板{bare[0].place}{more}没有设中文字体，请在 Word 里选中文字或修改样式，设好“中文字体”。"
        yield kinds.FONT.finding(text)


def _value(properties: Any, tag: str) -> str:
    child = properties.find(f"{W}{tag}") if properties is not None else None
    return "" if child is None else str(child.get(f"{W}val", ""))
