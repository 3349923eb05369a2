"""Lists, windows, forms and Home: within Slack's limits whatever is said, and foreign text does nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.action import Terms, TrackedItem
from bot.domain.incident import Incident, Scope, Severity, Status
from bot.domain.item_words import ListAsked, Which
from bot.domain.postmortem import ActionState
from bot.ports import Home, Listed
from bot.slack import home, items
from bot.slack.items import Reader
from bot.slack.limits import problems, view_problems

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
READER = Reader(
    today=date(2026, 3, 10), name=lambda user_id: f"<!channel> {user_id}", url="https://a.slack.com/"
)
HOSTILE = st.text(max_size=300) | st.sampled_from(
    (
        "<!channel> *bold* `code` <https://evil.example|click>",
        "x" * 4000,
        "@here <@U1> &lt;",
        "𝕏" * 2000,
        " ",
        "",
    )
)


def incident(title: str = "Checkout is down", **given: Any) -> Incident:
    """One in review."""
    usual = {
        "id": 1,
        "team_id": "T1",
        "number": 7,
        "channel_id": "C1",
        "scope": Scope.CHANNEL,
        "card_ts": "1.000100",
        "severity": Severity.SEV2,
        "status": Status.IN_REVIEW,
        "started_at": AT,
        "since_ts": "1.000000",
    }
    return Incident.model_validate(usual | {"title": title} | given)


def item(text: str = "Add an alert.", state: str = "proposed", **given: Any) -> TrackedItem:
    """One of its items."""
    usual = {"id": 3, "team_id": "T1", "incident_id": 1, "place": 1, "proposed_at": AT, "owner_id": "U1"}
    return TrackedItem.model_validate(usual | {"text": text, "state": state} | given)


def one(**given: Any) -> Listed:
    """An item with its incident."""
    return Listed(item=item(**given), incident=incident())


def no_harm(shown: Any) -> None:
    """No token of foreign making is left in any mrkdwn."""
    for text in _texts(shown):
        for token in ("<!channel", "<!here", "<@U", "<https://evil"):
            assert token not in text


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if part.get("type") == "mrkdwn" else []
        return own + [text for value in part.values() for text in _texts(value)]
    return [text for value in part for text in _texts(value)] if isinstance(part, list) else []


@settings(deadline=None, max_examples=25)
@given(HOSTILE, HOSTILE, st.sampled_from(list(ActionState)))
def test_whatever_is_said_fits_and_does_nothing(text: str, said: str, state: ActionState) -> None:
    """In a list, the window, the forms and Home."""
    held = item(text, state, said_by=said, said_owner=said[::-1], reason=said, due=date(2026, 3, 1))
    listed = Listed(item=held, incident=incident(said))
    payload = items.listing([listed] * 7, ListAsked(key=said), READER, me="U1", page=1, size=6, note=text)
    assert problems(payload) == []
    many = [held.model_copy(update={"place": at + 1}) for at in range(21)]
    views = [
        items.window(listed.incident, many, READER, page=1, note=said),
        items.terms_form(held, listed.incident, Terms(owner_id="U1", priority="low"), {"item": 3}),
        items.decline_form(held, listed.incident, {"item": 3}),
    ]
    full = Home(
        today=READER.today,
        open=(listed.incident,) * 11,
        waiting=(listed.incident,) * 9,
        items=(listed,) * 9,
        published=(listed.incident,) * 5,
    )
    drawn = home.view(full, READER.name, READER.url, me="U1", note=text)
    for view in views:
        assert view_problems(view) == []
    assert view_problems(drawn | {"callback_id": "pm_home"}) == []
    for shown in (payload.blocks, *(view["blocks"] for view in (*views, drawn))):
        no_harm(shown)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "idea", "said_by": "responder 2"}, "💡 proposed by responder 2"),
        ({"kind": "commitment", "said_owner": "responder 1"}, "🤝 promised · for responder 1"),
        (
            {"state": "accepted", "due": date(2026, 3, 11), "priority": "high"},
            "due 2026-03-11, tomorrow · high",
        ),
        ({"state": "accepted", "due": date(2026, 3, 10)}, "due 2026-03-10, today"),
        ({"state": "accepted", "due": date(2026, 3, 9)}, "⏰ *due 2026-03-09, 1 day ago*"),
        ({"state": "done", "done_at": AT}, "✅ done on 2026-03-02"),
        ({"state": "declined", "reason": "No time."}, "· No time."),
    ],
)
def test_an_item_says_how_it_stands(given: dict[str, Any], words: str) -> None:
    """In a few words each."""
    payload = items.listing([one(**given)], ListAsked(), READER, me="U1", page=0, size=6)
    assert words in json.dumps(payload.blocks, ensure_ascii=False)


@pytest.mark.parametrize(
    ("asked", "me", "title", "empty"),
    [
        (ListAsked(owner_id="U1"), "U1", "Your open action items", "Nothing to do for you."),
        (ListAsked(which=Which.OVERDUE), "U1", "Overdue action items", "Nothing is overdue."),
        (
            ListAsked(owner_id="U2", which=Which.DONE),
            "U1",
            "Done action items of",
            "No action item is done yet.",
        ),
        (ListAsked(key="INC-7"), "U1", "Action items of INC-7", "There are none."),
    ],
)
def test_a_list_says_what_it_lists_and_why_it_is_empty(
    asked: ListAsked, me: str, title: str, empty: str
) -> None:
    """Friendly, and with what to do next where there is something."""
    payload = items.listing([], asked, READER, me=me, page=0, size=6)
    assert title in json.dumps(payload.blocks)
    assert empty in payload.text


def test_where_a_button_stood_comes_back_and_nothing_else() -> None:
    """A list is drawn again from what its button carries; odd values are none."""
    asked = ListAsked(which=Which.DONE, owner_id="U2", key="INC-7")
    assert items.read_state(items.state_of(asked, 3)) == (asked, 3)
    assert items.read_state({"which": "all", "page": 0}) is None
    assert items.read_state({"which": "open", "page": "1"}) is None
    assert items.read_state("open") is None


@pytest.mark.parametrize("values", [None, {}, {"owner": 3}, {"owner": {"owner": {"selected_user": None}}}])
def test_a_form_without_an_owner_is_none(values: Any) -> None:
    """Whatever shape its state has."""
    assert items.read_terms({"values": values}) is None


def test_a_form_is_read_as_it_was_filled_in() -> None:
    """A date that is none and a priority that is none are left out."""
    filled = {
        "owner": {"owner": {"selected_user": "U1"}},
        "due": {"due": {"selected_date": "2026-04-01"}},
        "priority": {"priority": {"selected_option": {"value": "high"}}},
    }
    assert items.read_terms({"values": filled}) == Terms(owner_id="U1", due=date(2026, 4, 1), priority="high")
    odd = {"due": {"due": {"selected_date": "soon"}}, "priority": {"priority": {"selected_option": 7}}}
    assert items.read_terms({"values": filled | odd}) == Terms(owner_id="U1")
