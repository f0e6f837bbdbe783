"""Write the staff guide: its table of messages, its pictures, and the PDF of docs/使用指南.md.

    python scripts/build_guide.py            everything (needs LibreOffice, poppler and Chromium)
    python scripts/build_guide.py --text     the table of messages only
    python scripts/build_guide.py --pdf      the table of messages and the PDF, with the pictures as they are

The text of the guide is written by hand in docs/使用指南.md; between the two markers stands what is generated here from
the program's own tables (finding_kinds.py, the rules of the forms) and guide_messages.toml.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.finding_kinds import FINDING_KINDS
from xlreport.forms import find_form, form_ids
from xlreport.rules.check import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "使用指南.md"
PDF = GUIDE.with_suffix(".pdf")
IMAGES = ROOT / "docs" / "images"
MANIFEST = IMAGES / "manifest.json"
MESSAGES = Path(__file__).parent / "guide_messages.toml"
STYLE = Path(__file__).parent / "guide.css"

BEGIN, END = "<!-- 提示：开始（由 scripts/build_guide.py 生成） -->", "<!-- 提示：结束 -->"

HEADS = ("级别", "提示怎么说", "是什么意思", "怎么办")

#: The level as staff read it, with its sign.
LEVELS = {"error": "✗ 必须改正", "warning": "⚠ 请核对", "note": "说明"}

#: For rules of a form about which guide_messages.toml says nothing.
MEANS = {"error": "这几格的数字对不上。", "warning": "这几格的数字不常见。", "note": "程序做了什么。"}
DO = {"error": "按提示改正。", "warning": "核对；没有错的，写明原因。", "note": "不用处理。"}

#: For what reviewers would find fault with and the program only notes.
MENDED = "最好改正；不改也能生成报告。"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row: `rules` that it explains, or `phrases` of messages that no rule has.

    `says` and `do` are left out where the program's own tables have the words.
    """

    means: str
    do: str = ""
    rules: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    says: str = ""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows under one heading."""

    title: str
    entries: tuple[Entry, ...]


class Messages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """guide_messages.toml."""

    groups: tuple[Group, ...]


# The table of messages


def tables() -> dict[str, tuple[str, str]]:
    """Rule id → level and words, of all rules that stand in a table of the program: its own and those of the forms."""
    found: dict[str, tuple[str, str]] = {id_: (kind.level, kind.title) for id_, kind in FINDING_KINDS.items()}
    for name in form_ids():
        form = find_form(name)
        for rule in form.rules:
            found[rule.id] = (rule.level, _words(rule.message))
        for criterion in form.criteria:
            found[criterion.id] = (criterion.level, _words(criterion.message))
    return found


def _words(message: str) -> str:
    """A rule's message without its figures."""
    return PLACEHOLDER.sub("……", re.sub(r"\{row\}|\{column\}", "", message))


def groups() -> tuple[Group, ...]:
    """What guide_messages.toml says, and every rule of a form that it does not name."""
    written = msgspec.toml.decode(MESSAGES.read_bytes(), type=Messages).groups
    named = {rule for group in written for entry in group.entries for rule in entry.rules}
    known = tables()
    rest = [id_ for id_ in known if id_ not in named and id_ not in FINDING_KINDS]
    criteria = {criterion.id: criterion.name for name in form_ids() for criterion in find_form(name).criteria}
    more: dict[str, list[Entry]] = {"表里的数字对不上": [], "审查报告的人会指出的": []}
    # Rules that say the same are one row.
    for says in dict.fromkeys(known[id_] for id_ in rest):
        rules = tuple(id_ for id_ in rest if known[id_] == says)
        name = criteria.get(rules[0])
        title = "审查报告的人会指出的" if name else "表里的数字对不上"
        do = MENDED if name and says[0] == "note" else DO[says[0]]
        more[title].append(Entry(rules=rules, means=f"{name}。" if name else MEANS[says[0]], do=do))
    return tuple(
        msgspec.structs.replace(group, entries=(*map(_whole, group.entries), *more.get(group.title, ())))
        for group in written
    )


def _whole(entry: Entry) -> Entry:
    """A row with what the program's own table says to do. Raises KeyError for a form's rule that says nothing itself."""
    return msgspec.structs.replace(
        entry, do=entry.do or "".join(dict.fromkeys(FINDING_KINDS[id_].remedy for id_ in entry.rules))
    )


def message_table() -> str:
    """The section between the markers. Raises KeyError where a row names a rule that the program does not have."""
    return "\n".join(_message_table()) + "\n"


def _message_table() -> Iterator[str]:
    known = tables()
    for number, group in enumerate(groups(), start=1):
        yield f"### {number}. {group.title}"
        yield ""
        yield "| " + " | ".join(HEADS) + " |"
        yield "| " + " | ".join("---" for _ in HEADS) + " |"
        for entry in group.entries:
            level, says = _level(entry, known), entry.says or _says(entry, known)
            mark = f"<!-- {' '.join(entry.rules)} -->" if entry.rules else ""
            yield f"| {mark}{LEVELS[level]} | {says} | {entry.means} | {entry.do} |"
        yield ""


def _level(entry: Entry, known: dict[str, tuple[str, str]]) -> str:
    levels = {known[rule][0] for rule in entry.rules} or {"error"}
    # A row of several rules shows the gravest.
    return next(level for level in LEVELS if level in levels)


def _says(entry: Entry, known: dict[str, tuple[str, str]]) -> str:
    if entry.phrases:
        return "；".join(f"……{phrase.strip('（')}……" for phrase in entry.phrases)
    return "；".join(dict.fromkeys(known[rule][1] for rule in entry.rules))


def with_table(text: str) -> str:
    """The guide with its table of messages as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not after:
        raise ValueError(f"{GUIDE.name} has no markers")
    return f"{before}{BEGIN}\n\n{message_table()}\n{END}{after}"


# The PDF


def html(text: str) -> str:
    """The guide as a page to print; pictures are looked for beside the Markdown."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    title = text.partition("\n")[0].removeprefix("# ")
    style = STYLE.read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<base href="{GUIDE.as_uri()}"><style>{style}</style></head><body>{body}</body></html>'
    )


_FOOTER = (
    '<div style="width:100%;text-align:center;font:9pt Noto Sans CJK SC,Microsoft YaHei,sans-serif">'
    '— <span class="pageNumber"></span> —</div>'
)


def print_pdf(browser: Browser, text: str, target: Path) -> None:
    """Print the guide on A4, with page numbers."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="guide-") as name:
        page_file = Path(name) / "guide.html"
        page_file.write_text(html(text), encoding="utf-8")
        page = browser.new_page()
        page.goto(page_file.as_uri(), wait_until="load")
        page.pdf(
            path=target,
            format="A4",
            print_background=True,
            tagged=True,
            outline=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER,
            margin={"top": "16mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
        )
        page.close()


def main() -> int:
    """Write the guide; 0."""
    text = with_table(GUIDE.read_text(encoding="utf-8"))
    GUIDE.write_text(text, encoding="utf-8")
    if "--text" in sys.argv:
        return 0
    import guide_day
    import guide_pictures
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        if "--pdf" not in sys.argv:
            with guide_day.clerks_day() as day:
                pictures = guide_pictures.take(day, browser)
                shown = guide_pictures.sources_of(day)
            IMAGES.mkdir(exist_ok=True)
            for old in IMAGES.glob("*.png"):
                old.unlink()
            for name, data in pictures.items():
                (IMAGES / f"{name}.png").write_bytes(data)
            MANIFEST.write_text(
                json.dumps(shown, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
            )
        print_pdf(browser, text, PDF)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
