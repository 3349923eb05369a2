"""`python -m tests.chaos`: sweep, show the table, end with 0 only if nothing was lost or doubled."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from tests.chaos import plan, report
from tests.chaos.places import PostgresServer, SqliteFiles
from tests.chaos.processes import Command
from tests.chaos.sweep import Fault, Reached, Result
from tests.chaos.troupe import Troupe
from tests.postgres_switch import switched_postgres

QUICK_KILLS, QUICK_ANSWERS, QUICK_SEEDS, SEEDS = 6, 2, 1, 30
FEW, MANY = 5, 205
"""Replies in a thread: less and more than a page."""
THREE: tuple[Command, ...] = ("serve", "work", "work")


def main() -> None:
    """Run the whole sweep, or a sample of it."""
    asked = _arguments()
    console = Console(width=None if os.isatty(1) else 140)
    began = time.monotonic()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="pm-chaos-") as name:
        if asked.database != "postgres":
            results += _alone(console, Path(name), asked)
        if asked.database != "sqlite":
            results += _together(console, Path(name), asked)
    console.print(f"{len(results)} plays in {time.monotonic() - began:.0f} s, seed {asked.seed}")
    console.print(report.summary(results), style="bold", highlight=False)
    raise SystemExit(any(result.lost or result.doubled for result in results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sample that takes less than a minute")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1, help="which sample, and which random kills")
    parser.add_argument("--only", default="", help="only faults whose description contains this")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4), help="plays at once")
    return parser.parse_args()


def _alone(console: Console, folder: Path, asked: argparse.Namespace) -> list[Result]:
    """One process on SQLite, killed at every point, and every answer lost."""
    replies = FEW if asked.quick else MANY
    with Troupe(folder / "sqlite", SqliteFiles(), ("serve",), asked.jobs, replies) as troupe:
        points = troupe.rehearse()
        killed, unanswered = plan.kills(points), plan.lost_answers(points)
        if asked.quick:
            killed = plan.sample(killed, QUICK_KILLS, asked.seed)
            unanswered = plan.sample(unanswered, QUICK_ANSWERS, asked.seed)
        title = f"serve on SQLite: {_counted(points)}"
        return _swept(console, title, troupe, killed + unanswered, asked)


def _together(console: Console, folder: Path, asked: argparse.Namespace) -> list[Result]:
    """Three processes on PostgreSQL, any of them killed at random, or PostgreSQL itself."""
    with _postgres() as server, Troupe(folder / "pg", server, THREE, asked.jobs, FEW) as troupe:
        points = troupe.rehearse()
        count = QUICK_SEEDS if asked.quick else SEEDS
        faults = plan.random_kills(points, range(asked.seed, asked.seed + count))
        faults += plan.restarts(points, range(asked.seed, asked.seed + (count + 2) // 3))
        title = f"serve + 2 x work on PostgreSQL: {_counted(points)}"
        return _swept(console, title, troupe, faults, asked)


@contextmanager
def _postgres() -> Iterator[PostgresServer]:
    with switched_postgres() as switch:
        server = PostgresServer(switch)
        server.prepare()
        yield server


def _counted(points: Sequence[Reached]) -> str:
    done = [point.what for _, point in points if point.when == "after"]
    commits = sum(what.startswith("commit ") for what in done)
    files = sum(what.startswith("file ") for what in done)
    return f"{commits} commits, {len(done) - commits - files} requests, {files} files undisturbed"


def _swept(
    console: Console, title: str, troupe: Troupe, faults: Sequence[Fault], asked: argparse.Namespace
) -> list[Result]:
    chosen = [fault for fault in faults if asked.only in f"{fault.step} {fault}"]
    results: list[Result] = []
    with console.status(title) as status:
        for result in troupe.perform(chosen):
            results.append(result)
            if result.lost or result.doubled:
                console.print(f"{result.fault.step}, {result.fault}: {result}", markup=False, highlight=False)
            status.update(f"{title}: {len(results)} of {len(chosen)}")
    report.show(console, title, results)
    return results


if __name__ == "__main__":
    main()
