"""A standard sentence as an Excel formula, so that the workbook shows live what the report will print.

Both come from the one Jinja text: the report renders it, and here its tree becomes a formula. What can become one:

    text, {{ figure }}, {{ text field }}, {% if %} … {% elif %} … {% else %}
    {% set name = … %} and, on one line, {% set name %} … {% endset %}, before all conditions
    known("id", …), value("formula"), listed(pairs, "件"), present(pairs), present(pairs) | length, present(pairs)[0][0], said
    == != < <= > >=, and or not, + - *, ~, a if b else c, text[1:], text | trimmed([…], […]), numbers and texts

A text field left blank is what it is guessed to be, where the expressions of its guesses stand for a handful of texts.

A sentence that says it otherwise (a loop, a filter, a date) is printed all the same; the workbook then says only that a
text will be generated, and `xlreport form check` says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xlreport.errors import DefinitionError
from xlreport.prose.excel_text import MOST_CHARACTERS, NoPreview
from xlreport.prose.jinja_to_excel import TOO_LONG, Cells, Writer
from xlreport.prose.templates import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlreport.forms.definition import SentenceText
    from xlreport.forms.model import Field, Form

#: Brackets inside brackets, with room for what stands around the sentence.
MOST_NESTED: Final = 55


def excel_formula(form: Form, sentence: SentenceText, cells: Cells, before: Sequence[str] = ()) -> str:
    """The sentence as Excel text without "="; `before` are the cells of the sentences of the same field that precede it.

    Raises NoPreview where its template cannot become a formula.
    """
    try:
        text = Writer(form, cells, before).body(parsed(form, sentence).body).text
    except DefinitionError as error:
        raise NoPreview(str(error).rstrip("。")) from None
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if len(text) > MOST_CHARACTERS or deepest > MOST_NESTED:
        raise NoPreview(TOO_LONG)
    return text


def taken_formula(form: Form, id_: str, cells: Cells) -> str:
    """What a guessed field is taken for, as Excel text without "=". Raises NoPreview where a guess is beyond Excel."""
    return Writer(form, cells).taken(form.fields[id_]).text


def has_taken_formula(form: Form, field: Field) -> bool:
    """Whether there is a `taken_formula` of a field."""
    try:
        return bool(field.guesses) and bool(taken_formula(form, field.id, _Longest(form, "A1")))
    except NoPreview:
        return False


def why_not_shown(form: Form, sentence: SentenceText) -> str | None:
    """Why the workbook cannot show a sentence before it is printed; None where it can.

    The same for every workbook of the form: each cell is taken to have the longest address that one may have.
    """
    sheet = max((section.sheet for section in form.sections), key=len)
    try:
        excel_formula(form, sentence, _Longest(form, f"'{sheet}'!$AA$1000:AA1000"))
    except NoPreview as reason:
        return str(reason)
    return None


class _Longest(NamedTuple):
    form: Form
    text: str

    def address(self, first: str, last: str | None = None) -> str:  # noqa: ARG002  (any cell)
        return self.text

    def several(self, ids: Iterable[str]) -> str:
        fields = [self.form.fields[id_] for id_ in ids]
        return ",".join([self.text] * len({(field.table, field.row) for field in fields}))

    def taken(self, id_: str) -> str | None:
        return self.text if has_taken_formula(self.form, self.form.fields[id_]) else None
