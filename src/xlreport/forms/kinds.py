"""Every kind of cell there is: one row holds all that depends on it.

A kind that is read, checked and printed in one of the styles below is a row of `KINDS` and nothing else. A new style
is a function where cells are read (`workbook/read/clean.py`) and one where typing is guarded
(`workbook/layout/validation.py`).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from xlreport.errors import DefinitionError
from xlreport.wording import DECIMALS

#: How a cell is read. `number` is a figure or "/"; `year` four digits; `text` one line; `prose` text whose line breaks
#: are paragraphs; `date` a day; `choice` one of the field's options.
Style: TypeAlias = Literal["number", "year", "text", "prose", "date", "choice"]

#: A number of more than nine digits before the point is an error (DESIGN §3).
MAX_NUMBER = 999_999_999


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of cell.

    `title` is its name in the handbook of rules. `sample` may stand in such a cell (a choice has its options).
    `wanted` ends every message about a cell that cannot be read; `prompt` stands beside the row of a field that has
    none of its own; `stop` is what Excel says to what it does not take. `width` is the least width of a column of a
    table that holds such cells, in Latin characters.

    Of numbers only: `low`, `high` and `decimals` bound them; `outside` says it of one out of bounds where “是负数” and
    the like do not. `unit` is what the cell counts in, where messages name it; `units` are the words that may follow a
    typed figure, each with the power of ten that makes it `unit`: {"万元": 0, "元": -4}.
    """

    id: str
    title: str
    style: Style
    sample: int | float | str = "样例"
    wanted: str = ""
    prompt: str = ""
    stop: str = ""
    width: float = 0.0
    low: int = -MAX_NUMBER
    high: int = MAX_NUMBER
    decimals: int = 0
    outside: str = ""
    unit: str = ""
    units: dict[str, int] = {}

    @property
    def numeric(self) -> bool:
        """Whether such a cell holds a number."""
        return self.style in ("number", "year")

    @property
    def summed(self) -> bool:
        """Whether its numbers are amounts, which may be added up, and for which "/" may stand."""
        return self.style == "number"

    @property
    def yuan(self) -> bool:
        """Whether it is an amount in 万元, so that one stated in 元 is converted."""
        return self.units.get("元", 0) < 0

    def fault(self, number: float) -> str | None:
        """What is wrong with a number of at most six decimals: 是负数; None for one that may stand in the cell."""
        if not abs(number) <= MAX_NUMBER:
            return "超过九位数"
        rough = self.decimals < DECIMALS and round(number, self.decimals) != number
        if self.outside and (rough or not self.low <= number <= self.high):
            return self.outside
        if rough:
            return f"的小数多于{self.decimals}位" if self.decimals else "不是整数"
        if number < self.low:
            return f"小于{self.low}" if self.low else "是负数"
        return f"大于{self.high}" if number > self.high else None

    @property
    def counted_in(self) -> str:
        """The unit of its figures in words: what they are in, else what most often follows a typed one; "" for none."""
        return self.unit or next(iter(self.units), "")

    def bounds(self, number: str) -> str:
        """The bounds as arguments of Excel's AND; `number` is an expression."""
        if self.low == -self.high:
            return f"ABS({number})<={self.high}"
        return f"{number}>={self.low},{number}<={self.high}"


_COUNTED = dict.fromkeys("件条个项次份宗起", 0)

#: Columns of a table are at least so wide, in Latin characters, where they hold a text, a day, a word.
_TEXT_WIDTH, _DATE_WIDTH, _CHOICE_WIDTH = 26.0, 17.0, 14.0

KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind(
            id="count",
            title="件数",
            style="number",
            sample=1,
            low=0,
            units=_COUNTED,
            wanted="请改为不小于 0 的整数、“/”或留空",
            stop="请填写不超过九位的非负整数；没有发生的填 0，不适用的填“/”，也可以留空。",
        ),
        Kind(
            id="signed",
            title="增减数",
            style="number",
            sample=1,
            units=_COUNTED,
            wanted="请改为整数（减少用负数）、“/”或留空",
            prompt="填写整数，减少时填负数；不适用的填“/”。",
            stop="请填写不超过九位的整数，减少时填负数，如 -8；不适用的填“/”，也可以留空。",
        ),
        Kind(
            id="money",
            title="金额（万元）",
            style="number",
            sample=1,
            low=0,
            decimals=DECIMALS,
            unit="万元",
            units={"元": -4, "万元": 0, "万": 0},
            wanted="请改为以万元为单位的数字、“/”或留空",
            prompt="单位：万元，最多六位小数；不适用的填“/”。",
            stop="请以万元为单位填写不小于 0 的数，最多六位小数；不适用的填“/”，也可以留空。",
        ),
        Kind(
            id="fee",
            title="金额（元）",
            style="number",
            sample=1,
            low=0,
            decimals=2,
            unit="元",
            units={"元": 0, "万元": 4},
            wanted="请改为以元为单位的数字、“/”或留空",
            prompt="单位：元，最多两位小数；没有发生的填 0。",
            stop="请以元为单位填写不小于 0 的数，最多两位小数；没有发生的填 0，也可以留空。",
        ),
        Kind(
            id="year",
            title="年度",
            style="year",
            sample=2020,
            low=1949,
            high=2999,
            outside="不是年度",
            wanted="请改为四位数字的年度，如 2020",
            stop="请填写四位数字的年度，本工作簿适用于{years}。",
        ),
        Kind(id="text", title="文字", style="text", width=_TEXT_WIDTH),
        Kind(id="prose", title="段落", style="prose"),
        Kind(
            id="date",
            title="日期",
            style="date",
            sample="2020年1月1日",
            width=_DATE_WIDTH,
            wanted="请改为 2021年1月22日 这样的日期",
            stop="请写成 {next}年1月22日，或输入日期 {next}-1-22。",
        ),
        Kind(id="choice", title="选项", style="choice", width=_CHOICE_WIDTH),
    )
}


def find_kind(id_: str) -> Kind:
    """The kind of that id. Raises DefinitionError where there is none."""
    if id_ in KINDS:
        return KINDS[id_]
    raise DefinitionError(f"没有“{id_}”这种单元格，kind 应为 {'、'.join(KINDS)} 之一。")
