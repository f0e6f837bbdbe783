"""Text and tables that stand in this year's report as they stood in last year's."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.command import xlreport
from support.figures import huaian_2024
from xlreport.filing import Filing
from xlreport.filing_json import read_json
from xlreport.forms import find_form
from xlreport.reviewing.prior import from_filing
from xlreport.reviewing.repeated import repeated
from xlreport.reviewing.review import read_prior, review
from xlreport.workbook.layout.names import explained_by

EXAMPLES = Path(__file__).parents[2] / "examples"
FORM = find_form("gov2021")

PROBLEMS = (
    "一是政策解读形式较为单一，图文解读、视频解读的比例不高；二是部分栏目信息更新不够及时，个别信息公开后未按要求动态调整。"
    "下一步，将丰富解读形式，增加短视频和动漫解读，建立栏目定期巡查的机制。"
)
TRAINING = (
    "成立由主要负责人任组长的政务公开工作领导小组，明确办公室为牵头科室，每季度召开例会研究公开工作，全年组织业务培训2次，"
    "参加人员覆盖全部科室和直属单位。"
)


def year(number: int, **values: Any) -> Filing:
    return Filing(form=FORM, values={**values, "report.year": number, "unit.name": "甲局"}, source="上年.json")


def said(now: dict[str, Any], last: dict[str, Any], of: int = 2024) -> list[str]:
    """The rules of what is said about a filing for 2025 beside one for 2024."""
    this = year(2025, **now)
    prior = from_filing(year(of, **last), FORM)
    texts = {id_: text for id_, text in now.items() if isinstance(text, str)}
    return [finding.rule for finding in repeated(this, prior, texts)]


def test_the_same_paragraph_again():
    """A paragraph as it stood last year, the year and a figure changed: one warning a field, the problems first."""
    now = {
        "overview.oversight": TRAINING.replace("2次", "3次"),
        "problems.text": PROBLEMS,
        "overview.summary": "2025年，" + TRAINING,
    }
    last = {"overview.oversight": TRAINING, "problems.text": PROBLEMS, "overview.summary": "2024年，" + TRAINING}
    rules = [f"prose_as_last_year[{id_}]" for id_ in ("problems.text", "overview.oversight", "overview.summary")]
    assert sorted(rules[1:]) == sorted(said(now, last)[1:])
    assert rules[0] == said(now, last)[0]


def test_moved_to_another_cell():
    """It does not matter where the paragraph stood last year."""
    assert ["prose_as_last_year[overview.summary]"] == said(
        {"overview.summary": TRAINING}, {"overview.oversight": TRAINING}
    )


def test_last_year_s_measures_under_this_year_s_problems():
    """Of section five it is enough that half of a paragraph stands again."""
    now = "一是信息公开目录的分类不尽合理，二是工作人员调整频繁，业务不熟。" + PROBLEMS[PROBLEMS.index("下一步") :] * 2
    assert ["prose_as_last_year[problems.text]"] == said({"problems.text": now}, {"problems.text": PROBLEMS})


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("今年换了全新的写法：" + PROBLEMS[::-1], PROBLEMS),
        ("收到政府信息公开申请25件，予以公开11件，部分公开3件，不予公开2件，无法提供6件，结转下年度继续办理3件。",
         "收到政府信息公开申请18件，予以公开9件，部分公开1件，不予公开4件，无法提供3件，结转下年度继续办理1件。"),
        ("根据《中华人民共和国政府信息公开条例》和国务院办公厅关于政府信息公开工作年度报告的有关要求，现将情况报告如下。",) * 2,
        ("本年度未收到政府信息公开申请，未发生因政府信息公开引起的行政复议和行政诉讼，未收取信息处理费。",) * 2,
        ("开展培训3次。",) * 2,
        (TRAINING, ""),
    ],
    ids=["another text", "figures of the year", "basis", "nothing received", "short", "no text last year"],
)  # fmt: skip
def test_silent(now: str, last: str):
    """What is new, what says the figures of the year, what every report says, and what is short."""
    assert [] == said({"overview.on_request": now}, {"overview.on_request": last})


def test_statement_with_last_year_s_figures():
    """A statement of figures whose figures are last year's, too, was not brought up to date."""
    text = "收到政府信息公开申请25件，予以公开11件，部分公开3件，不予公开2件，无法提供6件，结转下年度继续办理3件，均按期办结答复。"
    assert ["prose_as_last_year[overview.on_request]"] == said(
        {"overview.on_request": text}, {"overview.on_request": text}
    )


def test_a_word_changed_here_and_there():
    """One character in twelve is another: the paragraph stands again all the same."""
    now = "".join("某" if n % 12 == 11 and sign.isalpha() else sign for n, sign in enumerate(TRAINING))
    assert ["prose_as_last_year[overview.platform]"] == said(
        {"overview.platform": now}, {"overview.platform": TRAINING}
    )


def test_guidance():
    """The sentence that names the guiding thought is the same in every report."""
    text = "坚持以习近平新时代中国特色社会主义思想为指导，全面贯彻落实党的二十大精神，深入推进政务公开工作，保障公众知情权。"
    assert [] == said({"overview.summary": f"2025年，我局{text}"}, {"overview.summary": f"2024年，我局{text}"})


@pytest.mark.long
def test_time_by_the_length():
    """Twice the text of both years takes about twice the time, whether it stands again or not."""

    def seconds(length: int, last: int) -> float:
        texts = ["".join(chr(0x4E00 + (n * n * k) % 9973) for n in range(length)) for k in (7, last)]
        start = time.process_time()
        said({"problems.text": texts[0]}, {"problems.text": texts[1]})
        return time.process_time() - start

    for last in (7, 11):
        short = min(seconds(16_000, last) for _ in range(3))
        assert min(seconds(32_000, last) for _ in range(3)) < 4 * short + 0.05


