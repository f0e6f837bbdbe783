"""A form may build on another: what it takes over, in what order, and what is said where that does not hold together."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import msgspec
import pytest

from support.command import xlreport
from support.definitions import SMALL_FORM, SMALL_RULES, made_form, write_form, written_out
from support.figures import huaian_2024
from xlreport.errors import DefinitionError
from xlreport.filing import Filing
from xlreport.filing_json import to_json
from xlreport.forms import Form, find_form, form_ids, load_form
from xlreport.forms.base import BUILT_IN, LEXICON_FILE, MOST_BASES, PROSE_FILE, RULES_FILE

NEXT_YEAR = Path(__file__).parent / "next_year"

OWN = """
base = "../small"
id = "mine"
version = "1"
basis = "测试"
first_year = 2021
"""


def parts(form: Form) -> dict[str, object]:
    """All that a form says, wherever it lies."""
    return {name: getattr(form, name) for name in form.__struct_fields__ if name not in ("folder", "bases")}


def over_small(folder: Path, form: str = "", rules: str = "", prose: str = "", *, head: str = OWN) -> Form:
    """The form that the texts define over the small form."""
    write_form(folder / "small")
    return made_form(folder / "mine", head + form, rules, prose)


@pytest.mark.parametrize("name", [*form_ids(), str(NEXT_YEAR)])
def test_a_written_out_copy_is_the_same_form(name: str, tmp_path: Path):
    """A definition that says everything itself, as all did before there were bases, loads into the same form."""
    form = find_form(name)
    copy = load_form(written_out(form, tmp_path / "copy"))
    assert () == copy.bases
    assert parts(form) == parts(copy)
    assert msgspec.json.encode(list(form.fields)) == msgspec.json.encode(list(copy.fields))


@pytest.mark.parametrize("name", ["gov2019", "gov2021"])
def test_the_common_part_is_no_form(name: str):
    """What the built-in forms have in common is taken over whole by each, in its order, and offered as a form by none."""
    form, common = find_form(name), BUILT_IN / "common"
    assert "common" not in form_ids()
    assert (str(common),) == form.bases
    rules = [each["id"] for each in tomllib.loads((common / RULES_FILE).read_text("utf-8"))["rules"]]
    prose = tomllib.loads((common / PROSE_FILE).read_text("utf-8"))
    lexicon = tomllib.loads((common / LEXICON_FILE).read_text("utf-8"))
    facts = [each["id"] for each in lexicon["facts"]]
    objects = [each["key"] for each in lexicon["objects"]]
    sentences = [each["field"] for each in prose["sentences"]]
    assert rules == [rule.id for rule in form.rules if rule.id in rules]
    assert facts == [fact.id for fact in form.lexicon.facts if fact.id in facts]
    assert objects == [each.key for each in form.lexicon.objects if each.key in objects]
    # A form may have further sentences for the same field.
    own = iter([sentence.field for sentence in form.sentences])
    assert all(field in own for field in sentences)


def test_what_differs_is_all_that_is_written():
    """Next year's form: an added row, field, rule and word stand where `after` says; what `without` names is gone."""
    form, base = find_form(str(NEXT_YEAR)), find_form("gov2021")
    rows = [line.key for line in form.tables["requests"].row_lines]
    before = [line.key for line in base.tables["requests"].row_lines]
    place = before.index("declined.excessive") + 1
    assert [*before[:place], "declined.mass", *before[place:]] == rows
    assert ("contact.name", "contact.post", "upward.name") == form.sections[0].fields[9:12]
    assert "contact.phone" not in form.fields
    rules = [rule.id for rule in base.rules if rule.id != "in_force"]
    rules.insert(rules.index("result_sum") + 1, "mass_within_new")
    assert rules == [rule.id for rule in form.rules]
    outcomes = [outcome.key for outcome in base.lexicon.outcomes]
    outcomes.insert(outcomes.index("declined.repeat") + 1, "declined.mass")
    assert outcomes == [outcome.key for outcome in form.lexicon.outcomes]
    assert (base.title, (), 2031, None) == (form.title, form.guide, form.first_year, form.last_year)
    assert base.wording.sentences == form.wording.sentences


