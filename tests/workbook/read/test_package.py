"""A workbook is found in its package however its parts are named, and judged by the parts that are read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from support.returns.package import M, Package
from support.returns.programs import strict
from xlreport.errors import InputError
from xlreport.workbook.read.xlsx import load, read_workbook

EXAMPLE = next(iter(sorted((Path(__file__).parents[3] / "examples").glob("*/*.xlsx"))))


@pytest.fixture(scope="module")
def sent():
    """What the untouched example says."""
    return read_workbook(EXAMPLE)


def renamed(into: Path, **names: str) -> Path:
    """The example with parts under other names, and nothing else changed."""
    with zipfile.ZipFile(EXAMPLE) as source, zipfile.ZipFile(into, "w") as archive:
        for name in source.namelist():
            new = name
            for old, other in names.items():
                new = new.replace(old.replace("__", "/"), other)
            archive.writestr(new, source.read(name))
    return into


def same(path: Path, sent) -> None:
    back = read_workbook(path)
    assert sent.values == back.values
    assert sent.findings == back.findings


@pytest.mark.parametrize(
    "names",
    [
        {"sheet": "Sheet"},
        {"sharedStrings": "SharedStrings"},
        {"styles": "Styles"},
        {"xl/": "XL/"},
        {"/": "\\"},
        {"[Content_Types]": "[content_types]"},
        {"_rels": "_RELS"},
        {"workbook.xml": "work%62ook.xml"},
    ],
)
def test_names_in_another_spelling_are_the_same_parts(tmp_path, sent, names):
    """Upper and lower case, backslashes, percent signs."""
    same(renamed(tmp_path / "a.xlsx", **names), sent)


@pytest.mark.parametrize("target", ["/xl/{}", "\\xl\\{}", "./{}", "../xl/{}", "../XL/{}"])
def test_targets_in_another_spelling_lead_to_the_same_parts(tmp_path, sent, target):
    """Absolute and relative ones."""
    package = Package(EXAMPLE)
    for relation in package.tree("xl/_rels/workbook.xml.rels"):
        relation.set("Target", target.format(relation.get("Target").replace("/", "\\" if "\\" in target else "/")))
    same(package.save(tmp_path / "a.xlsx"), sent)


@pytest.mark.long
def test_the_workbook_part_stands_where_the_relation_says(tmp_path, sent):
    """Its name and folder are its writer's choice."""
    package = Package(EXAMPLE)
    parts = package.parts
    for relation in package.tree("xl/_rels/workbook.xml.rels"):
        relation.set("Target", "/xl/" + relation.get("Target"))
    for relation in package.tree("_rels/.rels"):
        if relation.get("Target").endswith("workbook.xml"):
            relation.set("Target", "book/main2.xml")
    for override in package.tree("[Content_Types].xml"):
        if override.get("PartName") == "/xl/workbook.xml":
            override.set("PartName", "/BOOK/main2.xml")
    package.save(tmp_path / "a.xlsx")
    parts["book/main2.xml"] = parts.pop("xl/workbook.xml")
    parts["book/_rels/main2.xml.rels"] = parts.pop("xl/_rels/workbook.xml.rels")
    package.trees.clear()
    same(package.save(tmp_path / "a.xlsx"), sent)


def test_strict_open_xml_is_read(tmp_path, sent):
    """What Excel calls Strict Open XML is .xlsx too: other namespaces, the same content."""
    same(strict(EXAMPLE, tmp_path / "a.xlsx"), sent)


@pytest.mark.parametrize(
    "part", ["xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet3.xml", "xl/workbook.xml"]
)
def test_a_missing_part_is_damage(tmp_path, part):
    """Nothing is read as if the part were empty."""
    package = Package(EXAMPLE)
    del package.parts[part]
    with pytest.raises(InputError, match="损坏"):
        read_workbook(package.save(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("kind", ["styles", "sharedStrings"])
def test_a_missing_relation_is_damage_where_it_is_needed(tmp_path, kind):
    """Cells name their style and their string: without the table nobody knows what they show."""
    package = Package(EXAMPLE)
    relations = package.tree("xl/_rels/workbook.xml.rels")
    relations.remove(next(each for each in relations if each.get("Type").endswith(kind)))
    with pytest.raises(InputError, match="损坏"):
        read_workbook(package.save(tmp_path / "a.xlsx"))


def test_names_that_collide_are_damage(tmp_path):
    """Sheet1.xml beside sheet1.xml: programs would not agree which counts."""
    package = Package(EXAMPLE)
    package.parts["xl/worksheets/Sheet1.xml"] = package.parts["xl/worksheets/sheet2.xml"]
    with pytest.raises(InputError, match="损坏"):
        read_workbook(package.save(tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("xl/media/image1.svg", b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>'),
        ("customXml/item1.xml", "<?xml version='1.0' encoding='gb2312'?><甲/>".encode("gb2312")),
        ("__MACOSX/._x.xml", b"\x00\x05\x16\x07\x00"),
        ("docProps/core.xml", b"<not closed"),
        ("__MACOSX/xl/._vbaProject.bin", b"\x00\x05\x16\x07\x00"),
        ("xl/drawings/vmlDrawing1.vml", b"<xml><br></xml>"),
    ],
)
def test_what_is_not_parsed_is_not_judged(tmp_path, sent, part, data):
    """Pictures, custom data and what other systems leave in a zip file harm nothing."""
    package = Package(EXAMPLE)
    package.parts[part] = data
    same(package.save(tmp_path / "a.xlsx"), sent)


def test_a_content_type_for_macros_makes_none(tmp_path, sent):
    """SheetJS lists types for every extension; a workbook has macros where its own type or a part says so."""
    package = Package(EXAMPLE)
    types = package.tree("[Content_Types].xml")
    for extension, content_type in (
        ("bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        ("vbs", "application/vnd.ms-office.vbaProject"),
        ("xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ):
        types.insert(0, types.makeelement(types[0].tag, Extension=extension, ContentType=content_type))
    same(package.save(tmp_path / "a.xlsx"), sent)


@pytest.mark.long
@pytest.mark.parametrize("sheets", [100_000, 600])
def test_endless_sheets_are_damage(tmp_path, sheets):
    """Many entries on one part: nothing is read a hundred thousand times."""
    package = Package(EXAMPLE)
    entries = package.book.find(f"{M}sheets")
    entry = entries[0]
    for n in range(sheets):
        other = entry.makeelement(entry.tag, entry.attrib)
        other.set("name", f"又{n}")
        entries.append(other)
    with pytest.raises(InputError, match="损坏"):
        load(package.save(tmp_path / "a.xlsx").read_bytes())
