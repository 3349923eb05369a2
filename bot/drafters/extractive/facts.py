"""What Slack itself recorded, and changes of severity: each a moment of its own, however it is worded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.drafters.extractive.lines import Line, Sentence

_LEVEL = r"(?:sev(?:erity)?[ -]?[0-5]|p[0-4])\b"
_CHANGED = re.compile(
    r"\b(?:rais(?:ed|ing)|bump(?:ed|ing)|escalat(?:ed|ing)|upgrad(?:ed|ing)|downgrad(?:ed|ing)|lower(?:ed|ing)"
    r"|declar(?:ed|ing)|set(?:ting)?|call(?:ed|ing)|ma(?:de|king)|mov(?:ed|ing)|chang(?:ed|ing)|reduc(?:ed|ing)"
    r"|treat(?:ed|ing)|hochgestuft|herabgestuft|(?:it|this|that)(?:'s| is)(?: now)?|now)"
    rf"\b[^.?!\n]{{0,40}}\b{_LEVEL}|\b{_LEVEL}\s*(?:->|→|=>|to)\s*{_LEVEL}"
)
_MEANT = frozenset("should could would can may might maybe if perhaps".split())
_PINS = ("pushpin", "round_pushpin")
"""A pinned message comes with the first of them too (`bot.slack.messages`)."""
_MOST = 8
"""A channel whose topic is set every few minutes would leave no room for what happened."""


def facts(lines: Sequence[Line]) -> frozenset[int]:
    """The places of lines that record a change of topic, name or severity, the first eight, and of those
    that people pinned or marked with 📌, the first eight too."""
    found = [line.index for line in lines if line.is_fact or any(map(changes_severity, line.sentences))]
    pinned = [line.index for line in lines if any(mark.name in _PINS for mark in line.item.reactions)]
    return frozenset(found[:_MOST]) | frozenset(pinned[:_MOST])


def changes_severity(sentence: Sentence) -> bool:
    """Says that the incident has another severity now, rather than asking for one."""
    if sentence.is_question or _MEANT & set(sentence.words):
        return False
    return bool(_CHANGED.search(sentence.lower))
