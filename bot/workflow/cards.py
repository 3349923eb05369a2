"""What the cards of an incident show, read from the records."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.action import TrackedItem, shown, standing
from bot.domain.incident import Incident, Status
from bot.domain.posting import Action, Button, Choice, Document, IncidentCard, Link, Menu, ReviewCard
from bot.domain.postmortem import Postmortem, SimilarIncident
from bot.domain.review import Cost, Publication, Review, Revision, approvals
from bot.domain.sameness import match
from bot.domain.sections import SECTIONS
from bot.domain.transcript import Evidence
from bot.ports import Records
from bot.workflow.changed import Changed, since_draft
from bot.workflow.portraits import similar_to, with_links
from bot.workflow.world import World

_REVIEWED = frozenset({Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED, Status.DISCARDED})


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


Label = Callable[[str | None], str | None]
"""User id → what people call them."""


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


def reference(incident: Incident, revision: int | None = None) -> str:
    """What a button carries: ids only, looked up and authorised when they come back."""
    return json.dumps({"incident": incident.id, "revision": revision}, separators=(",", ":"))


def incident_card(
    world: World,
    held: Dossier,
    label: Callable[[str | None], str | None],
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
        buttons=_incident_buttons(incident),
    )


def _links(held: Dossier) -> tuple[Link, ...]:
    return tuple(
        Link(
            label=f"Published: {publication.publisher}, revision {publication.revision}",
            url=publication.location,
        )
        for publication in held.publications
    )


def _incident_buttons(incident: Incident) -> tuple[Button, ...]:
    value = reference(incident)

    def button(action: Action, label: str, style: str | None = None) -> Button:
        return Button.model_validate({"action": action, "label": label, "value": value, "style": style})

    if incident.status is Status.OPEN:
        return (button(Action.RESOLVE, "Resolve", "primary"), button(Action.DISMISS, "No postmortem needed"))
    if incident.status is Status.RESOLVED:
        return (
            button(Action.DRAFT_NOW, "Draft now"),
            button(Action.REOPEN, "Reopen"),
            button(Action.DISMISS, "No postmortem needed"),
        )
    if incident.status is Status.DISCARDED:
        return ()
    return (button(Action.REOPEN, "Reopen"),)


def review_card(
    world: World,
    held: Dossier,
    revision: Revision,
    label: Callable[[str | None], str | None],
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
        buttons=_card_buttons(held, revision) if current else (),
        menus=(section_menu(incident, revision.number),) if current and _editable(incident) else (),
    )


def _card_buttons(held: Dossier, revision: Revision) -> tuple[Button, ...]:
    changed, questions = bool(str(held.changed)), bool(revision.draft.open_questions)
    review = _review_buttons(held.incident, revision.number, changed=changed, questions=questions)
    return (*review, *_items_button(held, revision))


def section_menu(incident: Incident, revision: int) -> Menu:
    """The sections, to edit one of them."""
    choices = (
        Choice(label=heading, value=f"{incident.id}.{revision}.{section}")
        for section, heading in SECTIONS.items()
    )
    return Menu(action=Action.EDIT_SECTION, label="Edit one section …", choices=tuple(choices))


def _editable(incident: Incident) -> bool:
    return incident.refusal("edit") is None


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


def _review_buttons(
    incident: Incident, revision: int, *, changed: bool, questions: bool
) -> tuple[Button, ...]:
    value = reference(incident, revision)

    def button(action: Action, label: str, style: str | None = None, confirm: str | None = None) -> Button:
        fields = {"action": action, "label": label, "value": value, "style": style, "confirm": confirm}
        return Button.model_validate(fields)

    edit, show = button(Action.EDIT, "Edit"), button(Action.SHOW, "Show")
    discard = button(Action.DISCARD, "Discard", "danger")
    redraft = button(Action.REDRAFT, "Redraft")
    if incident.status is Status.IN_REVIEW:
        ask_someone = (button(Action.ASK, "Ask someone"),) if questions else ()
        approve = button(Action.APPROVE, "Approve", "primary")
        surprise = button(Action.SURPRISE, "What surprised you?")
        return (approve, edit, redraft, show, discard, *ask_someone, surprise)
    again = (redraft,) if changed else ()
    if incident.status is Status.PUBLISHED:
        question = "Take the published document back? It goes back into review."
        return (
            button(Action.EDIT, "Correct"),
            *again,
            show,
            button(Action.UNPUBLISH, "Unpublish", "danger", question),
        )
    if incident.status is Status.APPROVED:
        return (button(Action.EDIT, "Correct"), *again, show, discard)
    if incident.status is Status.DISCARDED:
        return (button(Action.RESTORE, "Restore"), show)
    return ()


def document(world: World, held: Dossier, revision: Revision, label: Label = lambda _: None) -> Document:
    """The whole postmortem for one further message; *Show* opens what does not fit."""
    value = reference(held.incident, revision.number)
    buttons = [Button(action=Action.SHOW, label="Show all", value=value)]
    if revision.draft.open_questions and held.incident.refusal("answer") is None:
        buttons.append(Button(action=Action.ASK, label="Ask someone", value=value))
    menus = (section_menu(held.incident, revision.number),) if _editable(held.incident) else ()
    whole = settled(world, held, revision, label)
    return Document(postmortem=whole, buttons=tuple(buttons), menus=menus)


def _items_button(held: Dossier, revision: Revision) -> tuple[Button, ...]:
    """Opens the window in which action items are decided about, where there are any."""
    if not revision.draft.action_items or held.incident.status is Status.DISCARDED:
        return ()
    value = reference(held.incident, revision.number)
    return (Button(action=Action.ITEMS, label="Action items …", value=value),)


def review_of_imported(incident: Incident, revision: int) -> tuple[Button, ...]:
    """Buttons for an answer to somebody who reads an imported incident: it has no card to stand on."""
    if not (incident.imported and incident.status is Status.IN_REVIEW):
        return ()
    wanted = (Action.APPROVE, Action.EDIT, Action.DISCARD)
    offered = _review_buttons(incident, revision, changed=False, questions=False)
    return tuple(button for button in offered if button.action in wanted)


def is_reviewed(incident: Incident) -> bool:
    """Whether there is a draft that people review or have reviewed."""
    return incident.status in _REVIEWED
