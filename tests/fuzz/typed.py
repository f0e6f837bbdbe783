"""What people type where a figure, a date or a text belongs, and what programs make of it in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from random import Random

#: What stands in a cell, as `put` takes it: kind, text, formula.
Content: TypeAlias = "tuple[str | None, str | None, str | None]"

FIGURES = (
    "３", "１２", "1,234", "1，234", "12 ", " 12", "　12", "12件", "12 条", "22（其中修订16件）", "22(16)", "+3", "3.0",
    "3.5", "-3", "－3", "约3", "3左右", "3-1", "3+1", "1 2", "1.2.3", "1,23", "12,34,567", "/", "／", "-", "—", "——", "无",
    "无。", "零", "十二", "①", "Ⅲ", "1e3", "0x10", "1_000", "٣", "३", "²", "½", "251000元", "25.1万元", "0.01元", "元",
    "#REF!", "TRUE", "=1+1", "@12", "'12", "12'", "１２３４５６７８９０", "000012", "12\n13", "12\t", "\u200b12", "12\u00a0",
    "12\ufeff", "O", "l2", "12。", "12、", "(12)", "（12）", "12%", "$12", "￥12", "12-", "12/", "12/13", "2020-1-2",
    "1月2日", "NaN", "inf", "-0", "+0", "00", "", " ", "。", "\x07", "字" * 300, "9" * 40, "0." + "0" * 30 + "1",
)  # fmt: skip

NUMBERS = (
    "0", "1", "3", "12", "999999999", "1000000000", "-1", "-8", "3.5", "3.0000001", "2.9999999", "1e3", "1E+2", "1e400",
    "-1e400", "0.1", "25.1", "1e-9", "-0", "+5", " 7 ", "07", "1e15", "44218", "43831.5", "abc", "NaN", "INF", "0x10",
    "1,234", "１２", "1_0", "٣", "12.", ".5", "",
)  # fmt: skip

FORMULAS = ("1+2", "SUM(A1:A9)", "D7", "#REF!", "", "'三 依申请公开'!D7", "NOW()", 'HYPERLINK("x")', "1/0", "{1}")

PROSE = (
    "一、总体情况。\n二、主动公开。", "A&B<C>", "{{ unit.name }}", "{% for x in y %}", "{_{ x }_}", "【自然人新收申请数】件",
    "【自然人新收】", "【】", "\u202e12", "😀👨‍👩‍👧", "\x00\x07", "_x000D_", "_x0007_", "=SUM(A1)", "@x", "字" * 3000,
    "甲\r\n乙\r丙\u2028丁", "\ud7ff\ue000\ufffd", "12", "/", " ", "本年度收到申请999件。", "２０１８年", "]]>", "<w:p/>",
    "\\", "%s %(x)s {0}", "'; DROP TABLE", "..\\..\\x", "CON", "a" * 40_000,
)  # fmt: skip

DATES = (
    "2020-1-2", "2020年1月2日", "2020/1/2", "20200102", "二〇二〇年一月二日", "1/2/2020", "2020年13月1日", "2020.1.2",
    "2020年1月", "明天", "2020-02-30", "２０２０年１月２日",
)  # fmt: skip


def content(rng: Random, kind: str) -> Content:
    """Something typed into an input of this kind."""
    texts = {"prose": PROSE, "text": PROSE, "choice": PROSE, "date": DATES + NUMBERS}.get(kind, FIGURES)
    roll = rng.random()
    if roll < 0.05:
        return None, None, None
    if roll < 0.5:
        return rng.choice(("inlineStr", "inlineStr", "str")), rng.choice(texts), None
    if roll < 0.75:
        return "n", rng.choice(NUMBERS), None
    if roll < 0.8:
        return "n", str(rng.randrange(10**9)), None
    if roll < 0.84:
        return "b", rng.choice(("0", "1", "true", "x", "")), None
    if roll < 0.88:
        return "e", rng.choice(("#REF!", "#N/A", "x", "")), None
    if roll < 0.92:
        return "d", rng.choice(("2020-01-02", "2020-01-02T03:04:05Z", "x", "2020-13-01", "T01:02")), None
    if roll < 0.96:
        return "s", rng.choice(("0", "5", "99999", "-1", "x", "1.0", "")), None
    return rng.choice(("n", "str", "b", "e")), rng.choice(NUMBERS), rng.choice(FORMULAS)
