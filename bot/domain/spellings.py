"""Every spelling under which a person may appear in a text, by how sure it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple

from bot.domain.ordinary import ORDINARY, PARTICLES, PRODUCTS, given_names, nicknames
from bot.domain.transcript import Person

STRANGER = "a colleague"
"""Stands for somebody of the directory who has no role in the transcript."""
SOMEBODY = "a responder"
"""Stands for a first name that several of those who took part share."""

BRIDGED = "bridged:"
"""How ids begin that stand for people who speak through a bridge from another chat; the name follows."""

PIECE = re.compile(r"[^\W_]+")
"""Letters and digits that stand together; names and handles are sequences of these."""


class Kind(Enum):
    """How a person is recognised, from unmistakable to guessed."""

    MENTION = "mention"
    EMAIL = "email"
    FULL = "full name"
    HANDLE = "handle"
    WEAK_HANDLE = "handle that is a word"
    SINGLE = "name"
    GUESS = "beginning of a name"
    WEAK_SINGLE = "name that is a word"
    GIVEN = "given name of somebody unknown"


class Entry(NamedTuple):
    """One spelling: its pieces, what must lie between them, and whom it means."""

    pieces: tuple[str, ...]
    exact: str
    """The spelling as a whole, folded, where separators matter (handles); empty where they do not."""
    kind: Kind
    alias: str


Index = dict[tuple[str, str], list[Entry]]
"""The first two pieces of a spelling (the second empty for one word) → the spellings."""

_STRENGTH = {kind: strength for strength, kind in enumerate(Kind)}


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Lower case without accents: `Yaël` and `yael` are the same name."""
    if word.isascii():
        return word.lower()
    split = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in split if not unicodedata.combining(char))


@cache
def _nicknames() -> dict[str, tuple[str, ...]]:
    return nicknames()


@cache
def _given() -> frozenset[str]:
    return given_names()


