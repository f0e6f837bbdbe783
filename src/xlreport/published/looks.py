"""Letters of a report that look otherwise than they say: struck through, raised, lowered, white, hidden."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: How text reads that looks otherwise than its letters say: it is no figure, no label and no prose.
STRUCK, RAISED, LOWERED, WHITE, ODD_END = "〔删除线：", "〔上标：", "〔下标：", "〔白色字：", "〕"
_ODD = (STRUCK, RAISED, LOWERED, WHITE)

#: What is not seen at all, and left out of a text.
HIDDEN: Final = "hidden"

#: What styles may say of letters, and the report's own runs.
_LOOKS = ("strike", "dstrike", "vanish", "vertAlign", "color")

#: Such a piece of a text.
ODD: Final = re.compile(f"({'|'.join(_ODD)})[^{ODD_END}]*{ODD_END}")

_Element: TypeAlias = Any


def odd(mark: str, text: str) -> str:
    return f"{mark}{text}{ODD_END}" if text.strip() else text


def lay_styles(root: _Element, styles: _Element) -> None:
    """Say of each run itself what its style, or that of its paragraph, says of how its letters look."""
    by_id = {style.get(_W + "styleId"): style for style in styles.iter(_W + "style")}

    @cache
    def said(id_: str | None) -> Mapping[str, str]:
        return _style_looks(by_id, id_)

    for paragraph in root.iter(_W + "p"):
        outer = said(_named(paragraph, f"{_W}pPr/{_W}pStyle"))
        for run in paragraph.iter(_W + "r"):
            looks = {**outer, **said(_named(run, f"{_W}rPr/{_W}rStyle"))}
            if not looks:
                continue
            own = run.find(_W + "rPr")
            if own is None:
                own = etree.SubElement(run, _W + "rPr")
            for name, value in looks.items():
                if own.find(_W + name) is None:
                    etree.SubElement(own, _W + name).set(_W + "val", value)


def _named(element: _Element, path: str) -> str | None:
    """The style that an element names; None where it names none."""
    style = element.find(path)
    return None if style is None else style.get(_W + "val")


def _style_looks(by_id: Mapping[str | None, _Element], id_: str | None) -> dict[str, str]:
    """What a style, with those it is based on, says of the looks of letters."""
    looks: dict[str, str] = {}
    seen: set[str | None] = set()
    while id_ in by_id and id_ not in seen:
        seen.add(id_)
        style = by_id[id_]
        for name in _LOOKS:
            element = style.find(f"{_W}rPr/{_W}{name}")
            if element is not None:
                looks.setdefault(name, element.get(_W + "val", "1"))
        id_ = _named(style, _W + "basedOn")
    return looks


def mark_of(run: _Element) -> str:
    """How the letters of a run look otherwise than they say; "" where they do not."""
    if has(run, "vanish"):
        return HIDDEN
    if has(run, "strike") or has(run, "dstrike"):
        return STRUCK
    align = run.find(f"{_W}rPr/{_W}vertAlign")
    raised = "" if align is None else {"superscript": RAISED, "subscript": LOWERED}.get(align.get(_W + "val", ""), "")
    return raised or (WHITE if _white(run) else "")


def _white(run: _Element) -> bool:
    """White letters where nothing around them is said to be shaded."""
    color = run.find(f"{_W}rPr/{_W}color")
    if color is None or color.get(_W + "val", "").upper() not in ("FFFFFF", "FEFEFE"):
        return False
    around = (run, *run.iterancestors(_W + "p", _W + "tc", _W + "tbl"))
    shades = (shade for each in around for shade in each.iterfind(f"*/{_W}shd"))
    return all(shade.get(_W + "fill", "auto").upper() in ("AUTO", "FFFFFF") for shade in shades)


def has(run: _Element, name: str) -> bool:
    """Whether a run itself is hidden, struck through once or twice."""
    switch = run.find(f"{_W}rPr/{_W}{name}")
    return switch is not None and switch.get(_W + "val", "1") not in ("0", "false", "off")
