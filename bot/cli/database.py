"""`db`: bringing the database to this version."""

from __future__ import annotations

import typer

from bot.cli import session
from bot.cli.terminal import counted, say


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


def reindex() -> None:
    """Index all postmortems anew, for the search and the statistics; others wait meanwhile."""
    storage = session.database(session.settings())
    with storage.begin() as records:
        count = records.search.rebuild()
        records.statistics.rebuild()
    storage.close()
    say(f"Indexed anew: {counted(count, 'incident')}.")
