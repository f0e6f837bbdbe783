"""The options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from xlreport.errors import UsageError


class _Path(click.Path):
    """A path that could be one: whether a file can be read is found out by reading it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if "\0" in str(value):
            raise UsageError(f"参数 {param.opts[0] if param else ''} 的值不能作路径，请给出文件或文件夹的路径。")
        return super().convert(value, param, ctx)


class _Text(click.types.StringParamType):
    """A text that can be written: of the console's bytes those that are none come as lone surrogates."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(super().convert(value, param, ctx))
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise UsageError(
                f"参数 {param.opts[0] if param else ''} 的值里有识别不了的字（与系统的文字编码不同），请重新输入。"
            )
        return text


TEXT = _Text()
PATH = _Path(path_type=Path, readable=False)

form_option = click.option("--form", "form_name", metavar="表样", help="表样代号，或表样定义文件夹。")
prior_option = click.option("--prior", type=PATH, metavar="文件", help="上年的工作簿、报送包、JSON 或 Word 报告。")
prose_option = click.option(
    "--prose", type=PATH, metavar="DOCX", help="写有报告文字的 Word 文件；默认为工作簿旁的“工作簿名-正文.docx”。"
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 64), metavar="个数", help="用几个进程；默认：文件多的，每个处理器一个。"
)
overwrite_option = click.option("--overwrite", is_flag=True, help="覆盖已有的文件。")
