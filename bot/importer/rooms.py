"""A channel of an export as the use cases know it: read, and known to be private or public."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.transcript import Message, Person
from bot.errors import UserError
from bot.importer.choosing import Choice
from bot.slack.export_catalogue import Catalogue, Listed, OneList
from bot.workflow.importing.known import Known
from bot.workflow.importing.origin import Room


class Talk(NamedTuple):
    """What a channel says."""

    listed: Listed
    messages: tuple[Message, ...]
    skipped: dict[str, int]
    met: tuple[Person, ...]
    broken: tuple[str, ...]


def read(catalogue: Catalogue | OneList, listed: Listed) -> Talk:
    """One channel. Raises `UserError`: nothing of it can be read."""
    found = catalogue.read(listed)
    if found.broken and not found.channel.messages:
        raise UserError(f"None of it can be read: {found.broken[0]}")
    return Talk(listed, found.channel.messages, found.channel.skipped, found.met, found.broken)


def room_of(talk: Talk, choice: Choice, known: Known | None = None) -> Room:
    """The channel as an incident's place. Raises `UserError`: nobody can tell whether it is private."""
    listed = talk.listed
    private = choice.private if listed.is_private is None else listed.is_private
    if known is not None and (known.is_private or (private is None and known.channel is not None)):
        private = known.is_private
    if private is None:
        raise UserError(
            "The export does not say whether it is private (neither channels.json nor groups.json lists it): "
            "say --public or --private."
        )
    return Room(
        channel_id=listed.id,
        name=listed.name,
        is_private=private,
        members=listed.members,
        about=listed.about,
        met=talk.met,
        skipped=talk.skipped,
        broken=talk.broken,
    )
