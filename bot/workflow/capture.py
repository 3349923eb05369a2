"""Letting messages in: masked before they are stored, whatever door they come through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.domain.masking import mask
from bot.domain.transcript import Message
from bot.ports import Records, Redactor, Secret, Storage
from bot.workflow.erasure import message_gone
from bot.workflow.holding import seal
from bot.workflow.world import World

Find = Callable[[str], Sequence[Secret]]
Number = Callable[[str, str], int]


def capture(records: Records, world: World, message: Message) -> bool:
    """Store a message as it is now, its secrets masked; True if anything changed.

    Raises:
        Permanent: the detector failed; nothing is stored in clear.
    """
    before = None
    if message.deleted or message.edited_ts:
        before = records.messages.get(world.team_id, message.channel_id, message.ts)
        seal(records, world, before)
    changed = records.messages.save(world.team_id, masked(records, world, message), at=world.clock.now())
    if changed and message.deleted:
        message_gone(records, world, message.channel_id, message.ts, before)
    return changed


def is_clean(world: World, message: Message) -> bool:
    """Whether there is nothing to mask in it.

    Raises:
        Permanent: the detector failed, so nobody can tell.
    """
    said = (message.text, *(file.name for file in message.files))
    return not any(world.redactor.secrets(text) for text in said)


def masked(records: Records, world: World, message: Message) -> Message:
    """The message with its secrets replaced by placeholders, the same one for the same secret."""
    return hide(message, world.redactor.secrets, _numbers(records, world, message.channel_id))


def mask_text(records: Records, world: World, channel_id: str, text: str) -> str:
    """A text that people typed for the bot (a title, an edit), its secrets replaced by placeholders."""
    return mask(text, world.redactor.secrets(text), _numbers(records, world, channel_id)).text


def mask_words(records: Records, world: World, channel_id: str, text: str) -> str:
    """What people add to a document, which models and files see: secrets and personal data as
    placeholders."""
    numbers = _numbers(records, world, channel_id)
    text = mask(text, world.redactor.secrets(text), numbers).text
    return mask(text, world.redactor.personal(text), numbers).text


def without_personal_data(
    storage: Storage, redactor: Redactor, team_id: str, messages: Iterable[Message]
) -> list[Message]:
    """Messages for a draft, personal data masked by the operator's rules; the archive keeps it.

    A transaction is open only where a number is given, not while a whole transcript is looked through.
    """

    def numbers(channel_id: str) -> Number:
        def number(kind: str, value: str) -> int:
            with storage.begin() as records:
                return records.messages.placeholder(team_id, channel_id, kind, value)

        return number

    return [hide(message, redactor.personal, numbers(message.channel_id)) for message in messages]


def hide(message: Message, find: Find, number: Number) -> Message:
    """The message with what `find` finds in its text and file names replaced by numbered placeholders."""
    text = mask(message.text, find(message.text), number)
    names = [mask(file.name, find(file.name), number) for file in message.files]
    count = text.count + sum(name.count for name in names)
    if not count:
        return message
    files = (
        file.model_copy(update={"name": name.text}) for file, name in zip(message.files, names, strict=True)
    )
    return message.model_copy(
        update={"text": text.text, "files": tuple(files), "masked": message.masked + count}
    )


def _numbers(records: Records, world: World, channel_id: str) -> Number:
    def number(kind: str, value: str) -> int:
        return records.messages.placeholder(world.team_id, channel_id, kind, value)

    return number
