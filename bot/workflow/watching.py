"""Which channels hold incidents: their names say so, and what is under way in them."""

from __future__ import annotations

from bot.domain.incident import Status
from bot.domain.transcript import Message
from bot.ports import Channel, Records, StoredChannel
from bot.workflow.world import World

_UNDER_WAY = (Status.OPEN, Status.RESOLVED, Status.IN_REVIEW, Status.APPROVED)


def is_watched(records: Records, world: World, channel: Channel | StoredChannel) -> bool:
    """Whether a channel holds incidents: by its name, or because one that began there is not decided yet.
    People rename channels to `closed-…` before the bot's work is over, and that must not end it."""
    if world.policy.watches(channel.name):
        return True
    under_way = records.incidents.in_channel(world.team_id, channel.id, *_UNDER_WAY)
    return any(not incident.imported for incident in under_way)


def is_about_known(records: Records, world: World, message: Message) -> bool:
    """Whether it changes a message that is stored: that follows its author whatever the channel is now."""
    if not message.edited_ts and not message.deleted:
        return False
    return records.messages.get(world.team_id, message.channel_id, message.ts) is not None
