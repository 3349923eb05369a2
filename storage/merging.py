"""What two deliveries of one message make together, in whichever order they come.

Each part of a message has its own rule, so that any order and repetition ends in the same state:

- what was said (text, files, author, masks): the delivery with the newest `edited_ts`; of two with
  the same one the later to arrive, since bots rewrite alerts without marking them as edited;
- reactions: the newest delivery that carries any. Events carry none, so an empty list says nothing
  (that the last reaction went away is not noticed);
- `reply_count`: the largest seen. `thread_ts` and `broadcast`: once known they stay;
- deleted: for good. A tombstone keeps its place (`thread_ts`, `broadcast`, `reply_count`) only.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.transcript import Message, ts_order
from storage.columns import storable

_SAID = (
    "author_id",
    "author_name",
    "is_bot",
    "subtype",
    "text",
    "files",
    "edited_ts",
    "masked",
)


class Kept(NamedTuple):
    """A message with which delivery gave its reactions: that one's `edited_ts`, "" if unedited."""

    message: Message
    reactions_as_of: str = ""


def arrived(delivery: Message) -> Kept:
    """A message on its own, as it is kept."""
    delivery = delivery.model_copy(
        update={
            "thread_ts": None if delivery.thread_ts == delivery.ts else delivery.thread_ts,
            "text": storable(delivery.text),
            "author_name": storable(delivery.author_name),
        }
    )
    if delivery.deleted:
        return Kept(tombstone(delivery))
    return Kept(delivery, delivery.edited_ts or "" if delivery.reactions else "")


def merged(kept: Kept, delivery: Message) -> Kept:
    """What is kept once `delivery` has arrived too."""
    old, new = kept.message, arrived(delivery).message
    changes: dict[str, object] = {
        "thread_ts": old.thread_ts or new.thread_ts,
        "reply_count": max(old.reply_count, new.reply_count),
        "broadcast": old.broadcast or new.broadcast,
    }
    if old.deleted or new.deleted:
        return Kept(tombstone(old.model_copy(update=changes)))
    if not is_older(new, old):
        changes = {name: getattr(new, name) for name in _SAID} | changes
    as_of = kept.reactions_as_of
    if new.reactions and (not old.reactions or _edit(new.edited_ts) >= _edit(as_of)):
        changes["reactions"], as_of = new.reactions, new.edited_ts or ""
    return Kept(old.model_copy(update=changes), as_of)


def tombstone(message: Message) -> Message:
    """What is left of a deleted message."""
    return Message(
        channel_id=message.channel_id,
        ts=message.ts,
        thread_ts=message.thread_ts,
        broadcast=message.broadcast,
        reply_count=message.reply_count,
        deleted=True,
    )


def is_older(one: Message, other: Message) -> bool:
    """Whether `one` was edited before `other` was."""
    return _edit(one.edited_ts) < _edit(other.edited_ts)


def place(ts: str) -> str:
    """A Slack timestamp padded so that text order is time order."""
    seconds, micros = ts_order(ts)
    return f"{seconds:012d}.{micros:06d}"


def _edit(edited_ts: str | None) -> tuple[int, int]:
    return ts_order(edited_ts) if edited_ts else (0, 0)
