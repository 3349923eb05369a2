"""Events are recorded in a middleware: if that fails, Slack hears 500 and delivers again.

A Bolt listener would run after the answer, where a failure loses the event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltResponse

from bot.domain.events import (
    BotInvited,
    BotRemoved,
    ChannelChanged,
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageSeen,
    ReactionChanged,
    Uninstalled,
)
from bot.domain.transcript import Message
from bot.log import fields, get_logger
from bot.ports import Meter
from bot.slack.messages import Deletion, read_event
from bot.workflow.listen import missed_events, record
from bot.workflow.world import World

EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_created",
    "channel_deleted",
    "channel_id_changed",
    "channel_rename",
    "channel_shared",
    "channel_unshared",
    "channel_unarchive",
    "group_archive",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)
"""Every event the manifests subscribe to: one without a listener answers 404 and is redelivered."""

LONGEST_ID = 100
"""Characters. Slack's own ids have about 11, its timestamps 17."""
ANSWERED_ELSEWHERE = frozenset({"app_home_opened"})
"""Events with a listener of their own (`bot/slack/listeners/home.py`)."""

_REMOVED = frozenset({"channel_deleted", "channel_archive", "group_archive"})
_CHANGED = frozenset(
    {
        "channel_created",
        "channel_rename",
        "channel_shared",
        "channel_unshared",
        "channel_unarchive",
        "group_rename",
        "group_unarchive",
    }
)


def register(app: App, world: World, *, own_bot_id: str, own_user_id: str, meter: Meter) -> None:
    """Record state-changing events before Slack is answered, and answer every subscribed one."""
    log = get_logger("events")

    def record_event(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        # `next` is the name Bolt injects by.
        if body.get("type") == "app_rate_limited":
            log.warning("slack_rate_limited_events", minute=body.get("minute_rate_limited"))
            missed_events(world)
            return BoltResponse(status=200, body="")
        if body.get("type") == "event_callback":
            if not has_plain_ids(body.get("event")):
                meter.event(_kind(body.get("event")), "ignored")
                return BoltResponse(status=200, body="")
            outcome = "failed"
            try:
                outcome = taken_in(body)
            finally:
                meter.event(_kind(body.get("event")), outcome)
            if outcome != "ignored":
                # No listener has anything to add, and looking for one takes longer than all else of Bolt.
                return BoltResponse(status=200, body="")
        return next()

    def taken_in(body: Mapping[str, object]) -> str:
        event, event_id = body.get("event"), body.get("event_id")
        found = read(event, own_bot_id, own_user_id) if isinstance(event, Mapping) else None
        if found is None or not isinstance(event_id, str):
            return "ignored"
        with fields(slack_event=event_id):
            return "recorded" if record(world, event_id, found) else "duplicate"

    app.use(record_event)
    # Bolt asks listener after listener: nearly all events are messages, so theirs comes first.
    for name in sorted(EVENTS, key=lambda name: name != "message"):
        if name not in ANSWERED_ELSEWHERE:
            app.event(name)(_answer)


_IDS = ("channel", "user", "ts", "event_ts", "deleted_ts", "old_channel_id", "new_channel_id")


def has_plain_ids(event: object) -> bool:
    """Whether what would be looked up or sent back to Slack can be: ids and times are short printable
    ASCII. Slack sends no others; half a surrogate pair, which JSON may hold, cannot even be sent."""
    if not isinstance(event, Mapping):
        return False
    item, channel = event.get("item"), event.get("channel")
    found = [event.get(name) for name in _IDS]
    found += [
        part.get(name) for part in (item, channel) if isinstance(part, Mapping) for name in (*_IDS, "id")
    ]
    return all(
        one.isascii() and one.isprintable() and len(one) <= LONGEST_ID
        for one in found
        if isinstance(one, str)
    )


def _kind(event: object) -> str:
    """A label for one of the events we know; what else arrives is counted together."""
    kind = event.get("type") if isinstance(event, Mapping) else None
    return str(kind) if kind in EVENTS else "other"


def _answer() -> None:
    """The middleware has done the work; an answer is all Slack still waits for."""


def read(event: Mapping[str, object], own_bot_id: str, own_user_id: str) -> Event | None:
    """The inner event as a fact, None where it means nothing to us. Never raises on odd payloads."""
    kind = event.get("type")
    if kind == "message":
        return _message(event, own_bot_id, own_user_id)
    if kind in ("reaction_added", "reaction_removed"):
        return _reaction(event)
    if kind in ("member_joined_channel", "member_left_channel"):
        return _membership(event, own_user_id)
    if kind in ("app_uninstalled", "tokens_revoked"):
        return _uninstalled(event, own_user_id)
    return _channel_event(event)


def _channel_event(event: Mapping[str, object]) -> Event | None:
    kind, channel = event.get("type"), event.get("channel")
    channel_id = channel.get("id") if isinstance(channel, Mapping) else channel
    if kind == "channel_id_changed":
        old, new = event.get("old_channel_id"), event.get("new_channel_id")
        if isinstance(old, str) and isinstance(new, str):
            return ChannelChanged(channel_id=old, new_id=new)
    if isinstance(channel_id, str) and kind in _CHANGED:
        return ChannelChanged(channel_id=channel_id)
    if isinstance(channel_id, str) and kind in _REMOVED:
        return BotRemoved(channel_id=channel_id, closed=True)
    return None


def _message(event: Mapping[str, object], own_bot_id: str, own_user_id: str) -> Event | None:
    found = read_event(event, own_bot_id=own_bot_id, own_user_id=own_user_id)
    if isinstance(found, Deletion):
        return MessageDeleted(channel_id=found.channel_id, ts=found.ts)
    if isinstance(found, Message):
        return MessageSeen(message=found)
    # A channel's name, topic or privacy changed: what it is now is asked of Slack.
    channel = event.get("channel")
    if isinstance(channel, str) and event.get("subtype") in ("channel_convert_to_private", "channel_name"):
        private = event.get("subtype") == "channel_convert_to_private"
        return ChannelChanged(channel_id=channel, private=private)
    return None


def _uninstalled(event: Mapping[str, object], own_user_id: str) -> Uninstalled | None:
    """The app is gone, or its own token is: those that people gave it are none we use."""
    if event.get("type") == "app_uninstalled":
        return Uninstalled()
    tokens = event.get("tokens")
    bots = tokens.get("bot") if isinstance(tokens, Mapping) else None
    return Uninstalled() if isinstance(bots, list) and own_user_id in bots else None


def _reaction(event: Mapping[str, object]) -> ReactionChanged | None:
    item, emoji, user = event.get("item"), event.get("reaction"), event.get("user")
    if not isinstance(item, Mapping) or not isinstance(emoji, str) or not isinstance(user, str):
        return None
    channel, ts = item.get("channel"), item.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        return None
    return ReactionChanged(
        channel_id=channel,
        ts=ts,
        emoji=emoji.split("::")[0],
        user_id=user,
        added=event.get("type") == "reaction_added",
        event_ts=str(event.get("event_ts") or ""),
    )


def _membership(event: Mapping[str, object], own_user_id: str) -> Event | None:
    channel = event.get("channel")
    user = event.get("user")
    if not isinstance(channel, str) or not isinstance(user, str):
        return None
    if user != own_user_id:
        happened = MemberLeft if event.get("type") == "member_left_channel" else MemberJoined
        return happened(channel_id=channel, user_id=user)
    if event.get("type") == "member_joined_channel":
        return BotInvited(channel_id=channel)
    return BotRemoved(channel_id=channel)
