"""Queries in the languages of FTS5 and of tsquery, from the same parts.

https://www.sqlite.org/fts5.html#full_text_query_syntax,
https://www.postgresql.org/docs/current/textsearch-controls.html. Lexemes are ASCII letters, digits and
`_=~@-`, so nothing in them needs escaping.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from storage.search_asked import Asked, Wanted


class Stage(Enum):
    """Where the words must be: from the best kind of hit to any. BEGUN lets the last word go on."""

    HEAD = "all in title, services or cause"
    PARTLY_HEAD = "one of them in title, services or cause"
    NEAR = "side by side as in the query"
    ANYWHERE = "anywhere"
    BEGUN = "anywhere, the last one only begun"


class Language(NamedTuple):
    """How a database writes a lexeme, a beginning of one, and what joins them."""

    quote: str
    begun: str
    both: str
    either: str
    without: str

    def write(self, asked: Asked, stage: Stage) -> str:
        """What a document must have at that stage."""
        words = self._words(asked, stage)
        parts = [*([words] if words else []), *self._services(asked)]
        if not asked.excluded:
            return self._all(parts)
        return f"{self._all(parts)} {self.without} {self.unwanted(asked)}"

    def unwanted(self, asked: Asked) -> str:
        """What a document must not have."""
        return self._any(self._way(way.lexemes) for way in asked.excluded)

    def _words(self, asked: Asked, stage: Stage) -> str:
        anywhere = [self._wanted(one) for one in asked.wanted]
        match stage:
            case Stage.HEAD:
                return self._all(self._wanted(one, head=True) for one in asked.wanted)
            case Stage.NEAR:
                return self._all([*anywhere, *(self._lexeme(pair) for pair in asked.near)])
            case Stage.PARTLY_HEAD:
                return self._all([*anywhere, self._any(self._wanted(one, head=True) for one in asked.wanted)])
            case Stage.ANYWHERE:
                return self._all(anywhere)
            case Stage.BEGUN:
                return self._all(self._begun(one) for one in asked.wanted)

    def _services(self, asked: Asked) -> list[str]:
        return [self._any(self._lexeme(one) for one in asked.services)] if asked.services else []

    def _wanted(self, one: Wanted, *, head: bool = False) -> str:
        return self._any(self._way(way.head if head else way.lexemes) for way in one.ways)

    def _begun(self, one: Wanted) -> str:
        if not one.form:
            return self._wanted(one)
        stem = one.ways[0].stems[-1]
        starts = dict.fromkeys((stem, one.form) if len(stem) > 2 else (one.form,))
        return self._any([*(self._lexeme(start) + self.begun for start in starts), self._wanted(one)])

    def _way(self, lexemes: Iterable[str]) -> str:
        return self._all(self._lexeme(lexeme) for lexeme in lexemes)

    def _lexeme(self, lexeme: str) -> str:
        return f"{self.quote}{lexeme}{self.quote}"

    def _all(self, parts: Iterable[str]) -> str:
        return _joined(self.both, parts)

    def _any(self, parts: Iterable[str]) -> str:
        return _joined(self.either, parts)


def _joined(operator: str, parts: Iterable[str]) -> str:
    found = list(dict.fromkeys(parts))
    return f"({f' {operator} '.join(found)})" if found else ""


FTS5 = Language(quote='"', begun=" *", both="AND", either="OR", without="NOT")
TSQUERY = Language(quote="'", begun=":*", both="&", either="|", without="& !")
