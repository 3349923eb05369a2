"""Action items in their table, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.action import Terms, TrackedItem, accepted, declined, done
from bot.domain.incident import Incident, Status
from bot.domain.postmortem import ActionState
from bot.errors import Conflict
from bot.ports import ActionCounts, NewItem, Records
from storage import Database
from storage.actions import CHUNK
from tests.storage.builders import AT, TEAM, new_incident, new_thread_incident

NOBODY: frozenset[str] = frozenset()
WEEK = timedelta(days=7)


def new_item(incident: Incident, place: int = 1, **given: Any) -> NewItem:
    """Something to do."""
    usual = {"incident_id": incident.id, "place": place, "text": f"Add alert {place}.", "proposed_at": AT}
    return NewItem.model_validate(usual | given)


def promised(records: Records, item: TrackedItem, owner: str = "U1", **terms: Any) -> TrackedItem:
    """Accepted by its owner."""
    agreed = Terms(owner_id=owner, **terms)
    return records.actions.replace(accepted(item, agreed, by=owner, at=AT))


@pytest.fixture
def incident(storage: Database) -> Incident:
    """An incident to hang action items on."""
    with storage.begin() as records:
        return records.incidents.create(new_incident())


def test_an_item_comes_back_as_it_was_stored(storage: Database, incident: Incident) -> None:
    """With all that was said and all that was decided."""
    said: dict[str, Any] = {
        "evidence": (3, 7),
        "kind": "commitment",
        "said_by": "responder 1",
        "said_owner": "responder 2",
        "said_due": date(2026, 3, 9),
        "said_priority": "high",
    }
    with storage.begin() as records:
        item = records.actions.add(new_item(incident, **said))
        assert records.actions.get(item.id) == item
        agreed = promised(records, item, due=date(2026, 3, 12), priority="low")
        assert records.actions.get(item.id) == agreed
        assert records.actions.get(item.id + 1) is None
    assert (agreed.version, agreed.team_id, agreed.said_due) == (2, TEAM, date(2026, 3, 9))


def test_two_writers_never_overwrite_each_other(storage: Database, incident: Incident) -> None:
    """The one who read earlier is told."""
    with storage.begin() as records:
        item = records.actions.add(new_item(incident))
        promised(records, item)
    with storage.begin() as records, pytest.raises(Conflict):
        promised(records, item, "U2")


def test_the_items_of_an_incident_follow_its_document(storage: Database, incident: Incident) -> None:
    """What has left the document comes last, and is none of the open ones."""
    with storage.begin() as records:
        items = [records.actions.add(new_item(incident, place)) for place in (2, 1, 3, 4)]
        records.actions.replace(items[0].model_copy(update={"place": None}))
        promised(records, items[2])
        records.actions.replace(declined(items[3], "no", by="U1", at=AT))
        assert [item.place for item in records.actions.of(incident.id)] == [1, 3, 4, None]
        opened = records.actions.open_of(incident.id)
    assert [(item.place, item.state) for item in opened] == [
        (3, ActionState.ACCEPTED),
        (1, ActionState.PROPOSED),
    ]


def test_lists_put_first_what_is_due_first(storage: Database, incident: Incident) -> None:
    """Those without a date come last; owner, date and page narrow the list."""
    dues = (None, date(2026, 4, 1), date(2026, 3, 1))
    with storage.begin() as records:
        for place, due in enumerate(dues, start=1):
            owner = "U1" if place != 2 else "U2"
            promised(records, records.actions.add(new_item(incident, place)), owner, due=due)

        def places(**asked: Any) -> list[int | None]:
            found = records.actions.listed(TEAM, ActionState.ACCEPTED, visible=NOBODY, **asked)
            assert all(one.incident == incident for one in found)
            return [one.item.place for one in found]

        assert places() == [3, 2, 1]
        assert places(owner_id="U1") == [3, 1]
        assert places(due_before=date(2026, 3, 2)) == [3]
        assert places(limit=1, offset=1) == [2]
        assert records.actions.listed("T2", ActionState.ACCEPTED, visible=NOBODY) == ()


def test_lists_show_what_may_be_seen(storage: Database) -> None:
    """Private incidents only with their channel, what is put away not at all."""
    with storage.begin() as records:
        private = records.incidents.create(new_incident(channel_id="C2", is_private=True))
        gone = records.incidents.create(new_thread_incident())
        for one in (private, gone):
            promised(records, records.actions.add(new_item(one)))
        records.incidents.replace(gone.model_copy(update={"status": Status.DISCARDED}))
        assert records.actions.listed(TEAM, ActionState.ACCEPTED, visible=NOBODY) == ()
        (found,) = records.actions.listed(TEAM, ActionState.ACCEPTED, visible=frozenset({"C2"}))
    assert found.incident == private


def test_closing_counts_what_was_promised_and_kept(storage: Database, incident: Incident) -> None:
    """Done in time, done late, overdue, still proposed, declined."""
    with storage.begin() as records:
        items = [records.actions.add(new_item(incident, place)) for place in range(1, 7)]
        soon, later = AT.date() + timedelta(days=1), AT.date() + timedelta(days=30)
        for item, due, after in ((items[0], later, 2), (items[1], soon, 3), (items[2], None, 4)):
            agreed = promised(records, item, due=due)
            records.actions.replace(done(agreed, by="U1", at=AT + timedelta(days=after)))
        promised(records, items[3], due=soon)
        records.actions.replace(declined(items[4], "no", by="U1", at=AT))
        counts = records.actions.closing(TEAM, since=AT, until=AT + WEEK, visible=NOBODY)
        early = records.actions.closing(TEAM, since=AT, until=AT + timedelta(days=2, hours=1), visible=NOBODY)
        none = records.actions.closing(TEAM, since=AT + WEEK, until=AT + 2 * WEEK, visible=NOBODY)
        others = records.actions.closing(
            TEAM, since=AT, until=AT + WEEK, visible=NOBODY, incidents=[incident.id + 1]
        )
    assert counts == ActionCounts(accepted=4, done=3, in_time=1, overdue=1, proposed=1, declined=1)
    assert (counts.rate, early.done, early.overdue) == (0.75, 1, 2)
    assert none == others == ActionCounts()
    assert none.rate is None


def test_closing_counts_in_parts_as_in_one(storage: Database, incident: Incident) -> None:
    """However many incidents it is narrowed to."""
    with storage.begin() as records:
        promised(records, records.actions.add(new_item(incident)))
        many = [*range(incident.id + 1, incident.id + CHUNK * 2), incident.id]
        asked: dict[str, Any] = {"since": AT, "until": AT + WEEK, "visible": NOBODY}
        assert records.actions.closing(TEAM, **asked, incidents=many) == ActionCounts(accepted=1)
        assert records.actions.closing(TEAM, **asked, incidents=[]) == ActionCounts()


def test_closing_never_counts_what_is_restricted_or_private(storage: Database) -> None:
    """Unless, for the private ones, it is asked for by somebody in the channel."""
    with storage.begin() as records:
        restricted = records.incidents.create(new_incident(restricted=True))
        private = records.incidents.create(new_incident(channel_id="C2", is_private=True))
        for one in (restricted, private):
            promised(records, records.actions.add(new_item(one)))
        asked: dict[str, Any] = {"since": AT, "until": AT + WEEK}
        assert records.actions.closing(TEAM, **asked, visible=NOBODY).accepted == 0
        assert records.actions.closing(TEAM, **asked, visible=frozenset({"C1", "C2"})).accepted == 1


def test_forgetting_an_incident_takes_its_items(storage: Database, incident: Incident) -> None:
    """Nothing is left of them, whatever state they were in."""
    with storage.begin() as records:
        item = promised(records, records.actions.add(new_item(incident)))
        records.eraser.incident(incident.id)
        assert records.actions.get(item.id) is None
