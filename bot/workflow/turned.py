"""Channels that became private: what is known of their incidents is private from then on, told of or not."""

from __future__ import annotations

from bot.errors import Retryable
from bot.log import get_logger
from bot.ports import Records
from bot.workflow.indexing import index
from bot.workflow.portraits import withdraw
from bot.workflow.world import World, ask, audit, refresh


def notice_private(world: World) -> frozenset[str]:
    """The private channels the bot is in, as Slack tells now. An event that told of one's becoming private
    may be late or lost: whoever shows incidents to people asks this first. Where Slack is away, what was
    known counts."""
    try:
        private = world.directory.private_channels()
    except Retryable as error:
        get_logger(__name__).warning("private_channels_unknown", error=str(error))
        return frozenset()
    with world.storage.read() as records:
        turned = records.incidents.public_among(world.team_id, private)
    for channel_id in turned:
        with world.storage.begin() as records:
            made_private(records, world, channel_id)
        world.wake()
    return private


def made_private(records: Records, world: World, channel_id: str) -> bool:
    """Make every incident of a channel private, and ask for what was published or posted elsewhere to
    follow. They keep their numbers, which people know; nothing makes them public again. The next one there
    begins as private, too."""
    known = records.channels.get(world.team_id, channel_id)
    if known is not None and not known.is_private:
        records.channels.save(known.model_copy(update={"is_private": True}))
    changed = False
    for incident in records.incidents.in_channel(world.team_id, channel_id):
        if not incident.is_private:
            private = records.incidents.replace(incident.model_copy(update={"is_private": True}))
            withdraw(records, world, private)
            index(records, world, private)
            refresh(records, world, private)
            ask(records, world, "republish", f"{private.id}:v{private.version}", incident=private)
            ask(records, world, "withdraw_posts", f"{private.id}:v{private.version}", incident=private)
            audit(records, world, "Slack", "made private", private)
            changed = True
    return changed