class Spellings:
    """Collects every spelling of every person."""

    def __init__(self, roles: Mapping[str, str], participants: Collection[str]) -> None:
        self._roles = roles
        self._participants = participants
        self._nicknames = _nicknames()
        self._given = _given()
        self._entries: dict[tuple[tuple[str, ...], str], Entry] = {}
        self.ids: dict[str, str] = dict(roles)
        self.mails: dict[str, str] = {}

    def index(self, *, given: bool = True) -> Index:
        """First two pieces → the spellings that start so, longest first; `given` names of nobody too."""
        for name in self._given if given else ():
            self._entries.setdefault(((name,), ""), Entry((name,), "", Kind.GIVEN, STRANGER))
        found: Index = {}
        for entry in self._entries.values():
            second = entry.pieces[1] if len(entry.pieces) > 1 else ""
            found.setdefault((entry.pieces[0], second), []).append(entry)
        return {key: in_order(entries) for key, entries in found.items()}

    def add(self, person: Person) -> None:
        """All spellings of one person; bots have none."""
        alias = self._roles.get(person.id) or STRANGER
        took_part = person.id in self._participants
        self.ids[person.id] = alias
        if person.is_bot:
            return
        if person.email:
            self.mails[person.email.lower()] = alias
            self._local_part(person.email.partition("@")[0], alias)
        written = _written_names(person)
        if not took_part and _is_desk(person):
            written = []
        for name in written:
            for spelling in dict.fromkeys((name, name.lower().translate(_UMLAUTS))):
                self._name(spelling, alias, took_part=took_part)
        self._handle(person.handle, alias, took_part=took_part, written=written)

    def _local_part(self, local: str, alias: str) -> None:
        if len(local) >= 4 and local.lower() not in ORDINARY:
            self.mails.setdefault(local.lower(), alias)

    def _name(self, name: str, alias: str, *, took_part: bool) -> None:
        pieces = tuple(fold(piece) for piece in PIECE.findall(name))
        if len(pieces) == 1:
            self._single_name(pieces[0], alias, took_part=took_part)
        if len(pieces) < 2:
            return
        first, last = pieces[0], pieces[-1]
        for spelling in ((*pieces,), (first, last), (last, first), (*pieces[1:], first)):
            self._put(Entry(spelling, "", Kind.FULL, alias))
        for joined in ("".join(pieces), first + last):
            self._put(Entry((joined,), "", Kind.FULL, alias))
        self.mails.setdefault(f"{first}.{last}", alias)
        if took_part and re.search(r"\s", name):
            self._parts(pieces, alias)

    def _parts(self, pieces: tuple[str, ...], alias: str) -> None:
        """First name, nicknames, surname and initial with surname of somebody who took part."""
        first, last = pieces[0], pieces[-1]
        for short in (first, *self._nicknames.get(first, ())):
            self._single(short, alias)
        for surname in pieces[1:]:
            if len(surname) > 3 and surname not in PARTICLES and surname not in ORDINARY | PRODUCTS:
                self._single(surname, alias)
            elif len(surname) == 3 and surname not in PARTICLES | ORDINARY | PRODUCTS:
                self._put(Entry((surname,), "", Kind.WEAK_SINGLE, alias))
        joined = first[0] + last
        if len(joined) > 4 and joined not in ORDINARY | PRODUCTS:
            self._put(Entry((joined,), "", Kind.HANDLE, alias))

    def _single_name(self, piece: str, alias: str, *, took_part: bool) -> None:
        """Somebody known by one word only. A stranger's may be any word, so it needs its `@`."""
        if not took_part:
            self._put(Entry((piece,), "", Kind.WEAK_HANDLE, alias))
            return
        self._single(piece, alias)
        for short in self._nicknames.get(piece, ()):
            self._single(short, alias)
        if piece.isalpha() and len(piece) >= 8:
            self._openings(piece, alias)

    def _openings(self, piece: str, alias: str) -> None:
        """`Jochem` for somebody known only as `jochembrauer`: guesses, so the sentence must agree."""
        for length in range(3, len(piece) - 2):
            opening = piece[:length]
            if opening in self._given or (length >= 5 and opening not in ORDINARY | PRODUCTS):
                self._put(Entry((opening,), "", Kind.GUESS, alias))

    def _single(self, piece: str, alias: str) -> None:
        if len(piece) < 2 or piece.isdigit() or piece in PARTICLES:
            return
        weak = piece in ORDINARY or piece in PRODUCTS
        self._put(Entry((piece,), "", Kind.WEAK_SINGLE if weak else Kind.SINGLE, alias))

    def _handle(self, handle: str, alias: str, *, took_part: bool, written: list[str]) -> None:
        exact = fold(handle)
        pieces = tuple(PIECE.findall(exact))
        if not pieces or len(exact) < 2:
            return
        own = [fold(piece) for name in written for piece in PIECE.findall(name)]
        weak = _is_word(exact) or not (took_part or handle_is_name(exact, own))
        self._put(Entry(pieces, exact, Kind.WEAK_HANDLE if weak else Kind.HANDLE, alias))
        if not weak:
            self.mails.setdefault(exact, alias)
        if took_part and len(pieces) == 1 and pieces[0] != exact:
            self._single(pieces[0], alias)
        if took_part and len(pieces) > 1 and all(piece.isalpha() for piece in pieces):
            self._put(Entry(("".join(pieces),), "", Kind.FULL, alias))
        stem = exact.rstrip("0123456789")
        if took_part and stem != exact and stem.isalpha() and len(stem) > 4:
            self._single(stem, alias)

    def _put(self, entry: Entry) -> None:
        key = (entry.pieces, entry.exact)
        known = self._entries.get(key)
        if known is None or known.alias == entry.alias:
            stronger = known is None or _STRENGTH[entry.kind] < _STRENGTH[known.kind]
            self._entries[key] = entry if stronger or known is None else known
        elif known.alias == STRANGER:
            self._entries[key] = entry
        elif entry.alias != STRANGER:
            self._entries[key] = known._replace(alias=SOMEBODY)


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})

# Accounts that are no person though Slack does not call them bots.
DESKS = frozenset(
    """
    admin alert alerts api app bot bots ci deploy desk devops incident infra integration it monitoring noreply
    notifications oncall ops platform production security service services sre staging status support svc
    system team test
    """.split()
)


def _is_desk(person: Person) -> bool:
    pieces = PIECE.findall(fold(f"{person.handle} {person.real_name}"))
    return any(piece in DESKS for piece in pieces)


def _is_word(handle: str) -> bool:
    return handle in ORDINARY or handle in PRODUCTS or handle.isdigit() or len(handle) < 3


def handle_is_name(handle: str, pieces: Iterable[str]) -> bool:
    """A stranger's handle is unmistakable where it is their name and something more: `mkowalski`."""
    if _is_word(handle):
        return False
    return any(len(piece) > 2 and piece in handle and piece != handle for piece in pieces)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """The longest first, of equally long ones the surest."""
    return sorted(entries, key=lambda entry: (-len(entry.pieces), -len(entry.exact), _STRENGTH[entry.kind]))


_ASIDE = re.compile(r"[(\[|/{].*|\s[-–—]\s.*|\s@.*")


def _written_names(person: Person) -> list[str]:
    """Names without pronouns, teams and emoji: `Ann Lee (she/her)` is `Ann Lee`."""
    names: list[str] = []
    for name in (person.real_name, person.display_name):
        names.append(_ASIDE.sub("", name).strip() or name.strip("()[]"))
        for aside in re.findall(r"\(([^()]+)\)", name):
            words = PIECE.findall(aside)
            if len(words) == 2 and all(w[0].isupper() and fold(w) not in ORDINARY for w in words):
                names.append(aside)
    return [name for name in dict.fromkeys(names) if name]
