"""The workbooks that mutants are made of: real reports' figures, as written and as other programs save them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fuzz.archives import entries, packed
from support.figures import huaian_2024, shanghai_2019
from support.returns.programs import by_openpyxl, like_wps, shared_formulas
from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

PROSE: dict[str, FilingValue] = {
    "overview.summary": "一是制度。\n二是队伍，见 A&B <第三条>。",
    "unit.code": "11370000MB2841234X",
}

#: Fillings of which a report can be made, with their form.
FILLINGS: dict[str, tuple[str, dict[str, FilingValue]]] = {
    "zeros": ("gov2019", shanghai_2019() | PROSE | {"report.blanks": "按0填报"}),
    "blanks": ("gov2019", shanghai_2019() | PROSE | {"report.blanks": "保留空白", "requests.new.research": "/"}),
    "huaian": ("gov2021", huaian_2024() | PROSE),
}

PROGRAMS: dict[str, Callable[[Path, Path], Path] | None] = {
    "written": None,
    "openpyxl": by_openpyxl,
    "wps": like_wps,
    "shared": shared_formulas,
}

#: Every base, the workbook as it was sent out first.
BASES = tuple(f"{filling}-{program}" for program in PROGRAMS for filling in FILLINGS)


#: When a file was made, in its properties: a base is the same bytes on every day.
_MOMENT = re.compile(rb">[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z<")


@cache
def base(name: str) -> bytes:
    """A filled workbook's bytes."""
    filling, _, program = name.partition("-")
    form, values = FILLINGS[filling]
    with TemporaryDirectory() as folder:
        path, saved = Path(folder, "a.xlsx"), Path(folder, "b.xlsx")
        write_workbook(Filing(form=find_form(form), values=dict(values)), path)
        change = PROGRAMS[program]
        content = (change(path, saved) if change else path).read_bytes()
    return packed([(part, _MOMENT.sub(b">2020-01-01T00:00:00Z<", data)) for part, data in entries(content)])
