"""Bringing a draft to where people talk: one card, the document, a file for what does not fit."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.errors import ChatError, Permanent, Retryable
from bot.ports import Place
from bot.workflow.cards import Dossier, document, dossier, is_reviewed, review_card, settled
from bot.workflow.erasure import detach, file_name
from bot.workflow.likeness import renew
from bot.workflow.membership import inside
from bot.workflow.picturing import ask_for_picture
from bot.workflow.posts import post_once
from bot.workflow.privacy import is_private_now
from bot.workflow.quiet import quiet_until
from bot.workflow.show import card_note, document_key, ensure_card, labels, refresh_cards, review_key
from bot.workflow.world import World

_UNREACHABLE = frozenset({"is_archived", "not_in_channel", "channel_not_found", "thread_not_found"})


def deliver(world: World, job: Job) -> None:
    """Job: post the newest revision for review; a later one of the same resolution is shown in place.

    Raises:
        Permanent: no place is left where the people concerned could see it.
    """
    with world.storage.begin() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None or incident.generation != job.payload["generation"] or not is_reviewed(incident):
            return
        posted = records.posts.get(document_key(incident))
    if posted is not None and posted.ts is not None:
        refresh_cards(world, job)
    else:
        _unless_quiet(world, incident, job)
        renew(world, incident)
        _deliver(world, incident)
        if world.policy.quiet_hours:
            ensure_card(world, incident, fresh=True)  # it may have said that the draft waits
    ask_for_picture(world, incident.id)


def _unless_quiet(world: World, incident: Incident, job: Job) -> None:
    """Raises `Retryable` in quiet hours, so that the job waits for their end."""
    until = None if job.payload.get("asked") else quiet_until(world, incident)
    if until is not None:
        pause = (until - world.clock.now()).total_seconds()
        raise Retryable("It is quiet; the draft is posted later.", retry_after=pause)


def _deliver(world: World, incident: Incident) -> None:
    """At home, or where it is seen if that is closed."""
    try:
        _deliver_at_home(world, incident)
    except ChatError as error:
        if error.code not in _UNREACHABLE:
            raise
        _deliver_elsewhere(world, incident)


def _deliver_at_home(world: World, incident: Incident) -> None:
    """In the incident's own thread. A thread whose root was deleted gets a new card as its root:
    Slack would put the reply into the channel without a word."""
    incident = ensure_card(world, incident)
    thread_ts = incident.thread_ts
    if thread_ts and not world.history.exists(incident.channel_id, thread_ts):
        thread_ts = None
    _post(world, incident, Place(channel_id=incident.channel_id, thread_ts=thread_ts))


def _deliver_elsewhere(world: World, incident: Incident) -> None:
    """The fallback channel (public incidents only), or a direct message to who saw it through; of a
    private incident to a member only."""
    people = [incident.owner_id or "", incident.resolved_by or ""]
    places = _members_first(world, incident, people)
    if not is_private_now(world, incident):
        places = [world.policy.fallback_channel, *people]
    for channel_id in filter(None, dict.fromkeys(places)):
        try:
            _post(world, incident, Place(channel_id=channel_id))
        except ChatError as error:
            if error.code not in _UNREACHABLE | {"user_not_found", "cannot_dm_bot"}:
                raise
        else:
            return
    raise Permanent(
        f"{incident.key} has a draft, but its channel is closed and neither the fallback channel nor the "
        "owner could be reached. The draft is kept: set FALLBACK_CHANNEL, then `postmortem jobs retry`."
    )


def _members_first(world: World, incident: Incident, people: list[str]) -> list[str]:
    """The (last known) members of its channel, those who saw it through first."""
    found = inside(world, incident.channel_id)
    members = found.members if found else frozenset()
    return [*(one for one in people if one in members), *sorted(members)]


def _post(world: World, incident: Incident, place: Place) -> None:
    with world.storage.read() as records:
        held = dossier(records, incident)
    revision = held.revision
    if revision is None:
        return
    note = card_note(world, incident, place.channel_id, world.clock.now())
    card = review_card(world, held, revision, labels(world), current=True, note=note)
    number, key = revision.number, review_key(incident)
    posted = post_once(world, key, place, card, incident_id=incident.id, revision=number)
    thread = Place(channel_id=posted.channel_id, thread_ts=place.thread_ts or posted.ts)
    _remember_place(world, incident, thread)
    shown = document(world, held, revision, labels(world))
    post_once(world, document_key(incident), thread, shown, incident_id=incident.id, revision=number)
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


def attach_again(world: World, incident: Incident) -> None:
    """Replace the attached file by the document as it is now."""
    with world.storage.read() as records:
        held = dossier(records, incident)
    channel_id, thread_ts = incident.review_place
    if thread_ts:
        thread = Place(channel_id=channel_id, thread_ts=thread_ts)
        detach(world, thread, file_name(incident))
        _attach(world, incident, held, thread)
