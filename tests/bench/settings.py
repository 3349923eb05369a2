"""How much is measured: the whole, or a smaller form in under a minute."""

from __future__ import annotations

import os
from typing import NamedTuple


class Size(NamedTuple):
    """The numbers that differ between the two forms."""

    quick: bool
    idle_seconds: float
    """How long the bot answers with nothing else to do; the empty app gets a third of it."""
    drafting_seconds: float
    """How long it does while drafting; the empty app gets a third of it."""
    flat_out: int
    spoken: int
    """Messages of the incident that is drafted over and over meanwhile."""
    messages: int
    threads: int
    live_messages: int
    live_threads: int
    jobs: int
    lag_tick: float
    replayed: int
    drafted: tuple[int, int]
    documents: tuple[int, ...]
    queries: int
    starts: int


FULL = Size(
    quick=False,
    idle_seconds=45,
    drafting_seconds=60,
    flat_out=3_000,
    spoken=1_000,
    messages=10_000,
    threads=500,
    live_messages=2_000,
    live_threads=100,
    jobs=10_000,
    lag_tick=5,
    replayed=240_000,
    drafted=(1_000, 10_000),
    documents=(10_000, 100_000),
    queries=200,
    starts=11,
)
QUICK = Size(
    quick=True,
    idle_seconds=1.0,
    drafting_seconds=2.0,
    flat_out=100,
    spoken=100,
    messages=1_000,
    threads=50,
    live_messages=60,
    live_threads=6,
    jobs=60,
    lag_tick=0.4,
    replayed=800,
    drafted=(500, 2_000),
    documents=(200,),
    queries=20,
    starts=3,
)


def size() -> Size:
    """The one asked for: `QUICK=1` in the environment is the smaller one."""
    return QUICK if os.environ.get("QUICK", "0") not in ("", "0") else FULL
