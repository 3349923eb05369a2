"""Earlier incidents that resemble one: a line each on its cards, and the answer to who asks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.postmortem import SimilarIncident
from bot.slack import blocks, limits, phrases
from bot.slack.blocks import Json, Payload
from bot.slack.mrkdwn import bold, cut, line, link

WIDTH = 600
"""Characters of one line."""
_ACTION = 90


def similar_blocks(found: Sequence[SimilarIncident]) -> list[Json]:
    """One line an incident under a heading; nothing where there is none."""
    if not found:
        return []
    return blocks.paragraph([f"• {_in_a_line(one)}" for one in found], title="Similar past incidents")


def similar_answer(key: str, found: Sequence[SimilarIncident]) -> Payload:
    """The answer to `/postmortem similar`."""
    if not found:
        heading = f"Nothing before {line(key)} that you can see resembles it enough to tell of."
        hint = "The more is known of it, the more can be compared: the draft tells most."
        return Payload(heading, [blocks.section(heading), blocks.context(hint)])
    heading = f"What {line(key)} resembles, and how likely the cause was the same:"
    rows = [f"• {_in_a_line(one)}" for one in found]
    return limits.fit(Payload(heading, [blocks.section(heading), *blocks.paragraph(rows)]))


def _in_a_line(one: SimilarIncident) -> str:
    """`75 % likely the cause of INC-12 Checkout down (both: connection pool). It ended then with: …`"""
    name = bold(link(f"{one.incident} {cut(one.title, 120)}", one.permalink or ""))
    parts = [f"{name}: *{one.percent} %* likely the same cause{_why(one)}."]
    if one.fix:
        parts.append(f"What helped then: {line(one.fix)}")
    if one.open_actions:
        count = phrases.count(len(one.open_actions), "action item")
        parts.append(f"Still open: {count}, “{cut(line(one.open_actions[0].rstrip('.')), _ACTION)}”.")
    return cut(" ".join(parts), WIDTH)


def _why(one: SimilarIncident) -> str:
    shared = ", ".join(line(term) for term in one.shared)
    kind = f"kind of cause: {line(one.cause_class)}" if one.cause_class else ""
    why = "; ".join(part for part in (f"both: {shared}" if shared else "", kind) if part)
    return f" ({why})" if why else ""
