"""Storing a past incident: everything of it in one transaction, and nothing that asks for work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.incident import Incident, Scope, Status
from bot.domain.past import Kind
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.domain.transcript import Message, ts_order
from bot.errors import Conflict
from bot.ports import Imported, PastIncident, Records
from bot.workflow.capture import Number
from bot.workflow.dossier import stamped
from bot.workflow.importing.drafting import Archived, Prepared
from bot.workflow.importing.origin import Room
from bot.workflow.indexing import index
from bot.workflow.tracking import continued, follow
from bot.workflow.turned import made_private
from bot.workflow.world import World, audit

ACTOR = "import"
"""Who is named in the audit trail."""


class Renumbered(Conflict):
    """The channel's masked values have other numbers by now. Nothing was stored; draft it again."""


def add(world: World, prepared: Prepared) -> Incident:
    """Store a past incident nobody knew, in review and found by searching.

    Raises:
        Renumbered: as it says.
        Conflict: it was imported meanwhile by somebody else.
    """
    with world.storage.begin(lasting=False) as records:
        rows = records.imports.of_channel(world.team_id, prepared.channel_id)
        if any(row.start == prepared.start for row in rows):
            raise Conflict("It was imported meanwhile. Nothing was changed.")
        _check_numbers(records, world, prepared)
        incident = records.imports.create(_past(world, prepared))
        _keep(records, world, prepared, incident)
        revise(records, world, incident, prepared, reason="imported")
        if prepared.is_private:
            last = prepared.messages[-1].at
            _remember_members(records, world, prepared.channel_id, prepared.members, last)
        audit(records, world, ACTOR, "imported", incident, kind=prepared.kind.value)
    return incident


def keep_private(world: World, room: Room, *, at: datetime) -> None:
    """A private channel that is known: if it was public when it was imported, everything of it is private
    now; who has left it since, sees nothing more. `at` is when the export last heard of it."""
    with world.storage.begin() as records:
        made_private(records, world, room.channel_id)
        _remember_members(records, world, room.channel_id, room.members, at)


def renew(world: World, prepared: Prepared, row: Imported) -> str:
    """Bring an imported incident up to date with a newer export; what people wrote and decided stays.

    Returns what was done, in words.

    Raises:
        Renumbered: as it says.
    """
    with world.storage.begin(lasting=False) as records:
        incident = records.incidents.get(row.incident_id)
        if incident is None:
            return "forgotten here"
        if incident.held:
            return f"{incident.key} is on legal hold"
        _check_numbers(records, world, prepared)
        _keep(records, world, prepared, incident, start=row.start)
        if incident.status is not Status.IN_REVIEW and not _is_as_imported(records, incident, prepared):
            return f"{incident.key} is {incident.status.value}: its messages were added, its text stays"
        changed = _refreshed(records, incident, prepared)
        revise(records, world, changed, prepared, reason="imported again")
        audit(records, world, ACTOR, "imported again", changed)
    return ""


def revise(records: Records, world: World, incident: Incident, prepared: Prepared, *, reason: str) -> None:
    """The next revision, evidence and index. Sections that people wrote stay as they wrote them."""
    records.evidence.save(incident.id, prepared.evidence)
    history = records.revisions.handovers(incident.id)
    draft = continued(history, records.actions.of(incident.id), prepared.draft)
    revision = Revision(
        incident_id=incident.id,
        number=(history[-1].number if history else 0) + 1,
        draft=draft,
        author=DRAFTER_AUTHOR,
        reason=reason,
        created_at=world.clock.now(),
        drafter=prepared.drafter,
        prompt_version=prepared.prompt_version,
        digest=prepared.evidence_digest,
        findings=prepared.findings,
        coverage=prepared.coverage,
        tokens=prepared.tokens,
        seconds=prepared.seconds,
        dollars=prepared.dollars,
        generation=incident.generation,
    )
    records.revisions.add(stamped(records, world, incident, revision))
    follow(records, world, incident, draft, edited=False)
    index(records, world, incident)


