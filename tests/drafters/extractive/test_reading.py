"""How a draft reads: a small incident with a change, a wrong guess, a rollback and follow-ups."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.postmortem import Draft, Grade, Phase
from bot.domain.transcript import Source, Transcript
from bot.drafters.extractive import ExtractiveDrafter
from tests.drafters.extractive.transcripts import START, said, transcript

LEAD, ANN, BOB = "incident lead", "responder 2", "responder 3"


def tickets() -> Transcript:
    """A release of a ticket shop fills its cache; rolled back after a wrong guess."""
    bot = "Vigil (alert)"
    return transcript(
        said(0, "[FIRING:1] ticket-web: error rate 9.3 % (threshold 2 %)", by=bot, source=Source.ALERT),
        said(1, "Customers cannot buy tickets, the page answers 500.", by=ANN),
        said(3, "Maybe it is the seat map provider, their API was slow yesterday.", by=LEAD),
        said(5, "The seat map provider answers in 40 ms, so it is not them.", by=ANN),
        said(6, "We rolled out ticket-web v3.7.0 at 13:50.", by=BOB),
        said(8, "cache-1 is at 100 % memory and evicts every session.", by=BOB),
        said(10, "The root cause is that v3.7.0 caches every search result without an end.", by=BOB),
        said(11, "Rollback of ticket-web to v3.6.4 started.", by=LEAD),
        said(16, "Rollback is done, memory on cache-1 is down to 40 %.", by=LEAD),
        said(18, "[RESOLVED] ticket-web: error rate 0.1 %", by=bot, source=Source.ALERT),
        said(20, "Customers confirm that buying tickets works again.", by=ANN),
        said(22, "In total 870 orders failed.", by=ANN),
        said(25, "We should add a limit to the cache of ticket-web.", by=BOB),
        said(26, "I will write a test for the search cache by Friday.", by=BOB),
        said(27, "Luckily the big concert was sold out already.", by=LEAD),
        said(30, "Thanks everybody, closing this.", by=LEAD),
    )


def draft() -> Draft:
    return ExtractiveDrafter().draft(tickets()).draft


def test_a_release_is_the_trigger_and_the_rollback_the_mitigation() -> None:
    """What was changed before the first report mends nothing."""
    made = draft()
    phases = {entry.evidence[0]: entry.phase for entry in made.timeline}
    assert phases[5] is Phase.TRIGGER
    assert made.times.mitigated is not None
    assert made.times.mitigated.evidence == (9,)
    assert "Rollback is done" in made.resolution[0].text
    assert "rollback is done" in made.summary[-1].text


def test_the_cause_is_the_sentence_that_states_it() -> None:
    """Without the words that announce it, and its own message cited first."""
    made = draft()
    assert made.root_cause.grade is Grade.STATED
    assert made.root_cause.claims[0].text == "v3.7.0 caches every search result without an end."
    assert made.root_cause.claims[0].evidence[0] == 7
    assert any(one.text.startswith("Cause, as stated by a responder: v3.7.0 caches") for one in made.summary)


def test_each_entry_tells_one_event() -> None:
    """The rollback begun and done, the cause and the recovery stand apart; follow-ups, luck and thanks
    stand elsewhere."""
    entries = {entry.evidence[0]: entry for entry in draft().timeline}
    assert {1, 2, 5, 7, 8, 9, 10} <= entries.keys()
    assert not {13, 14, 15, 16} & entries.keys()
    assert entries[8].text == "Rollback of ticket-web to v3.6.4 started."


def test_alerts_are_told_as_alerts() -> None:
    """Their marks are left out, and that they are alerts is said."""
    made = draft()
    entries = {entry.evidence[0]: entry.text for entry in made.timeline}
    assert entries[1] == "Vigil alerted: ticket-web error rate 9.3 % (threshold 2 %)."
    assert entries[10] == "The alert recovered: ticket-web error rate 0.1 %."
    assert not any("FIRING" in claim.text or "RESOLVED" in claim.text for _, claim in made.claims())


def test_impact_tells_of_harm_alone() -> None:
    """The total stands there, figures of recovery do not."""
    told = " ".join(claim.text for claim in draft().impact)
    assert "870 orders" in told
    assert "0.1 %" not in told
    assert "40 %" not in told


def test_phases_tell_noticing_from_looking_and_mending() -> None:
    """What was found while looking is investigation; what customers confirm is resolution or after it."""
    phases = {entry.evidence[0]: entry.phase for entry in draft().timeline}
    assert phases[1] is phases[2] is Phase.DETECTION
    assert phases[6] is Phase.INVESTIGATION
    assert phases[8] is phases[9] is Phase.MITIGATION
    assert phases[10] is Phase.RESOLUTION
    assert phases.get(11, Phase.RESOLUTION) is Phase.RESOLUTION


def test_a_guess_and_its_refutation_are_one_hypothesis() -> None:
    """With both messages cited, and never among the causes."""
    cause = draft().root_cause
    assert [(one.evidence, one.outcome) for one in cause.hypotheses] == [((3, 4), "refuted")]
    assert not any("seat map" in claim.text for claim in cause.claims)


def test_action_items_are_tasks() -> None:
    """In the imperative, with owner and date as fields."""
    items = draft().action_items
    assert [item.text for item in items] == [
        "Add a limit to the cache of ticket-web.",
        "Write a test for the search cache.",
    ]
    assert [(item.owner, item.due) for item in items] == [(None, None), (BOB, date(2026, 3, 6))]


def test_the_summary_says_what_when_why_and_how_it_ended() -> None:
    """Four sentences of prose."""
    broke, lasted, _, _ = draft().summary
    assert "Customers cannot buy tickets" in broke.text
    assert lasted.text == f"It lasted from {START:%Y-%m-%d %H:%M} UTC to 14:18 UTC, 18 min."


def test_a_chat_message_alone_does_not_say_when_it_was_detected() -> None:
    """Start and detection in one message would make a time to detect of nothing."""
    given = transcript(said(0, "the API is down, customers get 502 errors"), said(9, "API is back up"))
    times = ExtractiveDrafter().draft(given).draft.times
    assert times.started is not None
    assert times.detected is None


def test_a_stated_start_is_taken_where_it_is_in_utc() -> None:
    """`since 13:40 UTC` begins the incident, the alert detects it."""
    given = transcript(
        said(0, "FIRING: API errors 12%", by="Vigil (alert)", source=Source.ALERT),
        said(2, "customers report errors since about 13:40 UTC", by=ANN),
        said(9, "API is back up"),
    )
    times = ExtractiveDrafter().draft(given).draft.times
    assert times.to_detect == timedelta(minutes=20)


def test_two_opinions_about_a_remedy_stay_open() -> None:
    """Nobody is right because he spoke last."""
    given = transcript(
        said(0, "gateway is failing, users get 503"),
        said(5, "restarted all pods, the restart fixed it", by=ANN),
        said(6, "not sure about that. errors were gone at 14:02, before the first restart", by=BOB),
        said(9, "gateway is healthy again"),
    )
    made = ExtractiveDrafter().draft(given).draft
    assert any(one.evidence == (2, 3) for one in made.open_questions)
    assert all(one.outcome != "refuted" for one in made.root_cause.hypotheses)
