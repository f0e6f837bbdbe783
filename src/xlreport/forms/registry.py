"""Which forms there are: the built-in ones, and any folder a maintainer points at."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from xlreport.errors import UsageError
from xlreport.forms.load import FORM_FILE, load_form
from xlreport.forms.model import Form
from xlreport.storage.cache import keep_struct, load_struct, program

_DEFINITIONS = Path(__file__).parent / "definitions"
_PACKAGE = Path(__file__).parent.parent

TEMPLATE_NAME = "report_template"


@cache
def form_ids() -> tuple[str, ...]:
    """Ids of the built-in forms, oldest first."""
    return tuple(sorted(path.parent.name for path in _DEFINITIONS.glob(f"*/{FORM_FILE}")))


@cache
def _load(folder: Path) -> Form:
    key, known = _key(folder), {"folder": folder}
    form = load_struct(key, known)
    if not isinstance(form, Form):
        form = load_form(folder)
        keep_struct(key, form, known)
    _keys[form] = key
    return form


#: Forms as they stand in their folders, each with the key it is kept under.
_keys: dict[Form, str] = {}


def _key(folder: Path) -> str:
    """The definition's files, where they lie, and everything that has a hand in loading them."""
    key = hashlib.sha256(f"{program()}\n{folder}\n".encode())
    for path in sorted(folder.glob("*.toml")):
        try:
            content = path.read_bytes()
        except OSError:  # loading says what is wrong with it
            content = b""
        key.update(f"{path.name} {len(content)}\n".encode() + content)
    return key.hexdigest()


def kept_key(form: Form, what: str) -> str | None:
    """The key under which `what` is made of a form and nothing else is kept; None for a form that is of no folder as it stands."""
    key = _keys.get(form)
    return None if key is None else hashlib.sha256(f"{key} {what}".encode()).hexdigest()


def find_form(name: str) -> Form:
    """The built-in form of that id, or the form in that definition folder.

    Raises UsageError where there is neither, DefinitionError where the folder does not hold together.
    """
    if name in form_ids():
        return _load(_DEFINITIONS / name)
    folder = Path(name)
    if (folder / FORM_FILE).is_file():
        return _load(folder.resolve())
    raise UsageError(f"没有名为“{name}”的表样，请用 {'、'.join(form_ids())} 之一，或给出含有 {FORM_FILE} 的文件夹。")


def form_for_year(year: int) -> Form:
    """The built-in form for a report year. Raises UsageError where no form covers it."""
    for name in form_ids():
        form = find_form(name)
        if form.covers(year):
            return form
    raise UsageError(f"没有适用于{year}年度的表样，请核对年度，或用 --form 指定表样。")


def templates_folder() -> Path:
    """`templates/`: inside the wheel, or at the project's root in an editable install."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "templates"


def word_template(form: Form) -> Path:
    """The Word template of a form: in its own folder, in templates/<form>/, or (the form in force) in templates/."""
    name = f"{TEMPLATE_NAME}.docx"
    if form.folder.parent != _DEFINITIONS:
        return form.folder / name
    return templates_folder() / (name if form.last_year is None else f"{form.id}/{name}")
