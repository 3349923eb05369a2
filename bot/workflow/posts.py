"""Saying something exactly once, whatever crashes in between."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.posting import Post
from bot.errors import BotError, LeaseLost, Retryable
from bot.ports import Place, Posted, PostRow
from bot.workflow.membership import GONE
from bot.workflow.world import World

UNREACHED = GONE | {"user_not_found", "cannot_dm_bot", "user_disabled", "restricted_action", "is_inactive"}
"""Slack's words for a person whom no direct message reaches."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far Slack's clock and ours may lie apart when looking for an earlier attempt."""
SETTLED = timedelta(minutes=10)
"""After so long a post that is not to be found was never made: its worker is gone."""


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
        posted = (earlier and _searched(world, earlier)) or world.poster.post(key, place, post)
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


def found(world: World, row: PostRow, *, look_again: timedelta) -> Posted | None:
    """Where one of our posts stands; None for one that was never made.

    Raises:
        ChatError: Slack does not let us look.
        Retryable: it may still be on its way; looks again after `look_again`.
    """
    if row.ts is not None:
        return Posted(channel_id=row.channel_id, ts=row.ts)
    at = _searched(world, row)
    if at is not None:
        with world.storage.begin() as records:
            records.posts.done(row.key, channel_id=at.channel_id, ts=at.ts)
    elif world.clock.now() - row.intended_at < SETTLED:
        raise Retryable("A post may still be on its way.", retry_after=look_again.total_seconds())
    return at


def _searched(world: World, row: PostRow) -> Posted | None:
    place = Place(channel_id=row.channel_id, thread_ts=row.thread_ts)
    return world.poster.posted(row.key, place, since=row.intended_at - CLOCK_SKEW)
