"""Finding the people in a text: by mention, e-mail, full name, handle, first name and nickname.

Everybody of the directory is known by mention, e-mail, full name and unmistakable handle; those who took
part also by first name, surname and nickname. An index by word keeps a directory of 20,000 people and
10,000 messages cheap: every word of a text costs one look-up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from bot.domain.name_context import Spot
from bot.domain.ordinary import ORDINARY, PRODUCTS
from bot.domain.spellings import BRIDGED, PIECE, STRANGER, Entry, Index, Kind, Spellings, fold
from bot.domain.strangers import Everyone, Strangers, merged
from bot.domain.transcript import Person

_MENTION = re.compile(r"<?@!?([UW][A-Z0-9]{2,20}|\d{15,20})(?:\|[^>\n]*)?>?(?![\w.-]*@)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?i)\bhttps?://[^\s<>|]+")
_PERSONAL = re.compile(
    r"(?i)https?://(?:www\.|mobile\.)?(?:twitter\.com|x\.com|gist\.github(?:usercontent)?\.com|linkedin\.com/in|"
    r"medium\.com/@|keybase\.io)/\w"
)
_SURNAME = re.compile(r" ([^\W\d_]{3,})\b(?![’'./:_-]\w)")
_GAP = re.compile(r"[\s.,_\-·]{0,3}")


class Hit(NamedTuple):
    """A person at `text[start:end]`, and the alias that may stand there."""

    start: int
    end: int
    alias: str
    kind: Kind


class Names:
    """An index of everybody's spellings. Build it with `of`; it never changes afterwards."""

    def __init__(
        self,
        index: Index,
        ids: Mapping[str, str],
        mails: Mapping[str, str],
        strangers: Strangers | None = None,
    ):
        self._index = index
        self._ids = ids
        self._mails = mails
        self._strangers = strangers

    @classmethod
    def of(
        cls, people: Iterable[Person], roles: Mapping[str, str], participants: Collection[str] = ()
    ) -> Names:
        """Index a directory.

        `roles` maps user ids to aliases; `participants` are the ids of those who wrote or were mentioned
        (whoever has a role counts as one). Bots have no names to hide. Of `Everyone` only those are
        indexed anew; the others are once a directory.
        """
        took_part = frozenset(participants) | roles.keys()
        found = Spellings(roles, took_part)
        strangers = people.strangers if isinstance(people, Everyone) else None
        if strangers is not None:
            people = [person for person in people if person.id in took_part]
        bridged = (key for key in roles if key.startswith(BRIDGED))
        relayed = (Person(id=key, real_name=key.removeprefix(BRIDGED)) for key in bridged)
        for person in chain(people, relayed):
            found.add(person)
        return cls(found.index(), dict(found.ids), found.mails, strangers)

    def find(self, text: str) -> list[Hit]:
        """Everybody the text names, in order, without overlaps."""
        hits = [*self._mentions(text), *self._addresses(text)]
        taken = _Taken(hits)
        links = _Taken(Hit(*match.span(), "", Kind.FULL) for match in _links(text))
        spot = Spot(text)
        pieces = [(match, fold(match[0])) for match in PIECE.finditer(text)]
        position = -1
        for number, (match, word) in enumerate(pieces):
            following = pieces[number + 1][1] if number + 1 < len(pieces) else ""
            entries = self._entries(word, following), self._alone(word)
            if match.start() < position or not (entries[0] or entries[1]):
                continue
            hit = self._best(chain(*entries), text, match, spot, in_link=links.covers(match.start()))
            if hit and not taken.covers(hit.start):
                hits.append(hit)
                position = hit.end
        return sorted(hits, key=lambda hit: hit.start)

    def _alone(self, word: str) -> Sequence[Entry]:
        """Spellings of one word; `akowalski91` is `akowalski` too."""
        found = self._entries(word, "")
        stem = word.rstrip("0123456789")
        if not found and stem != word and len(stem) > 4:
            sure = (Kind.FULL, Kind.HANDLE)
            return [entry for entry in self._entries(stem, "") if entry.kind in sure]
        return found

    def _entries(self, first: str, second: str) -> Sequence[Entry]:
        """The spellings that begin with these two pieces, longest first."""
        mine = self._index.get((first, second), ())
        return merged(mine, self._strangers.entries(first, second)) if self._strangers else mine

    def hide(self, text: str) -> str:
        """The text with aliases in place of people; a link that names somebody is cut to its host."""
        hits = _without_links(text, self.find(text))
        return _replace(text, hits) if hits else text

    def _mentions(self, text: str) -> list[Hit]:
        hits = []
        for match in _MENTION.finditer(text):
            known = match[1] in self._ids or (self._strangers and self._strangers.has_id(match[1]))
            if known or any(char.isdigit() for char in match[1]):
                hits.append(Hit(*match.span(), self._ids.get(match[1]) or STRANGER, Kind.MENTION))
        return hits

    def _addresses(self, text: str) -> list[Hit]:
        hits: list[Hit] = []
        if "@" not in text:
            return hits
        for match in _EMAIL.finditer(text):
            local = match[0].partition("@")[0]
            alias = self._mail(match[0].lower()) or self._mail(local.lower())
            if alias:
                hits.append(Hit(*match.span(), alias, Kind.EMAIL))
        return hits

    def _mail(self, address: str) -> str | None:
        mine = self._mails.get(address)
        if mine is None and self._strangers and self._strangers.has_mail(address):
            return STRANGER
        return mine

    def _best(
        self, entries: Iterable[Entry], text: str, first: re.Match[str], spot: Spot, *, in_link: bool
    ) -> Hit | None:
        """The longest spelling that fits here."""
        for entry in entries:
            span = _span(entry, text, first)
            if span is None or (in_link and entry.kind not in (Kind.FULL, Kind.HANDLE)):
                continue
            if spot.called(*span):
                return Hit(span[0] - 1, span[1], entry.alias, entry.kind)
            if entry.kind is Kind.GIVEN:
                span = _with_surname(text, *span)
            if _person_here(entry, text, *span, spot):
                return Hit(*span, entry.alias, entry.kind)
        return None


