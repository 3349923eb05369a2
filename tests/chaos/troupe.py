"""Several plays at once, each in a folder and with a database of its own."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from tests.chaos.outcome import Fact
from tests.chaos.places import Places, removed
from tests.chaos.processes import Command, Nursery
from tests.chaos.sweep import Fault, Reached, Result, Setting, disturbed, undisturbed


@dataclass
class Troupe:
    """`jobs` processes that play. Used in a with statement; rehearse before performing."""

    folder: Path
    places: Places
    commands: Sequence[Command]
    jobs: int
    replies: int
    """So many in the thread that is archived; a page holds 200."""
    golden: Counter[Fact] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        """Hire."""
        # spawned, since this process has threads and a fork of it could hang
        self._pool = ProcessPoolExecutor(self.jobs, multiprocessing.get_context("spawn"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send home."""
        self._pool.shutdown(cancel_futures=True)

    def rehearse(self) -> list[Reached]:
        """Play undisturbed, to know what has to come out and where one can be killed."""
        self.golden, points = self._pool.submit(_rehearse, *self._given()).result()
        return points

    def perform(self, faults: Sequence[Fault]) -> Iterator[Result]:
        """Play once for every fault; results come in the faults' order."""
        waiting = [self._pool.submit(_perform, *self._given(), self.golden, fault) for fault in faults]
        for future in waiting:
            yield future.result()

    def _given(self) -> tuple[Path, Places, Sequence[Command], int]:
        return self.folder, self.places, self.commands, self.replies


@cache
def _nursery() -> Nursery:
    """One for all plays of a process; it ends when our end of its pipe does."""
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
