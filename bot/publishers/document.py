"""A postmortem as the plain values the document templates work from, and the documents themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from bot.domain.incident import Status
from bot.domain.postmortem import Claim, Draft, Postmortem, TimelineEntry
from bot.domain.transcript import Evidence, Source
from bot.publishers.timeline import timeline_svg
from bot.publishers.wording import GRADES, after_start, coverage_sentences, iso, long_date, moments
from prompts import documents
from prompts.text import one_line

SECTIONS = {
    "summary": "Executive summary",
    "impact": "Impact",
    "timeline": "Timeline",
    "root_cause": "Root cause",
    "hypotheses": "Hypotheses",
    "contributing_factors": "Contributing factors",
    "resolution": "Resolution",
    "went_well": "What went well",
    "went_badly": "What went badly",
    "lucky": "Where we got lucky",
    "action_items": "Action items",
    "open_questions": "Open questions",
}
TAGS = {Source.ALERT: "alert", Source.FACT: "recorded by Slack", Source.REVIEWER: "added in review"}
DELETED = "This message was deleted in Slack; its text is not kept."


def as_markdown(postmortem: Postmortem) -> str:
    """The postmortem as one Markdown file."""
    return documents.markdown(contents(postmortem))


def as_html(postmortem: Postmortem) -> str:
    """The postmortem as one self-contained web page."""
    entries = in_order(postmortem.timeline)
    spoken = [item.at for item in postmortem.evidence if item.source is not Source.REVIEWER]
    wide, narrow = (
        timeline_svg(postmortem.times, entries, spoken, width=width, name=name)
        for name, width in (("wide", 960), ("narrow", 380))
    )
    return documents.html(contents(postmortem), wide=wide, narrow=narrow)


def contents(postmortem: Postmortem) -> dict[str, Any]:
    """What the templates in `prompts/documents` are given; a claim is its `model_dump`."""
    return {
        **_head(postmortem),
        **_claims(postmortem),
        "days": _days(in_order(postmortem.timeline)),
        "outline": _outline(postmortem),
        "findings": postmortem.findings,
        "coverage": coverage_sentences(postmortem.coverage),
        "origin": f"First written by the drafter “{postmortem.drafter}”; this is revision "
        f"{postmortem.revision}.",
        "evidence": _appendix(postmortem),
        "known": frozenset(item.label for item in postmortem.evidence),
    }


def _outline(postmortem: Postmortem) -> list[tuple[str, str]]:
    """The sections the page has, as (anchor, name)."""
    cited = {section for section, _ in _draft(postmortem).claims()}
    always = {"impact", "timeline", "root_cause", "action_items"}
    shown = [(_anchor(section), name) for section, name in SECTIONS.items() if section in cited | always]
    checks = [("findings", "What the checks found")] if postmortem.findings else []
    return [*shown, *checks, ("coverage", "What this rests on"), ("evidence", "Evidence")]


def _draft(postmortem: Postmortem) -> Draft:
    return Draft(**{name: getattr(postmortem, name) for name in Draft.model_fields})


def _anchor(section: str) -> str:
    return section.replace("_", "-")


def in_order(entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Timeline entries by time; their numbers in the documents are their places here, from 1."""
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _head(postmortem: Postmortem) -> dict[str, Any]:
    times = postmortem.times
    return {
        "incident": postmortem.incident,
        "title": postmortem.title,
        "severity": postmortem.severity,
        "services": postmortem.services,
        "status": postmortem.status,
        "reviewed": postmortem.status in (Status.APPROVED, Status.PUBLISHED),
        "revision": postmortem.revision,
        "drafter": postmortem.drafter,
        "moments": [
            {
                "key": name,
                "iso": iso(moment.at),
                "date": f"{moment.at:%Y-%m-%d}",
                "time": f"{moment.at:%H:%M}",
                "after": after_start(times, moment.at),
                "evidence": moment.evidence,
            }
            for name, moment in moments(times)
        ],
        "facts": _facts(postmortem),
    }


