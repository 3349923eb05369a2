"""Publishing an approved revision, one job a publisher, and taking it back."""

from __future__ import annotations

from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.review import Publication, Revision
from bot.errors import Permanent
from bot.ports import Publisher, Records
from bot.workflow.dossier import Dossier, dossier, settled
from bot.workflow.indexing import index
from bot.workflow.overtaken import Basis, basis
from bot.workflow.privacy import is_private_now
from bot.workflow.show import labels
from bot.workflow.world import World, ask, audit, refresh

_STILL_WANTED = frozenset({Status.APPROVED, Status.PUBLISHED})


def publish(world: World, job: Job) -> None:
    """Job: put the approved revision where one publisher puts things.

    Raises:
        Permanent: that publisher is not configured any more.
    """
    name, number = str(job.payload["publisher"]), int(job.payload["revision"])
    publisher = world.publishers.get(name)
    if publisher is None:
        raise Permanent(f"The publisher {name!r} is not configured any more.")
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None or not _wanted(records, incident, number):
            return
        known = {(one.publisher, one.revision) for one in records.publications.of(incident.id)}
        if incident.status is Status.PUBLISHED and (name, number) in known:
            return  # stored before a crash
        held = dossier(records, incident)
    if held.revision is None:
        return
    location = _written(world, publisher, held, held.revision)
    with world.storage.begin() as records:
        now = records.incidents.get(incident.id)
        if now is not None and _wanted(records, now, number):
            _published(records, world, now, number, name, location)
            _catch_up(records, world, held)
        elif now is not None:
            _overwritten(records, world, now, name)
    if location is not None and (now is None or now.status not in _STILL_WANTED):
        publisher.withdraw(location)  # forgotten or taken back while it was being written
    world.wake()


def _written(world: World, publisher: Publisher, held: Dossier, revision: Revision) -> str | None:
    """Where it was put, None where it belongs nowhere. Whether it is private is asked right before."""
    if held.incident.restricted:
        return None
    whole = settled(world, held, revision, labels(world))
    whole = whole.model_copy(update={"status": Status.PUBLISHED.value})
    return publisher.publish(whole, private=is_private_now(world, held.incident))


def republish(world: World, job: Job) -> None:
    """Job: what was published is written again as it may be now: redacted, moved to where private ones
    go, or taken away."""
    with world.storage.read() as records:
        publications = records.publications.of(job.incident_id or 0)
    for publication in publications:
        _again(world, publication, renamed=bool(job.payload.get("renamed")))


def _again(world: World, publication: Publication, *, renamed: bool) -> None:
    with world.storage.read() as records:
        incident = records.incidents.get(publication.incident_id)
        revision = records.revisions.get(publication.incident_id, publication.revision)
        held = dossier(records, incident) if incident else None
    publisher = world.publishers.get(publication.publisher)
    if publisher is None:
        raise Permanent(
            f"The publisher {publication.publisher!r} is not configured any more; what it wrote still "
            f"stands at {publication.location}."
        )
    if held is None or revision is None:
        return  # forgotten: its files are removed by that
    if renamed or held.incident.restricted or is_private_now(world, held.incident):
        publisher.withdraw(publication.location)
    location = _written(world, publisher, held, revision)
    with world.storage.begin() as records:
        moved = _moved(records, world, publication, location)
        _catch_up(records, world, held)
    if location is not None and not moved:
        publisher.withdraw(location)  # forgotten or taken back while it was being written
    world.wake()


def _catch_up(records: Records, world: World, held: Dossier) -> None:
    """Somebody decided about an action item while the document was being written, what it says was erased,
    or it may not stand there any more: write it again."""
    incident = records.incidents.get(held.incident.id)
    if incident is None:
        return
    erased = frozenset(item.label for item in held.evidence if item.deleted)
    same = basis(records, incident) == Basis.of(held.incident, erased)
    if not same or records.actions.of(incident.id) != held.items:
        _write_again(records, world, incident)


def _overwritten(records: Records, world: World, incident: Incident, publisher: str) -> bool:
    """Whether something newer is published there, over which an older document was written: if so, it is
    written again."""
    there = any(one.publisher == publisher for one in records.publications.of(incident.id))
    if there:
        _write_again(records, world, incident)
    return there


def _write_again(records: Records, world: World, incident: Incident) -> None:
    name = f"{incident.id}:meanwhile:{world.clock.now().isoformat()}"
    ask(records, world, "republish", name, incident=incident)


def _moved(records: Records, world: World, publication: Publication, location: str | None) -> bool:
    """Store where it is now; False where nothing of it is published there any more."""
    incident = records.incidents.get(publication.incident_id)
    if incident is None:
        return False
    if publication not in records.publications.of(incident.id):
        return _overwritten(records, world, incident, publication.publisher)
    if location is None:
        records.publications.remove(publication.incident_id, publication.publisher)
    else:
        records.publications.save(publication.model_copy(update={"location": location}))
    name = f"{incident.id}:republished:{publication.publisher}:{world.clock.now().isoformat()}"
    ask(records, world, "refresh", name, incident=incident)
    return True


def _wanted(records: Records, incident: Incident, number: int) -> bool:
    latest = records.revisions.latest(incident.id)
    return incident.status in _STILL_WANTED and latest is not None and latest.number == number


def _published(
    records: Records, world: World, incident: Incident, number: int, publisher: str, location: str | None
) -> None:
    if location is not None:
        records.publications.save(
            Publication(
                incident_id=incident.id,
                revision=number,
                publisher=publisher,
                location=location,
                at=world.clock.now(),
            )
        )
    audit(records, world, publisher, "published", incident, revision=number)
    if incident.status is Status.PUBLISHED:
        refresh(records, world, incident)
        return
    published = records.incidents.replace(incident.model_copy(update={"status": Status.PUBLISHED}))
    index(records, world, published)
    refresh(records, world, published)
    ask(records, world, "notice", f"published:{incident.id}:r{number}", incident=published, event="published")


def withdraw(world: World, job: Job) -> None:
    """Job: remove what was published of an incident, everywhere."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        publications = records.publications.of(job.incident_id or 0)
    if incident is None or incident.status is Status.PUBLISHED:
        return
    for publication in publications:
        publisher = world.publishers.get(publication.publisher)
        if publisher is not None:
            publisher.withdraw(publication.location)
        with world.storage.begin() as records:
            records.publications.remove(incident.id, publication.publisher)
    with world.storage.begin() as records:
        now = records.incidents.get(incident.id)
        if now is not None:
            refresh(records, world, now.model_copy(update={"version": now.version + 1}))
