"""Which part of a postmortem a heading or a field means, in the words of the common templates.

Google's SRE book, PagerDuty, Atlassian, GitLab, the Wikimedia and GitHub habits, and plain words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

UNKNOWN = "unknown"
IGNORED = "ignored"
"""People's names, and what is no text: not taken over."""

_SECTIONS: Mapping[str, str] = {
    "summary": """
        summary, executive summary, incident summary, overview, tl;dr, tldr, abstract, synopsis, what
        happened, description, high level summary, issue summary, introduction, in short
    """,
    "impact": """
        impact, customer impact, user impact, business impact, impact assessment, effects, scope of
        impact, who was affected, what was the impact, affected users, metrics, users affected
    """,
    "timeline": """
        timeline, incident timeline, chronology, sequence of events, timeline of events, events, key
        events, detailed timeline
    """,
    "root_cause": """
        root cause, root causes, cause, causes, root cause analysis, rca, fault, five whys, 5 whys, the
        five whys, why did it happen, what caused it, technical details, what went wrong technically,
        underlying cause, root cause identification, whys
    """,
    "contributing_factors": """
        contributing factors, contributing factor, contributors, trigger, triggers, leadup, lead up,
        background, contributing causes, detection, how was it detected, context, related incidents,
        recurrence
    """,
    "resolution": """
        resolution, recovery, resolution and recovery, remediation, mitigation, response, fix, the fix,
        how we fixed it, how was it resolved, mitigation and resolution, incident response, corrective
        actions taken, what we did, repair
    """,
    "went_well": """
        what went well, what worked, things that went well, what worked well, went well, the good, what
        went right
    """,
    "went_badly": """
        what went wrong, what went poorly, what went badly, what didn t go well,
        what didn t go so well, what did not go so well, what did not go well,
        what could be improved, what could have gone better, things that went poorly, what didn t work,
        improvements, areas for improvement, lessons, lessons learned, lesson learned, learnings, what we
        learned, what did we learn, what went less well, the bad, reflections
    """,
    "lucky": "where we got lucky, where did we get lucky, luck, lucky, got lucky",
    "action_items": """
        action items, actions, action item, follow up, follow ups, follow up actions, next steps,
        corrective actions, corrective and preventative measures, corrective and preventive measures,
        preventive actions, preventative actions, prevention, todo, to do, tasks, action plan, remediation
        items, follow up items, corrective actions items, follow up work, backlog check, what we are doing
        about it, what will we do, jira tickets, tickets
    """,
    "open_questions": "open questions, questions, unknowns, unresolved questions, what we don t know",
    IGNORED: """
        authors, author, owner, owners, participants, attendees, people involved, responders, incident
        commander, roles, table of contents, contents, revision history, postmortem owner, incident lead,
        reviewers, meeting attendees, on call, facilitator, scribe, contact, reported by, written by,
        approvers, incident responders, team members, post mortem owner, meeting
        scheduled for, call recording, recording, review meeting, evidence, what this rests on
    """,
}
_FIELDS: Mapping[str, str] = {
    "title": "title, incident, incident title, incident name, name, subject",
    "date": """
        date, incident date, date of incident, when, day, published, created, occurred, date of the
        incident, incident day, pubdate, date time
    """,
    "started": """
        start, started, start time, started at, incident start, incident started, began, from, time
        started, impact start, outage start, start date, time of incident
    """,
    "detected": """
        detected, detected at, detection time, time detected, time of detection, first detected, incident
        declared, declared, declared at
    """,
    "mitigated": "mitigated, mitigated at, mitigation time, time mitigated, impact mitigated",
    "resolved": """
        end, ended, end time, resolved, resolved at, resolution time, time resolved, incident end,
        incident resolved, until, to, impact end, outage end, end date, fixed at
    """,
    "severity": """
        severity, severity level, sev, priority, incident severity, level, impact level, incident level,
        criticality, urgency
    """,
    "services": """
        service, services, affected services, services affected, impacted services, system, systems,
        affected systems, component, components, affected service, product, products, service s affected,
        service s, impacted service, affected components, systems affected
    """,
    "status": "status, state, document status, postmortem status",
    "guarded": "confidential, private, restricted, visibility, classification",
    IGNORED: """
        commander, lead, ic, incident manager, duration, time to detect, time to resolve, time to
        mitigate, ttd, ttr, ttm, mttd, mttr, slack, slack channel, channel, ticket, jira, link, links,
        tags, tag, categories, layout, draft, id, slug, incident id, incident number, issue, weight, url,
        permalink, last updated, updated, type, template, team, teams, revision, drafter, generator,
        format, format version
    """,
}


def _by_name(words: Mapping[str, str]) -> dict[str, str]:
    names = ((" ".join(name.split()), meaning) for meaning, text in words.items() for name in text.split(","))
    return {name: meaning for name, meaning in names if name}


_BY_NAME = _by_name(_SECTIONS)
_BY_FIELD = _by_name({IGNORED: _SECTIONS[IGNORED]}) | _by_name(_FIELDS)

_OPENINGS: Mapping[str, str] = {
    "timeline ": "timeline",
    "root cause ": "root_cause",
    "impact ": "impact",
    "action item": "action_items",
    "contributing factor": "contributing_factors",
    "lessons ": "went_badly",
    "what went well ": "went_well",
    "what went wrong ": "went_badly",
}
"""Headings that begin so mean that, whatever follows: `Timeline of the outage as we saw it`."""

_NOISE = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?\s+)|\([^)]*\)|[^\w\s;&/'’-]+")
_PARTS = re.compile(r"\s*(?:[/&:,–—]|\band\b|\s-\s)\s*", re.IGNORECASE)


def name_of(text: str) -> str:
    """A heading as it is looked up: lower case, without numbers, emoji, marks and what is in brackets."""
    bare = _NOISE.sub(" ", text.strip().lower())
    return " ".join(re.sub(r"[’'/_-]", " ", bare.replace("&", " and ")).split())


def section_of(heading: str) -> str:
    """The section a heading opens; `UNKNOWN` where it is none of ours. Of `Action items / follow-ups` or
    `Root cause: a full disk` the first part that is one counts."""
    for part in (heading, *_PARTS.split(heading)):
        name = name_of(part).removeprefix("the ").removeprefix("incident ")
        for known in (name_of(part), name, name.removesuffix(" analysis"), name.removesuffix(" utc")):
            if known in _BY_NAME:
                return _BY_NAME[known]
    begun = (section for opening, section in _OPENINGS.items() if name_of(heading).startswith(opening))
    return next(begun, UNKNOWN)


def field_of(name: str) -> str:
    """The field a name before a colon means; empty where it is none."""
    return _BY_FIELD.get(name_of(name), "")
