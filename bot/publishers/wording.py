"""How a postmortem's facts are put into words: times, durations, coverage, grades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.incident import describe_duration
from bot.domain.postmortem import Coverage, Grade, Moment, Times

GRADES = {
    Grade.STATED: ("Stated by a responder.", "Somebody who worked on the incident said so."),
    Grade.INFERRED: (
        "Inferred from the evidence.",
        "Nobody said so in these words; it follows from what is cited.",
    ),
    Grade.NOT_ESTABLISHED: ("Not established.", "The transcript does not settle what the cause was."),
}


def moments(times: Times) -> tuple[tuple[str, Moment], ...]:
    """The known points of an incident's life with their names, in the order of a life."""
    named = (
        ("started", times.started),
        ("detected", times.detected),
        ("mitigated", times.mitigated),
        ("resolved", times.resolved),
    )
    return tuple((name, moment) for name, moment in named if moment)


def iso(at: datetime) -> str:
    """`2026-11-21T14:02:11Z`: RFC 3339 to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def long_date(at: datetime) -> str:
    """`Saturday 21 November 2026`."""
    return f"{at:%A} {at.day} {at:%B %Y}"


def after_start(times: Times, at: datetime) -> str:
    """`after 6 min`; empty for the start itself, for what lies before it and where it is unknown."""
    if times.started is None or at <= times.started.at:
        return ""
    return f"after {describe_duration(at - times.started.at)}"


def coverage_sentences(coverage: Coverage) -> tuple[str, ...]:
    """What the draft did and did not see, for its reader."""
    return (*_read(coverage), *_missing(coverage), *coverage.notes)


def _read(coverage: Coverage) -> Iterator[str]:
    if not coverage.messages and coverage.notes:
        return  # an imported document: nobody said anything
    where = f" in {_count(coverage.threads, 'thread')}" if coverage.threads else ""
    yield f"{_count(coverage.messages, 'message')} read{where}."
    if coverage.files:
        yield f"{_count(coverage.files, 'file')} named; what is in them was not read."
    if coverage.edited:
        yield f"{_count(coverage.edited, 'message')} edited by their authors; the last text counts."
    if coverage.after_resolution:
        yield f"{_count(coverage.after_resolution, 'message')} written after the resolution, and marked so."


def _missing(coverage: Coverage) -> Iterator[str]:
    if coverage.masked:
        yield f"{_count(coverage.masked, 'secret')} masked."
    if coverage.deleted:
        yield f"{_count(coverage.deleted, 'message')} deleted by their authors; the text is gone."
    if coverage.skipped:
        skipped = ", ".join(f"{count} {reason}" for reason, count in sorted(coverage.skipped.items()))
        yield f"Left out: {skipped}."
    for gap in coverage.gaps:
        yield f"Nobody wrote anything {gap}."
    if not coverage.complete:
        yield "The transcript could not be read to its end; something may be missing."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def left_out(number: int, appendix: str) -> str:
    """What a section says of the claims its template's limit cut; `appendix` names where they stand."""
    where = f"under “{appendix}”" if appendix else "in the full postmortem"
    return f"{number:,} more {'is' if number == 1 else 'are'} {where}."


def not_shown(counts: Sequence[tuple[str, int]]) -> str:
    """What a template's layout leaves out though there is something in it: sections and counts."""
    sections = ", ".join(f"{name} ({count:,})" for name, count in counts)
    return f"This layout leaves out: {sections}."


def missing_fields(number: int, text: str, fields: Sequence[str]) -> str:
    """An action item that lacks what its template demands; `fields` as the template names them."""
    lacks = " and ".join(f"no {'due date' if field == 'due' else field}" for field in fields)
    return f"Action item {number}, “{_short(text)}”, has {lacks}, which this template asks for."


def unanswered(section: str, question: str) -> str:
    """A section that is empty though its template has a question to people there."""
    return f"“{section}” is still empty. The template asks: {question}"


def _short(text: str) -> str:
    return text.rstrip(".") if len(text) <= 60 else f"{text[:59].rstrip()}…"
