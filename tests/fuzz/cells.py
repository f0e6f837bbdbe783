"""What happens to the cells of a workbook: values, formats, places, names, sheets; each as a program might leave it."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from lxml import etree

from fuzz.formats import DEVIOUS, SHOWN
from fuzz.typed import FORMULAS, NUMBERS, content
from support.returns.damages import (
    cut_and_paste,
    insert_column,
    lose_names,
    rename_sheet,
    set_meta,
    shift_cells_only,
    swap_rows,
    take_sheet,
)
from support.returns.package import REL, M, Package, address_of, move_rows, put
from xlreport.forms import find_form

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_TABLES = ("requests.", "disclosure.")


def _form(package: Package):
    return find_form("gov2021" if "disclosure.regulations.in_force" in package.names() else "gov2019")


def _field(rng: Random, package: Package, *roles: str) -> str:
    """A field: one of the tables more often than not."""
    names = package.names()
    fields = [field for field in _form(package).fields.values() if field.id in names and field.role in roles]
    figures = [field for field in fields if field.kind in ("count", "signed", "money")]
    return rng.choice(figures if figures and rng.random() < 0.8 else fields).id


def _cell(rng: Random, package: Package, *roles: str) -> etree._Element:
    return package.cell(*address_of(package, _field(rng, package, *(roles or ("input",)))))


def _any_cell(rng: Random, package: Package) -> etree._Element:
    sheet = package.sheet(rng.choice(package.titles()))
    cells = list(sheet.iter(f"{M}c"))
    return rng.choice(cells) if cells else _cell(rng, package)


def _escaped(text: str | None) -> str | None:
    return None if text is None else _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def typed(rng: Random, package: Package) -> None:
    """Something clumsy in one to four inputs."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        name = _field(rng, package, "input")
        kind, value, formula = content(rng, _form(package).fields[name].kind)
        put(package.cell(*address_of(package, name)), kind, _escaped(value), formula)


def typed_over(rng: Random, package: Package) -> None:
    """A total typed over, or its formula changed."""
    cell = _cell(rng, package, "computed")
    roll = rng.random()
    if roll < 0.5:
        put(cell, *rng.choice((("n", rng.choice(NUMBERS)), ("inlineStr", "12件"), (None, None))))
    else:
        formula = cell.find(f"{M}f")
        if formula is not None and formula.text:
            text = formula.text
            numbers = list(re.finditer(r"\d+", text))
            match = rng.choice(numbers) if numbers else None
            formula.text = (
                text[: match.start()] + str(int(match[0]) + 1) + text[match.end() :]
                if match and roll < 0.8
                else rng.choice((*FORMULAS, text.replace("SUM", "MAX"), text + "+1", text.lower(), "+" + text))
            )


def cached(rng: Random, package: Package) -> None:
    """Another cached result under an intact formula."""
    cell = _cell(rng, package, "computed")
    value = cell.find(f"{M}v")
    if value is None:
        value = etree.SubElement(cell, f"{M}v")
    value.text = rng.choice(NUMBERS)
    if rng.random() < 0.2:
        cell.set("t", rng.choice(("str", "b", "e", "s")))


def formatted(rng: Random, package: Package) -> None:
    """A number format that may show another number: on one cell, or on every cell of a style."""
    styles = package.tree("xl/styles.xml")
    xfs = styles.find(f"{M}cellXfs")
    code = rng.choice((*SHOWN, *DEVIOUS))
    formats = styles.find(f"{M}numFmts")
    if formats is None:
        formats = etree.Element(f"{M}numFmts")
        styles.insert(0, formats)
    id_ = str(rng.choice((200, 300, 400)) + len(formats))
    etree.SubElement(formats, f"{M}numFmt", numFmtId=id_, formatCode=code)
    formats.set("count", str(len(formats)))
    cell = _cell(rng, package, "input", "input", "computed")
    if rng.random() < 0.2:
        code_id = rng.choice(("1", "9", "10", "14", "27", "37", "49", "57", id_))
        xfs[int(cell.get("s", "0"))].set("numFmtId", code_id)
        return
    style = copy.deepcopy(xfs[int(cell.get("s", "0"))])
    style.set("numFmtId", id_)
    style.set("applyNumberFormat", "1")
    xfs.append(style)
    xfs.set("count", str(len(xfs)))
    cells = [cell, *(_cell(rng, package) for _ in range(rng.choice((0, 0, 5))))]
    for each in cells:
        each.set("s", str(len(xfs) - 1))
    if rng.random() < 0.5:
        put(cell, "n", rng.choice(("12", "12000", "3", "0", "1234567", "25.14", "0.5")))


