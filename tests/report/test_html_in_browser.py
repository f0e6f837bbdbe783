"""The report in a real browser: axe finds nothing, a phone keeps the headings of rows in sight, no figure breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.browser import chromium, faults
from support.word_documents import changed
from xlreport.finding import Finding
from xlreport.report.html import render_fragment, render_html
from xlreport.reviewing.reviewed import Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from xlreport.filing import Filing

pytestmark = pytest.mark.program

OPEN = [Finding(rule="x", level="error", message="“三”D7 是负数"), Finding(rule="y", level="warning", message="请核对")]

#: A fragment stands in a page of the website, which has a title of its own.
SITE = "<!doctype html><html lang=zh-CN><head><meta charset=utf-8><title>网站</title></head><body><main><h1>年报</h1>{}</main></body></html>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def page(city: Filing) -> str:
    return render_html(Review.unchecked(city))


def draft(city: Filing) -> str:
    return render_html(Review.unchecked(city, findings=OPEN), draft=True)


def extreme(city: Filing) -> str:
    """Nine digits in every figure, a long name, three organs that sign."""
    figures = [id_ for table in city.form.tables.values() for id_ in table.ids if city.form.fields[id_].role == "input"]
    name = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县人民政府办公室（大数据发展管理办公室）"
    texts = {"unit.name": name, "unit.signature": f"{name}\n某某局\n某某委员会"}
    return render_html(Review.unchecked(changed(city, {**dict.fromkeys(figures, 123456789), **texts})))


def fragment(city: Filing) -> str:
    return SITE.format(render_fragment(Review.unchecked(city)))


def two_fragments(city: Filing) -> str:
    """The reports of two units on one page."""
    return SITE.format(2 * render_fragment(Review.unchecked(city, findings=OPEN), draft=True))


@pytest.mark.parametrize("made", [page, draft, extreme, fragment])
def test_axe_finds_nothing(browser: Browser, city: Filing, tmp_path: Path, made: Callable[[Filing], str]) -> None:
    """WCAG 2.2 AA and good practice, every rule on: at a desk, on a phone, enlarged fourfold."""
    file = tmp_path / "页.html"
    file.write_text(made(city), encoding="utf-8")
    shown = browser.new_page()
    found = faults(shown, file.as_uri())
    shown.close()
    assert [] == found


@pytest.mark.parametrize("width", [320, 360, 414])
def test_a_phone_keeps_the_headings_of_rows_in_sight(
    browser: Browser, city: Filing, tmp_path: Path, width: int
) -> None:
    """However far the figures are scrolled, every heading of a row stays where it was, and leaves half the table free."""
    file = tmp_path / "页.html"
    file.write_text(page(city), encoding="utf-8")
    shown = browser.new_page(viewport={"width": width, "height": 800})
    shown.goto(file.as_uri())
    places = """(() => { const area = document.querySelector('.labels3'); const labels = [...area.querySelectorAll('tbody th')];
        const left = () => labels.map(each => Math.round(each.getBoundingClientRect().left - area.getBoundingClientRect().left));
        const before = left(); area.scrollLeft = 9999;
        const widest = Math.max(...labels.map(each => each.getBoundingClientRect().right)) - area.getBoundingClientRect().left;
        return [before, left(), area.scrollLeft, widest / area.clientWidth] })()"""
    before, after, scrolled, share = shown.evaluate(places)
    shown.close()
    assert scrolled > 100
    assert all(abs(was - now) <= 1 for was, now in zip(before, after, strict=True))
    assert share < 0.6


def test_no_figure_breaks_or_leaves_its_cell(browser: Browser, city: Filing, tmp_path: Path) -> None:
    """Nine digits in every cell, at a desk and on a phone: one line each, within the borders."""
    file = tmp_path / "页.html"
    file.write_text(extreme(city), encoding="utf-8")
    shown = browser.new_page()
    shown.goto(file.as_uri())
    counted = """[...document.querySelectorAll('td[data-field]')].filter(each => {
        const range = document.createRange(); range.selectNodeContents(each);
        return range.getClientRects().length > 1 || each.scrollWidth > each.clientWidth }).length"""
    for width in (1280, 360):
        shown.set_viewport_size({"width": width, "height": 800})
        assert (width, 0) == (width, shown.evaluate(counted))
    shown.close()


def test_two_fragments_share_no_id(city: Filing) -> None:
    """Nor a class, a script or a heading named by id: nothing that a second report, or an editor, could break."""
    text = two_fragments(city)
    assert [] == [word for word in (" id=", " class=", "<script", "<style", "headers=", '<html lang="') if word in text]
