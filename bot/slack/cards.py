"""The two cards an incident lives in: the incident card in the channel, the review card in its thread."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.incident import Status, describe_duration
from bot.domain.posting import Action, IncidentCard, ReviewCard
from bot.domain.postmortem import RootCause
from bot.slack import blocks, phrases
from bot.slack.blocks import Json, Payload
from bot.slack.dates import when
from bot.slack.likeness import similar_blocks
from bot.slack.mrkdwn import citations, cut, escape, line, linked

LISTED = 3
"""Entries of a list on the review card; the rest is in the document."""
ENTRY_WIDTH = 700
_EMOJI = re.compile(r"[^\w+'-]")


def incident_card(card: IncidentCard) -> Payload:
    """The card of an incident, from start to publication."""
    facts = [
        phrases.status(card.status),
        phrases.severity(card.severity),
        line(", ".join(card.services)),
        f"covers {phrases.SCOPE[card.scope]}",
        "🔒 private" if card.is_private else "",
        "no model" if card.no_model else "",
        "restricted" if card.restricted else "",
    ]
    story = [_started(card), *_resolved(card), *_next(card)]
    shown = [blocks.header(f"{card.key} · {card.title}"), blocks.context(_dots(facts))]
    shown += blocks.paragraph(story)
    if card.owner:
        shown.append(blocks.context(f"Owner of the postmortem: {line(card.owner)}"))
    shown += similar_blocks(card.similar)
    shown += blocks.links(card.links) + blocks.buttons(card.buttons)
    heading = f"{line(card.key)} {line(card.title)}: {phrases.STATUS[card.status].lower()}."
    return Payload("\n".join([heading, *story]), shown)


def _started(card: IncidentCard) -> str:
    return f"Started {when(card.started_at)}{_by(card.started_by)}."


def _resolved(card: IncidentCard) -> list[str]:
    if card.resolved_at is None or card.status is Status.OPEN:
        return []
    lasted = describe_duration(card.resolved_at - card.started_at)
    return [f"Resolved {when(card.resolved_at)}{_by(card.resolved_by)}, after {lasted}."]


def _by(person: str | None) -> str:
    return f" by {line(person)}" if person else ""


def _next(card: IncidentCard) -> list[str]:
    """What happens now, and what a reader can do about it."""
    emoji = f":{_EMOJI.sub('', card.emoji)}:"
    offered = {button.action for button in card.buttons}
    if card.status is Status.OPEN:
        press = " or press *Resolve*" if Action.RESOLVE in offered else ""
        over = f"When it is over: react {emoji} on this card{press}."
        return [f"{over} A postmortem is then drafted from what was said here."]
    if card.status is Status.RESOLVED:
        due = f"The draft comes {when(card.draft_due_at)}. " if card.draft_due_at else ""
        press = "Press *Reopen*, or take" if Action.REOPEN in offered else "Take"
        return [f"{due}Not over yet? {press} {emoji} away."]
    if card.status is Status.DISMISSED:
        reason = line(card.dismissed_reason or "")
        return [f"No postmortem needed: {reason}" if reason else "No postmortem needed."]
    if card.status is not Status.IN_REVIEW:
        return []
    if card.held_until is not None:
        return [f"The draft is written; it is posted {when(card.held_until)}, when quiet hours are over."]
    return ["The draft is in this card's thread, to be reviewed."]


def review_card(card: ReviewCard) -> Payload:
    """The head of a review, to be taken in at a glance; the document below it has everything."""
    facts = [
        phrases.status(card.status),
        f"revision {card.revision}",
        phrases.severity(card.severity),
        f"lasted {describe_duration(card.duration)}" if card.duration is not None else "",
    ]

    def cited(text: str) -> str:
        return linked(text, card.evidence_links)

    shown = [blocks.header(f"{card.key} · {card.title}"), blocks.context(_dots(facts))]
    shown.append(blocks.section(f"*Cause* · {phrases.GRADE[card.root_cause.grade]}\n{_cause(card)}"))
    shown += blocks.paragraph(_listed(card.summary, cited) or ["No summary could be drawn."], title="Summary")
    questions = [f"{at}. {text}" for at, text in enumerate(card.open_questions, start=1)]
    shown += _list("Open questions", questions, cited, mark="")
    shown += _list("For the reviewer", card.findings, cited)
    shown += similar_blocks(card.similar)
    if card.changes:
        shown += blocks.paragraph(
            [f"{line(card.changes)} *Redraft* takes that in; what people edited stays."]
        )
    shown.append(blocks.context(cut(_dots(_state(card)), blocks.SECTION)))
    shown.append(blocks.context(cut(phrases.coverage(card.coverage), blocks.SECTION)))
    shown.append(blocks.context(cut(_dots(_makers(card)), blocks.SECTION)))
    if card.note:
        shown.append(blocks.context(line(card.note)))
    shown += blocks.links(card.links) + blocks.buttons(card.buttons)
    shown += blocks.menus(card.menus, block_id=f"pm_menus_r{card.revision}")
    return Payload(_review_text(card), shown)


def _list(title: str, texts: Sequence[str], cited: Callable[[str], str], *, mark: str = "• ") -> list[Json]:
    if not texts:
        return []
    return blocks.paragraph(_listed(texts, cited, mark=mark), title=f"{title} · {len(texts)}")


def _listed(texts: Sequence[str], cited: Callable[[str], str], *, mark: str = "• ") -> list[str]:
    """The first few entries, and how many more there are."""
    shown = [mark + cut(cited(text), ENTRY_WIDTH) for text in texts[:LISTED]]
    more = len(texts) - len(shown)
    return [*shown, f"… and {more} more in the document"] if more else shown


def _cause(card: ReviewCard) -> str:
    """The cause in one line, and how many theories were weighed besides."""
    cause: RootCause = card.root_cause
    if not cause.claims:
        return "Nobody said, and the transcript does not show it."
    first, more = cause.claims[0], len(cause.claims) - 1
    said = f"{cut(line(first.text), ENTRY_WIDTH)} {citations(first.evidence, card.evidence_links)}"
    besides = [
        f"{more} more in the document" if more else "",
        phrases.count(len(cause.hypotheses), "other theory", "other theories") if cause.hypotheses else "",
    ]
    rest = ", ".join(one for one in besides if one)
    return f"{said} ({rest})" if rest else said


def _state(card: ReviewCard) -> list[str]:
    """What is still to be done before it can be published."""
    questions, checks = len(card.open_questions), len(card.findings)
    return [
        _approvals(card),
        phrases.count(questions, "open question") if questions else "no open questions",
        f"checks: {phrases.count(checks, 'remark')}" if checks else "checks: nothing to remark",
        line(card.items),
        f"owner: {line(card.owner)}" if card.owner else "nobody owns it yet",
    ]


def _approvals(card: ReviewCard) -> str:
    names = ", ".join(line(name) for name in card.approved_by)
    if card.status is not Status.IN_REVIEW and not names:
        return ""
    count = f"*{len(card.approved_by)} of {card.approvals_needed}*"
    if not names:
        return f"Approved by nobody yet ({count})"
    return f"Approved by {names}" + (f" ({count})" if card.approvals_needed > 1 else "")


def _makers(card: ReviewCard) -> list[str]:
    return [phrases.drafter(card.drafter), line(card.spent)]


def _review_text(card: ReviewCard) -> str:
    status = phrases.STATUS[card.status].lower()
    heading = f"Postmortem of {line(card.key)} {line(card.title)}: revision {card.revision}, {status}."
    cause = f"Cause: {phrases.GRADE[card.root_cause.grade]}."
    return "\n".join([heading, *(escape(text) for text in card.summary), cause])


def _dots(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)
