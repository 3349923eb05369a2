"""From speech to neutral third person."""

from __future__ import annotations

import pytest

from bot.drafters.extractive.voice import asked, neutral


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("I've rolled back to v2.40", "A responder has rolled back to v2.40."),
        ("yeah, I think the pool is full", "A responder thinks the pool is full."),
        ("we are looking into it", "The responders are looking into it."),
        ("our nodes just died", "The responders' nodes just died."),
        ("restarted the pods", "A responder restarted the pods."),
        ("let's fail over to eu-west", "A responder proposed to fail over to eu-west."),
        ("please stop the deploys", "A responder asked to stop the deploys."),
        ("ok so the cache is empty :)", "The cache is empty."),
        ("maybe the cache", "Maybe the cache."),
        ("responder 4: I only need a minute", "A responder only needs a minute."),
        ("v2.41 went out at 13:55", "v2.41 went out at 13:55."),
        ('I got "I\'m full" from the disk', 'A responder got "I\'m full" from the disk.'),
        ("it's fixed!!", "It's fixed."),
    ],
)
def test_a_sentence_in_the_third_person(spoken: str, written: str) -> None:
    """The speaker becomes a role, courtesies fall away, facts and hedges stay."""
    assert neutral(spoken) == written


def test_roles_lose_their_numbers() -> None:
    """No figure enters a claim that its evidence does not hold."""
    assert (
        neutral("I asked responder 7 to restart it") == "A responder asked another responder to restart it."
    )


def test_a_question_is_told_as_asked() -> None:
    """Questions say who asked."""
    assert asked("Would this be the new release?") == "A responder asked: would this be the new release?"


@pytest.mark.parametrize("empty", ["", "thanks!", ":)", "!!", "…"])
def test_nothing_said_is_nothing_written(empty: str) -> None:
    """Marks alone are no sentence."""
    assert neutral(empty) == ""
