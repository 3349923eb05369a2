"""Incidents that resemble each other, the same on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.causes import CauseClass
from bot.domain.incident import Status
from bot.domain.likeness import Portrait, Stage
from bot.ports import Match, Records, Told
from storage import Database
from storage.likeness import LikenessTable
from storage.tables import likeness_terms
from tests.storage.builders import AT, TEAM, new_incident

POOL = "Retries leaked database connections until the connection pool was exhausted."
LATER = AT + timedelta(days=400)


def portrait(cause: str = POOL, **given: Any) -> Portrait:
    """A drafted incident."""
    usual = {"stage": Stage.DRAFTED, "title": "", "cause": cause}
    return Portrait.model_validate(usual | given)


def add(records: Records, cause: str = POOL, *, channel: str = "C1", **given: Any) -> int:
    """A resolved incident that can be compared, in a channel of its own."""
    made = records.incidents.create(new_incident(channel_id=channel, **given))
    made = records.incidents.replace(made.model_copy(update={"status": Status.PUBLISHED}))
    records.likeness.put(made.id, TEAM, portrait(cause))
    return made.id


def nearest(records: Records, cause: str = POOL, **given: Any) -> list[int]:
    """The ids of what a new incident resembles, best first."""
    usual: dict[str, Any] = {"before": LATER}
    return [one.incident_id for one in records.likeness.nearest(0, TEAM, portrait(cause), **(usual | given))]


def test_the_most_alike_come_first_and_strangers_not_at_all(storage: Database) -> None:
    """Same cause in other words before the same service before nothing in common."""
    with storage.begin() as records:
        stranger = add(records, "Giraffes ate the lawn.", channel="C1")
        near = add(records, "The pool ran out of connections that a retry leaked.", channel="C2")
        far = add(records, "Connections were refused by a firewall rule.", channel="C3")
        found = nearest(records)
    assert found == [near, far]
    assert stranger not in found


def test_what_both_have_is_told_in_words_with_the_class_of_the_earlier_cause(storage: Database) -> None:
    """Concepts by name, stems as the words they stood for."""
    with storage.begin() as records:
        made = records.incidents.create(new_incident())
        records.likeness.put(made.id, TEAM, portrait(cause_class=CauseClass.CAPACITY))
        (found,) = records.likeness.nearest(0, TEAM, portrait(), before=LATER)
    assert "connection pool" in found.shared
    assert not any(term.startswith(("=", "!", "#", "@")) for term in found.shared)
    assert found.cause_class is CauseClass.CAPACITY
    assert 0.8 < found.score <= 1


def test_only_what_everybody_may_see_is_found(storage: Database) -> None:
    """Private ones only for their channels, restricted, discarded and dismissed ones for nobody."""
    with storage.begin() as records:
        public = add(records, channel="C1")
        private = add(records, channel="C2", is_private=True)
        hidden = add(records, channel="C3", restricted=True)
        assert nearest(records) == [public]
        assert sorted(nearest(records, private_in=("C2",))) == [public, private]
        assert nearest(records, private_in=("C2",), only_in="C2") == [private]
        assert hidden not in nearest(records, private_in=("C3",))
        for status in (Status.DISCARDED, Status.DISMISSED):
            now = records.incidents.get(public)
            assert now is not None
            records.incidents.replace(now.model_copy(update={"status": status}))
            assert nearest(records) == []


def test_only_earlier_incidents_of_the_workspace_are_found(storage: Database) -> None:
    """Neither itself nor what began later nor another workspace's."""
    with storage.begin() as records:
        one = add(records, channel="C1")
        later = add(records, channel="C2", started_at=LATER)
        assert nearest(records) == [one]
        assert records.likeness.nearest(one, TEAM, portrait(), before=LATER) == ()
        assert records.likeness.nearest(0, "T2", portrait(), before=LATER) == ()
        assert later not in nearest(records, before=AT + timedelta(days=1))


def _terms(records: Records) -> int:
    assert isinstance(records.likeness, LikenessTable)
    connection = records.likeness._connection
    return int(connection.execute(select(func.count()).select_from(likeness_terms)).scalar_one())


def test_terms_follow_their_incident_and_go_with_it(storage: Database) -> None:
    """Put again they are replaced, removed nothing is left of them, and erasing the incident reaches them."""
    with storage.begin() as records:
        one = add(records)
        records.likeness.put(one, TEAM, portrait("Giraffes ate the lawn."))
        assert nearest(records, "Connections leaked from the pool.") == []
        assert nearest(records, "A giraffe on the lawn.") == [one]
        records.likeness.remove(one)
        records.likeness.remove(one)
        assert _terms(records) == 0
        two = add(records, channel="C2")
        records.eraser.incident(two)
        assert _terms(records) == 0


def test_erasing_a_workspace_spares_the_terms_of_held_incidents_only(storage: Database) -> None:
    """Nothing of the others stays."""
    with storage.begin() as records:
        add(records, channel="C1")
        held = add(records, "Giraffes ate the lawn.", channel="C2")
        records.eraser.workspace(TEAM, spare=(held,))
        assert nearest(records) == []
        assert nearest(records, "A giraffe on the lawn.") == [held]


def test_what_an_incident_was_told_is_kept_until_more_is_known(storage: Database) -> None:
    """Told again replaces; new terms make it out of date without losing it."""
    with storage.begin() as records:
        one, two, new = (add(records, channel=f"C{number}") for number in range(3))
        assert records.likeness.told(new) == Told()
        first = Match(other_id=one, chance=0.4, shared=("pool",))
        second = Match(other_id=two, chance=0.8, same_class=True)
        records.likeness.tell(new, TEAM, Told(basis="started", matches=(first,)))
        records.likeness.tell(new, TEAM, Told(basis="revision 1", matches=(first, second)))
        assert records.likeness.told(new) == Told(basis="revision 1", matches=(second, first))
        records.likeness.put(new, TEAM, portrait())
        assert records.likeness.told(new) == Told(basis="", matches=(second, first))


def test_forsaking_an_incident_reaches_everybody_who_was_told_of_it(storage: Database) -> None:
    """They are named, and theirs is out of date; so is what it was told itself."""
    with storage.begin() as records:
        one, two, new = (add(records, channel=f"C{number}") for number in range(3))
        matches = (Match(other_id=one, chance=0.4), Match(other_id=two, chance=0.8))
        records.likeness.tell(new, TEAM, Told(basis="started", matches=matches))
        records.likeness.tell(one, TEAM, Told(basis="started", matches=matches[1:]))
        assert records.likeness.forsake(one) == (new,)
        assert records.likeness.told(new) == Told(basis="", matches=matches[1:])
        assert records.likeness.told(one) == Told()
        records.eraser.incident(two)
        assert records.likeness.told(new).matches == ()


@pytest.mark.parametrize("title", ["", "\x00", "\u202e\u200f", "%' OR 1=1 --", "=pool", "a" * 5_000])
def test_odd_titles_are_compared_like_any_other(storage: Database, title: str) -> None:
    """Nothing in a text makes a look-up fail."""
    with storage.begin() as records:
        made = records.incidents.create(new_incident())
        odd = portrait(title, title=title, services=(title,))
        records.likeness.put(made.id, TEAM, odd)
        records.likeness.nearest(0, TEAM, odd, before=LATER)
