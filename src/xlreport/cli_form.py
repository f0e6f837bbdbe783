"""`xlreport form`: the commands of whoever writes a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xlreport.cli_options import PATH, overwrite_option
from xlreport.cli_text import ChineseGroup

if TYPE_CHECKING:
    from pathlib import Path


@click.group(cls=ChineseGroup)
def form() -> None:
    """表样：列出、显示、检查。"""


@form.command("list")
def form_list() -> None:
    """列出内置的表样。"""
    from xlreport import verbs

    for each in verbs.form_list():
        click.echo(f"{each.id}\t{each.years_text()}\t{each.title}\t{each.basis}")


@form.command("show")
@click.argument("name", metavar="表样")
def form_show(name: str) -> None:
    """显示表样的字段和勾稽关系（规则手册）。"""
    from xlreport import verbs

    click.echo(verbs.form_show(name))


@form.command("schema")
@click.argument("name", metavar="表样")
def form_schema(name: str) -> None:
    """输出该表样数据文件（export 的 JSON）的 JSON Schema。"""
    from xlreport import verbs

    click.echo(verbs.form_schema(name), nl=False)


@form.command("check")
@click.argument("name", metavar="表样")
def form_check(name: str) -> None:
    """检查表样的定义和 Word 模板是否合得上。"""
    from xlreport import verbs
    from xlreport.cli_text import print_findings, summary

    findings = verbs.form_check(name)
    click.echo(f"{name}：{summary(findings)}")
    print_findings(findings)
    raise click.exceptions.Exit(1 if any(finding.level == "error" for finding in findings) else 0)


@form.command("template")
@click.argument("name", metavar="表样")
@overwrite_option
@click.option(
    "-o", "--output", type=PATH, metavar="DOCX", help="要写入的文件，默认为表样文件夹里的 report_template.docx。"
)
def form_template(name: str, overwrite: bool, output: Path | None) -> None:
    """为新表样生成 Word 模板的初稿，再用 Word 修改。"""
    from xlreport import verbs

    click.echo(f"已生成 Word 模板 {verbs.form_template(name, output, overwrite=overwrite)}")
