"""What is wrong with the rules of a definition, for the maintainer: every finding is one Chinese sentence.

A definition that loads may still hold rules that say nothing, say the same twice, or exclude each other. Levels:
`error` for what makes a rule useless or wrong, `warning` for what is probably not meant, `note` for what is only
worth knowing.
"""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import DefinitionError
from xlreport.finding import CellRef, Level
from xlreport.maintain.falsify import Reach, reach
from xlreport.maintain.normal_form import Bound, bounds, canonical, exclude
from xlreport.rules.check import PLACEHOLDER
from xlreport.rules.evaluate import evaluate
from xlreport.rules.rulebook import CELL_RULE, Check, Rulebook, rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.finding import Finding
    from xlreport.finding_kinds import FindingKind
    from xlreport.forms.model import Form, Rule

_BRACED = re.compile(r"[{｛][^{}｛｝]*[}｝]")

_SIDES = frozenset({"left", "right", "difference"})

#: How many names one sentence lists.
_NAMED = 5

#: What is said of rules that no sound filling makes fail, by how they fail at all.
_NEVER_FAILS: tuple[tuple[str | None, Level, str], ...] = (
    (None, "error", "无论怎样填写都不会不成立，等于没有这条规则"),
    ("wrong", "warning", "只有单元格本身填错时才不成立，而填错在读取时已经查出，这条规则没有作用"),
)

#: Before it, where only blank cells would make it fail.
_BLANK_PASSES = "在公式里的单元格都空着时不核对（必须填写的请写 required = true），而"

#: What is said of figures outside all rules, by whether their format at least is looked at.
_UNTOUCHED: tuple[tuple[bool, Level, str], ...] = (
    (False, "warning", "没有任何规则"),
    (True, "note", "只有数字格式一条规则，填错了数字查不出来"),
)


class _Stated(NamedTuple):
    """A comparison that a rule (or, with an empty key, the kind of a cell) demands, and under which condition."""

    key: str
    when: str
    bound: Bound


def lint_rules(form: Form) -> list[Finding]:
    """Every finding about the formulas and rules of `form`, in the order of the rules."""
    book, faults = _book(form)
    findings = [*_basics(form), *faults]
    if book is None:
        return findings
    by_rule: dict[str, list[Check]] = {rule.id: [] for rule in book.form.rules}
    for check in book.checks:
        by_rule.setdefault(check.rule.id, []).append(check)
    for rule in form.rules:
        findings.extend(_basis(rule))
        findings.extend(_message(rule, by_rule.get(rule.id, []), form))
        if rule.id in by_rule:
            findings.extend(_reach(rule, by_rule[rule.id], book))
    rules = [check for check in book.checks if check.rule.id != CELL_RULE]
    findings.extend(_duplicates(rules, form))
    findings.extend(_contradictions(rules, form))
    findings.extend(_untouched(book))
    return findings


def of_fields(ids: Iterable[str]) -> tuple[CellRef, ...]:
    """The fields that a finding about a definition is about: there is no workbook to point into."""
    return tuple(CellRef(field=id_) for id_ in ids)


def listed(names: Iterable[str]) -> str:
    """甲、乙、丙等12项"""
    every = list(names)
    return "、".join(every[:_NAMED]) + (f"等{len(every)}项" if len(every) > _NAMED else "")


def _basics(form: Form) -> Iterator[Finding]:
    """What reports, folders and packages are named after."""
    for id_, kind, title in (("unit.name", "text", "单位名称"), ("report.year", "year", "报告年度")):
        field = form.fields.get(id_)
        if field is None or field.kind != kind:
            text = f"表样没有字段 {id_}（{title}，kind = {kind!r}），报告和文件夹要用它命名，请加上。"
            yield kinds.BASICS.finding(text)


def _book(form: Form) -> tuple[Rulebook | None, list[Finding]]:
    """The rulebook of all rules that hold together, and a finding for each that does not."""
    with suppress(DefinitionError):
        return rulebook(form), []
    try:
        Rulebook(msgspec.structs.replace(form, rules=()))
    except DefinitionError as error:
        return None, [kinds.FORMULA.finding(str(error))]
    good: list[Rule] = []
    findings = []
    for rule in form.rules:
        try:
            Rulebook(msgspec.structs.replace(form, rules=(rule,)))
        except DefinitionError as error:
            findings.append(kinds.FORMULA.finding(str(error)))
        else:
            good.append(rule)
    return Rulebook(msgspec.structs.replace(form, rules=tuple(good))), findings


def _basis(rule: Rule) -> Iterator[Finding]:
    if not rule.basis.strip():
        yield kinds.BASIS.finding(f"规则 {rule.id} 没有写依据，请在 basis 写明出自哪一条款，或由什么得出。")


def _message(rule: Rule, checks: list[Check], form: Form) -> Iterator[Finding]:
    """Placeholders that nothing fills."""
    texts = [check.message for check in checks] or [rule.message]
    compared = all(check.sides is not None for check in checks)
    unknown: dict[str, None] = {}
    for text in texts:
        for braced in _BRACED.findall(text):
            match = PLACEHOLDER.fullmatch(braced)
            name = match[1] if match else ""
            known = (
                name in form.fields
                or (name == "item" and rule.each is not None)
                or (name in _SIDES and (compared or not checks))
            )
            if not known:
                unknown[braced] = None
    for braced in unknown:
        name = braced[1:-1]
        if name in _SIDES:
            why = "公式不是两边比较，没有左边、右边和差额"
        elif name == "item":
            why = "规则没有 each，没有项目名称"
        else:
            why = "应为 {item}、{left}、{right}、{difference} 或花括号里的字段号"
        yield kinds.PLACEHOLDER.finding(f"规则 {rule.id} 的说法里“{braced}”无法填上：{why}，请改正 message。")


