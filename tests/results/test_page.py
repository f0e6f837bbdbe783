"""The result page says first what became of the workbook, and then what to do, in the order of the sheets."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html
from msgspec.structs import replace

from support import clerk
from xlreport.errors import InputError
from xlreport.report.publish import Published
from xlreport.results.links import file_link
from xlreport.results.outcome import PageResult
from xlreport.results.outdated import outdated, workbooks_of
from xlreport.results.page import LeftOut, message_page, result_page
from xlreport.reviewing.review import review_file


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> PageResult:
    """A workbook with one figure out of balance, a negative figure and a blank required cell."""
    path = clerk.write(tmp_path_factory.mktemp("faulty") / "填报 表.xlsx", clerk.one_wrong())
    return PageResult(workbook=path, status=1, reviewed=review_file(path))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PageResult:
    """A workbook without faults, and the files that were made of it."""
    path = clerk.write(tmp_path_factory.mktemp("sound") / "a.xlsx", clerk.sound())
    folder = path.parent / "输出" / "甲 局_2019"
    files = {"docx": folder / "甲 局_2019_报告.docx", "json": folder / "甲 局_2019_报告.json"}
    return PageResult(
        workbook=path, status=0, reviewed=review_file(path), published=Published(folder=folder, files=files)
    )


def parsed(result: PageResult, *more: PageResult) -> html.HtmlElement:
    return html.document_fromstring(result_page([result, *more], result.workbook.parent))


def text(element: html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def state(page: html.HtmlElement) -> str:
    return text(page.cssselect("header .sentence")[0])


def replaced(result: PageResult, **values: object) -> PageResult:
    return PageResult(**{name: getattr(result, name) for name in PageResult.__struct_fields__} | values)


def with_findings(result: PageResult, *rules: str) -> PageResult:
    """The result with only the findings of these rules."""
    assert result.reviewed is not None
    kept = tuple(finding for finding in result.reviewed.findings if finding.rule.partition("[")[0] in rules)
    return replaced(result, reviewed=replace(result.reviewed, findings=kept))


def test_state_of_a_report(published: PageResult):
    """A report that was made is said in one sentence, with a sign that is not colour alone."""
    assert state(parsed(published)) == "✓ 报告已生成。"


def test_state_of_errors(faulty: PageResult):
    """Errors are counted, and the clerk is told to double-click again."""
    counted = state(parsed(with_findings(faulty, "required")))
    assert counted == "✗ 没有生成报告：有 1 处必须改正，改正后再双击一次“生成报告”。"


def test_state_of_an_unreadable_file():
    """A file that cannot be read is said in its own sentence."""
    result = PageResult(workbook=Path("/a/表.xlsx"), status=3, error=InputError("文件“表.xlsx”打不开，请检查。"))
    assert state(parsed(result)) == "✗ 没有生成报告：文件“表.xlsx”打不开，请检查。"


def test_problems_stand_in_the_order_of_the_sheets(faulty: PageResult):
    """Whatever the order of severity: 基本信息, then 二, then 三."""
    sheets = [re.findall("“(.+?)”", text(line))[0] for line in parsed(faulty).cssselect(".problem.error")]
    order = ["基本信息", "二 主动公开", "三 依申请公开"]
    assert sorted(sheets, key=order.index) == sheets
    assert set(sheets) == set(order)


def test_expected_and_actual(faulty: PageResult):
    """A sum that does not hold shows both sides and the difference."""
    (balance,) = [line for line in parsed(faulty).cssselect(".problem") if "“商业企业”一列" in text(line)]
    assert text(balance.cssselect(".sides")[0]).split() == ["应为", "35实为", "44相差", "9"]


def test_suggestion_names_cell_old_and_new(faulty: PageResult):
    """Each change is said with sheet, cell, name, the figure that stands and the one that should."""
    page = parsed(faulty)
    assert faulty.reviewed is not None
    address = next(
        c.address for f in faulty.reviewed.findings for c in f.cells if c.field == "requests.granted.business"
    )
    assert f"把“三 依申请公开”{address}（商业企业予以公开数）由 21 改为 12" in text(page)


def test_ties_are_all_listed_and_said_to_be_ties(faulty: PageResult):
    """The locator's alternatives all stand there, best first; the first six open, the rest in a fold."""
    assert faulty.reviewed is not None
    fix = next(f.fix for f in faulty.reviewed.findings if f.fix)
    wanted = len({step.choice for step in fix})
    advice = next(line for line in parsed(faulty).cssselect("div.advice"))
    assert wanted > 1
    assert text(advice).startswith("建议：改正以下任一处，全部勾稽关系即成立")
    assert len(advice.cssselect("li")) == wanted


