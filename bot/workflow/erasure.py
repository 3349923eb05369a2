"""Erasing: a message that people deleted, everywhere it is quoted; an incident, everywhere it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.domain.erasure import QUOTE, quotes, redacted
from bot.domain.incident import Incident, Scope, title_from_channel, title_from_message
from bot.domain.job import Job
from bot.domain.transcript import Message
from bot.errors import ChatError, Permanent, UserError
from bot.ports import Place, PostRow, Records
from bot.workflow.current import current
from bot.workflow.holding import covering, review_threads, transcript_of
from bot.workflow.indexing import index
from bot.workflow.membership import GONE
from bot.workflow.portraits import withdraw
from bot.workflow.posts import found
from bot.workflow.tracking import forget_reasons, redact_items
from bot.workflow.wiping import wipe_soon
from bot.workflow.world import World, ask, audit, follow_homes

_LOOK_AGAIN = timedelta(minutes=1)
"""Until a post that is on its way is looked for again."""
_OUT_OF_REACH = GONE | {"message_not_found", "cant_delete_message", "is_inactive", "user_not_found"}


def message_gone(records: Records, world: World, channel_id: str, ts: str, before: Message | None) -> bool:
    """A message is gone: take its text out of evidence, revisions, comments, titles and index, in this
    transaction, and ask for posts and files to follow. `before` is what it said. True if it was quoted."""
    wipe_soon(records, world)
    concerned = {one.id: one for one in records.incidents.in_channel(world.team_id, channel_id)}
    if before is not None and before.thread_ts:
        reviewed = records.incidents.in_thread(world.team_id, channel_id, before.thread_ts)
        concerned |= {reviewed.id: reviewed} if reviewed else {}
    quoted = False
    for incident in concerned.values():
        replies = [one.text for one in records.reviews.of(incident.id) if one.ts == ts]
        forget_reasons(records, incident, replies)
        records.reviews.redact(incident.id, ts)
        if records.proposals.withdraw(incident.id, ts=ts):
            ask(records, world, "redraw", f"{incident.id}:asked:{ts}", incident=incident)
        evidence = records.evidence.of(incident.id)
        labels = {item.label for item in evidence if (item.channel, item.ts) == (channel_id, ts)}
        title = other_title(records, world, incident, ts, before) or _told_title(
            incident, [item.text for item in evidence if item.label in labels]
        )
        if title or any(item.label in labels and not item.deleted for item in evidence):
            redact(records, world, incident, labels, title=title)
            quoted = True
    return quoted


def other_title(records: Records, world: World, incident: Incident, ts: str, before: Message | None) -> str:
    """A title to replace one that was taken from the message that is gone; empty where it was not."""
    if before is None or incident.scope is not Scope.THREAD or incident.root_ts != ts:
        return ""
    if incident.title != title_from_message(before.text) and not quotes(incident.title, before.text):
        return ""
    channel = records.channels.get(world.team_id, incident.channel_id)
    return title_from_channel(channel.name if channel else "", world.policy.prefixes())


def _told_title(incident: Incident, texts: Collection[str]) -> str:
    """The same for an imported incident, which may be called after any message. Two or three words of a
    channel's name may stand in any message too."""
    if not incident.imported:
        return ""
    long = len(incident.title.split()) >= QUOTE
    told = (one for one in texts if one)
    title = incident.title
    same = (title == title_from_message(one) or (long and quotes(title, one)) for one in told)
    return title_from_channel("", ()) if any(same) else ""


def redact(
    records: Records, world: World, incident: Incident, labels: Collection[int], *, title: str = ""
) -> None:
    """Take out of every revision what rests on this evidence, empty the evidence, and ask for the cards,
    posts and files to follow. `title` replaces the incident's own if given."""
    evidence = records.evidence.of(incident.id)
    for revision in records.revisions.all(incident.id):
        draft = redacted(revision.draft, evidence, labels, title=title)
        if title and draft.title == incident.title:
            draft = draft.model_copy(update={"title": title})
        if draft != revision.draft:
            records.revisions.redact(revision.model_copy(update={"draft": draft, "findings": ()}))
    redact_items(records, world, incident, evidence, labels)
    for item in evidence if incident.imported else ():
        if item.label in labels and item.text:
            records.imports.erase_text(world.team_id, incident.channel_id, item.text)
    bare = {"text": "", "deleted": True, "reactions": ()}
    records.evidence.save(
        incident.id, [item.model_copy(update=bare) for item in evidence if item.label in labels]
    )
    if title:
        incident = records.incidents.replace(incident.model_copy(update={"title": title}))
    withdraw(records, world, incident)
    records.proposals.withdraw(incident.id)
    index(records, world, incident)
    name = f"{incident.id}:redacted:{min(labels, default=0)}+{len(labels)}:{world.clock.now().isoformat()}"
    ask(records, world, "refresh", name, incident=incident)
    follow_homes(records, world)
    ask(records, world, "redraw", name, incident=incident)
    ask(records, world, "republish", name, incident=incident, renamed=bool(title))


