"""A template works whoever saved it: its parts are found by their relations, under whatever names."""

from __future__ import annotations

import io
import zipfile

import pytest

from xlreport.errors import DefinitionError
from xlreport.forms import find_form
from xlreport.forms.registry import word_template
from xlreport.report.word.part_names import usual_names
from xlreport.report.word.parts import read_parts
from xlreport.report.word.render import template_bytes
from xlreport.report.word.sources import take_apart


@pytest.fixture(scope="module")
def template() -> bytes:
    """The template of the form in force."""
    return word_template(find_form("gov2021")).read_bytes()


def renamed(template: bytes, change, text=lambda _, data: data) -> bytes:
    """The template with parts under other names: change(name) → name; text(name, data) → data."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(change(name), text(name, source.read(name)))
    return out.getvalue()


def by_web(name: str) -> str:
    """Word for the web's names."""
    return name.replace("document.xml", "document2.xml")


def web_text(name: str, data: bytes) -> bytes:
    return (
        data.replace(b"word/document.xml", b"word/document2.xml")
        if name in ("_rels/.rels", "[Content_Types].xml")
        else data
    )


def test_usual_names_stay_the_very_bytes(template):
    """Nothing is packed anew without need."""
    assert template == usual_names(template)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (by_web, web_text),
        (lambda name: name.replace("/", "\\"), lambda _, data: data),
        (lambda name: name.replace("word/", "Word/").replace("header", "Header"), lambda _, data: data),
        (
            lambda name: name.replace("document.xml", "main.xml"),
            lambda name, data: (
                data.replace(b"word/document.xml", b"word/%6Dain.xml") if name == "_rels/.rels" else data
            ),
        ),
    ],
)
def test_other_names_become_the_usual_ones(template, change, text, tmp_path):
    """The same tags in the same parts, headers and footers among them."""
    path = tmp_path / "template.docx"
    path.write_bytes(renamed(template, change, text))
    mended = template_bytes(path)
    wanted, got = read_parts(template), read_parts(mended)
    assert {name.lower() for name in wanted} == {name.lower() for name in got}
    assert wanted["word/document.xml"] == got["word/document.xml"]
    told = [(source.name.lower(), source.text) for source in take_apart(template).tagged]
    assert told == [(source.name.lower(), source.text) for source in take_apart(mended).tagged]


def test_names_that_collide_are_refused(template):
    """Nobody knows which of the two is the text."""
    both = renamed(template, lambda name: name)
    out = io.BytesIO(both)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("Word/Document.xml", b"<a/>")
    with pytest.raises(DefinitionError, match="不是"):
        usual_names(out.getvalue())


def test_a_strict_template_is_named(template):
    """docxtpl cannot fill it in: one sentence says what to do."""

    def strict(_: str, data: bytes) -> bytes:
        data = data.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        return data.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )

    with pytest.raises(DefinitionError, match="Strict"):
        usual_names(renamed(template, lambda name: name, strict))
