"""What a bot's message says: an alarm, its end, a chore, or a report of something else."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line

_MARK_WORDS = (
    r"triggered|firing|alerting|alarm|alert|warning|warn|critical|crit|resolved|recovered|recovery|ok"
    r"|no data|"
    r"problem|p[1-5]|sev-?[1-5]"
)
_MARKS = re.compile(
    rf"^(?:\W*(?:\[(?:{_MARK_WORDS})(?::\s?\d+)?\]\s*[:–—-]?|(?:{_MARK_WORDS.upper()})(?::\d+)?\s*(?::|(?=\s)))\s*)+",
)
_BRACKETED = re.compile(rf"^(?:\W*\[(?:{_MARK_WORDS})(?::\s?\d+)?\]\s*[:–—-]?\s*)+", re.IGNORECASE)
_OVER = re.compile(r"\b(?:resolved|recovered|ok|closed|cleared|back to normal|up again)\b", re.IGNORECASE)
_ROUTINE = re.compile(
    r"\b(?:passed|succeeded|success\w*|deployed|merged|released|scheduled|reminder|review|lint|build|sync|"
    r"is live|active on|rolling (?:back|out)|started by)\b",
    re.IGNORECASE,
)
"""A bot's report of a build or a deployment, as opposed to an alert that something is wrong."""
_CHORE = re.compile(
    r"\blint\b|\b(?:begins?|starts?) in \d|\bmoved to (?:review|done|in progress|backlog|to ?do)\b"
    r"|\breminder\b|"
    r"\bstand-?up\b|\b(?:build|tests?|pipeline|checks?) (?:\S+ ){0,3}passed\b|\bcoverage\b|\bcalendar\b",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\(updated [^)]*UTC\)\s*$")
_META = re.compile(
    r"^\W*(?:updated|fired|severity|region|runbook|dashboard|labels?|source|priority|assigned|links?"
    r"|value|tags?)\b"
    r"(?:\s*[:=]| \d|$)",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"^([\w./-]+): (?=\S)")
_BOT = re.compile(r"\s*\((?:alert|bot|app)\)\s*$", re.IGNORECASE)


class State(StrEnum):
    """What a bot's message is about."""

    FIRING = "firing"
    OVER = "over"
    CHORE = "chore"
    REPORT = "report"


def state(line: Line) -> State:
    """How a bot's message reads; one that was edited into its end was posted as an alarm."""
    text = line.item.text
    if _CHORE.search(text):
        return State.CHORE
    if _OVER.search(text):
        edited = _UPDATED.search(text) and re.search(rf"\bfired (?:at )?{line.at:%H:%M}\b", text)
        return State.FIRING if edited else State.OVER
    alarming = bool(line.said[Signal.SYMPTOM] or _BRACKETED.match(text) or _MARKS.match(text))
    return State.REPORT if _ROUTINE.search(text) and not alarming else State.FIRING


def is_chore(line: Line) -> bool:
    """A bot's report of daily routine: lint, a calendar, a card that moved."""
    return line.is_alert and bool(_CHORE.search(line.item.text))


def alarms(line: Line) -> bool:
    """A bot says that something is wrong."""
    return line.is_alert and state(line) is State.FIRING and not _ROUTINE.search(line.item.text)


def ends(line: Line) -> bool:
    """A bot says that an alarm is over."""
    return line.is_alert and state(line) is State.OVER


def unmarked(text: str, *, bot: bool = False) -> str:
    """A text without `[Triggered]`, `FIRING:1` and the like at its beginning."""
    plain = _BRACKETED.sub("", text)
    plain = _MARKS.sub("", plain) if bot else plain
    return plain if any(char.isalpha() for char in plain) else text


def is_meta(text: str) -> bool:
    """A line of an alert that only describes the alert: its severity, its runbook, when it was edited."""
    return bool(_META.match(text))


def announced(line: Line, text: str) -> str:
    """A bot's sentence with what it is: `Datadog alerted: …`, `The alert recovered: …`."""
    told = _SERVICE.sub(r"\1 ", unmarked(text, bot=True))
    kind = state(line)
    if kind is State.OVER:
        return f"The alert recovered: {told}"
    who = _BOT.sub("", line.item.role) or "A bot"
    return f"{who} {'alerted' if kind is State.FIRING else 'reported'}: {told}"
