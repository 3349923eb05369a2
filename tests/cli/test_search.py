"""`postmortem search`: finding incidents from the shell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.domain.incident import Scope
from bot.ports import NewIncident, SearchDocument
from storage import open_storage
from tests.cli.conftest import Run

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


@pytest.fixture
def archive(database: str) -> str:
    """One published public incident and, a day later, an unreviewed private one in another workspace."""
    storage = open_storage(database, clock=SystemClock())
    for team, channel, private, title, published, at in (
        ("T1", "C1", False, "Checkout is slow", True, AT),
        ("T2", "C2", True, "Slow \x1b[31mreports", False, AT + timedelta(days=1)),
    ):
        with storage.begin() as records:
            incident = records.incidents.create(
                NewIncident(
                    team_id=team,
                    channel_id=channel,
                    scope=Scope.CHANNEL,
                    title=title,
                    started_at=at,
                    since_ts="1.000000",
                    is_private=private,
                )
            )
            records.search.put(
                SearchDocument(
                    incident_id=incident.id,
                    team_id=team,
                    channel_id=channel,
                    is_private=private,
                    title=title,
                    summary="The connection pool was exhausted.",
                    published=published,
                    at=at,
                )
            )
    storage.close()
    return database


def test_an_operator_finds_everything_published_first(run: Run, archive: str) -> None:
    """All workspaces and private incidents too, the unreviewed ones marked, nothing steering the terminal."""
    done = run("search", "connection", "pool")
    assert done.code == 0
    head, snippet, second, _ = done.out.splitlines()
    assert head == "INC-1  2026-11-21  Checkout is slow"
    assert snippet.strip() == "The connection pool was exhausted."
    assert second.startswith("PRV-1  2026-11-22  Slow")
    assert second.endswith("(unreviewed)")
    assert not set(done.out) & {"\x1b", "\x02", "\x03"}


def test_results_of_several_workspaces_keep_the_order_asked_for(run: Run, archive: str) -> None:
    """The newest first is the newest of all, whichever workspace it is in."""
    heads = run("search", "connection", "by:recent", "--limit", "1").out.splitlines()
    assert heads[0].startswith("PRV-1")


def test_finding_nothing_is_told_by_the_exit_code(run: Run, archive: str) -> None:
    """As grep does."""
    done = run("search", "zebra")
    assert (done.code, done.out, done.err) == (1, "", "Nothing found.\n")


@pytest.mark.parametrize("words", ['"', "AND OR NOT", "🔥" * 50, "x" * 5000, "a:b (c*", "-- --"])
def test_odd_words_do_no_harm(run: Run, archive: str, words: str) -> None:
    """Quotes, operators and emoji find nothing rather than fail."""
    assert run("search", "--", words).code in (0, 1)
