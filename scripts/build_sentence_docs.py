"""Write docs/sentences.md: what is generated where prose is left blank, for fillings as different as they come.

python scripts/build_sentence_docs.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.prose.sentences import standard_prose
from xlreport.rules.check import filing_cells
from xlreport.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.filing import FilingValue

FILLINGS = Path(__file__).with_name("sentence_fillings.toml")
PAGE = Path(__file__).parent.parent / "docs" / "sentences.md"

HEAD = """# 自动生成的文字

由 `scripts/build_sentence_docs.py` 根据表样的标准语句和 `scripts/sentence_fillings.toml` 生成，请勿手改。

填报人留空的文字，由程序按表中的数字写；表中没有填的、数字说不出的，不写。下面每一节是一种填法：先列出填了什么，再列出生成的文字。
没有列出的格都是空白。引言只在第一次出现时全文列出。
"""


def fillings() -> Iterator[tuple[str, Filing]]:
    """Each filling with its title."""
    held = tomllib.loads(FILLINGS.read_text(encoding="utf-8"))
    for each in held["fillings"]:
        form = each.get("form", "gov2021")
        typed: dict[str, FilingValue] = held["common"] | {"report.year": held["years"][form]} | each["values"]
        values = {id_: value for id_, value in typed.items() if value != ""}
        yield each["title"], Filing(form=find_form(form), values=values)


def page() -> str:
    """The page."""
    text, known = HEAD, set()
    for number, (title, filing) in enumerate(fillings(), 1):
        generated = standard_prose(filing, filing_cells(filing))
        intro = generated.pop("report.intro", None)
        generated = ({"report.intro": intro} if intro and intro not in known else {}) | generated
        known.add(intro)
        text += f"\n## {number}. {title}\n\n{filing.form.basis}。{_filled(filing)}\n"
        text += "".join(f"\n- **{filing.form.fields[id_].name}** {said}" for id_, said in generated.items())
        text += "\n" if generated else "\n没有生成文字。\n"
    return text


def _filled(filing: Filing) -> str:
    fields = filing.form.fields
    return "；".join(f"{fields[id_].name} {shown(value)}" for id_, value in filing.values.items()) or "没有填。"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
