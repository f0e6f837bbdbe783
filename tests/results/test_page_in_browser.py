"""The result page in a real browser: axe finds nothing, the keyboard reaches everything, nothing is fetched."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from support import clerk
from support.browser import chromium, faults
from xlreport.report.publish import Published
from xlreport.results.outcome import PageResult
from xlreport.results.page import LeftOut, message_page, result_page
from xlreport.reviewing.review import review_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.program


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a space and Chinese in its name, with the pages to be looked at."""
    folder = tmp_path_factory.mktemp("页面") / "甲 局"
    wrong = clerk.write(folder / "错.xlsx", clerk.one_wrong())
    good = clerk.write(folder / "对 的.xlsx", clerk.sound())
    report = folder / "输出" / "报 告.docx"
    report.parent.mkdir()
    report.write_bytes(b"docx")
    results = [
        PageResult(workbook=wrong, status=1, reviewed=review_file(wrong), marked=wrong),
        PageResult(
            workbook=good,
            status=0,
            reviewed=review_file(good),
            published=Published(folder=report.parent, files={"docx": report}),
            notices=("原来的报告被人改过，没有覆盖。",),
        ),
    ]
    made = {"signoff": report.with_name("签发单.html"), "draft": report.with_name("邮件.eml"), "saved": "昨天"}
    finished = replace(results[1], package=report.with_name("包.zip"), later=("明年一月：……",), **made)
    twins = [wrong, good]
    same = [
        PageResult(workbook=path, status=2, reviewed=review_file(path), same=tuple(twins), saved="昨天")
        for path in twins
    ]
    now = datetime.now().astimezone()
    left_out = [LeftOut(name="空白.xlsx", reason="工作簿是空白的，还没有填写。")]
    pages = {
        "wrong": result_page(results[:1], folder),
        "good": result_page(results[1:], folder),
        "both": result_page(results, folder, left_out=left_out),
        "steps": result_page([finished], folder, now=now - timedelta(days=4)),
        "today": result_page([finished], folder, now=now),
        "twins": result_page(same, folder),
        "nothing": message_page("生成报告", "没有找到填好的工作簿。", ["请把工作簿拖到图标上。"], left_out=left_out),
    }
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def show(browser: Browser, folder: Path) -> Iterator[tuple[Page, list[str]]]:
    """A fresh tab, and the addresses it asks for."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    context.close()


NAMES = ("wrong", "good", "both", "nothing", "steps", "twins")


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_shut_out(show: tuple[Page, list[str]], folder: Path, name: str):
    """WCAG 2.2 AA as far as a program can tell, on a desk, on a phone and enlarged fourfold, folds opened."""
    page, _ = show
    assert [] == faults(page, (folder / f"{name}.html").as_uri())


@pytest.mark.parametrize("name", ["need-python", "setup-failed"])
def test_nobody_is_shut_out_of_the_launchers_pages(show: tuple[Page, list[str]], name: str):
    """The pages that the launchers open hold to the same."""
    page, _ = show
    assert [] == faults(page, (Path(__file__).parents[2] / "launch" / f"{name}.html").as_uri())


def test_page_of_last_week_looks_old(show: tuple[Page, list[str]], folder: Path):
    """Opened some days later it says how many, and is not taken for today's; today's says nothing of the kind."""
    page, _ = show
    page.goto((folder / "steps.html").as_uri())
    assert "4 天前" in page.locator("#age").inner_text()
    assert page.locator("body.old").count() == 1
    page.goto((folder / "today.html").as_uri())
    assert not page.locator("#age").is_visible()
    assert page.locator("body.old").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_only_the_page_is_fetched(show: tuple[Page, list[str]], folder: Path, name: str):
    """The browser asks for the page itself and for nothing else."""
    page, asked = show
    address = (folder / f"{name}.html").as_uri()
    page.goto(address)
    assert [address] == [url for url in asked if not url.startswith("data:")]


def test_links_lead_to_files_and_places(show: tuple[Page, list[str]], folder: Path):
    """As the browser resolves them: every link ends at a file that is there, or at a place on the page."""
    page, _ = show
    page.goto((folder / "both.html").as_uri())
    missing = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1)))"
        ".map(a => a.hash)"
    )
    assert missing == []
    files = page.evaluate("[...document.querySelectorAll('a:not([href^=\"#\"])')].map(a => a.href)")
    assert len(files) == 3
    assert all(Path.from_uri(each).exists() if hasattr(Path, "from_uri") else _path(each).exists() for each in files)


def _path(uri: str) -> Path:
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(uri).path))


def test_tab_reaches_everything_in_order(show: tuple[Page, list[str]], folder: Path):
    """Tab starts at the skip link, goes down the page in its order, shows where it is, and misses no link or fold."""
    page, _ = show
    page.goto((folder / "wrong.html").as_uri())
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility()).length"
    )
    reached = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const e = document.activeElement; const all = [...document.querySelectorAll('*')];"
                " return [all.indexOf(e), getComputedStyle(e).outlineStyle, e.textContent.trim()] })()"
            )
        )
    places = [place for place, _, _ in reached]
    assert reached[0][2] == "跳到正文"
    assert sorted(set(places)) == places
    assert len(places) == wanted
    assert "none" not in {outline for _, outline, _ in reached}


def test_skip_link_jumps_to_the_text(show: tuple[Page, list[str]], folder: Path):
    """Tab and Enter bring the keyboard past the head of the page."""
    page, _ = show
    page.goto((folder / "wrong.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_fold_opens_with_the_keyboard(show: tuple[Page, list[str]], folder: Path):
    """Enter on a fold shows what is in it."""
    page, _ = show
    page.goto((folder / "good.html").as_uri())
    fold = page.locator("summary").first
    fold.focus()
    page.keyboard.press("Enter")
    assert page.locator("table").first.is_visible()


def test_narrow_screen_scrolls_tables_not_the_page(browser: Browser, folder: Path):
    """On a narrow screen a wide table scrolls by itself."""
    context = browser.new_context(viewport={"width": 420, "height": 800})
    page = context.new_page()
    page.goto((folder / "wrong.html").as_uri())
    wide, view = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    context.close()
    assert wide <= view


def test_page_prints(browser: Browser, folder: Path, tmp_path: Path):
    """The page makes a PDF of A4 pages with the problems and the tables in it."""
    page = browser.new_page()
    page.goto((folder / "wrong.html").as_uri())
    path = tmp_path / "page.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    page.close()
    assert path.read_bytes().startswith(b"%PDF")
