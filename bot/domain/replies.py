"""What a reply in the review thread asks for: an approval, an edit, or nothing at all.

A form counts only when it is the whole message; everything else is talk.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict

from bot.domain.incident import Severity
from bot.domain.postmortem import ActionItem, Claim, Commitment, Draft, Phase, TimelineEntry
from bot.domain.sections import claims_of, read_date, resembling, split_citations, with_claims

FORMS: tuple[tuple[str, str], ...] = (
    ("approve", "approve the revision shown"),
    ("summary: …", "replace the summary (also impact, root cause, resolution, title)"),
    ("timeline: 14:20 …", "add to the timeline, in your time zone (or 2026-11-21 14:20 UTC …)"),
    ("timeline 3: …", "rewrite the third entry (also action 2, factor 1, question 1 …)"),
    ("action: … @owner by 2026-12-01", "add an action item"),
    ("factor: … · went well: … · went badly: … · lucky: … · question: …", "add a line there"),
    ("add to summary: …", "add a sentence anywhere (also impact, root cause, resolution, any list)"),
    ("remove action 2", "remove a line"),
    ("accept action 2 @owner by 2026-12-01", "take it on, or hand it over (also done, reopen, decline)"),
    ("severity sev2", "change the severity"),
    ("edit: …", "ask for a change in your own words (or begin with the bot's name); needs a model"),
)
"""The forms and what they do, for help texts."""

_REPLACED = {
    "title": "title",
    "summary": "summary",
    "impact": "impact",
    "root cause": "root_cause",
    "cause": "root_cause",
    "resolution": "resolution",
    "fix": "resolution",
}
_LISTED = {
    "timeline": "timeline",
    "factor": "contributing_factors",
    "contributing factor": "contributing_factors",
    "went well": "went_well",
    "went badly": "went_badly",
    "lucky": "lucky",
    "action": "action_items",
    "action item": "action_items",
    "question": "open_questions",
    "open question": "open_questions",
    "factors": "contributing_factors",
    "contributing factors": "contributing_factors",
    "actions": "action_items",
    "action items": "action_items",
    "questions": "open_questions",
    "open questions": "open_questions",
}
_NAMES = "|".join(sorted(map(re.escape, (*_REPLACED, *_LISTED)), key=len, reverse=True))
_FORM = re.compile(rf"(?is)\s*({_NAMES})(?:\s+(\d{{1,3}}))?\s*:\s*(\S.*)")
_ADD = re.compile(rf"(?is)\s*add\s+(?:an?\s+|to\s+(?:the\s+)?)?({_NAMES})\s*:\s*(\S.*)")
_REMOVE = re.compile(rf"(?i)\s*(?:remove|delete|drop)\s+({_NAMES})\s+(\d{{1,3}})\s*[.!]?\s*")
_SEVERITY = re.compile(r"(?i)\s*severity\s*:?\s*sev[- ]?([1-4])\s*[.!]?\s*")
_ADDRESSED = re.compile(r"(?s)\s*@([UW][A-Z0-9]{2,})\b[\s,:]*(.*)")
_FREE = re.compile(r"(?is)\s*(?:please\s+)?edit\s*:\s*(\S.*)")
_APPROVE = re.compile(r"(?i)\s*approved?\s*[.!]?\s*")
_CLOCK = re.compile(
    r"(?is)(?:(?P<date>\d{4}-\d\d-\d\d)[ T])?(?P<hour>\d?\d):(?P<minute>\d\d)(?::\d\d)?\s*"
    r"(?P<utc>UTC|Z)?\b[\s,–—-]*(?P<rest>\S.*)"
)
_DUE = re.compile(r"(?i)\s+by\s+(\d{4}-\d{1,2}-\d{1,2})\s*[.!]?\s*$")
_OWNER = re.compile(r"\s@([\w.-]{1,80})\s*$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"'(])")


class Approve(BaseModel):
    """The whole message was `approve`."""

    model_config = ConfigDict(frozen=True)


class Edit(BaseModel):
    """A change to one section. `index` counts from 1 and is there for `replace_line` and `remove`."""

    model_config = ConfigDict(frozen=True)

    section: str
    kind: Literal["replace", "add", "replace_line", "remove"]
    text: str = ""
    index: int | None = None


class Request(BaseModel):
    """A change asked for in words of their own: `edit: …`, or a message that begins with the bot's name."""

    model_config = ConfigDict(frozen=True)

    words: str


def parse_reply(text: str, own_id: str = "") -> Approve | Edit | Request | None:
    """What the message asks for; None when it is talk. `own_id` is the bot's user id: a message that begins
    with its mention is for it, a form or not."""
    addressed = _ADDRESSED.fullmatch(text)
    to_us = addressed is not None and own_id != "" and addressed[1] == own_id
    text = addressed[2] if addressed is not None and to_us else text
    if (form := _form(text)) is not None:
        return form
    asked = _FREE.fullmatch(text)
    words = asked[1] if asked else text if to_us else ""
    return Request(words=words.strip()) if words.strip() else None


def _form(text: str) -> Approve | Edit | None:
    if _APPROVE.fullmatch(text):
        return Approve()
    if found := _SEVERITY.fullmatch(text):
        return Edit(section="severity", kind="replace", text=f"sev{found[1]}")
    if found := _REMOVE.fullmatch(text):
        return Edit(section=_section(found[1]), kind="remove", index=int(found[2]))
    if (found := _ADD.fullmatch(text)) and _section(found[1]) != "title":
        return Edit(section=_section(found[1]), kind="add", text=found[2].strip())
    if found := _FORM.fullmatch(text):
        return _edit(_section(found[1]), found[1].lower() in _LISTED, found[2], found[3].strip())
    return None


