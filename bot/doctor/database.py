"""The database: its tables, a write that is rolled back, and what is stored about the installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from bot.config import Settings
from bot.doctor.check import APPS, Check
from bot.doctor.slack import MOST_SKEW
from bot.errors import BotError
from bot.ports import Clock
from storage import Database, migrate, open_storage


def database(settings: Settings, clock: Clock) -> Iterator[Check]:
    """The tables; where they are those of this version, a write and what was stored besides."""
    try:
        check = schema(migrate.state(settings.database_url))
        yield check
        if check.ok:
            with closing(open_storage(settings.database_url, clock=clock)) as storage:
                yield _round_trip(storage)
                yield from clocks(storage)
                yield _reading(storage)
                yield from _departures(storage)
    except BotError as error:
        yield Check("database", False, "not usable", str(error))


def schema(state: migrate.State) -> Check:
    """Whether the tables are those of this version."""
    if state.is_current:
        return Check("schema", True, f"The tables are up to date (schema {state.current}).")
    if state.ahead:
        found = f"The tables are from a later version (schema {state.current}; this one knows {state.head})."
        return Check(
            "schema", False, found, "Update postmortem-bot, or set DATABASE_URL to another database."
        )
    found = f"The tables are of schema {state.current}." if state.current else "There are no tables yet."
    return Check("schema", False, found, "Run `postmortem db upgrade`.")


def _round_trip(storage: Database) -> Check:
    health = storage.check()
    return Check("database", True, f"{health.product}, a write takes {health.milliseconds:.0f} ms")


def clocks(storage: Database) -> Iterator[Check]:
    """A server's clock that differs from this host's: leases reckon with it, times at which work is due do
    not."""
    ahead = storage.server_ahead().total_seconds()
    if ahead:
        how = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} this host's"
        mend = "Turn on time synchronisation (NTP) on both. Until then work of other hosts may come late."
        yield Check("database clock", abs(ahead) < MOST_SKEW, how, mend)


def _reading(storage: Database) -> Check:
    """Whether Slack holds this app to what it gives commercially distributed ones, as last seen."""
    with storage.read() as records:
        clamped = records.archives.clamped()
    if not clamped:
        return Check("reading", True, "Slack shows this app whole pages of messages")
    return Check(
        "reading",
        False,
        "Slack shows this app 15 messages a minute, as it does with commercially distributed apps",
        f"Create the app in your own workspace from manifest.yaml at {APPS} and use its tokens; until "
        "then transcripts rest on live events, and drafts may come half an hour late.",
    )


def _departures(storage: Database) -> Iterator[Check]:
    """Workspaces that uninstalled the app: their work waits, and so does their erasure."""
    with storage.read() as records:
        left = records.workspaces.left()
    for team_id, departure in left:
        found = (
            f"the app was uninstalled from {team_id} at {departure.at:%Y-%m-%d %H:%M} UTC; all work for it "
            f"waits, and what is stored is erased from {departure.erase_at:%Y-%m-%d %H:%M} UTC on"
        )
        yield Check("installation", False, found, f"Install the app again at {APPS} and restart the bot.")
