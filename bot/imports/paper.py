"""A Markdown postmortem as a structured draft whose every sentence cites a paragraph of the document.

Nothing is reworded. What stands under headings of ours goes where it belongs; what does not stands under
contributing factors, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.paper import Paper
from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Draft,
    Grade,
    Lessons,
    Moment,
    Phase,
    RootCause,
    TimelineEntry,
    Times,
)
from bot.domain.provenance import check
from bot.domain.sections import SECTIONS
from bot.domain.stated import services_value, severity_in, severity_value
from bot.domain.transcript import Evidence, Source, as_ts
from bot.imports import blocks, front
from bot.imports.actions import action_of
from bot.imports.blocks import Block, Is
from bot.imports.fields import day_of, fields_of, is_finished, is_guarded, label_of, own_key, pairs
from bot.imports.headings import IGNORED, UNKNOWN, field_of, section_of
from bot.imports.moments import Clockwork, phase_of, zone_of
from bot.imports.sentences import sentences, titled

MAX_BLOCKS = 600
"""Paragraphs taken from one document; a longer one is no postmortem."""
_POINTS = ("started", "detected", "mitigated", "resolved")


def understand(text: str, *, name: str, channel_id: str, fallback: datetime) -> Paper:
    """Read a document. `text` is masked already; `name` is the file's, without its ending.

    `fallback` dates a document that nowhere says when it was (a file's own time). Whatever the text, this
    does not raise.
    """
    head = front.read(text.splitlines())
    found = blocks.read(text, skip=head.lines)
    return _Reading(found, head.fields, name, channel_id, fallback).paper()


@dataclass
class _Reading:
    """One document on its way."""

    found: Sequence[Block]
    given: Mapping[str, tuple[str, ...]]
    name: str
    channel_id: str
    fallback: datetime
    evidence: list[Evidence] = field(default_factory=list)
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    points: dict[str, Moment] = field(default_factory=dict)
    strange: dict[str, None] = field(default_factory=dict)
    unzoned: bool = False
    title: str = ""
    section: str = ""
    heading: str = ""
    day: date = field(init=False)
    clockwork: Clockwork = field(init=False)

    def paper(self) -> Paper:
        self.fields = fields_of(self.found, self.given)
        self.title = titled(self.found, self.fields.get("title", ""), self.name)
        dated = day_of(self.fields, self.name, self.title, self.found)
        self.day = dated or self.fallback.astimezone(UTC).date()
        self.clockwork = Clockwork(self.day, zone_of(block.text for block in self.found))
        self._read()
        draft = self._draft()
        started = draft.times.started.at if draft.times.started else datetime.combine(self.day, time(), UTC)
        severity = severity_value(self.fields.get("severity", "")) or severity_in(self.title)
        return Paper(
            at=started,
            resolved_at=draft.times.resolved.at if draft.times.resolved else None,
            severity=severity,
            services=services_value(self.fields.get("services", "")),
            is_finished=is_finished(self.fields.get("status", "")),
            is_guarded=is_guarded(self.fields.get("guarded", "")),
            draft=draft,
            evidence=tuple(self.evidence),
            notes=tuple(self._notes(dated=dated is not None)),
            own_key=own_key(self.given),
        )

    def _read(self) -> None:
        depth = 0
        for block in self.found:
            if block.kind is not Is.HEADING:
                if len(self.evidence) < MAX_BLOCKS:
                    self._block(block, self.section)
                continue
            named = section_of(block.text)
            # a strange heading below one of ours belongs to it
            if named != UNKNOWN or block.level <= depth or self.section in ("", UNKNOWN):
                self.section, self.heading, depth = named, block.text, block.level
            if named == UNKNOWN and (block.text == self.title or block.level == 1):
                self.section = ""

    def _block(self, block: Block, section: str) -> None:
        stated = list(pairs(block))
        meanings = {field_of(key) for key, _ in stated} - {""}
        if section == IGNORED or meanings == {IGNORED}:
            return
        labelled, rest = label_of(block)
        if section in ("", UNKNOWN, "summary") and meanings:
            self._field(block, stated)
        elif labelled and section not in ("timeline", "action_items"):
            self._labelled(block, labelled, rest)
        elif section == "timeline" and self._event(block):
            return
        elif section == "action_items":
            self._action(block)
        else:
            self._told(block, section or "summary")

    def _labelled(self, block: Block, section: str, rest: str) -> None:
        """`Impact: some text`, without a heading; a label alone stands for one."""
        if section == IGNORED or not rest:
            self.section = section
            return
        label = self._cite(block, None)
        said = sentences(block._replace(text=rest))
        self.claims.setdefault(section, []).extend(Claim(text=one, evidence=(label,)) for one in said)

    def _field(self, block: Block, stated: Iterable[tuple[str, str]]) -> None:
        """A field is evidence where it fixes a point in time."""
        for key, value in stated:
            point = field_of(key)
            if point not in _POINTS or point in self.points:
                continue
            if told := Clockwork(self.day).line("-", value):
                label = self._cite(block, told.at)
                self.points[point] = Moment(at=told.at.replace(microsecond=0), evidence=(label,))
                self.unzoned |= not told.zoned

    def _event(self, block: Block) -> bool:
        """A line of the timeline, or the date above some; False where it tells neither."""
        when, text = _timed(block)
        told = self.clockwork.line(text, when)
        if told is None:
            return self.clockwork.heading(block.text)
        entries = self.claims.setdefault("timeline", [])
        over = any(isinstance(one, TimelineEntry) and one.phase is Phase.RESOLUTION for one in entries)
        phase = phase_of(told.text, over=over, begun=bool(entries))
        label = self._cite(block, told.at)
        at = told.at.replace(microsecond=0)
        entries.append(TimelineEntry(text=told.text, evidence=(label,), at=at, phase=phase))
        self.unzoned |= not told.zoned
        return True

    def _action(self, block: Block) -> None:
        item = action_of(block)
        if item is not None:
            label = self._cite(block, None)
            cited = item.model_copy(update={"evidence": (label,)})
            self.claims.setdefault("action_items", []).append(cited)

    def _told(self, block: Block, section: str) -> None:
        if section in (UNKNOWN, "timeline"):
            self.strange[self.heading] = None
            section = "contributing_factors"
        label = self._cite(block, None)
        said = sentences(block)
        self.claims.setdefault(section, []).extend(Claim(text=one, evidence=(label,)) for one in said)

    def _cite(self, block: Block, at: datetime | None) -> int:
        """A paragraph becomes evidence; its `ts` is the time it tells, else its day, and its line besides."""
        moment = (at or datetime.combine(self.day, time(), UTC)).replace(microsecond=0)
        lines = f"line {block.first}" if block.first == block.last else f"lines {block.first}–{block.last}"
        label = len(self.evidence) + 1
        self.evidence.append(
            Evidence(
                label=label,
                source=Source.DOCUMENT,
                channel=self.channel_id,
                ts=as_ts(moment + timedelta(microseconds=min(block.first, 999_999))),
                role=f"document, {lines}",
                text=block.text,
            )
        )
        return label

    def _draft(self) -> Draft:
        told = {name: tuple(self.claims.get(name, ())) for name in SECTIONS}
        entries = tuple(one for one in told["timeline"] if isinstance(one, TimelineEntry))
        draft = Draft(
            title=self.title,
            summary=told["summary"],
            impact=told["impact"],
            times=self._times(entries),
            timeline=tuple(sorted(entries, key=lambda entry: entry.at)),
            root_cause=RootCause(
                grade=Grade.STATED if told["root_cause"] else Grade.NOT_ESTABLISHED, claims=told["root_cause"]
            ),
            contributing_factors=told["contributing_factors"],
            resolution=told["resolution"],
            lessons=Lessons(went_well=told["went_well"], went_badly=told["went_badly"], lucky=told["lucky"]),
            action_items=tuple(one for one in told["action_items"] if isinstance(one, ActionItem)),
            open_questions=told["open_questions"],
        )
        return self._graded(draft)

    def _graded(self, draft: Draft) -> Draft:
        """A cause that the document itself doubts is not stated."""
        by_label = {item.label: item for item in self.evidence}
        if any(finding.rule == "grade" for finding in check(draft, by_label)):
            cause = draft.root_cause.model_copy(update={"grade": Grade.INFERRED})
            return draft.model_copy(update={"root_cause": cause})
        return draft

    def _times(self, entries: Sequence[TimelineEntry]) -> Times:
        def at(entry: TimelineEntry | None) -> Moment | None:
            return Moment(at=entry.at, evidence=entry.evidence) if entry else None

        def of(phase: Phase) -> list[TimelineEntry]:
            return [entry for entry in entries if entry.phase is phase]

        ended = next(iter(of(Phase.RESOLUTION)), None)
        told = {
            "started": at(next(iter(entries), None)),
            "detected": at(next(iter(of(Phase.DETECTION)), None)),
            "mitigated": at(next(iter(of(Phase.MITIGATION)[::-1]), None)),
            "resolved": at(ended),
        }
        points = {name: self.points.get(name) or told[name] for name in _POINTS}
        first = points["started"]
        late = {name: one for name, one in points.items() if one and (first is None or one.at >= first.at)}
        return Times(**late)

    def _notes(self, *, dated: bool) -> Iterable[str]:
        yield "Imported from a document that was written elsewhere."
        if not dated:
            yield "The document does not say when it happened: it is dated by its file."
        if self.unzoned:
            yield "Times without a zone are taken for UTC."
        if self.strange:
            names = ", ".join(f"“{name[:60]}”" for name in list(self.strange)[:8] if name)
            yield f"Stands under contributing factors for want of a place of its own: {names or 'some text'}."
        if not self.claims:
            yield "Nothing in it could be told apart; only its title can be searched."


def _timed(block: Block) -> tuple[str, str]:
    """A line of a timeline as (time, text): a table's first columns, else the text with its time before."""
    if block.kind is not Is.ROW or len(block.cells) < 2:
        return "", block.text
    cells = [value for _, value in block.cells]
    heads = [head.lower() for head, _ in block.cells]
    count = 2 if len(cells) > 2 and "date" in heads[0] and "time" in heads[1] else 1
    zone = " UTC" if any(word in " ".join(heads[:count]) for word in ("utc", "gmt")) else ""
    return " ".join(cells[:count]) + zone, " — ".join(cell for cell in cells[count:] if cell)
