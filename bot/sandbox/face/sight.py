"""What one person sees of the workspace, as JSON for the page. Nobody is shown what Slack would hide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.sandbox import render
from bot.sandbox.face import wording
from bot.sandbox.model import Conversation, Ephemeral, Json, Message, User, View
from bot.sandbox.workspace import Workspace

SHOWN = 300
"""Messages of a channel on the page; the older ones stay where they are."""


@dataclass
class Marks:
    """How far each person has read each channel: (person, channel) → timestamp."""

    read: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, person: str, channel: Conversation) -> str:
        """The newest timestamp read; what was said before somebody looked first counts as read."""
        return self.read.setdefault((person, channel.id), _newest(channel))

    def catch_up(self, person: str, channel: Conversation) -> None:
        """All is read."""
        self.read[person, channel.id] = _newest(channel)


def _newest(channel: Conversation) -> str:
    return next((message.ts for message in reversed(channel.messages) if message.in_channel), "0")


def may_see(channel: Conversation, person: User) -> bool:
    """Whether a channel exists for somebody: to its members, and if it is public to all but guests."""
    if channel.deleted:
        return False
    return person.id in channel.members or not (channel.private or channel.is_im or person.guest)


def people(ws: Workspace) -> list[Json]:
    """Everybody, the bot included."""
    return [
        {
            "id": user.id,
            "name": user.name,
            "real_name": user.real_name or user.name,
            "tz": user.tz,
            "guest": user.guest,
            "bot": user.is_bot or user.id == "USLACKBOT",
            "gone": user.deleted,
        }
        for user in ws.users.values()
    ]


def channels(ws: Workspace, person: User, marks: Marks) -> list[Json]:
    """The channels of somebody's sidebar, by name."""
    seen = [channel for channel in ws.channels.values() if may_see(channel, person)]
    return [_channel(channel, person, marks) for channel in sorted(seen, key=lambda one: one.name)]


def _channel(channel: Conversation, person: User, marks: Marks) -> Json:
    is_member = person.id in channel.members
    unread = _unread(channel, person, marks) if is_member else []
    named = f"<@{person.id}"
    return {
        "id": channel.id,
        "name": channel.name,
        "private": channel.private,
        "direct": channel.is_im,
        "archived": channel.archived,
        "member": is_member,
        "members": list(channel.members),
        "unread": len(unread),
        "mentions": sum(channel.is_im or named in message.text for message in unread),
    }


def _unread(channel: Conversation, person: User, marks: Marks) -> list[Message]:
    since = marks.of(person.id, channel)
    news = [one for one in channel.messages if one.ts > since and one.in_channel and one.user != person.id]
    return [one for one in news if not _is_notice(one)]


def _is_notice(message: Message) -> bool:
    return (message.subtype or "").partition("_")[0] in ("channel", "group")


def messages(ws: Workspace, channel: Conversation, person: User) -> list[Json]:
    """The channel itself, oldest first, with what only this person is shown."""
    seen = [message for message in channel.messages if message.in_channel][-SHOWN:]
    return _with_notes(ws, seen, _notes(ws, channel, person, None), person)


def thread(ws: Workspace, root: Message, person: User) -> list[Json]:
    """A thread, its root first."""
    return _with_notes(ws, [root, *root.replies], _notes(ws, root.channel, person, root.ts), person)


def _notes(ws: Workspace, channel: Conversation, person: User, thread_ts: str | None) -> list[Ephemeral]:
    mine = [note for note in ws.ephemerals if note.user == person.id and note.channel is channel]
    return [note for note in mine if note.thread_ts == thread_ts]


def _with_notes(
    ws: Workspace, said: Iterable[Message], notes: Iterable[Ephemeral], person: User
) -> list[Json]:
    shown = [_message(ws, one, person) for one in said] + [_note(note) for note in notes]
    return sorted(shown, key=lambda one: str(one["ts"]))


def _message(ws: Workspace, message: Message, person: User) -> Json:
    shown = render.stored_message_json(message, ws.app, metadata=False)
    shown["own"] = message.user == person.id and message.subtype in (None, "file_share", "thread_broadcast")
    if shown["own"]:
        shown["source"] = wording.retyped(ws, message.text)
    return shown


def _note(note: Ephemeral) -> Json:
    body = {"text": note.text, "blocks": note.blocks, "attachments": note.attachments}
    return {"ts": note.ts, "only_you": True, "thread_ts": note.thread_ts, **body}


def view(seen: View, depth: int) -> Json:
    """A modal or Home tab, without what the app hid in it; `depth` counts the modals, from 1."""
    kept = {name: seen.body.get(name) for name in ("type", "title", "submit", "close")}
    about = {"id": seen.id, "hash": seen.hash, "blocks": seen.blocks, "errors": seen.errors}
    return kept | about | {"typed": seen.typed, "depth": depth}


def app(ws: Workspace, *, connected: bool) -> Json:
    """The app, its commands and shortcuts."""
    hints = {
        name: [{"usage": hint.usage, "summary": hint.summary} for hint in ws.app.hints.get(name, ())]
        for name in sorted(ws.app.commands)
    }
    shortcuts = [
        {"id": one.callback_id, "name": one.name, "kind": one.kind, "description": one.description}
        for one in ws.app.shortcuts
    ]
    about = {"name": ws.app.bot_name, "user": ws.app.bot_user_id, "bot": ws.app.bot_id}
    return about | {"commands": hints, "shortcuts": shortcuts, "connected": connected}
