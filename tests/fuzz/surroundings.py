"""What happens around the cells of a workbook: drawings over them, names, the order of sheets, the chain of formulas."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from lxml import etree

from support.returns.drawn import anchor, box, draw, old_box
from support.returns.package import REL, M, Package, address_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

WORDS = ("9999", "3", "见附表", "内部掌握", "12件", " ", "【自然人新收申请数】", "一是制度。")

#: Shapes that show no text: a rectangle, a picture, a chart, a drawing of SmartArt that is not there.
MUTE = (
    "<x:sp><x:spPr/></x:sp>",
    f'<x:pic><x:blipFill><a:blip xmlns:r="{REL}" r:embed="rId1"/></x:blipFill><x:spPr/></x:pic>',
    "<x:graphicFrame><a:graphic><a:graphicData/></a:graphic></x:graphicFrame>",
    "<x:cxnSp><x:spPr/></x:cxnSp>",
)

#: Elements of a sheet that stand after its drawing.
_AFTER = (
    "legacyDrawing",
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)


def _place(rng: Random, package: Package) -> tuple[str, int, int]:
    """A sheet, row and column (from 0): those of a named cell more often than not."""
    names = [name for name in package.names() if not name.startswith(("meta.", "verdict.", "check."))]
    title, address = address_of(package, rng.choice(names))
    letters, digits = re.findall(r"[A-Z]+|\d+", address)
    if rng.random() < 0.3:
        return title, rng.randrange(60), rng.randrange(16)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return title, int(digits) - 1, column - 1


def drawing(rng: Random, package: Package) -> None:
    """Text boxes, shapes or pictures over a sheet, as programs of today and of old write them; or a part of nobody's."""
    title, row, col = _place(rng, package)
    shapes = "".join(rng.choice((box(rng.choice(WORDS)), box("一", "二"), *MUTE)) for _ in range(rng.choice((1, 1, 2))))
    if rng.random() < 0.3:
        shapes = f"<x:grpSp>{shapes}</x:grpSp>"
    content, kind, name = (
        anchor(row, col, shapes, rows=rng.choice((1, 1, 3)), cols=rng.choice((1, 2))),
        "drawing",
        "drawing1.xml",
    )
    roll = rng.random()
    if roll < 0.2:
        content, kind, name = old_box(row, col, rng.choice(WORDS)), "vmlDrawing", "vmlDrawing1.vml"
    elif roll < 0.3:
        content = rng.choice((content.replace("twoCellAnchor", "absoluteAnchor"), content.replace("x:from", "x:form")))
    elif roll < 0.4:
        content = rng.choice((content[: len(content) // 2], "", "<x/>", re.sub(r"(?<=row>)\d+", "-1", content)))
    draw(package, content, title=title, kind=kind, name=f"xl/drawings/{name}")
    sheet = package.sheet(title)
    shown = etree.Element(f"{M}{'legacyDrawing' if kind == 'vmlDrawing' else 'drawing'}")
    shown.set(f"{{{REL}}}id", "rIdDrawn")
    behind = next((each for each in sheet if etree.QName(each).localname in _AFTER), None)
    if behind is None:
        sheet.append(shown)
    else:
        behind.addprevious(shown)


def calc_chain(rng: Random, package: Package) -> None:
    """The order in which Excel calculates: right, wrong, of cells that are not there, or no XML at all."""
    chain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = [
        (cell.get("r"), n)
        for n, title in enumerate(package.titles(), 1)
        for cell in package.sheet(title).iter(f"{M}c")
        if cell.find(f"{M}f") is not None
    ]
    rng.shuffle(cells)
    cells = cells[: rng.choice((0, 1, len(cells)))] + [("ZZ9", 99)] * rng.choice((0, 1))
    listed = "".join(f'<c r="{address}" i="{n}"/>' for address, n in cells)
    content = f'<calcChain xmlns="{chain}">{listed}</calcChain>'
    package.parts["xl/calcChain.xml"] = rng.choice((content, content, content[:-3], "", "x")).encode()
    rels = package.tree("xl/_rels/workbook.xml.rels")
    etree.SubElement(rels, rels[0].tag, Id="rIdChain", Type=f"{REL}/calcChain", Target="calcChain.xml")
    types = package.tree("[Content_Types].xml")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    etree.SubElement(
        types, f"{{{etree.QName(types).namespace}}}Override", PartName="/xl/calcChain.xml", ContentType=kind
    )


def moved_names(rng: Random, package: Package) -> None:
    """Names that point to other cells: one to its neighbour or anywhere, or those of a whole sheet by a row or a column."""
    names = package.names()
    one = rng.choice([name for name in names if not name.startswith(("meta.", "verdict.", "check."))])
    title = address_of(package, one)[0]
    roll = rng.random()
    if roll < 0.3:
        other, row, col = _place(rng, package)
        names[one].text = f"'{other}'!${chr(65 + col % 26)}${row + 1}"
        return
    rows, cols = rng.choice(((1, 0), (-1, 0), (0, 1), (0, -1), (2, 0)))
    chosen = [one] if roll < 0.7 else [name for name in names if (names[name].text or "").startswith(f"'{title}'!")]
    for name in chosen:
        names[name].text = re.sub(
            r"\$([A-Z])\$(\d+)\Z",
            lambda at: f"${chr(max(ord(at[1]) + cols, 65))}${max(int(at[2]) + rows, 1)}",
            names[name].text or "",
        )


def sheet_order(rng: Random, package: Package) -> None:
    """The sheets in another order: turned round, shuffled, two exchanged; the relations and numbers as well, at times."""
    sheets = package.book.find(f"{M}sheets")
    assert sheets is not None
    entries = list(sheets)
    roll = rng.random()
    if roll < 0.3:
        entries.reverse()
    elif roll < 0.6:
        rng.shuffle(entries)
    else:
        one, other = rng.sample(range(len(entries)), 2)
        entries[one], entries[other] = entries[other], entries[one]
    sheets[:] = entries
    if rng.random() < 0.3:
        rels = package.tree("xl/_rels/workbook.xml.rels")
        rels[:] = sorted((copy.deepcopy(each) for each in rels), key=lambda _: rng.random())
    if rng.random() < 0.3:
        for n, entry in enumerate(entries, rng.choice((1, 7))):
            entry.set("sheetId", str(n))


SURROUNDINGS: tuple[Callable[[Random, Package], None], ...] = (
    drawing,
    drawing,
    drawing,
    calc_chain,
    moved_names,
    moved_names,
    sheet_order,
)
