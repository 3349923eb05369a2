"""The Home tab: what is open, what waits for one person, and how to find the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.incident import Incident
from bot.domain.places import thread_url
from bot.ports import Home
from bot.slack import blocks, limits, phrases
from bot.slack.blocks import Json, Payload
from bot.slack.dates import when
from bot.slack.items import Name, Reader, item_blocks
from bot.slack.mrkdwn import bold, line, link
from bot.workflow.buttons import reference
from bot.workflow.home import ITEMS, OPEN, WAITING

SEARCH, HELP, READ = "pm_home_search", "pm_home_help", "pm_home_read"
"""`action_id` of Home's own buttons."""
_GUEST = (
    "Hello! Incidents and their postmortems are for full members of this workspace, so there is nothing to "
    "show here. Ask a colleague who is one to share what you need."
)


def view(home: Home | None, name: Name, url: str, *, me: str, note: str = "") -> Json:
    """One person's Home; None for somebody who may see nothing of it. `url` is the workspace's."""
    if home is None:
        return _home([blocks.header("Postmortems"), blocks.section(_GUEST)])
    reader = Reader(today=home.today, name=name, url=url, me=me)
    shown = [blocks.header("Postmortems"), _doors()]
    shown += [blocks.context(line(note))] if note else []
    shown += _open(home.open, reader)
    shown += _waiting(home.waiting, reader)
    shown += _items(home, reader)
    shown += _published(home.published, reader)
    return _home(shown)


def unavailable(text: str) -> Json:
    """A Home that cannot be drawn now, and why."""
    return _home([blocks.header("Postmortems"), blocks.section(line(text))])


def help_view(words: Payload) -> Json:
    """What can be done, in a window."""
    body: dict[str, Any] = {
        "type": "modal",
        "callback_id": "pm_help_view",
        "title": blocks.plain_text("What can I do?"),
        "close": blocks.plain_text("Close"),
        "blocks": words.blocks,
    }
    return limits.fit_view(body)


def _doors() -> Json:
    search = blocks.press(SEARCH, "🔎 Search past incidents", "search") | {"style": "primary"}
    return {"type": "actions", "elements": [search, blocks.press(HELP, "What can I do?", "help")]}


def _open(incidents: Sequence[Incident], reader: Reader) -> list[Json]:
    none = "All quiet: no incident is open. `/postmortem start` in an incident channel opens one."
    lines = [f"{_named(one, reader)} · since {when(one.started_at)}" for one in incidents]
    return _part("🔴 Open now", _cut(lines, OPEN, "`/postmortem list` shows them all"), none)


def _waiting(incidents: Sequence[Incident], reader: Reader) -> list[Json]:
    shown = [_titled("📝 Waiting for your review")]
    for one in incidents[:WAITING]:
        owner = line(reader.name(one.owner_id) or "") if one.owner_id else ""
        through = "you see it through" if one.owner_id == reader.me else f"{owner} sees it through"
        text = f"{_named(one, reader)}{f' · {through}' if owner else ''}"
        shown.append(_read(text, one))
    if not incidents:
        shown.append(blocks.context("Nothing waits for you."))
    if len(incidents) > WAITING:
        shown.append(blocks.context("… and more."))
    return [blocks.divider(), *shown]


def _items(home: Home, reader: Reader) -> list[Json]:
    shown = [blocks.divider(), _titled("📌 Your action items")]
    for one in home.items[:ITEMS]:
        shown += item_blocks(one, reader, {}, named=True)
    if not home.items:
        shown.append(blocks.context("Nothing to do. What you accept in a review is listed here."))
    if len(home.items) > ITEMS:
        shown.append(blocks.context("… and more: `/postmortem actions` shows them all."))
    return shown


def _published(incidents: Sequence[Incident], reader: Reader) -> list[Json]:
    shown = [blocks.divider(), _titled("📘 Learnt lately")]
    shown += [_read(f"{_named(one, reader)} · {one.started_at:%Y-%m-%d}", one) for one in incidents]
    if not incidents:
        shown.append(
            blocks.context("No postmortem is published yet. The first one is a good one to start with.")
        )
    return shown


def _part(title: str, lines: Sequence[str], none: str) -> list[Json]:
    return [blocks.divider(), _titled(title), *(blocks.paragraph(lines) if lines else [blocks.context(none)])]


def _titled(text: str) -> Json:
    return blocks.section(bold(text))


def _named(incident: Incident, reader: Reader) -> str:
    channel_id, thread_ts = incident.review_place
    title = link(f"{incident.key} · {incident.title}", thread_url(reader.url, channel_id, thread_ts))
    facts = [bold(title), phrases.severity(incident.severity), "🔒 private" if incident.is_private else ""]
    return " · ".join(fact for fact in facts if fact)


def _read(text: str, incident: Incident) -> Json:
    """A line with a button that opens the whole document."""
    return blocks.section(text) | {"accessory": blocks.press(READ, "Read", reference(incident))}


def _cut(lines: Sequence[str], most: int, more: str) -> list[str]:
    return [*lines[:most], f"… and more: {more}."] if len(lines) > most else list(lines)


def _home(shown: Sequence[Json]) -> Json:
    body: dict[str, Any] = {"type": "home", "callback_id": "pm_home", "blocks": list(shown)}
    return limits.fit_view(body)
