"""What is wrong with prose.toml, lexicon.toml and criteria.toml, for the maintainer: one finding for each bad entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import DefinitionError
from xlreport.forms.base import PROSE_FILE
from xlreport.forms.definition import LexiconText, ProseText
from xlreport.prose import criteria
from xlreport.prose.facts import checked
from xlreport.prose.preview import why_not_shown
from xlreport.prose.sentences import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlreport.finding import Finding
    from xlreport.forms.model import Form


def lint_prose(form: Form) -> list[Finding]:
    """Every finding about the wording of `form`; faulty rules are left to `lint_rules`."""
    form = msgspec.structs.replace(form, rules=())
    text = form.wording
    findings = list(_lexicon(form))
    findings.extend(_lengths(form))
    if not [*_fault(form, text, compiled)]:
        return [*findings, *_previews(form)]
    for sentence in text.sentences:
        findings.extend(_fault(form, ProseText(sentences=(sentence,)), compiled))
    return findings


def _lengths(form: Form) -> Iterator[Finding]:
    """What must be long enough is a text."""
    prose = {field.id for field in form.prose}
    for length in form.wording.lengths:
        if length.field not in prose:
            yield kinds.WORDING.finding(f"表样定义“{form.id}”，{PROSE_FILE} 的 lengths：没有文字字段 {length.field}。")


def lint_criteria(form: Form) -> list[Finding]:
    """Every criterion of `form` that does not hold together; faulty rules are left to `lint_rules`."""
    form = msgspec.structs.replace(form, rules=())
    findings = []
    for criterion in form.criteria:
        try:
            criteria.compiled(msgspec.structs.replace(form, criteria=(criterion,)))
        except DefinitionError as error:
            findings.append(kinds.WORDING.finding(str(error)))
    return findings


def _lexicon(form: Form) -> Iterator[Finding]:
    """Each fact and rate of the lexicon that does not hold, once its words do."""
    words = msgspec.structs.replace(form.lexicon, facts=(), rates=())
    faults = list(_lexicon_fault(form, words))
    yield from faults
    if not faults:
        for fact in form.lexicon.facts:
            yield from _lexicon_fault(form, msgspec.structs.replace(words, facts=(fact,)))
        for rate in form.lexicon.rates:
            yield from _lexicon_fault(form, msgspec.structs.replace(words, rates=(rate,)))


def _lexicon_fault(form: Form, part: LexiconText) -> Iterator[Finding]:
    try:
        checked(msgspec.structs.replace(form, lexicon=part))
    except DefinitionError as error:
        yield kinds.WORDING.finding(str(error))


def _previews(form: Form) -> Iterator[Finding]:
    """Sentences that the workbook cannot show before they are printed, and a key that is no longer read."""
    for sentence in form.sentences:
        reason = why_not_shown(form, sentence)
        if reason is not None:
            text = f"{PROSE_FILE} 中 {sentence.field} 的标准语句在工作簿里不能预先显示（{reason}），报告里照常生成。"
            yield kinds.WORDING.finding(text, level="note")
        if sentence.excel_preview is not None:
            text = f"{PROSE_FILE} 中 {sentence.field} 的 excel_preview 不再使用，预览由 template 生成，请删去。"
            yield kinds.WORDING.finding(text, level="note")


def _fault(form: Form, part: ProseText, read: Callable[[Form], object]) -> Iterator[Finding]:
    try:
        read(form if part is form.wording else msgspec.structs.replace(form, wording=part))
    except DefinitionError as error:
        yield kinds.WORDING.finding(str(error))
