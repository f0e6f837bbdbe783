"""How large a definition may be: what no workbook could hold is refused in a sentence, before it is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.definitions import ROWS_FORM, SMALL_FORM, SMALL_RULES, made_form
from xlreport.errors import DefinitionError
from xlreport.rules.expression import Expr
from xlreport.rules.rulebook import Rulebook


@pytest.mark.parametrize("repeat", [0, -1, 501, 10**14])
def test_repeat(tmp_path: Path, repeat: int):
    """A line is there once or several times, not never and not without end."""
    with pytest.raises(DefinitionError, match=f"projects 的 repeat = {repeat}：应为1 至 500 的整数"):
        made_form(tmp_path, ROWS_FORM.replace("repeat = 3", f"repeat = {repeat}"))


def test_lines_and_cells(tmp_path: Path):
    """Neither rows nor cells nor fields without end, whichever way they come about."""
    rows = ", ".join(f'{{ key = "r{n}", title = "项{n}", repeat = 500 }}' for n in range(3))
    one = '{ key = "project", title = "项目{n}", repeat = 3 }'
    assert one in ROWS_FORM
    with pytest.raises(DefinitionError, match=r"projects\.rows：应为至多1000行或列"):
        made_form(tmp_path / "a", ROWS_FORM.replace(one, rows))
    columns = ", ".join(f'{{ key = "c{n}", title = "列{n}" }}' for n in range(11))
    wide = ROWS_FORM.replace("repeat = 3", "repeat = 500").replace(
        '{ key = "cost", title = "经费", kind = "money" }', columns
    )
    with pytest.raises(DefinitionError, match="projects：应为至多5000个单元格的表"):
        made_form(tmp_path / "b", wide)
    fields = ", ".join(f'{{ id = "f.a{n}", label = "甲{n}" }}' for n in range(5000))
    with pytest.raises(DefinitionError, match="应为至多5000个字段"):
        made_form(tmp_path / "c", SMALL_FORM.replace("fields = [", f"fields = [{fields},", 1))


def test_rules_and_wording(tmp_path: Path):
    """So are rules and the entries of lexicon.toml."""
    with pytest.raises(DefinitionError, match="rules：应为至多1000条规则"):
        made_form(tmp_path / "a", rules=SMALL_RULES * 501)
    lexicon = '[[objects]]\nkey = "甲"\nwords = ["甲"]\n' * 1001
    with pytest.raises(DefinitionError, match="objects：应为至多1000项"):
        made_form(tmp_path / "b", lexicon=lexicon)


@pytest.mark.parametrize("depth", [10, 20, 40])
def test_totals_of_totals_grow_with_their_number(tmp_path: Path, depth: int, monkeypatch: pytest.MonkeyPatch):
    """Each total of all those before it doubles the ways to a cell; what is looked at grows as the totals do, not as the ways."""
    chain = "".join(
        f'  {{ key = "t{n}", title = "合计{n}", compute = "SUM(visits.adults:visits.{f"t{n - 1}" if n else "children"})" }},\n'
        for n in range(depth)
    )
    form = made_form(tmp_path, SMALL_FORM.replace('  { key = "total"', f'{chain}  {{ key = "total"'))
    book = Rulebook(form)
    asked: list[object] = []
    operands = Rulebook.operands

    def counted(self: Rulebook, expr: Expr) -> tuple[str, ...]:
        asked.append(expr)
        return operands(self, expr)

    monkeypatch.setattr(Rulebook, "operands", counted)
    assert ("visits.adults", "visits.children") == book.inputs((f"visits.t{depth - 1}",))
    assert depth == len(asked)


def test_checks_by_their_items(tmp_path: Path):
    """Rules times rows: each within its bound, all of them together beyond the bound of checks."""
    rules = "".join(
        f'[[rules]]\nid = "r{n}"\nlevel = "note"\nname = "甲"\nbasis = "乙"\nmessage = "{{item}}"\n'
        'expr = "N(projects.{row}.cost) >= 0"\neach = { row = "projects" }\n'
        for n in range(20)
    )
    form = made_form(tmp_path, ROWS_FORM.replace("repeat = 3", "repeat = 400"), rules)
    with pytest.raises(DefinitionError, match="规则按 each 展开后超过5000条，请减少"):
        Rulebook(form)


def test_cells_of_ranges(tmp_path: Path):
    """Totals of long ranges, one for each of hundreds of lines: what is gone through has a bound of its own."""
    totals = "".join(
        f'  {{ key = "t{n}", title = "合计{n}", compute = "SUM(visits.a0:visits.a499)" }},\n' for n in range(400)
    )
    cells = "".join(f'  {{ key = "a{n}", title = "项{n}" }},\n' for n in range(500))
    form = made_form(tmp_path, SMALL_FORM.replace('  { key = "total"', f'{cells}{totals}  {{ key = "total"'))
    with pytest.raises(DefinitionError, match=r"合计公式用到的单元格共[0-9]+个，超过100000个"):
        Rulebook(form)


@pytest.mark.parametrize(
    ("words", "value", "said"),
    [
        ("(a+)+b", "", "重复"),
        ("(?:.*){30}", "", "重复"),
        ("x" * 5000, "", "超过4000个字符"),
        ("(" * 500 + "a" + ")" * 500, "", "嵌套太深"),
        ("(", "", "少了右括号"),
        ("甲", r"\\1", "不是正确的正则表达式和其中的组"),
    ],
)
def test_guesses_are_held_to_what_runs_to_an_end(tmp_path: Path, words: str, value: str, said: str):
    """An expression that could run without end over a unit's name is refused like those of the criteria."""
    guess = f'guess_from = "report.note", guesses = [{{ words = "{words}", value = "{value}" }}]'
    field = f'{{ id = "report.more", label = "另记", {guess} }}, {{ id = "report.note", label = "附记" }},'
    with pytest.raises(DefinitionError, match=said):
        made_form(tmp_path, SMALL_FORM.replace("fields = [", f"fields = [{field}", 1))
