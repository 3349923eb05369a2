"""Words as the search sees them: made in Python, so that both databases find the same.

Letters and digits are terms of their own (`v2.4.1` is `v`, `2`, `4`, `1`; `pg-13` is `pg`, `13`), and
a query word with a digit in it is a row of them. So `2.4.1`, `v2.4.1`, `pg13`, `ORA-00060` and
`host-12` of `host-12.example.com` are all found as written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

LONGEST_TERM = 64

_TERM = re.compile(r"(?P<word>[^\W\d_]+)(?:['’]s\b)?|(?P<number>\d+)")


class Term(NamedTuple):
    """A word of a text: `text[start:end]`, its stem and its folded form, both in ASCII."""

    stem: str
    form: str
    start: int
    end: int


def composed(text: str) -> str:
    """The text in the form whose positions `terms` speaks of."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def terms(text: str) -> Iterator[Term]:
    """The terms of a composed text."""
    for found in _TERM.finditer(text):
        word = found["word"] or found["number"]
        form, stem = folded(word)
        if stem:
            yield Term(stem, form, found.start(), found.start() + len(word))


def words(text: str) -> list[tuple[str, str]]:
    """Form and stem of the terms of a composed text, which is all that indexing needs of them."""
    return [found for word, number in _TERM.findall(text) if (found := folded(word or number))[1]]


@lru_cache(maxsize=100_000)
def folded(word: str) -> tuple[str, str]:
    """Form and stem of one word: case, accents and width make no difference."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(char for char in plain if char.isalnum()).casefold()
    # a stemmer of its own for each word: they keep state and threads share nothing else here
    stem = snowballstemmer.stemmer("english").stemWord(letters) if letters.isascii() else letters
    return _ascii(letters), _ascii(stem)


def _ascii(word: str) -> str:
    """Letters beyond ASCII by number, so that no database's idea of Unicode matters."""
    return "".join(char if char.isascii() else f"_{ord(char):x}_" for char in word)[:LONGEST_TERM]
