"""Which channels the bot takes part in: joins quietly, says hello only where it was invited."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.job import Job
from bot.domain.posting import Line
from bot.errors import ChatError, Retryable
from bot.log import get_logger
from bot.ports import Channel, Place, Records, StoredChannel
from bot.workflow.doubting import doubt
from bot.workflow.likeness import keep_from_strangers
from bot.workflow.membership import GONE
from bot.workflow.posts import post_once
from bot.workflow.turned import made_private
from bot.workflow.watching import is_watched
from bot.workflow.world import World, ask, show_again

DEAF = timedelta(minutes=5)
"""Slack delivers an event again at once, after a minute and after five (docs.slack.dev/apis/events-api)."""
OUTAGE, DAY = timedelta(minutes=15), timedelta(days=1)
"""How soon a round that found Slack away is tried again, and until when: then there is another."""
ACTIVE = timedelta(days=30)
"""At start-up, channels quieter than this are left alone."""
LATE = timedelta(hours=1)
"""How long after a channel was not found it is looked for again: news of its deletion may be on the way."""


def meet(world: World, job: Job) -> None:
    """Job: learn what a channel is now, join it if it is public and watched, greet if invited."""
    channel_id = str(job.payload["channel"])
    if old_id := job.payload.get("was"):
        with world.storage.begin() as records:
            records.channels.gather(world.team_id, str(old_id), channel_id)
    try:
        channel = world.directory.channel(channel_id)
    except ChatError as error:
        # The round has just listed the public channels: a scope that is missing is that for private ones.
        hidden = job.payload.get("lost") and error.code == "missing_scope"
        if error.code not in GONE and not hidden:
            raise  # the token or a scope is the trouble, not the channel
        _not_found(world, job, channel_id)
        return
    with world.storage.read() as records:
        watched = is_watched(records, world, channel)
    channel = _joined(world, channel) if watched else channel
    greeted = _save(world, channel)
    if channel.is_shared:
        keep_from_strangers(world, channel.id)
    invited_in_private = job.payload.get("invited") and channel.is_private
    if invited_in_private and world.policy.watches(channel.name) and not greeted:
        _greet(world, channel)


def come_back(world: World, name: str) -> None:
    """At a start: ask for the round, called `name`. Where nothing was heard for so long that Slack may have
    given up delivering, threads that were read are doubted: edits of replies show nowhere but in the thread
    itself. That comes before any work here goes on, so that no draft is made of what was read before."""
    now, doubted = world.clock.now(), 0
    with world.storage.begin() as records:
        heard = records.inbox.last_heard(world.team_id)
        is_deaf = heard is not None and now - heard > DEAF
        if is_deaf:
            doubted = doubt(records, world)
        since = heard.isoformat() if heard is not None and not is_deaf else None
        ask(records, world, "sync", name, heard=since)
    if is_deaf:
        get_logger("channels").info("threads_doubted", incidents=doubted)


def ask_for_sync(world: World) -> None:
    """Ask for the round once a day, whatever the number of processes: should an event be lost, what a
    channel's becoming private hides is hidden within the day."""
    with world.storage.begin() as records:
        ask(records, world, "sync", f"daily:{world.clock.now():%Y-%m-%d}")


def sync(world: World, job: Job) -> None:
    """Job at start-up and once a day: join the watched channels that were active lately, remember the others.

    Raises:
        Retryable: Slack is away, for however long: it is asked again until the next day's round.
    """
    if _was_deaf_longer(world, job):
        return
    try:
        _go_round(world)
    except Retryable as error:
        if error.retry_after is not None or world.clock.now() - job.created_at >= DAY:
            raise
        raise Retryable(str(error), retry_after=OUTAGE.total_seconds()) from error


def _go_round(world: World) -> None:
    with world.storage.read() as records:
        known = {channel.id: channel.is_archived for channel in records.channels.all(world.team_id)}
    oldest, listed = world.clock.now() - ACTIVE, set[str]()
    for channel in world.directory.channels():
        listed.add(channel.id)
        seen = channel.active_at or channel.created
        if world.policy.watches(channel.name) and seen is not None and seen >= oldest:
            channel = _joined(world, channel)  # noqa: PLW2901  # the same channel, now joined
        if channel.is_member or channel.id in known or world.policy.watches(channel.name):
            _save(world, channel)
    if listed:  # a Slack that lists nothing says nothing of any
        _look_for(world, {channel_id for channel_id, archived in known.items() if not archived} - listed)