@pytest.mark.long
def test_next_years_form_from_workbook_to_report(tmp_path: Path):
    """A form of what differs, moved elsewhere, is sound, and goes from template to report by the command line."""
    folder = tmp_path / "next_year"
    shutil.copytree(NEXT_YEAR, folder)
    assert 0 == xlreport("form", "template", folder).status
    checked = xlreport("form", "check", folder)
    assert (0, f"{folder}：没有发现问题\n", "") == checked
    figures = huaian_2024()
    received = figures["requests.new.natural"]
    assert isinstance(received, int)
    values = {
        **{id_: value for id_, value in figures.items() if id_ in find_form(str(folder)).fields},
        "report.year": 2031,
        "report.date": "2032年1月8日",
        "requests.declined.mass.natural": 1,
        "requests.new.natural": received + 1,
    }
    (tmp_path / "data.json").write_bytes(to_json(Filing(form=find_form(str(folder)), values=values)))
    made = xlreport("fill", tmp_path / "data.json", "--form", folder, "-o", tmp_path / "filled.xlsx")
    assert 0 == made.status, made
    done = xlreport("generate", tmp_path / "filled.xlsx", "--form", folder, "--explain", "已核对。", "-o", tmp_path)
    assert 0 == done.status, done
    assert list(tmp_path.rglob("*.docx"))


@pytest.mark.long
def test_the_word_template_of_the_base_serves_too(tmp_path: Path):
    """A form whose report looks like its base's needs no Word template of its own."""
    head = 'base = "gov2021"\nid = "mine"\nversion = "1"\nbasis = "测试"\nfirst_year = 2030\n'
    rules = '[[rules]]\nid = "year_of_form"\nexpr = "N(report.year)>=2030"\n'
    write_form(tmp_path / "mine", head, rules)
    assert (0, f"{tmp_path / 'mine'}：没有发现问题\n", "") == xlreport("form", "check", tmp_path / "mine")


def test_own_keys_win_and_places_stay(tmp_path: Path):
    """Of an entry in both, own keys win and the others stay; its place is its base's unless `after` moves it."""
    form = over_small(
        tmp_path,
        """
[[sections]]
key = "figures"
title = "新标题"
fields = [
  { id = "hall.staff", label = "人手", kind = "count", after = "hall.open" },
  { id = "hall.rooms", label = "房间", kind = "count" },
  { id = "hall.cost", label = "开支" },
  { id = "hall.text", after = "" },
]
""",
        '[[rules]]\nid = "cost"\nlevel = "error"\n[[rules]]\nid = "last"\nlevel = "note"\nname = "末条"\n'
        'basis = "测试"\nexpr = "N(hall.staff) = 0"\nmessage = "不对"\n',
    )
    section = form.sections[1]
    assert ("hall.text", "hall.open", "hall.staff", "hall.rooms", "hall.cost") == section.fields
    assert ("新标题", "一 数字", "开支", "money") == (
        section.title,
        section.sheet,
        form.fields["hall.cost"].label,
        form.fields["hall.cost"].kind,
    )
    assert [("sum", "error"), ("cost", "error"), ("last", "note")] == [(rule.id, rule.level) for rule in form.rules]
    assert "经费" == form.rules[1].name


def test_entries_that_are_called_the_same_are_told_apart_by_order(tmp_path: Path):
    """The second sentence of a field changes the second of the base; `without` drops both."""
    prose = (
        '[[sentences]]\nfield = "hall.text"\ntemplate = "甲。"\n[[sentences]]\nfield = "hall.text"\ntemplate = "乙。"\n'
    )
    write_form(tmp_path / "small", prose=prose)
    own = '[[sentences]]\nfield = "hall.text"\n[[sentences]]\nfield = "hall.text"\ntemplate = "丙。"\n'
    form = made_form(tmp_path / "mine", OWN, "", own)
    assert ["甲。", "丙。"] == [sentence.template for sentence in form.sentences]
    dropped = made_form(tmp_path / "other", OWN, "", 'without = ["sentences.hall.text"]\n')
    assert () == dropped.sentences


def test_an_empty_list_empties_the_inherited_one(tmp_path: Path):
    """`fields = []` leaves none of the base's fields, in that section alone."""
    form = over_small(tmp_path, '[[sections]]\nkey = "figures"\nfields = []\n', 'without = ["rules.cost"]\n')
    assert () == form.sections[1].fields
    assert ("unit.name", "report.year") == form.sections[0].fields


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (OWN.replace("../small", "../none"), r"mine/form\.toml，base = '\.\./none'：.*none 不是定义文件夹"),
        (OWN.replace("../small", "gov1999"), r"base = 'gov1999'：没有这个编号的自带表样"),
        (OWN.replace("../small", "../mine"), r"mine/form\.toml，base：绕回了 .*mine，请改成"),
        (OWN.replace('"../small"', "1"), r"mine/form\.toml，base：应为定义文件夹的路径"),
        (OWN.replace("../small", "../a\\u0000b"), r"不是能用的路径"),
        (OWN.replace('basis = "测试"', ""), r"mine/form\.toml，\$：缺少 basis"),
    ],
)
def test_a_base_that_cannot_be_one(tmp_path: Path, head: str, words: str):
    """A base that is missing, the form itself, or no path: one sentence that names the file and the key."""
    with pytest.raises(DefinitionError, match=words):
        over_small(tmp_path, head=head)


