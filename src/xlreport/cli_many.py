"""What the command line says of many files beyond each one: how far it is, and how it ended."""

from __future__ import annotations

import contextlib
import io
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from xlreport.cli_text import json_object, print_review, summary
from xlreport.errors import EnvironmentFault, XlreportError
from xlreport.finding import count
from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from xlreport.report.generate import Generated
    from xlreport.reviewing.reviewed import Review

T = TypeVar("T")

#: So few files are worked on before anybody asks how far it is.
_FEW = 3

#: Letters of a sentence about a file that the last lines repeat.
_SENTENCE = 60


class Ended(NamedTuple):
    """How it ended for one file: the word to count it by, and what is wrong with it; "" where nothing is."""

    file: Path
    word: str
    wrong: str = ""


def tracked(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """The items as they come; with a bar on standard error where that is a terminal and they are many."""
    if total <= _FEW or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # What is printed meanwhile goes above the bar on a terminal, and past it into a pipe or file.
    beside = sys.stdout.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=beside) as bar:
        yield from bar.track(items, total=total, description=what)


class Checked(NamedTuple):
    """What `check` says of one workbook: its text, why it cannot be read (`error`), or its object in JSON."""

    status: int
    said: str
    ended: Ended
    error: bool = False


def check_many(
    workbooks: Sequence[Path],
    *,
    form: str | None,
    prior: Path | None,
    prose: Path | None,
    as_json: bool,
    jobs: int | None,
) -> Iterator[Checked]:
    """Check each workbook, as they come; many of them, or where `jobs` says so, in several processes."""
    work = partial(_check, form=form, prior=prior, prose=prose, as_json=as_json)
    if len(workbooks) == 1:
        return map(work, workbooks)
    from xlreport.storage.spread import spread

    return spread(work, workbooks, jobs=jobs, lost=partial(_lost, as_json=as_json))


def _check(workbook: Path, *, form: str | None, prior: Path | None, prose: Path | None, as_json: bool) -> Checked:
    from xlreport import verbs
    from xlreport.storage.attempt import attempt

    read = partial(verbs.check, workbook, form=form, prior=prior, prose=prose)
    return _checked(workbook, attempt(read, workbook, "check"), as_json=as_json)


def _lost(workbook: Path, *, as_json: bool) -> Checked:
    error = EnvironmentFault(
        f"处理“{workbook.name}”的进程意外结束，没有完成；可能内存不足，请关闭其他程序后单独再试这一本。"
    )
    return _checked(workbook, error, as_json=as_json)


def _checked(workbook: Path, result: Review | XlreportError, *, as_json: bool) -> Checked:
    ended, failed = _ended(workbook, result), isinstance(result, XlreportError)
    status = result.status if isinstance(result, XlreportError) else 0 if result.ok else 1
    if as_json:
        return Checked(status, json_object(workbook, result).decode(), ended, failed)
    if isinstance(result, XlreportError):
        return Checked(status, str(result), ended, failed)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        print_review(workbook, result)
    return Checked(status, said.getvalue(), ended)


def _ended(file: Path, result: Review | XlreportError) -> Ended:
    """How `check` ended for a file."""
    if isinstance(result, XlreportError):
        return Ended(file, "读不了", shortened(str(result), _SENTENCE))
    told = count(result.findings)
    if told.errors:
        return Ended(file, "有错误", summary(result.findings))
    return Ended(file, "有提醒待说明" if told.open else "没有问题")


def generated(result: Generated) -> Ended:
    """How `generate` ended for a file."""
    if result.published is not None:
        return Ended(result.workbook, "已生成报告", shortened(str(result.error), _SENTENCE) if result.error else "")
    wrong = str(result.error) if result.error or not result.reviewed else summary(result.reviewed.findings)
    return Ended(result.workbook, "没有生成报告", shortened(wrong, _SENTENCE))


def print_closing(ends: Sequence[Ended]) -> None:
    """Where there were several files: how many ended in which way, then each that is not done and why."""
    if len(ends) < 2:
        return
    counted = Counter(end.word for end in ends)
    click.echo(f"共 {len(ends)} 本工作簿：{'，'.join(f'{n} 本{word}' for word, n in counted.items())}。")
    for end in ends:
        if end.wrong:
            click.echo(f"  ✗ {end.file.name}：{end.wrong}")