def _facts(postmortem: Postmortem) -> list[dict[str, Any]]:
    rows: list[tuple[str, str, Sequence[int]]] = [
        ("Severity", (postmortem.severity or "").upper() or "not given", ()),
        ("Services", ", ".join(postmortem.services) or "not given", ()),
        ("Status", f"{postmortem.status}, revision {postmortem.revision}", ()),
    ]
    for name, moment in moments(postmortem.times):
        after = after_start(postmortem.times, moment.at)
        shown = f"{moment.at:%Y-%m-%d %H:%M} UTC" + (f", {after}" if after else "")
        rows.append((name.capitalize(), shown, moment.evidence))
    return [{"name": name, "text": text, "evidence": evidence} for name, text, evidence in rows]


def _claims(postmortem: Postmortem) -> dict[str, Any]:
    cause, lessons = postmortem.root_cause, postmortem.lessons
    grade, explanation = GRADES[cause.grade]
    lists: dict[str, Sequence[Claim]] = {
        "summary": postmortem.summary,
        "impact": postmortem.impact,
        "hypotheses": cause.hypotheses,
        "contributing_factors": postmortem.contributing_factors,
        "resolution": postmortem.resolution,
        "went_well": lessons.went_well,
        "went_badly": lessons.went_badly,
        "lucky": lessons.lucky,
        "open_questions": postmortem.open_questions,
    }
    return {
        **{name: _dumped(claims) for name, claims in lists.items()},
        "root_cause": {"grade": grade, "explanation": explanation, "claims": _dumped(cause.claims)},
        "action_items": [
            {**item, "due": item["due"].isoformat() if item["due"] else None, "kind": str(item["kind"])}
            for item in _dumped(postmortem.action_items)
        ],
    }


def _dumped(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    return [claim.model_dump() for claim in claims]


def _days(entries: Sequence[TimelineEntry]) -> list[dict[str, Any]]:
    """The timeline by UTC day; seconds are shown where it all happened within ten minutes."""
    hasty = bool(entries) and entries[-1].at - entries[0].at < timedelta(minutes=10)
    numbered = enumerate(entries, start=1)
    return [
        {
            "heading": long_date(first.at),
            "entries": [_shown(n, e, seconds=hasty) for n, e in ((number, first), *rest)],
        }
        for _, ((number, first), *rest) in groupby(numbered, key=lambda pair: pair[1].at.date())
    ]


def _shown(number: int, entry: TimelineEntry, *, seconds: bool) -> dict[str, Any]:
    return {
        "number": number,
        "iso": iso(entry.at),
        "time": f"{entry.at:%H:%M:%S}" if seconds else f"{entry.at:%H:%M}",
        "phase": str(entry.phase),
        "text": entry.text,
        "evidence": entry.evidence,
    }


def _spans_days(postmortem: Postmortem) -> bool:
    points = [moment.at for _, moment in moments(postmortem.times)]
    points += [entry.at for entry in postmortem.timeline]
    points += [item.at for item in postmortem.evidence]
    return len({at.date() for at in points}) > 1


def _appendix(postmortem: Postmortem) -> list[dict[str, Any]]:
    cited = _citing_sections(postmortem)
    clock = "%Y-%m-%d %H:%M:%S" if _spans_days(postmortem) else "%H:%M:%S"
    return [
        {
            "label": item.label,
            "iso": iso(item.at),
            "shown": item.at.strftime(clock),
            "role": item.role,
            "tags": _tags(item),
            "text": _text(item),
            "link": item.permalink,
            "cited_in": cited.get(item.label, []),
        }
        for item in sorted(postmortem.evidence, key=lambda item: item.label)
    ]


def _text(item: Evidence) -> str:
    if item.deleted:
        return DELETED
    return item.text if one_line(item.text) else "(no text)"


def _citing_sections(postmortem: Postmortem) -> dict[int, list[tuple[str, str]]]:
    """Label → the sections that cite it, as (anchor, name) in reading order."""
    found: dict[int, dict[str, str]] = {}
    for section, claim in _draft(postmortem).claims():
        for label in claim.evidence:
            found.setdefault(label, {})[_anchor(section)] = SECTIONS[section]
    return {label: list(sections.items()) for label, sections in found.items()}


def _tags(item: Evidence) -> list[str]:
    late = ["after resolution"] if item.after_resolution else []
    return ([TAGS[item.source]] if item.source in TAGS else []) + late
