"""An action item from being said to being done, and which line of a document it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action import Terms, TrackedItem, accepted, declined, done, reopened, shown
from bot.domain.postmortem import ActionItem, ActionState, Commitment
from bot.domain.sameness import carried, match

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=3)
TERMS = Terms(owner_id="U1", due=date(2026, 3, 9), priority="high")


def line(text: str, *evidence: int, **given: Any) -> ActionItem:
    """A line of the document."""
    return ActionItem(text=text, evidence=evidence, **given)


def item(number: int, text: str, *evidence: int, **given: Any) -> TrackedItem:
    """The nth item, proposed unless said otherwise."""
    usual = {"id": number, "team_id": "T1", "incident_id": 1, "place": number, "proposed_at": AT}
    return TrackedItem.model_validate(usual | {"text": text, "evidence": evidence} | given)


ALERT, POOL, BOOK = (
    "Add an alert on the connection count.",
    "Size the pool for the retries.",
    "Write a runbook for failovers.",
)
KNOWN = (item(1, ALERT, 6), item(2, POOL, 6), item(3, BOOK, 9))


def found(
    *lines: ActionItem, known: tuple[TrackedItem, ...] = KNOWN, edited: bool = True
) -> list[int | None]:
    """Which item each line is, by id."""
    matched = match(known, lines, edited=edited)
    return [matched[at].id if at in matched else None for at in range(len(lines))]


def test_a_life_from_proposal_to_done_and_back() -> None:
    """Each step says who and when; the first promise keeps its date."""
    agreed = accepted(KNOWN[0], TERMS, by="U2", at=AT)
    assert (agreed.state, agreed.owner_id, agreed.due, agreed.decided_by) == (
        "accepted",
        "U1",
        TERMS.due,
        "U2",
    )
    changed = accepted(agreed, Terms(owner_id="U3"), by="U1", at=LATER)
    assert (changed.owner_id, changed.due, changed.accepted_at, changed.decided_at) == ("U3", None, AT, LATER)
    finished = done(changed, by="U3", at=LATER)
    assert (finished.state, finished.done_at, finished.is_open) == ("done", LATER, False)
    again = reopened(finished, by="U1", at=LATER)
    assert (again.state, again.owner_id, again.done_at) == ("accepted", "U3", None)


def test_declining_says_why_and_leaves_no_owner() -> None:
    """Reopened it is a proposal again."""
    refused = declined(accepted(KNOWN[0], TERMS, by="U1", at=AT), "not  worth it", by="U2", at=LATER)
    assert (refused.state, refused.reason, refused.owner_id, refused.due) == (
        ActionState.DECLINED,
        "not worth it",
        None,
        None,
    )
    assert reopened(refused, by="U1", at=LATER).state is ActionState.PROPOSED


@pytest.mark.parametrize(
    ("state", "step", "words"),
    [
        ("proposed", "done", "accept it first"),
        ("accepted", "accept", "change it instead"),
        ("done", "done", "done already"),
        ("declined", "change", "reopen it first"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_with_what_does(state: str, step: Any, words: str) -> None:
    """In a sentence for the person who asked."""
    refusal = item(1, ALERT, state=state).refusal(step)
    assert refusal is not None
    assert words in refusal
    assert "Nothing was changed." in refusal


def test_a_document_shows_what_was_decided() -> None:
    """The owner by name, the agreed date and priority; a proposal stays as it was said."""
    lines = (line(ALERT, 6, owner="responder 2", due=date(2026, 3, 3)), line(POOL, 6, owner="responder 1"))
    agreed = accepted(KNOWN[0], TERMS, by="U2", at=AT)
    first, second = shown(lines, {0: agreed, 1: KNOWN[1]}, {"U1": "Ana"}.get)
    assert (first.owner, first.due, first.priority, first.state) == ("Ana", TERMS.due, "high", "accepted")
    assert second == lines[1]


def test_a_declined_item_is_shown_as_such() -> None:
    """With what was said of it."""
    (only,) = shown(
        (line(ALERT, 6, owner="responder 2"),), {0: declined(KNOWN[0], "no", by="U1", at=AT)}, str
    )
    assert (only.owner, only.state) == ("responder 2", ActionState.DECLINED)


def test_the_same_words_are_the_same_item_wherever_they_stand() -> None:
    """Order, case, punctuation and citations do not matter."""
    assert found(line(BOOK, 9), line("Something else.", 12), line(ALERT.upper().rstrip("."), 99)) == [
        3,
        None,
        1,
    ]


def test_words_edited_keep_the_item_by_its_evidence() -> None:
    """Two items of one message are told apart by their words."""
    edited = (
        line("Size the connection pool for retries and bursts.", 6),
        line("Add an alert on connections.", 6),
    )
    assert found(*edited) == [2, 1]


def test_words_retyped_keep_the_item_without_its_evidence() -> None:
    """People retype lines, and another draft may cite another message."""
    assert found(line("Add an alert on the connection count soon.", 14)) == [1]


def test_a_line_rewritten_whole_keeps_the_item_if_a_person_did_it() -> None:
    """Its citations tell; another draft that says something else says something else."""
    rewritten = line("Practise what to do when a database goes.", 9, 21)
    assert found(rewritten) == [3]
    assert found(rewritten, edited=False) == [None]


def test_where_it_is_not_clear_which_item_was_rewritten_it_is_none_of_them() -> None:
    """A decision must not move to another matter."""
    assert found(line("Something unheard of.", 6, 21), line(BOOK, 9)) == [None, 3]


def test_the_same_words_twice_keep_their_places() -> None:
    """Two lines that were erased stay the two items they were."""
    known = (item(1, "[erased]", 4), item(2, "[erased]", 5))
    assert found(line("[erased]", 4), line("[erased]", 5), known=known) == [1, 2]


def test_an_item_whose_line_has_gone_comes_back_with_it() -> None:
    """But one that is there is preferred."""
    gone, there = item(1, ALERT, 6, place=None), item(2, ALERT, 6, place=1)
    assert found(line(ALERT, 6), known=(gone, there)) == [2]
    assert found(line(ALERT, 6), known=(gone,)) == [1]


def test_a_redraft_keeps_what_was_promised() -> None:
    """A line that another draft lost comes after its own; what nobody had accepted goes."""
    agreed = accepted(KNOWN[2], TERMS, by="U1", at=AT)
    before = (line(ALERT, 6), line(POOL, 6), line(BOOK, 9, kind=Commitment.COMMITMENT))
    after = (line(POOL, 6), line("Rotate the keys.", 12))
    assert carried(before, after, (*KNOWN[:2], agreed)) == (*after, before[2])
    assert carried(before, before, (*KNOWN[:2], agreed)) == before
    assert carried(before, after, KNOWN) == after


TEXTS = st.lists(st.sampled_from((ALERT, POOL, BOOK, "[erased]", "Add an alert.", "")), max_size=6)


@given(TEXTS, TEXTS, st.booleans(), st.data())
def test_nobody_is_matched_twice(
    known: list[str], texts: list[str], edited: bool, data: st.DataObject
) -> None:
    """Each line is one item at most, each item one line at most, and everything equal finds itself."""
    labels = st.lists(st.integers(1, 3), max_size=2, unique=True)
    items = tuple(item(at + 1, text, *data.draw(labels)) for at, text in enumerate(known))
    lines = tuple(line(text, *data.draw(labels)) for text in texts)
    matched = match(items, lines, edited=edited)
    assert len({one.id for one in matched.values()}) == len(matched)
    assert set(matched) <= set(range(len(lines)))
    whole = match(items, [one.as_line() for one in items], edited=edited)
    assert [whole[at].id for at in range(len(items))] == [one.id for one in items]
