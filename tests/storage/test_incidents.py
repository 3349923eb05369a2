"""The incidents table, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bot.domain.incident import Severity, Status
from bot.errors import Conflict
from storage import Database
from tests.storage.builders import AT, CHANNEL, TEAM, new_incident, new_thread_incident


def test_an_incident_comes_back_as_it_went_in(storage: Database) -> None:
    """Times stay aware UTC, lists and enums keep their types."""
    with storage.begin() as records:
        made = records.incidents.create(new_incident(severity=Severity.SEV2, services=("checkout", "db")))
    with storage.begin() as records:
        assert records.incidents.get(made.id) == made
        assert records.incidents.by_key(TEAM, "INC", 1) == made
        assert records.incidents.by_key("T2", "INC", 1) is None
        assert records.incidents.get(99) is None
    assert (made.key, made.status, made.version, made.started_at) == ("INC-1", Status.OPEN, 1, AT)


def test_public_and_private_incidents_are_numbered_apart(storage: Database) -> None:
    """Each series and each workspace counts from 1."""
    with storage.begin() as records:
        made = [
            records.incidents.create(new_incident(channel_id="C1")),
            records.incidents.create(new_incident(channel_id="C2", is_private=True)),
            records.incidents.create(new_incident(channel_id="C3")),
            records.incidents.create(new_incident(channel_id="C1", team_id="T2")),
        ]
    assert [one.key for one in made] == ["INC-1", "PRV-1", "INC-2", "INC-1"]


def test_a_channel_has_one_open_incident_and_any_number_of_threads(storage: Database) -> None:
    """A refused one takes no number, even when the caller goes on and commits."""
    with storage.begin() as records:
        first = records.incidents.create(new_incident())
        with pytest.raises(Conflict, match="This channel"):
            records.incidents.create(new_incident())
        records.incidents.create(new_thread_incident("100.000001"))
        with pytest.raises(Conflict, match="This thread"):
            records.incidents.create(new_thread_incident("100.000001"))
        records.incidents.create(new_thread_incident("100.000002"))
        records.incidents.replace(first.model_copy(update={"status": Status.RESOLVED}))
        again = records.incidents.create(new_incident())
    assert again.number == 4


def test_two_writers_never_overwrite_each_other(storage: Database) -> None:
    """The second to store what both have read is told, and the first one's change stands."""
    with storage.begin() as records:
        read = records.incidents.create(new_incident())
        stored = records.incidents.replace(read.model_copy(update={"title": "first"}))
        assert stored.version == 2
        with pytest.raises(Conflict):
            records.incidents.replace(read.model_copy(update={"title": "second"}))
        assert records.incidents.get(read.id) == stored


def test_reopening_beside_an_open_incident_is_a_conflict(storage: Database) -> None:
    """The transaction survives it, so the caller can say so and go on."""
    with storage.begin() as records:
        old = records.incidents.create(new_incident())
        old = records.incidents.replace(old.model_copy(update={"status": Status.RESOLVED}))
        new = records.incidents.create(new_incident())
        with pytest.raises(Conflict, match="This channel"):
            records.incidents.replace(old.model_copy(update={"status": Status.OPEN}))
        assert records.incidents.in_channel(TEAM, CHANNEL, Status.OPEN) == (new,)


def test_identity_never_changes(storage: Database) -> None:
    """An incident made private later keeps its number and series."""
    with storage.begin() as records:
        made = records.incidents.create(new_incident())
        records.incidents.replace(made.model_copy(update={"is_private": True, "series": "PRV", "number": 9}))
        found = records.incidents.get(made.id)
    assert found is not None
    assert (found.key, found.is_private) == ("INC-1", True)


def test_incidents_are_found_by_the_messages_they_hang_under(storage: Database) -> None:
    """By thread root, card, place of review and resolving reaction, in their own channel only."""
    with storage.begin() as records:
        thread = records.incidents.create(new_thread_incident("100.000001"))
        card = records.incidents.create(new_incident())
        known = {
            "card_ts": "200.000001",
            "resolved_by_ts": "300.000001",
            "review_channel_id": "C9",
            "review_ts": "400.000001",
        }
        card = records.incidents.replace(card.model_copy(update=known))
        incidents = records.incidents
        assert incidents.in_thread(TEAM, CHANNEL, "100.000001") == thread
        assert incidents.in_thread(TEAM, CHANNEL, "200.000001") == card
        assert incidents.in_thread(TEAM, "C9", "400.000001") == card
        assert incidents.in_thread(TEAM, "C9", "200.000001") is None
        assert incidents.resolved_by(TEAM, CHANNEL, "300.000001") == card
        assert incidents.resolved_by(TEAM, CHANNEL, "100.000001") is None


def test_lists_are_newest_first_and_hide_private_channels(storage: Database) -> None:
    """Public ones always show; private ones only with their channel visible, or to the operator."""
    with storage.begin() as records:
        public = records.incidents.create(new_incident(channel_id="C1", started_at=AT - timedelta(days=1)))
        private = records.incidents.create(new_incident(channel_id="C2", is_private=True))
        newest = records.incidents.create(new_incident(channel_id="C3", started_at=AT + timedelta(days=1)))
        records.incidents.create(new_incident(team_id="T2"))
        recent = records.incidents.recent
        assert recent(TEAM, visible=frozenset()) == (newest, public)
        assert recent(TEAM, visible=frozenset({"C2"})) == (newest, private, public)
        assert recent(TEAM, visible=None, limit=2) == (newest, private)
        assert records.incidents.private_channels(TEAM) == ("C2",)


def test_public_incidents_are_found_in_a_channel_that_has_private_ones_too(storage: Database) -> None:
    """Of the channels asked for, however many, those of this workspace."""
    with storage.begin() as records:
        for channel, private in (("C1", False), ("C2", True), ("C3", True), ("C4", False)):
            records.incidents.create(new_incident(channel_id=channel, is_private=private))
        records.incidents.create(new_thread_incident(channel_id="C3"))
        records.incidents.create(new_incident(team_id="T2", channel_id="C5"))
        asked = frozenset({"C1", "C2", "C3", "C5", "C6"} | {f"G{number}" for number in range(40_000)})
        assert records.incidents.public_among(TEAM, asked) == ("C1", "C3")
        assert records.incidents.public_among(TEAM, frozenset()) == ()


def test_numbers_stay_unique_and_without_gaps_under_concurrency(storage: Database) -> None:
    """Four threads open forty incidents and get the numbers 1 to 40."""
    numbers: list[int] = []

    def work(worker: int) -> None:
        for n in range(10):
            with storage.begin() as records:
                made = records.incidents.create(new_incident(channel_id=f"C{worker}-{n}"))
            numbers.append(made.number)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 41))


def test_two_threads_that_open_one_channel_make_one_incident(storage: Database) -> None:
    """The loser is told, whichever it is."""
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        try:
            with storage.begin() as records:
                records.incidents.create(new_incident())
            outcomes.append("made")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused", "refused", "refused"]
