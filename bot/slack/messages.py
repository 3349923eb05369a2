"""Slack's message payloads as the domain's messages.

One reader for every door: `conversations.history` and `.replies` items, `message` events, and the
items of an export's day files all have the same shape. Pure; redaction comes after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bot.domain.transcript import Attachment, Message, Reaction
from bot.slack.decode import clean, readable
from bot.slack.flatten import attachments_text, blocks_text, dicts, missing_lines, string


class Skip(NamedTuple):
    """Read, but no part of a transcript; `reason` is for the coverage, in the plural."""

    reason: str


class Deletion(NamedTuple):
    """The message at `ts` is gone and must leave a tombstone."""

    channel_id: str
    ts: str


UNREADABLE = Skip("unreadable")
OWN = Skip("messages of this bot")
EMPTY = Skip("empty messages")

_JOINING = "people joining or leaving"
_HOUSEKEEPING = "channel housekeeping"
_SKIPPED: dict[str, str] = {
    **dict.fromkeys(
        ("channel_join", "channel_leave", "group_join", "group_leave", "bot_add", "bot_remove"), _JOINING
    ),
    **dict.fromkeys(
        (
            "channel_archive",
            "channel_unarchive",
            "group_archive",
            "group_unarchive",
            "channel_convert_to_private",
            "channel_convert_to_public",
            "channel_posting_permissions",
            "channel_canvas_updated",
            "tabbed_canvas_updated",
            "bookmark_added",
            "unpinned_item",
            "app_conversation_join",
            "bot_enable",
            "bot_disable",
        ),
        _HOUSEKEEPING,
    ),
    "reminder_add": "reminders",
    "reminder_delete": "reminders",
    "reminder_reply": "reminders",
    "message_replied": "notices of replies",
    "ekm_access_denied": "messages withheld by key management",
    "joiner_notification": _JOINING,
    "joiner_notification_for_inviter": _JOINING,
}

_TS = re.compile(r"\d{1,11}\.\d{1,6}")


def is_ts(value: object) -> bool:
    """Whether this is a Slack timestamp as Slack writes it: `1763722800.000100`."""
    return isinstance(value, str) and _TS.fullmatch(value) is not None


def read(
    payload: Mapping[str, object], channel_id: str, *, own_bot_id: str = "", own_user_id: str = ""
) -> Message | Skip:
    """One message as the domain knows it, or why it is none.

    `payload` is an item of history, replies or an export, or the inner event of type `message`.
    A tombstone (a deleted root that has replies) becomes a message with `deleted` set, so that its
    thread can still be read. Whatever the payload holds, this does not raise.
    """
    subtype = payload.get("subtype")
    if not is_ts(payload.get("ts")) or not isinstance(subtype, str | None):
        return UNREADABLE
    if payload.get("type", "message") != "message" or not isinstance(payload.get("text"), str | None):
        return UNREADABLE
    if _is_own(payload, own_bot_id, own_user_id):
        return OWN
    if subtype in _SKIPPED:
        return Skip(_SKIPPED[subtype])
    if payload.get("is_ephemeral") is True:
        return Skip("messages only one person saw")
    message = _message(payload, channel_id, subtype)
    return message if message.text or message.files or message.deleted else EMPTY


def read_event(
    event: Mapping[str, object], *, own_bot_id: str = "", own_user_id: str = ""
) -> Message | Deletion | Skip:
    """What a `message` event asks for: a message as it stands now, a tombstone, or nothing.

    `message_changed` carries the whole new message; deleting a root with replies arrives as a change
    to a `tombstone`.
    """
    channel = event.get("channel")
    if not isinstance(channel, str) or not channel:
        return UNREADABLE
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        return _deletion(channel, event.get("deleted_ts"))
    if subtype != "message_changed":
        return read(event, channel, own_bot_id=own_bot_id, own_user_id=own_user_id)
    changed = event.get("message")
    if not isinstance(changed, Mapping):
        return UNREADABLE
    if changed.get("subtype") == "tombstone":
        return _deletion(channel, changed.get("ts"))
    return read(changed, channel, own_bot_id=own_bot_id, own_user_id=own_user_id)


def _deletion(channel_id: str, ts: object) -> Deletion | Skip:
    return Deletion(channel_id, ts) if isinstance(ts, str) and is_ts(ts) else UNREADABLE


def _is_own(payload: Mapping[str, object], own_bot_id: str, own_user_id: str) -> bool:
    mine = {own_bot_id, own_user_id} - {""}
    return bool(mine & {string(payload.get("bot_id")), string(payload.get("user"))})


def _message(payload: Mapping[str, object], channel_id: str, subtype: str | None) -> Message:
    ts = string(payload.get("ts"))
    bot_id = string(payload.get("bot_id"))
    is_bot = bool(bot_id) or subtype == "bot_message"
    deleted = subtype == "tombstone"
    return Message(
        channel_id=channel_id,
        ts=ts,
        thread_ts=_thread(payload, ts),
        author_id=None if deleted else clean(bot_id or string(payload.get("user"))) or None,
        author_name=_bot_name(payload) if is_bot else "",
        is_bot=is_bot,
        subtype=subtype,
        text="" if deleted else _text(payload, subtype, by_bot=is_bot),
        files=() if deleted else _files(payload),
        reactions=_reactions(payload),
        reply_count=_count(payload.get("reply_count")),
        edited_ts=_edited(payload),
        deleted=deleted,
        broadcast=subtype in ("thread_broadcast", "reply_broadcast"),
    )


def _thread(payload: Mapping[str, object], ts: str) -> str | None:
    root = payload.get("thread_ts")
    return root if isinstance(root, str) and is_ts(root) and root != ts else None


def _bot_name(payload: Mapping[str, object]) -> str:
    profile = payload.get("bot_profile")
    name = string(payload.get("username"))
    if not name and isinstance(profile, Mapping):
        name = string(profile.get("name"))
    return " ".join(clean(readable(name)).split())[:80]


def _edited(payload: Mapping[str, object]) -> str | None:
    edited = payload.get("edited")
    ts = edited.get("ts") if isinstance(edited, Mapping) else None
    return ts if isinstance(ts, str) and is_ts(ts) else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**6 else 0


_PIN = "pushpin"
"""A pinned message counts as marked with 📌: `pin_added` says no more, and needs a scope of its own."""


def _reactions(payload: Mapping[str, object]) -> tuple[Reaction, ...]:
    counts: dict[str, int] = {_PIN: 1} if payload.get("pinned_to") else {}
    for reaction in dicts(payload.get("reactions")):
        name = clean(string(reaction.get("name"))).split("::")[0]
        if name:
            counts[name] = counts.get(name, 0) + max(1, _count(reaction.get("count")))
    return tuple(Reaction(name=name, count=count) for name, count in counts.items())


def _files(payload: Mapping[str, object]) -> tuple[Attachment, ...]:
    files = [file for file in dicts(payload.get("files")) if file.get("mode") != "tombstone"]
    return tuple(
        Attachment(
            id=clean(string(file.get("id"))),
            name=clean(string(file.get("name")) or string(file.get("title"))).strip() or "untitled file",
            link=clean(string(file.get("permalink"))),
        )
        for file in files
    )


def _text(payload: Mapping[str, object], subtype: str | None, *, by_bot: bool) -> str:
    fact = _FACTS.get(subtype or "")
    if fact and (said := fact(payload)):
        return clean(said)
    text = readable(string(payload.get("text")))
    lines = _block_lines(payload, text=text, by_bot=by_bot)
    lines += attachments_text(payload.get("attachments"), by_bot=by_bot)
    return clean("\n".join([text, *missing_lines(text, lines)])).strip()


def _block_lines(payload: Mapping[str, object], *, text: str, by_bot: bool) -> list[str]:
    """What the blocks say. A person's rich text is what Slack made their `text` from: read it once."""
    blocks = list(dicts(payload.get("blocks")))
    if text and not by_bot:
        blocks = [block for block in blocks if block.get("type") != "rich_text"]
    return blocks_text(blocks)


def _set_to(what: str, key: str) -> Callable[[Mapping[str, object]], str]:
    def fact(payload: Mapping[str, object]) -> str:
        if key not in payload:
            return ""
        value = readable(string(payload[key]))
        return f"{what} set to: {value}" if value else f"{what} cleared"

    return fact


def _renamed(payload: Mapping[str, object]) -> str:
    old, new = string(payload.get("old_name")), string(payload.get("name"))
    return f"Channel renamed from #{old} to #{new}" if old and new else ""


def _huddle(payload: Mapping[str, object]) -> str:
    return readable(string(payload.get("text"))) or "A huddle was held; what was said there is not known"


# Changes Slack itself records, in neutral words; the author is kept apart from the text.
_FACTS: dict[str, Callable[[Mapping[str, object]], str]] = {
    "channel_topic": _set_to("Channel topic", "topic"),
    "group_topic": _set_to("Channel topic", "topic"),
    "channel_purpose": _set_to("Channel purpose", "purpose"),
    "group_purpose": _set_to("Channel purpose", "purpose"),
    "channel_name": _renamed,
    "group_name": _renamed,
    "huddle_thread": _huddle,
}