def _section(name: str) -> str:
    name = " ".join(name.lower().split())
    return _LISTED.get(name) or _REPLACED[name]


def _edit(section: str, listed: bool, index: str | None, text: str) -> Edit:
    if index is not None:
        return Edit(section=section, kind="replace_line", text=text, index=int(index))
    return Edit(section=section, kind="add" if listed else "replace", text=text)


class Reviewer(BaseModel):
    """Who edits: the label of their words as evidence, their clock, and names for `@U…` owners."""

    model_config = ConfigDict(frozen=True)

    label: int
    tz: str = "UTC"
    owners: dict[str, str] = {}
    """User id or handle → the name an action item shows."""


def apply(draft: Draft, edit: Edit, by: Reviewer, *, near: datetime, known: frozenset[int]) -> Draft:
    """The draft after the edit. `near` places a bare clock time on the incident's day.

    Raises:
        ValueError: with a sentence, when the edit cannot be read or names a line that is not there.
    """
    if edit.section == "title":
        return draft.model_copy(update={"title": " ".join(edit.text.split())[:200]})
    if edit.section == "severity":
        return draft
    claims = list(claims_of(draft, edit.section))
    if edit.index is not None and not 1 <= edit.index <= len(claims):
        raise ValueError(f"There is no line {edit.index}; that section has {len(claims)}.")
    if edit.kind == "remove" and edit.index is not None:
        del claims[edit.index - 1]
    elif edit.kind == "replace_line" and edit.index is not None:
        old = claims[edit.index - 1]
        claims[edit.index - 1] = _line(edit, by, near=near, known=known, old=old)
    elif edit.kind == "add":
        claims.append(_line(edit, by, near=near, known=known, old=None))
    else:
        claims = [_rewritten(sentence, claims, by.label, known) for sentence in sentences(edit.text)]
    return with_claims(draft, edit.section, claims)


def severity_of(edit: Edit) -> Severity | None:
    """The severity an edit sets, if that is what it does."""
    return Severity(edit.text) if edit.section == "severity" else None


def sentences(text: str) -> list[str]:
    """A text as its sentences, one a claim."""
    return [part.strip() for line in text.splitlines() for part in _SENTENCE.split(line) if part.strip()]


def _plain(text: str, label: int, known: frozenset[int]) -> Claim:
    bare, cited = split_citations(" ".join(text.split()))
    kept = (number for number in cited if number in known)
    return Claim(text=bare, evidence=tuple(dict.fromkeys((*kept, label))))


def _rewritten(text: str, before: list[Claim], label: int, known: frozenset[int]) -> Claim:
    """A sentence that resembles an earlier one keeps citing what that one rested on."""
    claim, old = _plain(text, label, known), resembling(text, before)
    if old is None:
        return claim
    if old.text == claim.text:
        return old
    return claim.model_copy(update={"evidence": tuple(dict.fromkeys((*old.evidence, *claim.evidence)))})


def _line(edit: Edit, by: Reviewer, *, near: datetime, known: frozenset[int], old: Claim | None) -> Claim:
    claim = _plain(edit.text, by.label, known)
    if old is not None:
        claim = claim.model_copy(update={"evidence": tuple(dict.fromkeys((*old.evidence, *claim.evidence)))})
    if edit.section == "timeline":
        return _timeline(claim, by, near, old if isinstance(old, TimelineEntry) else None)
    if edit.section == "action_items":
        return _action(claim, by, old if isinstance(old, ActionItem) else None)
    return claim


def _timeline(claim: Claim, by: Reviewer, near: datetime, old: TimelineEntry | None) -> TimelineEntry:
    match = _CLOCK.fullmatch(claim.text)
    phase = old.phase if old else Phase.INVESTIGATION
    if match is None:
        if old is None:
            raise ValueError("A timeline line needs its time first: `timeline: 14:20 what happened`.")
        return TimelineEntry(text=claim.text, evidence=claim.evidence, at=old.at, phase=phase)
    at = _at(match, by.tz, near)
    return TimelineEntry(text=match["rest"].strip(), evidence=claim.evidence, at=at, phase=phase)


def _at(match: re.Match[str], tz: str, near: datetime) -> datetime:
    """A clock time in the author's zone; without a date, the one nearest to `near`."""
    zone = UTC if match["utc"] else _zone(tz)
    day = match["date"] or near.astimezone(zone).date().isoformat()
    try:
        at = datetime.fromisoformat(f"{day} {int(match['hour']):02d}:{match['minute']}").replace(tzinfo=zone)
    except ValueError:
        raise ValueError(f"“{match['hour']}:{match['minute']}” is no time of day.") from None
    if match["date"]:
        return at.astimezone(UTC)
    nearest = min((at + timedelta(days=shift) for shift in (-1, 0, 1)), key=lambda one: abs(one - near))
    return nearest.astimezone(UTC)


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _action(claim: Claim, by: Reviewer, old: ActionItem | None) -> ActionItem:
    text, due, owner = claim.text, old.due if old else None, old.owner if old else None
    for _ in range(2):  # the owner and the date come in either order
        if found := _DUE.search(text):
            due, text = read_date(found[1]), text[: found.start()]
        if found := _OWNER.search(text):
            owner, text = by.owners.get(found[1], found[1]), text[: found.start()]
    kind = Commitment.COMMITMENT if owner else Commitment.IDEA
    return ActionItem(
        text=text.strip(),
        evidence=claim.evidence,
        owner=owner,
        due=due,
        priority=old.priority if old else None,
        kind=kind,
    )
