"""A draft as sections of plain lines: what a modal shows, what a person types, and the way back.

One claim is one line that ends in its citations: `Checkout answered 502. [3][7]`. A timeline line
starts with its time and phase: `2026-11-21 14:20 UTC (mitigation) Rolled back to v2.4. [9]`. An action
item carries its fields behind a dash: `Add an alert — owner: responder 2; due: 2026-12-01 [12]`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from typing import Literal

from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Commitment,
    Draft,
    Grade,
    Phase,
    RootCause,
    TimelineEntry,
)

SECTIONS: dict[str, str] = {
    "title": "Title",
    "summary": "Summary",
    "impact": "Impact",
    "timeline": "Timeline",
    "root_cause": "Root cause",
    "contributing_factors": "Contributing factors",
    "resolution": "Resolution",
    "went_well": "What went well",
    "went_badly": "What went badly",
    "lucky": "Where we got lucky",
    "action_items": "Action items",
    "open_questions": "Open questions",
}
"""Name → heading, in reading order."""

_LESSONS = frozenset({"went_well", "went_badly", "lucky"})
_CITATIONS = re.compile(r"(?:\s*\[\d{1,6}\])+\s*$")
_LABEL = re.compile(r"\[(\d{1,6})\]")
_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d?:\d\d)\s*(?:UTC|Z)?\s*"
    r"(?:\((?P<phase>[a-z]+)\)\s*)?(?P<rest>.*)"
)
_FIELD = re.compile(r"(owner|due|priority|kind):\s*([^;]*)")

_PRIORITIES: dict[str, Literal["high", "medium", "low"]] = {"high": "high", "medium": "medium", "low": "low"}


def claims_of(draft: Draft, section: str) -> tuple[Claim, ...]:
    """The claims of a section (not of the title, which is no claim)."""
    if section == "root_cause":
        return draft.root_cause.claims
    if section in _LESSONS:
        claims: tuple[Claim, ...] = getattr(draft.lessons, section)
        return claims
    found: tuple[Claim, ...] = getattr(draft, section)
    return found


def with_claims(draft: Draft, section: str, claims: Sequence[Claim]) -> Draft:
    """The draft with one section's claims replaced. A cause written by a person counts as stated."""
    if section == "root_cause":
        cause = RootCause(
            grade=Grade.STATED if claims else Grade.NOT_ESTABLISHED,
            claims=tuple(claims),
            hypotheses=draft.root_cause.hypotheses,
        )
        return draft.model_copy(update={"root_cause": cause})
    if section in _LESSONS:
        return draft.model_copy(update={"lessons": draft.lessons.model_copy(update={section: tuple(claims)})})
    if section == "timeline":
        entries = [claim for claim in claims if isinstance(claim, TimelineEntry)]
        entries.sort(key=lambda entry: entry.at)
        claims = entries
    return draft.model_copy(update={section: tuple(claims)})


def lines_of(draft: Draft, section: str) -> tuple[str, ...]:
    """A section as the lines a person edits."""
    if section == "title":
        return (draft.title,)
    return tuple(line_of(claim) for claim in claims_of(draft, section))


def text_of(draft: Draft, section: str) -> str:
    """A section as one text, one line a claim."""
    return "\n".join(lines_of(draft, section))


def line_of(claim: Claim) -> str:
    """One claim as a line with its citations."""
    text = " ".join(claim.text.split())
    if isinstance(claim, TimelineEntry):
        text = f"{claim.at:%Y-%m-%d %H:%M} UTC ({claim.phase.value}) {text}"
    if isinstance(claim, ActionItem):
        text += _fields(claim)
    return text + (" " if claim.evidence else "") + "".join(f"[{label}]" for label in claim.evidence)


def _fields(item: ActionItem) -> str:
    fields = {
        "owner": item.owner,
        "due": item.due.isoformat() if item.due else None,
        "priority": item.priority,
        "kind": "commitment" if item.kind is Commitment.COMMITMENT else None,
    }
    shown = "; ".join(f"{name}: {value}" for name, value in fields.items() if value)
    return f" — {shown}" if shown else ""


