"""The things a Slack workspace is made of, as plain records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

DEFAULT_SCOPES = (
    "commands chat:write channels:read channels:history channels:join reactions:read reactions:write "
    "users:read team:read groups:read groups:history usergroups:read files:read files:write canvases:write "
    "im:write im:history pins:read"
)
DEFAULT_EVENTS = (
    "app_home_opened app_uninstalled channel_archive channel_created channel_deleted channel_id_changed "
    "channel_rename channel_shared channel_unshared channel_unarchive group_archive group_rename "
    "group_unarchive member_joined_channel member_left_channel message.channels message.groups "
    "reaction_added reaction_removed tokens_revoked"
)


@dataclass(frozen=True)
class Hint:
    """What a slash command offers: how to use it, and what that does. For the page only."""

    usage: str
    summary: str


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app, in a message's menu (`message`) or from anywhere (`global`)."""

    callback_id: str
    name: str
    kind: str
    description: str = ""


@dataclass
class SandboxApp:
    """The installed app: its credentials, what it may do and where it listens."""

    app_id: str = "A0SANDBOX"
    bot_id: str = "B0SANDBOX"
    bot_user_id: str = "U0SANDBOXBOT"
    bot_name: str = "postmortem"
    bot_token: str = "xoxb-sandbox-bot"  # noqa: S105 - valid on the loopback stand-in only
    app_token: str = "xapp-sandbox-app"  # noqa: S105 - the same
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - the same
    scopes: set[str] = field(default_factory=lambda: set(DEFAULT_SCOPES.split()))
    subscriptions: set[str] = field(default_factory=lambda: set(DEFAULT_EVENTS.split()))
    commands: set[str] = field(default_factory=lambda: {"/postmortem"})
    hints: dict[str, Sequence[Hint]] = field(default_factory=dict)
    shortcuts: Sequence[Shortcut] = ()
    request_url: str | None = None
    revoked: bool = False


@dataclass(eq=False)
class User:
    """A member of the workspace, a guest, a stranger from another one, or a bot."""

    id: str
    name: str
    team: str
    real_name: str = ""
    tz: str = "UTC"
    guest: bool = False
    external: bool = False
    deleted: bool = False
    is_bot: bool = False
    display_name: str = ""


@dataclass(eq=False)
class Conversation:
    """A public or private channel, or a direct message."""

    id: str
    name: str
    team: str
    creator: str
    created: int
    private: bool = False
    is_im: bool = False
    im_user: str = ""
    archived: bool = False
    deleted: bool = False
    members: list[str] = field(default_factory=list)
    shared_with: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    last_ts: int = 0
    by_ts: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The channel_type that events carry."""
        if self.is_im:
            return "im"
        return "group" if self.private else "channel"

    def find(self, ts: str) -> Message | None:
        """The message with this timestamp, if it is still there."""
        return self.by_ts.get(ts)

    def add(self, message: Message) -> None:
        """Append a message."""
        self.messages.append(message)
        self.by_ts[message.ts] = message
        if message.thread_ts is not None:
            self.threads.setdefault(message.thread_ts, []).append(message)

    def remove(self, message: Message) -> None:
        """Take a message out."""
        self.messages.remove(message)
        del self.by_ts[message.ts]
        if message.thread_ts is not None:
            self.threads[message.thread_ts].remove(message)


@dataclass(eq=False)
class Message:
    """One message as stored; deleted ones leave the channel, tombstones stay in it."""

    channel: Conversation
    ts: str
    text: str = ""
    user: str = ""
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str = ""
    app_id: str = ""
    username: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    extra: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether it hangs under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Whether people see it in the channel itself: roots and broadcasts."""
        return not self.is_reply or self.subtype == "thread_broadcast"

    @property
    def replies(self) -> list[Message]:
        """Its thread, oldest first, without itself."""
        return list(self.channel.threads.get(self.ts, ()))


@dataclass(eq=False)
class Ephemeral:
    """A message only one person sees, until they reload."""

    channel: Conversation
    user: str
    ts: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    attachments: list[Json] = field(default_factory=list)


@dataclass(eq=False)
class View:
    """A modal or Home tab as one person has it on the screen."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    typed: Json = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, every one with a block_id."""
        return list(self.body.get("blocks", []))

    @property
    def callback_id(self) -> str:
        """What its submission is called."""
        return str(self.body.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the app hid in it."""
        return str(self.body.get("private_metadata", ""))

    @property
    def title(self) -> str:
        """The words at its top."""
        return str(self.body.get("title", {}).get("text", ""))


@dataclass(frozen=True)
class Call:
    """One Web API request, for counting."""

    method: str
    args: Json
    at: float
    outcome: str


@dataclass(frozen=True)
class Rejected:
    """A payload that broke one of Slack's limits."""

    method: str
    error: str
    problems: tuple[tuple[str, str], ...]
    payload: Json


@dataclass(frozen=True)
class Ping:
    """A mention in a posted message that would have notified someone."""

    channel: str
    ts: str
    mention: str


class Refusal(Exception):
    """A Web API request answered with ok: false."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class NotPossible(Exception):
    """A person tried something their Slack client would not offer."""
