"""Finding phrases in tokens."""

from __future__ import annotations

from bot.drafters.extractive.lexicon import PHRASES, Signal
from bot.drafters.extractive.lines import read
from bot.drafters.extractive.signals import signals, tokens
from tests.drafters.extractive.transcripts import said, transcript


def test_every_signal_has_phrases() -> None:
    """No signal is declared without words for it."""
    assert set(PHRASES) == set(Signal)


def test_phrases_of_several_words_need_all_of_them() -> None:
    """`root cause` is two words in a row."""
    assert signals(tokens("the root cause is known"))[Signal.MECHANISM] >= 1
    assert Signal.RESOLVED not in signals(tokens("send it back, it is online shopping"))


def test_a_star_stands_for_endings() -> None:
    """`crash*` finds `crashing`, `no alert*` finds `no alerts`."""
    assert signals(tokens("it keeps crashing"))[Signal.SYMPTOM] == 1
    assert signals(tokens("there were no alerts"))[Signal.LACKED] >= 1


def test_quotes_of_earlier_messages_count_once() -> None:
    """A message that repeats an earlier line answers it and does not say it again."""
    first = "the checkout service is down in all regions"
    lines = read(
        transcript(said(0, first), said(1, f"> {first}\nrestarting it"), said(2, f"{first}\nfixed")).evidence
    )
    assert [line.prose for line in lines] == [first, "restarting it", "fixed"]


def test_code_is_kept_apart_from_prose() -> None:
    """A pasted log is no sentence; its telling line is kept."""
    (line,) = read(transcript(said(0, "we get\n```\nINFO start\nERROR: disk full\n```")).evidence)
    assert line.prose == "we get"
    assert line.telling == "ERROR: disk full"