def test_introduction():
    """The introduction may say the same every year."""
    assert [] == said({"report.intro": TRAINING}, {"report.intro": TRAINING})


@pytest.mark.parametrize("last", [2025, 2022, 2026])
def test_another_year_s_report(last: int):
    """Against the report of another year, this year's own included, nothing is said of what is alike."""
    assert [] == said({"problems.text": PROBLEMS}, {"problems.text": PROBLEMS}, of=last)


def test_the_same_figures():
    """Every figure of a table is last year's: a warning for the table; with one changed none."""
    figures = {id_: value for id_, value in huaian_2024().items() if isinstance(value, int | float)}
    tables = [f"table_as_last_year[{key}]" for key in ("disclosure", "requests", "appeals")]
    assert tables == said(figures, figures)
    assert tables[::2] == said({**figures, "requests.granted.natural": 1289}, figures)


def test_few_figures_may_be_the_same():
    """Three requests of last year and three of this year are no sign of anything."""
    figures = {"requests.new.natural": 3, "requests.granted.natural": 2, "requests.unavailable.not_held.natural": 1}
    assert [] == said(figures, figures)


def test_it_can_be_explained():
    """`prose[field]`, the explanation cell of 校验, settles the warning about that text."""
    now = msgspec.structs.replace(
        year(2025, **{"problems.text": PROBLEMS}), explanations={"prose[problems.text]": "问题仍在整改"}
    )
    findings = review(now, from_filing(year(2024, **{"problems.text": PROBLEMS}), FORM)).findings
    assert ["问题仍在整改"] == [f.explanation for f in findings if f.rule == "prose_as_last_year[problems.text]"]


def test_a_table_is_explained_in_its_row():
    """The row of 校验 about a table takes the explanation of its figures being the same."""
    figures = {id_: value for id_, value in huaian_2024().items() if isinstance(value, int | float)}
    now = msgspec.structs.replace(year(2025, **figures), explanations={"table_untouched[requests]": "两年确实相同"})
    findings = review(now, from_filing(year(2024, **figures), FORM)).findings
    assert ["两年确实相同"] == [f.explanation for f in findings if f.rule == "table_as_last_year[requests]"]
    assert "explain.table_untouched.requests" == explained_by(FORM, "table_as_last_year[requests]")


@pytest.mark.long
def test_from_a_word_report(tmp_path: Path):
    """Last year's Word report is read as its workbook and its JSON are."""
    (workbook,) = (EXAMPLES / "2024-huaian").glob("*.xlsx")
    assert xlreport("generate", workbook, "-o", tmp_path).status == 0
    (report,) = tmp_path.glob("*.docx")
    last = read_json(EXAMPLES / "2024-huaian" / "filing.json")
    now = year(2025, **{**last.values, "report.year": 2025})
    given_ = [read_prior(path, FORM) for path in (report, workbook, EXAMPLES / "2024-huaian" / "filing.json")]
    rules = [[f.rule for f in review(now, prior).findings if "as_last_year" in f.rule] for prior in given_]
    assert rules[0] == rules[1] == rules[2]
    assert "prose_as_last_year[problems.text]" in rules[0]
    assert "table_as_last_year[requests]" in rules[0]


def test_real_reports_beside_each_other():
    """Two different reports have nothing in common that is spoken of."""
    filings = [read_json(path) for path in sorted(EXAMPLES.glob("*/filing.json"))]
    for now in filings:
        for last in filings:
            if now is not last and now.year is not None:
                before = from_filing(last, now.form)
                texts = {field.id: now.text(field.id) for field in now.form.prose}
                prior = msgspec.structs.replace(before, year=now.year - 1)
                assert [] == [f.message for f in repeated(now, prior, texts)]


_TEXTS = st.text("甲乙丙丁戊己庚辛，。；\n1２年《》", max_size=200)


@pytest.mark.long
@given(_TEXTS, st.integers(2000, 2099))
def test_a_text_stands_again_whatever_its_years(text: str, number: int):
    """The verdict on a text against itself is the same with another year written before it."""
    alone = said({"overview.platform": text}, {"overview.platform": text})
    assert alone == said({"overview.platform": text}, {"overview.platform": f"{number}年{text}"}) or text[:1].isdigit()


@given(_TEXTS)
def test_nothing_stands_again_without_last_year_s_text(text: str):
    """No prose last year: nothing is said."""
    assert [] == said({"overview.platform": text, "problems.text": text}, {})


@given(_TEXTS)
def test_long_texts_of_nothing_new(text: str):
    """A text of at least 40 characters without figures and formulas stands again as a whole."""
    plain = "".join(c for c in text if c in "甲乙丙丁戊己庚辛")
    expected = ["prose_as_last_year[problems.text]"] if len(plain) >= 40 else []
    assert expected == said({"problems.text": plain}, {"problems.text": plain})


def test_json_prior_on_the_command_line(tmp_path: Path):
    """`check --prior` says it with cell and remedy."""
    (workbook,) = (EXAMPLES / "2024-huaian").glob("*.xlsx")
    last = json.loads((EXAMPLES / "2024-huaian" / "filing.json").read_text(encoding="utf-8"))
    last["year"] = last["values"]["report"]["year"] = 2023
    path = tmp_path / "上年.json"
    path.write_text(json.dumps(last, ensure_ascii=False), encoding="utf-8")
    (result,) = json.loads(xlreport("check", workbook, "--prior", path, "--json").out)
    finding = next(f for f in result["findings"] if f["rule"] == "prose_as_last_year[problems.text]")
    assert "warning" == finding["level"]
    assert "五 问题和改进" in finding["message"]
    assert finding["message"].endswith("请按本年度的情况重写。")
