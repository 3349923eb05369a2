"""Letting messages in: masked before they are stored, whatever door they come through."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.masking import mask
from bot.domain.transcript import Message
from bot.ports import Records
from bot.workflow.world import World


def capture(records: Records, world: World, message: Message) -> bool:
    """Store a message as it is now, its secrets masked; True if anything changed.

    Raises:
        Permanent: the detector failed; nothing is stored in clear.
    """
    return records.messages.save(world.team_id, masked(records, world, message), at=world.clock.now())


def masked(records: Records, world: World, message: Message) -> Message:
    """The message with its secrets replaced by placeholders, the same one for the same secret."""

    def number(kind: str, value: str) -> int:
        return records.messages.placeholder(world.team_id, message.channel_id, kind, value)

    result = mask(message.text, world.redactor.secrets(message.text), number)
    files = tuple(
        file.model_copy(update={"name": mask(file.name, world.redactor.secrets(file.name), number).text})
        for file in message.files
    )
    return message.model_copy(update={"text": result.text, "files": files, "masked": result.count})


def mask_text(records: Records, world: World, channel_id: str, text: str) -> str:
    """A text that people typed for the bot (a title, an edit), its secrets replaced by placeholders."""

    def number(kind: str, value: str) -> int:
        return records.messages.placeholder(world.team_id, channel_id, kind, value)

    return mask(text, world.redactor.secrets(text), number).text


def without_personal_data(world: World, messages: Iterable[Message]) -> list[Message]:
    """Messages for a draft, personal data masked by the operator's rules; the archive keeps it."""
    with world.storage.begin() as records:
        return [_impersonal(records, world, message) for message in messages]


def _impersonal(records: Records, world: World, message: Message) -> Message:
    found = world.redactor.personal(message.text)
    if not found:
        return message

    def number(kind: str, value: str) -> int:
        return records.messages.placeholder(world.team_id, message.channel_id, kind, value)

    result = mask(message.text, found, number)
    return message.model_copy(update={"text": result.text, "masked": message.masked + result.count})
