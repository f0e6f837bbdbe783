"""Standard sentences: where staff leave a prose cell blank, small Jinja templates in the definition write it.

What a template may use stands in `xlreport.prose.templates`. Jinja is loaded only where something is to be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.prose.headings import left_out

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from xlreport.filing import Filing
    from xlreport.forms.model import Form
    from xlreport.rules.evaluate import Value


def standard_prose(filing: Filing, cells: Mapping[str, Value]) -> dict[str, str]:
    """The generated text of every prose field that staff left blank and the definition has sentences for.

    `cells` holds computed cells too. A field for which nothing can be said is left out. Raises DefinitionError where a
    template does not hold together.
    """
    blank = _open(filing)
    done: dict[str, str] = {}
    for sentence, text in zip(filing.form.sentences, each_sentence(filing, cells, blank), strict=True):
        if text:
            before = done.get(sentence.field, "")
            done[sentence.field] = before + ("\n" if before and sentence.paragraph else "") + text
    return done


def each_sentence(filing: Filing, cells: Mapping[str, Value], fields: Container[str] | None = None) -> list[str]:
    """The text of every standard sentence in the order of the definition, whether its field is blank or not; "" where a
    sentence says nothing, and for those of none of the `fields`.
    """
    chosen = [fields is None or sentence.field in fields for sentence in filing.form.sentences]
    if not any(chosen):
        return [""] * len(chosen)
    from xlreport.prose.templates import context, rendered

    figures = context(filing, cells)
    texts: list[str] = []
    said: set[str] = set()
    for sentence, wanted in zip(filing.form.sentences, chosen, strict=True):
        text = one_line(rendered(filing.form, sentence, figures, said=sentence.field in said)) if wanted else ""
        said |= {sentence.field} if text else set()
        texts.append(text)
    return texts


def compiled(form: Form) -> None:
    """Compile and check every standard sentence of a form.

    Raises DefinitionError for a syntax error, a name that is no field, a formula that does not parse.
    """
    from xlreport.prose.templates import check

    for sentence in form.sentences:
        check(form, sentence)


def one_line(text: str) -> str:
    """A rendered template without the line breaks and indents that only served its author."""
    return "".join(line.strip() for line in text.splitlines())


def _open(filing: Filing) -> set[str]:
    """The prose fields to be generated: those left blank, but none beside a text that is its section's whole."""
    texts = {field.id: filing.text(field.id) for field in filing.form.prose}
    return {id_ for id_, text in texts.items() if not text.strip()} - left_out(filing.form, texts).keys()
