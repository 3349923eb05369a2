"""The short way in: a message that nothing hangs on is stored with its event, any other is left alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from bot.domain.incident import Status
from bot.domain.transcript import Attachment, Message, Reaction
from bot.ports import StoredChannel
from storage import Database, address, engine, hearing, open_storage
from storage.direct import Direct
from tests.clock import ManualClock
from tests.storage.builders import AT, CHANNEL, TEAM, message, new_incident

REVIEWING = frozenset({Status.IN_REVIEW, Status.PUBLISHED})


def _name(storage: Database, name: str) -> None:
    with storage.begin() as records:
        records.channels.save(StoredChannel(team_id=TEAM, id=CHANNEL, name=name))


def _watched(name: str) -> bool:
    return name.startswith("incident-")


def _hear(
    storage: Database,
    event_id: str,
    said: Message,
    *,
    watched: Callable[[str], bool] = _watched,
) -> bool:
    return storage.hear(event_id, said, team_id=TEAM, watched=watched, reviewing=REVIEWING, at=AT)


def _stored(storage: Database, ts: str) -> Message | None:
    with storage.read() as records:
        return records.messages.get(TEAM, CHANNEL, ts)


def _is_new(storage: Database, event_id: str) -> bool:
    with storage.begin() as records:
        return records.inbox.first_seen(event_id, at=AT, team_id=TEAM)


@pytest.fixture
def known(storage: Database) -> Database:
    """A database that knows a watched channel."""
    _name(storage, "incident-1")
    return storage


SAID = (
    message(),
    message(thread_ts="99.000001", broadcast=True, subtype="thread_broadcast"),
    message(author_id="B1", author_name="Datadog", is_bot=True, reactions=(Reaction(name="eyes", count=2),)),
    message(text="", files=(Attachment(id="F1", name="graph.png", link="https://x/y"),), reply_count=3),
    message(text="half a pair \ud800 and \x00 nothing", author_id=None),
)


@pytest.mark.parametrize("said", SAID)
def test_what_is_heard_is_what_saving_stores(known: Database, said: Message) -> None:
    """Both ways in leave the same row, and the event is not taken in again."""
    assert _hear(known, "Ev1", said)
    heard = _stored(known, said.ts)
    other = said.model_copy(update={"ts": "100.000002"})
    with known.begin() as records:
        assert records.messages.save(TEAM, other, at=AT)
    saved = _stored(known, other.ts)
    assert heard is not None
    assert saved is not None
    assert heard == saved.model_copy(update={"ts": said.ts})
    assert not _is_new(known, "Ev1")


def test_an_event_that_was_delivered_before_changes_nothing(known: Database) -> None:
    """Even if it says something else this time."""
    assert _hear(known, "Ev1", message())
    assert not _hear(known, "Ev1", message("100.000002"))
    assert _stored(known, "100.000002") is None


def test_a_message_that_is_there_is_left_to_be_merged(known: Database) -> None:
    """Its event counts as unseen, so that the long way takes it in."""
    with known.begin() as records:
        records.messages.save(TEAM, message(text="edited since", edited_ts="101.000001"), at=AT)
    assert not _hear(known, "Ev1", message())
    assert _is_new(known, "Ev1")
    found = _stored(known, "100.000001")
    assert found is not None
    assert found.text == "edited since"


def test_a_tombstone_stays(known: Database) -> None:
    """A deletion that overtook its message is final."""
    with known.begin() as records:
        records.messages.erase(TEAM, CHANNEL, "100.000001", at=AT)
    assert not _hear(known, "Ev1", message())
    found = _stored(known, "100.000001")
    assert found is not None
    assert found.deleted


def test_a_channel_nobody_knows_is_left_to_be_met(storage: Database) -> None:
    """And heard once it is known."""
    assert not _hear(storage, "Ev1", message())
    assert _is_new(storage, "Ev1")
    _name(storage, "incident-1")
    assert _hear(storage, "Ev2", message())


def test_a_channel_that_is_not_watched_is_left_alone(storage: Database) -> None:
    """Whatever is said there."""
    _name(storage, "random")
    assert not _hear(storage, "Ev1", message())
    assert _stored(storage, "100.000001") is None


def test_what_another_process_renames_is_judged_by_its_new_name(known: Database, database_url: str) -> None:
    """The name remembered here is not believed: nothing of a channel that is watched no more is kept."""
    assert _hear(known, "Ev1", message())
    other = open_storage(database_url, clock=ManualClock())
    _name(other, "random")
    assert not _hear(known, "Ev2", message("100.000002"))
    assert not _hear(known, "Ev3", message("100.000003"))
    assert _is_new(known, "Ev2")
    _name(other, "incident-2")
    other.close()
    assert _hear(known, "Ev4", message("100.000004"))
    assert _stored(known, "100.000002") is None


@pytest.mark.parametrize("place", ["root_ts", "card_ts", "review_ts"])
@pytest.mark.parametrize("status", list(Status))
def test_replies_under_a_draft_are_left_to_be_read(known: Database, place: str, status: Status) -> None:
    """Wherever it is reviewed; replies under an incident that is still told are heard."""
    with known.begin() as records:
        made = records.incidents.create(new_incident())
        changes: dict[str, Any] = {place: "99.000001", "status": status, "review_channel_id": CHANNEL}
        records.incidents.replace(made.model_copy(update=changes))
    assert _hear(known, "Ev1", message(thread_ts="99.000001")) is (status not in REVIEWING)
    assert _hear(known, "Ev2", message("100.000002", thread_ts="98.000001"))
    assert _hear(known, "Ev3", message("100.000003"))


def test_of_two_who_store_a_message_at_once_one_is_told_to_look_closer(known: Database) -> None:
    """The other's event is not taken in without its message."""
    heard: list[bool] = []
    first = threading.Thread(target=lambda: heard.append(_hear(known, "Ev1", message(text="one"))))
    with known.begin() as records:
        records.messages.save(TEAM, message(text="two"), at=AT)
        first.start()
        first.join(0.2)
    first.join()
    assert heard == [False]
    assert _is_new(known, "Ev1")


def test_the_short_way_does_not_wait_for_the_disk(known: Database, database_url: str) -> None:
    """What was just said can be read again."""
    direct = Direct(engine.build_direct(address.read(database_url)))
    with direct.lent() as connection:
        on_file = isinstance(connection, sqlite3.Connection)
        question, hasty = ("PRAGMA synchronous", 1) if on_file else ("SHOW synchronous_commit", "off")
        with nullcontext() if on_file else connection.transaction():
            expected = hearing.Expected(TEAM, "incident-1", REVIEWING)
            assert hearing.hear(connection, "Ev1", message(), expected, at=AT)
            assert connection.execute(question).fetchone() == (hasty,)
    direct.close()
    assert _stored(known, "100.000001") is not None


def test_an_event_that_comes_with_two_messages_at_once_is_one(known: Database) -> None:
    """Whoever is later stores nothing; the next is heard again."""
    heard: list[bool] = []
    first = threading.Thread(target=lambda: heard.append(_hear(known, "Ev1", message())))
    with known.begin() as records:
        assert records.inbox.first_seen("Ev1", at=AT, team_id=TEAM)
        first.start()
        first.join(0.2)
    first.join()
    assert heard == [False]
    assert _stored(known, "100.000001") is None
    assert _hear(known, "Ev2", message())
