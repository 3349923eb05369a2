"""Search results: as a message that only the asker sees, and in a window. Both page in place.

Buttons carry the query itself, as the asker typed it, and a page's number; what they may see is decided
anew at every press.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.domain.incident import Status, describe_duration
from bot.domain.places import thread_url
from bot.ports import Hit
from bot.slack import blocks, limits
from bot.slack.blocks import Json, Payload
from bot.slack.dates import utc
from bot.slack.mrkdwn import bold, cut, escape, highlighted, line, link, width

SHOW, BACK, NEXT = "pm_search_show", "pm_search_back", "pm_search_next"
"""`action_id` of the buttons; `BACK` and `NEXT` carry `{"q": query, "page": n}`, `SHOW` an incident."""
_REVIEWED = (Status.APPROVED, Status.PUBLISHED)
_DRAFTED = (Status.IN_REVIEW, *_REVIEWED)
_CODE = re.compile(r"ˋ([^ˋ\n]{1,80})ˋ")
LONGEST_QUERY = 1000
EXAMPLE = 'For example `connection pool`, `"exact words"`, `timeout sev:1 service:checkout after:2026-01`.'


def message(
    found: Sequence[Hit],
    *,
    words: str,
    url: str,
    page: int = 0,
    more: bool = False,
    first: int = 1,
    notes: Sequence[str] = (),
) -> Payload:
    """Results as a message, best first. `url` is the workspace's own (`https://acme.slack.com/`), `first`
    the number of the first hit on this page."""
    heading = _heading(found, words, more=more, first=first, page=page)
    shown = [blocks.section(heading), *_notes(notes)]
    if not found:
        shown.append(blocks.context("Try fewer or other words."))
    shown += [block for hit in found for block in hit_blocks(hit, url=url)]
    return limits.fit(Payload(heading, [*shown, *_paging(words, page, more=more)]))


def in_window(
    found: Sequence[Hit],
    *,
    words: str,
    url: str,
    page: int = 0,
    more: bool = False,
    first: int = 1,
    notes: Sequence[str] = (),
) -> list[Json]:
    """The same as blocks for a window, below the field that holds the words."""
    heading = _heading(found, words, more=more, first=first, page=page)
    shown = [blocks.context(heading), *_notes(notes)]
    shown += [block for hit in found for block in hit_blocks(hit, url=url)]
    return [*shown, *_paging(words, page, more=more)]


def hit_blocks(hit: Hit, *, url: str) -> list[Json]:
    """One result: title, facts, the sentence that matched, where to read on, and *Show*."""
    shown = blocks.paragraph(_lines(hit, url=url))
    if hit.status in _DRAFTED:
        value = json.dumps({"incident": hit.incident_id}, separators=(",", ":"))
        shown[0]["accessory"] = blocks.press(SHOW, "Show", value)
    return shown


def _lines(hit: Hit, *, url: str) -> list[str]:
    thread = thread_url(url, hit.channel_id, hit.thread_ts)
    facts = [
        utc(hit.started_at)[:10],
        hit.severity.upper() if hit.severity else "",
        describe_duration(hit.resolved_at - hit.started_at) if hit.resolved_at else "",
        hit.status.value,
        "" if hit.published or hit.status in _REVIEWED else "_unreviewed_",
    ]
    places = [
        link("Thread", thread) if thread else "",
        link("Document", hit.location) if hit.location else "",
    ]
    said = cut(highlighted(hit.snippet), 900)
    shown = [bold(link(f"{hit.key} · {hit.title}", hit.location or thread)), _dotted(facts), said]
    return [one for one in (*shown, _dotted(places)) if one]


def _dotted(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)


def _heading(found: Sequence[Hit], words: str, *, more: bool, first: int, page: int) -> str:
    asked = f"“{cut(line(words), 200)}”"
    if not found and page > 0:
        return f"No further incidents for {asked}."
    if not found:
        return f"Nothing found for {asked}. Fewer words, or spelt another way, may find it."
    if page > 0 or more:
        return f"Incidents {first} to {first + len(found) - 1} for {asked}" + (
            ", more follow" if more else ""
        )
    return f"{len(found)} incidents for {asked}" if len(found) > 1 else f"1 incident for {asked}"


def _notes(notes: Sequence[str]) -> list[Json]:
    """Sentences about the query; what stands in backticks in them is shown as code."""
    if not notes:
        return []
    said = "\n".join(_CODE.sub(r"`\1`", escape(note)) for note in notes)
    return [blocks.context(cut(said, blocks.SECTION))]


def _paging(words: str, page: int, *, more: bool) -> list[Json]:
    """Previous and Next; none where the query is too long for a button to carry."""
    if width(json.dumps(words)) > LONGEST_QUERY:
        return []
    back = [blocks.press(BACK, "Previous", _turn(words, page - 1))] if page > 0 else []
    onward = [blocks.press(NEXT, "Next", _turn(words, page + 1))] if more else []
    return [{"type": "actions", "elements": back + onward}] if back or onward else []


def _turn(words: str, page: int) -> str:
    return json.dumps({"q": words, "page": page}, separators=(",", ":"))
