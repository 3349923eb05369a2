"""What is said in a line or a few: answers, the diff of an edit, search results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.posting import Change, Diff, Line
from bot.domain.sections import SECTIONS
from bot.slack import blocks
from bot.slack.blocks import Json, Payload
from bot.slack.dates import when
from bot.slack.mrkdwn import bold, cut, escape, line, width

_COMMAND = re.compile(r"ˋ((?:/?postmortem |[a-z][a-z ]{1,24}: )[^ˋ\n]{1,80})ˋ")
_PLACE = re.compile(r"\{(\d{1,2})\}")
CHANGED_LINE, CHANGES = 600, 5500


def short(post: Line) -> Payload:
    """One line with its links and buttons."""
    text = timed(post.text, post.times)
    shown = blocks.paragraph([text]) + blocks.links(post.links) + blocks.buttons(post.buttons)
    return Payload(text, shown)


def timed(text: str, times: Sequence[datetime]) -> str:
    """Untrusted text with `{0}`, `{1}` … replaced by moments in the reader's zone and UTC.

    Commands and reply forms in backticks (`/postmortem …`, `summary: …`) are shown as code; other
    marks take no effect.
    """

    def moment(place: re.Match[str]) -> str:
        index = int(place[1])
        return when(times[index]) if index < len(times) else place[0]

    return _PLACE.sub(moment, _COMMAND.sub(r"`\1`", escape(text)))


def diff(post: Diff) -> Payload:
    """What an edit changed: lines that went (−) and came (+) by section, findings, *Undo*."""
    text = timed(post.text, post.times)
    shown = blocks.paragraph([text])
    lines, left = _bounded([entry for change in post.changes for entry in _changed(change)])
    shown += blocks.paragraph(lines)
    if left:
        shown.append(blocks.context(f"… and {left} more changed lines"))
    if post.findings:
        checks = [f"• {line(finding)}" for finding in post.findings]
        shown.append(blocks.context(cut("\n".join(["For the reviewer:", *checks]), blocks.SECTION)))
    return Payload(text, shown + blocks.buttons(post.buttons))


def changed_blocks(changes: Sequence[Change]) -> list[Json]:
    """Everything that differs, whatever its length: for a window with pages."""
    return [block for change in changes for block in blocks.paragraph(_changed(change))]


def _changed(change: Change) -> list[str]:
    removed = [f"− {cut(line(text), CHANGED_LINE)}" for text in change.removed]
    added = [f"+ {cut(line(text), CHANGED_LINE)}" for text in change.added]
    return [bold(line(SECTIONS.get(change.section, change.section))), *removed, *added]


def _bounded(lines: Sequence[str]) -> tuple[list[str], int]:
    """The first lines that stay within the room for changes, and how many do not."""
    kept: list[str] = []
    room = CHANGES
    for text in lines:
        room -= width(text) + 1
        if room < 0:
            break
        kept.append(text)
    return kept, len(lines) - len(kept)
