"""Work on many files spread over processes, results in the order of the files, as they come.

Below `MANY` files one process is quicker than starting others. A process that dies (out of memory, killed) takes no other
file's result with it: what it was at is tried once more by itself, and named where it dies again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

T = TypeVar("T")
R = TypeVar("R")

#: So many files are worth processes of their own.
MANY: Final = 16

#: Files handed out to each process ahead of those whose results are waited for: none waits for work, few results wait.
_AHEAD: Final = 4


def processes(jobs: int | None, files: int) -> int:
    """How many processes work on so many files: as many as asked for, else one a core that this process may use."""
    if jobs is None and files < MANY:
        return 1
    return max(1, min(jobs or _cores(), files))


def _cores() -> int:
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def spread(work: Callable[[T], R], items: Sequence[T], *, jobs: int | None, lost: Callable[[T], R]) -> Generator[R]:
    """What `work` gives for each item, in their order, each as soon as it and those before it are there.

    `work` and its results go between processes: a function of a module (or a partial of one), plain data. It raises
    nothing for what an item holds; `lost` says what stands for one at which a process died. Whoever stops asking stops the work:
    what is begun ends, nothing more is begun.
    """
    number = processes(jobs, len(items))
    if number == 1:
        yield from map(work, items)
        return
    pool = _Pool(work, number)
    waiting: deque[tuple[T, Future[R]]] = deque()
    ahead = iter(items)
    try:
        while True:
            waiting += [(item, pool.begin(item)) for item in islice(ahead, number * _AHEAD - len(waiting))]
            if not waiting:
                return
            item, result = waiting.popleft()
            try:
                yield result.result()
            except BrokenExecutor:
                yield _alone(work, item, lost)
                waiting = deque((each, future if _done(future) else pool.begin(each)) for each, future in waiting)
    finally:
        pool.end()


class _Pool(Generic[T, R]):
    """Processes for one work; others take the place of those that died."""

    def __init__(self, work: Callable[[T], R], number: int) -> None:
        self.work, self.number = work, number
        self.executor = _executor(number)

    def begin(self, item: T) -> Future[R]:
        try:
            return self.executor.submit(self.work, item)
        except BrokenExecutor:
            self.end()
            self.executor = _executor(self.number)
            return self.executor.submit(self.work, item)

    def end(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)


def _done(future: Future[R]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _alone(work: Callable[[T], R], item: T, lost: Callable[[T], R]) -> R:
    with _executor(1) as single:
        try:
            return single.submit(work, item).result()
        except BrokenExecutor:
            return lost(item)


def _executor(number: int) -> ProcessPoolExecutor:
    """Processes that begin anew: the one that asks may have threads (the bar), which no fork carries over."""
    way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(number, multiprocessing.get_context(way), initializer=_deaf)


def _deaf() -> None:
    """Ctrl-C is for the process that asks: it lets what is begun end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