def rewrite(draft: Draft, section: str, text: str, *, label: int, known: frozenset[int]) -> Draft:
    """The draft after a person rewrote a section as text.

    Lines left alone keep their claim untouched. A changed line keeps the citations it shows (those
    among `known` labels) and cites `label`, the person's own words as evidence, besides.

    Raises:
        ValueError: a timeline line without a time; the message says what a line looks like.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if section == "title":
        return draft.model_copy(update={"title": " ".join(lines)[:200] or draft.title})
    before = claims_of(draft, section)
    claims = [_claim(line, section, before, label=label, known=known) for line in lines]
    return draft if tuple(claims) == before else with_claims(draft, section, claims)


def _claim(line: str, section: str, before: Sequence[Claim], *, label: int, known: frozenset[int]) -> Claim:
    for claim in before:
        if line_of(claim) == line:
            return claim
    bare, cited = split_citations(line)
    kept = tuple(number for number in cited if number in known)
    evidence = tuple(dict.fromkeys((*kept, label)))
    if section == "timeline":
        return _timeline_entry(bare, evidence, resembling(bare, before))
    if section == "action_items":
        return action_item(bare, evidence)
    return Claim(text=bare, evidence=evidence)


def split_citations(line: str) -> tuple[str, tuple[int, ...]]:
    """`Text. [1][2]` → `("Text.", (1, 2))`."""
    match = _CITATIONS.search(line)
    if match is None:
        return line.strip(), ()
    return line[: match.start()].strip(), tuple(int(number) for number in _LABEL.findall(match[0]))


def resembling(text: str, before: Sequence[Claim]) -> Claim | None:
    """The earlier claim this line most likely is an edit of."""
    best = max(before, key=lambda claim: SequenceMatcher(None, line_of(claim), text).ratio(), default=None)
    if best is None or SequenceMatcher(None, line_of(best), text).ratio() < 0.5:
        return None
    return best


def _timeline_entry(text: str, evidence: tuple[int, ...], old: Claim | None) -> TimelineEntry:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(
            f"“{text[:60]}” has no time. A timeline line looks like: "
            "2026-11-21 14:20 UTC (mitigation) Rolled back."
        )
    earlier = old if isinstance(old, TimelineEntry) else None
    try:
        at = datetime.fromisoformat(f"{match['date']} {match['time']:0>5}").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"“{match['date']} {match['time']}” is no date and time.") from None
    if earlier and earlier.at.replace(second=0, microsecond=0) == at:
        at = earlier.at
    phase = earlier.phase if earlier else Phase.INVESTIGATION
    if match["phase"] in set(Phase):
        phase = Phase(match["phase"])
    return TimelineEntry(text=match["rest"].strip(), evidence=evidence, at=at, phase=phase)


def action_item(text: str, evidence: tuple[int, ...]) -> ActionItem:
    """Read `Add an alert — owner: Maya; due: 2026-12-01; priority: high; kind: commitment`.

    Raises:
        ValueError: a due date that is no date.
    """
    words, _, tail = text.partition(" — ")
    fields = {name: value.strip() for name, value in _FIELD.findall(tail)}
    if tail and not fields:
        words = text
    return ActionItem(
        text=words.strip(),
        evidence=evidence,
        owner=fields.get("owner") or None,
        due=read_date(fields["due"]) if fields.get("due") else None,
        priority=_PRIORITIES.get(fields.get("priority", "").lower()),
        kind=Commitment.COMMITMENT if fields.get("kind", "").lower() == "commitment" else Commitment.IDEA,
    )


def read_date(text: str) -> date:
    """An ISO date. Raises ValueError with a sentence for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"“{text.strip()[:40]}” is no date; write it as 2026-12-01.") from None
