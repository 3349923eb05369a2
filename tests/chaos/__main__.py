"""`python -m tests.chaos`: sweep, show the table, end with 0 only if nothing was lost or doubled."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from tests.chaos import plan, report
from tests.chaos.places import PostgresServer, SqliteFiles
from tests.chaos.processes import Command
from tests.chaos.sweep import Fault, Reached, Result
from tests.chaos.troupe import Troupe, hired
from tests.postgres_switch import switched_postgres

QUICK_KILLS, QUICK_ANSWERS, QUICK_SEEDS, SEEDS = 4, 2, 1, 30
FEW, MANY = 5, 205
"""Replies in a thread: less and more than a page."""
THREE: tuple[Command, ...] = ("serve", "work", "work")


@dataclass(frozen=True)
class Sweep:
    """`who` plays, and which faults are chosen from what the undisturbed run reached."""

    who: str
    troupe: Troupe
    chosen: Callable[[Sequence[Reached]], list[Fault]]


def main() -> None:
    """Run the whole sweep, or a sample of it."""
    asked = _arguments()
    console = Console(width=None if os.isatty(1) else 140)
    began = time.monotonic()
    results: list[Result] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pm-chaos-")))
        pool, sweeps = stack.enter_context(hired(asked.jobs)), list[Sweep]()
        if asked.database != "postgres":
            sweeps.append(_alone(folder / "sqlite", pool, asked))
        if asked.database != "sqlite":
            sweeps.append(_together(folder / "pg", pool, stack.enter_context(_postgres()), asked))
        rehearsals = [sweep.troupe.rehearse() for sweep in sweeps]  # side by side, and so are the plays
        begun = [_begun(sweep, points(), asked) for sweep, points in zip(sweeps, rehearsals, strict=True)]
        for title, plays in begun:
            results += _shown(console, title, plays)
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


def _alone(folder: Path, pool: ProcessPoolExecutor, asked: argparse.Namespace) -> Sweep:
    """One process on SQLite, killed at every point, and every answer lost."""

    def chosen(points: Sequence[Reached]) -> list[Fault]:
        killed, unanswered = plan.kills(points), plan.lost_answers(points)
        if asked.quick:
            killed = plan.sample(killed, QUICK_KILLS, asked.seed)
            unanswered = plan.sample(unanswered, QUICK_ANSWERS, asked.seed)
        return killed + unanswered

    replies = FEW if asked.quick else MANY
    return Sweep("serve on SQLite", Troupe(folder, SqliteFiles(), ("serve",), pool, replies), chosen)


def _together(
    folder: Path, pool: ProcessPoolExecutor, server: PostgresServer, asked: argparse.Namespace
) -> Sweep:
    """Three processes on PostgreSQL, any of them killed at random, or PostgreSQL itself."""

    def chosen(points: Sequence[Reached]) -> list[Fault]:
        count = QUICK_SEEDS if asked.quick else SEEDS
        kills = plan.random_kills(points, range(asked.seed, asked.seed + count))
        return kills + plan.restarts(points, range(asked.seed, asked.seed + (count + 2) // 3))

    return Sweep("serve + 2 x work on PostgreSQL", Troupe(folder, server, THREE, pool, FEW), chosen)


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


def _begun(
    sweep: Sweep, points: Sequence[Reached], asked: argparse.Namespace
) -> tuple[str, list[Future[Result]]]:
    """The title of a sweep, and its plays as they are being performed."""
    faults = [fault for fault in sweep.chosen(points) if asked.only in f"{fault.step} {fault}"]
    return f"{sweep.who}: {_counted(points)}", sweep.troupe.perform(faults)


def _shown(console: Console, title: str, plays: Sequence[Future[Result]]) -> list[Result]:
    """Wait for the plays, in their order."""
    results: list[Result] = []
    with console.status(title) as status:
        for play in plays:
            results.append(result := play.result())
            if result.lost or result.doubled:
                console.print(f"{result.fault.step}, {result.fault}: {result}", markup=False, highlight=False)
            status.update(f"{title}: {len(results)} of {len(plays)}")
    report.show(console, title, results)
    return results


if __name__ == "__main__":
    main()
