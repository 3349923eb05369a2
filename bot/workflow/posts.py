"""Saying something exactly once, whatever crashes in between."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.posting import Post
from bot.errors import BotError, LeaseLost
from bot.ports import Place, Posted, PostRow
from bot.workflow.membership import GONE
from bot.workflow.world import World

UNREACHED = GONE | {"user_not_found", "cannot_dm_bot", "user_disabled", "restricted_action", "is_inactive"}
"""Slack's words for a person whom no direct message reaches."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far Slack's clock and ours may lie apart when looking for an earlier attempt."""


def post_once(
    world: World, key: str, place: Place, post: Post, *, incident_id: int | None, revision: int | None = None
) -> Posted:
    """Post under `key`, or find what an earlier attempt posted.

    The intention is stored first, and for the time of a lease it is ours alone: two workers may want the
    same message at the same moment. If it is there already without an answer, an earlier attempt
    crashed or its answer was lost: Slack is searched for the message before posting again.

    Raises:
        LeaseLost: the incident was forgotten meanwhile.
        Retryable: somebody else is posting it, or Slack did not answer.
    """
    earlier = _intend(world, key, place, incident_id)
    if earlier is not None and earlier.ts is not None:
        return Posted(channel_id=earlier.channel_id, ts=earlier.ts)
    try:
        found = earlier and world.poster.posted(key, place, since=earlier.intended_at - CLOCK_SKEW)
        posted = found or world.poster.post(key, place, post)
    except BotError:
        with world.storage.begin() as records:
            records.posts.give_up(key)
        raise
    with world.storage.begin() as records:
        records.posts.done(key, channel_id=posted.channel_id, ts=posted.ts)
        if revision is not None:
            records.posts.shown(key, revision)
    return posted


def _intend(world: World, key: str, place: Place, incident_id: int | None) -> PostRow | None:
    now = world.clock.now()
    row = PostRow(
        key=key,
        team_id=world.team_id,
        incident_id=incident_id,
        channel_id=place.channel_id,
        thread_ts=place.thread_ts,
        intended_at=now,
        busy_until=now + world.policy.lease,
    )
    with world.storage.begin() as records:
        if incident_id is not None and records.incidents.get(incident_id) is None:
            raise LeaseLost("The incident was forgotten; nothing more is said about it.")
        return records.posts.intend(row)
