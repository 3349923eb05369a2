"""Events that name a channel by an id it had before: Slack delivers again, hours later, what it sent then."""

from __future__ import annotations

from bot.domain.events import ChannelChanged, Event, MessageSeen, Uninstalled
from bot.ports import Records
from bot.workflow.world import World

_MOST_MOVES = 5


def key_of_move(old_id: str) -> str:
    """The key of the job that meets a channel under its new id: while that is kept, what comes late under the
    old one finds its way. Jobs are kept longer than Slack delivers (`bot/workflow/pruning.py`)."""
    return f"moved:{old_id}"


def where_it_is_now(records: Records, world: World, event: Event) -> Event:
    """The event with its channel by the id it has now, the same one where nothing is known of a move."""
    if isinstance(event, Uninstalled) or (isinstance(event, ChannelChanged) and event.new_id):
        return event
    if isinstance(event, MessageSeen):
        message = event.message
        now = _current(records, world, message.channel_id)
        if now == message.channel_id:
            return event
        return event.model_copy(update={"message": message.model_copy(update={"channel_id": now})})
    now = _current(records, world, event.channel_id)
    return event if now == event.channel_id else event.model_copy(update={"channel_id": now})


def _current(records: Records, world: World, channel_id: str) -> str:
    for _ in range(_MOST_MOVES):
        if records.channels.get(world.team_id, channel_id) is not None:
            break
        move = records.jobs.get(f"meet:{key_of_move(channel_id)}")
        if move is None or move.team_id != world.team_id:
            break
        channel_id = str(move.payload["channel"])
    return channel_id