def numbered(world: World, channel_id: str) -> Number:
    """Numbers for masked values as the database gives them, each in a transaction of its own."""

    def number(kind: str, value: str) -> int:
        with world.storage.begin() as records:
            return records.messages.placeholder(world.team_id, channel_id, kind, value)

    return number


def archived(world: World, channel_id: str) -> Archived:
    """Messages as the archive knows them, where it knows better than an export: edited since, or deleted."""

    def look(messages: Sequence[Message]) -> Sequence[Message]:
        with world.storage.read() as records:
            stored = [records.messages.get(world.team_id, channel_id, message.ts) for message in messages]
        return [_newer(message, there) for message, there in zip(messages, stored, strict=True)]

    return look


def _newer(message: Message, stored: Message | None) -> Message:
    if stored is None:
        return message
    edited = ts_order(stored.edited_ts or "0") > ts_order(message.edited_ts or "0")
    return stored if stored.deleted or edited else message


def _past(world: World, prepared: Prepared) -> PastIncident:
    thread = prepared.kind is Kind.THREAD
    return PastIncident(
        team_id=world.team_id,
        channel_id=prepared.channel_id,
        scope=Scope.THREAD if thread else Scope.CHANNEL,
        root_ts=prepared.root_ts,
        title=prepared.draft.title,
        severity=prepared.severity,
        services=prepared.services,
        status=prepared.status,
        started_at=prepared.started_at,
        resolved_at=prepared.resolved_at,
        since_ts=prepared.start,
        is_private=prepared.is_private,
    )


def _refreshed(records: Records, incident: Incident, prepared: Prepared) -> Incident:
    """Facts that nobody had stated before are taken over."""
    return records.incidents.replace(
        incident.model_copy(
            update={
                "severity": incident.severity or prepared.severity,
                "services": incident.services or prepared.services,
                "resolved_at": prepared.resolved_at or incident.resolved_at,
            }
        )
    )


def _is_as_imported(records: Records, incident: Incident, prepared: Prepared) -> bool:
    """A document that nobody has touched since it came, neither by an edit nor by a decision."""
    if prepared.kind is not Kind.DOCUMENT or incident.status is not Status.PUBLISHED:
        return False
    people = [one for one in records.revisions.handovers(incident.id) if one.author != DRAFTER_AUTHOR]
    return not people and not records.reviews.of(incident.id)


def _check_numbers(records: Records, world: World, prepared: Prepared) -> None:
    """Give every masked value its number in the database, which must be the one that stands in the text."""
    for (kind, value), number in prepared.masked.items():
        if records.messages.placeholder(world.team_id, prepared.channel_id, kind, value) != number:
            raise Renumbered


def _keep(
    records: Records, world: World, prepared: Prepared, incident: Incident, *, start: str | None = None
) -> None:
    """The archive, as far back as the retention reaches, and what the next import compares with."""
    now = world.clock.now()
    for message in prepared.messages:
        if message.at >= now - world.policy.retention:
            records.messages.save(world.team_id, message, at=now)
    records.imports.save(
        Imported(
            team_id=world.team_id,
            channel_id=prepared.channel_id,
            start=prepared.start if start is None else start,
            last=prepared.last,
            kind=prepared.kind,
            incident_id=incident.id,
            digest=prepared.digest,
            at=now,
        )
    )


def _remember_members(
    records: Records, world: World, channel_id: str, listed: Sequence[str], at: datetime
) -> None:
    """Who may see a private one where Slack does not tell. An old list lets nobody in who is out by now."""
    before = records.members.get(world.team_id, channel_id)
    if before is None:
        records.members.save(world.team_id, channel_id, frozenset(listed), at=at)
    elif before.at <= at:
        records.members.save(world.team_id, channel_id, before.members & frozenset(listed), at=before.at)