def moved(rng: Random, package: Package) -> None:
    """A cell under another address: within its row, anywhere, in another's place, or without one."""
    cell = _cell(rng, package, "input", "computed") if rng.random() < 0.8 else _any_cell(rng, package)
    ((letters, digits),) = re.findall(r"([A-Z]+)(\d+)", cell.get("r"))
    roll = rng.random()
    if roll < 0.3:
        other = _any_cell(rng, package) if roll < 0.1 else rng.choice(list(cell.getparent()))
        one, two = cell.get("r"), other.get("r")
        cell.set("r", two)
        other.set("r", one)
    elif roll < 0.4:
        del cell.attrib["r"]
    else:
        pool = (
            f"{chr(65 + rng.randrange(12))}{digits}", f"{letters}{int(digits) + rng.choice((-1, 1, 3))}", "XFD1048576",
            "A1", "A0", "ZZZ9999999", letters.lower() + digits, f"${letters}${digits}", digits, letters, "A99999999999",
            f"{letters}0{digits}", f"{letters}{digits} ",
        )  # fmt: skip
        cell.set("r", rng.choice(pool))


def doubled_cell(rng: Random, package: Package) -> None:
    """A cell twice in one place, with another value; or a whole row twice."""
    cell = _cell(rng, package, "input", "computed")
    if rng.random() < 0.3:
        row = cell.getparent()
        row.addnext(copy.deepcopy(row))
        return
    other = copy.deepcopy(cell)
    put(other, "n", rng.choice(NUMBERS))
    (cell.addnext if rng.random() < 0.5 else cell.addprevious)(other)


def other_kind(rng: Random, package: Package) -> None:
    """Another t= or index of a string."""
    cell = _cell(rng, package, "input", "computed") if rng.random() < 0.6 else _any_cell(rng, package)
    value = cell.find(f"{M}v")
    if rng.random() < 0.6 or value is None:
        kind = rng.choice(("s", "str", "n", "b", "e", "d", "inlineStr", "x", ""))
        cell.set("t", kind)
    else:
        value.text = rng.choice(("0", "1", "7", "40", "99999", "-1", " 3 ", "3.0", "x", "", "0003"))


def doubled_content(rng: Random, package: Package) -> None:
    """Two values, two formulas, or a stray text in one cell."""
    cell = _cell(rng, package, "input", "computed")
    roll = rng.random()
    if roll < 0.4:
        etree.SubElement(cell, f"{M}v").text = rng.choice(NUMBERS)
    elif roll < 0.6:
        etree.SubElement(etree.SubElement(cell, f"{M}is"), f"{M}t").text = "12"
    elif roll < 0.8:
        value = cell.find(f"{M}v")
        if value is not None and value.text:
            value.append(etree.Comment("x"))
            value[0].tail = rng.choice(("0", "5", ""))
    else:
        etree.SubElement(cell, f"{M}f").text = rng.choice(FORMULAS)


