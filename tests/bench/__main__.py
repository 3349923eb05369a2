"""`python -m tests.bench`: measure everything, print a table a topic, write `bench.json`.

`python -m tests.bench search drafts` measures only these topics. The exit code says nothing about goals: a
figure depends on the machine, and a busy one must not fail a build.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot import log
from tests.bench import (
    answering,
    archiving,
    drafting,
    draining,
    importing,
    likeness,
    memory,
    searching,
    starting,
)
from tests.bench.figures import Figure, console, table, write
from tests.bench.postgres import Databases, databases
from tests.bench.settings import Size
from tests.bench.settings import size as chosen_size

RESULT = Path("bench.json")


def main(wanted: Sequence[str]) -> None:
    """Measure the topics named, or all."""
    log.configure(level="error", style="json")
    out, found, began = console(), list[Figure](), time.monotonic()
    size = chosen_size()
    out.print(_machine())
    with databases() as both:
        topics = _topics(both)
        for topic, measure in topics.items():
            if wanted and topic not in wanted:
                continue
            started = time.monotonic()
            figures = list(measure(size))
            out.print(table(f"{topic} ({time.monotonic() - started:.0f} s)", figures))
            found += figures
    write(found, RESULT)
    missed = [one.name for one in found if one.ok is False]
    out.print(
        f"{len(found)} figures in {time.monotonic() - began:.0f} s, written to {RESULT}; "
        + (f"{len(missed)} missed their goal" if missed else "every goal was met")
    )


def _topics(both: Databases) -> dict[str, Callable[[Size], Iterable[Figure]]]:
    return {
        "answers": lambda size: answering.measure(size, both),
        "archive": archiving.measure,
        "jobs": lambda size: draining.measure(size, both),
        "drafts": drafting.measure,
        "search": lambda size: searching.measure(size, both),
        "likeness": lambda size: likeness.measure(size, both),
        "importing": importing.measure,
        "start": starting.measure,
        "memory": memory.measure,
    }


def _machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"load average {load}: whatever else runs here is in the figures"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
