"""What the cards of an incident show, read from the records."""

from __future__ import annotations

from datetime import datetime

from bot.domain.action import standing
from bot.domain.posting import Document, IncidentCard, Link, ReviewCard
from bot.domain.review import Cost, Revision, approvals
from bot.workflow.buttons import document_buttons, incident_buttons, review_buttons, section_menus
from bot.workflow.dossier import Dossier, Label, settled
from bot.workflow.portraits import with_links
from bot.workflow.world import World


def incident_card(
    world: World,
    held: Dossier,
    label: Label,
    *,
    held_until: datetime | None = None,
) -> IncidentCard:
    """The incident's one card. `label` turns a user id into what people call them; `held_until` is when a
    draft that waits for the end of quiet hours is posted."""
    incident = held.incident
    return IncidentCard(
        key=incident.key,
        title=incident.title,
        severity=incident.severity,
        services=incident.services,
        status=incident.status,
        scope=incident.scope,
        started_at=incident.started_at,
        started_by=label(incident.started_by),
        resolved_at=incident.resolved_at,
        resolved_by=label(incident.resolved_by),
        draft_due_at=incident.draft_due_at,
        held_until=held_until,
        owner=label(incident.owner_id),
        dismissed_reason=incident.dismissed_reason,
        no_model=incident.no_model,
        is_private=incident.is_private,
        restricted=incident.restricted,
        emoji=world.policy.emojis[0],
        similar=with_links(world, held.similar),
        links=_links(held),
        buttons=incident_buttons(incident),
    )


def review_card(
    world: World,
    held: Dossier,
    revision: Revision,
    label: Label,
    *,
    current: bool,
    note: str = "",
) -> ReviewCard:
    """The head of a review. One that is no longer `current` (reopened, redrafted) has no buttons; `note`
    tells what is special about the place where it stands."""
    incident, draft = held.incident, revision.draft
    approved = approvals(held.reviews, revision.number)
    document = settled(world, held, revision, label)
    return ReviewCard(
        key=incident.key,
        title=draft.title,
        severity=incident.severity,
        status=incident.status,
        revision=revision.number,
        duration=draft.times.duration,
        summary=tuple(_cited(claim.text, claim.evidence) for claim in draft.summary),
        root_cause=draft.root_cause,
        open_questions=tuple(_cited(claim.text, claim.evidence) for claim in draft.open_questions),
        coverage=revision.coverage,
        findings=document.findings,
        changes=str(held.changed),
        drafter=revision.drafter,
        spent=_spent(world, revision, held.cost),
        note=note,
        owner=label(incident.owner_id),
        similar=with_links(world, held.similar),
        approved_by=tuple(name for review in approved if (name := label(review.user_id))),
        approvals_needed=world.policy.approvals_needed,
        items=standing(held.items),
        evidence_links={item.label: item.permalink for item in held.evidence if item.permalink},
        links=_links(held),
        buttons=review_buttons(held, revision) if current else (),
        menus=section_menus(incident, revision.number) if current else (),
    )


def document(world: World, held: Dossier, revision: Revision, label: Label = lambda _: None) -> Document:
    """The whole postmortem for one further message."""
    return Document(
        postmortem=settled(world, held, revision, label),
        buttons=document_buttons(held, revision),
        menus=section_menus(held.incident, revision.number),
    )


def _links(held: Dossier) -> tuple[Link, ...]:
    return tuple(
        Link(
            label=f"Published: {publication.publisher}, revision {publication.revision}",
            url=publication.location,
        )
        for publication in held.publications
    )


def _spent(world: World, revision: Revision, cost: Cost) -> str:
    """`12,300 of 200,000 tokens, 14 s, $0.04 of $0.50`, and what earlier drafts cost besides; nothing
    where no model was asked."""
    if not cost.tokens:
        return ""
    if not revision.tokens:
        money = f", ${cost.dollars:.2f}" if cost.dollars else ""
        return f"{cost.tokens:,} tokens, {cost.seconds:.0f} s{money} in all"
    policy = world.policy
    tokens = f"{revision.tokens:,}" + (f" of {policy.budget_tokens:,}" if policy.budget_tokens else "")
    money = f", ${revision.dollars:.2f}" if revision.dollars else ""
    limit = f" of ${policy.budget_dollars:.2f}" if money and policy.budget_dollars else ""
    in_all = f" ({cost.tokens:,} tokens in all)" if cost.tokens > revision.tokens else ""
    return f"{tokens} tokens, {revision.seconds:.0f} s{money}{limit}{in_all}"


def _cited(text: str, labels: tuple[int, ...]) -> str:
    return f"{text} " + "".join(f"[{label}]" for label in labels)
