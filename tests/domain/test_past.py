"""Old talk is split into the incidents in it: whole channels, threads, bursts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.incident import Scope
from bot.domain.past import Kind, Part, Split, find, title_of
from bot.domain.transcript import Message, Reaction, as_ts, ts_order

AT = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
BROKE, OVER = "Checkout is down, 502 for everybody.", "Resolved, all is back to normal."


def say(
    text: str, *, days: float = 0, minutes: float = 0, root: Message | None = None, tick: str = ""
) -> Message:
    """A message so long after the beginning."""
    return Message(
        channel_id="C1",
        ts=as_ts(AT + timedelta(days=days, minutes=minutes)),
        thread_ts=root.ts if root else None,
        text=text,
        reactions=(Reaction(name=tick),) if tick else (),
    )


def outage(days: float) -> list[Message]:
    return [
        say(text, days=days, minutes=5 * n)
        for n, text in enumerate((BROKE, "Looking.", "Rolled back.", OVER))
    ]


def test_a_channel_of_one_incident_is_one() -> None:
    """Whatever was said about it in the days after."""
    talk = [
        *outage(0),
        say("The review is on Friday.", days=3),
        say("It was slow again for a minute.", days=4),
    ]
    (part,) = find(talk).parts
    assert (part.kind, part.scope, part.messages) == (Kind.CHANNEL, Scope.CHANNEL, tuple(talk))


@pytest.mark.parametrize(("days", "kinds"), [((0, 20), 2), ((0, 1, 2, 3), 4), ((0, 2), 1), ((0, 1, 2), 1)])
def test_a_channel_is_long_lived_by_the_incidents_in_it(days: tuple[float, ...], kinds: int) -> None:
    """Two that are far apart, or four on as many days; else it was one that took its time."""
    assert len(find([one for day in days for one in outage(day)]).parts) == kinds


def test_threads_of_a_long_lived_channel_are_told_from_talk_around_them() -> None:
    """A thread that broke and was ticked is one, what was said beside it is none."""
    root = say(BROKE, days=30, tick="white_check_mark")
    thread = [
        root,
        say("Looking.", days=30, minutes=1, root=root),
        say("Done.", days=30, minutes=2, root=root),
    ]
    talk = [*outage(0), *thread, say("Lunch?", days=30, minutes=1.5)]
    found = find(talk)
    assert [(part.kind, part.root_ts) for part in found.parts] == [(Kind.BURST, None), (Kind.THREAD, root.ts)]
    assert found.rest == {"messages outside any incident": 1}


def test_a_reply_belongs_to_the_burst_of_its_root() -> None:
    """However late it came."""
    talk = outage(0)
    late = say("The report is out.", days=5, root=talk[0])
    parts = find([*talk, late, *outage(30)]).parts
    assert parts[0].messages[-1] == late


def test_the_split_can_be_forced_both_ways() -> None:
    """`never` is one incident, `always` is what looks like one, which may be nothing."""
    talk = [*outage(0), *outage(30)]
    assert len(find(talk, split=Split.NEVER).parts) == 1
    assert len(find(outage(0), split=Split.ALWAYS).parts) == 1
    assert find([say("Lunch?"), say("Yes.", minutes=1)], split=Split.ALWAYS).parts == ()
    assert find([]).parts == ()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("incident-2026-02-10-checkout-latency", "Checkout latency"),
        ("incident-20260210-sev1-db", BROKE),
        ("incident-p1-search-index", "Search index"),
        ("incident-4711", BROKE),
    ],
)
def test_a_channel_is_called_by_its_name_where_that_says_something(name: str, title: str) -> None:
    """Else by the message that says what broke."""
    part = Part(kind=Kind.CHANNEL, messages=(say("Hello."), say(BROKE, minutes=1)))
    assert title_of(part, name, ("incident-",)) == title


_TALK = st.lists(
    st.tuples(
        st.integers(0, 40 * 24 * 60),
        st.sampled_from([BROKE, OVER, "Lunch?", ""]),
        st.integers(-3, 5),
        st.booleans(),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(_TALK, st.sampled_from(Split))
def test_no_message_is_in_two_incidents(drawn: list[tuple[int, str, int, bool]], split: Split) -> None:
    """Whatever the talk, parts hold messages of the channel, each once, in time order, and count the rest."""
    said: dict[str, Message] = {}
    for minute, text, back, ticked in drawn:
        roots = [one for one in said.values() if not one.is_reply]
        root = roots[back] if 0 <= back < len(roots) else None
        one = say(text, minutes=minute, root=root, tick="white_check_mark" if ticked else "")
        said.setdefault(one.ts, one)
    found = find(said.values(), split=split)
    held = [message.ts for part in found.parts for message in part.messages]
    assert len(held) == len(set(held))
    assert set(held) <= set(said)
    assert len(said) - len(held) == found.rest.get("messages outside any incident", 0) or not found.parts
    for part in found.parts:
        assert [one.ts for one in part.messages] == sorted((one.ts for one in part.messages), key=ts_order)
