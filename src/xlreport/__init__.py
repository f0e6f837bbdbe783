"""Locked workbook in, finished information-disclosure report out.

    import xlreport

    review = xlreport.review(xlreport.read_workbook("填报.xlsx"))
    xlreport.publish(review, "报告")

Everything named here is imported when it is first used. The commands, each as one function: `xlreport.verbs`.
"""

from __future__ import annotations

from xlreport.version import __version__

#: What type checkers take for true by its name; `typing` would cost as much as all the rest of this import.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from xlreport.errors import DefinitionError, EnvironmentFault, InputError, UsageError, XlreportError
    from xlreport.filing import Filing
    from xlreport.filing_json import read_json
    from xlreport.finding import CellRef, Finding, FixStep
    from xlreport.forms import Field, Form, Rule, find_form, form_ids, load_form
    from xlreport.mail.package import PackageResult
    from xlreport.mail.receipt import Receipt
    from xlreport.mail.verbs import package, send
    from xlreport.report.generate import Generated
    from xlreport.report.html import render_html
    from xlreport.report.publish import Published, publish
    from xlreport.report.word.render import render_word
    from xlreport.reviewing.review import read_prior, review
    from xlreport.reviewing.reviewed import Review
    from xlreport.workbook.read.xlsx import read_workbook
    from xlreport.workbook.upgrade import Upgrade
    from xlreport.workbook.write.xlsx import write_workbook

#: Where each public name is at home.
_HOMES = {
    "DefinitionError": "xlreport.errors",
    "EnvironmentFault": "xlreport.errors",
    "InputError": "xlreport.errors",
    "UsageError": "xlreport.errors",
    "XlreportError": "xlreport.errors",
    "Filing": "xlreport.filing",
    "read_json": "xlreport.filing_json",
    "CellRef": "xlreport.finding",
    "Finding": "xlreport.finding",
    "FixStep": "xlreport.finding",
    "Field": "xlreport.forms",
    "Form": "xlreport.forms",
    "Rule": "xlreport.forms",
    "find_form": "xlreport.forms",
    "form_ids": "xlreport.forms",
    "load_form": "xlreport.forms",
    "PackageResult": "xlreport.mail.package",
    "Receipt": "xlreport.mail.receipt",
    "Generated": "xlreport.report.generate",
    "render_html": "xlreport.report.html",
    "Published": "xlreport.report.publish",
    "publish": "xlreport.report.publish",
    "render_word": "xlreport.report.word.render",
    "read_prior": "xlreport.reviewing.review",
    "review": "xlreport.reviewing.review",
    "Review": "xlreport.reviewing.reviewed",
    "package": "xlreport.mail.verbs",
    "send": "xlreport.mail.verbs",
    "read_workbook": "xlreport.workbook.read.xlsx",
    "Upgrade": "xlreport.workbook.upgrade",
    "write_workbook": "xlreport.workbook.write.xlsx",
}

__all__ = [
    "CellRef",
    "DefinitionError",
    "EnvironmentFault",
    "Field",
    "Filing",
    "Finding",
    "FixStep",
    "Form",
    "Generated",
    "InputError",
    "PackageResult",
    "Published",
    "Receipt",
    "Review",
    "Rule",
    "Upgrade",
    "UsageError",
    "XlreportError",
    "__version__",
    "find_form",
    "form_ids",
    "load_form",
    "package",
    "publish",
    "read_json",
    "read_prior",
    "read_workbook",
    "render_html",
    "render_word",
    "review",
    "send",
    "write_workbook",
]

if not TYPE_CHECKING:  # a type checker knows the names from the imports above, and no others

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value: object = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