def _look_for(world: World, lost: set[str]) -> None:
    """Ask for the channels to be looked at that hold public incidents and are listed no longer: those from
    which we were removed may have become private, of which Slack tells us nothing."""
    with world.storage.read() as records:
        public = records.incidents.public_among(world.team_id, frozenset(lost))
    if not public:
        return
    with world.storage.begin() as records:
        for channel_id in public:
            name = f"lost:{channel_id}:{world.clock.now():%Y-%m-%d}"
            ask(records, world, "meet", name, channel=channel_id, lost=True)
    world.wake()


def _was_deaf_longer(world: World, job: Job) -> bool:
    """Whether Slack could be listened to only so long after the start that events may be lost after all. The
    round is another job then, so that it may be tried again without doubting again."""
    heard = job.payload.get("heard")
    if not isinstance(heard, str) or world.clock.now() - datetime.fromisoformat(heard) <= DEAF:
        return False
    with world.storage.begin() as records:
        records.jobs.finish(job, at=world.clock.now())
        doubted = doubt(records, world)
        ask(records, world, "sync", f"{job.id}:round")
    get_logger("channels").info("threads_doubted", incidents=doubted)
    return True


def _joined(world: World, channel: Channel) -> Channel:
    """A watched channel, joined where that is possible."""
    if channel.is_member or channel.is_private or channel.is_archived:
        return channel
    try:
        world.directory.join(channel.id)
    except ChatError:
        return channel  # Slack will not have us there (archived meanwhile, a type that cannot be joined)
    return channel.model_copy(update={"is_member": True})


def _save(world: World, channel: Channel) -> bool:
    """Remember the channel; returns whether it was greeted before."""
    with world.storage.begin() as records:
        known = records.channels.get(world.team_id, channel.id)
        greeted = known.greeted if known else False
        records.channels.save(
            StoredChannel(
                team_id=world.team_id,
                id=channel.id,
                name=channel.name,
                is_private=channel.is_private,
                is_archived=channel.is_archived,
                is_shared=channel.is_shared,
                is_member=channel.is_member,
                greeted=greeted,
            )
        )
        if channel.is_private:
            made_private(records, world, channel.id)
        was_open = known is None or (known.is_member and not known.is_archived)
        if not was_open and channel.is_member and not channel.is_archived:
            _catch_up(records, world, channel.id)
    return greeted


def _catch_up(records: Records, world: World, channel_id: str) -> None:
    """A channel is open to us again: what was erased or decided meanwhile could not be shown in it."""
    for incident in records.incidents.in_channel(world.team_id, channel_id):
        show_again(records, world, incident, "opened")


def _not_found(world: World, job: Job, channel_id: str) -> None:
    """Slack shows the channel no longer. Where nobody told that it was archived or deleted it may have become
    private, and counts as that if it is not shown an hour later either."""
    with world.storage.begin() as records:
        known = records.channels.get(world.team_id, channel_id)
        if known is None:
            return
        told = bool(job.payload.get("closed")) or known.is_archived
        records.channels.save(known.model_copy(update={"is_member": False, "is_archived": told}))
        if told:
            return
        if job.payload.get("again"):
            made_private(records, world, channel_id)
        elif records.incidents.public_among(world.team_id, frozenset({channel_id})):
            name, lost = f"again:{channel_id}:{job.id}", bool(job.payload.get("lost"))
            ask(records, world, "meet", name, channel=channel_id, after=LATE, lost=lost, again=True)


def _greet(world: World, channel: Channel) -> None:
    emoji = world.policy.emojis[0]
    text = (
        "Hello. I keep the record of incidents in this channel. `/postmortem start` opens one, "
        f":{emoji}: on its card resolves it, and a draft for review follows."
    )
    place = Place(channel_id=channel.id)
    post_once(world, f"hello:{channel.id}", place, Line(text=text), incident_id=None)
    with world.storage.begin() as records:
        known = records.channels.get(world.team_id, channel.id)
        if known is not None:
            records.channels.save(known.model_copy(update={"greeted": True}))
