"""The verbs of `xlreport form` as Python functions, for whoever writes a form definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.errors import DefinitionError, UsageError, XlreportError
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.storage.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlreport.finding import Finding
    from xlreport.forms import Form
    from xlreport.reviewing.reviewed import Review


def check_form(name: str) -> tuple[Finding, ...]:
    """Everything wrong with a form definition and its Word template. Raises UsageError where there is no such form."""
    from xlreport.maintain.prose_lint import lint_criteria, lint_prose
    from xlreport.maintain.rule_lint import lint_rules
    from xlreport.maintain.template_lint import lint_template

    try:
        form = find_form(name)
    except DefinitionError as error:
        return (kinds.DEFINITION.finding(str(error)),)
    findings = [*_taken_rules(form), *lint_rules(form), *lint_prose(form), *lint_criteria(form)]
    findings.extend(lint_template(form))
    if all(each.level != "error" for each in findings):
        findings.extend(_trial(form, drafts=all(each.rule != kinds.DRAFT.id for each in findings)))
    return tuple(findings)


def _taken_rules(form: Form) -> Iterator[Finding]:
    """Rules and criteria that bear the id of a finding of the program's own: which one spoke nobody could tell."""
    named = {rule.id for rule in form.rules} | {criterion.id for criterion in form.criteria}
    for id_ in sorted(named):
        if id_ in kinds.FINDING_KINDS and kinds.FINDING_KINDS[id_].stage != "表样":
            text = f"规则的编号“{id_}”是程序自己的核对结果的编号，两者的说明会混在一起，请在 rules.toml 或 criteria.toml 换一个编号。"
            yield kinds.ID.finding(text)


def _trial(form: Form, *, drafts: bool) -> Iterator[Finding]:
    """Make a blank workbook of a form, and reports of made-up filings: what only making them shows.

    `drafts`: the template can say of a draft that it is one.
    """
    from xlreport.workbook.write.xlsx import workbook_bytes

    try:
        workbook_bytes(Filing(form=form, values={"report.year": form.first_year}))
    except XlreportError as error:
        yield kinds.WORKBOOK.finding(str(error))
    said = set()
    for filled, review, draft in _trial_reviews(form):
        if draft and not drafts:
            continue
        message = _report_fault(review, draft=draft)
        if message and message not in said:
            said.add(message)
            yield kinds.REPORT.finding(f"{message.removesuffix('。')}（按“{filled}”试填{'草稿' if draft else ''}）。")


def _trial_reviews(form: Form) -> Iterator[tuple[str, Review, bool]]:
    from xlreport.forms.registry import word_template
    from xlreport.maintain.trial_fillings import numbers_in, trial_fillings
    from xlreport.report.word.render import template_bytes
    from xlreport.report.word.sources import take_apart
    from xlreport.reviewing.reviewed import Review

    texts = [source.text for source in take_apart(template_bytes(word_template(form))).tagged]
    open_still = (kinds.REQUIRED.finding("样例"),)
    for n, (filled, filing) in enumerate(trial_fillings(form, numbers_in(texts))):
        yield filled, Review.unchecked(filing), False
        if n < len(("空白", "填写")):
            yield filled, Review.unchecked(filing, findings=open_still), True


def _report_fault(review: Review, *, draft: bool) -> str:
    """Why a report cannot be made; "" where it can."""
    from xlreport.report.word.render import render_word

    try:
        render_word(review, draft=draft)
    except XlreportError as error:
        return str(error)
    return ""


def make_word_template(name: str, output: Path | None = None, *, overwrite: bool = False) -> Path:
    """Write a first Word template for a form, to be edited in Word: where the form looks for it, unless told otherwise.

    Raises UsageError where a file stands there already, unless `overwrite`.
    """
    from xlreport.forms.registry import own_word_template
    from xlreport.maintain.first_template import starter_template

    form = find_form(name)
    output = output or own_word_template(form)
    if output.exists() and not overwrite:
        raise UsageError(f"“{output}”已经存在，没有覆盖；确要覆盖请加 --overwrite，或用 -o 换一个文件名。")
    write_atomically(output, starter_template(form))
    return output