def strings(rng: Random, package: Package) -> None:
    """The table of strings: two swapped, one gone, one changed, one of several runs."""
    if "xl/sharedStrings.xml" not in package.parts:
        typed(rng, package)
        return
    table = package.tree("xl/sharedStrings.xml")
    one, other = rng.sample(range(len(table)), 2)
    roll = rng.random()
    if roll < 0.35:
        table[one], table[other] = copy.deepcopy(table[other]), copy.deepcopy(table[one])
    elif roll < 0.5:
        table.remove(table[one])
    elif roll < 0.7:
        for text in table[one].iter(f"{M}t"):
            text.text = rng.choice(((text.text or "") + "3", "12", "", "其他", "总计"))
    elif roll < 0.85:
        run = etree.SubElement(etree.SubElement(table[one], f"{M}r"), f"{M}t")
        run.text = rng.choice(("3", " ", "年"))
    else:
        guide = etree.SubElement(table[one], f"{M}rPh", sb="0", eb="1")
        etree.SubElement(guide, f"{M}t").text = "12"


def rows(rng: Random, package: Package) -> None:
    """Rows or columns inserted, deleted, swapped, hidden; by Excel, or by a program that moves cells alone."""
    title = rng.choice(package.titles()[1:-1])
    data = package.sheet(title).find(f"{M}sheetData")
    numbers = [int(row.get("r")) for row in data]
    at, roll = rng.choice(numbers), rng.random()
    if roll < 0.3:
        move_rows(package, title, at, rng.choice((-2, -1, 1, 1, 2)))
    elif roll < 0.45:
        shift_cells_only(package, title, at, rng.choice((-1, 1)))
    elif roll < 0.6:
        insert_column(package, title, chr(65 + rng.randrange(10)))
    elif roll < 0.75:
        swap_rows(package, title, at, rng.choice(numbers))
    elif roll < 0.9:
        row = rng.choice(list(data))
        key = rng.choice(("hidden", "ht", "r", "s"))
        row.set(key, rng.choice(("1", "0", "1048577", "99999999", "-1", "x", "")))
    else:
        move_rows(package, title, 5, rng.choice((100, 1_000_000)))


def names(rng: Random, package: Package) -> None:
    """Defined names: redirected, swapped, lost, doubled, made local, or something else than one cell."""
    found = package.names()
    fields = _form(package).fields
    ids = [name for name in found if name in fields]
    one, other = found[rng.choice(ids)], found[rng.choice(ids)]
    roll = rng.random()
    if roll < 0.25:
        one.text, other.text = other.text, one.text
    elif roll < 0.5:
        one.text = other.text
    elif roll < 0.6:
        one.getparent().remove(one)
    elif roll < 0.65:
        lose_names(package, rng.choice(("requests.", "", "disclosure.", "meta.", "report.")))
    elif roll < 0.72:
        one.getparent().append(copy.deepcopy(one))
        one.getparent()[-1].text = other.text
    elif roll < 0.8:
        one.set("localSheetId", rng.choice(("0", "3", "99")))
    elif roll < 0.85:
        one.set("name", one.get("name").upper())
    else:
        reference = one.text
        one.text = rng.choice(
            (
                reference + ":" + reference.rsplit("!", 1)[1], reference + ":$XFD$9", "#REF!", "", "12", '"x"',
                "OFFSET(" + reference + ",1,0)", reference.replace("$", ""), "[1]" + reference, reference.lower(),
                reference.replace("'", ""), reference + "," + other.text, "=" + reference, " " + reference,
                reference.replace("!", ".") , re.sub(r"\d+$", "0", reference), re.sub(r"\d+$", "99999999", reference),
            )
        )  # fmt: skip


def sheets(rng: Random, package: Package) -> None:
    """Sheets renamed, swapped, moved, deleted, doubled, hidden; their parts under each other's relation."""
    titles = package.titles()
    one, other = rng.sample(titles, 2)
    entry, mate = package.entry(one), package.entry(other)
    key = f"{{{REL}}}id"
    roll = rng.random()
    if roll < 0.15:
        rename_sheet(package, one, rng.choice(("x", "x'y", other + " ", "汇总!A1", "X" * 31, "[1]")))
    elif roll < 0.3:
        entry.set("name", other)
        mate.set("name", one)
    elif roll < 0.45:
        mine, its = entry.get(key), mate.get(key)
        entry.set(key, its)
        mate.set(key, mine)
    elif roll < 0.55:
        mate.set(key, entry.get(key))
    elif roll < 0.65:
        take_sheet(package, one)
    elif roll < 0.75:
        parent = entry.getparent()
        parent.insert(rng.randrange(len(parent)), entry)
    elif roll < 0.8:
        entry.set("name", rng.choice((other, other.upper(), "", " ")))
    elif roll < 0.9:
        entry.set("state", rng.choice(("hidden", "veryHidden", "visible", "x")))
    else:
        rel = next(iter(package.tree("xl/_rels/workbook.xml.rels")))
        rel.set(rng.choice(("Target", "Type", "Id")), rng.choice(("", "x", "/xl/worksheets/sheet3.xml", "../x")))


