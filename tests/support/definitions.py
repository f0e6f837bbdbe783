"""Small forms for tests, written to a folder as a maintainer writes them."""

from __future__ import annotations

import json
from pathlib import Path

from xlreport.forms import Form, load_form
from xlreport.forms.base import FILES, read_definition

#: A form with two counts and their total, an amount, a yes/no field and a prose field.
SMALL_FORM = """
id = "small"
version = "1"
title = "测试表"
basis = "测试"
first_year = 2020

[[sections]]
key = "basics"
sheet = "基本信息"
title = "基本信息"
fields = [
  { id = "unit.name", label = "单位名称", required = true },
  { id = "report.year", label = "报告年度", kind = "year", required = true },
]

[[sections]]
key = "figures"
number = "一"
title = "数字"
sheet = "一 数字"
fields = [
  { id = "hall.open", label = "是否开放", kind = "choice", options = ["是", "否"] },
  { id = "hall.cost", label = "经费", kind = "money" },
  { id = "hall.text", label = "说明", kind = "prose" },
]

[[sections.tables]]
key = "visits"
id = "visits.{column}"
name = "{column}"
blocks = [ { columns = [
  { key = "adults", title = "成人" },
  { key = "children", title = "儿童" },
  { key = "total", title = "合计", compute = "SUM(visits.adults:visits.children)" },
] } ]
"""

#: The small form with a table whose rows staff add themselves.
ROWS_FORM = (
    SMALL_FORM
    + """
[[sections.tables]]
key = "projects"
id = "projects.{row}.{column}"

[[sections.tables.blocks]]
rows = [{ key = "project", title = "项目{n}", repeat = 3 }]
columns = [{ key = "name", title = "名称", kind = "text" }, { key = "cost", title = "经费", kind = "money" }]
"""
)

#: Two sound rules that between them touch every figure.
SMALL_RULES = """
[[rules]]
id = "sum"
level = "error"
name = "合计"
basis = "由表义得出"
expr = "ROUND(SUM(visits.adults:visits.children),6) = ROUND(N(visits.total),6)"
message = "各项之和为{left}，合计为{right}，相差{difference}，请改正"

[[rules]]
id = "cost"
level = "warning"
name = "经费"
basis = "由表义得出"
when = 'hall.open = "否"'
expr = "N(hall.cost) = 0"
message = "没有开放而有经费{hall.cost}，请核对"
"""


def rule(expr: str, **keys: str) -> str:
    """One more rule for `SMALL_RULES`; `keys` replace or add keys."""
    given = {"id": "extra", "level": "error", "name": "另一条", "basis": "测试", "expr": expr, "message": "不对"} | keys
    lines = [f"{key} = '{value}'" if key != "each" else f"each = {value}" for key, value in given.items()]
    return "\n[[rules]]\n" + "\n".join(lines) + "\n"


def write_form(
    folder: Path, form: str = SMALL_FORM, rules: str = SMALL_RULES, prose: str = "", lexicon: str = ""
) -> Path:
    """The definition folder with its TOML files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("form", form), ("rules", rules), ("prose", prose), ("lexicon", lexicon)):
        if text:
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def written_out(form: Form, folder: Path) -> Path:
    """A form with its bases as one definition folder without a base: every key of it stands there."""
    bases = [Path(base) for base in form.bases]
    folder.mkdir(parents=True)
    for name in FILES:
        content = read_definition(form.folder, name, bases)
        if content is not None:
            lines = [f"{key} = {_toml(value)}\n" for key, value in content.items()]
            (folder / name).write_text("".join(lines), encoding="utf-8")
    return folder


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {_toml(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_toml, value)) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def made_form(
    folder: Path, form: str = SMALL_FORM, rules: str = SMALL_RULES, prose: str = "", lexicon: str = ""
) -> Form:
    """The form that the texts define."""
    return load_form(write_form(folder, form, rules, prose, lexicon))
