"""Recording what Slack tells, in one transaction with the jobs it causes and before Slack is answered."""

from __future__ import annotations

from datetime import timedelta

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
from bot.domain.incident import Status
from bot.domain.transcript import Message, ts_order
from bot.ports import Records
from bot.workflow import membership, privacy, retention
from bot.workflow.capture import capture, is_clean
from bot.workflow.changed import FRESH, note_changes
from bot.workflow.doubting import doubt
from bot.workflow.erasure import message_gone
from bot.workflow.holding import seal
from bot.workflow.moved import key_of_move, where_it_is_now
from bot.workflow.show import review_row
from bot.workflow.turned import made_private
from bot.workflow.watching import is_about_known, is_watched
from bot.workflow.world import World, ask

_UNDER_REVIEW = frozenset({Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED, Status.DISCARDED})

SLACK_AHEAD = timedelta(seconds=2)
"""How far Slack's clock, which times messages, may be ahead of ours."""


def record(world: World, event_id: str, event: Event) -> bool:
    """Take an event in, once; False if it was delivered before.

    Raises:
        Retryable, Permanent: nothing was stored, so that Slack must deliver it again.
    """
    if isinstance(event, MessageSeen) and _heard(world, event_id, event.message):
        return True
    with world.storage.begin(lasting=_must_last(world, event)) as records:
        if not records.inbox.first_seen(event_id, at=world.clock.now(), team_id=world.team_id):
            return False
        asked = _record(records, world, event_id, event)
    if asked:
        world.wake()
    return True


def _heard(world: World, event_id: str, message: Message) -> bool:
    """Store what was just said and nothing hangs on, the short way; False leaves it to the long one, where
    edits and deletions are followed, secrets numbered, late messages told and replies to drafts read."""
    now = world.clock.now()
    if message.deleted or message.edited_ts or now - message.at >= FRESH or not is_clean(world, message):
        return False
    return world.storage.hear(
        event_id,
        message,
        team_id=world.team_id,
        watched=world.policy.watches,
        reviewing=_UNDER_REVIEW,
        at=now,
    )


def _must_last(world: World, event: Event) -> bool:
    """Whether a power cut must not undo it. A message that was just said is the one thing Slack can tell
    again: the pass over its channel finds what is not here. Edits, deletions and replies to a draft may
    not be found, everything else not at all."""
    if not isinstance(event, MessageSeen) or event.message.edited_ts or event.message.deleted:
        return True
    thread, channel = event.message.thread_ts, event.message.channel_id
    if thread is None:
        return False
    with world.storage.read() as records:
        incident = records.incidents.in_thread(world.team_id, channel, thread)
    return incident is not None and incident.status in _UNDER_REVIEW


def _record(records: Records, world: World, event_id: str, event: Event) -> bool:
    """Whether work was asked for."""
    event = where_it_is_now(records, world, event)
    match event:
        case MessageSeen(message=message):
            return _message(records, world, message)
        case MessageDeleted(channel_id=channel_id, ts=ts):
            return deletion(records, world, channel_id, ts)
        case ReactionChanged():
            return _reaction(records, world, event_id, event)
        case MemberJoined() | MemberLeft():
            return _membership(records, world, event_id, event)
        case Uninstalled():
            return retention.uninstalled(records, world, event_id)
        case ChannelChanged(channel_id=old_id, new_id=str(new_id)):
            # At once and in this transaction: whatever looks for the channel next must find it.
            records.channels.move(world.team_id, old_id, new_id)
            key = key_of_move(old_id)
            return ask(records, world, "meet", key, channel=new_id, invited=False, was=old_id)
        case ChannelChanged() | BotInvited() | BotRemoved():
            if isinstance(event, ChannelChanged) and event.private:
                made_private(records, world, event.channel_id)
            invited = isinstance(event, BotInvited)
            closed = isinstance(event, BotRemoved) and event.closed
            return ask(
                records, world, "meet", event_id, channel=event.channel_id, invited=invited, closed=closed
            )


def _membership(records: Records, world: World, event_id: str, event: MemberJoined | MemberLeft) -> bool:
    channel_id, user_id = event.channel_id, event.user_id
    if isinstance(event, MemberLeft):
        membership.left(records, world, channel_id, user_id)
        return privacy.someone_left(records, world, event_id, channel_id)
    if not records.incidents.in_channel(world.team_id, channel_id):
        return False
    return ask(records, world, "joined", event_id, channel=channel_id, user=user_id)


def _reaction(records: Records, world: World, event_id: str, event: ReactionChanged) -> bool:
    """An emoji that means nothing here asks for nothing."""
    if event.emoji not in world.policy.emojis:
        return False
    return ask(
        records,
        world,
        "reaction",
        event_id,
        channel=event.channel_id,
        ts=event.ts,
        user=event.user_id,
        added=event.added,
        at=event.event_ts,
    )


def _message(records: Records, world: World, message: Message) -> bool:
    channel = records.channels.get(world.team_id, message.channel_id)
    if channel is None:
        # A channel never met: its name decides, and reading its history later brings this message.
        key = f"first:{message.channel_id}"
        return ask(records, world, "meet", key, channel=message.channel_id, invited=False)
    counts = is_watched(records, world, channel) or _in_review_thread(records, world, message)
    if not counts and not is_about_known(records, world, message):
        return False
    # A reply counts also where a pass over the channel has read it before its event came.
    changed = capture(records, world, message)
    noted = changed and note_changes(records, world, message.channel_id, [message])
    return _after_message(records, world, message) or noted


def _in_review_thread(records: Records, world: World, message: Message) -> bool:
    if message.thread_ts is None:
        return False
    incident = records.incidents.in_thread(world.team_id, message.channel_id, message.thread_ts)
    return incident is not None and not incident.imported  # nobody reviews under old talk


def _after_message(records: Records, world: World, message: Message) -> bool:
    """A reply under a draft may be a review, unless it was said before there was one: then it is part of
    what the draft tells."""
    if message.thread_ts is None or message.is_bot or message.author_id is None:
        return False
    incident = records.incidents.in_thread(world.team_id, message.channel_id, message.thread_ts)
    if incident is None or incident.status not in _UNDER_REVIEW:
        return False
    card = review_row(records, incident)
    if card is not None and card.ts is not None and ts_order(message.ts) < ts_order(card.ts):
        return False
    # Due when it was said: replies that arrive together are taken in the order they were written.
    early = min(message.at - SLACK_AHEAD - world.clock.now(), timedelta(0))
    key, where = f"{message.channel_id}:{message.ts}", {"channel": message.channel_id, "ts": message.ts}
    return ask(records, world, "reply", key, incident=incident, after=early, **where)


def deletion(records: Records, world: World, channel_id: str, ts: str) -> bool:
    """Erase the text everywhere it is quoted; whether work was asked for."""
    before = records.messages.get(world.team_id, channel_id, ts)
    seal(records, world, before)
    erased = records.messages.erase(world.team_id, channel_id, ts, at=world.clock.now())
    if not erased and before is not None:
        return False  # what was never stored here may be quoted all the same: an import keeps no old messages
    return message_gone(records, world, channel_id, ts, before)


def missed_events(world: World) -> None:
    """Slack or we dropped events: threads that were complete must be read again before the next draft, and
    what drafts in review rest on soon."""
    with world.storage.begin() as records:
        doubt(records, world)
