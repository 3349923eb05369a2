"""All that is known of an incident's postmortem at one moment, and the document that it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.action import TrackedItem, shown
from bot.domain.incident import Incident, Status
from bot.domain.postmortem import Postmortem, SimilarIncident
from bot.domain.review import Cost, Publication, Review, Revision
from bot.domain.sameness import match
from bot.domain.transcript import Evidence
from bot.ports import Records
from bot.workflow.changed import Changed, since_draft
from bot.workflow.portraits import similar_to
from bot.workflow.world import World

_REVIEWED = frozenset({Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED, Status.DISCARDED})

Label = Callable[[str | None], str | None]
"""User id → what people call them."""


@dataclass(frozen=True)
class Dossier:
    """All that is known of an incident's postmortem at one moment."""

    incident: Incident
    revision: Revision | None
    evidence: tuple[Evidence, ...]
    reviews: tuple[Review, ...]
    publications: tuple[Publication, ...]
    cost: Cost = field(default_factory=Cost)
    changed: Changed = field(default_factory=Changed)
    """What the archive says now that the newest draft does not know."""
    items: tuple[TrackedItem, ...] = ()
    """What people decided about its action items."""
    similar: tuple[SimilarIncident, ...] = ()
    """Earlier incidents it was told of, as they are now."""


def dossier(records: Records, incident: Incident) -> Dossier:
    """Read everything about an incident."""
    revision = records.revisions.latest(incident.id)
    evidence = records.evidence.of(incident.id)
    return Dossier(
        incident=incident,
        revision=revision,
        evidence=evidence,
        reviews=records.reviews.of(incident.id),
        publications=records.publications.of(incident.id),
        cost=records.revisions.cost(incident.id) + records.proposals.cost(incident.id),
        changed=since_draft(records, incident, revision, evidence),
        items=records.actions.of(incident.id),
        similar=similar_to(records, incident),
    )


def is_reviewed(incident: Incident) -> bool:
    """Whether there is a draft that people review or have reviewed."""
    return incident.status in _REVIEWED


def postmortem(held: Dossier, revision: Revision, label: Label = lambda _: None) -> Postmortem:
    """The whole document of a revision. Evidence whose message was deleted shows no text. Who accepted an
    action item is called as `label` says: theirs are the only names in a document."""
    incident, draft = held.incident, revision.draft
    lines = shown(draft.action_items, match(held.items, draft.action_items), label)
    draft = draft.model_copy(update={"action_items": lines})
    return Postmortem(
        incident=incident.key,
        severity=incident.severity,
        services=incident.services,
        status=incident.status,
        revision=revision.number,
        drafter=revision.drafter,
        findings=(*revision.findings, *_deleted_citations(held, revision)),
        coverage=revision.coverage,
        evidence=held.evidence,
        similar=held.similar,
        **{name: getattr(draft, name) for name in type(draft).model_fields},
    )


def settled(world: World, held: Dossier, revision: Revision, label: Label = lambda _: None) -> Postmortem:
    """The whole document as it stands now. What its template missed of an action item when the revision was
    made is remarked no longer once somebody has agreed on it."""
    whole = postmortem(held, revision, label)
    if whole.action_items == revision.draft.action_items:
        return whole
    undecided = whole.model_copy(update={"action_items": revision.draft.action_items})
    before, now = world.documents.findings(undecided), world.documents.findings(whole)
    met = {*before} - {*now}
    left = [one for one in whole.findings if one not in met] + [one for one in now if one not in before]
    return whole.model_copy(update={"findings": tuple(dict.fromkeys(left))})


def _deleted_citations(held: Dossier, revision: Revision) -> tuple[str, ...]:
    gone = {item.label for item in held.evidence if item.deleted}
    cited = sorted(gone & {label for _, claim in revision.draft.claims() for label in claim.evidence})
    if not cited:
        return ()
    labels = ", ".join(f"[{label}]" for label in cited)
    return (f"A cited message was deleted since: {labels}.",)


def stamped(records: Records, world: World, incident: Incident, revision: Revision) -> Revision:
    """The revision with the template it is rendered by, and what that template demands and misses."""
    return stamp(world, dossier(records, incident), revision)


def stamp(world: World, held: Dossier, revision: Revision) -> Revision:
    """The same where everything of the incident is at hand."""
    whole = postmortem(held, revision, lambda user_id: user_id)
    demanded = world.documents.findings(whole)
    return revision.model_copy(
        update={
            "template_version": world.documents.template_version(whole),
            "findings": tuple(dict.fromkeys((*revision.findings, *demanded))),
        }
    )
