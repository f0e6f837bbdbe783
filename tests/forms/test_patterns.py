"""Regular expressions of a maintainer: those that could run without end are refused before they are used."""

from __future__ import annotations

import re

import pytest

from support.definitions import write_form
from xlreport.errors import DefinitionError
from xlreport.forms import load_form
from xlreport.forms.patterns import BadPattern, compiled
from xlreport.prose.criteria import compiled as checked


@pytest.mark.parametrize(
    "source",
    [
        *("(a+)+$", "(a*)*b", "(?:a|a)*b", "(?:a|ab)+", "([^,]+,?)*#", "(?:a?){40}", "(x+x+)+y", "(?:(?:a)+)+?"),
        *("(?=(a+)+)", "(?:b(a+)*)", "(?:(a{0,3})){0,17}", "(?:|a)*", "((a{2,9})++)+"),
    ],
)
def test_repeats_within_repeats(source):
    """A repeat, or alternatives that begin alike, within a repeat without end."""
    with pytest.raises(BadPattern, match=r"重复套着重复|开头相同"):
        compiled(("收到", source))


@pytest.mark.parametrize("source", [".*" * 3, "a*b*c*", "a?" * 30 + "a" * 30, "[^，]{0,300}" * 3, "(?!.*.*.*)x"])
def test_repeats_beside_one_another(source):
    """Too many of them have too many ways to share out a text."""
    with pytest.raises(BadPattern, match="算不完"):
        compiled((source,))


@pytest.mark.parametrize(
    "source",
    [
        "(?:单位|机关|局)*",
        "(?:ab)+",
        "[^，]*收到[^，]*申请",
        "(?:甲|乙.{1,2}){0,16}",
        "(?>a+b)c",
        "^(?!.*已).*按期",
        "a{3}",
    ],
)
def test_repeats_that_end(source):
    """What can match in few ways is taken."""
    assert isinstance(compiled((source,)), re.Pattern)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("收到(", "第3个字符处少了右括号"),
        ("a)", "第2个字符处多了右括号"),
        ("[甲", "第1个字符处少了右方括号"),
        ("*", "第1个字符处* + ? 前面没有要重复的内容"),
        ("a**", "两个重复记号连在一起"),
        ("a{5,2}", "m 大于 n"),
        ("\\", "反斜杠后面的字符不对"),
        ("\\g", "反斜杠后面的字符不对"),
        ("[b-a]", "方括号里的范围写反了"),
        ("(?<=a*)", "长短要固定"),
        ("(?z)", "(? 后面的写法不对"),
        ("(?P<>)", "没有组名"),
        ("(?P=x)", "没有这个组名"),
        ("(?P<n>a)(?P<n>b)", "组名重复"),
        ("(?(1)a|b)", "没有这一组"),
        ("a(?i)", "要写成 (?i:…)"),
        ("(" * 5000, "超过4000个字符"),
        ("(" * 1900 + "a" + ")" * 1900, "嵌套太深"),
        ("a{99999999999}", "重复的次数太大"),
    ],
    ids=lambda text: text[:20],
)
def test_no_expression(source, said):
    """What is wrong with an expression is said in Chinese, with its place."""
    with pytest.raises(BadPattern) as caught:
        compiled((source,))
    assert said in str(caught.value)
    rest = (
        str(caught.value)
        .partition("”")[2]
        .replace("(?i) 一类", "")
        .replace("(?i:…)", "")
        .replace("m 大于 n", "")
        .replace("{m,n}", "")
    )
    assert not re.search("[A-Za-z]", rest)


def test_form_check_names_the_place(tmp_path):
    """The form's check refuses it with the place in the definition."""
    criterion = 'id = "mine"\nlevel = "note"\nname = "甲"\nbasis = "甲"\nmessage = "{said}"\nwords = ["(收+)+到"]\n'
    write_form(tmp_path)
    (tmp_path / "criteria.toml").write_text("[[criteria]]\n" + criterion, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        checked(load_form(tmp_path))
    assert "criteria.toml" in str(caught.value)
    assert "重复套着重复" in str(caught.value)
