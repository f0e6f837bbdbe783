"""The words of a text as the lexicon has them: without spaces, years by their place to the report's, numbers as one sign."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlreport.filing import Filing

_YEAR = re.compile(r"((?:19|20)[0-9]{2})年(度?)")
_DAYS = re.compile(r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})个?工作日")
_MONTH = re.compile(r"(?<![0-9至到—–~～-])(?:1[0-2]|[1-9])月(?![0-9底末至到—–~～-]|以来)份?(?:当月)?")
_MONTHS = re.compile(r"(?<![0-9年月])(?!1月?[至到—–~～-]+12月)(?:1[0-2]|[1-9])月?[至到—–~～-]+(?:1[0-2]|[1-9])月份?")
_ALL = re.compile(r"100(?:\.0+)?%")
_NUMBER = re.compile(r"[0-9][0-9.,，]*(?:个?百分点|[%‰])?")


class PlainWords:
    """Makes the words of a filing's prose plain."""

    def __init__(self, filing: Filing) -> None:
        self.year = filing.year or 0
        #: What was made plain already: the words before a figure are asked for several times.
        self.made: dict[str, str] = {}
        self.known_words = [
            text
            for f in filing.form.fields.values()
            if f.style == "text" and f.section != "basics" and len(text := filing.text(f.id)) > 1
        ]

    def plain(self, words: str) -> str:
        """Words without spaces, without what other cells say already (the channel), years as 本年, 上年, 下年, 别年, months as 当月."""
        if words not in self.made:
            self.made[words] = self._plain("".join(words.split()))
        return self.made[words]

    def _plain(self, words: str) -> str:
        for text in self.known_words:
            words = words.replace(text, "")
        words = _MONTH.sub("当月", _MONTHS.sub("当月", _YEAR.sub(self._year, words)))
        words = _ALL.sub("百分之百", words)
        return _NUMBER.sub("＃", _DAYS.sub("时限工作日", words))

    def _year(self, match: re.Match[str]) -> str:
        names = {0: "本年", -1: "上年", 1: "下年"}
        return names.get(int(match[1]) - self.year, "别年") + match[2]
