"""Editing: every accepted change is a new revision, and nothing saved is overwritten silently."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from bot.domain.blameless import Names
from bot.domain.changes import merge
from bot.domain.checking import inspect
from bot.domain.incident import Incident, Status
from bot.domain.postmortem import Draft
from bot.domain.review import Decision, Revision
from bot.domain.sections import SECTIONS
from bot.domain.transcript import Evidence, Source, Transcript, as_ts
from bot.errors import Conflict, UserError
from bot.ports import Records
from bot.workflow.access import allow
from bot.workflow.capture import mask_words
from bot.workflow.dossier import stamped
from bot.workflow.indexing import index
from bot.workflow.reminding import remind_later
from bot.workflow.review import decide, reviewed
from bot.workflow.tracking import follow
from bot.workflow.world import World, ask, audit, refresh

Changing = Callable[[Draft, int, frozenset[int]], Draft]
"""(draft, label of the person's words, known labels) → the draft as they want it."""
Standing = Callable[[Records], None]
"""Raises `UserError` where what a change rests on is not as it was when it was read."""

_MENTION = re.compile(r"@([UW][A-Z0-9]{2,})")


class SectionConflict(Conflict):
    """Somebody saved the same section meanwhile. Nothing was overwritten."""

    def __init__(self, latest: Revision, sections: tuple[str, ...]) -> None:
        names = ", ".join(SECTIONS[section] for section in sections)
        super().__init__(f"Revision {latest.number} changed {names} meanwhile. Nothing was overwritten.")
        self.latest = latest
        self.sections = sections


class Erased(UserError):
    """Something it says was erased meanwhile. Nothing was changed; open the newest revision and try again."""


class Resting(NamedTuple):
    """A change that was made from something read before. `standing` is asked in the transaction that stores
    it, so that nothing comes back that was erased in between; what it stores is kept with the change."""

    change: Changing
    standing: Standing = lambda _: None


class _Wish(NamedTuple):
    """A change, in whose words, from which reply, and why."""

    change: Resting
    words: str
    ts: str | None
    source: tuple[str, str] | None
    reason: str


def edit(
    world: World,
    incident_id: int,
    user_id: str,
    change: Changing | Resting,
    *,
    words: str,
    ts: str | None = None,
    source: tuple[str, str] | None = None,
    reason: str = "",
) -> Revision | None:
    """Apply `change(draft, label of the person's words, known labels)` to the newest revision.

    The words become evidence, so that every sentence stays traceable. `ts` is the reply they stand in;
    `source` tells who said them in which reply where it was not this person. Returns None where nothing
    changed.

    Raises:
        UserError: nothing to edit, or `change` could not read the words (its ValueError).
        SectionConflict: from `change`, when somebody saved the same section meanwhile.
    """
    resting = change if isinstance(change, Resting) else Resting(change)
    names, wish = names_of(world, incident_id), _Wish(resting, words, ts, source, reason)
    for tries_left in (2, 1, 0):
        try:
            with world.storage.begin() as records:
                revision = _edit(records, world, incident_id, user_id, wish, names)
        except SectionConflict:
            raise
        except Conflict:
            if not tries_left:
                raise
            continue  # another edit was stored at the same moment: bring this one onto it
        break
    world.wake()
    return revision


def _edit(
    records: Records, world: World, incident_id: int, user_id: str, wish: _Wish, names: Names
) -> Revision | None:
    incident, latest = reviewed(records, incident_id)
    allow(incident, "edit")
    wish.change.standing(records)
    known = records.evidence.of(incident.id)
    label = max((item.label for item in known), default=0) + 1
    draft = _changed(wish.change.change, latest.draft, label, known)
    if draft == latest.draft:
        return None
    told = names.hide(_without_ids(wish.words, known))
    who, where = wish.source or (user_id, wish.ts)
    said = _words(records, world, incident, who, label, told, where)
    if any(label in claim.evidence for _, claim in draft.claims()):
        records.evidence.save(incident.id, [said])
        known = (*known, said)
    findings = _findings(names, incident, draft, known)
    now = world.clock.now()
    made = _successor(latest, draft, author=user_id, reason=wish.reason, at=now, findings=findings)
    revision = _store(records, world, incident, made, user_id)
    if wish.ts is not None:
        number, done = revision.number, Decision.COMMENTED
        decide(records, world, incident, number, user_id, done, text=said.text, ts=wish.ts)
    return revision


def _changed(change: Changing, draft: Draft, label: int, known: tuple[Evidence, ...]) -> Draft:
    """Raises `UserError` with the sentence of what could not be read."""
    try:
        return change(draft, label, frozenset(item.label for item in known))
    except ValueError as error:
        raise UserError(f"{error} Nothing was changed.") from None


def _without_ids(words: str, known: tuple[Evidence, ...]) -> str:
    """Mentions as the roles under which people appear in the evidence, never as ids or names."""
    roles = {item.author_id: item.role for item in known if item.author_id}
    return _MENTION.sub(lambda found: roles.get(found[1], "a colleague"), words)


def _words(
    records: Records,
    world: World,
    incident: Incident,
    user_id: str,
    label: int,
    words: str,
    ts: str | None,
) -> Evidence:
    channel_id, thread_ts = incident.review_place
    return Evidence(
        label=label,
        source=Source.REVIEWER,
        channel=channel_id,
        ts=ts or as_ts(world.clock.now()),
        thread_ts=thread_ts,
        author_id=user_id,
        role="reviewer",
        text=mask_words(records, world, incident.channel_id, words)[:3000],
    )


def _successor(
    latest: Revision, draft: Draft, *, author: str, reason: str, at: datetime, findings: tuple[str, ...]
) -> Revision:
    """Revision n + 1 as a person made it: no model was paid for it."""
    return latest.model_copy(
        update={
            "number": latest.number + 1,
            "draft": draft,
            "author": author,
            "reason": reason,
            "created_at": at,
            "findings": findings,
            "tokens": 0,
            "seconds": 0.0,
            "dollars": 0.0,
        }
    )


def _store(records: Records, world: World, incident: Incident, made: Revision, user_id: str) -> Revision:
    """Store a revision and everything it means: an approval is void, cards and index follow."""
    revision = records.revisions.add(stamped(records, world, incident, made))
    follow(records, world, incident, revision.draft)
    title = made.draft.title or incident.title
    edited = records.incidents.replace(
        incident.model_copy(update={"status": Status.IN_REVIEW, "title": title})
    )
    if incident.status is not Status.IN_REVIEW:
        remind_later(records, world, edited)
    index(records, world, edited)
    refresh(records, world, edited)
    number, name = revision.number, f"{incident.id}:r{revision.number}"
    ask(records, world, "diff", name, incident=edited, revision=number, before=number - 1)
    audit(records, world, user_id, "edited", edited, revision=number)
    return revision


def names_of(world: World, incident_id: int) -> Names:
    """The names that must not stand in a postmortem: made ahead, outside the edit's transaction, since
    a large directory takes a second."""
    people = world.directory.everyone()
    with world.storage.read() as records:
        known = records.evidence.of(incident_id)
    return Names.of(people, {item.author_id: item.role for item in known if item.author_id})


def _findings(names: Names, incident: Incident, draft: Draft, known: tuple[Evidence, ...]) -> tuple[str, ...]:
    """What the checks say of a person's text: warnings with a suggestion, never a refusal."""
    return inspect(draft, transcript_of(incident, known), names)


def transcript_of(incident: Incident, evidence: tuple[Evidence, ...]) -> Transcript:
    """The transcript as evidence that was labelled before holds it."""
    return Transcript(
        incident_key=incident.key,
        title=incident.title,
        severity=incident.severity,
        services=incident.services,
        started_at=incident.started_at,
        resolved_at=incident.resolved_at,
        evidence=evidence,
    )


def undo(world: World, incident_id: int, revision: int, user_id: str) -> Revision | None:
    """Take one edit back, keeping whatever came after it. Returns None where nothing was left to undo.

    Raises:
        UserError: the same section was edited again since.
    """
    with world.storage.read() as records:
        after = records.revisions.get(incident_id, revision)
        before = records.revisions.get(incident_id, revision - 1)
    if after is None or before is None:
        raise UserError("There is nothing to undo. Nothing was changed.")

    def change(now: Draft, label: int, known: frozenset[int]) -> Draft:
        del label, known
        merged, conflicting = merge(after.draft, now, before.draft)
        if conflicting:
            names = ", ".join(SECTIONS[section] for section in conflicting)
            raise UserError(f"{names} was edited again since revision {revision}. Nothing was changed.")
        return merged

    resting = Resting(change, unerased(before, after))
    return edit(world, incident_id, user_id, resting, words="undo", reason=f"undid revision {revision}")


def unerased(*revisions: Revision) -> Standing:
    """That revisions still say what they said when they were read: erasure alone changes them."""

    def standing(records: Records) -> None:
        for one in revisions:
            now = records.revisions.get(one.incident_id, one.number)
            if now is None or now.draft != one.draft:
                raise Erased

    return standing
