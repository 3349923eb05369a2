"""What happened in Slack, as facts of the past."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bot.domain.transcript import Message


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)


class MessageSeen(_Event):
    """A message was posted or edited; text not yet redacted."""

    message: Message


class MessageDeleted(_Event):
    """A message was deleted."""

    channel_id: str
    ts: str


class ReactionChanged(_Event):
    """An emoji was added to or taken from a message, at `event_ts` by Slack's clock. Which of both is
    true now is asked of Slack later, since deliveries come late and out of order."""

    channel_id: str
    ts: str
    emoji: str
    user_id: str
    added: bool = True
    event_ts: str = ""


class ChannelChanged(_Event):
    """A channel was created, renamed, archived, shared or made private; what it is now is asked of
    Slack. `new_id` is set when its id changed, `private` when it was converted just now."""

    channel_id: str
    new_id: str | None = None
    private: bool = False


class MemberJoined(_Event):
    """Somebody came into a channel."""

    channel_id: str
    user_id: str


class MemberLeft(_Event):
    """Somebody left a channel, or was removed from it."""

    channel_id: str
    user_id: str


class Uninstalled(_Event):
    """The app was removed from the workspace, or its token was revoked."""


class BotInvited(_Event):
    """The bot was added to a channel."""

    channel_id: str


class BotRemoved(_Event):
    """The bot was removed from a channel, or the channel was `closed`: archived or deleted."""

    channel_id: str
    closed: bool = False


Event = (
    MessageSeen
    | MessageDeleted
    | ReactionChanged
    | ChannelChanged
    | MemberJoined
    | MemberLeft
    | BotInvited
    | BotRemoved
    | Uninstalled
)
