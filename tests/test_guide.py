"""The staff guide says what the program says: every message, name, file and picture in it is that of today."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from support import office
from support.source import SOURCE, trees
from xlreport.finding_kinds import FINDING_KINDS
from xlreport.forms import find_form, form_ids
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

#: What Excel and WPS say, what files are called that others make, and what clerks write: not the program's words.
OTHERS_WORDS = {
    "选择性粘贴—数值",
    "输出",
    "自带 Python",
    "2024年机构合并，案件并入本单位",
    "8件",
    "8",
    "-",
    "件",
    "条",
    "约",
    "约3",
    "3-1",
}
OTHERS_WORDS |= {"８件", "1,234", "……", "全部办结", "无。", "发送", "其他"}

#: Words in Latin letters that clerks know; file names and 24 characters of the alphabet beside them are not looked at.
LATIN = {"Excel", "WPS", "Word", "PDF", "Tab", "Alt", "Enter", "Windows", "UOS", "Python", "Foxmail", "Outlook"}


@pytest.fixture(scope="module")
def build() -> Iterator[ModuleType]:
    """scripts/build_guide.py."""
    sys.path.insert(0, str(ROOT / "scripts"))
    yield importlib.import_module("build_guide")
    sys.path.remove(str(ROOT / "scripts"))


@pytest.fixture(scope="module")
def text(build: ModuleType) -> str:
    return build.GUIDE.read_text(encoding="utf-8")


# Messages


def rules_of_the_forms() -> set[str]:
    forms = [find_form(name) for name in form_ids()]
    return {
        *(rule.id for form in forms for rule in form.rules),
        *(criterion.id for form in forms for criterion in form.criteria),
    }


def test_messages_are_up_to_date(build: ModuleType, text: str):
    """The table of messages is what scripts/build_guide.py writes."""
    assert build.with_table(text) == text


def test_every_message_is_explained(text: str):
    """Each rule of the forms, and each finding that staff can meet, has its row, and no other has."""
    explained = [id_ for ids in re.findall(r"^\| <!-- (.+?) -->", text, re.MULTILINE) for id_ in ids.split()]
    assert dict.fromkeys(explained, 1) == Counter(explained)
    known = {*rules_of_the_forms(), *(id_ for id_, kind in FINDING_KINDS.items() if kind.stage != "表样")}
    # An unreadable file has no cell; its sentences are explained one by one.
    assert sorted(known) == sorted(explained)


def strings(module: str) -> Iterator[str]:
    """Every text in a module, the fields of an f-string left out."""
    for node in ast.walk(trees()[module]):
        match node:
            case ast.JoinedStr(parts):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
            case ast.Constant(str(value)):
                yield value


@pytest.mark.long
def test_sentences_about_files_are_explained(build: ModuleType):
    """Each phrase that the guide explains is in the code, and each sentence that refuses a file has its phrase."""
    phrases = [phrase for group in build.groups() for entry in group.entries for phrase in entry.phrases]
    said = [each for module in trees() for each in strings(module)]
    assert [] == [phrase for phrase in phrases if not any(phrase in sentence for sentence in said)]
    refusals = [each for each in strings("workbook/read/file_check.py") if re.match("(文件|没有读取|找不到)?“…”", each)]
    assert len(refusals) > 15
    assert [] == [each for each in refusals if not any(phrase in each for phrase in phrases)]


# Names


def words_of_the_product() -> str:
    """Everything that staff can see: texts in the code, the pages, the definitions, the names of the launchers."""
    pages = [*SOURCE.rglob("*.jinja"), *SOURCE.rglob("*.toml"), *(ROOT / "launch").glob("*.html")]
    said = [each for module in trees() for each in strings(module)]
    said += [re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8")) for path in pages]
    said += [path.name for path in (ROOT / "launch").iterdir()]
    for name in form_ids():
        said += [sheet.title for sheet in layout(find_form(name)).sheets]
    return "\n".join(said)


def by_hand(build: ModuleType, text: str) -> str:
    """The guide without its generated table."""
    return text.partition(build.BEGIN)[0] + text.partition(build.END)[2]


@pytest.mark.long
def test_quoted_words_are_the_products(build: ModuleType, text: str):
    """What stands in “” is a sheet, a field, a button, a file or a word that staff really see."""
    product = words_of_the_product()
    told = by_hand(build, text) + "".join(e.means + e.do for group in build.groups() for e in group.entries)
    quoted = set(re.findall("“([^”]+)”", re.sub(r"!\[.*?\]\(.*?\)", "", told))) - OTHERS_WORDS
    assert len(quoted) > 20
    assert [] == sorted(words for words in quoted if words not in product)


def test_sheets_are_those_of_the_form_in_force(build: ModuleType, text: str):
    """Sheets with a number in their name are sheets of the newest form, and every sheet that staff see is spoken of."""
    form = next(form for form in map(find_form, form_ids()) if form.last_year is None)
    titles = {sheet.title for sheet in layout(form).sheets if not sheet.hidden}
    told = set(re.findall("“([一二三四五六七八] [^”]+)”", by_hand(build, text)))
    assert set() == told - titles
    assert [] == sorted(title for title in titles if f"“{title}”" not in text)


def test_names_in_brackets_are_figures(build: ModuleType, text: str):
    """【…】 in the guide names a figure of the form in force."""
    form = next(form for form in map(find_form, form_ids()) if form.last_year is None)
    names = re.findall("【([^】…]+)】", by_hand(build, text))
    assert names
    assert [] == [name for name in names if name not in form.by_name]


def test_words_are_chinese(build: ModuleType, text: str):
    """No English but what clerks know: programs, keys; file names and endings beside."""
    plain = re.sub(r"<!--.*?-->|```.*?```|!?\[.*?\]\(.*?\)|“[^”]*”|\.\w+", "", text, flags=re.DOTALL)
    assert set() == set(re.findall("[A-Za-z]{2,}", plain)) - LATIN


# Pictures


@pytest.mark.program
def test_pictures_are_of_today(build: ModuleType, text: str):
    """Each picture in the guide and the README exists, none lies idle, and what it shows is what the program shows now.

    After a change of the workbook, the result page or the report: python scripts/build_guide.py.
    """
    pictures = importlib.import_module("guide_pictures")
    readme = (build.ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]+\]\((?:docs/)?images/(.+?)\.png\)", text + readme)
    assert sorted(shown) == sorted(path.stem for path in build.IMAGES.glob("*.png"))
    with importlib.import_module("guide_day").clerks_day() as day:
        now = pictures.sources_of(day)
        made = set(day.made)
    assert sorted(shown) == sorted(now)
    manifest = json.loads(build.MANIFEST.read_text(encoding="utf-8"))
    assert now == manifest
    named = set(re.findall(r"\S+\.(?:docx|json|html|zip|eml)", "".join(re.findall("```.*?```", text, re.DOTALL))))
    assert len(named) > 5
    assert {name.removeprefix("├─").removeprefix("└─") for name in named} <= made


def test_pictures_are_small(build: ModuleType):
    """All pictures together take less than 2.5 MB."""
    assert sum(path.stat().st_size for path in build.IMAGES.iterdir()) < 2_500_000


# The PDF


class Plain(HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def printed(pdf: Path) -> list[str]:
    """The text of each page of the PDF without blanks, its page number left out."""
    program = office._require("poppler", "pdftotext")
    done = subprocess.run([program, "-raw", str(pdf), "-"], check=True, capture_output=True, timeout=60)
    pages = re.sub(r"[^\S\f]", "", done.stdout.decode("utf-8")).split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert f"—{number}—" in page
    return [page.replace(f"—{number}—", "", 1) for number, page in enumerate(pages, start=1)]


@pytest.mark.program
def test_pdf_says_what_the_guide_says(build: ModuleType, text: str):
    """The text of the PDF is that of the Markdown; a table's heads are printed again on each of its pages."""
    pages = "".join(printed(build.PDF))
    page = Plain()
    page.feed(build.html(text).partition("<body>")[2])
    heads = "".join(build.HEADS)
    expected = re.sub(r"\s", "", "".join(page.parts))
    assert heads in expected
    assert marks_left_out(expected.replace(heads, "")) == marks_left_out(pages.replace(heads, ""))


def marks_left_out(text: str) -> str:
    """Without what the printer adds before the lines of a list."""
    return re.sub(r"[•◦]|(?<![\d.])[1-6]\.(?=\D)", "", text)


@pytest.mark.program
def test_two_minutes_are_one_page(build: ModuleType):
    """“两分钟学会” is the first page, whole and alone; the PDF is A4."""
    first, second, *_ = printed(build.PDF)
    assert "两分钟学会" in first
    assert first.endswith("都不会丢东西。")
    assert second.startswith("一、放好文件")
    said = subprocess.run(["pdfinfo", str(build.PDF)], check=True, capture_output=True, timeout=60).stdout.decode()
    assert re.search(r"Page size: +59[56]\S* x 84[12]\S* pts", said)
