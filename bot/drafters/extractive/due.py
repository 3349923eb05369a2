"""When something is promised for: dates people write, relative to the day they wrote them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_WEEKDAY = re.compile(
    r"\b(?:by|on|before|until|due|next|this|for|come)\s+(?:end of (?:day )?|eod |next |this )?("
    + "|".join(_DAYS)
    + r"|mon|tue|tues|wed|thu|thurs|fri)\b",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)? ("
    + "|".join(_MONTHS)
    + r")[a-z]*|("
    + "|".join(_MONTHS)
    + r")[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?)\b",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\b(?:in|within)\s+(?:the next\s+)?(a|an|one|two|three|four|\d{1,2})\s+(day|week|month)s?\b",
    re.IGNORECASE,
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_PHRASES = (
    (re.compile(r"\b(?:tomorrow|tmrw|tmw)\b", re.IGNORECASE), 1),
    (re.compile(r"\b(?:today|tonight|by eod|end of day|this afternoon)\b", re.IGNORECASE), 0),
)


def due(text: str, said: date) -> date | None:
    """The date by which a message of the day `said` promises something; None if it names none.

    `next week` and `end of the week` mean that Friday; a bare weekday is the next one to come.
    """
    return _absolute(text, said) or _relative(text, said)


def _absolute(text: str, said: date) -> date | None:
    iso = _ISO.search(text)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    named = _MONTH_DAY.search(text)
    if named is None:
        return None
    month = _MONTHS.index((named[2] or named[3]).lower()[:3]) + 1
    found = _date(said.year, month, int(named[1] or named[4]))
    if found and found < said - timedelta(days=30):
        return _date(said.year + 1, month, found.day)
    return found


def _relative(text: str, said: date) -> date | None:
    for pattern, days in _PHRASES:
        if pattern.search(text):
            return said + timedelta(days=days)
    weekday = _WEEKDAY.search(text)
    if weekday:
        wanted = next(at for at, name in enumerate(_DAYS) if name.startswith(weekday[1].lower()[:3]))
        return said + timedelta(days=(wanted - said.weekday()) % 7 or 7)
    if re.search(r"\b(?:by |before )?(?:the )?end of (?:the |this )?week\b|\bby eow\b", text, re.IGNORECASE):
        return said + timedelta(days=(4 - said.weekday()) % 7)
    if re.search(r"\bnext week\b", text, re.IGNORECASE):
        return said + timedelta(days=11 - said.weekday())
    within = _IN.search(text)
    if within:
        count = _COUNTS.get(within[1].lower()) or int(within[1])
        return said + timedelta(days=count * {"day": 1, "week": 7, "month": 30}[within[2].lower()])
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
