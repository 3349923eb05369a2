"""What an incident is imported from, before anybody has drafted anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from bot.domain.past import Found, Kind, Part, Split, find
from bot.domain.transcript import Message, Person

IMPORTED = {
    Kind.CHANNEL: "Imported from a Slack export: the whole channel.",
    Kind.THREAD: "Imported from a Slack export: one thread of a long-lived channel.",
    Kind.BURST: "Imported from a Slack export: one stretch of talk in a long-lived channel.",
    Kind.DOCUMENT: "Imported from a document that was written elsewhere.",
}


class Room(BaseModel):
    """A channel as an export tells of it. `about` is its topic and purpose."""

    model_config = ConfigDict(frozen=True)

    channel_id: str
    name: str
    is_private: bool
    members: tuple[str, ...] = ()
    about: str = ""
    met: tuple[Person, ...] = ()
    """People of other companies, who appear in no list of users."""
    skipped: dict[str, int] = {}
    """What is no part of a transcript, by reason."""
    broken: tuple[str, ...] = ()
    """Files that could not be read, in sentences."""


class Origin(BaseModel):
    """One incident's talk, unmasked: never stored or shown like this."""

    model_config = ConfigDict(frozen=True)

    room: Room
    part: Part
    rest: dict[str, int] = {}

    @property
    def digest(self) -> str:
        """SHA-256 over what was said, by whom and where; reactions come and go and do not count."""
        said = [
            [one.ts, one.thread_ts, one.edited_ts, one.author_id, one.text, one.deleted, *_files(one)]
            for one in self.part.messages
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of where it comes from."""
        count = len(self.room.broken)
        files = "1 file" if count == 1 else f"{count:,} files"
        missing = (f"{files} of the export could not be read.",) if count else ()
        return (IMPORTED[self.part.kind], *missing)


def _files(message: Message) -> list[str]:
    return [file.name for file in message.files]


def origins(
    room: Room,
    messages: Iterable[Message],
    *,
    emojis: Sequence[str],
    split: Split,
    before: Sequence[Kind] = (),
) -> tuple[Origin, ...]:
    """The incidents of a channel. What was made of it `before` is made of it again, whatever the rule."""
    if Kind.CHANNEL in before:
        split = Split.NEVER
    elif before:
        split = Split.ALWAYS
    found: Found = find(messages, emojis=emojis, split=split)
    skipped = room.skipped if len(found.parts) == 1 else {}
    return tuple(Origin(room=room, part=part, rest=skipped) for part in found.parts)
