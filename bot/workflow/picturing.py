"""The timeline as a picture in the incident's thread, where files may be attached."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.review import DRAFTER_AUTHOR
from bot.ports import Place
from bot.workflow.dossier import dossier, is_reviewed, postmortem
from bot.workflow.erasure import detach, picture_name
from bot.workflow.overtaken import attached, basis, follow, unless_closed
from bot.workflow.world import World, ask


def ask_for_picture(world: World, incident_id: int) -> None:
    """Ask for the picture of the newest draft, once a draft and place: what people edit afterwards does not
    change it, a redraft does."""
    with world.storage.begin() as records:
        incident = records.incidents.get(incident_id)
        drafted = records.revisions.latest(incident.id, author=DRAFTER_AUTHOR) if incident else None
        if incident is None or drafted is None:
            return
        name = f"{incident.id}:g{incident.generation}:r{drafted.number}:{incident.review_place[0]}"
        again = drafted.number > 1
        ask(records, world, "picture", name, incident=incident, generation=incident.generation, redraft=again)
    world.wake()


def picture(world: World, job: Job) -> None:
    """Job: attach the timeline to the thread in which the draft stands; a redraft replaces the picture, and
    so does another attempt, since the draft may have been edited meanwhile."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None or incident.generation != job.payload["generation"]:
            return
        before = basis(records, incident)
    draw(world, incident, again=bool(job.payload["redraft"]) or job.attempts > 1)
    follow(world, incident, before)


def draw(world: World, incident: Incident, *, again: bool) -> None:
    """Attach the picture of the newest revision, `again` instead of one that is there.

    Restricted incidents have no files: of those the picture is only taken away.
    """
    channel_id, thread_ts = incident.review_place
    if world.artist is None or thread_ts is None:
        return
    thread = Place(channel_id=channel_id, thread_ts=thread_ts)
    if again:
        detach(world, thread, picture_name(incident))
    if incident.restricted or not is_reviewed(incident):
        return
    with world.storage.read() as records:
        held = dossier(records, incident)
    drawn = world.artist.timeline(postmortem(held, held.revision)) if held.revision else None
    if drawn is None:
        return
    with unless_closed("picture"):
        world.poster.attach(
            f"picture:{incident.id}:g{incident.generation}",
            thread,
            name=picture_name(incident),
            title=f"{incident.key}: timeline",
            content=drawn.content,
            words=drawn.words,
        )
        attached(world, incident, thread, picture_name(incident))
