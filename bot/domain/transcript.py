"""What was said in an incident, and what of it can be cited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Reaction(BaseModel):
    """One emoji on a message, by how many people."""

    model_config = ConfigDict(frozen=True)

    name: str
    count: int = 1


class Attachment(BaseModel):
    """A file named in a message; its content is never read."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    link: str = ""


class Message(BaseModel):
    """One Slack message as it stands now: text readable and already redacted.

    `ts` and `thread_ts` are Slack's strings, unique within a channel; never turn them into floats
    to compare or store them. `thread_ts` is the root's `ts` for replies, None for roots.
    `text` is plain readable text: mentions as `@` and the person's id, links with their label,
    alerts' blocks and attachments flattened. `deleted` messages keep no text.
    """

    model_config = ConfigDict(frozen=True)

    channel_id: str
    ts: str
    thread_ts: str | None = None
    author_id: str | None = None
    """A Slack user id, or a bot id for alerts."""
    author_name: str = ""
    """For bots: what the integration calls itself. For people: empty, look the id up."""
    is_bot: bool = False
    subtype: str | None = None
    text: str = ""
    files: tuple[Attachment, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    reply_count: int = 0
    edited_ts: str | None = None
    deleted: bool = False
    masked: int = 0
    """How many secrets were replaced by placeholders on the way in."""
    broadcast: bool = False

    @property
    def at(self) -> datetime:
        """When it was posted, aware UTC, to the microsecond."""
        return moment(self.ts)

    @property
    def is_reply(self) -> bool:
        """A reply in a thread, as opposed to its root or a lone message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


def moment(ts: str) -> datetime:
    """Slack's `"1763722800.000100"` as aware UTC, exact to the microsecond."""
    seconds, _, fraction = ts.partition(".")
    micros = int((fraction + "000000")[:6] or 0)
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=micros)


def as_ts(at: datetime) -> str:
    """The Slack timestamp of a moment, for bounds of a history query."""
    whole = int(at.timestamp())
    return f"{whole}.{at.microsecond:06d}"


def ts_order(ts: str) -> tuple[int, int]:
    """A sort key for Slack timestamps without going through floats."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds), int((fraction + "000000")[:6] or 0)


class Source(StrEnum):
    """Where a piece of evidence comes from."""

    CHAT = "chat"
    ALERT = "alert"
    FACT = "fact"
    """A change Slack itself recorded: a rename, a topic, a severity, the resolution."""
    REVIEWER = "reviewer"
    DOCUMENT = "document"
    """A paragraph of a postmortem that was written elsewhere and imported."""


class Evidence(BaseModel):
    """One citable item. `label` is fixed once given: late evidence gets the next numbers."""

    model_config = ConfigDict(frozen=True)

    label: int = Field(ge=1)
    source: Source = Source.CHAT
    channel: str
    ts: str
    thread_ts: str | None = None
    author_id: str | None = Field(default=None, exclude=True)
    """Known to the checks, never part of a document."""
    role: str
    """The alias under which the author appears: `incident lead`, `responder 2`, `Datadog (bot)`."""
    text: str
    permalink: str | None = None
    reactions: tuple[Reaction, ...] = Field(default=(), exclude=True)
    after_resolution: bool = False
    deleted: bool = False

    @property
    def at(self) -> datetime:
        """When it was said, aware UTC."""
        return moment(self.ts)


class Person(BaseModel):
    """Somebody of the workspace: what code needs to hide their name and read their clock."""

    model_config = ConfigDict(frozen=True)

    id: str
    handle: str = ""
    real_name: str = ""
    display_name: str = ""
    email: str | None = None
    tz: str = "UTC"
    is_bot: bool = False
    is_guest: bool = False
    is_external: bool = False
    deleted: bool = False

    @property
    def label(self) -> str:
        """What the person is called in Slack's interface."""
        return self.display_name or self.real_name or self.handle or self.id

    def names(self) -> tuple[str, ...]:
        """Every spelling under which this person may appear in text."""
        return tuple(
            dict.fromkeys(n for n in (self.real_name, self.display_name, self.handle, self.email or "") if n)
        )


class Transcript(BaseModel):
    """Everything a drafter may know of an incident: frozen evidence, and who is behind the roles.

    `people` are the authors and everybody mentioned; their names must not stand in a draft.
    """

    model_config = ConfigDict(frozen=True)

    incident_key: str
    title: str
    severity: str | None = None
    services: tuple[str, ...] = ()
    started_at: datetime
    resolved_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    people: tuple[Person, ...] = ()
    roles: dict[str, str] = Field(default_factory=dict)
    """User or bot id → role alias."""

    def by_label(self) -> dict[int, Evidence]:
        """Label → evidence."""
        return {item.label: item for item in self.evidence}


def in_time_order(messages: Iterable[Message]) -> list[Message]:
    """Messages by their Slack timestamp."""
    return sorted(messages, key=lambda message: ts_order(message.ts))
