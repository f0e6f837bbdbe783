"""What reviewers look for in the text of a report: the criteria of a definition, held against what the report will say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.errors import DefinitionError
from xlreport.finding import RuleKey
from xlreport.forms.base import CRITERIA_FILE
from xlreport.forms.patterns import BadPattern
from xlreport.forms.patterns import compiled as compiled_pattern
from xlreport.prose.figures import half_width
from xlreport.prose.references import where
from xlreport.rules.check import PLACEHOLDER
from xlreport.rules.conditions import SAID, condition, pointed_at
from xlreport.rules.days import cleaned_value, operands
from xlreport.rules.evaluate import evaluate
from xlreport.wording import shortened, shown

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.forms.definition import CriterionText
    from xlreport.forms.model import Form
    from xlreport.rules.evaluate import Value

#: So many of the words found does a message quote, each so long.
_QUOTED, _LONG = 3, 24


def unmet(
    filing: Filing, texts: Mapping[str, str], generated: Mapping[str, str], cells: Mapping[str, Value]
) -> Iterator[Finding]:
    """A finding for each criterion that the prose does not meet.

    `texts` are staff's own by field id, references resolved; `generated` stand where they wrote none. `cells` holds
    computed cells too.
    """
    own = {id_: _line_by_line(text) for id_, text in texts.items()}
    told = {**generated, **texts}
    for criterion in applying(filing, cells):
        if criterion.lacks:
            yield from _lacking(filing, criterion, told, cells)
        elif criterion.of_figures:
            yield _finding(filing, criterion, None, "", cells)
        else:
            for id_ in criterion.fields or own:
                if id_ in own and (said := _said(filing.form, criterion, own[id_])):
                    yield _finding(filing, criterion, id_, said, cells)


def applying(filing: Filing, cells: Mapping[str, Value]) -> list[CriterionText]:
    """The criteria of the form whose condition holds; one that is a condition alone is then unmet."""
    judged = {**operands(filing.form, cells), **_taken_for(filing)}
    conditions = ((criterion, condition(filing.form, criterion)) for criterion in filing.form.criteria)
    return [c for c, when in conditions if when is None or evaluate(when, judged, filing.form) is True]


def compiled(form: Form) -> None:
    """Compile every criterion of a form.

    Raises DefinitionError for a bad regular expression, a formula that does not parse, a field that is none of prose, keys
    that do not go together.
    """
    prose = {field.id for field in form.prose}
    for criterion in form.criteria:
        kinds_of = [bool(part) for part in (criterion.words, criterion.slips, criterion.lacks)]
        _require(sum(kinds_of) < 2, form, criterion, "words、slips、lacks 只能写一种")
        _require(any(kinds_of) or criterion.when is not None, form, criterion, "应写 words、slips、lacks 或 when")
        _require(bool(criterion.fields) or not criterion.lacks, form, criterion, "写 lacks 的要写明 fields")
        for id_ in criterion.fields:
            _require(id_ in prose, form, criterion, f"没有文字字段 {id_}")
        for id_ in PLACEHOLDER.findall(criterion.message):
            _require(id_ == SAID or id_ in form.fields, form, criterion, f"message 里的 {{{id_}}} 不是字段")
        for words in (*criterion.words, *criterion.slips, *criterion.unless, *criterion.lacks.values()):
            _pattern(form, criterion, words)
        condition(form, criterion)


def _lacking(
    filing: Filing, criterion: CriterionText, told: Mapping[str, str], cells: Mapping[str, Value]
) -> Iterator[Finding]:
    fields = filing.form.fields
    printed = [(id_, told[id_]) for id_ in criterion.fields if told.get(id_, "").strip()]
    text = _line_by_line("\n".join(f"{fields[id_].heading or ''}\n{said}" for id_, said in printed))
    missing = [name for name, words in criterion.lacks.items() if not _stands(filing.form, criterion, words, text)]
    if printed and missing and not _excused(filing.form, criterion, text):
        yield _finding(filing, criterion, printed[0][0], "、".join(missing), cells)


def _said(form: Form, criterion: CriterionText, text: str) -> str:
    """The words of a criterion that a text holds, quoted, slips with what should stand there; "" where it is met."""
    hits: dict[str, str] = {}
    for words, instead in (*((words, "") for words in criterion.words), *criterion.slips.items()):
        hits |= {match[0]: instead for match in _pattern(form, criterion, words).finditer(text)}
    if not hits or _excused(form, criterion, text):
        return ""
    quoted = [
        f"“{shortened(words, _LONG)}”" + (f"应为“{instead}”" if instead else "") for words, instead in hits.items()
    ]
    return "、".join(quoted[:_QUOTED]) + (f"等{len(hits)}处" if len(hits) > _QUOTED else "")


def _excused(form: Form, criterion: CriterionText, text: str) -> bool:
    return any(_stands(form, criterion, words, text) for words in criterion.unless)


def _finding(
    filing: Filing, criterion: CriterionText, field: str | None, said: str, cells: Mapping[str, Value]
) -> Finding:
    """The finding about a prose field, or about the figures that message and condition name."""
    places = [*([field] if field else ()), *pointed_at(filing.form, criterion)]
    message = PLACEHOLDER.sub(
        lambda m: said if m[1] == SAID else _told(filing.form, m[1], cells.get(m[1])), criterion.message
    )
    return kinds.form_finding(
        RuleKey(criterion.id, field),
        criterion.level,
        f"{where(filing, places[0])}：{message}",
        map(filing.place, places),
        actual=None if criterion.lacks else said or None,
    )


def _told(form: Form, id_: str, value: Value) -> str:
    """A figure with what it counts in, a day as a day, 未填 for a blank."""
    if value is None:
        return "未填"
    return f"{shown(cleaned_value(form, id_, value))}{form.fields[id_].traits.unit}"


def _taken_for(filing: Filing) -> dict[str, Value]:
    """The fields left blank that are guessed, by what they are taken for."""
    guessed = (field.id for field in filing.form.fields.values() if field.guess_from)
    return {id_: text for id_ in guessed if (text := filing.text(id_))}


def _line_by_line(text: str) -> str:
    """Each paragraph as a line without spaces, digits half-width."""
    return "\n".join("".join(line.split()) for line in half_width(text).splitlines())


def _stands(form: Form, criterion: CriterionText, words: str, text: str) -> bool:
    return _pattern(form, criterion, words).search(text) is not None


def _pattern(form: Form, criterion: CriterionText, words: str) -> re.Pattern[str]:
    try:
        return compiled_pattern((f"(?m:{words})",))
    except BadPattern as error:
        raise _fault(form, criterion, str(error)) from None


def _require(condition: bool, form: Form, criterion: CriterionText, problem: str) -> None:
    if not condition:
        raise _fault(form, criterion, problem)


def _fault(form: Form, criterion: CriterionText, problem: str) -> DefinitionError:
    return DefinitionError(f"表样定义“{form.id}”，{CRITERIA_FILE} 的 {criterion.id}：{problem}。")
