"""One play with one fault, and what came of it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from bot.sandbox import NotPossible
from tests.chaos.outcome import Difference, Fact, compare, facts, timeless
from tests.chaos.points import Counting, Point
from tests.chaos.processes import Command, Nursery, NurseryEnded
from tests.chaos.script import STEPS, Play, prepare
from tests.chaos.theatre import Stuck, Theatre
from tests.postgres_switch import Switch

UNIMPORTANT = frozenset({"auth.test", "apps.connections.open", "users.info", "team.info"})
"""Requests that every start makes, and that change nothing."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong in one play.

    `kill`: the process dies at `point`. `lost answer`: Slack does what it was asked at `point`, and the
    answer never comes. `kill somebody`: any of the processes dies, at two of `requests` requests that
    `seed` chooses. `restart`: the database server does, at three.
    """

    kind: Literal["kill", "lost answer", "kill somebody", "restart"]
    step: str
    point: Point | None = None
    seed: int = 0
    requests: int = 0

    def __str__(self) -> str:
        """For people."""
        if self.kind == "kill somebody":
            return f"two of three processes, chosen by seed {self.seed}"
        if self.kind == "restart":
            return f"PostgreSQL, in three moments chosen by seed {self.seed}"
        return f"{self.point}" if self.kind == "kill" else f"the answer of {self.point}".replace("after ", "")

    @property
    def inside(self) -> bool:
        """Whether the process sees the point itself; requests are seen from outside."""
        return self.point is not None and self.point.what.startswith(("commit ", "file "))


class Reached(NamedTuple):
    """A point of the undisturbed run, and the step of the play it belongs to."""

    step: str
    point: Point


class Result(NamedTuple):
    """One play that was disturbed. `struck` counts the faults that happened; `stopped` says why the play
    could not go on."""

    fault: Fault
    struck: int
    difference: Difference
    stopped: str = ""

    @property
    def lost(self) -> bool:
        """Whether anything is missing in the end."""
        return bool(self.stopped or self.difference.lost)

    @property
    def doubled(self) -> bool:
        """Whether anything is there that should not be."""
        return bool(self.difference.doubled)

    def __str__(self) -> str:
        """The outcome in a few words."""
        if self.stopped:
            return f"stopped: {self.stopped}"
        return str(self.difference) or ("the same" if self.struck else "the same (the point never came)")


@dataclass(frozen=True)
class Setting:
    """Where a play is staged: a folder of its own, the address of an empty database, who works."""

    folder: Path
    database_url: str
    nursery: Nursery
    commands: Sequence[Command] = ("serve",)
    replies: int = 205
    switch: Switch | None = None

    def theatre(self, fault: Fault | None = None) -> Theatre:
        """The stage; the curtain is down."""
        kill = fault.point if fault and fault.kind == "kill" and fault.inside else None
        return Theatre(self.folder, self.nursery, self.database_url, self.commands, kill, self.switch)


def undisturbed(setting: Setting) -> tuple[Counter[Fact], list[Reached]]:
    """Play without any fault: what is there in the end, and every point on the way."""
    points: list[Reached] = []
    requests: list[Point] = []
    with setting.theatre() as theatre:
        theatre.slack.faults.watch(_counting(requests.append))
        play = prepare(theatre, replies=setting.replies)
        for name, act in _steps():
            act(play)
            points += [Reached(name, point) for point in [*_journal(setting.folder), *requests]]
            requests.clear()
        return facts(play), points


def disturbed(setting: Setting, golden: Counter[Fact], fault: Fault) -> Result:
    """Play with one fault and compare the end with that of the undisturbed run."""
    struck: list[Point] = []
    with setting.theatre(fault) as theatre:
        if (strike := _strike(theatre, fault)) is not None:
            theatre.slack.faults.watch(_counting(_noting(strike, struck)))
        play = prepare(theatre, replies=setting.replies)
        difference, stopped = Difference((), ()), ""
        try:
            for _, act in _steps():
                act(play)
            difference = compare(golden, facts(play))
        except (Stuck, NotPossible, NurseryEnded) as error:
            stopped = f"{error}"
        return Result(fault, theatre.restarts or theatre.deaths or len(struck), difference, stopped)


def _steps() -> Iterator[tuple[str, Callable[[Play], None]]]:
    yield "start-up", lambda play: play.theatre.start()
    for act in STEPS:
        yield act.__name__, act


def _journal(folder: Path) -> list[Point]:
    """What the processes reached since the last look."""
    path = folder / "journal.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    path.write_text("", encoding="utf-8")
    return [Point.read(line) for line in lines]


# Faults that strike when Slack is asked for something

Strike = Callable[[Point], bool]
"""Called at every request; whether the fault struck. May raise, which breaks the connection."""


def _strike(theatre: Theatre, fault: Fault) -> Strike | None:
    if fault.kind == "kill somebody":
        return _kill_somebody(theatre, fault)
    if fault.kind == "restart":
        return _restart(theatre, fault)
    if fault.inside:
        return None

    def strike(here: Point) -> bool:
        if here != fault.point:
            return False
        if fault.kind == "kill":
            theatre.victims[0].kill()
        return True

    return strike


def _kill_somebody(theatre: Theatre, fault: Fault) -> Strike:
    chance = random.Random(fault.seed)
    moments = set(chance.sample(range(1, fault.requests + 1), 2))
    seen: list[Point] = []

    def strike(here: Point) -> bool:
        if here.when == "before":
            return False
        seen.append(here)
        if len(seen) in moments:
            chance.choice(theatre.victims).kill()
        return False  # whoever asked may live, and gets the answer

    return strike


def _restart(theatre: Theatre, fault: Fault) -> Strike:
    chance = random.Random(fault.seed)
    moments = set(chance.sample(range(1, fault.requests + 1), 3))
    seen: list[Point] = []

    def strike(here: Point) -> bool:
        if here.when == "before":
            seen.append(here)
            if len(seen) in moments:
                theatre.restart()
        return False

    return strike


def _noting(strike: Strike, struck: list[Point]) -> Callable[[Point], None]:
    """Note that the fault struck, and let the request go unanswered: its sender is dead or shall think
    so. A sender that lives asks again."""

    def reached(here: Point) -> None:
        if strike(here):
            struck.append(here)
            raise ConnectionAbortedError

    return reached


def _counting(reached: Callable[[Point], None]) -> Callable[[str, str, dict[str, Any]], None]:
    """A listener of the local Slack's that names each request as a point."""
    counting = Counting()

    def listener(stage: str, method: str, arguments: dict[str, Any]) -> None:
        if method not in UNIMPORTANT:
            reached(getattr(counting, stage)(_named(method, arguments)))

    return listener


def _named(method: str, arguments: dict[str, Any]) -> str:
    """`chat.postMessage card:1`: the method, and what is posted."""
    metadata = arguments.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    key = (metadata.get("event_payload") or {}).get("key")
    return f"{method} {timeless(key)}" if key else method
