"""Contradictions between people become open questions."""

from __future__ import annotations

import pytest

from bot.domain.transcript import Transcript
from bot.drafters.extractive import ExtractiveDrafter
from tests.drafters.extractive.transcripts import said, transcript

ANA, BEN = "responder 2", "responder 3"


def disagreements(given: Transcript) -> list[tuple[int, ...]]:
    made = ExtractiveDrafter().draft(given).draft
    return [claim.evidence for claim in made.open_questions if "disagreed" in claim.text]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The root cause was the expired certificate on the proxy.", "No, the proxy certificate is valid."),
        ("About 400 orders were lost during the outage.", "That's not right, I count 1,200 orders."),
        ("The restart fixed it.", "I don't think so, errors dropped before the restart."),
        ("Everything is working again for the shop.", "nope, the shop is still timing out for me"),
    ],
)
def test_what_one_says_and_another_denies_is_left_open(one: str, other: str) -> None:
    """Cause, figures, remedy or end: both sides are quoted and cited, and none of them is chosen."""
    given = transcript(said(0, "checkout is down", by=BEN), said(5, one, by=ANA), said(6, other, by=BEN))
    assert disagreements(given) == [(2, 3)]


@pytest.mark.parametrize(
    "end", ["you're right, I misread the graph", "ok", "good catch, corrected", "stimmt"]
)
def test_a_denial_that_is_accepted_settles_the_matter(end: str) -> None:
    """Where one of the two gives in, there is nothing left to ask."""
    given = transcript(
        said(0, "checkout is down", by=BEN),
        said(5, "The root cause was the expired certificate on the proxy.", by=ANA),
        said(6, "No, the proxy certificate is valid.", by=BEN),
        said(7, end, by=ANA),
    )
    assert disagreements(given) == []


@pytest.mark.parametrize(
    "reply",
    [
        "No customer data was in it.",
        "no worries, the proxy is next on my list",
        "is the proxy certificate really expired?",
        "The proxy certificate is renewed.",
    ],
)
def test_a_no_that_denies_nothing_is_no_disagreement(reply: str) -> None:
    """A count of nothing, a courtesy, a question and a report contradict nobody."""
    given = transcript(
        said(0, "checkout is down", by=BEN),
        said(5, "The root cause was the expired certificate on the proxy.", by=ANA),
        said(6, reply, by=BEN),
    )
    assert disagreements(given) == []


def test_a_denied_guess_is_a_theory_and_no_disagreement() -> None:
    """What was only suspected is listed under the cause as refuted."""
    given = transcript(
        said(0, "checkout is down", by=BEN),
        said(5, "maybe the root cause was the expired certificate on the proxy", by=ANA),
        said(6, "No, the proxy certificate is valid.", by=BEN),
    )
    assert disagreements(given) == []
