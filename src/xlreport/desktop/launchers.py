"""The launchers that are double-clicked, a row each. All are one script under several names: the name says what to do."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

GENERATE, NEXT_YEAR, CORRECT = "生成报告", "新建下一年度工作簿", "更正已报送的报告"


class Launcher(msgspec.Struct, frozen=True, kw_only=True):
    """`title` names its files; `words` tell it where somebody renamed them; `module` has the `run` that does its work."""

    title: str
    words: tuple[str, ...]
    module: str

    def run(self) -> Callable[[Sequence[Path], Path], int]:
        """What it does with the files dropped on it and the folder it lies in; returns the exit status."""
        run: Callable[[Sequence[Path], Path], int] = import_module(f"xlreport.desktop.{self.module}").run
        return run


LAUNCHERS = (
    Launcher(title=NEXT_YEAR, words=("下一年", "明年"), module="next_year"),
    Launcher(title=CORRECT, words=("更正",), module="correct"),
    Launcher(title=GENERATE, words=(), module="generate"),
)


def launcher_of(name: str) -> Launcher:
    """The launcher whose file bears this name, copies of it included; 生成报告 where none is meant."""
    return next((each for each in LAUNCHERS if any(word in name for word in each.words)), LAUNCHERS[-1])
