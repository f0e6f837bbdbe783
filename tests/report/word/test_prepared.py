"""Prepared templates give what docxtpl gives, and are kept without ever being in the way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest
from docxtpl import DocxTemplate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from support.word_documents import HOSTILE, changed
from xlreport.filing import Filing
from xlreport.finding import Finding
from xlreport.forms import find_form, form_ids
from xlreport.forms.registry import word_template
from xlreport.report.content import report_context
from xlreport.report.word import prepared
from xlreport.report.word.environment import word_environment
from xlreport.report.word.parts import CORE, DOCUMENT, core_properties, read_parts, write_parts
from xlreport.report.word.prepared import Prepared, prepared_template
from xlreport.report.word.render import prepare, render_template, render_word
from xlreport.reviewing.reviewed import Review
from xlreport.storage import cache as kept
from xlreport.storage.jinja_cache import KeptBytecode

DRAFT = (Finding(rule="x", level="error", message="{{ a }} & <b>"),)


def plain_docxtpl(template: bytes, context: dict[str, object]) -> dict[str, bytes]:
    """The document that docxtpl makes, without any of our hands in it."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(context, word_environment(), autoescape=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return read_parts(buffer.getvalue())


def canonical(parts: dict[str, bytes]) -> dict[str, bytes]:
    """C14N part by part; the properties are our own."""
    return {n: etree.tostring(etree.fromstring(p), method="c14n") for n, p in parts.items() if n != CORE}


def assert_equal_to_docxtpl(filing: Filing, draft: tuple[Finding, ...] | None = None) -> None:
    template = word_template(filing.form).read_bytes()
    context = report_context(Review.unchecked(filing, findings=draft or ()), draft=draft is not None)
    assert "" == prepared_template(template, prepare).plain
    ours = render_template(template, context, core_properties("", ""), name="")
    assert canonical(plain_docxtpl(template, context)) == canonical(read_parts(ours))


@pytest.mark.long
@pytest.mark.parametrize("draft", [None, (), DRAFT])
@pytest.mark.parametrize("name", ["seed", "city"])
def test_documents_equal_those_of_docxtpl(
    name: str, draft: tuple[Finding, ...] | None, request: pytest.FixtureRequest
) -> None:
    """Both templates, as report and as draft: canonically the same in every part."""
    assert_equal_to_docxtpl(request.getfixturevalue(name), draft)


@pytest.mark.parametrize("form", form_ids())
def test_an_empty_filing_equals_that_of_docxtpl(form: str) -> None:
    """With nothing filled in too."""
    assert_equal_to_docxtpl(Filing(form=find_form(form)))


@pytest.mark.parametrize("name", ["seed", "city"])
def test_hostile_text_equals_that_of_docxtpl(name: str, request: pytest.FixtureRequest) -> None:
    """What docxtpl or Jinja could act upon comes out the same on both ways."""
    filing = request.getfixturevalue(name)
    prose = {field.id: "\n".join(HOSTILE) for field in filing.form.prose}
    assert_equal_to_docxtpl(changed(filing, {**prose, "unit.name": HOSTILE[2], "report.date": HOSTILE[6]}), DRAFT)


FIGURES = st.none() | st.just("/") | st.integers(-(10**9), 10**9) | st.floats(0, 10**9)
TEXTS = st.none() | st.text() | st.lists(st.sampled_from(HOSTILE)).map("\n".join)


@pytest.mark.long
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_random_fillings_equal_those_of_docxtpl(data: st.DataObject) -> None:
    """Any figures, any texts, either form."""
    form = find_form(data.draw(st.sampled_from(form_ids())))
    figures = data.draw(st.lists(FIGURES, min_size=7, max_size=7))
    texts = data.draw(st.lists(TEXTS, min_size=5, max_size=5))
    values = {f.id: figures[n % 7] if f.numeric else texts[n % 5] for n, f in enumerate(form.inputs)}
    assert_equal_to_docxtpl(Filing(form=form, values=values))


def files(cache: Path) -> list[Path]:
    return sorted(cache.iterdir())


def counted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The templates prepared from now on."""
    calls: list[bytes] = []

    def count(template: bytes) -> Prepared:
        calls.append(template)
        return prepare(template)

    monkeypatch.setattr("xlreport.report.word.render.prepare", count)
    return calls


@pytest.mark.long
def test_a_template_is_prepared_once(seed: Filing, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second report takes it from memory, another process from disk."""
    calls = counted(monkeypatch)
    render_word(Review.unchecked(seed))
    render_word(Review.unchecked(seed))
    prepared._in_memory.clear()
    render_word(Review.unchecked(seed))
    assert (1, 1) == (len(calls), len(files(cache)))


