"""A filing with everything that is to be said about it: what checking gives, and what reports and pages are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from xlreport.filing import Filing, FilingValue
from xlreport.finding import Finding
from xlreport.rules.check import Computed, computed


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A filing, its cells with all totals, all findings (errors first), and the prose as it will be printed.

    It is made once (`xlreport.reviewing.review`) and handed on whole; nothing after it computes a total again. `prose`
    holds generated sentences and resolved references by field id; a text that is not in it is printed as staff typed it.
    """

    filing: Filing
    cells: Computed
    findings: tuple[Finding, ...]
    prose: dict[str, str]

    @classmethod
    def unchecked(
        cls, filing: Filing, *, findings: Iterable[Finding] = (), prose: Mapping[str, str] | None = None
    ) -> Review:
        """A filing as it stands, for whoever only wants to render it: nothing is checked, no sentence is written."""
        return cls(filing=filing, cells=computed(filing), findings=tuple(findings), prose=dict(prose or {}))

    @property
    def totals(self) -> dict[str, FilingValue]:
        """Every value as the report prints it and `export` writes it: computed cells always recomputed."""
        return self.cells.totals

    @property
    def ok(self) -> bool:
        """No finding at error level."""
        return all(finding.level != "error" for finding in self.findings)

    @property
    def publishable(self) -> bool:
        """No error, and every warning explained."""
        return not any(finding.blocks for finding in self.findings)
