"""Pages of reports look as they did: a dozen of them, held against what was last looked at and found good.

`scripts/build_printed_pages.py` makes the pictures again, to be looked at before they are kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from PIL import Image, ImageChops

from support.printed_pages import (
    BLOCK_GREY,
    FONTS,
    LINES,
    MEAN_GREY,
    PAGES,
    RESOLUTION,
    SHIFT,
    PrintedPage,
    differences,
    printed,
)
from xlreport.report.pdf import find_libreoffice

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = Path(__file__).parent / "printed_pages"
EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = [f"{name}-{number}" for name, numbers in PAGES.items() for number in numbers]


def missing() -> str:
    """Why pages cannot be compared here; "" where they can."""
    if find_libreoffice() is None:
        return "LibreOffice is not installed"
    for program in ("pdftotext", "pdftoppm", "fc-list"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    fonts = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    absent = [font for font in FONTS.values() if font not in fonts]
    better = [font for font in FONTS if font in fonts]
    if absent or better:
        return f"the pictures were made with {', '.join(FONTS.values())} alone (as .ci/run installs them); here other fonts would be used"
    return ""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[PrintedPage, Image.Image]]:
    reason = missing()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    made = printed(EXAMPLES, tmp_path_factory.mktemp("pages"))
    return {name: (page, picture) for name, page, picture in made}


@pytest.fixture(scope="module")
def before() -> Mapping[str, PrintedPage]:
    return msgspec.json.decode((KEPT / "pages.json").read_bytes(), type=dict[str, PrintedPage])


@pytest.mark.program
@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_the_text_stands_where_it_stood(
    pages: Mapping[str, tuple[PrintedPage, Image.Image]], before: Mapping[str, PrintedPage], name: str
) -> None:
    """As many pages, the same words first and last on this one, within a few points of the same box."""
    now, was = pages[name][0], before[name]
    assert was.pages == now.pages
    assert now.begins_and_ends_like(was)
    assert max(abs(one - other) for one, other in zip(now.box, was.box, strict=True)) <= SHIFT
    assert abs(now.lines - was.lines) <= LINES


@pytest.mark.program
@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_the_page_looks_as_it_did(pages: Mapping[str, tuple[PrintedPage, Image.Image]], name: str) -> None:
    """A small grey picture of it, block by block, within what another version of LibreOffice may change."""
    most, mean = differences(pages[name][1], Image.open(KEPT / f"{name}.png"))
    assert most <= BLOCK_GREY
    assert mean <= MEAN_GREY


@pytest.mark.parametrize("name", NAMES)
def test_a_page_moved_by_a_line_is_another(name: str) -> None:
    """The tolerance lets no change through that a person would see: text a line lower, a table a column to the right."""
    picture = Image.open(KEPT / f"{name}.png")
    line = round(28.95 * RESOLUTION / 72)
    for right, down in ((0, line), (2 * line, 0)):
        most, _ = differences(ImageChops.offset(picture, right, down), picture)
        assert most > BLOCK_GREY


@pytest.mark.parametrize("name", NAMES)
def test_a_page_moved_by_a_hair_is_the_same(name: str) -> None:
    """What a renderer may round: a third of a pixel, a little more or less ink."""
    picture = Image.open(KEPT / f"{name}.png")
    moved = picture.resize((picture.width * 3, picture.height * 3)).transform(
        (picture.width * 3, picture.height * 3), Image.Transform.AFFINE, (1, 0, 1, 0, 1, 1), fillcolor=255
    )
    again = moved.resize(picture.size, Image.Resampling.BOX).point(lambda grey: min(255, grey + 4))
    most, mean = differences(again, picture)
    assert most <= BLOCK_GREY
    assert mean <= MEAN_GREY
