"""What of an incident can be found by searching."""

from __future__ import annotations

from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.postmortem import Claim
from bot.domain.sections import SECTIONS, claims_of
from bot.ports import Records, SearchDocument
from bot.workflow.portraits import portray
from bot.workflow.world import World

_HIDDEN = frozenset({Status.DISMISSED, Status.DISCARDED})


def index(records: Records, world: World, incident: Incident) -> None:
    """Bring the search index, and what it is compared by, up to date with the newest revision, in the
    same transaction."""
    portray(records, world, incident)
    find_by(records, incident)


def find_by(records: Records, incident: Incident) -> None:
    """Bring the search index alone up to date with the newest revision."""
    revision = records.revisions.latest(incident.id)
    if incident.status in _HIDDEN or incident.restricted:
        records.search.remove(incident.id)
        return
    draft = revision.draft if revision else None
    rest = [name for name in SECTIONS if name not in ("title", "summary", "root_cause")]
    records.search.put(
        SearchDocument(
            incident_id=incident.id,
            team_id=incident.team_id,
            channel_id=incident.channel_id,
            is_private=incident.is_private,
            title=draft.title if draft else incident.title,
            cause=_text(draft.root_cause.claims) if draft else "",
            summary=_text(draft.summary) if draft else "",
            body="\n".join(_text(claims_of(draft, name)) for name in rest) if draft else "",
            services=incident.services,
            published=incident.status is Status.PUBLISHED,
            at=incident.started_at,
        )
    )


def index_draft(world: World, job: Job) -> None:
    """Job: the same once a draft is stored. Reckoning what a draft is found by takes as long as storing it,
    and events wait for whoever writes: each has a transaction of its own."""
    with world.storage.begin() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is not None:
            index(records, world, incident)


def _text(claims: tuple[Claim, ...]) -> str:
    return "\n".join(claim.text for claim in claims)
