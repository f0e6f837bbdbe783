"""Which forms there are: the built-in ones, and any folder a maintainer points at."""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cache
from pathlib import Path

from xlreport.errors import DefinitionError, UsageError
from xlreport.forms.base import BUILT_IN, FORM_FILE
from xlreport.forms.load import load_form
from xlreport.forms.model import Form
from xlreport.storage.cache import keep_struct, load_struct, program
from xlreport.storage.files import MAX_TEXT, StrPath, read_bounded
from xlreport.wording import cut

_PACKAGE = Path(__file__).parent.parent

TEMPLATE_NAME = "report_template"

#: The definition that the built-in forms have in common; no form itself.
COMMON = "common"


@cache
def form_ids() -> tuple[str, ...]:
    """Ids of the built-in forms, oldest first."""
    return tuple(sorted({path.parent.name for path in BUILT_IN.glob(f"*/{FORM_FILE}")} - {COMMON}))


@cache
def _load(folder: Path) -> Form:
    key = _key(folder, _bases(folder))
    form = load_struct(key, {"folder": folder})
    if not isinstance(form, Form):
        form = load_form(folder)
        key = _key(folder, form.bases)
        keep_struct(_key(folder, ()) + "-bases", form.bases, {})
        keep_struct(key, form, {"folder": form.folder})
    _keys[form] = key
    return form


#: Forms as they stand in their folders, each with the key it is kept under.
_keys: dict[Form, str] = {}


def _bases(folder: Path) -> tuple[str, ...]:
    """The bases that the definition had when it was last loaded as it stands.

    Were one of them to name another base since, its own text has changed, and with it the key of the form.
    """
    bases = load_struct(_key(folder, ()) + "-bases", {})
    return bases if isinstance(bases, tuple) else ()


def _key(folder: Path, bases: tuple[str, ...]) -> str:
    """The files of the definition and its bases, where they lie, and everything that has a hand in loading them."""
    key = hashlib.sha256(program().encode())
    for each in (folder, *map(Path, bases)):
        key.update(b"\n" + os.fsencode(each) + b"\n")
        for path in sorted(each.glob("*.toml")):
            try:
                content = read_bounded(path, MAX_TEXT)
            except OSError:  # loading says what is wrong with it
                content = b""
            key.update(os.fsencode(path.name) + f" {len(content)}\n".encode() + content)
    return key.hexdigest()


def kept_key(form: Form, what: str) -> str | None:
    """The key under which `what` is made of a form and nothing else is kept; None for a form that is of no folder as it stands."""
    key = _keys.get(form)
    return None if key is None else hashlib.sha256(f"{key} {what}".encode()).hexdigest()


def find_form(name: StrPath) -> Form:
    """The built-in form of that id, or the form in that definition folder.

    Raises UsageError where there is neither, DefinitionError where the folder does not hold together or its form bears
    the id of a built-in one.
    """
    name = str(name)
    if name in form_ids():
        return _load(BUILT_IN / name)
    folder = Path(name)
    with contextlib.suppress(OSError):  # a name that is too long for any file
        if (folder / FORM_FILE).is_file():
            return _with_own_id(_load(folder.resolve()))
    raise UsageError(
        f"没有名为“{cut(name, 100)}”的表样，请用 {'、'.join(form_ids())} 之一，或给出含有 {FORM_FILE} 的文件夹。"
    )


def _with_own_id(form: Form) -> Form:
    """Nobody, and no workbook read without --form, could tell a form from a built-in one of the same id."""
    if form.id in form_ids() and form.folder.parent != BUILT_IN:
        raise DefinitionError(
            f"表样定义文件 {form.folder / FORM_FILE}，id：“{form.id}”是自带表样的编号，工作簿会认错表样，请换一个编号。"
        )
    return form


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
    """The Word template of a form: its own, or where it has none the one of the nearest base that has one."""
    own = own_word_template(form)
    if own.is_file():
        return own
    return next((path for path in map(_template_of_base, form.bases) if path.is_file()), own)


def own_word_template(form: Form) -> Path:
    """Where a form's own Word template is: in its folder; of a built-in form in templates/<form>/, or (in force) in templates/."""
    name = f"{TEMPLATE_NAME}.docx"
    if form.folder.parent != BUILT_IN:
        return form.folder / name
    return templates_folder() / (name if form.last_year is None else f"{form.id}/{name}")


def _template_of_base(base: str) -> Path:
    folder = Path(base)
    if folder.parent == BUILT_IN and folder.name in form_ids():
        return own_word_template(_load(folder))
    return folder / f"{TEMPLATE_NAME}.docx"
