"""A clerk's workbooks for tests: filled ones, with and without faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.figures import shanghai_2019
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

UNIT = "上海市人民政府办公厅"


def sound(**more: float | str | None) -> dict[str, int | float | str | None]:
    """A filing of which the report can be made; `more` are further values, dots written as two underscores."""
    return shanghai_2019() | {key.replace("__", "."): value for key, value in more.items()}


def one_wrong() -> dict[str, int | float | str | None]:
    """One figure of table three that does not balance, one negative figure, one required cell blank."""
    return sound(requests__granted__business=21, disclosure__licensing__decisions=-5, report__date=None)


def two_sums_wrong() -> dict[str, int | float | str | None]:
    """A column of which only two cells are filled, so that either may be wrong."""
    return sound(requests__new__research=4, requests__granted__research=3)


def write(path: Path, values: Mapping[str, int | float | str | None], form: str = "gov2019") -> Path:
    """A workbook with these values; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(Filing(form=find_form(form), values=dict(values)), path)
    return path