def test_slip_in_a_column_is_one_problem(faulty: PageResult):
    """The column of totals fails by the same slip: it stands with the column, and is counted as `check` counts it."""
    assert faulty.reviewed is not None
    balances = [finding for finding in faulty.reviewed.findings if finding.rule.startswith("balance[")]
    assert sorted(finding.rule for finding in balances) == ["balance[business]", "balance[total]"]
    page = parsed(faulty)
    assert state(page) == "✗ 没有生成报告：有 4 处必须改正，改正后再双击一次“生成报告”。"
    assert len(page.cssselect(".problem")) == 3
    (also,) = page.cssselect(".also")
    assert re.fullmatch(
        "同时影响：第 4 处 “三 依申请公开”J[0-9]+（.+）（.+：总计，应为 877，实为 886，相差 9）。上面的改好了，这里随之成立。",
        text(also),
    )


def test_suggestion_stands_before_the_cells(faulty: PageResult):
    """What to do comes before the list of all the cells that a sum rests on."""
    (balance,) = [line for line in parsed(faulty).cssselect(".problem") if line.cssselect("div.advice")]
    classes = [line.get("class") for line in balance.iterchildren()]
    assert classes.index("advice") < classes.index("also") < classes.index("places")


@pytest.mark.long
def test_two_slips_are_two_problems(tmp_path: Path):
    """Slips in two columns: two problems, and the column of totals stands with both."""
    values = clerk.sound(requests__granted__business=21, requests__new__research=7)
    path = clerk.write(tmp_path / "a.xlsx", values)
    page = parsed(PageResult(workbook=path, status=1, reviewed=review_file(path)))
    assert state(page).startswith("✗ 没有生成报告：有 3 处必须改正")
    assert [len(problem.cssselect(".also")) for problem in page.cssselect(".problem")] == [1, 1]


def test_bad_cells_are_marked_with_sign_number_and_words(faulty: PageResult):
    """A marked figure carries a sign and leads to its problem; the problem leads to the figure."""
    page = parsed(faulty)
    cell = page.get_element_by_id("w1-disclosure-licensing-decisions")
    assert "✗" in text(cell)
    assert "必须改正" in text(cell)
    problem = page.get_element_by_id(cell.cssselect("a")[0].get("href")[1:])
    assert "#" + cell.get("id") in [link.get("href") for link in problem.cssselect("a")]


def test_every_figure_names_its_headings(faulty: PageResult):
    """Each figure's `headers` are headings of its own table: column headings over it, row headings beside it."""
    for table in parsed(faulty).cssselect("table"):
        ids = {head.get("id") for head in table.cssselect("th")}
        for figure in table.cssselect("td.figure"):
            assert set(figure.get("headers", "").split()) <= ids
    granted = parsed(faulty).get_element_by_id("w1-requests-granted-business")
    page = parsed(faulty)
    heads = [text(page.get_element_by_id(id_)) for id_ in granted.get("headers").split()]
    assert heads == ["申请人情况", "法人或其他组织", "商业企业", "三、本年度办理结果", "（一）予以公开"]


def test_tables_have_the_merges_of_the_form(published: PageResult):
    """Every row of a table covers the same number of columns once spans are laid out."""
    for table in parsed(published).cssselect("table"):
        widths: set[int] = set()
        open_: dict[tuple[int, int], tuple[int, int]] = {}
        for n, row in enumerate(table.cssselect("tr")):
            width = sum(cols for until, cols in open_.values() if until > n)
            for m, cell in enumerate(row.cssselect("th, td")):
                cols, rows = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
                width += cols
                if rows > 1:
                    open_[n, m] = (n + rows, cols)
            widths.add(width)
        assert len(widths) == 1


def test_every_column_begins_somewhere(faulty: PageResult):
    """HTML has no column that only merged cells run through: in each some cell begins."""
    for table in parsed(faulty).cssselect("table"):
        taken: set[tuple[int, int]] = set()
        begun: set[int] = set()
        for row, line in enumerate(table.iter("tr")):
            col = 0
            for cell in line:
                while (row, col) in taken:
                    col += 1
                rows, cols = int(cell.get("rowspan", "1")), int(cell.get("colspan", "1"))
                begun.add(col)
                taken |= {(row + down, col + right) for down in range(rows) for right in range(cols)}
        assert {col for _, col in taken} == begun, table.findtext("caption")


def test_ids_are_unique(faulty: PageResult, published: PageResult):
    """Two workbooks on one page share no id."""
    ids = [element.get("id") for element in parsed(faulty, published).cssselect("[id]")]
    assert len(set(ids)) == len(ids)


def test_links_resolve_from_the_pages_folder(published: PageResult):
    """Links to files are relative, percent-encoded, and lead to the files."""
    assert published.published is not None
    folder = published.published.folder
    page = html.document_fromstring(result_page([published], folder))
    links = [link.get("href") for link in page.cssselect(".steps a, .files a")]
    assert [(folder / unquote(link)).resolve() for link in links] == list(published.published.files.values())
    assert all(link.isascii() and ":" not in link for link in links)


def test_link_to_a_file_far_away_is_absolute(tmp_path: Path):
    """A page in the user's own folder names the file in full."""
    page, file = tmp_path / "a" / "b" / "c" / "d", tmp_path / "x" / "表.xlsx"
    assert file_link(file, page) == file.as_uri()


