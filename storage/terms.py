"""Words as the search sees them: made in Python, so that both databases find the same.

Letters and digits are terms of their own (`v2.4.1` is `v`, `2`, `4`, `1`; `pg-13` is `pg`, `13`), and
a query word with a digit in it is a phrase of them. So `2.4.1`, `v2.4.1`, `pg13`, `ORA-00060` and
`host-12` of `host-12.example.com` are all found as written.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import snowballstemmer

from bot.ports import SearchDocument

MOST_TERMS = 16_000  # PostgreSQL counts positions to 16,383 (postgresql.org/docs, "Text Search Limitations")
MOST_OF_ONE = 200  # and keeps at most 256 of them for one lexeme
MOST_QUERY_WORDS = 32
LONGEST_TERM = 64
LONGEST_PHRASE = 32

_TERM = re.compile(r"(?P<word>[^\W\d_]+)(?:['’]s\b)?|(?P<number>\d+)")


class Term(NamedTuple):
    """A word of a text: `text[start:end]`, its stem and its folded form, both in ASCII."""

    stem: str
    form: str
    start: int
    end: int


class Wanted(NamedTuple):
    """What a query asks for: stems in a row. `begun` means that the last may go on, or that a
    word may begin with `form` where it is not empty."""

    stems: tuple[str, ...]
    begun: bool = False
    form: str = ""


class Indexed(NamedTuple):
    """A document's terms in order, by weight; None is a gap no phrase reaches across.

    `forms` are the unstemmed words, for what people have only begun to type.
    """

    head: tuple[str | None, ...]
    summary: tuple[str | None, ...]
    body: tuple[str | None, ...]
    forms: tuple[str, ...]


def composed(text: str) -> str:
    """The text in the form whose positions `terms` speaks of."""
    return unicodedata.normalize("NFC", text)


def terms(text: str) -> Iterator[Term]:
    """The terms of a composed text."""
    for found in _TERM.finditer(text):
        word = found["word"] or found["number"]
        form, stem = _folded(word)
        if stem:
            yield Term(stem, form, found.start(), found.start() + len(word))


def indexed(document: SearchDocument) -> Indexed:
    """Title, services and cause above the summary above the rest, each term at most 200 times."""
    rows = _Rows()
    head = rows.of(document.title, *document.services, document.cause)
    summary, body = rows.of(document.summary), rows.of(document.body)
    stems = {*head, *summary, *body}
    return Indexed(head, summary, body, tuple(form for form in rows.forms if form not in stems))


def wanted(words: str) -> tuple[Wanted, ...]:
    """A query: every word, the last of them perhaps only begun. Quotes and operators are nothing."""
    asked: list[Wanted] = []
    for chunk in composed(words).split():
        found = list(terms(chunk))
        if len(found) > 2 and found[0].stem == "v" and found[1].stem.isdigit():
            found = found[1:]
        if any(char.isdigit() for char in chunk):
            asked.append(Wanted(tuple(term.stem for term in found[:LONGEST_PHRASE])))
        else:
            asked.extend(Wanted((term.stem,), form=term.form) for term in found)
    asked = [one for one in asked if one.stems][:MOST_QUERY_WORDS]
    complete = [Wanted(one.stems) for one in asked[:-1]]
    return (*complete, *(one._replace(begun=True) for one in asked[-1:]))


class _Rows:
    """Terms in order, as many as an index holds."""

    def __init__(self) -> None:
        self.forms: dict[str, None] = {}
        self._seen: Counter[str] = Counter()
        self._room = MOST_TERMS

    def of(self, *texts: str) -> tuple[str | None, ...]:
        row: list[str | None] = []
        for text in texts:
            for term in islice(terms(composed(text)), self._room):
                self._room -= 1
                self._seen[term.stem] += 1
                row.append(term.stem if self._seen[term.stem] <= MOST_OF_ONE else None)
                self.forms.setdefault(term.form)
            row.append(None)
        return tuple(row)


@lru_cache(maxsize=50_000)
def _folded(word: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(char for char in plain if char.isalnum()).casefold()
    # a stemmer of its own for each word: they keep state and threads share nothing else here
    stem = snowballstemmer.stemmer("english").stemWord(letters) if letters.isascii() else letters
    return _ascii(letters), _ascii(stem)


def _ascii(word: str) -> str:
    """Letters beyond ASCII by number, so that no database's idea of Unicode matters."""
    return "".join(char if char.isascii() else f"_{ord(char):x}_" for char in word)[:LONGEST_TERM]
