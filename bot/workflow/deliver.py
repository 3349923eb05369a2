"""Bringing a draft to where people talk: one card, the document, a file for what does not fit."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.errors import ChatError, Permanent, Retryable
from bot.log import get_logger
from bot.ports import Place, Posted
from bot.workflow.access import is_member
from bot.workflow.cards import document, review_card
from bot.workflow.destinations import destination
from bot.workflow.dossier import Dossier, dossier, is_reviewed, settled
from bot.workflow.erasure import detach, file_name, picture_name
from bot.workflow.likeness import renew
from bot.workflow.membership import NO_THREAD, inside
from bot.workflow.overtaken import attached, basis, follow, unless_closed
from bot.workflow.picturing import ask_for_picture
from bot.workflow.posts import UNREACHED, post_once
from bot.workflow.privacy import is_direct, is_private_now
from bot.workflow.quiet import quiet_until
from bot.workflow.show import (
    card_note,
    document_key,
    document_row,
    ensure_card,
    labels,
    refresh_cards,
    renew_card,
    review_key,
    update_post,
)
from bot.workflow.world import World

READERS = 10
"""Direct messages that bring a private draft to the members of a closed channel; the others may ask."""


def deliver(world: World, job: Job) -> None:
    """Job: post the newest revision for review; a later one of the same resolution is shown in place.

    Raises:
        Permanent: no place is left where the people concerned could see it.
    """
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None or incident.generation != job.payload["generation"] or not is_reviewed(incident):
            return
        posted, before = document_row(records, incident), basis(records, incident)
    if posted is not None:
        if is_direct(posted.channel_id) and incident.is_private:
            _to_readers(world, incident, placed=True)  # an earlier attempt may have reached only some
        refresh_cards(world, job)
    else:
        _unless_quiet(world, incident, job)
        renew(world, incident)
        _deliver(world, job, incident)
        if world.policy.quiet_hours:
            renew_card(world, incident)  # it may have said that the draft waits
        follow(world, incident, before)
    ask_for_picture(world, incident.id)


def _unless_quiet(world: World, incident: Incident, job: Job) -> None:
    """Raises `Retryable` in quiet hours, so that the job waits for their end."""
    until = None if job.payload.get("asked") else quiet_until(world, incident)
    if until is not None:
        pause = (until - world.clock.now()).total_seconds()
        raise Retryable("It is quiet; the draft is posted later.", retry_after=pause)


def _deliver(world: World, job: Job, incident: Incident) -> None:
    """At home, or where it is seen if that is closed."""
    try:
        _deliver_at_home(world, incident)
    except ChatError as error:
        if error.code not in NO_THREAD:
            raise
        _deliver_elsewhere(world, job, incident)


def _deliver_at_home(world: World, incident: Incident) -> None:
    """In the incident's own thread. A thread whose root was deleted gets a new card as its root:
    Slack would put the reply into the channel without a word."""
    incident = ensure_card(world, incident)
    thread_ts = incident.thread_ts
    if thread_ts and not world.history.exists(incident.channel_id, thread_ts):
        thread_ts = None
    _post(world, incident, Place(channel_id=incident.channel_id, thread_ts=thread_ts))


def _deliver_elsewhere(world: World, job: Job, incident: Incident) -> None:
    """Of a private incident by direct messages to members only; else to the fallback channel, or by a
    direct message to who saw it through."""
    if is_private_now(world, incident):
        reached = _to_readers(world, incident)
        refresh_cards(world, job.model_copy(update={"payload": {"only": "review:"}}))
    else:
        places = (_fallback(world), incident.owner_id, incident.resolved_by)
        reached = any(_reached(world, incident, place) for place in dict.fromkeys(filter(None, places)))
    if not reached:
        raise Permanent(
            f"{incident.key} has a draft, but its channel is closed and neither the fallback channel nor the "
            "owner could be reached. The draft is kept: set FALLBACK_CHANNEL, then `postmortem jobs retry`."
        )


def _to_readers(world: World, incident: Incident, *, placed: bool = False) -> bool:
    """A card and the document to each reader, once; the review's place is the first one's, unless it has
    its place. Whether it has one now."""
    for user_id in _readers(world, incident):
        placed |= _reached(world, incident, user_id, first=not placed)
    return placed


def _reached(world: World, incident: Incident, channel_id: str, *, first: bool = True) -> bool:
    try:
        _post(world, incident, Place(channel_id=channel_id), first=first)
    except ChatError as error:
        if error.code not in NO_THREAD | UNREACHED:
            raise
        return False
    return True


def _readers(world: World, incident: Incident) -> list[str]:
    """The (last known) members of its channel who may review it, READERS at most: who saw it through,
    then who said most about it."""
    found = inside(world, incident.channel_id)
    with world.storage.read() as records:
        said = Counter(item.author_id for item in records.evidence.of(incident.id) if not item.deleted)
    people = [incident.owner_id, incident.resolved_by, *(author for author, _ in said.most_common())]
    known = found.members if found else frozenset()
    wanted = [one for one in people if one and one in known]
    likely = (one for one in dict.fromkeys([*wanted, *sorted(known)]) if is_member(world, one))
    return list(islice(likely, READERS))


def _fallback(world: World) -> str | None:
    """The fallback channel, unless there is none to be had: a missing one must not keep a draft back."""
    if not (wanted := world.policy.fallback_channel):
        return None
    try:
        return destination(world, wanted, setting="FALLBACK_CHANNEL").id
    except Permanent as error:
        get_logger("deliver").warning("no_fallback_channel", error=str(error))
        return None


def _post(world: World, incident: Incident, place: Place, *, first: bool = True) -> None:
    """The card and the document under it. Only in the `first` place there are files and talk."""
    with world.storage.read() as records:
        held = dossier(records, incident)
    revision = held.revision
    if revision is None:
        return
    to = place.channel_id if is_direct(place.channel_id) else ""
    note = card_note(world, incident, place.channel_id, world.clock.now())
    card = review_card(world, held, revision, labels(world), current=True, note=note)
    number, key = revision.number, review_key(incident, to=to)
    posted = post_once(world, key, place, card, incident_id=incident.id, revision=number)
    thread = Place(channel_id=posted.channel_id, thread_ts=place.thread_ts or posted.ts)
    if first:
        _remember_place(world, incident, thread)
    shown, key = document(world, held, revision, labels(world)), document_key(incident, to=to)
    post_once(world, key, thread, shown, incident_id=incident.id, revision=number)
    if first:
        _attach(world, incident, held, thread)


def _remember_place(world: World, incident: Incident, thread: Place) -> None:
    with world.storage.begin() as records:
        now = records.incidents.get(incident.id)
        if now is not None and now.review_place != (thread.channel_id, thread.thread_ts):
            place = {"review_channel_id": thread.channel_id, "review_ts": thread.thread_ts}
            records.incidents.replace(now.model_copy(update=place))


def _attach(world: World, incident: Incident, held: Dossier, thread: Place) -> None:
    """The whole document as a file where it does not fit a message and the scope is granted."""
    if held.revision is None or incident.restricted:
        return
    if world.poster.fits(document(world, held, held.revision, labels(world))):
        return
    whole = settled(world, held, held.revision, labels(world))
    world.poster.attach(
        f"file:{incident.id}:g{incident.generation}",
        thread,
        name=file_name(incident),
        title=f"{incident.key}: {whole.title}",
        content=world.documents.markdown(whole).encode(),
    )
    attached(world, incident, thread, file_name(incident))


def attach_again(world: World, incident: Incident) -> None:
    """Replace the attached file by the document as it is now. Of an incident that was reopened it is only
    taken away."""
    with world.storage.read() as records:
        held = dossier(records, incident)
    channel_id, thread_ts = incident.review_place
    if thread_ts:
        thread = Place(channel_id=channel_id, thread_ts=thread_ts)
        detach(world, thread, file_name(incident))
        if is_reviewed(incident):
            with unless_closed("document"):
                _attach(world, incident, held, thread)


def redraw_earlier(world: World, incident: Incident) -> None:
    """Show the documents of earlier resolutions, which nothing else brings up to date, as they may be shown
    now, and take the files away that hang where only these stand."""
    now = document_key(incident) if is_reviewed(incident) else ""
    with world.storage.read() as records:
        held = dossier(records, incident)
        rows = [row for row in records.posts.of(incident.id) if row.key.startswith("document:") and row.ts]
        drafts = {one.generation: one for one in records.revisions.all(incident.id)}
    for row in rows:
        revision = drafts.get(int(row.key.split(":")[2].removeprefix("g")))
        if revision is None or row.key == now or row.key.startswith(f"{now}:"):
            continue
        whole = document(world, held, revision, labels(world))
        at = Posted(channel_id=row.channel_id, ts=row.ts or "")
        update_post(world, at, whole.model_copy(update={"buttons": whole.buttons[:1], "menus": ()}))
        if (row.channel_id, row.thread_ts) != incident.review_place and row.thread_ts:
            for name in (file_name(incident), picture_name(incident)):
                detach(world, Place(channel_id=row.channel_id, thread_ts=row.thread_ts), name)
