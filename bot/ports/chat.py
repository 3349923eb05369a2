"""Reading and writing in Slack."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pydantic import Field

from bot.domain.posting import Post
from bot.domain.transcript import Message, Person
from bot.ports.homes import Home
from bot.ports.value import Value


class Identity(Value):
    """Who the bot is in its workspace."""

    team_id: str
    bot_user_id: str
    bot_id: str = ""
    url: str = ""
    scopes: frozenset[str] = frozenset()


class Channel(Value):
    """A channel as Slack describes it now."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_shared: bool = False
    """Shared with another company (Slack Connect)."""
    is_member: bool = False
    """Whether the bot is in it."""
    created: datetime | None = None
    active_at: datetime | None = None
    """When Slack last saw it change, where it says so."""


class Page(Value):
    """One page of messages, in any order. `next_cursor` is empty on the last one.

    `skipped` counts what was read but is no part of a transcript, by reason; a thread's root is not
    counted with its replies. `present` holds the timestamps of all that Slack showed, skipped or not:
    what is stored and missing there is gone. `threads` says how each thread stands whose replies are
    not all ours: its root → `<reply_count>:<latest_reply>`, which changes when the thread does.
    `clamped` says that Slack gave at most 15 objects where 200 were asked for, `hidden` that it keeps
    older messages from this workspace (the free plan's 90 days).
    """

    messages: tuple[Message, ...] = ()
    next_cursor: str = ""
    skipped: dict[str, int] = Field(default_factory=dict)
    present: tuple[str, ...] = ()
    threads: dict[str, str] = Field(default_factory=dict)
    clamped: bool = False
    hidden: bool = False


class History(Protocol):
    """Reading what was said. Raises `Retryable` (with `retry_after` on 429) or `ChatError`."""

    def history(
        self, channel_id: str, *, oldest: str, latest: str, cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of root messages and broadcasts, newest first, both bounds inclusive."""
        ...

    def replies(
        self, channel_id: str, root_ts: str, *, oldest: str = "0", cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of a thread, oldest first, its root included."""
        ...

    def find(self, channel_id: str, ts: str) -> Message | None:
        """One message or reply by its timestamp, with the root it belongs to; None if it is gone."""
        ...

    def exists(self, channel_id: str, ts: str) -> bool:
        """Whether a message is still there, one of ours included; a tombstone is not."""
        ...

    def reactors(self, channel_id: str, ts: str) -> dict[str, tuple[str, ...]]:
        """Emoji name (no colons, no skin tone) → user ids, as they stand now."""
        ...


class Directory(Protocol):
    """Who and what is in the workspace. Raises `Retryable` or `ChatError`."""

    def identity(self) -> Identity:
        """Who the bot is."""
        ...

    def admitted(self) -> bool:
        """Whether the workspace lets the bot in, asked anew each time. Raises `Retryable` only."""
        ...

    def person(self, user_id: str) -> Person:
        """A user by id, who may be some minutes old; an unknown one is an external person without names."""
        ...

    def person_now(self, user_id: str) -> Person:
        """The same as Slack tells it now: who decides about access asks this."""
        ...

    def everyone(self) -> tuple[Person, ...]:
        """All people of the workspace, bots left out; may be some minutes old."""
        ...

    def channel(self, channel_id: str) -> Channel:
        """A channel by id."""
        ...

    def channels(self) -> tuple[Channel, ...]:
        """All channels the bot can see that are not archived."""
        ...

    def private_channels(self) -> frozenset[str]:
        """Ids of the private channels the bot is in, at most half a minute old."""
        ...

    def members(self, channel_id: str) -> frozenset[str]:
        """User ids of the people in a channel now."""
        ...

    def group(self, name: str) -> frozenset[str]:
        """User ids of who is in a user group now, given its id or handle.

        Raises `ChatError` where there is none or the scope for it is missing.
        """
        ...

    def join(self, channel_id: str) -> None:
        """Join a public channel; being in it already is fine."""
        ...


class Place(Value):
    """Where to post: a channel, or a thread in it. `channel_id` may be a user id for a direct message."""

    channel_id: str
    thread_ts: str | None = None


class Posted(Value):
    """Where a post went."""

    channel_id: str
    ts: str


class Poster(Protocol):
    """Saying things. Text is escaped and fitted to Slack's limits by the adapter; nothing pings.

    Raises `Retryable` for passing faults, `ChatError` with Slack's code for final ones.
    """

    def post(self, key: str, place: Place, post: Post) -> Posted:
        """Post, marked with `key` in the message's metadata. Not idempotent: see `posted`."""
        ...

    def posted(self, key: str, place: Place, *, since: datetime) -> Posted | None:
        """Look for a message of ours carrying `key` in that place: an earlier attempt whose answer
        was lost."""
        ...

    def update(self, at: Posted, post: Post) -> None:
        """Show new content in place of the old."""
        ...

    def whisper(self, place: Place, user_id: str, post: Post) -> None:
        """Tell one person only. That they are not in the channel is no error."""
        ...

    def show_home(self, user_id: str, home: Home | None, *, note: str = "") -> None:
        """Draw somebody's Home; None for somebody who may see nothing of it. `note` is a line about what
        they just did."""
        ...

    def attach(
        self, key: str, place: Place, *, name: str, title: str, content: bytes, words: str = ""
    ) -> bool:
        """Attach a file to a thread; False where the bot may not (scope `files:write`). `words` tell what
        a picture shows to who cannot see it."""
        ...

    def retract(self, at: Posted) -> None:
        """Delete a message of ours; that it is gone already is fine."""
        ...

    def detach(self, place: Place, *, name: str) -> None:
        """Delete the files of that name that we attached to a thread."""
        ...

    def fits(self, post: Post) -> bool:
        """Whether all of it fits into one message."""
        ...

    def permalink(self, at: Posted) -> str:
        """A link to a message."""
        ...