def _span(entry: Entry, text: str, first: re.Match[str]) -> tuple[int, int] | None:
    """Where the spelling stands if its first piece is `first`, else None."""
    if entry.exact:
        start = first.start() - entry.exact.index(entry.pieces[0])
        end = start + len(entry.exact)
        return (start, end) if start >= 0 and fold(text[start:end]) == entry.exact else None
    end = first.end()
    for piece in entry.pieces[1:]:
        gap = _GAP.match(text, end)
        found = PIECE.match(text, gap.end() if gap else end)
        if found is None or fold(found[0]) != piece:
            return None
        end = found.end()
    return first.start(), end


def _person_here(entry: Entry, text: str, start: int, end: int, spot: Spot) -> bool:
    """Whether the spelling means the person where it stands."""
    if entry.kind is Kind.FULL:
        return not spot.inside_word(start, end) and _full_name_here(entry, text[start:end])
    if entry.kind is Kind.HANDLE:
        return not spot.inside_word(start, end)
    if entry.kind is Kind.SINGLE:
        return spot.standing_alone(start, end) and spot.looks_like_name(start, end)
    if entry.kind is Kind.WEAK_HANDLE or not spot.standing_alone(start, end):
        return False
    if entry.kind is Kind.GIVEN and " " in text[start:end]:
        return True
    guess = entry.kind in (Kind.GUESS, Kind.GIVEN)
    return spot.means_a_person(start, end) or (guess and spot.acts(start, end))


def _with_surname(text: str, start: int, end: int) -> tuple[int, int]:
    """`Justine Drakeson`, though neither is known: two capitals, and the second no word or product."""
    surname = _SURNAME.match(text, end)
    if (
        surname is None
        or not (text[start] + surname[1][0]).isupper()
        or fold(surname[1]) in ORDINARY | PRODUCTS
    ):
        return start, end
    return start, surname.end()


def _full_name_here(entry: Entry, written: str) -> bool:
    """A full name made of ordinary words counts only where it is written as a name."""
    if any(piece not in ORDINARY for piece in entry.pieces):
        return True
    return all(word[0].isupper() for word in PIECE.findall(written))


def _links(text: str) -> Iterable[re.Match[str]]:
    return _URL.finditer(text) if "://" in text else ()


def _without_links(text: str, hits: list[Hit]) -> list[Hit]:
    """Hits inside a link become one hit on the whole link: a changed address would be a false one.

    Links whose path always names a person (a post, a gist) go too, whoever it is.
    """
    kept = list(hits)
    for link in _links(text):
        inside = [hit for hit in kept if link.start() <= hit.start < link.end()]
        if inside or _PERSONAL.match(link[0]):
            kept = [hit for hit in kept if hit not in inside]
            host = link[0].split("/")[2].rpartition("@")[2]
            named = any(hit.start < link.end() - len(link[0].split("/", 3)[-1]) - 1 for hit in inside)
            kept.append(Hit(link.start(), link.end(), "[link]" if named else f"[link to {host}]", Kind.FULL))
    return sorted(kept, key=lambda hit: hit.start)


def _replace(text: str, hits: list[Hit]) -> str:
    parts: list[str] = []
    end = 0
    for hit in hits:
        parts += [text[end : hit.start], hit.alias]
        end = hit.end
    return "".join([*parts, text[end:]])


class _Taken:
    """Stretches of a text, to ask whether a position lies in one."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._spans = [(hit.start, hit.end) for hit in hits]

    def covers(self, position: int) -> bool:
        return any(start <= position < end for start, end in self._spans)
