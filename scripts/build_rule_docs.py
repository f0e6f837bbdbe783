"""Write docs/rules-<form>.md, the rule manual of every built-in form, from the definitions."""

from __future__ import annotations

from pathlib import Path

from xlreport.forms import find_form, form_ids
from xlreport.maintain.manual import rule_manual

DOCS = Path(__file__).parent.parent / "docs"


def pages() -> dict[str, str]:
    """File name in docs/ → what should stand in it."""
    return {f"rules-{name}.md": rule_manual(find_form(name)) for name in form_ids()}


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
