"""Who of a large directory a text may name: looking for 20,000 people in every channel takes too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.domain.spellings import PIECE, fold
from bot.domain.transcript import Message, Person

_MENTION = re.compile(r"[UW][A-Z0-9]{2,20}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})


class Crowd:
    """A directory indexed by the words its people's names are made of."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_id = {person.id: person for person in people}
        self._by_word: dict[str, list[str]] = {}
        for person in self._by_id.values():
            for word in set(_words_of(person)):
                self._by_word.setdefault(word, []).append(person.id)

    def near(self, messages: Iterable[Message], others: Iterable[Person] = ()) -> tuple[Person, ...]:
        """Everybody who wrote, is mentioned or may be named there, and some more, in the directory's order;
        then the `others` it does not know.

        Nobody is left out whom `bot.domain.names.Names` of the whole directory would find.
        """
        ids: set[str] = set()
        words: set[str] = set()
        for message in messages:
            ids.add(message.author_id or "")
            for text in (message.text, message.author_name, *(file.name for file in message.files)):
                ids.update(_MENTION.findall(text))
                words.update(_spoken(text))
        for word in words:
            ids.update(self._by_word.get(word, ()))
        found = [person for key, person in self._by_id.items() if key in ids]
        return (*found, *(person for person in others if person.id not in self._by_id))


def _spoken(text: str) -> Iterator[str]:
    """The words of a text, and what is left of them without digits at their end."""
    for piece in PIECE.findall(text):
        word = fold(piece)
        yield word
        yield word.rstrip("0123456789")


def _words_of(person: Person) -> Iterator[str]:
    """Every word with which a spelling of the person may begin, joined spellings included."""
    for name in (
        person.real_name,
        person.display_name,
        person.handle,
        (person.email or "").partition("@")[0],
    ):
        for spelling in (name, name.lower().translate(_UMLAUTS)):
            pieces = [fold(piece) for piece in PIECE.findall(spelling)]
            yield from pieces
            yield from (piece.rstrip("0123456789") for piece in pieces)
            for start in range(len(pieces)):
                yield from ("".join(pieces[start:end]) for end in range(start + 2, len(pieces) + 1))
            if len(pieces) > 1:
                yield pieces[0] + pieces[-1]