def forget(world: World, incident_id: int, user_id: str) -> str:
    """Erase an incident: transcript, drafts, index at once; posts and files by a job. Returns its key.

    Raises:
        UserError: it is on legal hold, or not there any more.
    """
    with world.storage.begin() as records:
        incident = current(records, incident_id)
        if incident.held:
            raise UserError(
                f"{incident.key} is on legal hold, so it cannot be forgotten. Nothing was changed."
            )
        said = _unheld(records, world, incident)
        for channel_id in sorted({message.channel_id for message in said}):
            theirs = [message.ts for message in said if message.channel_id == channel_id]
            _out_of_others(records, world, incident, channel_id, frozenset(theirs))
            records.eraser.blank(world.team_id, channel_id, theirs)
        audit(records, world, user_id, "forgotten", incident, key=incident.key, messages=len(said))
        _ask_to_clear(records, world, incident)
        withdraw(records, world, incident)
        records.eraser.incident(incident_id)
        wipe_soon(records, world)
        follow_homes(records, world)
    world.wake()
    return incident.key


def _unheld(records: Records, world: World, incident: Incident) -> list[Message]:
    """What was said of an incident, without what belongs to one on hold, too."""
    holds = [covering(records, other) for other in records.incidents.held(world.team_id)]
    said = transcript_of(records, world, incident)
    return [message for message in said if not any(covers(message) for covers in holds)]


def _out_of_others(
    records: Records, world: World, incident: Incident, channel_id: str, timestamps: frozenset[str]
) -> None:
    """Another incident's draft may quote the same messages: a thread that had no incident of its own yet
    was part of its channel's."""
    for other in records.incidents.in_channel(world.team_id, channel_id):
        if other.id != incident.id and not other.held:
            evidence = records.evidence.of(other.id)
            theirs = [one for one in evidence if one.channel == channel_id and one.ts in timestamps]
            if labels := {one.label for one in theirs if not one.deleted}:
                redact(records, world, other, labels)


def _ask_to_clear(records: Records, world: World, incident: Incident) -> None:
    published = [[one.publisher, one.location] for one in records.publications.of(incident.id)]
    ask(
        records,
        world,
        "clear",
        str(incident.id),
        forgotten=incident.id,
        published=published,
        threads=list(review_threads(records, incident)),
        files=[file_name(incident), picture_name(incident)],
    )


def file_name(incident: Incident) -> str:
    """What the document is called where it is attached to a thread."""
    return f"{incident.key}-draft.md"


def picture_name(incident: Incident) -> str:
    """What the timeline's picture is called there."""
    return f"{incident.key}-timeline.png"


def clear(world: World, job: Job) -> None:
    """Job: remove the posts and files of an incident that was forgotten, then forget where they were: the
    files are named after its title.

    Raises:
        Retryable: a post may still be on its way.
        Permanent: a file's publisher is not configured any more.
    """
    for name, location in job.payload["published"]:
        publisher = world.publishers.get(name)
        if publisher is None:
            raise Permanent(f"The publisher {name!r} is not configured any more; its file is still there.")
        publisher.withdraw(location)
    for channel_id, thread_ts in _threads(job):
        for name in job.payload["files"]:
            detach(world, Place(channel_id=channel_id, thread_ts=thread_ts), str(name))
    with world.storage.read() as records:
        rows = records.posts.of(int(job.payload["forgotten"]))
    for row in rows:
        retract(world, row)
    with world.storage.begin() as records:
        records.jobs.finish(job, at=world.clock.now())
        records.eraser.done_with(job.id)
        wipe_soon(records, world)


def _threads(job: Job) -> list[list[str]]:
    """Where files may hang. Work that an earlier version asked for names one place, `place`."""
    if "threads" in job.payload:
        return list(job.payload["threads"])
    return [job.payload["place"]] if job.payload["place"][1] else []


def detach(world: World, place: Place, name: str) -> None:
    """Delete a file we attached. What Slack no longer lets us reach stays."""
    try:
        world.poster.detach(place, name=name)
    except ChatError as error:
        if error.code not in _OUT_OF_REACH | {"missing_scope", "thread_not_found"}:
            raise


def retract(world: World, row: PostRow) -> None:
    """Delete one of our posts, and forget that it was there. What Slack no longer lets us reach stays.

    Raises:
        Retryable: it may still be on its way.
    """
    unseen = row.ts is None and row.key.startswith("question:")  # whispered: Slack finds no such post again
    try:
        if not unseen and (at := found(world, row, look_again=_LOOK_AGAIN)) is not None:
            world.poster.retract(at)
    except ChatError as error:
        if error.code not in _OUT_OF_REACH:
            raise
    with world.storage.begin() as records:
        records.posts.remove(row.key)
