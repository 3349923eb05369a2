"""Which line of a document is which action item: an identity that survives edits and redrafts.

Each line is matched with at most one known item. In this order, the best pairs first:

1. the same words; among equals the one in the same place, then one that shares evidence;
2. shared evidence and words that resemble (a ratio of 0.35 or more);
3. words that resemble strongly (0.75 or more), whatever they cite: people retype lines, redrafts cite
   other messages;
4. only where people edited: a line that cites all its predecessor did, where neither has a second
   candidate. Somebody who rewrites a line keeps its citations.

What is left over of the lines is new; what is left over of the items has gone from the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from bot.domain.action import TrackedItem
from bot.domain.postmortem import ActionItem, ActionState

RESEMBLING, RETYPED = 0.35, 0.75
_WORD = re.compile(r"\w+")


class Pair(NamedTuple):
    """A possible match: how good it is, larger is better, and who."""

    score: tuple[float, ...]
    line: int
    item: int


def match(
    items: Sequence[TrackedItem], lines: Sequence[ActionItem], *, edited: bool = True
) -> dict[int, TrackedItem]:
    """Index of a line → the item it is. `edited` says that people may have rewritten the lines."""
    matching = _Matching(items, lines)
    matching.take(matching.same())
    matching.take(matching.kin())
    matching.take(matching.retyped())
    if edited:
        matching.take(matching.only_choice())
    return {line: items[item] for line, item in matching.found.items()}


class _Matching:
    """Who is left to be matched, and who has been. Every pass looks at what is left only."""

    def __init__(self, items: Sequence[TrackedItem], lines: Sequence[ActionItem]) -> None:
        self._items = items
        self._lines = lines
        self._of_items = [_spelled(item.text) for item in items]
        self._of_lines = [_spelled(line.text) for line in lines]
        self.found: dict[int, int] = {}

    def take(self, pairs: Iterable[Pair]) -> None:
        """Best pairs first, each line and item once; equally good ones in the order of the document."""
        taken = set(self.found.values())
        for pair in sorted(pairs, key=lambda one: ([-part for part in one.score], one.line, one.item)):
            if pair.line not in self.found and pair.item not in taken:
                self.found[pair.line] = pair.item
                taken.add(pair.item)

    def same(self) -> Iterator[Pair]:
        return (pair for pair in self._left() if self._of_items[pair.item] == self._of_lines[pair.line])

    def kin(self) -> Iterator[Pair]:
        return self._resembling((pair for pair in self._left() if self._shared(pair)), RESEMBLING)

    def retyped(self) -> Iterator[Pair]:
        return self._resembling(self._left(), RETYPED)

    def only_choice(self) -> Iterator[Pair]:
        pairs = [pair for pair in self._left() if self._covers(pair)]
        lines, items = Counter(pair.line for pair in pairs), Counter(pair.item for pair in pairs)
        return (pair for pair in pairs if lines[pair.line] == items[pair.item] == 1)

    def _left(self) -> Iterator[Pair]:
        """Every pair that is left, scored by whether the item was there, in that place, citing the same."""
        taken = set(self.found.values())
        for line in (at for at in range(len(self._lines)) if at not in self.found):
            for item in (at for at in range(len(self._items)) if at not in taken):
                place = self._items[item].place
                beside = (place is not None, place == line + 1, bool(self._shared(Pair((), line, item))))
                yield Pair(tuple(map(float, beside)), line, item)

    def _shared(self, pair: Pair) -> set[int]:
        return set(self._items[pair.item].evidence) & set(self._lines[pair.line].evidence)

    def _covers(self, pair: Pair) -> bool:
        item, line = self._items[pair.item], self._lines[pair.line]
        return item.place is not None and bool(item.evidence) and set(item.evidence) <= set(line.evidence)

    def _resembling(self, pairs: Iterable[Pair], least: float) -> Iterator[Pair]:
        for pair in pairs:
            ratio = _likeness(self._of_items[pair.item], self._of_lines[pair.line])
            if ratio >= least:
                yield Pair((ratio, *pair.score), pair.line, pair.item)


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How much two sentences resemble, from 0 to 1: the words they share, in the order they come."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _spelled(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def carried(
    before: Sequence[ActionItem], after: Sequence[ActionItem], items: Sequence[TrackedItem]
) -> tuple[ActionItem, ...]:
    """The lines of a new draft, and after them those it lost that somebody had accepted or done: a
    promise is not undone by drafting again. `before` are the lines of the revision before."""
    promised = {ActionState.ACCEPTED, ActionState.DONE}
    known = [item for item in items if item.place is not None and item.state in promised]
    kept = {item.id for item in match(items, after, edited=False).values()}
    lost = [item for item in known if item.id not in kept]
    then = match(items, before)
    missing = {item.id: before[at] for at, item in then.items()}
    return (*after, *(missing.get(item.id, item.as_line()) for item in lost))