@pytest.mark.long
@pytest.mark.parametrize("damage", [b"", b"xlreport template\n", b"\0" * 100, None])
def test_a_damaged_file_is_made_again(
    seed: Filing, cache: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    """Empty, cut off, overwritten, or one bit wrong: the report is the same and the file is whole again."""
    calls = counted(monkeypatch)
    document = render_word(Review.unchecked(seed))
    (file,) = files(cache)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    prepared._in_memory.clear()
    assert (document, 2, whole) == (render_word(Review.unchecked(seed)), len(calls), file.read_bytes())


@pytest.mark.long
def test_an_edited_template_is_prepared_anew(seed: Filing, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stale file is never taken for the new template."""
    calls = counted(monkeypatch)
    parts = read_parts(word_template(seed.form).read_bytes())
    for word in ("甲", "乙"):
        parts[DOCUMENT] = parts[DOCUMENT].replace("一、总体情况".encode(), f"{word}、总体情况".encode())
        render_template(write_parts(parts), report_context(Review.unchecked(seed)), core_properties("", ""), name="")
        parts[DOCUMENT] = parts[DOCUMENT].replace(f"{word}、总体情况".encode(), "一、总体情况".encode())
    assert (2, 2) == (len(calls), len(files(cache)))


@pytest.mark.long
def test_only_the_newest_are_kept(seed: Filing, cache: Path) -> None:
    """A maintainer who edits a template all day does not fill the disk."""
    for n in range(210):
        old = cache / f"{n:03}.bin"
        old.write_bytes(b"")
        os.utime(old, (n, n))
    render_word(Review.unchecked(seed))
    assert [f"{n:03}.bin" for n in range(11, 210)] == [file.name for file in files(cache) if len(file.stem) == 3]


def test_another_release_of_docxtpl_is_another_key(seed: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older docxtpl made of the template is not used."""
    template = word_template(seed.form).read_bytes()
    before = prepared._key(template)
    monkeypatch.setattr(prepared, "_installed", lambda package: "another")
    assert before != prepared._key(template)


@pytest.mark.long
def test_a_cache_that_cannot_be_written_is_done_without(
    seed: Filing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where the folder should be; so it goes without any folder at all."""
    document = render_word(Review.unchecked(seed))
    blocked = tmp_path / "file"
    blocked.write_text("")
    for folder in (blocked / "templates", None):
        prepared._in_memory.clear()
        monkeypatch.setattr(kept, "cache_folder", lambda folder=folder: folder)
        assert document == render_word(Review.unchecked(seed))
    assert "" == blocked.read_text()


def test_a_page_template_is_compiled_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process finds it on disk; changed text, or a damaged file, is compiled again."""
    compiled: list[str] = []
    whole = jinja2.Environment.compile

    def compile_(self: jinja2.Environment, source: str, *args: Any, **kwargs: Any) -> object:
        compiled.append(source)
        return whole(self, source, *args, **kwargs)

    monkeypatch.setattr(jinja2.Environment, "compile", compile_)

    def page(source: str) -> str:
        loader = jinja2.DictLoader({"page": source})
        return jinja2.Environment(loader=loader, bytecode_cache=KeptBytecode()).get_template("page").render(x=1)

    assert ["a1", "a1", "b1", "a1"] == [page(source) for source in ("a{{ x }}", "a{{ x }}", "b{{ x }}", "a{{ x }}")]
    for file in files(cache):
        file.write_bytes(file.read_bytes()[:-1])
    assert ("a1", ["a{{ x }}", "b{{ x }}", "a{{ x }}"]) == (page("a{{ x }}"), compiled)


@pytest.mark.program
def test_a_prepared_template_needs_no_docxtpl(tmp_path: Path) -> None:
    """With a warm cache a report imports neither docxtpl nor python-docx."""
    script = (
        "import sys; from xlreport.filing import Filing; from xlreport.forms import find_form\n"
        "from xlreport.report.word.render import render_word; from xlreport.reviewing.reviewed import Review\n"
        "render_word(Review.unchecked(Filing(form=find_form('gov2019'))))\n"
        "print(sorted({'docx', 'docxtpl'} & set(sys.modules)))"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", script]
    runs = [subprocess.run(command, env=environment, capture_output=True, text=True, check=True) for _ in range(2)]
    assert ["['docx', 'docxtpl']", "[]"] == [run.stdout.strip() for run in runs]


@pytest.mark.long
@pytest.mark.parametrize("tag", ["{% colspan 1 %}", "{% cellbg 'FF0000' %}", "<wp:docPr"])
def test_special_tags_are_left_to_docxtpl(seed: Filing, tag: str) -> None:
    """Merges, backgrounds, pictures: docxtpl itself fills in the template, to the same effect."""
    picture = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    parts = read_parts(word_template(seed.form).read_bytes())
    cell = b"{{ disclosure.regulations.made }}"
    if tag == "<wp:docPr":
        tag = (
            f'</w:t><w:drawing><wp:inline xmlns:wp="{picture}"><wp:docPr id="7" name="x"/></wp:inline></w:drawing><w:t>'
        )
    parts[DOCUMENT] = parts[DOCUMENT].replace(cell, tag.encode() + cell, 1)
    assert_left_to_docxtpl(parts, seed)


@pytest.mark.long
def test_tables_that_need_mending_are_left_to_docxtpl(seed: Filing) -> None:
    """A grid with a column too many is what docxtpl mends."""
    parts = read_parts(word_template(seed.form).read_bytes())
    parts[DOCUMENT] = parts[DOCUMENT].replace(b"<w:tblGrid>", b'<w:tblGrid><w:gridCol w:w="100"/>', 1)
    assert_left_to_docxtpl(parts, seed)


def assert_left_to_docxtpl(parts: dict[str, bytes], filing: Filing) -> None:
    template, context = write_parts(parts), report_context(Review.unchecked(filing))
    assert "" != prepared_template(template, prepare).plain
    ours = render_template(template, context, core_properties("", ""), name="")
    assert canonical(plain_docxtpl(template, context)) == canonical(read_parts(ours))
