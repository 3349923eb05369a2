"""`db`: bringing the database to this version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from bot.cli import session
from bot.cli.terminal import Quiet, bar, counted, say, working

if TYPE_CHECKING:
    from bot.workflow.rebuilding import Rebuilt


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="The database: what version it has, and bringing it to this one.", no_args_is_help=True
    )
    group.command()(upgrade)
    group.command()(state)
    group.command()(reindex)
    app.add_typer(group, name="db")


def upgrade() -> None:
    """Create the tables, or bring them to this version. Running it twice does no harm."""
    from storage import migrate

    url = session.settings().database_url
    before, after = migrate.state(url), migrate.upgrade(url)
    done = "was up to date already" if before == after else "is up to date now"
    say(f"The database {done} (schema {after.current}).")


def state() -> None:
    """Say whether the database fits this version; exit 1 if it does not."""
    from bot.doctor import schema
    from storage import migrate

    check = schema(migrate.state(session.settings().database_url))
    say(f"{check.found} {check.mend}".strip())
    if not check.ok:
        raise typer.Exit(1)


def reindex(quiet: Quiet = False) -> None:
    """Derive anew what postmortems are found, compared, counted and followed up by.

    Twice does no harm. The bot may go on meanwhile: it waits some seconds for the first part.
    """
    from bot.drafters import make_embedder
    from bot.importer.tools import world_of
    from bot.workflow.rebuilding import Rebuilt, incidents_of, rebuild, rebuild_shared

    settings = session.settings()
    storage = session.database(settings)
    with working("Indexing", quiet=quiet), storage.begin() as records:
        rebuild_shared(records)
    with storage.read() as records:
        theirs = {team: incidents_of(records, team) for team in records.incidents.teams()}
    done = Rebuilt()
    with bar("Comparing", total=sum(map(len, theirs.values())), quiet=quiet) as update:
        for team, numbers in theirs.items():
            world = replace(world_of(settings, storage, team), embedder=make_embedder(settings))
            done = done.plus(rebuild(world, numbers, lambda more: update(advance=more)))
    storage.close()
    say(_told(done))


def _told(done: Rebuilt) -> str:
    said = f"Indexed anew: {counted(done.incidents, 'incident')}."
    if done.drafted:
        said += f" {done.drafted:,} with a draft can be compared and counted by it."
    if done.items:
        said += f" Listed from drafts that had none listed: {counted(done.items, 'action item')}."
    return said
