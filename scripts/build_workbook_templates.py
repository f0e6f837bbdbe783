"""Write the blank workbooks in templates/: one for the form in force, one in a folder of its own for each other form.

Usage: python scripts/build_workbook_templates.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from xlreport.filing import Filing, Meta
from xlreport.forms import find_form, form_ids
from xlreport.forms.registry import TEMPLATE_NAME, templates_folder
from xlreport.workbook.write.xlsx import write_workbook


def build(folder: Path) -> list[Path]:
    """Write all blank workbooks below `folder`; returns their paths."""
    made = []
    for name in form_ids():
        form = find_form(name)
        path = folder / ("" if form.last_year is None else form.id) / f"{TEMPLATE_NAME}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(Filing(form=form, meta=Meta(form=form.id)), path)
        made.append(path)
    return made


if __name__ == "__main__":
    for written in build(Path(sys.argv[1]) if len(sys.argv) > 1 else templates_folder()):
        print(written)
