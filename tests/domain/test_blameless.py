"""Blame is rewritten where that keeps the facts, and blocked where it cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.blameless import Names, check, rewrite
from bot.domain.transcript import Person

NAMES = Names.of([Person(id="U0ANN", real_name="Ann Price")], {"U0ANN": "incident lead"})


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("Ann Price rolled back.", "Incident lead rolled back."),
        ("The outage was human error.", "The outage was a manual step that went wrong."),
        ("Responder 2 forgot to renew it, so TLS failed.", "The step to renew it was missed, so TLS failed."),
        ("The engineer failed to notice the alert.", "The step to notice the alert did not happen."),
        ("responder 2 broke checkout.", "A manual action broke checkout."),
        ("Someone wiped the disk.", "A manual action wiped the disk."),
        ("Responder 2 missed the page.", "The page went unnoticed."),
        ("We ignored the warning.", "The warning went unaddressed."),
        ("Due to Ann's mistake the config was wrong.", "Due to a step that went wrong the config was wrong."),
        ("She made a mistake in the config.", "A step went wrong in the config."),
        ("responder 2 carelessly deployed v2.", "responder 2 deployed v2."),
        ("They should have known that it was full.", "It was not known at the time that it was full."),
        ("We should have tested the migration.", "The migration had not been tested."),
        ("We could have caught this earlier.", "This had not been caught earlier."),
        ("You should not have restarted the primary.", "The primary had been restarted."),
        ("The change should have been reviewed.", "The change had not been reviewed."),
    ],
)  # fmt: skip
def test_blame_is_put_neutrally(said: str, instead: str) -> None:
    """Names, human error, fault verbs and counterfactuals become neutral sentences with the same facts."""
    result = rewrite(said, NAMES)
    assert (result.text, result.blocked) == (instead, False)
    assert result.violations
    assert not check(instead, NAMES)


@pytest.mark.parametrize(
    "said",
    [
        "The incident lead was to blame for the outage.",
        "If responder 2 had only checked the logs, nothing would have happened.",
        "It was negligence.",
        "The engineer failed to notice the alert and went home.",
        "We blamed responder 3.",
    ],
)
def test_what_cannot_be_put_neutrally_is_blocked(said: str) -> None:
    """A sentence that only blames is blocked rather than bent."""
    assert rewrite(said, NAMES).blocked


@pytest.mark.parametrize(
    "said",
    [
        "The deploy broke checkout.",
        "The pods failed to start.",
        "The alert should have fired at 80 %.",
        "It could have been worse.",
        "User error rates rose to 5 %.",
        "We missed the SLA by 2 minutes.",
        "We took a snapshot.",
        "The cache was ignored by the client.",
        "Responder 2 took over and rolled back.",
        "The team could not reach the host.",
        "The blame view of the file shows the change.",
    ],
)
def test_plain_facts_are_left_alone(said: str) -> None:
    """Systems may fail, people may act: neither is blame."""
    result = rewrite(said, NAMES)
    assert (result.text, result.violations) == (said, ())


WORDS = "we\nAnn\nshould\nhave\nbroke\nforgot\nto\nthe\nconfig\n.\n,\nand\nknown\nhuman\nerror"


@given(st.lists(st.sampled_from(WORDS.splitlines())))
def test_rewriting_always_ends_blameless_or_blocked(words: list[str]) -> None:
    """Whatever is said, the result has nothing left to find unless it is blocked."""
    result = rewrite(" ".join(words), NAMES)
    assert result.blocked or not check(result.text, NAMES)
