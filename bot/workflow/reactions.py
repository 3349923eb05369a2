"""What a resolving reaction means: at once where it is unmistakable, by a question anywhere else."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.incident import Incident, Scope, Status, title_from_message
from bot.domain.job import Job
from bot.domain.posting import Line
from bot.domain.transcript import Message, moment
from bot.errors import ChatError, NotAllowed, Retryable, UserError
from bot.ports import Place, PostRow
from bot.workflow.access import authorise, member
from bot.workflow.capture import masked
from bot.workflow.life import reopen, resolve, resolve_thread
from bot.workflow.show import question
from bot.workflow.watching import is_watched
from bot.workflow.world import World

SKEW = timedelta(minutes=1)
"""How far Slack's clock, which times a reaction, and ours may lie apart."""


def reaction_changed(world: World, job: Job) -> None:
    """Job: compare the reactions as they stand with what they did, and do what is missing.

    Deliveries come late, twice and out of order, so what Slack says now is what counts.
    """
    channel_id, ts, user_id = (str(job.payload[name]) for name in ("channel", "ts", "user"))
    with world.storage.read() as records:
        channel = records.channels.get(world.team_id, channel_id)
        earlier = records.incidents.resolved_by(world.team_id, channel_id, ts)
        watched = channel is not None and is_watched(records, world, channel)
    if not watched:
        return
    try:
        people = _people(world, channel_id, ts)
    except ChatError:
        return  # the message is gone, and the reaction with it
    if earlier is not None and earlier.status is not Status.OPEN:
        if not people:
            _taken_away(world, earlier, channel_id, user_id)
        return
    if people and job.payload.get("added", True) and not _late(world, channel_id, ts, job):
        _added(world, channel_id, ts, user_id if user_id in people else people[0])


def _late(world: World, channel_id: str, ts: str, job: Job) -> bool:
    """Whether somebody reopened the incident after the mark was set: that was the answer to it."""
    try:
        at = moment(str(job.payload.get("at") or ""))
    except (ValueError, OverflowError):
        return False
    with world.storage.read() as records:
        incident = records.incidents.in_thread(world.team_id, channel_id, ts)
        lines = records.audit.of(incident.id) if incident else ()
    return any(line.action == "reopened" and line.at - SKEW > at for line in lines)


def _people(world: World, channel_id: str, ts: str) -> list[str]:
    """Who has a resolving emoji on the message now; bots and the bot itself do not count."""
    reactors = world.history.reactors(channel_id, ts)
    users = [user for emoji in world.policy.emojis for user in reactors.get(emoji, ())]
    return [user for user in dict.fromkeys(users) if not world.directory.person(user).is_bot]


def _taken_away(world: World, incident: Incident, channel_id: str, user_id: str) -> None:
    if incident.status is Status.RESOLVED:
        try:
            authorise(world, incident, user_id)
            reopen(world, incident.id, user_id)
        except UserError as refusal:
            _whisper(world, channel_id, incident.thread_ts, user_id, str(refusal))
    elif incident.status is Status.IN_REVIEW:
        text = f"{incident.key} has a draft already, so it stays resolved. Reopen on its card reopens it."
        _whisper(world, channel_id, incident.thread_ts, user_id, text)


def _added(world: World, channel_id: str, ts: str, user_id: str) -> None:
    message = world.history.find(channel_id, ts)
    root_ts = (message.thread_ts or ts) if message else ts
    with world.storage.read() as records:
        hanging = records.incidents.in_thread(world.team_id, channel_id, root_ts)
        open_here = records.incidents.in_channel(world.team_id, channel_id, Status.OPEN)
    whole = next((one for one in open_here if one.scope is Scope.CHANNEL), None)
    try:
        if hanging is not None and hanging.card_ts == ts and hanging.status is Status.OPEN:
            authorise(world, hanging, user_id)
            resolve(world, hanging.id, user_id, by_ts=ts)
        elif hanging is not None and hanging.status is not Status.OPEN:
            return  # talk under a resolved incident, or on its card
        elif message is None:
            _wait_for_ours(world, channel_id)
        elif whole is None and (message.is_reply or message.reply_count > 0):
            _resolve_thread(world, message, root_ts, user_id)
        else:
            _ask_once(world, whole, message, root_ts, user_id)
    except NotAllowed as refusal:
        _whisper(world, channel_id, root_ts, user_id, str(refusal))


def _wait_for_ours(world: World, channel_id: str) -> None:
    """What was marked is gone or ours, and ours may be a card that is not known yet: somebody can be quicker
    than the answer to posting it, and a crash between the two leaves it unknown until the job is done again.

    Raises:
        Retryable: something of ours is on its way.
    """
    with world.storage.read() as records:
        in_flight = records.posts.in_flight(world.team_id, channel_id, at=world.clock.now())
    if in_flight:
        raise Retryable("A message of ours is not known yet; it may be the one marked.", retry_after=1.0)


def _resolve_thread(world: World, message: Message, root_ts: str, user_id: str) -> None:
    member(world, user_id)
    root = message if message.ts == root_ts else world.history.find(message.channel_id, root_ts)
    resolve_thread(
        world,
        message.channel_id,
        root_ts,
        user_id,
        title=thread_title(world, root or message),
        began=(root or message).at,
        by_ts=message.ts,
    )


def thread_title(world: World, root: Message) -> str:
    """A title from a thread's first line: masked, without mentions, at most 80 characters."""
    with world.storage.begin() as records:
        return title_from_message(masked(records, world, root).text)


def _ask_once(world: World, whole: Incident | None, message: Message, root_ts: str, user_id: str) -> None:
    """The question, once a person and message; again only where a crash leaves it open whether it was
    asked: a question twice does less harm than a reaction overlooked."""
    member(world, user_id)
    row = PostRow(
        key=f"question:{message.channel_id}:{message.ts}:{user_id}",
        team_id=world.team_id,
        incident_id=whole.id if whole else None,
        channel_id=message.channel_id,
        intended_at=world.clock.now(),
    )
    with world.storage.begin() as records:
        earlier = records.posts.intend(row)
    if earlier is not None and earlier.ts is not None:
        return
    thread = root_ts if message.is_reply else None
    place = Place(channel_id=message.channel_id, thread_ts=thread)
    world.poster.whisper(place, user_id, question(whole, message.channel_id, root_ts, message.ts))
    with world.storage.begin() as records:
        records.posts.done(row.key, channel_id=message.channel_id, ts=message.ts)


def _whisper(world: World, channel_id: str, thread_ts: str | None, user_id: str, text: str) -> None:
    world.poster.whisper(Place(channel_id=channel_id, thread_ts=thread_ts), user_id, Line(text=text))
