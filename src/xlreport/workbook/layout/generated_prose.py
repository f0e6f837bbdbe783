"""Below a prose cell with standard sentences: the text that will be generated while the cell is blank, live.

Each sentence stands in a hidden cell of its own, as the formula that `xlreport.prose.preview` makes of its template, and the
visible cell joins them. Nothing is shown for a cell that is filled, in a section whose first text carries its own
sub-headings, or while a figure of the form cannot be read: then nothing is generated either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from xlreport.prose.headings import NUMERALS, has_own_headings
from xlreport.rules.evaluate import CellError
from xlreport.workbook.addresses import a1
from xlreport.workbook.layout.formulas import BAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlreport.forms.model import Field, Form
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.layout.canvas import Grid
    from xlreport.workbook.layout.formulas import Content
    from xlreport.workbook.layout.positions import Places

LABEL = "留空时自动生成"
WAITING = "（有关数字填好以后，这里显示将要生成的文字。）"
NOT_SHOWN = "按表中数字自动生成，文字见生成的报告。"

#: Points: three lines of the style `generated` for each sentence, and one more.
SENTENCE_HEIGHT, LINE_HEIGHT = 40.0, 14.0

#: Longest text looked through for sub-headings: with a line feed before it, it must still fit a cell's 32,767.
LOOKED_THROUGH = 32000


class OwnHeadings(msgspec.Struct, frozen=True):
    """1 where a section's first text has a line that begins with （一）, （二）… and so is the whole of it, else 0."""

    field: str

    def formula(self, places: Places, sheet: str) -> str:
        heads = "{" + ",".join(f'"{numeral}）"' for numeral in NUMERALS) + "}"
        text = f"LEFT({places.cell(sheet, self.field)},{LOOKED_THROUGH})"
        for old, new in (('" "', '""'), ('"　"', '""'), ("CHAR(9)", '""'), ('"("', '"（"'), ('")"', '"）"')):
            text = f"SUBSTITUTE({text},{old},{new})"
        headed = f'IFERROR(SUMPRODUCT(ISNUMBER(FIND(CHAR(10)&"（"&{heads},CHAR(10)&{text}))*1),0)'
        return f"IF({headed}>0,1,0)"

    def value(self, content: Content) -> Value:
        return int(has_own_headings(content.text(self.field)))


class Seen(NamedTuple):
    """The cells of the form as formulas on `sheet` write them."""

    places: Places
    sheet: str

    def address(self, first: str, last: str | None = None) -> str:
        return self.places.address(self.sheet)(first, last)

    def several(self, ids: Iterable[str]) -> str:
        return self.places.cells(self.sheet, ids)

    def taken(self, id_: str) -> str | None:
        return self.places.taken(self.sheet, id_)


class Taken(msgspec.Struct, frozen=True):
    """What a guessed field is taken for: hidden, for the sentences that say it."""

    field: str

    def formula(self, places: Places, sheet: str) -> str:
        from xlreport.prose.preview import taken_formula

        return taken_formula(places.book.form, self.field, Seen(places, sheet))

    def value(self, content: Content) -> Value:
        typed = content.cells.get(self.field)
        return typed if isinstance(typed, CellError) else content.filing.text(self.field)


class Sentence(msgspec.Struct, frozen=True):
    """One standard sentence, by its number in the definition; "" while a figure of the form cannot be read.

    `before` are the cells of those of the same field that precede it.
    """

    number: int
    before: tuple[str, ...]

    def formula(self, places: Places, sheet: str) -> str:
        from xlreport.prose.preview import excel_formula

        form = places.book.form
        text = excel_formula(form, form.sentences[self.number], Seen(places, sheet), self.before)
        readable = places.readable(BAD)
        return f'IFERROR(IF({readable},{text},""),"")' if readable else f'IFERROR({text},"")'

    def value(self, content: Content) -> str:
        return content.sentences[self.number] if content.readable else ""


