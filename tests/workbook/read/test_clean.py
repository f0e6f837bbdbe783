"""One cell at a time: what is understood, what is noted, what is an error."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.forms.model import Field
from xlreport.rules.evaluate import CellError
from xlreport.wording import shown
from xlreport.workbook.read.clean import Cleaned, clean
from xlreport.workbook.texts import clean_prose, narrow


def field(kind: str, **more) -> Field:
    return Field(id="a.b", name="某项", label="某项", kind=kind, section="s", **more)


COUNT, SIGNED, MONEY, YEAR = field("count"), field("signed"), field("money"), field("year")
DATE, TEXT, PROSE = field("date"), field("text"), field("prose")
BLANKS = field("choice", options=("按0填报", "保留空白"))


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, COUNT, None),
        (0, COUNT, 0),
        ("/", COUNT, "/"),
        (12, COUNT, 12),
        (12.0, COUNT, 12),
        (999_999_999, COUNT, 999_999_999),
        (-8, SIGNED, -8),
        (25.1, MONEY, 25.1),
        (0.000001, MONEY, 0.000001),
        ("/", MONEY, "/"),
        (2020, YEAR, 2020),
        ("按0填报", BLANKS, "按0填报"),
        ("甲局", TEXT, "甲局"),
        (13800000000, TEXT, "13800000000"),
        ("", TEXT, None),
        ("第一段\n第二段", PROSE, "第一段\n第二段"),
        ("第一段\r\n第二段\r第三段", PROSE, "第一段\n第二段\n第三段"),
        ("=SUM(A1)", PROSE, "=SUM(A1)"),
        ("@甲", TEXT, "@甲"),
        ("甲\t乙😀👨‍👩‍👧", PROSE, "甲\t乙😀👨‍👩‍👧"),
        ("字" * 32767, PROSE, "字" * 32767),
        ("/", TEXT, "/"),
        ("2021年1月22日", DATE, "2021年1月22日"),
        ("2021-1-22", DATE, "2021年1月22日"),
        ("2021-01-22", DATE, "2021年1月22日"),
        ("2021/1/22", DATE, "2021年1月22日"),
        ("2021.1.22", DATE, "2021年1月22日"),
        (datetime.fromisoformat("2021-01-22"), DATE, "2021年1月22日"),
    ],
)
def test_what_is_asked_for_passes_without_a_word(value, kind, expected):
    """A value as the cell asks for it gives neither note nor error; blank, 0 and "/" stay apart."""
    assert Cleaned(expected) == clean(value, kind)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("３", COUNT, 3),
        ("１２", COUNT, 12),
        ("1,234", COUNT, 1234),
        ("1，234", COUNT, 1234),
        ("12 ", COUNT, 12),
        ("\u3000 12\xa0", COUNT, 12),
        ("12", COUNT, 12),
        ("0", COUNT, 0),
        ("12件", COUNT, 12),
        ("12条", COUNT, 12),
        ("12 件", COUNT, 12),
        ("22（其中修订16件）", COUNT, 22),
        ("22(其中修订16件)", COUNT, 22),
        ("22件（其中修订16件）", COUNT, 22),
        ("22（其中修订16件）件", COUNT, 22),
        ("22（件）", COUNT, 22),
        ("+3", COUNT, 3),
        ("3.0", COUNT, 3),
        ("-0", COUNT, 0),
        (3.0000001, COUNT, 3),
        (2.9999999999, COUNT, 3),
        ("-", COUNT, "/"),
        ("—", COUNT, "/"),
        ("——", COUNT, "/"),
        ("－", MONEY, "/"),
        ("无", COUNT, "/"),
        (" / ", COUNT, "/"),
        ("／", SIGNED, "/"),
        ("-8", SIGNED, -8),
        ("－８", SIGNED, -8),
        ("251000元", MONEY, 25.1),
        ("251,000元", MONEY, 25.1),
        ("25.1万元", MONEY, 25.1),
        ("25.1万", MONEY, 25.1),
        ("25.1（万元）", MONEY, 25.1),
        ("251000（元）", MONEY, 25.1),
        ("0.01元", MONEY, 0.000001),
        (0.1 + 0.2, MONEY, 0.3),
        ("   ", COUNT, None),
        ("2020年", YEAR, 2020),
        ("２０２０年度", YEAR, 2020),
        ("2020", YEAR, 2020),
        ("按０填报", BLANKS, "按0填报"),
        (" 保留空白", BLANKS, "保留空白"),
        ("甲局 ", TEXT, "甲局"),
        ("甲局\n乙科", TEXT, "甲局 乙科"),
        ("甲\x07乙", PROSE, "甲乙"),
        ("甲\ud83d乙", PROSE, "甲乙"),
        (" \n ", PROSE, None),
        ("２０２１年１月２２日", DATE, "2021年1月22日"),
        ("2021年1月22", DATE, "2021年1月22日"),
        ("2021年1月22号", DATE, "2021年1月22日"),
        (" 2021-1-22", DATE, "2021年1月22日"),
        ("20210122", DATE, "2021年1月22日"),
        (20210122, DATE, "2021年1月22日"),
        ("二〇二一年一月二十二日", DATE, "2021年1月22日"),
        ("二○二一年十二月三十一日", DATE, "2021年12月31日"),
        (datetime.fromisoformat("2021-01-22"), TEXT, "2021年1月22日"),
    ],
)
def test_what_is_understood_is_noted(value, kind, expected):
    """A clumsy value is read, and the note says what was read."""
    cleaned = clean(value, kind)
    assert (expected, None) == (cleaned.value, cleaned.error)
    assert cleaned.note
    if expected is not None and kind not in (PROSE, TEXT):
        assert shown(expected) in cleaned.note


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("约3", COUNT),
        ("3左右", COUNT),
        ("22（约数）", COUNT),
        ("22（16）", COUNT),
        ("3.5", COUNT),
        (3.5, COUNT),
        (3.00001, COUNT),
        ("3-1", COUNT),
        ("-3", COUNT),
        (-3, COUNT),
        (-0.5, MONEY),
        (True, COUNT),
        (datetime.fromisoformat("2021-03-01"), COUNT),
        (datetime.fromisoformat("2021-03-01"), MONEY),
        (CellError("#REF!"), COUNT),
        (CellError("#N/A"), TEXT),
        (1_000_000_000, COUNT),
        ("1000000000", COUNT),
        (-1_000_000_000, SIGNED),
        (float("inf"), COUNT),
        ("1,23", COUNT),
        ("12,34,567", COUNT),
        ("1 2", COUNT),
        ("①", COUNT),
        ("一", COUNT),
        ("十二", COUNT),
        ("1e3", COUNT),
        ("12人", COUNT),
        ("12元", COUNT),
        ("1.2万", COUNT),
        ("3（万）", COUNT),
        ("251000（单位：元）", MONEY),
        ("25万元元", MONEY),
        ("3件", MONEY),
        ("//", COUNT),
        ("不详", COUNT),
        ("/", YEAR),
        ("20年", YEAR),
        ("2020-2021", YEAR),
        (20, YEAR),
        (2020.5, YEAR),
        ("按1填报", BLANKS),
        ("/", BLANKS),
        (True, TEXT),
        (1e20, TEXT),
        (float("nan"), TEXT),
        ("2021年2月30日", DATE),
        ("2021-13-1", DATE),
        ("2021年1月", DATE),
        ("21-1-22", DATE),
        ("1/22/2021", DATE),
        ("2021-1/22", DATE),
        ("2021年1-22", DATE),
        (44218, DATE),
        (2021.1, DATE),
        (True, DATE),
        ("二〇二一年十三月一日", DATE),
        ("二〇二一年二月三十日", DATE),
        ("二〇二一年十十月一日", DATE),
    ],
)
def test_what_is_not_understood_is_an_error(value, kind):
    """What cannot be read for certain, or is not allowed, has no value and says what to write instead."""
    cleaned = clean(value, kind)
    assert (None, None) == (cleaned.value, cleaned.note)
    assert "请" in (cleaned.error or "")


@pytest.mark.parametrize(
    ("value", "kind"), [("3.5", COUNT), (-3, COUNT), ("1000000000", COUNT), (1899, YEAR), ("2021年2月30日", DATE)]
)
def test_readable_values_that_are_not_allowed_are_out_of_range(value, kind):
    """A number that is clear but not allowed is told from text that is no number."""
    assert clean(value, kind).out_of_range
    assert not clean("约3", kind).out_of_range


@pytest.mark.parametrize("text", ["1" + " " * 30000 + "x", "1," * 16000, "(" * 32000, "1" * 32767])
def test_long_nonsense_is_an_error_at_once(text):
    """No pattern takes longer than the text is."""
    for kind in (COUNT, MONEY, YEAR, DATE):
        assert clean(text, kind).error


def test_long_text_in_messages_is_cut_and_on_one_line():
    """A message quotes at most 30 characters, without line breaks or control characters."""
    error = clean("约\n\x07" + "三" * 500, COUNT).error or ""
    assert "\n" not in error
    assert "\x07" not in error
    assert len(error) < 100


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes()))
def test_nothing_is_guessed_silently(value):
    """Whatever stands in a cell, cleaning never raises, and text for a figure is never taken without a note."""
    for kind in (COUNT, SIGNED, MONEY, YEAR, DATE, TEXT, PROSE, BLANKS):
        cleaned = clean(value, kind)
        assert cleaned.note is None or cleaned.error is None
        assert cleaned.value is None or cleaned.error is None
        if kind.numeric and isinstance(value, str) and value not in ("", "/"):
            assert cleaned.note or cleaned.error
        if kind.numeric and cleaned.value is not None and cleaned.value != "/":
            assert isinstance(cleaned.value, int | float)


@given(st.integers(-999_999_999, 999_999_999))
def test_every_whole_number_is_read_in_every_way_of_writing(number):
    """Digits, thousands separators, full width, a unit: the same number."""
    wide = str(number).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"})
    for text in (str(number), f"{number:,}", wide, f" {number} ", f"{number}件", f"{number}.0", f"{number}（含修订）"):
        assert number == clean(text, SIGNED).value
    assert number == clean(number, SIGNED).value


@given(st.text())
def test_clean_prose_changes_nothing_but_control_characters_and_line_breaks(text):
    """Clean text passes unchanged, and what came out passes again."""
    cleaned, _ = clean_prose(text)
    if cleaned is not None:
        assert (cleaned, None) == clean_prose(cleaned)
        assert [c for c in cleaned if c.isprintable() and c not in UNDRAWN] == [
            c for c in text if c.isprintable() and c not in UNDRAWN
        ]


def test_narrow_keeps_chinese_punctuation_that_is_no_wide_ascii():
    """Only full-width forms become ASCII; 、 and 。 stay."""
    assert "A1(2),、。" == narrow("Ａ１（２），、。")


# Characters that draw nothing

INVISIBLE = [
    chr(c)
    for c in (
        0xAD,
        0x61C,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        0xFE0F,
        0xE0001,
    )
]


@pytest.mark.parametrize("mark", INVISIBLE, ids=ascii)
@pytest.mark.parametrize(
    ("typed", "kind", "expected"),
    [
        ("12", COUNT, 12),
        ("25.1", MONEY, 25.1),
        ("/", COUNT, "/"),
        ("2020", YEAR, 2020),
        ("2021-1-22", DATE, "2021年1月22日"),
        ("二〇二一年一月二十二日", DATE, "2021年1月22日"),
        ("保留空白", BLANKS, "保留空白"),
        ("a@b.gov.cn", TEXT, "a@b.gov.cn"),
        ("甲局", TEXT, "甲局"),
    ],
)
def test_characters_that_draw_nothing_are_left_out_with_a_note(mark, typed, kind, expected):
    """Around and within figures, dates, years, choices, texts and addresses, as they come from other programs."""
    for text in (mark + typed, typed + mark, mark + typed[:1] + mark + typed[1:] + mark):
        result = clean(text, kind)
        kept = result.value if mark != "\ufe0f" or kind is not TEXT else narrow(str(result.value))
        assert (expected, None) == (kept, result.error)
        assert result.note or mark == "\ufe0f"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("ａ＠ｂ．ｇｏｖ．ｃｎ", "a@b.gov.cn"), ("a＠b.cn", "a@b.cn"), ("a@b.cn；c＠d.cn", "a@b.cn;c@d.cn")],
)
def test_addresses_are_made_narrow_with_a_note(typed, expected):
    """What a Chinese keyboard makes of an address of mail."""
    result = clean(typed, TEXT)
    assert (expected, True) == (result.value, bool(result.note))


@pytest.mark.parametrize(
    "text",
    ["👨\u200d👩\u200d👧❤\ufe0f1\ufe0f\u20e3", "葛\U000e0100城", "م\u200cن \u200fسلام", "🏴\U000e0067\U000e007f"],
    ids=ascii,
)
def test_what_carries_meaning_in_prose_stays(text):
    """Joiners of emoji, rare forms of characters, marks beside Arabic letters."""
    assert Cleaned(text) == clean(text, PROSE)


#: All that draws nothing: formats (but the Arabic, Kaithi and Egyptian ones that are drawn), and by Unicode's
#: Default_Ignorable_Code_Point those of other categories, with what is reserved for more of them; braille's blank.
UNDRAWN = sorted(
    {
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) == "Cf"
        and not (0x600 <= code <= 0x605 or code in (0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
        and not 0x13430 <= code <= 0x1345F
    }
    | {chr(code) for first, last in (
        (0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x2800, 0x2800),
        (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
    ) for code in range(first, last + 1)}
)  # fmt: skip

#: Forms of Chinese characters: standardized variants, and those of names in the ideographic database.
RARE_FORMS = {*map(chr, range(0xFE00, 0xFE03)), *map(chr, range(0xE0100, 0xE01F0))}


@given(
    st.lists(st.sampled_from(UNDRAWN), min_size=1, max_size=5), st.sampled_from("甲，１）"), st.sampled_from("乙。２（")
)
def test_what_draws_nothing_between_chinese_characters_is_left_out_everywhere(marks, before, after):
    """In prose and names but for rare forms of characters; in what is compared, all of it."""
    text = f"{before}{''.join(marks)}{after}"
    assert narrow(before + after) == narrow(text)
    if RARE_FORMS.isdisjoint(marks):
        assert before + after == clean(text, PROSE).value
        assert before + after == clean(text, TEXT).value


@given(
    st.text(st.sampled_from(["甲", "a", "1", "👩", "❤", "한", "م", "\u034f", "\u1160", *UNDRAWN[::40]]), max_size=12)
)
def test_leaving_out_once_is_enough(text):
    """Nothing that came out of prose changes again, and nothing that is drawn is lost."""
    kept = clean(text, PROSE).value
    if kept is not None:
        assert kept == clean(kept, PROSE).value
        assert [c for c in text if c not in UNDRAWN] == [c for c in str(kept) if c not in UNDRAWN]


@given(
    st.lists(
        st.sampled_from(["👨\u200d👩\u200d👧\u200d👦", "❤\ufe0f", "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3", "👍🏽", "👁\ufe0f\u200d🗨\ufe0f",
                         "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "㊗\ufe0f", "©\ufe0f", "中", "，", "a"]),
        min_size=1,
    ),
    st.sampled_from(["\u200b", "\u3164", "\u2060", "\ufff3", "\U000e0fff"]),
)  # fmt: skip
def test_emoji_pass_whole_and_what_draws_nothing_beside_them_goes(pieces, mark):
    """Sequences of joiners, looks and tags are one character each to those who see them."""
    assert "".join(pieces) == clean("".join(pieces), PROSE).value
    assert "".join(pieces) == clean(mark + mark.join(pieces) + mark, PROSE).value


@pytest.mark.parametrize(
    ("text", "said"),
    [("字" * 32_768, "有 32768 个字，"), ("😀" * 16_384, "有 32768 个字（一个表情"), ("😀" * 16_383, "")],
)
def test_a_text_beyond_what_a_cell_holds_is_an_error(text, said):
    """No program shows it whole; the count is Excel's, and the sentence says so where a reader would count otherwise."""
    error = clean(text, PROSE).error
    assert (bool(said), said in (error or "")) == (error is not None, True)


@pytest.mark.parametrize("unit", ["\ufe0f", "\ufe0f\u200d", "\u200d\ufe0e\u3164", "\u3164\u2800", "\u200b\ufe0f"])
def test_chains_of_characters_that_draw_nothing_end_soon(unit: str):
    """Each stands behind one that is taken out; as many as a cell holds are gone all the same, in a few passes."""
    count = 30_000 // len(unit)
    text, note = clean_prose("中" + unit * count + "文")
    assert "中文" == text
    assert f"含有 {count * len(unit)} 个看不见的字符，已去掉" == note


def test_a_text_of_several_lines_keeps_them():
    """One organ a line where several sign together; any other text is read as one line, with a note."""
    typed = "甲市办公室\r\n乙局"
    assert Cleaned("甲市办公室\n乙局") == clean(typed, field("text", lines=True))
    assert Cleaned("甲市办公室 乙局", "填了多行，已合为一行") == clean(typed, TEXT)
