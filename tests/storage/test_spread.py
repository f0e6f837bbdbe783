"""Work spread over processes: the same results in the same order, whatever dies on the way."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from xlreport.storage.spread import MANY, processes, spread

pytestmark = pytest.mark.program


def square(number: int) -> int:
    return number * number


def deadly(folder: Path, number: int) -> int:
    """Dies at 3 always, at 5 the first time."""
    if number == 3:
        os._exit(1)
    if number == 5 and not (folder / "died").exists():
        (folder / "died").touch()
        os._exit(1)
    return number


def begun(folder: Path, number: int) -> int:
    (folder / str(number)).touch()
    return number


def lost(number: int) -> int:
    return -number


@pytest.mark.parametrize("jobs", [1, 2, None])
def test_results_come_in_order(jobs: int | None) -> None:
    """In one process or several."""
    numbers = range(MANY + 5)
    assert [n * n for n in numbers] == list(spread(square, numbers, jobs=jobs, lost=lost))


def test_what_kills_a_process_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    """An item that kills twice is lost; one that was only beside it, or died once, is not."""
    results = list(spread(partial(deadly, tmp_path), range(20), jobs=2, lost=lost))
    assert [-3 if n == 3 else n for n in range(20)] == results


def test_who_stops_asking_stops_the_work(tmp_path: Path) -> None:
    """After the first result no more is begun than was handed out ahead of it."""
    results = spread(partial(begun, tmp_path), range(1000), jobs=2, lost=lost)
    assert 0 == next(results)
    results.close()
    assert len(list(tmp_path.iterdir())) < 20


def test_few_files_are_worth_no_processes() -> None:
    """Unless they are asked for; never more than there are files."""
    assert 1 == processes(None, MANY - 1)
    assert 2 == processes(4, 2)
