"""The printed copy of a sheet's prose: one joined text, cut by MID() into lines that each fill one row.

Excel stops a row at 409 points and does not grow a row when a formula's result grows, so long text in one cell, or in
a few wrapped ones, would be cut off on paper. A line a row cannot be: every row is one line high whatever the text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.rules.excel import literal
from xlreport.workbook.addresses import a1
from xlreport.workbook.layout.formulas import Repeat
from xlreport.workbook.layout.typed_prose import length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlreport.forms.model import Field
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.layout.canvas import Grid
    from xlreport.workbook.layout.formulas import Content
    from xlreport.workbook.layout.generated_prose import Generated
    from xlreport.workbook.layout.positions import Places

#: Characters in a line of print: so many of 9.5 points fill the columns that print, and print in 9 points on A4.
LINE_LENGTH = 56

#: Marks that begin no line: one of them is still put into the line above.
HANGING = "，。；：、！？）》”"

#: Points: a line, the title, a row of another field, and what one page takes before it is shrunk to A4. A page holds
#: some 3,500 characters: a second one would be printed whether or not there is text for it, as a print area is fixed.
LINE_HEIGHT, TITLE_HEIGHT, REPEAT_HEIGHT, PAGE_HEIGHT = 12.0, 20.0, 14.0, 820.0

#: Lines that a page has at least, however many fields stand above them: it is shrunk more then.
LEAST_LINES = 66

INDENT = "　　"

#: A joined text beyond this could pass Excel's limit of 32,767 characters a cell.
LONGEST = 28000
GENERATED = "（自动生成）"
TOO_LONG = "（文字过长，不在这里打印，全文见 Word 报告。）"


class Text(msgspec.Struct, frozen=True):
    """One prose field of the print: its label (may be empty), and where what is generated for it stands, if anything."""

    id: str
    label: str
    generated: Generated | None = None
    at: str = ""


class Joined(msgspec.Struct, frozen=True):
    """The prose of a sheet in one text: each filled or generated field under its label, each paragraph indented."""

    texts: tuple[Text, ...]

    def formula(self, places: Places, sheet: str) -> str:
        parts, lengths = [], []
        for text in self.texts:
            source = places.cell(sheet, text.id)
            part = f'IF(LEN({source})=0,"",{_heading(text.label)}{_indented(source)})'
            if text.generated is not None:
                label = _heading(text.label + GENERATED if text.label else "")
                part = f"IF(LEN({text.at})>0,{label}{_indented(text.at)},{part})"
            parts.append(part)
            lengths.append(length(places, sheet, text.id))
        return f'IF({"+".join(lengths)}>{LONGEST},"{TOO_LONG}",{"&".join(parts)})'

    def value(self, content: Content) -> str:
        if sum(len(content.text(text.id)) for text in self.texts) > LONGEST:
            return TOO_LONG
        return "".join(_part(text, content) for text in self.texts)


def _heading(label: str) -> str:
    return f"{literal(label)}&CHAR(10)&" if label else ""


def _indented(source: str) -> str:
    return f'"{INDENT}"&SUBSTITUTE({source},CHAR(10),CHAR(10)&"{INDENT}")&CHAR(10)'


def _part(text: Text, content: Content) -> str:
    generated = text.generated.value(content) if text.generated else ""
    body = generated or content.text(text.id)
    if not body:
        return ""
    label = text.label + GENERATED if generated and text.label else text.label
    return (f"{label}\n" if label else "") + INDENT + body.replace("\n", "\n" + INDENT) + "\n"


@lru_cache(maxsize=16)
def split_lines(text: str) -> tuple[tuple[int, int], ...]:
    """Start (from 1) and length of every line of a text."""
    lines, start = [], 1
    while start <= len(text):
        end = text.find("\n", start - 1)
        end = len(text) if end < 0 else end
        length = end - start + 1
        if length > LINE_LENGTH:
            length = LINE_LENGTH + (text[start + LINE_LENGTH - 1] in HANGING)
        lines.append((start, length))
        start += length + (text[start + length - 1 : start + length] == "\n")
    return tuple(lines)


class Line(msgspec.Struct, frozen=True):
    """What the cells of line `n` (from 0) share: where the text, the start and the length of the line stand."""

    joined: Joined
    n: int
    text: str
    start: str
    length: str

    def span(self, content: Content) -> tuple[int, int]:
        text = self.joined.value(content)
        lines = split_lines(text)
        return lines[self.n] if self.n < len(lines) else (len(text) + 1, 0)


class LineStart(Line, frozen=True):
    """Where the line begins in the text, from 1."""

    before: tuple[str, str] | None  # start and length of the line above

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (that of every display)
        if self.before is None:
            return "1"
        start, length = self.before
        return f"{start}+{length}+IF(MID({self.text},{start}+{length},1)=CHAR(10),1,0)"

    def value(self, content: Content) -> Value:
        return self.span(content)[0]


class LineLength(Line, frozen=True):
    """How long the line is: up to the end of the paragraph, at most LINE_LENGTH and a mark that begins no line."""

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (that of every display)
        end = f"FIND(CHAR(10),{self.text}&CHAR(10),{self.start})-{self.start}"
        hangs = f'ISNUMBER(FIND(MID({self.text},{self.start}+{LINE_LENGTH},1),"{HANGING}"))'
        return f"IF({self.start}>LEN({self.text}),0,IF({end}>{LINE_LENGTH},{LINE_LENGTH}+IF({hangs},1,0),{end}))"

    def value(self, content: Content) -> Value:
        return self.span(content)[1]


class LineText(Line, frozen=True):
    """The line itself."""

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (that of every display)
        return f"MID({self.text},{self.start},{self.length})"

    def value(self, content: Content) -> Value:
        start, length = self.span(content)
        return self.joined.value(content)[start - 1 : start - 1 + length]


class Remainder(Line, frozen=True):
    """Under the last line: how much is not printed; "" where everything is."""

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (that of every display)
        rest = f"LEN({self.text})-{self.start}-{self.length}+1"
        return f'IF({rest}>1,"（以下还有"&({rest})&"字未印，全文见 Word 报告。）","")'

    def value(self, content: Content) -> Value:
        start, length = self.span(content)
        rest = len(self.joined.value(content)) - start - length + 1
        return f"（以下还有{rest}字未印，全文见 Word 报告。）" if rest > 1 else ""


class Preview:
    """The printed part of a sheet with prose, in its first columns; the workings stand right of it, not printed.

    `generated` says for each field what is generated for it, and the cell of the sheet that holds it; `cols` columns print.
    """

    def __init__(
        self,
        grid: Grid,
        fields: Sequence[Field],
        generated: Mapping[str, tuple[Generated, str] | None],
        repeats: Sequence[Field],
        right: int,
        cols: int,
    ) -> None:
        self.grid = grid
        self.cols = cols
        self.repeats = repeats
        labelled = len(fields) > 1 or bool(repeats)
        nothing = (None, "")
        self.joined = Joined(
            tuple(
                Text(field.id, field.label if labelled else "", *(generated[field.id] or nothing)) for field in fields
            )
        )
        self.right = right
        self.text = ""
        self.before: tuple[str, str] | None = None
        self.count = 0

    def place(self, title: str) -> tuple[int, int]:
        """Returns first and last printed row."""
        grid = self.grid
        first = grid.row
        grid.label(first, 0, title, "subtitle", cols=self.cols)
        grid.heights[first] = TITLE_HEIGHT
        grid.show(first, self.right + 2, self.joined, "working")
        self.text = "$" + a1(first, self.right + 2).replace(str(first + 1), f"${first + 1}")
        grid.row += 1
        room = PAGE_HEIGHT - LINE_HEIGHT - TITLE_HEIGHT - REPEAT_HEIGHT * len(self.repeats)
        least = LEAST_LINES if len(self.joined.texts) > 1 else 1
        self.repeat()
        self.lines(max(least, int(room / LINE_HEIGHT)))
        return first, grid.row - 1

    def repeat(self) -> None:
        for field in self.repeats:
            row = self.grid.row
            self.grid.label(row, 0, field.name if field.table else field.label, "preview_name")
            style = "preview_date" if field.style == "date" else "preview_value"
            self.grid.show(row, 1, Repeat(field.id), style, role="preview", cols=self.cols - 1)
            self.grid.heights[row] = REPEAT_HEIGHT
            self.grid.row += 1

    def lines(self, count: int) -> None:
        grid = self.grid
        for _ in range(count):
            row = grid.row
            start, length = a1(row, self.right), a1(row, self.right + 1)
            shared = (self.joined, self.count, self.text, start, length)
            grid.show(row, self.right, LineStart(*shared, before=self.before), "working")
            grid.show(row, self.right + 1, LineLength(*shared), "working")
            grid.show(row, 0, LineText(*shared), "preview", role="preview", cols=self.cols)
            grid.heights[row] = LINE_HEIGHT
            self.before = start, length
            self.count += 1
            grid.row += 1
        start, length = self.before or ("", "")
        last = Remainder(self.joined, self.count - 1, self.text, start, length)
        self.grid.show(self.grid.row, 0, last, "preview", role="preview", cols=self.cols)
        self.grid.row += 1
