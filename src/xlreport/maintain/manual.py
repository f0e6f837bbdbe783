"""The rule manual of a form, in Chinese Markdown: what is asked, and every rule with the clause it comes from.

Made from the definition alone, so that it cannot differ from what the program does.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xlreport.finding import LEVEL_NAMES
from xlreport.forms.model import CONTROL, PRIOR
from xlreport.rules.rulebook import CELL_RULE, Check, rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.forms.definition import CriterionText, FactText, WayText
    from xlreport.forms.model import Field, Form, Section, Table

_HEADS = ("字段号", "名称", "类型", "填法")


def rule_manual(form: Form) -> str:
    """The manual of `form`. Raises DefinitionError where a formula of the definition does not hold together."""
    return "\n".join(_manual(form)) + "\n"


def _manual(form: Form) -> Iterator[str]:
    yield f"# 规则手册：{form.title}（{form.id}）"
    yield ""
    yield f"依据：{form.basis}。适用年度：{form.years_text()}。表样版本：{form.version}。"
    yield ""
    yield "## 一、字段"
    yield ""
    yield "字段号同时是单元格的名称、Word 模板的变量、JSON 的路径和规则里的运算数。"
    for section in form.sections:
        yield from _section(form, section)
    yield ""
    yield "## 二、规则"
    yield ""
    yield "错误必须改正；提醒须改正，或在“校验”表写明原因；公式用 Excel 的写法，`{row}`、`{column}` 代表逐项检查的项目。"
    by_rule: dict[str, list[Check]] = {}
    for check in rulebook(form).checks:
        by_rule.setdefault(check.rule.id, []).append(check)
    for checks in by_rule.values():
        yield from _rule(checks)
    if form.lexicon.facts or form.criteria or form.wording.lengths:
        yield from _prose(form)


def _section(form: Form, section: Section) -> Iterator[str]:
    yield ""
    yield f"### {section.heading or section.sheet}（工作表“{section.sheet}”）"
    fields = [form.fields[id_] for id_ in section.fields]
    if fields:
        yield ""
        yield from _table(_HEADS, (_row(field) for field in fields))
    for table in section.tables:
        yield from _fields_of_table(form, table)
    for what, begin, title in (("上年数", PRIOR, "上年…"), ("控制数", CONTROL, "…控制数")):
        beside = [
            field for field in form.fields.values() if field.section == section.key and field.id.startswith(begin)
        ]
        if beside:
            yield ""
            yield f"表旁另有{what} {len(beside)} 项，只在屏幕上：字段号是 `{begin}` 加本项的字段号，名称是“{title}”，如 `{beside[0].id}`。"


def _fields_of_table(form: Form, table: Table) -> Iterator[str]:
    note = "" if table.printed or "不印" in table.title else "（不印在报告里）"
    yield ""
    yield f"表 `{table.key}` {table.title}{note}".rstrip()
    yield ""
    yield from _table(_HEADS, (_row(form.fields[id_]) for id_ in table.ids))


def _row(field: Field) -> tuple[str, ...]:
    how = "必填" if field.required else "可留空"
    if field.compute:
        how = f"公式 `{field.compute}`"
    elif field.options:
        how += "：" + "、".join(field.options)
    if field.default is not None:
        how += f"；默认“{field.default}”"
    elif field.default_field:
        how += f"；默认同 `{field.default_field}`"
    if field.guess_from:
        how += f"；留空时按 {'、'.join(f'`{id_}`' for id_ in field.guessed_by)} 判断"
    return (f"`{field.id}`", field.name, field.traits.title, how)


def _rule(checks: list[Check]) -> Iterator[str]:
    rule = checks[0].rule
    yield ""
    yield f"### `{rule.id}` {rule.name}"
    yield ""
    yield f"- 级别：{LEVEL_NAMES[rule.level]}"
    yield f"- 依据：{rule.basis}"
    if rule.id == CELL_RULE:
        yield "- 公式：由字段的类型得出"
    else:
        if rule.when:
            yield f"- 适用条件：`{rule.when}`"
        yield f"- 公式：`{rule.expr}`"
    yield f"- 说法：{_code(rule.message)}"
    items = [check for check in checks if check.item is not None]
    if items:
        yield f"- 逐项检查 {len(items)} 项：" + "、".join(f"{c.item_name}（`{c.item}`）" for c in items)


def _prose(form: Form) -> Iterator[str]:
    """What is held against the tables in prose: Python only, once the report is made."""
    yield ""
    yield "## 三、文字"
    yield ""
    yield "文字里写的数字与表格核对，不一致的为提醒（`prose_figure`、`prose_settled`）；花括号代表文字里说到的对象、办法、结果和申请人，"
    yield "几个单元格的相加。"
    if form.lexicon.facts:
        yield ""
        rows = ((_told(form, fact), " + ".join(f"`{cell}`" for cell in fact.cells)) for fact in form.lexicon.facts)
        yield from _table(("文字里说的", "应等于"), rows)
    if form.lexicon.rates:
        yield ""
        yield "百分比按数字核算（`prose_percent`）："
        yield ""
        rates = ((rate.key, _way(rate.ways[0])) for rate in form.lexicon.rates)
        yield from _table(("比率", "应等于"), rates)
    if form.wording.lengths:
        yield ""
        yield from (f"- “{form.fields[each.field].name}”不少于{each.least}个字。" for each in form.wording.lengths)
    if form.criteria:
        yield ""
        yield "审查要点：审查这类报告的人会指出什么。不对某一段文字说的，“适用”写“每段文字”。"
        yield ""
        yield from _table(("编号", "级别", "要点", "来源", "适用"), map(partial(_criterion, form), form.criteria))


def _criterion(form: Form, criterion: CriterionText) -> tuple[str, ...]:
    where = "、".join(form.fields[id_].name for id_ in criterion.fields) or "每段文字"
    when = f"；`{criterion.when}`" if criterion.when else ""
    return f"`{criterion.id}`", LEVEL_NAMES[criterion.level], criterion.name, criterion.basis, where + when


def _told(form: Form, fact: FactText) -> str:
    """The names of the words that tell a fact: 行政复议、行政诉讼：结果维持."""
    about = [word.name or word.key for word in form.lexicon.objects if fact.of in word.of]
    acts = [word.name or word.key for word in form.lexicon.acts if word.key in fact.acts]
    what = "各种结果" if fact.outcomes else fact.name or "、".join(dict.fromkeys(acts))
    return f"{'、'.join(about)}：{what}"


def _way(way: WayText) -> str:
    return f"{' + '.join(f'`{cell}`' for cell in way.part)} ÷ {' + '.join(f'`{cell}`' for cell in way.whole)}"


def _code(message: str) -> str:
    return f"`{message}`" if "{" in message else message


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