def test_bases_that_go_round_and_too_many(tmp_path: Path):
    """Two forms that build on each other, and a chain longer than any need, are refused; one as long as allowed loads."""
    for name, below in (("a", "b"), ("b", "a")):
        write_form(tmp_path / name, OWN.replace("small", below), "")
    with pytest.raises(DefinitionError, match=r"b/form\.toml，base：绕回了"):
        load_form(tmp_path / "a")
    write_form(tmp_path / "0")
    for n in range(MOST_BASES + 1):
        write_form(tmp_path / str(n + 1), OWN.replace("small", str(n)), "")
    assert MOST_BASES == len(load_form(tmp_path / str(MOST_BASES)).bases)
    with pytest.raises(DefinitionError, match=r"base：一层套一层超过8层"):
        load_form(tmp_path / str(MOST_BASES + 1))


@pytest.mark.parametrize(
    ("form", "rules", "words"),
    [
        ('without = ["guide.x"]\n', "", r"mine/form\.toml，\$\.without：base 里没有“guide\.x”"),
        ('without = "guide"\n', "", r"\$\.without：应为文字的列表"),
        ("", 'without = ["rules.none"]\n', r"mine/rules\.toml，\$\.without：base 里没有“rules\.none”"),
        ("", '[[rules]]\nid = "cost"\nafter = "none"\n', r"mine/rules\.toml，\$\.rules\[0\]\.after：没有“none”"),
        ("", '[[rules]]\nid = "new"\n', r"mine/rules\.toml，\$\.rules\[0\]：缺少 level"),
        ("", '[[rules]]\nid = "cost"\nlevel = "bad"\n', r"mine/rules\.toml，\$\.rules\[0\]\.level：不能是 'bad'"),
        (
            '[[sections]]\nkey = "basics"\nfields = [{ id = "report.year", kind = "x" }]\n',
            "",
            r"mine.*fields\[0\]\.kind",
        ),
        ('[[sections]]\nkey = "basics"\nsheet = "校验"\n', "", r"mine/form\.toml，sections\.sheet = '校验'"),
        ('[[sections]]\nkey = "basics"\nfields = [{ id = "a.b", label = "单位名称" }]\n', "", r"mine.*不重复的值"),
    ],
)
def test_mistakes_in_what_differs(tmp_path: Path, form: str, rules: str, words: str):
    """What the form itself says wrongly is named in its own file, at the place where it stands there."""
    with pytest.raises(DefinitionError, match=words):
        over_small(tmp_path, form, rules)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "money"', 'kind = "cash"', r"small/form\.toml，\$\.sections\[1\]\.fields\[1\]\.kind：不能是 'cash'"),
        ('sheet = "一 数字"', 'sheet = "校验"', r"small/form\.toml，sections\.sheet = '校验'"),
        ('id = "hall.cost"', 'id = "Hall.Cost"', r"small/form\.toml，Hall\.Cost：应为由小写字母"),
        ('id = "visits.{column}"', 'id = "visits.{col}"', r"small/form\.toml，visits\.id = "),
        ('title = "测试表"', "title = 1", r"small/form\.toml，\$\.title：应为文字，现在是整数"),
        ('title = "测试表"', "title = ", r"small/form\.toml 第\d+行第\d+列不合 TOML 的写法"),
    ],
)
def test_mistakes_in_a_base(tmp_path: Path, old: str, new: str, words: str):
    """What a base says wrongly is named in the base's file, however much the form puts before it."""
    assert old in SMALL_FORM
    write_form(tmp_path / "small", SMALL_FORM.replace(old, new), SMALL_RULES)
    own = '[[sections]]\nkey = "first"\nsheet = "首页"\nafter = ""\n'
    with pytest.raises(DefinitionError, match=words):
        made_form(tmp_path / "mine", OWN + own, "")
