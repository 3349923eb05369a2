"""The state of one workspace, behind one lock, and how to look things up in it."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable

from bot.sandbox.model import (
    Call,
    Conversation,
    Ephemeral,
    Json,
    Message,
    Ping,
    Refusal,
    Rejected,
    SandboxApp,
    User,
    View,
)

PINGING = re.compile(r"<(!channel|!here|!everyone|!subteam\^[A-Z0-9]+|@[UW][A-Z0-9]+)(?:\|[^>]*)?>")


class Workspace:
    """Everything the stand-in remembers."""

    def __init__(self, *, now: Callable[[], float], team: str) -> None:
        self.now = now
        self.team = team
        self.lock = threading.RLock()
        self.heard = threading.Condition()
        self.version = 0
        self.app = SandboxApp()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Conversation] = {}
        self.usergroups: dict[str, Json] = {}
        self.files: dict[str, Json] = {}
        self.uploads: dict[str, bytes] = {}
        self.ephemerals: list[Ephemeral] = []
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.calls: list[Call] = []
        self.rejections: list[Rejected] = []
        self.pings: list[Ping] = []
        self.url = ""
        self.deliver: Callable[[Json, Conversation | None], None] = lambda _event, _channel: None
        self.flush: Callable[[], None] = lambda: None
        self._numbers: dict[str, itertools.count[int]] = {}
        self.add_bot_user()

    def add_bot_user(self) -> None:
        """The bot is a user too."""
        app = self.app
        bot = User(app.bot_user_id, app.bot_name, self.team, real_name=app.bot_name, is_bot=True)
        self.users[bot.id] = bot
        self.users["USLACKBOT"] = User("USLACKBOT", "slackbot", self.team, real_name="Slackbot")

    def notify(self) -> None:
        """Something may have changed: wake those who wait for it."""
        with self.heard:
            self.version += 1
            self.heard.notify_all()

    def wait_changed(self, since: int, timeout: float) -> int:
        """Wait until something may have changed after version `since`; returns the version now."""
        with self.heard:
            self.heard.wait_for(lambda: self.version != since, timeout)
            return self.version

    def new_id(self, prefix: str) -> str:
        """A fresh identifier; the same order of actions gives the same ids."""
        with self.lock:
            number = next(self._numbers.setdefault(prefix, itertools.count(1)))
        return f"{prefix}{number:08d}"

    def new_ts(self, channel: Conversation) -> str:
        """A timestamp later than every one given in this channel."""
        with self.lock:
            channel.last_ts = max(round(self.now() * 1_000_000), channel.last_ts + 1)
            return f"{channel.last_ts // 1_000_000}.{channel.last_ts % 1_000_000:06d}"

    def event_ts(self) -> str:
        """A timestamp for an event that is no message."""
        return f"{self.now():.6f}"

    def is_member(self, channel: Conversation) -> bool:
        """Whether the bot is in the channel."""
        return self.app.bot_user_id in channel.members

    def visible_channel(self, channel_id: str) -> Conversation:
        """The channel, unless it does not exist for the bot."""
        channel = self.channels.get(channel_id)
        if channel is None or channel.deleted:
            raise Refusal("channel_not_found")
        if (channel.private or channel.is_im) and not self.is_member(channel):
            raise Refusal("channel_not_found")
        return channel

    def joined_channel(self, channel_id: str) -> Conversation:
        """The channel, provided the bot is in it."""
        channel = self.visible_channel(channel_id)
        if not self.is_member(channel):
            raise Refusal("not_in_channel")
        return channel

    def writable_channel(self, channel_id: str) -> Conversation:
        """The channel, provided the bot may post in it."""
        channel = self.visible_channel(channel_id)
        if channel.archived:
            raise Refusal("is_archived")
        return self.joined_channel(channel_id)

    def known_user(self, user_id: str, error: str = "user_not_found") -> User:
        """The user with this id."""
        user = self.users.get(user_id)
        if user is None:
            raise Refusal(error)
        return user

    def direct_channel(self, user_id: str) -> Conversation:
        """The conversation between the bot and one person, opened when first needed."""
        for channel in self.channels.values():
            if channel.is_im and channel.im_user == user_id:
                return channel
        channel = Conversation(
            self.new_id("D"), "directmessage", self.team, user_id, int(self.now()), is_im=True
        )
        channel.im_user = user_id
        channel.members = [user_id, self.app.bot_user_id]
        self.channels[channel.id] = channel
        return channel

    def note_pings(self, message: Message) -> None:
        """Remember the mentions of a message that would notify people."""
        words = "\n".join([message.text, *_texts_of(message.blocks), *_texts_of(message.attachments)])
        seen = dict.fromkeys(f"<{mention}>" for mention in PINGING.findall(words))
        self.pings += [Ping(message.channel.id, message.ts, mention) for mention in seen]


def _texts_of(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [
            value
            for key, value in part.items()
            if key in ("text", "fallback", "pretext") and isinstance(value, str)
        ]
        return own + [text for value in part.values() for text in _texts_of(value)]
    if isinstance(part, list):
        return [text for item in part for text in _texts_of(item)]
    return []
