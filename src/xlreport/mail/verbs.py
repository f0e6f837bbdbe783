"""The verbs of the command line that post a report: `xlreport.verbs.package` and `send` are these."""

from __future__ import annotations

from pathlib import Path

from xlreport.mail.package import PackageResult, build_package
from xlreport.mail.receipt import Receipt
from xlreport.mail.send import send_package
from xlreport.mail.settings import Settings
from xlreport.storage.files import StrPath, as_path


def package(
    workbook: StrPath,
    output: StrPath | None = None,
    *,
    form: StrPath | None = None,
    prior: StrPath | None = None,
    prose: StrPath | None = None,
    explain: str | None = None,
    correct: bool = False,
    previous: StrPath | None = None,
    reason: str = "",
    settings: Settings | None = None,
) -> PackageResult:
    """Seal workbook and report for the office above; see `xlreport.mail.package.build_package`."""
    return build_package(
        Path(workbook),
        as_path(output),
        form=None if form is None else str(form),
        prior=as_path(prior),
        prose=as_path(prose),
        explain=explain,
        correct=correct,
        previous=as_path(previous),
        reason=reason,
        settings=settings,
    )


def send(package: StrPath, settings: Settings | None = None, *, dry_run: bool = False, again: bool = False) -> Receipt:
    """Send a sealed package; see `xlreport.mail.send.send_package`."""
    return send_package(Path(package), settings, dry_run=dry_run, again=again)
