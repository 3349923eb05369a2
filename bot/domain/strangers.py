"""Everybody of a directory, as those who took no part: found by name, and lean for 100,000 people.

Spellings are not kept. What is kept of each is a hash, in order, with the person's place beside it; who
matches is spelled out then. Building it takes a second of computing for 100,000 people, so it is made once
a directory and not once a draft.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from bot.domain.ordinary import ORDINARY
from bot.domain.spellings import DESKS, Entry, Kind, Spellings, handle_is_name, in_order
from bot.domain.transcript import Person

_PLACE_BITS = 24
"""Up to 16 million people; the other 40 bits of a number are of the hash."""
_PLACE = (1 << _PLACE_BITS) - 1
_HASH = (1 << 40) - 1
_BITS = 1 << 24
"""Of the map that says at once which hashes there are not; 2 MB."""
_REMEMBERED = 20_000
"""Look-ups remembered: words repeat."""
_PLAIN = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)?")
_PLAIN_HANDLE = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)?")

Keys = tuple[list[tuple[str, str]], Iterable[str]]
"""The first two pieces of each spelling (the second empty for one word), and what e-mail is known by."""


class Everyone(tuple[Person, ...]):
    """A directory as it was listed once, which remembers how its people are found."""

    @cached_property
    def strangers(self) -> Strangers:
        """The index, built when first asked for."""
        return Strangers(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process builds its own index: hashes differ from process to process."""
        return type(self), (tuple(self),)


class Strangers:
    """An index of people by what they may be called. It never changes."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        self._there = bytearray(_BITS >> 3)
        found: list[int] = []
        mails: list[int] = []
        for place, person in enumerate(people):
            pairs, addresses = _keys(person)
            for pair in pairs:
                hashed = hash(pair) & _HASH
                self._there[(hashed & _BITS - 1) >> 3] |= 1 << (hashed & 7)
                found.append(hashed << _PLACE_BITS | place)
            mails += map(hash, addresses)
        self._spelled = array("Q", sorted(set(found)))
        self._mails = array("q", sorted(set(mails)))
        self._odd_ids = frozenset(one.id for one in people if not any(char.isdigit() for char in one.id))
        self._known: dict[tuple[str, str], tuple[Entry, ...]] = {}

    def entries(self, first: str, second: str) -> tuple[Entry, ...]:
        """The spellings that begin with these two pieces, longest first."""
        hashed = hash((first, second)) & _HASH
        if not self._there[(hashed & _BITS - 1) >> 3] & 1 << (hashed & 7):
            return ()
        known = self._known.get((first, second))
        if known is None:
            known = self._spell(first, second, hashed)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[first, second] = known
        return known

    def has_mail(self, address: str) -> bool:
        """Whether somebody has this address, or this before its `@`; in lower case."""
        hashed = hash(address)
        at = bisect_left(self._mails, hashed)
        return at < len(self._mails) and self._mails[at] == hashed

    def has_id(self, user_id: str) -> bool:
        """Whether an id without a digit, which could be a word, is somebody's."""
        return user_id in self._odd_ids

    def _spell(self, first: str, second: str, hashed: int) -> tuple[Entry, ...]:
        """All of them are strangers, so that of equal spellings the surest one stands for all."""
        found = Spellings({}, frozenset())
        for place in self._places(hashed):
            found.add(self._people[place])
        entries = found.index(given=False).get((first, second), [])
        return tuple(in_order(entries))

    def _places(self, hashed: int) -> Iterator[int]:
        at = bisect_left(self._spelled, hashed << _PLACE_BITS)
        while at < len(self._spelled) and self._spelled[at] >> _PLACE_BITS == hashed:
            yield self._spelled[at] & _PLACE
            at += 1


def _keys(person: Person) -> Keys:
    """By what a stranger is found. Most people's names are plain, and quick to take apart."""
    return _plain_keys(person) or _all_keys(person)


def _all_keys(person: Person) -> Keys:
    spelled = Spellings({}, frozenset())
    spelled.add(person)
    return list(spelled.index(given=False)), spelled.mails


def _plain_keys(person: Person) -> Keys | None:
    """The same for `Maya Lindqvist`, `maya`, `maya.lindqvist2`: ASCII, two words at most, no titles."""
    names = [name for name in dict.fromkeys((person.real_name, person.display_name)) if name]
    handle = person.handle
    if person.is_bot or not all(map(_PLAIN.fullmatch, names)) or not _PLAIN_HANDLE.fullmatch(handle):
        return None
    written = [name.lower().split() for name in names]
    parts = handle.split(".")
    if not DESKS.isdisjoint([*parts, *person.real_name.lower().split()]):
        return None
    pairs: list[tuple[str, str]] = []
    mails: list[str] = []
    for words in written:
        if len(words) == 1:
            pairs.append((words[0], ""))
        else:
            first, last = words
            pairs += [(first, last), (last, first), (first + last, "")]
            mails.append(f"{first}.{last}")
    if len(handle) >= 2:
        pairs.append((parts[0], parts[1] if len(parts) > 1 else ""))
        if handle_is_name(handle, [word for words in written for word in words]):
            mails.append(handle)
    if person.email:
        local = person.email.partition("@")[0].lower()
        mails.append(person.email.lower())
        if len(local) >= 4 and local not in ORDINARY:
            mails.append(local)
    return pairs, mails


def merged(mine: Sequence[Entry], theirs: Sequence[Entry]) -> Sequence[Entry]:
    """The spellings of those who took part with those of strangers: where both have one it means the
    former, and what only might be a given name gives way to a name that is somebody's."""
    if not theirs:
        return mine
    strange = {(entry.pieces, entry.exact) for entry in theirs}
    kept = [one for one in mine if one.kind is not Kind.GIVEN or (one.pieces, one.exact) not in strange]
    sure = {(entry.pieces, entry.exact) for entry in kept}
    return in_order([*kept, *(one for one in theirs if (one.pieces, one.exact) not in sure)])
