"""The command line: thin verbs over the same functions that Python callers use.

Exit status: 0 done; 1 findings that stop; 2 wrong usage; 3 unreadable input; 4 the environment. A failure is one
Chinese sentence on stderr, never a traceback.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from xlreport.cli_form import form
from xlreport.cli_options import PATH, TEXT, form_option, jobs_option, overwrite_option, prior_option, prose_option
from xlreport.cli_text import ChineseGroup, fail, usage_sentence
from xlreport.console import plain_output, require_utf8, say_error, silence
from xlreport.errors import UsageError, XlreportError
from xlreport.report.outputs import default_formats, outputs, parse_formats
from xlreport.version import __version__
from xlreport.wording import fault

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.cli_many import Ended

T = TypeVar("T")


@click.group(cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="xlreport %(version)s", help="显示版本号。")
def cli() -> None:
    """政府信息公开工作年度报告：从锁定的工作簿到完成的报告。"""


@cli.command()
@form_option
@click.option("--year", type=int, metavar="年度", help="报告年度，默认为上一年。")
@click.option("--unit", type=TEXT, metavar="名称", help="单位名称，预先填入。")
@click.option("--unit-code", type=TEXT, metavar="代码", help="单位代码，预先填入。")
@prior_option
@overwrite_option
@click.option("-o", "--output", type=PATH, required=True, metavar="工作簿", help="要生成的工作簿。")
def template(
    form_name: str | None,
    year: int | None,
    unit: str | None,
    unit_code: str | None,
    prior: Path | None,
    overwrite: bool,
    output: Path,
) -> None:
    """生成空白工作簿。"""
    from xlreport import verbs
    from xlreport.cli_text import print_findings

    findings = verbs.template(
        output, form=form_name, year=year, unit=unit, unit_code=unit_code, prior=prior, overwrite=overwrite
    )
    print_findings(findings)
    click.echo(f"已生成工作簿 {output}")


@cli.command()
@click.argument("data", type=PATH, metavar="DATA.json")
@form_option
@overwrite_option
@click.option("-o", "--output", type=PATH, required=True, metavar="工作簿", help="要生成的工作簿。")
def fill(data: Path, form_name: str | None, overwrite: bool, output: Path) -> None:
    """由 JSON 生成填好的工作簿。"""
    from xlreport import verbs
    from xlreport.cli_text import print_findings

    findings = verbs.fill(data, output, form=form_name, overwrite=overwrite)
    print_findings(findings)
    click.echo(f"已生成工作簿 {output}")


@cli.command()
@click.argument("workbook", type=PATH, metavar="工作簿")
@form_option
@prose_option
@overwrite_option
@click.option("-o", "--output", type=PATH, required=True, metavar="DATA.json", help="要写入的 JSON 文件。")
def export(workbook: Path, form_name: str | None, prose: Path | None, overwrite: bool, output: Path) -> None:
    """把工作簿的内容导出为 JSON。"""
    from xlreport import finding_kinds as kinds
    from xlreport import verbs
    from xlreport.cli_text import print_findings
    from xlreport.storage.attempt import attempt

    work = partial(verbs.export, workbook, output, form=form_name, prose=prose, overwrite=overwrite)
    reviewed = _done(attempt(work, workbook, "export"))
    print_findings([f for f in reviewed.findings if f.level == "error" or kinds.names_prose_file(f)])
    click.echo(f"已导出 {output}")
    if not reviewed.ok:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("workbooks", type=PATH, nargs=-1, required=True, metavar="工作簿...")
@form_option
@prior_option
@prose_option
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部结果。")
def check(
    workbooks: tuple[Path, ...],
    form_name: str | None,
    prior: Path | None,
    prose: Path | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """检查工作簿，列出错误、提醒和说明。"""
    from xlreport import verbs
    from xlreport.cli_many import check_many, print_closing, tracked
    from xlreport.cli_text import json_list
    from xlreport.forms import find_form

    if form_name is not None:
        find_form(form_name)  # what is wrong with it is wrong with all of them
    paths = verbs.one_prose(list(workbooks), prose)
    status = 0
    ends: list[Ended] = []
    objects: list[bytes] = []
    each = check_many(paths, form=form_name, prior=prior, prose=prose, as_json=as_json, jobs=jobs)
    for checked in tracked(each, len(paths), "正在检查"):
        status = max(status, checked.status)
        ends.append(checked.ended)
        if as_json:
            objects.append(checked.said.encode())
        elif checked.error:
            say_error(checked.said)
        else:
            click.echo(checked.said, nl=False)
    if as_json:
        click.echo(json_list(objects))
    else:
        print_closing(ends)
    raise click.exceptions.Exit(status)


@cli.command()
@click.argument("workbooks", type=PATH, nargs=-1, required=True, metavar="工作簿...")
@form_option
@prior_option
@prose_option
@click.option("-o", "--output", type=PATH, metavar="文件夹", help="输出文件夹，默认为工作簿旁的 输出/<单位>_<年度>/。")
@click.option(
    "--format",
    "formats",
    default=",".join(default_formats()),
    show_default=True,
    metavar="格式",
    help=f"{','.join(output.id for output in outputs())} 中的一种或几种。",
)
@click.option("--explain", type=TEXT, metavar="文字", help="作为所有未说明的提醒的说明，记入记录。")
@click.option("--draft", is_flag=True, help="有错误或未说明的提醒时，也生成标有“草稿”的报告。")
def generate(
    workbooks: tuple[Path, ...],
    form_name: str | None,
    prior: Path | None,
    prose: Path | None,
    output: Path | None,
    formats: str,
    explain: str | None,
    draft: bool,
) -> None:
    """生成报告。有错误或未说明的提醒时不生成。"""
    from xlreport import verbs
    from xlreport.cli_many import generated, print_closing, tracked
    from xlreport.cli_text import print_review

    wanted = parse_formats(formats)
    status = 0
    told: set[tuple[Path, ...]] = set()
    ends: list[Ended] = []
    many = len(workbooks)
    results = verbs.generate(
        workbooks,
        output,
        form=form_name,
        prior=prior,
        prose=prose,
        formats=wanted,
        explain=explain,
        draft=draft,
        follow=lambda given: tracked(given, many, "正在检查"),
    )
    for result in tracked(results, many, "正在生成报告"):
        ends.append(generated(result))
        status = max(status, result.status)
        if result.reviewed is not None:
            print_review(result.workbook, result.reviewed, brief=result.error is None and result.published is not None)
        if result.error is not None and not (result.same and result.same in told):
            fail(result.error)
        told.add(result.same)
        if result.published is not None:
            for kept in result.published.kept:
                click.echo(f"  原来的报告被人改过，已另存为 {kept}")
            for path in result.published.files.values():
                click.echo(f"  已生成 {path}")
    print_closing(ends)
    raise click.exceptions.Exit(status)


@cli.command()
@click.argument("old", type=PATH, metavar="旧工作簿")
@form_option
@overwrite_option
@click.option("-o", "--output", type=PATH, required=True, metavar="新工作簿", help="要生成的工作簿。")
def upgrade(old: Path, form_name: str | None, overwrite: bool, output: Path) -> None:
    """把填好的旧版工作簿转成现行模板，逐格列出去处。"""
    from xlreport import verbs
    from xlreport.reviewing.prose_file import files_beside, name_for
    from xlreport.storage.attempt import attempt
    from xlreport.workbook.upgrade import transfer_text

    upgraded = _done(attempt(partial(verbs.upgrade, old, output, form=form_name, overwrite=overwrite), old, "upgrade"))
    for transfer in upgraded.transfers:
        click.echo(f"  {transfer_text(transfer)}")
    lost = len(upgraded.lost)
    versions = f"模板版本 {upgraded.from_version or '不明'} → {upgraded.to_version}"
    doubtful = f"，其中{len(upgraded.doubtful)}格看到的与填的不同，请核对" if upgraded.doubtful else ""
    carried = len(upgraded.transfers) - lost
    for word in files_beside(old):
        if word != output.with_name(name_for(output)):
            click.echo(
                f"  · Word 正文“{word.name}”没有动，要和新工作簿一起用，请放到它旁边，名为“{name_for(output)}”。"
            )
    click.echo(f"已生成工作簿 {output}（{versions}）：带入{carried}格{doubtful}，没有带入{lost}格")
    raise click.exceptions.Exit(1 if lost or upgraded.doubtful else 0)


@cli.command()
@click.argument("workbook", type=PATH, metavar="工作簿")
@form_option
@prior_option
@prose_option
@click.option(
    "-o", "--output", type=PATH, metavar="文件夹", help="报告所在、报送包放入的文件夹，默认为 输出/<单位>_<年度>/。"
)
@click.option("--explain", type=TEXT, metavar="文字", help="作为所有未说明的提醒的说明，记入记录。")
@click.option("--correct", is_flag=True, help="作为已报送报告的更正。")
@click.option("--previous", type=PATH, metavar="报送包", help="更正时，原来报送的报送包。")
@click.option("--reason", type=TEXT, metavar="文字", default="", help="更正的原因，写进邮件、签发单和核对情况。")
def package(
    workbook: Path,
    form_name: str | None,
    prior: Path | None,
    prose: Path | None,
    output: Path | None,
    explain: str | None,
    correct: bool,
    previous: Path | None,
    reason: str,
) -> None:
    """封装报送包，并写好报送邮件的草稿。"""
    from xlreport import verbs
    from xlreport.cli_text import print_findings, print_with_remedies
    from xlreport.storage.attempt import attempt

    work = partial(
        verbs.package, workbook, output, form=form_name, prior=prior, prose=prose, explain=explain, correct=correct
    )
    result = _done(attempt(partial(work, previous=previous, reason=reason), workbook, "package"))
    if result.reviewed is not None:
        print_with_remedies(result.reviewed, result.findings)
    else:
        print_findings(result.findings)
    for path, what in ((result.path, "报送包"), (result.eml, "邮件草稿"), (result.signoff, "签发单")):
        if path is not None:
            click.echo(f"  已生成{what} {path}")
    raise click.exceptions.Exit(result.status)


@cli.command()
@click.argument("packages", type=PATH, nargs=-1, required=True, metavar="报送包...")
@click.option("--dry-run", is_flag=True, help="只核对，不连接邮件服务器。")
@click.option("--again", is_flag=True, help="已经发送过的也再发送一次。")
def send(packages: tuple[Path, ...], dry_run: bool, again: bool) -> None:
    """用电子邮件发送报送包；邮件服务器的设置在用户自己的 xlreport.toml 里。"""
    from xlreport import verbs
    from xlreport.mail.settings import passed_over
    from xlreport.storage.attempt import attempt

    status = 0
    for note in dict.fromkeys(filter(None, map(passed_over, packages))):
        click.echo(note, err=True)
    for sealed in packages:
        receipt = attempt(partial(verbs.send, sealed, dry_run=dry_run, again=again), sealed, "send")
        if isinstance(receipt, XlreportError):
            fail(receipt)
            status = max(status, receipt.status)
            continue
        done = "核对无误，没有发送" if dry_run else f"已发送，服务器答复：{receipt.answer}"
        click.echo(f"{sealed.name} → {'、'.join(receipt.to)}：{done}")
    raise click.exceptions.Exit(status)


cli.add_command(form)


def _done(result: T | XlreportError) -> T:
    """What was attempted of the one file of a command, or the reason why not, raised."""
    if isinstance(result, XlreportError):
        raise result
    return result


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    if args is None:
        require_utf8()
    plain_output()
    try:
        status = cli.main(args, prog_name="xlreport", standalone_mode=False)
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.Abort:
        status = 130
    except SystemExit:  # click's answer to a pipe that nobody reads any more
        status = 4
    except click.exceptions.NoArgsIsHelpError as error:
        say_error(error.format_message())
        status = UsageError.status
    except OSError as error:
        if isinstance(error, XlreportError):
            fail(error)
            status = error.status
        else:
            silence(sys.stdout)
            say_error(f"结果写不出去（{fault(error)}），请检查磁盘后再试。")
            status = 4
    except click.UsageError as error:
        fail(UsageError(usage_sentence(error)))
        status = UsageError.status
    except XlreportError as error:
        fail(error)
        status = error.status
    except MemoryError:
        say_error("内存不足，请关闭其他程序后再试。")
        status = 4
    except Exception as error:  # noqa: BLE001  (a person sees a sentence; the traceback goes to a file for the maintainer)
        from xlreport.storage.log import log_exception, log_path

        log_exception("command", error)
        say_error(f"程序出错（{type(error).__name__}），没有完成；请把日志 {log_path()} 发给维护人。")
        status = 4
    sys.exit(status if isinstance(status, int) else 0)
