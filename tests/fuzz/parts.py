"""What happens to the XML of a part: attributes, tags, texts, namespaces, encodings, entities."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from lxml import etree

from support.returns.package import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from support.returns.package import Package

ATTRIBUTES = (
    "0", "1", "-1", "2", "7", "99999", "4294967296", "1.5", "x", "", " ", "true", "A1", "A1:B2", "Z99", "rId1", "rId3",
    "../x", "9" * 400, "中", "#REF!", "'", "$A$1",
)  # fmt: skip

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"

_DIGIT = re.compile(rb"(?<=>)[0-9]+(?=<)|\"[0-9]+\"")


def _part(rng: Random, package: Package) -> str:
    """A part with XML: a sheet more often than not."""
    xml = [name for name in package.parts if name.endswith((".xml", ".rels"))]
    vital = [name for name in xml if "worksheets/sheet" in name or "workbook" in name or "styles" in name]
    return rng.choice(vital if rng.random() < 0.8 else xml)


def _raw(package: Package, part: str) -> bytes:
    tree = package.trees.pop(part, None)
    if tree is not None:
        package.parts[part] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return package.parts[part]


def _element(rng: Random, package: Package) -> etree._Element:
    tree = package.tree(_part(rng, package))
    return rng.choice(list(tree.iter(etree.Element)))


def attribute(rng: Random, package: Package) -> None:
    element = _element(rng, package)
    key = rng.choice([*element.attrib, *(("hidden", "t", "s", "r") if rng.random() < 0.3 else ())] or ["r"])
    if rng.random() < 0.2:
        element.attrib.pop(key, None)
    else:
        others = (
            [each.get(key) for each in element.getparent() if each.get(key)] if element.getparent() is not None else []
        )
        element.set(key, rng.choice(others) if others and rng.random() < 0.5 else rng.choice(ATTRIBUTES))


def element_gone(rng: Random, package: Package) -> None:
    element = _element(rng, package)
    if element.getparent() is not None:
        element.getparent().remove(element)


def element_doubled(rng: Random, package: Package) -> None:
    element = _element(rng, package)
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def element_moved(rng: Random, package: Package) -> None:
    """Swapped with a brother, or put into another element."""
    element = _element(rng, package)
    parent = element.getparent()
    if parent is None:
        return
    if rng.random() < 0.7:
        parent.insert(rng.randrange(len(parent)), element)
    else:
        rng.choice(list(parent)).append(copy.deepcopy(element))


def text(rng: Random, package: Package) -> None:
    tree = package.tree(_part(rng, package))
    texts = [each for each in tree.iter(etree.Element) if each.text]
    if texts:
        each = rng.choice(texts)
        at = rng.randrange(len(each.text))
        each.text = rng.choice(
            (
                each.text[:at] + each.text[at + 1 :],
                each.text[:at] + "3" + each.text[at:],
                " " + each.text,
                "",
                "12",
                "x",
            )
        )


def tag(rng: Random, package: Package) -> None:
    element = _element(rng, package)
    name = etree.QName(element)
    element.tag = rng.choice(
        (
            f"{{{name.namespace}}}{name.localname}x",
            name.localname,
            f"{{{STRICT}}}{name.localname}",
            f"{{urn:x}}{name.localname}",
        )
    )


def digits(rng: Random, package: Package) -> None:
    """A figure in the text of a part changed, wherever it stands."""
    part = _part(rng, package)
    data = _raw(package, part)
    found = list(_DIGIT.finditer(data))
    if found:
        match = rng.choice(found)
        at = rng.randrange(match.start(), match.end())
        if data[at : at + 1].isdigit():
            package.parts[part] = data[:at] + b"%d" % rng.randrange(10) + data[at + 1 :]


def torn(rng: Random, package: Package) -> None:
    """A character lost or changed in the text of a part."""
    part = _part(rng, package)
    data = _raw(package, part)
    at = rng.randrange(len(data))
    new = rng.choice((b"", b"<", b">", b"&", b'"', b"\x00", b"\xff", b" ", b"<!--", b"]]>", b"&#0;", b"&#65;", b"&x;"))
    package.parts[part] = data[:at] + new + data[at + rng.choice((0, 1)) :]


def namespace(rng: Random, package: Package) -> None:
    """The strict namespace, another one, or the same one under a prefix."""
    part = _part(rng, package)
    data = _raw(package, part)
    roll = rng.random()
    if roll < 0.4:
        data = data.replace(MAIN.encode(), rng.choice((STRICT, "urn:x", MAIN + "/", MAIN.upper())).encode())
    elif roll < 0.7:
        data = data.replace(b"xmlns=", b"xmlns:x=", 1)
        data = re.sub(rb"<(/?)(?![/?!])([a-zA-Z]+)(?=[\s/>])", rb"<\1x:\2", data)
    else:
        data = data.replace(b"officeDocument/2006/relationships", b"officeDocument/2006/relationshipsx")
    package.parts[part] = data


def encoding(rng: Random, package: Package) -> None:
    """UTF-16, a byte order mark, another encoding, an encoding that is not so."""
    part = _part(rng, package)
    words = _raw(package, part).decode("utf-8", "replace")
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", words)
    kind = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "gb18030", "utf-8", "ascii", "utf-7", "utf-32"))
    stated = rng.choice((kind.partition("-sig")[0], "UTF-8", "x-unknown", "gb2312"))
    head = rng.choice((f'<?xml version="1.0" encoding="{stated}"?>', "", f"<?xml version='1.1' encoding='{stated}'?>"))
    package.parts[part] = (head + body).encode(kind, "xmlcharrefreplace")


def doctype(rng: Random, package: Package) -> None:
    part = _part(rng, package)
    body = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", _raw(package, part))
    head = rng.choice(
        (
            b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY a "3">]>', b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
            b"<!doctype x>", b"<!-- x --><!DOCTYPE x>", b'<?xml-stylesheet href="x"?>', b"<!ENTITY a 'b'>", b"<!--x-->",
        )
    )  # fmt: skip
    package.parts[part] = b'<?xml version="1.0"?>' + head + body


def huge(rng: Random, package: Package) -> None:
    """Very many, very deep or very long elements."""
    part = _part(rng, package)
    data = _raw(package, part)
    end = data.rindex(b"</") if b"</" in data else len(data)
    filler = rng.choice(
        (b"<x/>" * 50_000, b"<x>" * 3_000 + b"</x>" * 3_000, b"<x a='" + b"9" * 500_000 + b"'/>", b" " * 1_000_000,
         b"<row/>" * 20_000, b"<x>" + b"&#65;" * 100_000 + b"</x>")
    )  # fmt: skip
    package.parts[part] = data[:end] + filler + data[end:]


PARTS: tuple[Callable[[Random, Package], None], ...] = (
    attribute,
    attribute,
    element_gone,
    element_doubled,
    element_moved,
    text,
    tag,
    digits,
    digits,
    torn,
    namespace,
    encoding,
    doctype,
    huge,
)
