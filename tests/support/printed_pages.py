"""A dozen pages of reports, short, long and extreme, as LibreOffice and poppler print them: pictures, and where the text stands.

A page is told from another by what every version of LibreOffice must agree on: how many pages there are, the words that
begin and end this one, the box around its text, its lines, and a small grey picture compared block by block.
"""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING, Any

import msgspec
from lxml import etree
from PIL import Image

from support.office import TIMEOUT
from support.word_documents import changed
from xlreport.filing_json import read_json
from xlreport.report.pdf import word_to_pdf
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from xlreport.filing import Filing, FilingValue

#: Fonts of GB/T 9704 and what stands in for each; with any other font lines break elsewhere, and every picture differs.
FONTS = {"仿宋_GB2312": "Noto Serif CJK SC", "黑体": "Noto Sans CJK SC", "楷体_GB2312": "AR PL UKai CN"}

#: Pixels to an inch of the pictures, and a side of the blocks in which they are compared.
RESOLUTION, BLOCK = 24, 6

#: Characters that tell where a page begins, or ends, and those near it among which they may stand: some two lines.
SAID, NEAR = 10, 66

#: Points by which the box around a page's text may differ, and lines by which their number may.
SHIFT, LINES = 8.0, 1

#: Levels of grey (of 255) by which a block, and blocks on the average, may differ. A line of text moved by its height
#: makes a block differ by 60 and more; another version of a font or of the renderer by 10 at the most.
BLOCK_GREY, MEAN_GREY = 45, 5

SENTENCE = "全市各级行政机关坚持以人民为中心，持续深化政务公开，不断提升政府信息公开工作质效，回应群众关切。"
LONG = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县人民政府办公室（大数据发展管理办公室）"
JOINT = "淮安市人民政府办公室\n淮安市大数据管理局\n淮安市政务服务管理办公室"

#: Which pages of which report are looked at.
PAGES = {
    "short": (1, 4),
    "seed": (1, 4),
    "city": (3,),
    "joint": (4,),
    "long_name": (1, 4),
    "nine_digits": (2, 3),
    "long_end": (4, 5),
    "nothing": (4,),
}


class PrintedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where the text of a page stands: pages of its document, its first and last lines, the box around it, its lines."""

    pages: int
    head: str
    tail: str
    box: tuple[float, float, float, float]
    lines: int

    def begins_and_ends_like(self, other: PrintedPage) -> bool:
        """Whether two pages begin and end with the same words, but for a line that another version may break elsewhere."""
        heads = self.head[:SAID] in other.head or other.head[:SAID] in self.head
        return heads and (self.tail[-SAID:] in other.tail or other.tail[-SAID:] in self.tail)


def reports(examples: Path) -> Iterator[tuple[str, bytes]]:
    """The Word reports by name, made from the examples."""
    city = read_json(examples / "2024-huaian/filing.json")
    seed = read_json(examples / "2020-huancui-xinfang/filing.json")
    inputs = [id_ for table in city.form.tables.values() for id_ in table.ids if city.form.fields[id_].role == "input"]
    kept = ("unit.name", "report.year", "report.date", "report.intro")
    made: Mapping[str, tuple[Filing, Mapping[str, FilingValue]]] = {
        "short": (msgspec.structs.replace(seed, values={id_: seed.values[id_] for id_ in kept}), {}),
        "seed": (seed, {}),
        "city": (city, {}),
        "joint": (city, {"unit.signature": JOINT}),
        "long_name": (city, {"unit.name": LONG}),
        "nine_digits": (city, dict.fromkeys(inputs, 123456789)),
        "long_end": (city, {"problems.text": SENTENCE * 3, "other_matters.text": SENTENCE * 12}),
        "nothing": (city, {"problems.text": None}),
    }
    for name, (filing, values) in made.items():
        yield name, render_word(Review.unchecked(changed(filing, values)))


def printed(examples: Path, folder: Path) -> Iterator[tuple[str, PrintedPage, Image.Image]]:
    """Each page of `PAGES` under its name (city-3), with where its text stands and its picture."""
    for name, document in reports(examples):
        docx, pdf = folder / f"{name}.docx", folder / f"{name}.pdf"
        docx.write_bytes(document)
        pdf.write_bytes(word_to_pdf(docx))
        pages = _words(pdf)
        for number in PAGES[name]:
            yield f"{name}-{number}", _page(pages[number - 1], len(pages)), _picture(pdf, number)


def _words(pdf: Path) -> list[Any]:
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, timeout=TIMEOUT)
    return [*etree.fromstring(told.stdout, etree.XMLParser(recover=True)).iter("{*}page")]


def _page(page: Any, pages: int) -> PrintedPage:
    words = [(word.text or "", [float(word.get(side)) for side in ("xMin", "yMin", "xMax", "yMax")]) for word in page]
    sides = list(zip(*(box for _, box in words), strict=True))
    text = "".join(word for word, _ in words)
    return PrintedPage(
        pages=pages,
        head=text[:NEAR],
        tail=text[-NEAR:],
        box=(min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])),
        lines=len({round(box[1]) for _, box in words}),
    )


def _picture(pdf: Path, number: int) -> Image.Image:
    page = ["-f", str(number), "-l", str(number)]
    command = ["pdftoppm", "-r", str(RESOLUTION), "-gray", "-png", *page, str(pdf)]
    told = subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
    return Image.open(io.BytesIO(told.stdout)).convert("L")


def differences(now: Image.Image, before: Image.Image) -> tuple[int, float]:
    """By how much the block that differs most, and blocks on the average, differ, in levels of grey; 255 for another size."""
    if now.size != before.size:
        return 255, 255.0
    blocks = (now.width // BLOCK, now.height // BLOCK)
    pairs = zip(*(image.resize(blocks, Image.Resampling.BOX).tobytes() for image in (now, before)), strict=True)
    apart = [abs(one - other) for one, other in pairs]
    return max(apart), sum(apart) / len(apart)
