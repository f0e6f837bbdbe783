"""A year left over from last year's text: 2022年，我局… in the report for 2023."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from xlreport.prose.figures import half_width

_YEAR = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2}|[一二][零〇一二三四五六七八九]{3})[ ]*年")
_TITLE = re.compile(r"《[^《》\n]*》|[〔\[][0-9]{4}[〕\]]")
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_CLAUSE_END = re.compile(r"[，,：:；;（()）]")

#: The time frame of the report itself: always of its year.
_FRAME = re.compile(r"(?:19|20)([0-9]{2})年1月1日[^。；]{0,5}(?:19|20)\1年12月31日")

#: Words that say why another year is named: comparison, history, documents, plans, cases carried over.
_REASON = re.compile(
    r"较|相比|对比|同比|比上|[比与同][^，。；]{0,3}(?:19|20)[0-9]{2}|以来|起(?!草|来)|印发|颁布|施行|修订|成立|建成|上线|开通|启用|结转|往年|历史|规划|力争|争取|年底?前"
    r"|首次|曾|设立|组建|挂牌|于[ ]*(?:19|20)[0-9]{2}|(?:自|从|(?<!截止)到|(?<!截)至)[ ]*(?:19|20)[0-9]{2}|十[二三四五六]五|五年|行动|方案|决算|预算|绩效"
    r"|(?:发布|公开|公布)(?:了)?[ ]*(?:19|20)[0-9]{2}|遗留|沿用|编制"
    r"|(?:19|20)[0-9]{2}年度?[）)]?(?:同期)?[为是：:]?[ ]*[0-9]++(?![ ]*月)|由[ ]*(?:19|20)[0-9]{2}年的|(?:19|20)[0-9]{2}年度?[^，。；]{0,8}(?:引发|引起)"
    r"|(?:发布|公布|出台|制定|制订|下发|作出|签订|获评?|申请|收到|受理)的"
    r"|(?:19|20)[0-9]{2}年?度?(?:政府信息公开)?(?:工作)?(?:年度)?报告"
    r"|年度?[^，。；]{0,10}的[ ]*[0-9]"
    r"|年(?:度)?[^，。；]{0,10}(?:存在|提出|指出|反馈|考核|评估|评议|查找|的问题|问题整改)|(?:19|20)[0-9]{2}年[-—–~～至、]"
)
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")


def stray_years(text: str, year: int) -> list[tuple[int, str]]:
    """(year, the clause that names it) for every year that is neither the report's nor the next and has no reason.

    Each year once. Years in the names and numbers of documents do not count, nor years in a sentence that names the
    report's own year too (2022年…，2023年…: a comparison).
    """
    stray: dict[int, str] = {}
    masked = _TITLE.sub(lambda m: " " * len(m[0]), half_width(text))
    for sentence in _SENTENCE.finditer(masked):
        words = sentence[0]
        years = [(_number(match["year"]), match.start()) for match in _YEAR.finditer(words)]
        if not years:
            continue
        mixed = any(number == year for number, _ in years)
        frame = _FRAME.search(words)
        framed = range(frame.start(), frame.end()) if frame else range(0)
        clauses = _Clauses(words)
        for number, at in years:
            if number in (year, year + 1) or number in stray:
                continue
            if at in framed or not (mixed or clauses.reason(at)):
                stray[number] = clauses.text(at)
    return list(stray.items())


class _Clauses:
    """The clauses of a sentence by a place in them; each is looked at once."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.ends = [match.start() for match in _CLAUSE_END.finditer(words)]
        self._text = cache(self._cut)
        self._reason = cache(lambda n: _REASON.search(self._text(n)) is not None)

    def text(self, at: int) -> str:
        return self._text(bisect_left(self.ends, at)).strip()

    def reason(self, at: int) -> bool:
        """Whether the clause says why another year is named."""
        return self._reason(bisect_left(self.ends, at))

    def _cut(self, n: int) -> str:
        start, stop = self.ends[n - 1] + 1 if n else 0, self._end(n)
        # A bare 2022年 says nothing by itself: take what follows too.
        bare = re.fullmatch(r"\s*[0-9]{4}\s*年度?\s*", self.words[start:stop])
        return self.words[start : self._end(n + 1) if bare else stop]

    def _end(self, n: int) -> int:
        return self.ends[n] if n < len(self.ends) else len(self.words)


def _number(text: str) -> int:
    return int(text.translate(_DIGITS))
