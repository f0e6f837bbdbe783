"""The options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

#: Whether a file can be read is found out by reading it.
PATH = click.Path(path_type=Path, readable=False)

form_option = click.option("--form", "form_name", metavar="表样", help="表样代号，或表样定义文件夹。")
prior_option = click.option("--prior", type=PATH, metavar="文件", help="上年的工作簿、JSON 或 Word 报告。")
overwrite_option = click.option("--overwrite", is_flag=True, help="覆盖已有的文件。")
