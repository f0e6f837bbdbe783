"""A filing with everything that is to be said about it: what checking gives, and what reports and pages are made from."""

from __future__ import annotations

import msgspec

from xlreport.filing import Filing
from xlreport.finding import Finding


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A filing, all findings (errors first), and the prose as it will be printed (generated, references resolved)."""

    filing: Filing
    findings: tuple[Finding, ...]
    prose: dict[str, str]

    @property
    def ok(self) -> bool:
        """No finding at error level."""
        return all(finding.level != "error" for finding in self.findings)

    @property
    def publishable(self) -> bool:
        """No error, and every warning explained."""
        return not any(finding.blocks for finding in self.findings)
