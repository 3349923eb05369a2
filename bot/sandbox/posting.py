"""What happens to messages: posting, editing, deleting, reacting. Each tells the app."""

from __future__ import annotations

import copy
from typing import Any

from bot.sandbox import render
from bot.sandbox.model import Conversation, Json, Message, Refusal
from bot.sandbox.workspace import Workspace


def post(ws: Workspace, channel: Conversation, *, thread_ts: str | None = None, **fields: Any) -> Message:
    """Put a message in a channel. A thread whose parent is gone sends it to the channel itself."""
    with ws.lock:
        root = channel.find(thread_ts) if thread_ts else None
        alive = root is not None and root.subtype != "tombstone" and not root.is_reply
        message = Message(channel, ws.new_ts(channel), thread_ts=thread_ts if alive else None, **fields)
        if not alive and message.subtype == "thread_broadcast":
            message.subtype = None
        channel.add(message)
        if message.bot_id == ws.app.bot_id:
            ws.note_pings(message)
        announce(ws, message)
        _announce_mention(ws, message)
    return message


def announce(ws: Workspace, message: Message) -> None:
    """Send the message event."""
    shown = render.message_json(message, ws.app)
    about = {"channel": message.channel.id, "channel_type": message.channel.kind, "event_ts": message.ts}
    ws.deliver(shown | about, message.channel)


def _announce_mention(ws: Workspace, message: Message) -> None:
    named = f"<@{ws.app.bot_user_id}" in message.text
    if named and message.user and message.user != ws.app.bot_user_id:
        shown = render.message_json(message, ws.app)
        about = {"type": "app_mention", "channel": message.channel.id, "event_ts": message.ts}
        ws.deliver(shown | about, message.channel)


def change(ws: Workspace, message: Message, *, by: str | None, **fields: Any) -> None:
    """Alter a message in place; `by` is absent for what Slack does itself, such as unfurling."""
    with ws.lock:
        before = copy.deepcopy(render.message_json(message, ws.app))
        for name, value in fields.items():
            setattr(message, name, value)
        stamp = ws.new_ts(message.channel)
        if by is not None:
            message.edited = {"user": by, "ts": stamp}
        _announce_change(ws, message, before, stamp)


def _announce_change(ws: Workspace, message: Message, before: Json, stamp: str) -> None:
    after = render.message_json(message, ws.app)
    if replies := message.replies:
        after |= render.thread_counters(message, replies)
    _hidden(
        ws,
        message.channel,
        stamp,
        {"subtype": "message_changed", "message": after, "previous_message": before},
    )


def delete(ws: Workspace, message: Message) -> None:
    """Take a message away; the parent of a thread leaves a tombstone."""
    if message.replies:
        words = "This message was deleted."
        bare: Json = {
            "blocks": [],
            "attachments": [],
            "files": [],
            "metadata": None,
            "bot_id": "",
            "app_id": "",
            "extra": {"hidden": True},
        }
        change(ws, message, by=None, subtype="tombstone", text=words, user="USLACKBOT", **bare)
        message.reactions.clear()
        return
    with ws.lock:
        channel = message.channel
        if channel.find(message.ts) is not message:
            raise Refusal("message_not_found")
        channel.remove(message)
        before = render.message_json(message, ws.app)
        gone = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before}
        _hidden(ws, channel, ws.new_ts(channel), gone)


def _hidden(ws: Workspace, channel: Conversation, stamp: str, body: Json) -> None:
    event = {"type": "message", "hidden": True, "channel": channel.id, "channel_type": channel.kind}
    ws.deliver(event | {"ts": stamp, "event_ts": stamp} | body, channel)


def react(ws: Workspace, message: Message, user: str, name: str) -> None:
    """Add a reaction."""
    with ws.lock:
        users = message.reactions.setdefault(name, [])
        if user in users:
            raise Refusal("already_reacted")
        users.append(user)
        _announce_reaction(ws, message, "reaction_added", user, name)


def unreact(ws: Workspace, message: Message, user: str, name: str) -> None:
    """Take a reaction back."""
    with ws.lock:
        users = message.reactions.get(name, [])
        if user not in users:
            raise Refusal("no_reaction")
        users.remove(user)
        if not users:
            del message.reactions[name]
        _announce_reaction(ws, message, "reaction_removed", user, name)


def _announce_reaction(ws: Workspace, message: Message, kind: str, user: str, name: str) -> None:
    item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
    event: Json = {"type": kind, "user": user, "reaction": name, "item": item, "event_ts": ws.event_ts()}
    if message.user:
        event["item_user"] = message.user
    ws.deliver(event, message.channel)
