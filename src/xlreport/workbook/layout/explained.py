"""Whether what stands in an explanation cell explains, as a formula: what `texts.explains` says, as far as Excel can say it.

Excel has no word for a letter: signs that are not in `NO_LETTERS` are taken for one.
"""

from __future__ import annotations

from xlreport.rules.excel import literal
from xlreport.workbook.texts import NO_LETTERS, NO_WORDS

#: Letters at the beginning that are looked at whether all others are the same.
_LOOKED_AT = 5


def explains(cell: str) -> str:
    """A condition over the cell at this address: two different letters at least, and more than a way to say nothing."""
    # N/A and 暂 无 are words with a mark in them.
    text = f'SUBSTITUTE(SUBSTITUTE({cell},"/","")," ","")'
    marks, words = _constant(NO_LETTERS), _constant(sorted(word.upper() for word in NO_WORDS))
    firsts = f"MID({text},{{{','.join(map(str, range(1, _LOOKED_AT + 1)))}}},1)"
    letters = f"LEN({text})-SUMPRODUCT({_taken(text, marks)})"
    as_word = f"SUMPRODUCT(({_taken(f'UPPER({text})', words)}={letters})*1)"
    alike = f"SUMPRODUCT(({_taken(text, firsts)}={letters})*ISERROR(FIND({firsts},{literal(NO_LETTERS)})))"
    return f"IFERROR(AND({letters}>1,{as_word}=0,{alike}=0),FALSE)"


def _taken(text: str, parts: str) -> str:
    """How many characters each of the parts takes up in a text."""
    return f'LEN({text})-LEN(SUBSTITUTE({text},{parts},""))'


def _constant(texts: list[str] | str) -> str:
    return "{" + ",".join(map(literal, texts)) + "}"
