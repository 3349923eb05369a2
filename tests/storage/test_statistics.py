"""Reading many incidents for statistics, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.incident import Incident
from bot.domain.postmortem import Draft
from storage import Database
from tests.storage.builders import AT, TEAM, new_incident, new_thread_incident, revision

NOBODY: frozenset[str] = frozenset()
DAY = timedelta(days=1)


def keys(storage: Database, **asked: object) -> list[str]:
    """What is counted, by name."""
    bounds: dict[str, object] = {"since": AT - DAY, "until": AT + DAY, "visible": NOBODY}
    with storage.read() as records:
        found = list(records.statistics.cases(TEAM, **(bounds | asked)))  # type: ignore[arg-type]
        counted = {name: value for name, value in (bounds | asked).items() if name != "limit"}
        if "limit" not in asked:
            assert records.statistics.count(TEAM, **counted) == len(found)  # type: ignore[arg-type]
    return [incident.key for incident, _ in found]


@pytest.fixture
def several(storage: Database) -> dict[str, Incident]:
    """A public, a private and a restricted incident of one day, and one of another workspace."""
    with storage.begin() as records:
        return {
            "public": records.incidents.create(new_incident()),
            "private": records.incidents.create(new_incident(channel_id="C2", is_private=True)),
            "restricted": records.incidents.create(new_incident(channel_id="C3", restricted=True)),
            "foreign": records.incidents.create(new_incident(team_id="T2")),
        }


def test_restricted_incidents_never_count_and_private_ones_for_their_channel_only(
    storage: Database, several: dict[str, Incident]
) -> None:
    """Not even for somebody in the restricted incident's channel; and no other workspace's."""
    assert keys(storage) == ["INC-1"]
    assert sorted(keys(storage, visible=frozenset({"C2", "C3"}))) == ["INC-1", "PRV-1"]


def test_an_incident_counts_in_the_time_it_began(storage: Database, several: dict[str, Incident]) -> None:
    """The beginning belongs to a period, its end to the next."""
    assert keys(storage, since=AT, until=AT + DAY) == ["INC-1"]
    assert keys(storage, since=AT - DAY, until=AT) == []
    assert keys(storage, since=AT + timedelta(seconds=1)) == []


def test_each_comes_with_its_newest_draft_newest_first(storage: Database) -> None:
    """Or with none; a limit keeps the newest."""
    with storage.begin() as records:
        first = records.incidents.create(new_incident())
        records.incidents.create(new_thread_incident(started_at=AT + timedelta(hours=1)))
        records.revisions.add(revision(first.id))
        records.revisions.add(revision(first.id, 2, draft=Draft(title="Checkout was slow")))
    with storage.read() as records:
        found = list(records.statistics.cases(TEAM, since=AT - DAY, until=AT + DAY, visible=NOBODY))
    assert [(incident.key, draft and draft.title) for incident, draft in found] == [
        ("INC-2", None),
        ("INC-1", "Checkout was slow"),
    ]
    assert keys(storage, limit=1) == ["INC-2"]


def test_a_forgotten_incident_counts_no_more(storage: Database, several: dict[str, Incident]) -> None:
    """Nothing of it is kept beside its row."""
    with storage.begin() as records:
        records.eraser.incident(several["public"].id)
    assert keys(storage) == []
