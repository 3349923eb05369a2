"""A postmortem that was written elsewhere as an incident: published, found by searching, never posted."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence

from bot.domain.assembly import digest
from bot.domain.checking import inspect
from bot.domain.erasure import redacted
from bot.domain.incident import Status
from bot.domain.names import Names
from bot.domain.paper import Paper
from bot.domain.past import Kind
from bot.domain.places import NOWHERE
from bot.domain.postmortem import Claim, Coverage, Draft, Moment, Times
from bot.domain.sections import SECTIONS, claims_of, with_claims
from bot.domain.transcript import Evidence, Transcript, as_ts
from bot.ports import Imported
from bot.workflow.importing.drafting import Prepared
from bot.workflow.world import World

WRITER = "document"
"""Stands as the drafter of what nobody drafted here."""


def key_of(folder: str, name: str) -> str:
    """What tells a document again at the next import: a hash of its file's name and its folder's."""
    return hashlib.sha256(f"{folder}/{name}".encode("utf-8", "surrogatepass")).hexdigest()


def room_of(key: str) -> str:
    """The id of the channel a document would have; nobody takes it for one of Slack's."""
    return NOWHERE + hashlib.sha256(f"document:{key}".encode()).hexdigest()[:16]


def already(world: World, key: str, content: str) -> tuple[Imported | None, bool]:
    """What was imported of this document, and whether it holds exactly what it held then. A document that
    was moved is found by what it holds."""
    with world.storage.read() as records:
        rows = records.imports.of_channel(world.team_id, room_of(key))
        row = rows[0] if rows else records.imports.with_digest(world.team_id, content)
    return row, row is not None and row.digest == content


def evidence_of(world: World, row: Imported) -> tuple[Evidence, ...]:
    """The evidence of an earlier import."""
    with world.storage.read() as records:
        return records.evidence.of(row.incident_id)


def without_erased(world: World, row: Imported, paper: Paper) -> Paper:
    """A document that was imported before, without the paragraphs that were erased since."""
    with world.storage.read() as records:
        incident = records.incidents.get(row.incident_id)
        room = incident.channel_id if incident else row.channel_id
        gone = {
            item.label
            for item in paper.evidence
            if records.imports.was_erased(world.team_id, room, item.text)
        }
    if not gone:
        return paper
    bare = {"text": "", "deleted": True}
    evidence = (item.model_copy(update=bare) if item.label in gone else item for item in paper.evidence)
    draft = redacted(paper.draft, paper.evidence, gone)
    return dataclasses.replace(paper, draft=draft, evidence=tuple(evidence))


def remember_place(world: World, row: Imported, key: str) -> None:
    """A document that lies elsewhere now is found there the next time, whatever it holds then."""
    if row.channel_id != room_of(key):
        with world.storage.begin() as records:
            records.imports.save(row.model_copy(update={"channel_id": room_of(key)}))


def prepared(
    paper: Paper,
    *,
    key: str,
    content: str,
    masked: Mapping[tuple[str, str], int],
    known: Sequence[Evidence] = (),
) -> Prepared:
    """Everything that is stored of a document that holds `content` (a hash).

    `known` is the evidence of an earlier import: paragraphs that still stand keep their labels. People's
    text is not reworded: what the checks say of it stands in the findings.
    """
    labels, cited = _labelled(paper.evidence, known)
    draft = _relabelled(paper.draft, labels)
    return Prepared(
        kind=Kind.DOCUMENT,
        channel_id=room_of(key),
        is_private=False,
        members=(),
        root_ts=None,
        start=as_ts(paper.at),
        last="",
        digest=content,
        severity=paper.severity,
        services=paper.services,
        started_at=paper.at,
        resolved_at=paper.resolved_at,
        messages=(),
        evidence=cited,
        draft=draft,
        drafter=WRITER,
        evidence_digest=digest(cited),
        coverage=Coverage(masked=len(masked), notes=paper.notes),
        findings=inspect(draft, _transcript(paper, cited), Names.of((), {})),
        status=Status.PUBLISHED if paper.is_finished else Status.IN_REVIEW,
        masked=dict(masked),
    )


def _transcript(paper: Paper, evidence: tuple[Evidence, ...]) -> Transcript:
    return Transcript(incident_key=WRITER, title=paper.draft.title, started_at=paper.at, evidence=evidence)


def _labelled(
    evidence: Sequence[Evidence], known: Sequence[Evidence]
) -> tuple[dict[int, int], tuple[Evidence, ...]]:
    """Labels as they were given: a paragraph that stood there before keeps its own."""
    free = {item.text: item for item in reversed(known) if item.text}
    latest = max((item.label for item in known), default=0)
    labels: dict[int, int] = {}
    kept: dict[int, Evidence] = {item.label: item for item in known}
    for item in evidence:
        before = free.pop(item.text, None)
        if before is None:
            latest += 1
        label = before.label if before else latest
        labels[item.label] = label
        place = {"label": label, "ts": before.ts, "channel": before.channel} if before else {"label": label}
        kept[label] = item.model_copy(update=place)
    return labels, tuple(kept[label] for label in sorted(kept))


def _relabelled(draft: Draft, labels: Mapping[int, int]) -> Draft:
    def moved(claim: Claim) -> Claim:
        return claim.model_copy(update={"evidence": tuple(labels[label] for label in claim.evidence)})

    grade = draft.root_cause.grade
    for section in SECTIONS:
        if section != "title":
            draft = with_claims(draft, section, [moved(claim) for claim in claims_of(draft, section)])
    cause = draft.root_cause.model_copy(update={"grade": grade})
    points = {name: _moved(getattr(draft.times, name), labels) for name in Times.model_fields}
    return draft.model_copy(update={"root_cause": cause, "times": Times(**points)})


def _moved(moment: Moment | None, labels: Mapping[int, int]) -> Moment | None:
    if moment is None:
        return None
    return moment.model_copy(update={"evidence": tuple(labels[label] for label in moment.evidence)})
