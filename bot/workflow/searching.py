"""Searching for somebody: what they may see, what they meant, and what to tell them about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from bot.domain.search_query import SearchQuery, parse
from bot.domain.spelling import closest
from bot.ports import Hit, Records
from bot.workflow.access import visible_channels
from bot.workflow.world import World

PAGE = 5
MOST_PAGES = 40
_PARTS = re.compile(r"[^\W_]+")
_MOST_LEFT_OUT = 6


@dataclass(frozen=True)
class Results:
    """One page of what was found. `text` is the query that found it, which may be a corrected one: it leads
    to the same results again, and to their other pages. `notes` are sentences about the query."""

    text: str
    hits: tuple[Hit, ...] = ()
    page: int = 0
    more: bool = False
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> int:
        """The number of the first hit on this page, counted from 1."""
        return self.page * PAGE + 1


def find(world: World, user_id: str, text: str, *, page: int = 0) -> Results:
    """One page of results for somebody, counted from 0: all words first, and where there is nothing, with a
    service's name put right, at last with one word less.

    Raises:
        NotAllowed: guests and people of other companies do not search here.
    """
    page = min(max(page, 0), MOST_PAGES)
    visible = visible_channels(world, user_id)
    query = _with_owners(world, parse(text, now=world.clock.now()), user_id)
    if not query.asks:
        return Results(text=query.text, notes=query.hints)
    with world.storage.read() as records:
        search = _Search(world, records, visible, page)
        found = search.page_of(query)
        if not found and page == 0:
            for other, note in chain(search.corrected(query), search.shortened(query)):
                if found := search.page_of(other):
                    return _results(other.model_copy(update={"hints": (*query.hints, note)}), found, page)
    return _results(query, found, page)


def _results(query: SearchQuery, found: tuple[Hit, ...], page: int) -> Results:
    more = len(found) > PAGE and page < MOST_PAGES
    return Results(text=query.text, hits=found[:PAGE], page=page, more=more, notes=query.hints)


def _with_owners(world: World, query: SearchQuery, user_id: str) -> SearchQuery:
    """Names of owners as user ids. A name that nobody has finds nothing, and is told."""
    ids: list[str] = []
    hints = list(query.hints)
    for owner in query.owners:
        if owner[:1] in "UW" and owner.isupper():
            ids.append(owner)
        elif owner == "me":
            ids.append(user_id)
        else:
            known = [
                person.id
                for person in world.directory.everyone()
                if owner in {name.lower() for name in (person.handle, person.display_name, person.real_name)}
            ]
            ids += known or [owner]
            hints += [] if known else [f"Nobody here is called {owner}; name the owner as in `owner:@maya`."]
    return query.model_copy(update={"owners": tuple(dict.fromkeys(ids)), "hints": tuple(hints)})


class _Search:
    """The index as one person sees it, and other ways to put a query that found nothing."""

    def __init__(self, world: World, records: Records, visible: frozenset[str], page: int) -> None:
        self._world = world
        self._records = records
        self._visible = visible
        self._page = page

    def page_of(self, query: SearchQuery) -> tuple[Hit, ...]:
        """One hit more than a page shows."""
        return self._records.search.query(
            self._world.team_id,
            query,
            visible=self._visible,
            limit=PAGE + 1,
            offset=self._page * PAGE,
            synonyms=self._world.policy.synonyms,
        )

    def corrected(self, query: SearchQuery) -> Iterator[tuple[SearchQuery, str]]:
        """With a service that is nearly called so, in a filter or among the words."""
        known = self._records.search.services(self._world.team_id)
        names = sorted({*known, *chain.from_iterable(_PARTS.findall(name) for name in known)})
        for typed in (*query.services, *query.words):
            for meant in closest(typed, names)[:3]:
                yield _replaced(query, typed, meant), f"Showing results for {meant} instead of {typed[:60]}."

    def shortened(self, query: SearchQuery) -> Iterator[tuple[SearchQuery, str]]:
        """Without one of the words: the last is likeliest to be one too many."""
        if 1 < len(query.words) <= _MOST_LEFT_OUT:
            for at in reversed(range(len(query.words))):
                words = (*query.words[:at], *query.words[at + 1 :])
                note = f"Nothing has all of these words; this is without “{query.words[at][:60]}”."
                text = _without(query.text, query.words[at])
                yield query.model_copy(update={"words": words, "text": text}), note


def _replaced(query: SearchQuery, typed: str, meant: str) -> SearchQuery:
    change = {
        "words": tuple(meant if word == typed else word for word in query.words),
        "services": tuple(meant if service == typed else service for service in query.services),
        "text": re.sub(re.escape(typed), lambda _: meant, query.text, flags=re.IGNORECASE),
    }
    return query.model_copy(update=change)


def _without(text: str, word: str) -> str:
    return " ".join(re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", " ", text, count=1).split())
