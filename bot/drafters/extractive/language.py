"""Whether the rules, which read English, can read this transcript."""

from __future__ import annotations

from collections.abc import Sequence

from bot.drafters.extractive.lines import STOPWORDS, Line

_LEAST_ENGLISH = 0.18  # share of English stop words among all words
_ENOUGH_WORDS = 30


def foreign_note(lines: Sequence[Line]) -> str:
    """A sentence for the reader where fewer than about a fifth of the words are common English ones."""
    words = [word for line in lines for sentence in line.sentences for word in sentence.words]
    if len(words) < _ENOUGH_WORDS or sum(word in STOPWORDS for word in words) >= _LEAST_ENGLISH * len(words):
        return ""
    return (
        "Most of the transcript is not in English, which is what this drafter reads best: "
        "expect gaps, and check every section."
    )
