"""Messages become a transcript: fixed labels, roles for names, and an honest coverage."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.assembly import Assembly, assemble, names_in
from bot.domain.incident import Incident, Scope
from bot.domain.transcript import Attachment, Evidence, Message, Person, Reaction, Source, as_ts

START = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
PEOPLE = (
    Person(id="U0ANN", handle="ann.price", real_name="Ann Price", email="ann@x.test"),
    Person(id="U0BOB", handle="bkay", real_name="Robert Kayson"),
    Person(id="U0EVE", handle="evef", real_name="Eve Foxworth"),
    Person(id="U0ZED", handle="zedq", real_name="Zed Quarles"),
)


def say(minute: float, text: str, author: str = "U0ANN", **fields: Any) -> Message:
    ts = as_ts(START + timedelta(minutes=minute))
    return Message(**{"channel_id": "C1", "ts": ts, "author_id": author, "text": text, **fields})


def incident(**fields: Any) -> Incident:
    given_fields = {
        "id": 1, "team_id": "T1", "number": 7, "channel_id": "C1", "scope": Scope.CHANNEL,
        "title": "Checkout down, Bob on it", "started_at": START, "since_ts": as_ts(START),
        "started_by": "U0ANN", "resolved_at": START + timedelta(hours=5),
    }  # fmt: skip
    return Incident(**{**given_fields, **fields})


def put(*messages: Message, known: Sequence[Evidence] = (), **fields: Any) -> Assembly:
    return assemble(incident(), messages, PEOPLE, known=known, **fields)


def test_evidence_is_labelled_in_time_order_with_roles_for_names() -> None:
    """Labels follow time, authors and everybody named in text become roles, links come from outside."""
    result = put(
        say(2, "Bob's deploy broke it, says @U0EVE; mail ann@x.test", author="U0BOB"),
        say(1, "Checkout is down, can someone look? cc Zed Quarles"),
        permalink=lambda channel, ts, _thread: f"https://x.test/{channel}/{ts}",
    )
    first, second = result.transcript.evidence
    assert (first.label, first.role, first.source) == (1, "incident lead", Source.CHAT)
    assert first.text == "Checkout is down, can someone look? cc a colleague"
    assert second.text == "responder 2's deploy broke it, says colleague 2; mail incident lead"
    assert second.permalink == f"https://x.test/C1/{second.ts}"
    assert result.transcript.roles == {
        "U0ANN": "incident lead", "U0BOB": "responder 2", "U0EVE": "colleague 2",
    }  # fmt: skip
    assert result.transcript.title == "Checkout down, responder 2 on it"
    assert {person.id for person in result.transcript.people} == {"U0ANN", "U0BOB", "U0EVE"}


def test_labels_and_roles_never_change() -> None:
    """Late messages, even earlier ones, take the next numbers; edits refresh the text in place."""
    before = put(say(1, "down"), say(3, "rolled back", author="U0BOB"))
    after = put(
        say(2, "I'm the incident commander", author="U0EVE"),
        say(1, "down since 14:00", edited_ts=as_ts(START + timedelta(minutes=9))),
        say(3, "rolled back", author="U0BOB"),
        known=before.transcript.evidence,
    )
    shown = [(item.label, item.role, item.text) for item in after.transcript.evidence]
    assert shown == [
        (1, "incident lead", "down since 14:00"),
        (2, "responder 2", "rolled back"),
        (3, "responder 3", "I'm the incident commander"),
    ]
    assert before.digest != after.digest
    assert len(after.digest) == len(hashlib.sha256().hexdigest())


def test_deleted_messages_leave_no_text() -> None:
    """Unlabelled ones are only counted; labelled ones stay as empty tombstones."""
    before = put(say(1, "down"), say(2, "oops"))
    gone = say(2, "", deleted=True)
    after = put(
        say(1, "down"), gone, say(2, "oops"), say(3, "", deleted=True), known=before.transcript.evidence
    )
    assert [(item.label, item.text, item.deleted) for item in after.transcript.evidence] == [
        (1, "down", False),
        (2, "", True),
    ]
    assert (after.coverage.deleted, after.coverage.messages) == (2, 1)


def test_what_a_reviewer_added_stays_as_it_is() -> None:
    """Evidence from other sources has no message to follow."""
    added = Evidence(
        label=2, source=Source.REVIEWER, channel="C1", ts=as_ts(START), role="reviewer", text="It was DNS."
    )
    before = put(say(1, "down"))
    after = put(say(1, "down"), known=[*before.transcript.evidence, added])
    assert after.transcript.evidence[1] == added


def test_sources_files_and_updated_alerts_are_told() -> None:
    """Bots are alerts, channel changes facts, files named, and an alert's later state has its own time."""
    updated = as_ts(START + timedelta(minutes=30))
    result = put(
        say(1, "[RESOLVED] latency", author="B0DD", author_name="Datadog", is_bot=True, edited_ts=updated),
        say(2, "Channel topic set to: sev1", subtype="channel_topic"),
        say(
            3,
            "",
            files=(Attachment(id="F1", name="ann.price graph.png"),),
            reactions=(Reaction(name="eyes"),),
        ),
        say(301, "write it up"),
    )
    shown = [(item.source.value, item.role, item.text) for item in result.transcript.evidence]
    assert shown == [
        ("alert", "Datadog (alert)", "[RESOLVED] latency\n(updated 14:32 UTC)"),
        ("fact", "incident lead", "Channel topic set to: sev1"),
        ("chat", "incident lead", "[file: incident lead graph.png]"),
        ("chat", "incident lead", "write it up"),
    ]
    assert [item.after_resolution for item in result.transcript.evidence] == [False, False, False, True]
    assert result.transcript.roles["B0DD"] == "Datadog (alert)"
    assert result.transcript.evidence[2].reactions == (Reaction(name="eyes"),)


