"""What the command line prints: help and usage errors in Chinese, findings as text and as JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import msgspec

from xlreport import finding_kinds as kinds
from xlreport.console import say_error
from xlreport.errors import UsageError, XlreportError
from xlreport.finding import LEVEL_NAMES, Finding, count
from xlreport.rules.check import cell_failures

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from pathlib import Path

    from xlreport.forms import Form
    from xlreport.reviewing.reviewed import Review

#: So many choices of one mistake, and so many notes, are printed; `check --json` and the result page list them all.
ADVISED, NOTED = 5, 5

#: What click says of arguments that a command does not take.
_EXTRA = re.compile(r"extra arguments? \((.*)\)", re.DOTALL)

_MARKS = {"error": "✗", "warning": "⚠", "note": "·"}


class _Chinese(click.Command):
    """Help pages whose headings are Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece.replace("[OPTIONS]", "[选项]") for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本说明。"
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(
                    [
                        (name, text.replace("[required]", "[必填]").replace("[default:", "[默认："))
                        for name, text in records
                    ]
                )


class ChineseGroup(_Chinese, click.Group):
    """A group whose commands have Chinese help pages too."""

    command_class = _Chinese

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return ["[选项]", "命令 [参数]..."]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section("命令"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(60)) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            known = "、".join(self.list_commands(ctx))
            raise UsageError(f"没有命令 {args[0]}，可用的命令有 {known}。")
        return super().resolve_command(ctx, args)


def usage_sentence(error: click.UsageError) -> str:
    """One Chinese sentence for what click found wrong with the command line."""
    command = error.ctx.command_path if error.ctx else "xlreport"
    remedy = f"，用法见 {command} --help。"
    match error:
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}{remedy}"
        case click.MissingParameter():
            name = (
                error.param.opts[0]
                if isinstance(error.param, click.Option)
                else (error.param and error.param.human_readable_name)
            )
            return f"缺少参数 {name}{remedy}"
        case click.BadParameter():
            name = error.param.opts[0] if error.param else ""
            return f"参数 {name} 的值不合要求{remedy}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 的用法不对{remedy}"
    extra = _EXTRA.search(error.message)
    return f"多了参数 {extra[1]}{remedy}" if extra else f"命令写法不对{remedy}"


def fail(error: XlreportError) -> None:
    """The sentence of an error, on stderr."""
    say_error(str(error))


def summary(findings: Sequence[Finding]) -> str:
    """错误2项、提醒1项、已说明的提醒1项"""
    told = count(findings)
    named = zip((LEVEL_NAMES["error"], LEVEL_NAMES["warning"], "已说明的提醒", LEVEL_NAMES["note"]), told, strict=True)
    return "、".join(f"{name}{n}项" for name, n in named if n) or "没有发现问题"


def print_findings(findings: Iterable[Finding]) -> None:
    """A line a finding; below it the explanation of a warning."""
    for finding in findings:
        _print_finding(finding)


def _print_finding(finding: Finding) -> None:
    click.echo(f"  {_MARKS[finding.level]} {LEVEL_NAMES[finding.level]}：{finding.message}")
    if finding.explanation:
        click.echo(f"      已说明：{finding.explanation}")


def print_with_remedies(review: Review, findings: Container[Finding]) -> None:
    """Those of a review's findings; below each what the error locator advises, or where a warning is explained."""
    from xlreport.results.remedies import remedies

    told = set()
    for finding, remedy in zip(review.findings, remedies(review), strict=True):
        if finding not in findings:
            continue
        _print_finding(finding)
        if remedy is not None:
            click.echo(f"      要做的：{remedy.text}")
        if not finding.fix:
            continue
        if finding.fix in told:
            click.echo("      建议：同上。")
        else:
            told.add(finding.fix)
            _print_advice(finding, review.filing.form)


def _print_advice(finding: Finding, form: Form) -> None:
    from xlreport.results.advice import advice, mends_all

    end = "，全部勾稽关系即成立。" if mends_all(finding) else "。"
    for mistake in advice(finding, form):
        if len(mistake.choices) == 1:
            click.echo(f"      建议：{mistake.choices[0].text}{end}")
            continue
        click.echo(f"      建议（以下任一处，共{len(mistake.choices)}种，可能性大的在前）：")
        for choice in mistake.choices[:ADVISED]:
            click.echo(f"        {choice.text}{end}")


def print_review(workbook: Path, reviewed: Review, *, brief: bool = False) -> None:
    """One line that sums up, then the findings; notes, which ask for nothing, are counted beyond the first few.

    `brief` leaves out the notes of a workbook that passed but for those about the Word file that carries its prose, and
    about what is in no report.
    """
    state = summary(reviewed.findings)
    click.echo(
        f"{workbook.name}（{reviewed.filing.unit or '未填单位'}，{reviewed.filing.year or '未填'}年度{reviewed.filing.period}）：{state}"
    )
    notes = [f for f in reviewed.findings if f.level == "note" and not (brief and _silent(f))]
    notes.sort(key=kinds.names_prose_file, reverse=True)
    grave = [finding for finding in reviewed.findings if finding.level != "note"]
    print_with_remedies(reviewed, [*grave, *notes[:NOTED]])
    if len(notes) > NOTED:
        click.echo(f"  · 另有{len(notes) - NOTED}条说明，check --json 和结果页里有全部。")


def _silent(note: Finding) -> bool:
    return not (kinds.names_prose_file(note) or kinds.leaves_out(note))


def json_list(objects: Iterable[bytes]) -> str:
    """The list that `check --json` prints, of one object a workbook."""
    return msgspec.json.format(b"[" + b",".join(objects) + b"]", indent=2).decode()


def json_object(path: Path, result: Review | XlreportError) -> bytes:
    return msgspec.json.encode(_object(path, result))


def _object(path: Path, result: Review | XlreportError) -> dict[str, object]:
    if isinstance(result, XlreportError):
        unreadable = kinds.UNREADABLE.finding(str(result))
        return {
            "file": str(path),
            "form": None,
            "year": None,
            "unit": None,
            "ok": False,
            "findings": [_finding(unreadable)],
        }
    return {
        "file": str(path),
        "form": result.filing.form.id,
        "year": result.filing.year,
        "unit": result.filing.unit or None,
        "ok": result.ok,
        "findings": [
            _finding(finding) for finding in (*result.findings, *cell_failures(result.filing, result.cells.standing))
        ],
    }


def _finding(finding: Finding) -> dict[str, object]:
    """The seven keys of the contract, and the explanation of a warning that has one."""
    keys = msgspec.structs.asdict(finding)
    if finding.explanation is None:
        del keys["explanation"]
    return keys
