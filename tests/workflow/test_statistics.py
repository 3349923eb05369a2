"""What statistics are asked for, and of which incidents they are made."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import Severity
from bot.domain.postmortem import Claim, Draft, RootCause
from bot.errors import UserError
from bot.ports import NewItem
from bot.workflow.statistics import gather, read_question
from storage import Database
from tests.clock import START, ManualClock
from tests.storage.builders import AT, TEAM, new_thread_incident, revision


def test_words_come_in_any_order() -> None:
    """Period, service and severity, each as people write it."""
    asked = read_question("SEV1 service:Checkout 30d", now=START)
    assert (asked.period.name, asked.filters.service, asked.filters.severity) == (
        "30d",
        "checkout",
        Severity.SEV1,
    )
    assert read_question("sev:2", now=START).filters.severity is Severity.SEV2


def test_without_a_period_it_is_the_last_quarter() -> None:
    """Long enough for a pattern, short enough to act on."""
    assert read_question("", now=START).period.name == "quarter"


@pytest.mark.parametrize("words", ["yesterday", "30d quarter", "sev:9", "service:", "2026-Q9"])
def test_what_makes_no_sense_is_refused_with_a_hint(words: str) -> None:
    """Two periods neither."""
    with pytest.raises(UserError, match=r"is no period I know. Try 30d, quarter"):
        read_question(words, now=START)


@given(st.text(max_size=60))
def test_no_words_break_it(words: str) -> None:
    """They are read, or refused in a sentence."""
    with suppress(UserError):
        read_question(words, now=START)


def fill(storage: Database, count: int, *, cause: str = "") -> None:
    """Incidents of as many days, newest first by number, each with a draft."""
    told = RootCause(claims=(Claim(text=cause, evidence=(1,)),)) if cause else RootCause()
    with storage.begin() as records:
        for days in range(count):
            given = {"started_at": AT - timedelta(days=days), "services": (f"s{days % 2}",)}
            incident = records.incidents.create(new_thread_incident(f"{days}.000001", **given))
            records.revisions.add(revision(incident.id, draft=Draft(title=f"Title {days}", root_cause=told)))


def test_of_too_many_all_are_counted_and_the_newest_compared(storage: Database, clock: ManualClock) -> None:
    """Pairs of thousands would take too long for somebody who waits; how many were left out is told."""
    fill(storage, 20, cause="The connection pool was exhausted by retries.")
    asked = read_question("7d", now=clock.advance(hours=1))
    with storage.read() as records:
        whole = gather(records, TEAM, asked)
        some = gather(records, TEAM, asked, compared=3)
    assert (whole.total, whole.before, whole.left_out) == (8, 7, 0)
    assert (some.total, some.before, some.left_out) == (8, 7, 17)
    assert [one.count for one in whole.by_cause] == [one.count for one in some.by_cause] == [8]
    assert [one.name for one in whole.by_cause] == ["capacity"]


def test_action_items_count_for_the_incidents_asked_for(sqlite_storage: Database, clock: ManualClock) -> None:
    """All that were accepted in the period, or with a filter those of its incidents; none of those left
    out."""
    fill(sqlite_storage, 4)
    with sqlite_storage.begin() as records:
        for incident in records.incidents.recent(TEAM, visible=None):
            item = records.actions.add(
                NewItem(incident_id=incident.id, place=1, text="Add an alert.", proposed_at=AT)
            )
            agreed = {"state": "accepted", "owner_id": "U1", "accepted_at": AT}
            records.actions.replace(type(item).model_validate(item.model_dump() | agreed))
        clock.advance(hours=1)
        everything = gather(records, TEAM, read_question("30d", now=clock.now()))
        narrowed = gather(records, TEAM, read_question("30d service:s1", now=clock.now()))
        fewer = gather(records, TEAM, read_question("30d", now=clock.now()), without=frozenset({1}))
    assert everything.actions is not None
    assert narrowed.actions is not None
    assert (everything.actions.accepted, narrowed.actions.accepted) == (4, 2)
    assert fewer.actions is not None
    assert fewer.actions.accepted == 3
