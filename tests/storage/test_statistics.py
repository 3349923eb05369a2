"""Reading many incidents for statistics, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.causes import CauseClass
from bot.domain.incident import Incident, Severity, Status
from bot.domain.patterns import Case, facts_of
from bot.domain.postmortem import Claim, Draft, Grade, Moment, RootCause, Times
from storage import Database
from tests.storage.builders import AT, TEAM, new_incident, new_thread_incident, revision

NOBODY: frozenset[str] = frozenset()
DAY = timedelta(days=1)


def keys(storage: Database, **asked: Any) -> list[str]:
    """What is counted, by name."""
    bounds: dict[str, Any] = {"since": AT - DAY, "until": AT + DAY, "visible": NOBODY}
    with storage.read() as records:
        found = list(records.statistics.cases(TEAM, **(bounds | asked)))
    return [case.key for case in found]


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
    """Or with none, which is what is stored of it."""
    with storage.begin() as records:
        first = records.incidents.create(new_incident())
        records.incidents.create(new_thread_incident(started_at=AT + timedelta(hours=1)))
        records.revisions.add(revision(first.id))
        records.revisions.add(revision(first.id, 2, draft=Draft(title="Checkout was slow")))
    with storage.read() as records:
        found = list(records.statistics.cases(TEAM, since=AT - DAY, until=AT + DAY, visible=NOBODY))
    assert [(case.key, case.title, case.drafted) for case in found] == [
        ("INC-2", "Checkout latency", False),
        ("INC-1", "Checkout was slow", True),
    ]


def the_case(storage: Database) -> Case:
    """The only incident that is counted."""
    with storage.read() as records:
        (case,) = records.statistics.cases(TEAM, since=AT - DAY, until=AT + DAY, visible=NOBODY)
    return case


def test_what_a_draft_tells_is_kept_with_it_and_redacted_with_it(storage: Database) -> None:
    """Kind, words and times of the newest revision; an older one that is redacted changes nothing."""
    told = Draft(
        title="Checkout was slow",
        root_cause=RootCause(
            grade=Grade.STATED, claims=(Claim(text="The connection pool was exhausted.", evidence=(1,)),)
        ),
        times=Times(started=Moment(at=AT), resolved=Moment(at=AT + timedelta(seconds=90.25))),
    )
    with storage.begin() as records:
        made = records.incidents.create(new_incident(severity=Severity.SEV2, services=("checkout", "db")))
        old = records.revisions.add(revision(made.id, draft=Draft(title="Old")))
        new = records.revisions.add(revision(made.id, 2, draft=told))
        records.revisions.redact(old.model_copy(update={"draft": Draft(title="Older")}))
    case = the_case(storage)
    assert (case.title, case.cause, case.terms) == (told.title, CauseClass.CAPACITY, facts_of(told).terms)
    assert (case.severity, case.services, case.status) == (Severity.SEV2, ("checkout", "db"), Status.OPEN)
    assert (case.to_resolve, case.to_detect) == (timedelta(seconds=90.25), None)
    with storage.begin() as records:
        assert records.statistics.rebuild() == 1
    assert the_case(storage) == case
    with storage.begin() as records:
        records.revisions.redact(new.model_copy(update={"draft": Draft(title="Redacted")}))
    assert (the_case(storage).title, the_case(storage).terms) == ("Redacted", frozenset())


def test_a_forgotten_incident_counts_no_more(storage: Database, several: dict[str, Incident]) -> None:
    """Nothing of it is kept beside its row."""
    with storage.begin() as records:
        records.eraser.incident(several["public"].id)
    assert keys(storage) == []
