"""What a definition takes over from its `base`: next year's form, close to this year's, says only what differs.

A base is another definition folder, named by its path (`base = "../gov2021"`) or, where it is a built-in one, by its name
(`base = "gov2021"`). Each file of a definition is laid over the same file of its base:

- Lists of entries ([[sections]], [[sections.fields]], rows, [[rules]], [[facts]] …) are merged entry by entry. Entries are
  the same where their key is (or id, field, caption, title: the first that they have); those that say the same are told
  apart by their order. Of an entry that stands in both, the form's own keys win. All other values win whole.
- `without = ["prompt", "fields.unit.code"]` drops inherited keys and entries; it stands at the top of a file or in an entry.
- An entry keeps its base's place. A new one follows the new one written before it; the first stands at the end.
  `after = "unit.name"` puts an entry behind another, `after = ""` in front of all.
- What says which form it is (id, version, basis, years) is never taken over.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from xlreport.errors import DefinitionError
from xlreport.storage.files import MAX_TEXT, read_bounded
from xlreport.storage.plain_data import Malformed, decode_toml
from xlreport.wording import cannot_open

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORM_FILE: Final = "form.toml"
RULES_FILE: Final = "rules.toml"
PROSE_FILE: Final = "prose.toml"
LEXICON_FILE: Final = "lexicon.toml"
CRITERIA_FILE: Final = "criteria.toml"

#: The files of a definition; a base that is no form of its own has at least one of them.
FILES: Final = (FORM_FILE, RULES_FILE, PROSE_FILE, LEXICON_FILE, CRITERIA_FILE)

BUILT_IN: Final = Path(__file__).resolve().parent / "definitions"

#: So many bases may a form have: the base of its base, and so on.
MOST_BASES: Final = 8

_BASE, _WITHOUT, _AFTER = "base", "without", "after"

#: What a form says for itself.
_OWN: Final = frozenset({"id", "version", "basis", "first_year", "last_year", _BASE})

#: What tells an entry from the others of its list: the first of these that it has.
_NAMES: Final = ("key", "id", "field", "caption", "title", "keys")

_STEP = re.compile(r"\.(?P<key>\w+)|\[(?P<index>\d+)\]")

#: A file, and a place in it: $.sections[0].fields[1].
Place: TypeAlias = tuple[Path, str]


class Entry(dict[str, Any]):
    """A table of a TOML file that knows where it was written, and where each of its keys was."""

    def __init__(self, values: dict[str, Any], file: Path, place: str) -> None:
        super().__init__({key: _marked(value, file, f"{place}.{key}") for key, value in values.items()})
        self.file, self.place = file, place
        self.places: dict[str, Place] = dict.fromkeys(self, (file, place))

    def file_of(self, key: str) -> Path:
        """The file that says what `key` is."""
        return self.places.get(key, (self.file, ""))[0]

    def put(self, key: str, value: Any, place: Place) -> None:
        self[key] = value
        self.places[key] = place


def _marked(value: Any, file: Path, place: str) -> Any:
    if isinstance(value, dict):
        return Entry(value, file, place)
    if isinstance(value, list):
        return [_marked(each, file, f"{place}[{n}]") for n, each in enumerate(value)]
    return value


def read_definition(folder: Path, name: str, bases: Sequence[Path]) -> Entry | None:
    """A file of a definition laid over the same file of its bases (nearest first); None where none of them has it.

    Raises DefinitionError.
    """
    result: Entry | None = None
    for each in (*reversed(bases), folder):
        path = each / name
        if path.exists() or (name == FORM_FILE and not bases):
            own = read_file(path)
            result = own if result is None else _merged(result, own, own_only=_OWN)
    if result is not None and name == FORM_FILE:
        result.pop(_BASE, None)
    return result


def read_file(path: Path) -> Entry:
    """A TOML file. Raises DefinitionError where it is missing, cannot be read or is no TOML."""
    try:
        return Entry(decode_toml(read_bounded(path, MAX_TEXT)), path, "$")
    except FileNotFoundError:
        raise DefinitionError(f"表样定义缺少文件 {path}，请把它放进定义文件夹。") from None
    except OSError as error:
        raise DefinitionError(cannot_open(f"表样定义文件“{path}”", path, error)) from None
    except Malformed as error:
        raise DefinitionError(f"表样定义文件 {path} {error}，请改正。") from None


def bases_of(folder: Path) -> tuple[Path, ...]:
    """The definition folders that a definition builds on, nearest first.

    Raises DefinitionError where one of them does not exist, where they go round in a circle, or where there are too many.
    """
    folders = [folder.resolve()]
    while (below := _base(folders[-1], first=len(folders) == 1)) is not None:
        file = folders[-1] / FORM_FILE
        if below in folders:
            raise DefinitionError(f"表样定义文件 {file}，base：绕回了 {below}，请改成不互相引用的定义文件夹。")
        if len(folders) > MOST_BASES:
            raise DefinitionError(f"表样定义文件 {file}，base：一层套一层超过{MOST_BASES}层，请减少层数。")
        folders.append(below)
    return tuple(folders[1:])


def _base(folder: Path, *, first: bool) -> Path | None:
    file = folder / FORM_FILE
    if not first and not file.is_file():
        return None
    name = read_file(file).get(_BASE)
    if name is None:
        return None
    if not isinstance(name, str) or not name.strip():
        raise DefinitionError(f"表样定义文件 {file}，base：应为定义文件夹的路径或自带表样的编号。")
    plain = re.fullmatch(r"\w+", name) is not None
    try:
        below = (BUILT_IN / name if plain else folder / name).resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, characters that no path may have
        raise DefinitionError(f"表样定义文件 {file}，base：“{name}”不是能用的路径，请改正。") from None
    if not any((below / each).is_file() for each in FILES):
        kind = "没有这个编号的自带表样（旁边的文件夹写成 ../名称）" if plain else f"{below} 不是定义文件夹"
        raise DefinitionError(f"表样定义文件 {file}，base = {name!r}：{kind}，请改正。")
    return below


def place_of(root: Entry, path: str) -> Place:
    """The file and the place in it that a path into a merged definition ($.facts[3].cells) stands for."""
    file, place = root.file, root.place
    at: Any = root
    for step in _STEP.finditer(path):
        if step["key"] is not None:
            if isinstance(at, Entry):
                file, place = at.places.get(step["key"], (at.file, at.place))
            place += step[0]
            at = at.get(step["key"]) if isinstance(at, dict) else None
        else:
            index = int(step["index"])
            at = at[index] if isinstance(at, list) and index < len(at) else None
            file, place = (at.file, at.place) if isinstance(at, Entry) else (file, place + step[0])
    return file, place


def _merged(base: Entry, own: Entry, *, own_only: frozenset[str] = frozenset()) -> Entry:
    """`own` laid over `base`, two entries or whole files; `own_only` are keys not taken over."""
    drops = _drops(base, own)
    result = Entry({}, own.file, own.place)
    for key, value in base.items():
        if key not in own_only and key not in drops:
            kept = [each for each in value if not _dropped(key, each, drops)] if _entries(value) else value
            result.put(key, kept, base.places[key])
    for key, value in own.items():
        if key == _WITHOUT:
            continue
        # An empty list empties the inherited one.
        inherited = result.get(key) if value and _entries(value) else None
        merged = _merged_lists(inherited, value) if inherited and _entries(inherited) else value
        result.put(key, merged, own.places[key])
    return result


def _entries(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Entry) for each in value)


def _name(entry: Entry) -> str:
    """What an entry is called among those of its list."""
    for key in _NAMES:
        value = entry.get(key)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            return ",".join(value)
    return ""


def _dropped(key: str, entry: Entry, drops: Iterable[str]) -> bool:
    return f"{key}.{_name(entry)}" in drops


def _drops(base: Entry, own: Entry) -> list[str]:
    """What `without` of an entry drops. Raises DefinitionError for what its base does not have."""
    drops = own.get(_WITHOUT, [])
    place = f"表样定义文件 {own.file}，{own.place}.{_WITHOUT}"
    if not isinstance(drops, list) or not all(isinstance(each, str) for each in drops):
        raise DefinitionError(f'{place}：应为文字的列表，如 ["fields.unit.code"]。')
    there = {*base} | {f"{key}.{_name(each)}" for key, value in base.items() if _entries(value) for each in value}
    for each in drops:
        if each not in there:
            raise DefinitionError(f"{place}：base 里没有“{each}”，请核对（如 rules.balance、prompt）。")
    return drops


def _numbered(entries: Iterable[Entry]) -> list[tuple[tuple[str, int], Entry]]:
    """Entries with their names, each name with its number among equal ones."""
    seen: dict[str, int] = {}
    result = []
    for entry in entries:
        name = _name(entry)
        seen[name] = seen.get(name, 0) + 1
        result.append(((name, seen[name]), entry))
    return result


def _merged_lists(base: list[Entry], own: list[Entry]) -> list[Entry]:
    result = dict(_numbered(base))
    order = list(result)
    newest: tuple[str, int] | None = None
    for name, entry in _numbered(own):
        after = entry.pop(_AFTER, None)
        inherited = result.get(name)
        result[name] = entry if inherited is None else _merged(inherited, entry)
        if inherited is not None and after is None:
            continue
        if inherited is not None:
            order.remove(name)
        order.insert(_position(order, entry, after, newest), name)
        newest = name
    return [result[name] for name in order]


def _position(order: list[tuple[str, int]], entry: Entry, after: object, newest: tuple[str, int] | None) -> int:
    if after is None:
        return len(order) if newest is None else order.index(newest) + 1
    if after == "":
        return 0
    places = [n for n, (name, _) in enumerate(order) if name == after]
    if not places:
        raise DefinitionError(f"表样定义文件 {entry.file}，{entry.place}.{_AFTER}：没有“{after}”这一项，请核对。")
    return places[-1] + 1
