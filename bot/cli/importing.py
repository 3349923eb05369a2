"""`import`: past incidents from Slack exports, and postmortems written elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import session
from bot.cli.terminal import Quiet, bar, note, say, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.importer.report import Line, Report

MOST_PROCESSES = 4
"""However many cores there are: one process stores what the others draft."""
SHOWN = 30
"""Lines of a kind in the table; the rest is counted."""


class Split(StrEnum):
    """The values of `bot.domain.past.Split`, again so that `--help` need not load the domain."""

    AUTO = "auto"
    NEVER = "never"
    ALWAYS = "always"


Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="EXPORT…",
        help="Slack exports (zip, folder, one channel's folder, a JSON list), and Markdown postmortems "
        "(files, or folders of them).",
    ),
]
Channels = Annotated[
    list[str] | None,
    typer.Option(
        help="Which channels, as a pattern such as 'incident-*'; INCIDENT_CHANNELS where it is left out.",
        show_default=False,
    ),
]
Since = Annotated[
    str, typer.Option(help="Only what began since then: 2024, 2024-03 or 2024-03-15.", show_default=False)
]
HowSplit = Annotated[
    Split, typer.Option(help="One incident a channel (never), or one for each thread or burst that is one.")
]
Limit = Annotated[
    int | None, typer.Option(min=1, help="At most so many channels or documents.", show_default=False)
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only tell what would be made of what; nothing is stored.")
]
Privacy = Annotated[
    bool | None,
    typer.Option(
        "--private/--public", help="What channels are that the export does not list.", show_default=False
    ),
]
Team = Annotated[str, typer.Option(help="The workspace's id, where nobody can tell it.", show_default=False)]
Drafter = Annotated[
    str, typer.Option(help="Who drafts. A model is asked only where it is named here: history is long.")
]
Processes = Annotated[
    int | None, typer.Option(min=1, help="How many draft at once; by the cores.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    paths: Paths,
    channels: Channels = None,
    since: Since = "",
    split: HowSplit = Split.AUTO,
    limit: Limit = None,
    dry_run: DryRun = False,
    private: Privacy = None,
    team: Team = "",
    drafter: Drafter = "extractive",
    processes: Processes = None,
    quiet: Quiet = False,
) -> None:
    """Bring your history: past incidents become archived, drafted, searchable ones. Nothing is posted.

    Stopped and started again it goes on; nothing is doubled. Exits 1 where something could not be read.
    """
    from bot.importer.choosing import Wish
    from bot.importer.everything import import_all

    wish = Wish(
        paths=tuple(paths),
        channels=tuple(channels or ()),
        since=since,
        split=split.value,
        limit=limit,
        dry_run=dry_run,
        private=private,
        team=team,
        processes=processes or min(os.cpu_count() or 1, MOST_PROCESSES),
    )
    settings = session.settings(drafter=drafter)
    with _bar(quiet=quiet) as (begin, tell):
        report = import_all(settings, session.database(settings, sets_up=True), wish, begin=begin, tell=tell)
    _show(report, dry_run=dry_run, quiet=quiet)
    _leave(report)


def _leave(report: Report) -> None:
    """Exit as honestly as the report is whole."""
    if report.stopped:
        note("Stopped. What was imported is kept; the same command goes on from here.", quiet=False)
        raise typer.Exit(130)
    if not report.is_whole:
        raise typer.Exit(1)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[tuple[Callable[[int], None], Callable[[Line], None]]]:
    """A bar that grows as channels are found, and counts incidents."""
    total = incidents = 0
    with bar("Importing", quiet=quiet, counting="incidents") as update:

        def begin(more: int) -> None:
            nonlocal total
            total += more
            update(total=total)

        def tell(line: Line) -> None:
            nonlocal incidents
            incidents += len(line.keys)
            update(advance=1, counted=incidents)

        yield begin, tell


def _show(report: Report, *, dry_run: bool, quiet: bool) -> None:
    from bot.importer.report import Outcome

    if not quiet:
        rows = [row for outcome in Outcome for row in _rows(report, outcome)]
        if rows:
            table(("", "what", "incidents", ""), rows)
    for sentence in report.broken:
        note(f"Left out: {sentence}", quiet=False)
    for reason, count in report.ignored.items():
        note(f"Not looked at: {count:,} {reason}.", quiet=quiet)
    say(_summary(report, dry_run=dry_run))


def _rows(report: Report, outcome: object) -> Iterator[tuple[str, str, str, str]]:
    """The lines of one kind; unchanged ones are counted only."""
    from bot.importer.report import Outcome

    found = [line for line in report.lines if line.outcome is outcome]
    if outcome is Outcome.UNCHANGED:
        found = []
    shown = found if outcome is Outcome.FAILED else found[:SHOWN]
    for line in shown:
        yield (str(outcome), line.name, _names(line.keys), line.made)
    if len(found) > len(shown):
        yield (str(outcome), f"… and {len(found) - len(shown):,} more", "", "")


def _names(keys: Sequence[str]) -> str:
    """`INC-3`, `INC-3 … INC-9`."""
    return keys[0] if len(keys) == 1 else f"{keys[0]} … {keys[-1]}" if keys else ""


def _summary(report: Report, *, dry_run: bool) -> str:
    from bot.importer.report import Outcome

    counts = [f"{report.count(outcome):,} {outcome}" for outcome in Outcome if report.count(outcome)]
    counts += [f"{report.left:,} left by --limit"] if report.left else []
    what = ", ".join(counts) or "nothing found"
    rate = f"{report.incidents:,} new incidents in {report.seconds:.0f} s"
    return f"Dry run, nothing was stored: {what}." if dry_run else f"{what}: {rate}."
