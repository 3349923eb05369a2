"""The digest of a month: posted once to a channel, of public incidents only."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.job import Job
from bot.domain.overview import Overview, named_in
from bot.domain.periods import Period, month_before, parse_period, year_to
from bot.domain.posting import Figures
from bot.errors import Permanent, Retryable
from bot.ports import Place, Posted
from bot.workflow.destinations import destination
from bot.workflow.erasure import detach
from bot.workflow.posts import post_once
from bot.workflow.privacy import is_private_now
from bot.workflow.recounting import digest_key
from bot.workflow.show import update_post
from bot.workflow.statistics import Question, gather
from bot.workflow.turned import made_private
from bot.workflow.world import World, ask

NOTE = "Only public incidents are counted. What the buttons bring, only you see."


def ask_for_digest(world: World) -> None:
    """Ask for the next digest, however often and by however many processes: there is one job a month.

    It is asked for ahead, so that one that became due while nobody was there is posted late, not never.
    """
    if not world.policy.digest_channel:
        return
    now = world.clock.now()
    due = _next(world, now)
    month = month_before(due).name
    with world.storage.begin() as records:
        if not ask(records, world, "digest", f"{world.team_id}:{month}", after=due - now, month=month):
            records.jobs.bring_forward(f"digest:{world.team_id}:{month}", due_at=due)


def _next(world: World, now: datetime) -> datetime:
    """When the next digest is due, aware UTC."""
    day, hour = world.policy.digest_day, world.policy.digest_hour
    due = now.replace(day=day, hour=hour, minute=0, second=0, microsecond=0)
    if due > now:
        return due
    return (due.replace(day=1) + timedelta(days=32)).replace(day=day)


def digest(world: World, job: Job) -> None:
    """Job: post a month's digest, and its picture to the thread under it.

    Raises:
        Retryable: the settings moved it to later.
        Permanent: there is no such channel, or people of other companies are in it.
    """
    if not world.policy.digest_channel:
        return
    period = parse_period(str(job.payload["month"]), now=world.clock.now())
    if period is None:
        raise Permanent(f"{job.payload['month']!r} is no month.")
    _not_before(world, period)
    channel = destination(world, world.policy.digest_channel, setting="DIGEST_CHANNEL")
    found, year = _public(world, period)
    post = _post(world, found)
    posted = post_once(
        world, digest_key(world, period.name), Place(channel_id=channel.id), post, incident_id=None
    )
    thread = Place(channel_id=posted.channel_id, thread_ts=posted.ts)
    _attach(world, year, thread, name=f"incidents-{period.name}.png", again=job.attempts > 1)
    ask_for_digest(world)


def _post(world: World, found: Overview) -> Figures:
    url = world.directory.identity().url
    return Figures(title=f"Incidents in {found.period.label}", overview=found, note=NOTE, url=url)


def digest_again(world: World, job: Job) -> None:
    """Job: bring a posted digest to what may be told now. The picture, which names nothing, stays."""
    period = parse_period(str(job.payload["month"]), now=world.clock.now())
    with world.storage.read() as records:
        row = records.posts.get(digest_key(world, period.name)) if period else None
    if period is not None and row is not None and row.ts is not None:
        found, _ = _public(world, period)
        update_post(world, Posted(channel_id=row.channel_id, ts=row.ts), _post(world, found))


def _attach(world: World, year: Overview, thread: Place, *, name: str, again: bool) -> None:
    """The picture of twelve months, instead of one that an earlier attempt made of what it counted."""
    drawn = world.artist.statistics(year) if world.artist else None
    if drawn is None:
        return
    if again:
        detach(world, thread, name)
    world.poster.attach(
        f"{name}:{world.team_id}",
        thread,
        name=name,
        title=f"Incidents, {year.period.label}",
        content=drawn.content,
        words=drawn.words,
    )


def _not_before(world: World, period: Period) -> None:
    due = period.end.replace(day=world.policy.digest_day, hour=world.policy.digest_hour)
    early = (due - world.clock.now()).total_seconds()
    if early > 0:
        raise Retryable("The digest was moved to later.", retry_after=early)


def _public(world: World, period: Period) -> tuple[Overview, Overview]:
    """The statistics of the public incidents of a month, and of the twelve months it ends.

    Events may be late or lost, so Slack is asked what is private now: of all channels that it lists, and
    of those of the incidents that are named. Where it does not say, the incident does not count.
    """
    _note_private_channels(world)
    doubtful: set[int] = set()
    while True:
        without = frozenset(doubtful)
        with world.storage.read() as records:
            found = gather(records, world.team_id, Question(period), without=without)
            year = gather(records, world.team_id, Question(year_to(period)), without=without)
            incidents = [records.incidents.get(one.incident_id) for one in named_in(found)]
        fresh = {one.id for one in incidents if one is not None and is_private_now(world, one)}
        if not fresh:
            return found, year
        doubtful |= fresh


def _note_private_channels(world: World) -> None:
    private = [one.id for one in world.directory.channels() if one.is_private]
    changed = False
    for channel_id in private:
        with world.storage.begin() as records:
            changed |= made_private(records, world, channel_id)
    if changed:
        world.wake()