def _reach(rule: Rule, checks: list[Check], book: Rulebook) -> Iterator[Finding]:
    reaches: dict[str, Reach] = {check.item_name or check.key: reach(check, book) for check in checks}
    for fails, level, text in _NEVER_FAILS:
        names = [name for name, reach in reaches.items() if reach.fails == fails]
        if names:
            blank = _BLANK_PASSES if level == "error" and any(_wants_filled(check, book) for check in checks) else ""
            yield _about(rule, names, checks, level, blank + text, kinds.NEVER_FAILS)
    names = [name for name, reach in reaches.items() if reach.fails and not reach.holds]
    if names:
        yield _about(rule, names, checks, "error", "没有找到能使它成立的填法，填了就会报错", kinds.NEVER_HOLDS)


def _wants_filled(check: Check, book: Rulebook) -> bool:
    """Whether the formula alone is false of blank cells, of which no rule is judged."""
    return evaluate(check.expr, dict.fromkeys(check.operands), book.form) is False


def _about(rule: Rule, names: list[str], checks: list[Check], level: Level, text: str, kind: FindingKind) -> Finding:
    every = len(names) == len(checks)
    which = "" if every else f"（{listed(names)}）"
    message = f"规则 {rule.id}{which}{text}，请改正公式 {rule.expr} 或删去这条规则。"
    return kind.finding(message, of_fields(checks[0].operands), level=level)


def _duplicates(checks: list[Check], form: Form) -> Iterator[Finding]:
    """Checks that say the same: one sentence for each pair of rules."""
    same: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        when = canonical(check.when, form) if check.when else ""
        same.setdefault((canonical(check.expr, form), when), []).append(check)
    pairs: dict[tuple[str, str], list[Check]] = {}
    for group in same.values():
        for first, second in combinations(group, 2):
            pairs.setdefault((first.rule.id, second.rule.id), []).append(second)
    for (first_id, second_id), repeated in pairs.items():
        if first_id == second_id:
            text = f"规则 {first_id} 的 each 有几项公式完全一样，请在公式里用 {{row}} 或 {{column}} 代表各项，或去掉 each。"
        else:
            where = f"（{listed(check.item_name or check.key for check in repeated)}）" if repeated[0].rule.each else ""
            text = f"规则 {second_id}{where}与规则 {first_id} 说的是同一件事，错一处会报两次，请删去一条。"
        yield kinds.DUPLICATE.finding(text, of_fields(repeated[0].operands))


def _contradictions(checks: list[Check], form: Form) -> Iterator[Finding]:
    """Pairs of comparisons of the same sum that can never hold together, kinds of cells included."""
    groups: dict[tuple[object, ...], list[_Stated]] = {}
    for check in checks:
        when = canonical(check.when, form) if check.when else ""
        for bound in bounds(check.expr, form):
            if bound.terms:
                groups.setdefault(bound.terms, []).append(_Stated(check.key, when, bound))
    seen = set()
    for group in groups.values():
        for one, other in combinations([*group, *_by_kind(group[0].bound, form)], 2):
            pair = one.key, other.key
            if one.when and other.when and one.when != other.when:
                continue
            if pair in seen or not exclude(one.bound, other.bound):
                continue
            seen.add(pair)
            against = f"规则 {other.key}" if other.key else "单元格的类型"
            text = f"规则 {one.key} 自相矛盾" if one.key == other.key else f"规则 {one.key} 与{against}互相矛盾"
            ids = [atom for atom, _ in one.bound.terms if atom in form.fields]
            yield kinds.CONTRADICTION.finding(f"{text}，填了就不能同时成立，请改正其中一条。", of_fields(ids))


def _by_kind(of: Bound, form: Form) -> Iterator[_Stated]:
    """What the kind of a cell demands: no count and no amount is negative, no share is above 100."""
    if len(of.terms) != 1:
        return
    field = form.fields.get(of.terms[0][0])
    if field is not None and field.numeric and field.role != "computed":
        yield _Stated("", "", Bound(of.terms, ">=", Fraction(field.traits.low)))
        yield _Stated("", "", Bound(of.terms, "<=", Fraction(field.traits.high)))


def _untouched(book: Rulebook) -> Iterator[Finding]:
    """Figures that no rule looks at, and those of which only the format is looked at."""
    touched: set[str] = set()
    formatted: set[str] = set()
    for check in book.checks:
        cells = {*check.operands, *check.inputs}
        if check.rule.id == CELL_RULE:
            formatted |= cells
        else:
            more = book.operands(check.when) if check.when else ()
            touched |= cells | {*more, *book.inputs(more)}
    rest = [
        field
        for field in book.form.inputs
        if field.numeric and not field.prior and field.id not in touched and field.id != "report.year"
    ]
    for only, level, text in _UNTOUCHED:
        sections: dict[str, list[str]] = {}
        for field in rest:
            if (field.id in formatted) is only:
                sections.setdefault(field.section, []).append(field.id)
        for ids in sections.values():
            names = listed(book.form.fields[id_].name for id_ in ids)
            said = f"{names}：{text}，如果能与别的数字核对，请补一条规则。"
            yield kinds.UNTOUCHED.finding(said, of_fields(ids), level=level)
