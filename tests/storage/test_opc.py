"""Parts of a package are found by equivalent names, whoever spelled them; and are never guessed."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.storage.opc import Package, PackageFault, Relation, part_key, resolved
from xlreport.storage.zips import Zip

RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="{}" Type="{}" Target="{}"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/"


def package(**parts):
    """A package of parts, "__" for "/"."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return Package(Zip(buffer.getvalue()))


def related_to(*relations):
    return RELATIONSHIPS.format("".join(RELATION.format(f"r{n}", *each) for n, each in enumerate(relations)))


@pytest.mark.parametrize(
    "name",
    ["xl/sharedStrings.xml", "/xl/SharedStrings.XML", "xl\\sharedstrings.xml", "xl/shared%53trings.xml", "xl/./a/../sharedStrings.xml"],
)  # fmt: skip
def test_equivalent_names_are_one(name):
    """ASCII case, backslashes, percent signs, dots and the first slash tell no parts apart."""
    assert "xl/sharedstrings.xml" == part_key(name)


@pytest.mark.parametrize(("one", "other"), [("xl/É.xml", "xl/é.xml"), ("xl/a%2Fb", "xl/a/b"), ("xl/a", "xl/a.xml")])
def test_other_names_are_not(one, other):
    """Only ASCII letters are equal in both cases, and an encoded slash is no slash."""
    assert part_key(one) != part_key(other)


@given(st.text(max_size=40))
def test_a_key_stays_below_the_root(name):
    """Whatever a target says, it leads to a part of the package; the key of a key is the key, percent signs aside."""
    key = part_key(name)
    assert not key.startswith(("/", "../"))
    assert "%" in key or key == part_key(key)


@pytest.mark.parametrize(
    ("target", "key"),
    [("worksheets/Sheet1.xml", "xl/worksheets/sheet1.xml"), ("/xl/a.xml", "xl/a.xml"), ("\\xl\\a.xml", "xl/a.xml"),
     ("../docProps/a.xml", "docprops/a.xml"), ("../../../a.xml", "a.xml"), ("a%20b.xml#x", "xl/a b.xml")],
)  # fmt: skip
def test_targets_are_resolved_against_the_part(target, key):
    """Relative and absolute ones, with either slash."""
    assert key == resolved("xl", target)


def test_names_that_collide_are_refused():
    """Nobody knows which of two parts of one name counts."""
    with pytest.raises(PackageFault):
        package(**{"xl/Workbook.xml": "", "xl/workbook.xml": ""})


@pytest.mark.parametrize("types", [OFFICE, STRICT])
def test_relations_are_known_in_both_flavours(types):
    """Transitional and strict; a relation of another maker keeps its whole address, one to the outside has no part."""
    made = package(
        a__b=b"",
        _rels__=b"",
        **{
            "_rels/.rels": related_to((types + "officeDocument", "A/B"), ("http://x/relationships/styles", "a/b")),
            "a/_rels/B.rels": RELATIONSHIPS.format(
                '<Relationship Id="x" Type="t" Target="http://x" TargetMode="External"/>'
            ),
        },
    )
    assert "a/b" == made.main()
    assert {
        "r0": Relation("officeDocument", "a/b"),
        "r1": Relation("http://x/relationships/styles", "a/b"),
    } == made.relations()
    assert {"x": Relation("t", "", outside="http://x")} == made.relations("a/b")


@pytest.mark.parametrize("targets", [["gone"], ["a", "b"]])
def test_a_missing_part_is_not_an_empty_one(targets):
    """What a relation points to is there, and once."""
    made = package(a="", b="", **{"_rels/.rels": related_to(*((OFFICE + "styles", target) for target in targets))})
    with pytest.raises(PackageFault):
        made.related("", "styles")
    assert made.related("", "theme") is None


def test_content_types_by_part_and_by_extension():
    """The part's own type before that of its extension, letters of either case."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="XML" '
        'ContentType="plain"/><Override PartName="/XL/Workbook.xml" ContentType="book"/></Types>'
    )
    made = package(**{"[content_types].xml": types})
    assert ["book", "plain", ""] == [made.content_type(part) for part in ("xl/workbook.xml", "a.xml", "a.bin")]


@pytest.mark.parametrize("relation", ['Id="a" Type="b"', 'Id="a" Target="c"', 'Type="b" Target="c"', ""])
def test_a_relation_without_what_it_must_have_is_damage(relation):
    """Id, type and target are what a relation is (ECMA-376 part 2, 8.3): without one of them nobody knows what is meant."""
    damaged = package(**{"_rels__.rels": RELATIONSHIPS.format(f"<Relationship {relation}/>")})
    with pytest.raises(PackageFault):
        damaged.main()


@pytest.mark.parametrize(
    "start", ["<?xml version='1.0'\n\n encoding = 'x-unknown'?>", "<?xml version='1.0' encoding='&#x'?>"]
)
def test_an_encoding_that_nobody_knows_is_damage(start):
    """However the declaration is spelled."""
    with pytest.raises(PackageFault):
        package(**{"_rels__.rels": start + RELATIONSHIPS.format("")}).main()