def merged(rng: Random, package: Package) -> None:
    """A merge over inputs."""
    cell = _cell(rng, package, "input", "computed")
    sheet = cell.getroottree().getroot()
    merges = sheet.find(f"{M}mergeCells")
    if merges is None:
        merges = etree.Element(f"{M}mergeCells")
        sheet.find(f"{M}sheetData").addnext(merges)
    ((letters, digits),) = re.findall(r"([A-Z]+)(\d+)", cell.get("r"))
    before = chr(max(65, ord(letters[-1]) - 1))
    refs = (
        f"{before}{digits}:{letters}{digits}", f"{letters}{int(digits) - 1}:{letters}{digits}", "A1:XFD1048576",
        f"{letters}{digits}:{letters}{int(digits) + 1}", f"{letters}{digits}:{before}{digits}", "x", "A1:", "",
    )  # fmt: skip
    etree.SubElement(merges, f"{M}mergeCell", ref=rng.choice(refs))


def pasted(rng: Random, package: Package) -> None:
    """One input cut and pasted over another of the same sheet."""
    references = [element.text for name, element in package.names().items() if name.startswith(_TABLES)]
    inputs = [(title.strip("'"), cell.replace("$", "")) for title, cell in (each.rsplit("!", 1) for each in references)]
    title, source = rng.choice(inputs)
    target = rng.choice([address for sheet, address in inputs if sheet == title])
    if target != source:
        cut_and_paste(package, title, source, target)


def sent_for(rng: Random, package: Package) -> None:
    """Another form, year, unit or template version in the inner sheet."""
    key = rng.choice(("form", "form_version", "template_version", "unit_code", "year", "token", "definition"))
    value = rng.choice(("gov2019", "gov2021", "x", "", "2019", "2024", "1.1", "99.9", "1.x", "../..", "12345"))
    set_meta(package, key, value)


def calendar(rng: Random, package: Package) -> None:
    """The other calendar, with a date that is a number."""
    properties = package.book.find(f"{M}workbookPr")
    if properties is None:
        properties = etree.Element(f"{M}workbookPr")
        package.book.insert(0, properties)
    properties.set("date1904", rng.choice(("1", "true", "0", "x")))
    put(package.cell(*address_of(package, "report.date")), "n", rng.choice(("43861", "45688", "0", "60", "-5")))


def struck(rng: Random, package: Package) -> None:
    """A part of a text struck out, as people show what was before; in one run, or in a shared string."""
    cell = _cell(rng, package)
    text = cell.findtext(f"{M}v") if cell.get("t") != "s" else None
    text = text or rng.choice(("12", "881", "删去留下", "3"))
    at = rng.randrange(len(text))
    put(cell, "inlineStr", text)
    string = cell[0]
    string.remove(string[0])
    for piece, look in ((text[:at], rng.choice(("b", "strike"))), (text[at:], rng.choice(("i", "strike")))):
        run = etree.SubElement(string, f"{M}r")
        etree.SubElement(etree.SubElement(run, f"{M}rPr"), f"{M}{look}")
        etree.SubElement(run, f"{M}t").text = piece


CELLS: tuple[Callable[[Random, Package], None], ...] = (
    typed,
    typed,
    typed_over,
    cached,
    formatted,
    formatted,
    moved,
    doubled_cell,
    other_kind,
    doubled_content,
    strings,
    rows,
    names,
    sheets,
    merged,
    pasted,
    sent_for,
    calendar,
    struck,
)
