"""`report`: the incidents of a period as a page to print or to send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import session
from bot.cli.terminal import Quiet, counted, note, say, working
from bot.cli.writing import write
from bot.errors import ConfigError, UserError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.overview import Overview
    from bot.workflow.statistics import Question
    from storage import Database


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    period: Annotated[
        str, typer.Option(help="30d, quarter, year, 2026-Q1, 2026-03, 2026 or all.")
    ] = "quarter",
    service: Annotated[str | None, typer.Option(help="Only incidents of this service.")] = None,
    severity: Annotated[
        str | None, typer.Option(metavar="1-4", help="Only incidents of this severity.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The page to write.", dir_okay=False)] = Path(
        "report.html"
    ),
    include_private: Annotated[
        bool, typer.Option("--include-private", help="Count private incidents too; the page says so.")
    ] = False,
    team: Annotated[
        str | None, typer.Option(help="The workspace (T…), where the database holds several.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a report on many incidents: one web page, with tables behind its charts.

    Public incidents only, unless you ask for private ones; restricted ones never. It needs no Slack.
    """
    from bot.clock import SystemClock
    from bot.publishers.report import as_report

    now = SystemClock().now()
    question = _question(period, service=service, severity=severity, now=now)
    storage = session.database(session.settings(), sets_up=True)
    with working("Counting …", quiet=quiet):
        found = _counted(storage, team, question, include_private=include_private)
        page = as_report(found, made=now, with_private=include_private)
    write(output, page)
    say(str(output))
    note(f"{counted(found.total, 'incident')}, {found.period.label}.", quiet=quiet)


def _question(period: str, *, service: str | None, severity: str | None, now: datetime) -> Question:
    """The options as `/postmortem stats` would be asked. Raises `BadParameter` for what makes no sense."""
    from bot.workflow.statistics import read_question

    words = [period, f"service:{service}" if service else "", f"sev:{severity}" if severity else ""]
    try:
        return read_question(" ".join(words), now=now)
    except UserError as error:
        raise typer.BadParameter(str(error)) from None


def _counted(storage: Database, team: str | None, question: Question, *, include_private: bool) -> Overview:
    """The statistics, with the operator's eyes."""
    from bot.workflow.statistics import gather

    with storage.read() as records:
        known = records.incidents.teams()
        if team is None and len(known) > 1:
            raise ConfigError(f"The database holds several workspaces: choose one with --team {known[0]}.")
        chosen = team or (known[0] if known else "")
        if team is not None and team not in known:
            raise ConfigError(f"The database holds no incident of the workspace {team}.")
        visible = frozenset(records.incidents.private_channels(chosen)) if include_private else frozenset()
        return gather(records, chosen, question, visible=visible)
