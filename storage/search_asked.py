"""A query in the index's own terms: stems, rows of stems, and what else a word may be called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.domain.search_query import SearchQuery
from storage.search_lexemes import pairs, triples
from storage.terms import Term, composed, terms

MOST_WORDS = 24
LONGEST_ROW = 24
SHORTEST_BEGUN = 3
"""A word begun with fewer letters may go on to too much."""


class Way(NamedTuple):
    """One way in which a document may have what is wanted: all the `lexemes`. `stems` are the words of it;
    `is_row` says that they must stand in this order without anything between."""

    stems: tuple[str, ...]
    lexemes: tuple[str, ...]
    is_row: bool = False

    @property
    def head(self) -> tuple[str, ...]:
        """The lexemes of the same in title, services or cause."""
        return (*(f"={stem}" for stem in self.stems), *(one for one in self.lexemes if one[0] == "~"))


class Wanted(NamedTuple):
    """One thing wanted: in the way it was typed, or in another (its synonyms). `form` is the word as typed,
    where it may be only begun."""

    ways: tuple[Way, ...]
    form: str = ""


class Asked(NamedTuple):
    """All of `wanted` must occur, none of `excluded`, and each of the `exact` word for word.

    `services` are lexemes, any of which will do. `near` are lexemes of the words that stand side by side in
    the query: documents where they do too are better.
    """

    wanted: tuple[Wanted, ...] = ()
    excluded: tuple[Way, ...] = ()
    exact: tuple[tuple[str, ...], ...] = ()
    services: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked of the full-text index."""
        return not (self.wanted or self.services)


Groups = tuple[tuple[str, ...], ...]
"""Synonyms: words or short phrases that mean the same, a group each."""
_Known = dict[tuple[str, ...], tuple[Way, ...]]


def asked(query: SearchQuery, synonyms: Groups = ()) -> Asked:
    """Read a query's words. Words that only hold sentences together count where nothing else is there."""
    said = list(_said_otherwise(list(_units(query.words)), *_lookup(synonyms)))
    found = [one for one in said if len(one.ways) > 1 or one.ways[0].stems[0] not in FILLERS] or said
    if found:
        found[-1] = found[-1]._replace(form=_begun(query.words[-1], found[-1]))
    near = _near(found)
    phrases = [(phrase, _terms(phrase)) for phrase in query.phrases]
    found += [Wanted((_row(phrase, row),)) for phrase, row in phrases if row]
    excluded = (_row(text, _terms(text)) for text in query.excluded)
    return Asked(
        wanted=tuple(dict.fromkeys(found))[:MOST_WORDS],
        excluded=tuple(way for way in excluded if way.stems)[:MOST_WORDS],
        exact=tuple(tuple(term.form for term in row) for _, row in phrases if row),
        services=tuple(service_lexeme(service) for service in query.services),
        near=near,
    )


def service_lexeme(service: str) -> str:
    """The lexeme of a service's name, or of a part of one."""
    return "@" + "-".join(term.form for term in _terms(service))


def _terms(text: str) -> list[Term]:
    return list(terms(composed(text)))[:LONGEST_ROW]


def _near(found: Sequence[Wanted]) -> tuple[str, ...]:
    ways = [one.ways[0] for one in found[:MOST_WORDS]]
    single = [way.stems[0] if len(way.stems) == 1 else "" for way in ways]
    return tuple(dict.fromkeys(f"~{one}-{other}" for one, other in pairwise(single) if one and other))


def _units(words: Iterable[str]) -> Iterator[Way]:
    """Each word alone; one with digits in it as a row of its parts."""
    for word in words:
        found = _terms(word)
        if len(found) > 2 and found[0].stem == "v" and found[1].stem.isdigit():
            found = found[1:]
        if any(char.isdigit() for char in word):
            yield from [_row(word, found)] if found else []
        else:
            yield from (Way((term.stem,), (term.stem,)) for term in found)


def _row(text: str, found: Sequence[Term]) -> Way:
    """Stems that must stand in a row; of one word with digits its triples say so exactly."""
    stems = tuple(term.stem for term in found)
    if len(stems) < 2:
        return Way(stems, stems)
    is_word = not re.search(r"\s", text.strip()) and any(char.isdigit() for char in text)
    lexemes = triples(stems) if is_word and len(stems) > 2 else pairs(stems)
    return Way(stems, (*stems, *lexemes), is_row=True)


def _said_otherwise(units: Sequence[Way], known: _Known, longest: int) -> Iterator[Wanted]:
    """The longest runs of words that have synonyms, and all other words as they are."""
    at = 0
    while at < len(units):
        for size in range(max(1, min(longest, len(units) - at)), 0, -1):
            run = units[at : at + size]
            stems = tuple(stem for unit in run for stem in unit.stems)
            if size == 1 or stems in known:
                lexemes = tuple(lexeme for unit in run for lexeme in unit.lexemes)
                own = run[0] if size == 1 else Way(stems, lexemes)
                yield Wanted((own, *(way for way in known.get(stems, ()) if way.stems != stems)))
                at += size
                break


@lru_cache(maxsize=8)
def _lookup(synonyms: Groups) -> tuple[_Known, int]:
    """The stems of each word or phrase → all ways to say it; and how many stems the longest has."""
    known: _Known = {}
    for group in synonyms:
        ways = tuple(way for text in group if (way := _row(text, _terms(text))).stems)
        for way in ways:
            known[way.stems] = tuple(dict.fromkeys((*known.get(way.stems, ()), *ways)))
    return known, max(map(len, known), default=1)


def _begun(word: str, last: Wanted) -> str:
    """The folded form of the last word typed, which may go on; empty where it has a digit or was left out."""
    found = _terms(word)
    if not found or any(char.isdigit() for char in word) or found[-1].stem != last.ways[0].stems[-1]:
        return ""
    return found[-1].form if len(found[-1].form) >= SHORTEST_BEGUN else ""


FILLERS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "doe"}
    | {"for", "from", "had", "has", "have", "how", "i", "in", "is", "it", "of", "on", "or", "our", "should"}
    | {"so", "that", "the", "their", "them", "there", "they", "this", "to", "us", "was", "we", "were", "what"}
    | {"when", "where", "which", "while", "whi", "who", "will", "with", "would", "you"}
)
"""Stems that say nothing of an incident. `no`, `not`, `up`, `down`, `out` and `after` do."""
