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

#: A form with sheets and fields as the government's have them, and few cells: what is read of one cell does not depend
#: on how many there are.
REPORT_FORM = """
id = "report"
version = "1"
title = "年度报告"
basis = "测试"
first_year = 2019

[[sections]]
key = "basics"
sheet = "基本信息"
title = "基本信息"
fields = [
  { id = "unit.name", label = "单位名称", required = true },
  { id = "report.year", label = "报告年度", kind = "year", required = true },
  { id = "report.date", label = "成文日期", kind = "date" },
]

[[sections]]
key = "disclosure"
number = "二"
title = "主动公开政府信息情况"
sheet = "二 主动公开"

[[sections.tables]]
key = "disclosure"
id = "disclosure.{column}"
name = "{column}"
blocks = [{ columns = [{ key = "licensing", title = "行政许可" }, { key = "fees", title = "收费金额", kind = "money" }] }]

[[sections]]
key = "requests"
number = "三"
title = "收到和处理政府信息公开申请情况"
sheet = "三 依申请公开"

[[sections.tables]]
key = "requests"
id = "requests.{row}.{column}"
name = "{column}{row}"

[[sections.tables.blocks]]
corner = "项目"
rows = [
  { key = "new", title = "本年新收申请数量", name = "新收申请数" },
  { key = "granted", title = "予以公开", name = "予以公开数" },
]
columns = [
  { key = "natural", title = "自然人" },
  { key = "business", title = "商业企业" },
  { key = "research", title = "科研机构" },
  { key = "welfare", title = "社会公益组织" },
  { key = "legal", title = "法律服务机构" },
  { key = "other", title = "其他" },
  { key = "total", title = "总计", name = "", compute = "SUM(requests.{row}.natural:requests.{row}.other)" },
]

[[sections]]
key = "appeals"
number = "四"
title = "行政复议、行政诉讼情况"
sheet = "四 复议诉讼"

[[sections.tables]]
key = "appeals"
id = "appeals.{column}"
name = "复议{column}"
blocks = [{ columns = [{ key = "upheld", title = "维持" }, { key = "pending", title = "尚未审结" }] }]

[[sections]]
key = "problems"
number = "五"
title = "存在的主要问题及改进情况"
sheet = "五 问题和改进"
fields = [{ id = "problems.text", label = "存在的问题和改进", kind = "prose", required = true }]
"""

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