def test_the_lead_says_so_and_the_on_call_engineer_too() -> None:
    """Claiming command outweighs starting the incident; on-call only by one's own word."""
    result = put(
        say(1, "down"),
        say(2, "I'm on call, looking", author="U0BOB"),
        say(3, "I'll take incident command", author="U0EVE"),
    )
    assert result.transcript.roles == {
        "U0EVE": "incident lead", "U0BOB": "on-call engineer", "U0ANN": "responder 2",
    }  # fmt: skip


def test_people_relayed_by_a_bridge_are_people() -> None:
    """`<name> words` names a speaker without an account; the name is hidden from then on."""
    result = put(
        say(1, "<marlowe> seeing it too", author="B0IRC", author_name="bridge", is_bot=True),
        say(2, "marlowe has a fix, ask Marlowe"),
    )
    assert [item.text for item in result.transcript.evidence] == [
        "<colleague 2> seeing it too",
        "colleague 2 has a fix, ask colleague 2",
    ]
    assert names_in(result.transcript).hide("marlowe fixed it") == "colleague 2 fixed it"


def test_coverage_counts_what_was_and_was_not_seen() -> None:
    """Messages, threads, edits, silences, and what the reader of the channel skipped, by reason."""
    root = say(1, "down", reply_count=1)
    reply = say(2, "same here", author="U0BOB", thread_ts=root.ts, masked=2)
    late = say(150, "fixed", edited_ts=as_ts(START + timedelta(minutes=151)))
    skipped = {"people joining or leaving": 3}
    coverage = put(
        root, reply, late, say(299, "bye"), say(400, "after"), skipped=skipped, notes=["n"]
    ).coverage
    assert (coverage.messages, coverage.threads, coverage.masked, coverage.edited) == (5, 1, 2, 1)
    assert coverage.after_resolution == 1
    assert coverage.skipped == skipped
    assert coverage.gaps == ("14:04–16:32 UTC (2 h 28 min)", "16:32–19:01 UTC (2 h 29 min)")
    assert (coverage.notes, coverage.complete) == (("n",), True)


def test_a_log_dump_is_folded_to_its_telling_lines() -> None:
    """The first, the telling and the last lines stay; how many were left out is said."""
    log = [f"2026-11-21 14:0{n % 10}:00 INFO heartbeat {n}" for n in range(60)]
    log[30] = "2026-11-21 14:03:00 ERROR connection refused by db-1"
    text = put(say(1, "look:\n```\n" + "\n".join(log) + "\n```\nbad")).transcript.evidence[0].text
    assert text.startswith("look:\n```\n2026-11-21 14:00:00 INFO heartbeat 0\n… (29 lines left out)")
    assert "connection refused by db-1" in text
    assert text.endswith("heartbeat 59\n```\nbad")
    assert text.count("\n") < 12


def test_a_silence_over_midnight_carries_its_dates() -> None:
    """Clock times alone would mislead when a silence spans two days."""
    long = assemble(incident(resolved_at=None), [say(0, "a"), say(900, "b")], PEOPLE)
    assert long.coverage.gaps == ("2026-11-21 14:02 – 2026-11-22 05:02 UTC (15 h)",)


MESSAGES = st.lists(
    st.builds(
        say,
        st.integers(0, 40),
        st.sampled_from(["down", "Ann Price says no", "", "@U0BOB look", "```\nx\n" * 9]),
        st.sampled_from(["U0ANN", "U0BOB", "U9NEW1", "B0DD"]),
        deleted=st.booleans(),
        is_bot=st.booleans(),
    ),
    max_size=20,
)


@given(MESSAGES, MESSAGES)
def test_every_assembly_keeps_labels_and_hides_names(first: list[Message], more: list[Message]) -> None:
    """Labels are 1…n and stay with their message; no name and no text of the deleted is left."""
    before = put(*first)
    after = put(*first, *more, known=before.transcript.evidence)
    evidence = after.transcript.evidence
    assert [item.label for item in evidence] == list(range(1, len(evidence) + 1))
    places = {item.label: item.ts for item in before.transcript.evidence}
    assert all(places.get(item.label, item.ts) == item.ts for item in evidence)
    assert not any("Ann" in item.text or "U0BOB" in item.text for item in evidence)
    assert not any(item.text for item in evidence if item.deleted)
