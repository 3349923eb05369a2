"""What was imported is remembered, so that the next import knows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.incident import Scope, Status
from bot.domain.past import Kind
from bot.ports import Imported, PastIncident
from storage import Database
from tests.storage.builders import AT, CHANNEL, TEAM, evidence, message, new_incident


def past(**more: object) -> PastIncident:
    fields = {
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "scope": Scope.CHANNEL,
        "title": "Checkout",
        "status": Status.IN_REVIEW,
        "started_at": AT,
        "since_ts": "1.000001",
    }
    return PastIncident.model_validate(fields | more)


def row(incident_id: int, **more: object) -> Imported:
    fields = {
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "start": "1.000001",
        "kind": Kind.CHANNEL,
        "incident_id": incident_id,
        "digest": "abc",
        "at": AT,
    }
    return Imported.model_validate(fields | more)


def test_a_past_incident_is_stored_as_it_ended(storage: Database) -> None:
    """Under the next number of its series, beside one that is open in the same channel."""
    with storage.begin() as records:
        live = records.incidents.create(new_incident())
        first = records.imports.create(past(resolved_at=AT + timedelta(hours=1)))
        private = records.imports.create(past(is_private=True, status=Status.PUBLISHED))
    assert (live.number, first.key, private.key) == (1, "INC-2", "PRV-1")
    assert (first.status, first.imported, first.generation) == (Status.IN_REVIEW, True, 1)
    assert first.resolved_at == AT + timedelta(hours=1)
    assert not live.imported


def test_what_it_was_made_from_is_found_again(storage: Database) -> None:
    """By channel and, for documents, by what they hold; saved again it is brought up to date."""
    with storage.begin() as records:
        records.imports.save(row(1))
        records.imports.save(row(1, digest="def", last="2.000001"))
        records.imports.save(row(2, channel_id="CDOC", kind=Kind.DOCUMENT, digest="doc"))
        assert [one.digest for one in records.imports.of_channel(TEAM, CHANNEL)] == ["def"]
        found = records.imports.with_digest(TEAM, "doc")
        assert found is not None
        assert found.incident_id == 2
        assert records.imports.with_digest(TEAM, "def") is None
        assert records.imports.of_channel("T2", CHANNEL) == ()


def test_how_far_an_import_got(storage: Database) -> None:
    """The newest fingerprint of each channel."""
    with storage.begin() as records:
        assert records.imports.fingerprint(TEAM, CHANNEL) == ""
        records.imports.finish(TEAM, CHANNEL, "one", at=AT)
        records.imports.finish(TEAM, CHANNEL, "two", at=AT)
        assert records.imports.fingerprint(TEAM, CHANNEL) == "two"


@pytest.mark.parametrize("what", ["message", "incident", "placeholder"])
def test_a_channel_is_known_by_anything_of_it(storage: Database, what: str) -> None:
    """Its own, not another's."""
    with storage.begin() as records:
        assert not records.imports.is_known(TEAM, CHANNEL)
        if what == "message":
            records.messages.save(TEAM, message(), at=AT)
        elif what == "incident":
            records.incidents.create(new_incident())
        else:
            records.messages.placeholder(TEAM, CHANNEL, "password", "x")
        assert records.imports.is_known(TEAM, CHANNEL)
        assert not records.imports.is_known(TEAM, "C9")
        assert not records.imports.is_known("T2", CHANNEL)


def test_forgetting_keeps_that_it_was_there_and_nothing_it_said(storage: Database) -> None:
    """The row stays without its hash; leaving the workspace takes all of it."""
    with storage.begin() as records:
        incident = records.imports.create(past())
        records.imports.save(row(incident.id))
        records.imports.finish(TEAM, CHANNEL, "one", at=AT)
        records.eraser.incident(incident.id)
        assert [(one.incident_id, one.digest) for one in records.imports.of_channel(TEAM, CHANNEL)] == [
            (incident.id, "")
        ]
        records.eraser.workspace(TEAM, spare=())
        assert records.imports.of_channel(TEAM, CHANNEL) == ()
        assert records.imports.fingerprint(TEAM, CHANNEL) == ""


def test_the_retention_counts_from_the_import(storage: Database) -> None:
    """A finished document is as good as approved."""
    with storage.begin() as records:
        talk, document = (records.imports.create(past(started_at=AT - timedelta(days=900))) for _ in range(2))
        for incident, kind in ((talk, Kind.CHANNEL), (document, Kind.DOCUMENT)):
            records.evidence.save(incident.id, [evidence(1)])
            records.imports.save(row(incident.id, kind=kind, start=str(incident.id)))
        assert records.eraser.unapproved(TEAM, before=AT) == ()
        assert records.eraser.unapproved(TEAM, before=AT + timedelta(seconds=1)) == (talk.id,)


def test_a_channel_that_moves_takes_its_imports_along(storage: Database) -> None:
    """So that the next export finds them under the new id."""
    with storage.begin() as records:
        records.imports.save(row(1))
        records.imports.finish(TEAM, CHANNEL, "one", at=AT)
        records.channels.move(TEAM, CHANNEL, "C9NEW")
        assert [one.incident_id for one in records.imports.of_channel(TEAM, "C9NEW")] == [1]
        assert records.imports.fingerprint(TEAM, "C9NEW") == "one"
