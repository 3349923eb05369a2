"""What people type about action items."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.item_words import ItemReply, ListAsked, Which, parse_item_reply, parse_list


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("", ListAsked(owner_id="U0ME")),
        ("mine", ListAsked(owner_id="U0ME")),
        ("Overdue", ListAsked(which=Which.OVERDUE)),
        ("mine overdue", ListAsked(which=Which.OVERDUE, owner_id="U0ME")),
        ("open", ListAsked()),
        ("done <@U0ANA|ana>", ListAsked(which=Which.DONE, owner_id="U0ANA")),
        ("<@U0ANA>", ListAsked(owner_id="U0ANA")),
        ("inc-7", ListAsked(key="INC-7")),
    ],
)
def test_lists_are_asked_for_in_a_word_or_two(words: str, asked: ListAsked) -> None:
    """Nothing at all is what most people want: their own."""
    assert parse_list(words, me="U0ME") == asked


@pytest.mark.parametrize("words", ["everything", "mine please", "@ana", "<!channel>"])
def test_a_word_without_meaning_is_told_with_those_that_have_one(words: str) -> None:
    """Nobody gets another list than the one they asked for."""
    with pytest.raises(ValueError, match="Say `mine`, `overdue`"):
        parse_list(words, me="U0ME")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("done action 2", ItemReply(step="done", number=2)),
        ("Finished action item 2.", ItemReply(step="done", number=2)),
        ("reopen action 2!", ItemReply(step="reopen", number=2)),
        ("accept action 1", ItemReply(step="accept", number=1)),
        (
            "accept action 1 @Maya Lindqvist by 2026-12-01",
            ItemReply(step="accept", number=1, owner_name="Maya Lindqvist", due=date(2026, 12, 1)),
        ),
        (
            "accept action 1 @maya, high",
            ItemReply(step="accept", number=1, owner_name="maya", priority="high"),
        ),
        (
            "accept action 2 @U0ANA by 2026-12-01, high priority",
            ItemReply(step="accept", number=2, owner_id="U0ANA", due=date(2026, 12, 1), priority="high"),
        ),
        ("decline action 3", ItemReply(step="decline", number=3)),
        (
            "decline action 3: the new pool\nreplaces it",
            ItemReply(step="decline", number=3, reason="the new pool replaces it"),
        ),
    ],
)
def test_a_reply_decides(text: str, reply: ItemReply) -> None:
    """In the words of the short forms."""
    assert parse_item_reply(text) == reply


@pytest.mark.parametrize(
    "text",
    [
        "is done action 2",
        "done action 2 or so I hope",
        "accept action 2 only if there is time",
        "action 2: Add an alert",
        "remove action 2",
        "done action",
        "done action 2nd",
    ],
)
def test_talk_decides_nothing(text: str) -> None:
    """A form counts only when it is the whole message."""
    assert parse_item_reply(text) is None


def test_a_date_that_is_none_is_told() -> None:
    """Rather than being left out."""
    with pytest.raises(ValueError, match="is no date"):
        parse_item_reply("accept action 2 by friday")


@given(st.text())
def test_any_text_is_a_decision_talk_or_a_date_that_is_none(text: str) -> None:
    """Nothing else comes out, whatever is typed."""
    for said in (text, f"accept action 1 {text}", f"decline action 1: {text}"):
        with suppress(ValueError):
            found = parse_item_reply(said)
            assert found is None or len(found.reason) <= 300
