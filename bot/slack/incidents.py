"""Incidents one below the other, a line each: what `list` and `status` answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.incident import Incident, Scope, Status
from bot.domain.places import thread_url
from bot.slack import blocks, limits, phrases
from bot.slack.blocks import Payload
from bot.slack.dates import when
from bot.slack.mrkdwn import bold, cut, line, link

TITLE = 150


def listing(incidents: Sequence[Incident], url: str, *, title: str = "", hint: str = "") -> Payload:
    """One line an incident, with a link to where it is talked of; `url` is the workspace's."""
    rows = [_in_a_line(one, url) for one in incidents]
    shown = blocks.paragraph(rows, title=title) + ([blocks.context(hint)] if hint else [])
    plain = "\n".join(f"{line(one.key)} {cut(line(one.title), TITLE)}" for one in incidents)
    return limits.fit(Payload(plain, shown))


def _in_a_line(incident: Incident, url: str) -> str:
    channel_id, thread_ts = incident.review_place
    name = f"{incident.key} · {cut(incident.title, TITLE)}"
    facts = [
        f"{phrases.MARK[incident.status]} {bold(link(name, thread_url(url, channel_id, thread_ts)))}",
        phrases.severity(incident.severity),
        phrases.STATUS[incident.status].lower() + _kind(incident),
        "🔒 private" if incident.is_private else "",
        f"began {when(incident.started_at)}",
    ]
    if incident.status is Status.RESOLVED and incident.draft_due_at is not None:
        facts.append(f"draft {when(incident.draft_due_at)}")
    return " · ".join(fact for fact in facts if fact)


def _kind(incident: Incident) -> str:
    if incident.imported:
        return " (imported)"
    return " (thread)" if incident.scope is Scope.THREAD else ""
