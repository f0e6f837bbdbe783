"""The pictures of the staff guide, taken of a clerk's day.

Sheets and the report go through LibreOffice, pages through Chromium.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from guide_day import Day, content, example

from xlreport.workbook.layout.plan import column_letters
from xlreport.workbook.layout.sheets import layout, template_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image
    from playwright.sync_api import Browser

WIDTH = 1240  # pixels of the widest picture
COLOURS = 256
FRAME = "#8c8c8c"


@dataclass(frozen=True)
class Shot:
    """One picture: `of` names the file, `part` the sheet, the page number or the element that ends it.

    `area` are the cells shown, `{field}` standing for the row of a field and * for the last column that prints;
    of a page, its greatest height in pixels.
    """

    name: str
    of: str
    part: str = ""
    area: str = ""
    width: int = WIDTH


#: By kind of file: workbooks, HTML pages from the top down, Word reports.
SHEETS = (
    Shot("填表说明", "空白", "填表说明", "A1:*24"),
    Shot("基本信息", "错误", "基本信息", "A1:D{upward.email}"),
    Shot("总体情况", "错误", "一 总体情况", "A1:D{overview.on_request}"),
    Shot("依申请公开-有误", "错误", "三 依申请公开", "A1:K{requests.carried_out.natural+3}"),
    Shot("校验-有误", "错误", "校验", "A1:I28"),
    Shot("标注副本", "标注", "", "A1:E16"),
)
PAGES = (
    Shot("结果-有误", "错误.html", ".problem:nth-of-type(4)", "1000"),
    Shot("结果-生成", "正确.html", ".files", "800"),
    Shot("签发单", "签发单.html", ".sign", "1150", width=820),
)
REPORT = (Shot("报告-首页", "报告.docx", "1"), Shot("报告-表格", "报告.docx", "3"))

#: The picture of the README: the whole way, from the sheet over the page to the report.
OVERVIEW, STAGES = "总览", ("依申请公开-有误", "结果-生成", "报告-首页")


def sources_of(day: Day) -> dict[str, str]:
    """What each picture shows, as a hash: equal as long as the picture need not be taken again."""
    form = example().form
    contents = {key: content(path) for key, path in day.files.items()}
    versions = f"{form.id} {form.version} {template_version(form)}"
    sources = {
        shot.name: hashlib.sha256(f"{shot} {versions} {contents[shot.of]}".encode()).hexdigest()[:16]
        for shot in (*SHEETS, *PAGES, *REPORT)
    }
    return sources | {OVERVIEW: " ".join(sources[name] for name in STAGES)}


# Taking them


def take(day: Day, browser: Browser) -> dict[str, bytes]:
    """Every picture as a PNG with a palette."""
    pictures = {}
    with TemporaryDirectory(prefix="guide-shots-") as name:
        work = Path(name)
        jobs = []
        for key in dict.fromkeys(shot.of for shot in SHEETS):
            job = work / f"{key}.xlsx"
            job.write_bytes(_on_screen(day.files[key], [shot for shot in SHEETS if shot.of == key]))
            jobs.append(job)
        report = work / "报告.docx"
        shutil.copyfile(day.files["报告.docx"], report)
        _to_pdf([*jobs, report], work)
        for job in jobs:
            own = [shot for shot in SHEETS if shot.of == job.stem]
            for shot, image in zip(own, _pages(work / f"{job.stem}.pdf", dpi=170), strict=True):
                pictures[shot.name] = _small(_cropped(image), shot.width)
        pages = list(_pages(work / "报告.pdf", dpi=80))
        for shot in REPORT:
            pictures[shot.name] = _small(pages[int(shot.part) - 1], shot.width)
        for shot in PAGES:
            pictures[shot.name] = _small(_photograph(browser, day.files[shot.of], shot), shot.width)
    pictures[OVERVIEW] = _side_by_side([pictures[name] for name in STAGES])
    return pictures


def _side_by_side(pictures: list[bytes]) -> bytes:
    """Pictures in a row, of one height, with an arrow from each to the next."""
    from PIL import Image, ImageDraw

    height, gap = 420, 44
    images = []
    for data in pictures:
        with Image.open(BytesIO(data)) as packed:
            size = round(packed.width * height / packed.height), height
            images.append(packed.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    row = Image.new("RGB", (sum(image.width for image in images) + gap * (len(images) - 1), height), "white")
    draw, left = ImageDraw.Draw(row), 0
    for image in images:
        if left:
            middle = height // 2
            draw.polygon([(left - 34, middle - 16), (left - 34, middle + 16), (left - 10, middle)], fill="#0b4f9e")
        row.paste(image, (left, 0))
        left += image.width + gap
    return _small(row, 2 * WIDTH)


def _on_screen(workbook: Path, shots: list[Shot]) -> bytes:
    """The workbook printed as it looks on screen: the area of each shot on a page of its own, with row and column heads."""
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    book = parts["xl/workbook.xml"].decode()
    sheets = re.findall(r'<sheet name="([^"]+)"', book)
    book = re.sub(r'<definedName name="_xlnm[^>]*>[^<]*</definedName>', "", book)
    areas = ""
    for shot in shots:
        # The index of the marked copy is the sheet put last.
        at = sheets.index(shot.part) if shot.part else len(sheets) - 1
        named = f"'{sheets[at]}'!{_cells(shot)}"
        areas += f'<definedName name="_xlnm.Print_Area" localSheetId="{at}">{named}</definedName>'
    wanted = {sheets.index(shot.part) if shot.part else len(sheets) - 1 for shot in shots}
    book = re.sub(r' activeTab="\d+"', "", book)
    book = book.replace("<workbookView ", f'<workbookView activeTab="{min(wanted)}" ')
    for title in (title for at, title in enumerate(sheets) if at not in wanted):
        # A sheet without a print area would be printed whole.
        book = re.sub(rf'(<sheet name="{title}" sheetId="\d+")( state="\w+")?', r'\1 state="hidden"', book)
    parts["xl/workbook.xml"] = book.replace("<definedNames>", f"<definedNames>{areas}").encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts.items():
            is_sheet = name.startswith("xl/worksheets/sheet")
            archive.writestr(name, _page_setup(data.decode()) if is_sheet else data)
    return packed.getvalue()


def _cells(shot: Shot) -> str:
    """The area of a shot as the sheets have it now, in the way of $A$1:$D$24."""
    sheets = layout(example().form).sheets
    rows = {cell.field: cell.row + 1 for sheet in sheets for cell in sheet.cells if cell.field}
    area = re.sub(r"\{([a-z_.]+)\+?(\d*)\}", lambda match: str(rows[match[1]] + int(match[2] or 0)), shot.area)
    for sheet in sheets:
        if sheet.title == shot.part and sheet.print_area:
            area = area.replace("*", column_letters(sheet.print_area[3]))
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", area)


def _page_setup(sheet: str) -> str:
    """One big page without header and footer, with the heads of rows and columns."""
    sheet = re.sub(
        r"<headerFooter.*?</headerFooter>|<headerFooter[^>]*/>|<(row|col)Breaks.*?</\1Breaks>",
        "",
        sheet,
        flags=re.DOTALL,
    )
    sheet = re.sub(r"<printOptions[^>]*/>", '<printOptions headings="1"/>', sheet)
    sheet = re.sub(r"<pageMargins[^>]*/>", _MARGINS, sheet)
    return re.sub(r"<pageSetup[^>]*/>", '<pageSetup paperSize="8" orientation="landscape" fitToHeight="1"/>', sheet)


_MARGINS = '<pageMargins left="0.2" right="0.2" top="0.2" bottom="0.2" header="0" footer="0"/>'

#: Formulas of workbooks made elsewhere are always calculated on load.
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def _to_pdf(files: list[Path], into: Path) -> None:
    with TemporaryDirectory(prefix="office-") as profile:
        user = Path(profile) / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(_RECALCULATE, encoding="utf-8")
        command = ["soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", into, *files], check=True, capture_output=True, timeout=600)


def _pages(pdf: Path, *, dpi: int) -> Iterator[Image.Image]:
    from PIL import Image

    stem = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", pdf, stem], check=True, timeout=600)
    for path in sorted(pdf.parent.glob(f"{stem.name}-*.png")):
        with Image.open(path) as image:
            yield image.convert("RGB")


def _photograph(browser: Browser, page_file: Path, shot: Shot) -> Image.Image:
    from PIL import Image

    page = browser.new_page(viewport={"width": min(shot.width, 1000), "height": 800}, device_scale_factor=1.24)
    page.goto(page_file.as_uri())
    end = page.locator(shot.part).last.bounding_box()
    height = int(shot.area) if end is None else min(int(shot.area), round(end["y"] + end["height"]) + 16)
    page.set_viewport_size({"width": min(shot.width, 1000), "height": height})
    data = page.screenshot()
    page.close()
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGB")


def _cropped(image: Image.Image) -> Image.Image:
    from PIL import Image, ImageChops

    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    return image.crop(box) if box else image


def _small(image: Image.Image, width: int) -> bytes:
    """The picture in a frame, at most `width` pixels wide, as a PNG with a palette."""
    from PIL import Image, ImageOps

    if image.width > width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    image = ImageOps.expand(image, border=2, fill=FRAME)
    packed = BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()
