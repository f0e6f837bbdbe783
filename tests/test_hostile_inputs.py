"""Whatever is given in the place of an input: a sentence and a status, without waiting and without end."""

from __future__ import annotations

import os
import re

import docx
import msgspec
import pytest

from support.command import xlreport
from support.definitions import SMALL_FORM, SMALL_RULES
from support.figures import shanghai_2019
from xlreport.errors import DefinitionError
from xlreport.filing import Filing
from xlreport.filing_json import to_json
from xlreport.forms import find_form
from xlreport.rules.excel import to_excel
from xlreport.rules.expression import MAX_DEPTH, MAX_LEVELS, parse

POSIX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes and devices in the file system")


def one_sentence(said, status):
    """Holds that a command ended with `status` and one sentence in Chinese."""
    assert status == said.status, said
    assert re.fullmatch(r"[^\n]{5,600}。", said.err.strip()), said
    assert "程序出错" not in said.err, said


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "填报.xlsx"
    data = tmp_path / "filing.json"
    data.write_bytes(to_json(Filing(form=find_form("gov2019"), values=shanghai_2019())))
    assert 0 == xlreport("fill", data, "-o", path).status
    return path


@pytest.fixture(params=["pipe", "device", "folder"])
def no_file(request, tmp_path):
    """Makes, under a name, what is no ordinary file."""

    def make(name):
        path = tmp_path / name
        match request.param:
            case "pipe":
                os.mkfifo(path)
            case "device":
                path.symlink_to("/dev/zero")
            case "folder":
                path.mkdir()
        return path

    return make


@POSIX
@pytest.mark.parametrize("verb", ["fill", "check", "generate", "export", "upgrade", "send", "package"])
def test_no_file_as_the_input(no_file, tmp_path, verb):
    """No verb waits for a pipe, reads a device without end, or falls over a folder."""
    name = {"fill": "a.json", "send": "a.zip"}.get(verb, "a.xlsx")
    output = ["-o", tmp_path / "o"] if verb in ("fill", "export", "upgrade") else []
    one_sentence(xlreport(verb, no_file(name), *output), 3)


@pytest.mark.long
@POSIX
@pytest.mark.parametrize("ending", ["json", "docx", "xlsx"])
def test_no_file_as_last_years(no_file, workbook, ending):
    """Last year's figures are read from a file or not at all."""
    one_sentence(xlreport("check", workbook, "--prior", no_file(f"a.{ending}")), 3)


@pytest.mark.long
@POSIX
def test_no_file_as_the_previous_package(no_file, workbook):
    """The package that is corrected is a file."""
    said = xlreport("package", workbook, "--explain", "已核实", "--correct", "--previous", no_file("a.zip"))
    one_sentence(said, 3)


@POSIX
def test_export_onto_a_pipe(no_file, workbook):
    """What is written is not written into a pipe that nobody reads."""
    assert xlreport("export", workbook, "-o", no_file("a.json")).status in (2, 4)


@POSIX
@pytest.mark.parametrize("name", ["form.toml", "rules.toml", "prose.toml", "lexicon.toml", "report_template.docx"])
def test_no_file_in_a_definition(no_file, tmp_path, name):
    """A definition and its template are read from files."""
    for file, text in (("form.toml", SMALL_FORM), ("rules.toml", SMALL_RULES)):
        if file != name:
            (tmp_path / file).write_text(text, encoding="utf-8")
    no_file(name)
    said = xlreport("form", "check", tmp_path)
    assert said.status in (1, 2), said
    assert "程序出错" not in said.err


NUMBER = '{"values":{"requests":{"new":{"natural":%s}}}}'


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"values":' + '{"a":' * 300 + "1" + "}" * 301,
        '{"values":' + '{"a":' * 5000 + "1" + "}" * 5001,
        NUMBER % ("9" * 400),
        NUMBER % ("9" * 5000),
        NUMBER % "1e400",
        NUMBER % "1e300",
        NUMBER % "NaN",
        NUMBER % "-Infinity",
        NUMBER % "true",
        NUMBER % "[1]",
        '{"values":{},"form":"' + "../" * 3000 + '"}',
        '{"values":{},"form":"\\u0000"}',
        '{"values":{},"unit":"\\ud800"}',
        '{"values":{"unit":{"name":"' + "单" * 40_000 + '"}},"form":"gov2021"}',
        "null",
        "",
    ],
    ids=lambda text: f"{text[:24]}…{len(text)}",
)
@pytest.mark.parametrize("verb", ["fill", "check"])
def test_json(tmp_path, workbook, text, verb):
    """JSON that is too deep, or holds numbers that no cell can, is refused in one sentence, in both of its places."""
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    if verb == "fill":
        one_sentence(xlreport("fill", path, "-o", tmp_path / "o.xlsx"), 3)
    else:
        said = xlreport("check", workbook, "--prior", path)
        assert said.status in ({0, 1, 3} if "单单" in text else {3}), said
        assert "程序出错" not in said.err


