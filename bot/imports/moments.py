"""The times of a document: lines of a timeline, and the zone they are meant in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.domain.postmortem import Phase
from bot.domain.stated import clock_in, date_in

LONGEST_DATE = 60
"""Characters of a line that is a date: `2026-03-02 (all times UTC)`."""
ROLLOVER = timedelta(hours=6)
"""A line this much earlier than the one before it, without a date of its own, is of the next day."""

_LEADING = re.compile(
    r"\s*[\[(`]*(?:(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[. ]+[A-Za-z]{3,9}\.?,? (?:19|20)\d\d|"
    r"[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d)?"
    r"[T, |@-]{0,3}(?:at )?[~≈]?\d{1,2}:\d\d(?::\d\d)?(?:\.\d{1,6})?\s*(?:[ap]m\b)?\s*"
    r"(?:z\b|utc\b|gmt\b|[+-]\d\d:?\d\d\b|\(?[a-z]{2,4}t\)?(?=\W))?[\])`]*"
    r"(?:\s*[-–—]+\s*\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]m\b)?\s*(?:utc|gmt)?[\])`]*)?[\s:|*–—-]*",
    re.IGNORECASE,
)
_ZONES = re.compile(
    r"(?i)\b(?:times?|zone|timeline|all)\b[^.\n]{0,30}?\b(utc|gmt|[pmce][sd]t|cest|cet|bst|jst)\b"
)

_PHASES = (
    (
        Phase.RESOLUTION,
        r"resolved|all[ -]clear|incident (?:over|ends|closed)|fully recovered|back to normal|restored",
    ),
    (
        Phase.MITIGATION,
        r"roll(?:ed|ing)?[ -]?back|revert|restart|mitigat|failed over|failover|scaled|disabled|drain|hotfix",
    ),
    (
        Phase.DETECTION,
        r"alert|paged|pager|detect|notic|report(?:ed|s)|monitor(?:ing)? fire|complain|declar",
    ),
    (
        Phase.TRIGGER,
        r"deploy|releas|merged|rolled out|rollout|config|migration (?:start|ran)|outage begins|begins|push",
    ),
)
_MATCHERS = tuple((phase, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for phase, words in _PHASES)


class Told(NamedTuple):
    """A timeline's line: when, what (without the time), and whether a zone stood with it."""

    at: datetime
    text: str
    zoned: bool


class Clockwork:
    """Reads a document's times one after the other: a time without a date follows the one before it."""

    def __init__(self, day: date, zone: timedelta | None = None) -> None:
        self._day = day
        self._zone = zone
        self._last: datetime | None = None

    def line(self, text: str, when: str = "") -> Told | None:
        """A line that begins with a time; or `text` with its time in a column of its own."""
        leading = _LEADING.match(text) if not when else None
        clock = when or (leading[0] if leading else "")
        found = clock_in(clock, self._day) if clock else None
        if found is None:
            return None
        at, zoned = found
        if not zoned and self._zone is not None:
            at, zoned = at - self._zone, True
        if date_in(clock) is None:
            at = self._following(at)
        self._last = at
        self._day = (at + (self._zone or timedelta(0))).date()
        rest = text if when else text[leading.end() if leading else 0 :]
        return Told(at, rest.strip(), zoned) if rest.strip() else None

    def heading(self, text: str) -> bool:
        """Whether a line is nothing but the date, or the zone, of those below it."""
        day = date_in(text)
        if len(text) > LONGEST_DATE or clock_in(text, day or self._day):
            return False
        if day is None:
            return zone_of([text]) is not None
        self._day, self._last = day, None
        return True

    def _following(self, at: datetime) -> datetime:
        if self._last is not None and self._last - at > ROLLOVER:
            return at + timedelta(days=1)
        return at


def zone_of(texts: Iterable[str]) -> timedelta | None:
    """The zone all times are said to be in (`All times are PST`); None where nothing says so."""
    for text in texts:
        if match := _ZONES.search(text):
            found = clock_in(f"12:00 {match[1]}", date(2000, 1, 1))
            if found and found[1]:
                return timedelta(hours=12) - timedelta(hours=found[0].hour, minutes=found[0].minute)
    return None


def phase_of(text: str, *, over: bool, begun: bool) -> Phase:
    """What a line is about, by its words; what follows the resolution is `AFTER`."""
    if over:
        return Phase.AFTER
    for phase, words in _MATCHERS:
        if words.search(text) and not (phase is Phase.TRIGGER and begun):
            return phase
    return Phase.INVESTIGATION
