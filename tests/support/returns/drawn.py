"""Draw text boxes and shapes on a sheet of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.returns.package import Package

SPREADSHEET = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
VML = "urn:schemas-microsoft-com:vml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def anchor(row: int, col: int, shape: str, *, rows: int = 1, cols: int = 1) -> str:
    def corner(name: str, row: int, col: int) -> str:
        held = f"<x:col>{col}</x:col><x:colOff>0</x:colOff><x:row>{row}</x:row><x:rowOff>0</x:rowOff>"
        return f"<x:{name}>{held}</x:{name}>"

    ends = corner("from", row, col) + corner("to", row + rows, col + cols)
    return f'<x:wsDr xmlns:x="{SPREADSHEET}" xmlns:a="{DRAWING}"><x:twoCellAnchor>{ends}{shape}<x:clientData/></x:twoCellAnchor></x:wsDr>'


def box(*paragraphs: str) -> str:
    text = "".join(f"<a:p><a:r><a:t>{each}</a:t></a:r></a:p>" for each in paragraphs)
    return f"<x:sp><x:txBody><a:bodyPr/>{text}</x:txBody></x:sp>"


def old_box(row: int, col: int, text: str, *, kind: str = "Shape") -> str:
    """A text box in VML, as older programs write it; one of kind Note is the note on a cell."""
    where = f"<e:Anchor>{col}, 0, {row}, 0, {col}, 10, {row}, 10</e:Anchor>"
    data = f'<e:ClientData ObjectType="{kind}">{where}</e:ClientData>'
    shape = f"<v:shape><v:textbox><div>{text}</div></v:textbox>{data}</v:shape>"
    return f'<xml xmlns:v="{VML}" xmlns:e="urn:schemas-microsoft-com:office:excel">{shape}</xml>'


def draw(
    package: Package, content: str, *, title: str, kind: str = "drawing", name: str = "xl/drawings/drawing1.xml"
) -> None:
    """Put a part of drawings on a sheet."""
    part = package.part_of(title)
    package.parts[name] = content.encode()
    rels = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = f'<Relationship Id="rIdDrawn" Type="{RELATION}/{kind}" Target="/{name}"/>'
    before = package.parts.get(rels, empty.format("").encode()).decode()
    package.parts[rels] = before.replace("</Relationships>", link + "</Relationships>").encode()