class Open(msgspec.Struct, frozen=True):
    """What `Generated` and `Shown` share: the field, its section's first text, and where it says `OwnHeadings`."""

    field: str
    first: str
    own: str

    def closed(self, places: Places, sheet: str) -> str:
        """A condition that holds where the cell is filled or its section has its own sub-headings."""
        text = places.cell(sheet, self.field)
        for space in ('" "', '"　"', "CHAR(9)", "CHAR(10)"):
            text = f'SUBSTITUTE({text},{space},"")'
        return f"OR(LEN({text})>0,{self.own}=1)"

    def open(self, content: Content) -> bool:
        if isinstance(content.cells.get(self.field), CellError):
            return False
        if has_own_headings(content.text(self.first)):
            return False
        return not content.text(self.field).strip()


class Generated(Open, frozen=True):
    """The text that will be generated; "" where there will be none."""

    sentences: tuple[tuple[Sentence, bool], ...]  # (sentence, whether it begins a paragraph)
    parts: tuple[str, ...]

    def formula(self, places: Places, sheet: str) -> str:
        joined = self.parts[0]
        for (_, paragraph), part in zip(self.sentences[1:], self.parts[1:], strict=True):
            apart = f'&IF(AND(LEN({joined})>0,LEN({part})>0),CHAR(10),"")' if paragraph else ""
            joined = f"{joined}{apart}&{part}"
        return f'IFERROR(IF({self.closed(places, sheet)},"",{joined}),"")'

    def value(self, content: Content) -> str:
        if not self.open(content):
            return ""
        text = ""
        for sentence, paragraph in self.sentences:
            part = sentence.value(content)
            text += ("\n" if paragraph and text and part else "") + part
        return text


class Shown(Open, frozen=True):
    """The generated text on the screen; where it waits for figures, that is said."""

    text: str
    generated: Generated

    def formula(self, places: Places, sheet: str) -> str:
        waiting = f'IF({self.closed(places, sheet)},"","{WAITING}")'
        return f'IFERROR(IF(LEN({self.text})>0,{self.text},{waiting}),"")'

    def value(self, content: Content) -> str:
        return self.generated.value(content) or (WAITING if self.open(content) else "")


def place_taken(grid: Grid, form: Form, field: Field, row: int, col: int) -> None:
    """The hidden cell that says what a field of `row` is taken for, where sentences need it and Excel can say it."""
    if not field.guesses or not form.sentences:
        return
    from xlreport.prose.preview import has_taken_formula

    if has_taken_formula(form, field):
        grid.show(row, col, Taken(field.id), "working")
        grid.places.guessed[field.id] = (grid.sheet, row, col)


def place_own_headings(grid: Grid, prose: Sequence[Field], row: int, col: int) -> str:
    """The hidden cell that says whether the section's first text is the whole of it; returns its address."""
    grid.show(row, col, OwnHeadings(prose[0].id), "working")
    return a1(row, col)


def place_generated(
    grid: Grid, form: Form, field: Field, prose: Sequence[Field], own: str, col: int
) -> tuple[Generated, str] | None:
    """The row below a prose cell: label and text; the hidden workings from `col` on. Nothing without sentences.

    Returns what is generated and the address of the hidden cell that holds it; None where there is no preview.
    """
    sentences = [(n, sentence) for n, sentence in enumerate(form.sentences) if sentence.field == field.id]
    if not sentences:
        return None
    row = grid.row
    grid.label(row, 0, LABEL, "side_head")
    from xlreport.prose.preview import why_not_shown

    if any(why_not_shown(form, sentence) for _, sentence in sentences):
        grid.label(row, 1, NOT_SHOWN, "generated")
        grid.row += 1
        return None
    parts = tuple(a1(row, col + 1 + n) for n in range(len(sentences)))
    shared = (field.id, prose[0].id, own)
    said = tuple((Sentence(n, parts[:k]), sentence.paragraph) for k, (n, sentence) in enumerate(sentences))
    generated = Generated(*shared, said, parts)
    grid.show(row, 1, Shown(*shared, a1(row, col), generated), "generated")
    grid.show(row, col, generated, "working")
    for k, (one, _) in enumerate(said):
        grid.show(row, col + 1 + k, one, "working")
    grid.heights[row] = LINE_HEIGHT + SENTENCE_HEIGHT * len(said)
    grid.row += 1
    return generated, a1(row, col)


def workings(form: Form, prose: Sequence[Field]) -> int:
    """How many hidden columns the texts of these fields take."""
    counts = [sum(sentence.field == field.id for sentence in form.sentences) for field in prose]
    return 1 + max(counts, default=0)
