"""Finding the lexicon's phrases in tokens, in time linear in the number of tokens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain

from bot.drafters.extractive.lexicon import PHRASES, Signal
from bot.drafters.extractive.lexicon_abroad import PHRASES_ABROAD

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|%")
_LONGEST_TOKEN = 40  # characters
_ENDINGS = ("", "s", "es", "ed", "d", "ing")
"""What a `*` stands for at the end of a phrase of several words."""


def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers, contractions kept whole, typographic apostrophes made plain."""
    return tuple(word[:_LONGEST_TOKEN] for word in _TOKEN.findall(text.lower().replace("’", "'")))


class _Index:
    """Phrases by their first word; single words that may end in anything, by prefix."""

    def __init__(self, *lexicons: Mapping[Signal, str]) -> None:
        self.exact: dict[str, list[tuple[tuple[str, ...], Signal]]] = {}
        self.prefixes: dict[str, list[Signal]] = {}
        for signal, listed in chain.from_iterable(lexicon.items() for lexicon in lexicons):
            for phrase in re.split(r"\s/\s", listed):
                self._add(phrase.strip(), signal)

    def _add(self, phrase: str, signal: Signal) -> None:
        if phrase.endswith("*") and " " not in phrase:
            self.prefixes.setdefault(phrase[:-1], []).append(signal)
            return
        first, *rest = tokens(phrase) or ("",)
        if phrase.endswith("*") and rest:
            self.exact.setdefault(first, []).extend(
                ((*rest[:-1], rest[-1] + end), signal) for end in _ENDINGS
            )
        elif first:
            self.exact.setdefault(first, []).append((tuple(rest), signal))

    def by_prefix(self, word: str) -> tuple[Signal, ...]:
        """Signals of the prefixes this word begins with."""
        found: list[Signal] = []
        for size in range(3, len(word) + 1):
            found += self.prefixes.get(word[:size], ())
        return tuple(found)


@lru_cache(maxsize=1)
def _index() -> _Index:
    return _Index(PHRASES, PHRASES_ABROAD)


@lru_cache(maxsize=20_000)
def _starting(word: str) -> tuple[tuple[tuple[str, ...], Signal], ...]:
    index = _index()
    return (*index.exact.get(word, ()), *(((), signal) for signal in index.by_prefix(word)))


def signals(words: tuple[str, ...]) -> Counter[Signal]:
    """How often each signal is given in a sequence of tokens."""
    found: dict[Signal, int] = {}
    for at, word in enumerate(words):
        for rest, signal in _starting(word):
            if not rest or words[at + 1 : at + 1 + len(rest)] == rest:
                found[signal] = found.get(signal, 0) + 1
    return Counter(found)
