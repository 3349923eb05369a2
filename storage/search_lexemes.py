"""What the index holds of a document: a set of lexemes, and a profile to rank it by.

Lexemes have no positions, which keeps the index small and its lists quick to walk; what positions are for
has lexemes of its own:

    pool                  the stem occurs somewhere
    =pool                 it occurs in title, services or cause
    ~connect-pool         these two stand side by side
    ~2-4-1                these three do, in one word with digits in it (`v2.4.1`)
    connections           a word as written, for what people have only begun to type
    @checkout-api         a service's name, and each run of its parts (`@checkout`, `@api`)

Marks and hyphens occur in no term, so no lexeme is mistaken for one of another kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import NamedTuple

from bot.ports import SearchDocument
from storage.terms import composed, words

MOST_TERMS = 16_000
"""Of one document. PostgreSQL's tsvector holds a megabyte of lexemes (postgresql.org/docs, "Text Search
Limitations"); so many terms with their neighbours stay well below."""
MOST_PARTS = 8
"""Of a service's name."""
_DIGIT = re.compile(r"\d")


class Indexed(NamedTuple):
    """The lexemes of a document, and its profile: five lines of stems between spaces (title, services,
    cause, summary, and of the body those that occur more than once, as `stem:times`)."""

    lexemes: frozenset[str]
    profile: str


class _Row(NamedTuple):
    """The terms of one text in order."""

    stems: list[str]
    forms: list[str]
    triples: list[str]


def indexed(document: SearchDocument) -> Indexed:
    """A document as the index takes it."""
    room = MOST_TERMS
    rows = []
    texts = (document.title, *document.services, document.cause, document.summary, document.body)
    for text in texts:
        rows.append(_row(composed(text), room))
        room -= len(rows[-1].stems)
    head, services, stems = rows[:-2], rows[1:-3], set(chain.from_iterable(row.stems for row in rows))
    lexemes = stems | {f"={stem}" for row in head for stem in row.stems}
    for row in rows:
        lexemes.update(pairs(row.stems))
        lexemes.update(row.triples)
        lexemes.update(form for form in row.forms if form not in stems)
    lexemes.update(chain.from_iterable(_service(row.forms) for row in services))
    return Indexed(frozenset(lexemes), _profile(rows))


def _row(text: str, room: int) -> _Row:
    found = words(text)[: max(room, 0)]
    return _Row([stem for _, stem in found], [form for form, _ in found], list(_triples(text, room)))


def _triples(text: str, room: int) -> Iterator[str]:
    if _DIGIT.search(text):
        for chunk in islice(text.split(), max(room, 0)):
            if _DIGIT.search(chunk):
                yield from triples([stem for _, stem in words(chunk)[: max(room, 0)]])


def _service(forms: Sequence[str]) -> Iterator[str]:
    parts = forms[:MOST_PARTS]
    for first in range(len(parts)):
        yield from (f"@{'-'.join(parts[first:last])}" for last in range(first + 1, len(parts) + 1))


def pairs(stems: Sequence[str]) -> list[str]:
    """The lexemes that say that stems stand side by side."""
    return [f"~{first}-{second}" for first, second in pairwise(stems)]


def triples(stems: Sequence[str]) -> list[str]:
    """The same for three in one word."""
    return [f"~{'-'.join(stems[at : at + 3])}" for at in range(len(stems) - 2)]


def _profile(rows: Sequence[_Row]) -> str:
    title, *services, cause, summary, body = (row.stems for row in rows)
    often = [f"{stem}:{times}" for stem, times in Counter(body).items() if times > 1]
    lines: tuple[Iterable[str], ...] = (title, chain.from_iterable(services), cause, summary, often)
    return "\n".join(f" {' '.join(line)} " for line in lines)
