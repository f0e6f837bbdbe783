"""What came back against what was sent out: every damage named, with sheet and cell and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.workbook.formulas import normal
from xlreport.workbook.reading import finding

if TYPE_CHECKING:
    from xlreport.finding import Finding
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.locate import Located
    from xlreport.workbook.plan import Plan
    from xlreport.workbook.recognise import Recognised
    from xlreport.workbook.returned import ReturnedWorkbook


class Comparison(msgspec.Struct, frozen=True):
    """The damages as findings, and what stands in computed cells whose formula is gone."""

    findings: tuple[Finding, ...]
    standing: dict[str, Value]


def compare(plan: Plan, returned: ReturnedWorkbook, located: Located, recognised: Recognised) -> Comparison:
    return Comparison((), {})