@pytest.mark.long
def test_what_staff_typed_is_text(tmp_path: Path):
    """A unit's name that looks like markup or a template is printed as it is."""
    name = "<script>alert(1)</script>{{ 7*7 }}&局"
    path = clerk.write(tmp_path / "a.xlsx", clerk.sound(unit__name=name))
    page = parsed(PageResult(workbook=path, status=1, reviewed=review_file(path)))
    assert [] == [each for each in page.cssselect("script") if "alert" in each.text_content()]
    assert name in text(page.cssselect("h1")[0])


def test_one_page_for_several(faulty: PageResult, published: PageResult):
    """Several workbooks: one sentence over all, and a table that leads to each, what failed first."""
    page = parsed(published, faulty)
    assert state(page) == "✗ 共 2 本工作簿：已生成 1 份报告，1 本还有问题，改正后再双击一次“生成报告”。"
    assert [link.get("href") for link in page.cssselect("nav table a")] == ["#w1", "#w2"]
    assert [text(row.cssselect("td")[-1])[0] for row in page.cssselect("nav tbody tr")] == ["✗", "✓"]
    assert [each.get("id") for each in page.cssselect("main > section")] == ["w1", "w2"]


def test_explained_warning_shows_its_explanation(faulty: PageResult):
    """A warning with an explanation stands apart from what is to be done, with the explanation."""
    assert faulty.reviewed is not None
    first = replace(faulty.reviewed.findings[0], level="warning", explanation="已与档案核对。")
    page = parsed(replaced(faulty, reviewed=replace(faulty.reviewed, findings=(first,))))
    assert next(text(heading) for heading in page.cssselect("h2")) == "已说明的提醒"
    assert "说明：已与档案核对。" in text(page)


def test_files_left_out_are_named(published: PageResult):
    """A file that was not worked on is named with its reason, and the head of the page leads there."""
    left_out = [LeftOut(name="空白.xlsx", reason="工作簿是空白的，还没有填写。")]
    page = html.document_fromstring(result_page([published], published.workbook.parent, left_out=left_out))
    assert page.cssselect('header a[href="#left-out"]')
    assert "空白.xlsx：工作簿是空白的，还没有填写。" in text(page)


def test_message_page_stands_alone():
    """A page that only says something needs no workbook."""
    page = html.document_fromstring(message_page("生成报告", "没有找到填好的工作簿。", ["请把工作簿拖到图标上。"]))
    assert state(page) == "✗ 没有找到填好的工作簿。"
    assert "请把工作簿拖到图标上。" in text(page)


def test_page_asks_for_no_network(faulty: PageResult):
    """Nothing in the page is loaded from anywhere, and its policy lets run no script but its own."""
    page = result_page([faulty], faulty.workbook.parent)
    assert "http:" not in page
    assert "https:" not in page
    parsed_page = html.document_fromstring(page)
    assert not parsed_page.cssselect("script[src], img, iframe, object")
    (script,) = parsed_page.cssselect("script")
    digest = base64.b64encode(hashlib.sha256(script.text_content().encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in parsed_page.cssselect("meta[http-equiv]")[0].get("content")


def test_next_steps_in_order(published: PageResult):
    """A finished report: look at it, print the sheet to sign, send the mail; with the time and the figures in one line."""
    folder = published.workbook.parent
    extras = {"signoff": folder / "签发单.html", "draft": folder / "邮件.eml", "package": folder / "包.zip"}
    now = datetime(2026, 1, 9, 14, 5, tzinfo=UTC)
    page = html.document_fromstring(result_page([replaced(published, saved="昨天", **extras)], folder, now=now))
    assert ["看报告", "打印签发单", "发邮件"] == [text(each) for each in page.cssselect(".steps h3")]
    assert "2026年1月9日 14:05 处理的是 昨天 保存的工作簿“a.xlsx”" in text(page.cssselect(".when")[0])
    assert text(page.cssselect("header .figures")[0]).startswith("新收申请数 859 件，上年结转申请数 18 件")
    assert ["包.zip", "甲 局_2019_报告.json"] == [text(each) for each in page.cssselect(".files .file")]


def test_page_that_a_later_run_overtook(faulty: PageResult, published: PageResult):
    """It looks old and leads to the new page; one about other workbooks too says so of the one, and keeps the rest."""
    alone = result_page([faulty], faulty.workbook.parent)
    assert (faulty.workbook.name,) == workbooks_of(alone)
    old = alone
    for when in ("2026年1月9日 14:05", "2026年1月9日 14:30"):
        old = outdated(old, faulty.workbook.name, when, "../结果.html")
    page = html.document_fromstring(old)
    assert page.cssselect("body.old")
    (line,) = page.cssselect(".later[data-workbook]")
    assert text(line) == "这一页过时了：“填报 表.xlsx”已在 2026年1月9日 14:30 重新处理，请看新的结果页。"
    assert "../结果.html" == line.cssselect("a")[0].get("href")
    both = html.document_fromstring(
        outdated(result_page([faulty, published], faulty.workbook.parent), "a.xlsx", "今天", "b.html")
    )
    assert not both.cssselect("body.old")
    assert len(both.cssselect(".problem")) == 3
    assert () == workbooks_of("<html></html>")
