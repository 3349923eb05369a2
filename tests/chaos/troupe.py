"""Several plays at once, each in a folder and with a database of its own."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import uuid4

from tests.chaos.outcome import Fact
from tests.chaos.places import Places, removed
from tests.chaos.processes import Command, Nursery
from tests.chaos.sweep import Fault, Reached, Result, Setting, disturbed, undisturbed


@contextmanager
def hired(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """So many processes that play, sent home in the end whatever they are at."""
    # spawned, since this process has threads and a fork of it could hang
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass
class Troupe:
    """Plays in `pool`; rehearse before performing."""

    folder: Path
    places: Places
    commands: Sequence[Command]
    pool: ProcessPoolExecutor
    replies: int
    """So many in the thread that is archived; a page holds 200."""
    golden: Counter[Fact] = field(default_factory=Counter)

    def rehearse(self) -> Callable[[], list[Reached]]:
        """Begin to play undisturbed, to know what has to come out. What this returns waits for the points
        where one can be killed."""
        rehearsal = self.pool.submit(_rehearse, *self._given())

        def points() -> list[Reached]:
            self.golden, reached = rehearsal.result()
            return reached

        return points

    def perform(self, faults: Sequence[Fault]) -> list[Future[Result]]:
        """Play once for every fault, in this order."""
        return [self.pool.submit(_perform, *self._given(), self.golden, fault) for fault in faults]

    def _given(self) -> tuple[Path, Places, Sequence[Command], int]:
        return self.folder, self.places, self.commands, self.replies


def _nursery() -> Nursery:
    """One for all plays of a process; it ends when our end of its pipe does. One that ended by itself spoils
    no other play."""
    if _kept().ended:
        _kept.cache_clear()
    return _kept()


@cache
def _kept() -> Nursery:
    return Nursery()


def _setting(folder: Path, places: Places, commands: Sequence[Command], replies: int) -> Setting:
    stage = folder / uuid4().hex
    stage.mkdir(parents=True)
    return Setting(stage, places.fresh(stage), _nursery(), commands, replies, places.switch)


def _rehearse(
    folder: Path, places: Places, commands: Sequence[Command], replies: int
) -> tuple[Counter[Fact], list[Reached]]:
    return undisturbed(_setting(folder, places, commands, replies))


def _perform(
    folder: Path,
    places: Places,
    commands: Sequence[Command],
    replies: int,
    golden: Counter[Fact],
    fault: Fault,
) -> Result:
    setting = _setting(folder, places, commands, replies)
    result = disturbed(setting, golden, fault)
    removed(setting.folder)
    return result
