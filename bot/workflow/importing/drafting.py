"""From the talk of a past incident to everything that is stored of it: masked, labelled, drafted, checked.

Needs no database, so that several processes can do it at once; the placeholders' numbers come from the
caller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.assembly import Assembly, Permalink, assemble
from bot.domain.checking import enforce
from bot.domain.crowd import Crowd
from bot.domain.incident import Incident, Severity, Status
from bot.domain.past import OPENING, Kind, Part, title_of
from bot.domain.postmortem import Coverage, Draft
from bot.domain.stated import services_in, severity_in
from bot.domain.transcript import Evidence, Message
from bot.ports import Drafter, Redactor
from bot.workflow.capture import Number, hide
from bot.workflow.importing.origin import Origin
from bot.workflow.writing import Written, write


@dataclass(frozen=True)
class Kit:
    """What drafting a past incident needs. `model` is the better drafter, where one was asked for."""

    redactor: Redactor
    offline: Drafter
    crowd: Crowd
    prefixes: tuple[str, ...] = ()
    model: Drafter | None = None
    model_for_private: bool = False
    permalink: Permalink = lambda _channel, _ts, _thread: None

    def drafter_for(self, origin: Origin, *, secret: bool) -> Drafter:
        """The model where it may see this incident, else the offline one."""
        allowed = not secret and (self.model_for_private or not origin.room.is_private)
        return self.model if self.model is not None and allowed else self.offline


@dataclass(frozen=True)
class Prepared:
    """A past incident, ready to be stored. Secrets are masked in all of it, but for `masked`: what was
    masked and by which number, as (kind, value) → number, to be compared with those the database gives."""

    kind: Kind
    channel_id: str
    is_private: bool
    members: tuple[str, ...]
    root_ts: str | None
    start: str
    last: str
    digest: str
    severity: Severity | None
    services: tuple[str, ...]
    started_at: datetime
    resolved_at: datetime | None
    messages: tuple[Message, ...]
    evidence: tuple[Evidence, ...]
    draft: Draft
    drafter: str
    evidence_digest: str
    coverage: Coverage
    findings: tuple[str, ...] = ()
    prompt_version: str = ""
    tokens: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    status: Status = Status.IN_REVIEW
    masked: dict[tuple[str, str], int] = field(default_factory=dict)


class Numbers:
    """Numbers for masked values, from 1 for the first of a kind: what a database gives to a channel it has
    never seen. Keeps account of what it gave."""

    def __init__(self, ask: Number | None = None) -> None:
        self.given: dict[tuple[str, str], int] = {}
        self._count: defaultdict[str, int] = defaultdict(int)
        self._ask = ask or self._next

    def __call__(self, kind: str, value: str) -> int:
        if (kind, value) not in self.given:
            self.given[kind, value] = self._ask(kind, value)
        return self.given[kind, value]

    def _next(self, kind: str, value: str) -> int:
        del value
        self._count[kind] += 1
        return self._count[kind]


Archived = Callable[[Sequence[Message]], Sequence[Message]]
"""What the archive makes of these messages: it may know of edits and deletions that the export does not."""


def prepare(
    origin: Origin,
    kit: Kit,
    numbers: Numbers,
    *,
    known: Sequence[Evidence] = (),
    archived: Archived = lambda messages: messages,
    secret: bool = False,
) -> Prepared:
    """Mask, label, draft and check. `known` is the evidence of an earlier import: what was erased of it
    stays so. No model sees a `secret` one.

    Raises:
        Permanent: the detector failed; nothing of it may be stored.
        Retryable, DrafterError: the drafter failed.
    """
    part, room = origin.part, origin.room
    gone = {item.ts for item in known if item.deleted}
    said = [_erased(message) if message.ts in gone else message for message in part.messages]
    stored = archived([hide(message, kit.redactor.secrets, numbers) for message in said])
    shown = [hide(message, kit.redactor.personal, numbers) for message in stored]
    incident = _sketch(origin, kit, shown)
    assembly = assemble(
        incident,
        shown,
        kit.crowd.near(shown, room.met),
        known=known,
        permalink=kit.permalink,
        skipped={**room.skipped, **origin.rest},
        notes=origin.notes,
        complete=not room.broken,
    )
    drafter = kit.drafter_for(origin, secret=secret)
    transcript, names = assembly.transcript, assembly.names
    written = write(drafter, transcript, lambda draft: enforce(draft, transcript, names))
    return _prepared(origin, incident, stored, assembly, written, numbers)


def _erased(message: Message) -> Message:
    bare = {"text": "", "files": (), "reactions": (), "author_id": None, "author_name": "", "deleted": True}
    return message.model_copy(update=bare)


def _sketch(origin: Origin, kit: Kit, shown: Sequence[Message]) -> Incident:
    """The incident as far as its talk states it. When it was over only the draft can tell."""
    part, room = origin.part, origin.room
    masked = Part(kind=part.kind, root_ts=part.root_ts, messages=tuple(shown))
    own_name = f"{room.name}\n{room.about}" if part.kind is Kind.CHANNEL else ""
    return Incident(
        id=0,
        team_id="",
        number=0,
        channel_id=room.channel_id,
        scope=part.scope,
        root_ts=part.root_ts,
        title=title_of(masked, room.name, kit.prefixes),
        severity=severity_in(own_name) or _first_severity(shown),
        services=services_in("\n".join([own_name, *(one.text for one in shown[:OPENING])])),
        status=Status.IN_REVIEW,
        generation=1,
        started_at=shown[0].at,
        since_ts=part.start,
        imported=True,
    )


def _first_severity(messages: Iterable[Message]) -> Severity | None:
    found = (severity_in(message.text) for message in messages)
    return next((severity for severity in found if severity), None)


def _prepared(
    origin: Origin,
    incident: Incident,
    stored: Sequence[Message],
    assembly: Assembly,
    written: Written,
    numbers: Numbers,
) -> Prepared:
    part, drafted, draft = origin.part, written.drafted, written.checked.draft
    resolved_at = draft.times.resolved.at if draft.times.resolved else None
    evidence = _after(assembly.transcript.evidence, resolved_at)
    late = sum(1 for item in evidence if item.after_resolution and not item.deleted)
    started = draft.times.started.at if draft.times.started else incident.started_at
    return Prepared(
        kind=part.kind,
        channel_id=incident.channel_id,
        is_private=origin.room.is_private,
        members=origin.room.members,
        root_ts=part.root_ts,
        start=part.start,
        last=part.last,
        digest=origin.digest,
        severity=incident.severity,
        services=incident.services,
        started_at=started,
        resolved_at=resolved_at if resolved_at is None else max(resolved_at, started),
        messages=tuple(stored),
        evidence=evidence,
        draft=draft,
        drafter=drafted.drafter,
        evidence_digest=assembly.digest,
        coverage=assembly.coverage.model_copy(update={"after_resolution": late}),
        findings=written.findings,
        prompt_version=drafted.prompt_version,
        tokens=drafted.tokens,
        seconds=drafted.seconds,
        dollars=drafted.dollars,
        masked=dict(numbers.given),
    )


def _after(evidence: Sequence[Evidence], resolved_at: datetime | None) -> tuple[Evidence, ...]:
    """What was said after the resolution that the draft found is marked so."""
    if resolved_at is None:
        return tuple(evidence)
    return tuple(item.model_copy(update={"after_resolution": item.at > resolved_at}) for item in evidence)
