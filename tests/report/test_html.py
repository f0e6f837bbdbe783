"""The page for a website: the same words and figures, and readable without eyes."""

from __future__ import annotations

import pytest
from lxml import html

from support.word_documents import HOSTILE, changed
from xlreport.filing import Filing
from xlreport.finding import Finding
from xlreport.prose.paragraphs import paragraphs
from xlreport.report.content import report_context
from xlreport.report.html import render_html
from xlreport.reviewing.reviewed import Review


@pytest.fixture(params=["seed", "city"])
def filing(request: pytest.FixtureRequest) -> Filing:
    found: Filing = request.getfixturevalue(request.param)
    return found


def test_headings_form_an_outline(seed: Filing) -> None:
    """One h1, the six sections, the numbered sub-sections."""
    page = html.document_fromstring(render_html(Review.unchecked(seed)))
    assert ["2020年环翠区信访局政府信息公开工作年度报告"] == [h.text_content() for h in page.iter("h1")]
    assert "一二三四五六" == "".join(h.text_content()[0] for h in page.iter("h2"))
    assert "一二三四五六" == "".join(h.text_content()[1] for h in page.iter("h3"))


def test_the_page_says_its_language_and_loads_nothing(filing: Filing) -> None:
    """Self-contained: no script, no link, no image, no address."""
    text = render_html(Review.unchecked(filing))
    page = html.document_fromstring(text)
    assert ("zh-CN", "utf-8") == (page.get("lang"), page.find(".//meta[@charset]").get("charset"))
    assert [] == [node.tag for node in page.iter("script", "link", "img", "iframe", "a")]
    assert [False, False, False] == [word in text for word in ("http:", "https:", "url(")]


def test_every_figure_names_its_headings(filing: Filing) -> None:
    """`headers` of a figure point at headings of the same table: its column, and its row where rows have labels."""
    page = html.document_fromstring(render_html(Review.unchecked(filing)))
    ids = [node.get("id") for node in page.iter() if node.get("id")]
    assert sorted(set(ids)) == sorted(ids)
    for table in page.iter("table"):
        own = {cell.get("id") for cell in table.iter("th")}
        for cell in table.iter("td"):
            assert set(cell.get("headers").split()) <= own
        assert {"col", "row", "colgroup", "rowgroup"} >= {cell.get("scope") for cell in table.iter("th")}
        assert table.find("caption").text_content()


def test_figures_stand_under_their_headings(city: Filing) -> None:
    """Read by the headings alone, each figure is that of the filing."""
    page = html.document_fromstring(render_html(Review.unchecked(city)))
    label = {node.get("id"): node.text_content() for node in page.iter("th") if node.get("id")}
    found = {tuple(label[i] for i in td.get("headers").split()): td.text_content() for td in page.iter("td")}
    context = report_context(Review.unchecked(city))
    key = ("申请人情况", "自然人", "三、本年度办理结果", "（三）不予公开", "1.属于国家秘密")
    assert str(context["requests"]["refused"]["state_secret"]["natural"]) == found[key]
    assert (
        str(context["disclosure"]["fees"]["amount"])
        == found[("第二十条第（八）项", "本年收费金额（单位：万元）", "行政事业性收费")]
    )
    assert str(context["appeals"]["after_review"]["total"]) == found[("行政诉讼", "复议后起诉", "总计")]


def test_tables_are_rectangles(filing: Filing) -> None:
    """Spans neither overlap nor leave holes."""
    for table in html.document_fromstring(render_html(Review.unchecked(filing))).iter("table"):
        taken: set[tuple[int, int]] = set()
        rows = list(table.iter("tr"))
        for r, row in enumerate(rows):
            c = 0
            for cell in row:
                while (r, c) in taken:
                    c += 1
                spans = {
                    (r + dr, c + dc)
                    for dr in range(int(cell.get("rowspan", 1)))
                    for dc in range(int(cell.get("colspan", 1)))
                }
                assert set() == spans & taken
                taken |= spans
        width = max(c for _, c in taken) + 1
        assert {(r, c) for r in range(len(rows)) for c in range(width)} == taken


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_staff_type_is_text(seed: Filing, typed: str) -> None:
    """No markup comes out of a cell."""
    page = html.document_fromstring(
        render_html(Review.unchecked(changed(seed, {"report.intro": typed, "unit.signature": typed})))
    )
    signed = [paragraph.text_content() for paragraph in page.iterfind(".//footer/p")][:-1]
    assert paragraphs(typed) == signed


def test_organs_that_sign_together_stand_one_a_line(city: Filing) -> None:
    """Each is a paragraph of its own over the date."""
    filing = changed(city, {"unit.signature": "淮安市人民政府办公室\n淮安市大数据管理局"})
    page = html.document_fromstring(render_html(Review.unchecked(filing)))
    signed = ["淮安市人民政府办公室", "淮安市大数据管理局", "2025年1月31日"]
    assert signed == [paragraph.text_content() for paragraph in page.iterfind(".//footer/p")]


def test_a_draft_says_so(seed: Filing) -> None:
    """In the title of the page and in a list of what is open; a report does neither."""
    page = render_html(
        Review.unchecked(seed, findings=[Finding(rule="x", level="error", message="“三”D7 <错>")]), draft=True
    )
    assert "（草稿）</title>" in page
    assert "【错误】“三”D7 &lt;错&gt;" in page
    assert "草稿" not in render_html(Review.unchecked(seed))


def test_prose_passed_in_is_printed(seed: Filing) -> None:
    """Generated sentences stand on the page as in the Word report."""
    assert "<p>生成的句子。</p>" in render_html(Review.unchecked(seed, prose={"other_matters.text": "生成的句子。"}))
