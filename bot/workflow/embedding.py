"""Vectors of incidents, from a model where one is configured: in a job, and never at anybody's cost."""

from __future__ import annotations

import hashlib

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.postmortem import Draft
from bot.errors import DrafterError, Retryable
from bot.log import get_logger
from bot.ports import Records
from bot.ports.likeness import Vector
from bot.workflow.capture import mask_words
from bot.workflow.portraits import drafted_portrait
from bot.workflow.privacy import is_private_now
from bot.workflow.world import World, ask

PATIENCE = 4
"""Attempts after which an incident simply has no vector."""

_log = get_logger(__name__)


def embed(world: World, job: Job) -> None:
    """Job: ask for the vector of an incident as its newest revision tells it, masked like all that a model
    sees, and have it compared anew. An incident that may not be shown to a model is not.

    Raises:
        Retryable: the endpoint is away; after a few attempts it is left at that.
    """
    embedder = world.embedder
    text = _text(world, job.incident_id or 0)
    if embedder is None or not text:
        return
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    with world.storage.read() as records:
        known = records.likeness.vector(job.incident_id or 0)
    if known is not None and (known.model, known.digest) == (embedder.model, digest):
        return
    if _is_secret_by_now(world, job.incident_id or 0):
        return
    try:
        numbers = embedder.embed(text)
    except DrafterError as error:
        _log.warning("no_vector", incident=job.incident_id, error=str(error))
        return
    except Retryable:
        if job.attempts < PATIENCE:
            raise
        _log.warning("no_vector", incident=job.incident_id, attempts=job.attempts)
        return
    _store(world, job, Vector(model=embedder.model, digest=digest, numbers=numbers))


def _text(world: World, incident_id: int) -> str:
    """What is sent; nothing of an incident that may not be shown to a model."""
    with world.storage.begin() as records:
        incident = records.incidents.get(incident_id)
        revision = records.revisions.latest(incident_id)
        if incident is None or revision is None or not world.may_ask_model(incident):
            return ""
        return mask_words(records, world, incident.channel_id, _told(incident, revision.draft))


def _is_secret_by_now(world: World, incident_id: int) -> bool:
    """Whether its channel has become private without our knowing: events may be late or lost."""
    with world.storage.read() as records:
        incident = records.incidents.get(incident_id)
    if incident is None:
        return True
    return not world.policy.model_for_private and is_private_now(world, incident)


def _told(incident: Incident, draft: Draft) -> str:
    portrait = drafted_portrait(incident, draft)
    said = (portrait.title, portrait.cause, portrait.summary, *portrait.rest)
    return "\n".join(part for part in said if part)


def _store(world: World, job: Job, vector: Vector) -> None:
    with world.storage.begin() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None or not _is_current(records, world, incident, vector):
            return
        records.likeness.put_vector(incident.id, world.team_id, vector)
        ask(records, world, "refresh", f"{incident.id}:vector:{vector.digest[:16]}", incident=incident)
    world.wake()


def _is_current(records: Records, world: World, incident: Incident, vector: Vector) -> bool:
    """Whether the incident still says what was sent: words that were erased meanwhile leave no vector."""
    revision = records.revisions.latest(incident.id)
    if revision is None or not world.may_ask_model(incident):
        return False
    text = mask_words(records, world, incident.channel_id, _told(incident, revision.draft))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() == vector.digest