@pytest.mark.long
@pytest.mark.parametrize(
    "damage", [b"[" * 100_000, b'{"made":{"x":' + b"9" * 5000 + b"}}", b"\xff", b'{"explained":1}']
)
def test_record_beside_a_report(tmp_path, workbook, damage):
    """A record of an earlier run that is damaged, in whatever way, is none."""
    assert 0 == xlreport("generate", workbook, "-o", tmp_path / "out", "--explain", "已核实").status
    (record,) = (tmp_path / "out").glob("*.json")
    record.write_bytes(damage)
    assert 0 == xlreport("generate", workbook, "-o", tmp_path / "out", "--explain", "已核实").status
    assert msgspec.json.decode(record.read_bytes())["made"]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a" + ".a" * 5000 + " = 1",
        "a = " + "9" * 5000,
        "a = " + "9" * 400,
        "a = nan",
        "a = 2021-02-30",
        "x" * 1000,
        'a = "' + "x" * 20_000_000 + '"',
    ],
    ids=lambda text: f"{text[:12]}…{len(text)}",
)
@pytest.mark.parametrize("name", ["form.toml", "rules.toml", "prose.toml", "lexicon.toml"])
def test_definition(tmp_path, name, text):
    """A definition too deep, too large, or with numbers beyond all bounds is one finding that names the file."""
    (tmp_path / "form.toml").write_text(SMALL_FORM, encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    said = xlreport("form", "check", tmp_path)
    assert 1 == said.status, said
    assert str(tmp_path / name) in said.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(" * 5000 + "1=1" + ")" * 5000, "超过8192个字符"),
        ("(" * 500 + "1=1" + ")" * 500, "嵌套超过64层"),
        ("NOT(" * 500 + "TRUE" + ")" * 500, "嵌套超过64层"),
        ("-" * 5000 + "1=1", "嵌套超过64层"),
        ("1" + "+1" * 3000 + "=1", "连写的运算超过100个"),
        ("1" + "=1" * 3000, "连写的运算超过100个"),
        ("(1+" * 60 + "1" + "+1" * 100 + ")" * 60, "连写的运算超过100个"),
        ("9" * 400 + "=1", "超过100位的数"),
        ("0." + "0" * 300 + "1=1", "超过100位的数"),
    ],
)
def test_expression(text, said):
    """Formulas nested without end are refused, and shown by their beginning only."""
    with pytest.raises(DefinitionError, match=said) as caught:
        parse(text)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "text",
    [
        "(" * (MAX_DEPTH - 1) + "1=1" + ")" * (MAX_DEPTH - 1),
        "NOT(" * (MAX_DEPTH - 1) + "TRUE" + ")" * (MAX_DEPTH - 1),
        "1" + "+1" * (MAX_LEVELS - 2) + "=1",
        "SUM(" + "a.b," * 1000 + "a.b)=1",
    ],
)
def test_expression_within_the_bounds(text):
    """What is just within them has its Excel text."""
    assert to_excel(parse(text), lambda first, last=None: first if last is None else f"{first}:{last}")


def test_computed_fields_in_a_chain(tmp_path):
    """Hundreds of computed fields, each of the next one, are refused in a sentence."""
    chain = "\n".join(f'  {{ key = "c{n}", title = "列{n}", compute = "N(visits.c{n + 1})" }},' for n in range(500))
    text = SMALL_FORM.replace('  { key = "total"', f'{chain}\n  {{ key = "c500", title = "末" }},\n  {{ key = "total"')
    (tmp_path / "form.toml").write_text(text, encoding="utf-8")
    assert "公式一个引用一个，超过64层" in xlreport("form", "check", tmp_path).out


@pytest.mark.parametrize(
    "tag", ["{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "{{ " + "9" * 5000 + " }}", "{{ 'x'*10**10 }}"]
)
def test_tags_of_a_word_template(tmp_path, tag):
    """A tag beyond all bounds is a finding of the form's check that names its paragraph."""
    (tmp_path / "form.toml").write_text(SMALL_FORM, encoding="utf-8")
    assert 0 == xlreport("form", "template", tmp_path).status
    path = tmp_path / "report_template.docx"
    document = docx.Document(str(path))
    document.add_paragraph(tag)
    document.save(str(path))
    said = xlreport("form", "check", tmp_path)
    assert 1 == said.status, said
    assert re.search(r"正文第\d+段", said.out), said
