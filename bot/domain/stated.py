"""What people state in passing: how severe it was, which services it hit, when it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from bot.domain.incident import Severity

MAX_SERVICES = 8
"""More than so many names behind `Services:` are no list of services."""

_SEVERITY = re.compile(r"(?i)(?<![a-z0-9])(?:(?:sev(?:erity)?|priority)[- :#]{0,3}|p)([0-5])(?![\w.%])")
_ALONE = re.compile(r"(?i)\s*\W?(?:s|p|sev(?:erity)?[-_ ]?|level )?([0-5])\W?(?:\s.*)?")
_WORDS: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "blocker", "highest", "catastrophic"), Severity.SEV1),
    **dict.fromkeys(("major", "high", "severe"), Severity.SEV2),
    **dict.fromkeys(("moderate", "medium", "partial"), Severity.SEV3),
    **dict.fromkeys(("minor", "low", "lowest", "trivial", "cosmetic"), Severity.SEV4),
}
_SERVICE = re.compile(r"(?i)\bservice:([\w./-]{2,60})")
_SERVICES = re.compile(
    r"(?im)^\W*(?:affected |impacted )?(?:services?|systems?|components?)(?: affected| impacted)?"
    r"\W{0,3}[:=]\s*(.{2,200})$"
)
_LIST = re.compile(r"\s*(?:,|;|/|\band\b|\s[•·|]\s)\s*", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9][\w./ -]{1,59}", re.IGNORECASE)

_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip
_ISO = re.compile(r"\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?i)\b(\d{1,2})(?:st|nd|rd|th)?[ .-]{1,2}(?:of )?([a-z]{3,9})\.?,?[ -]((?:19|20)\d\d)\b"
)
_MONTH_FIRST = re.compile(r"(?i)\b([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? ((?:19|20)\d\d)\b")
_CLOCK = re.compile(
    r"(?i)(?<![\d:.])(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d{1,6})?\s*(am|pm)?\s*"
    r"(z\b|utc|gmt|[+-]\d\d:?\d\d\b|\(?(?:[ap][sd]t|[cme][sd]t|ce?s?t|bst|ist|jst|aes?t|[cmep]t)\)?(?![a-z]))?"
)
_OFFSETS = {
    "pst": -8, "pdt": -7, "mst": -7, "mdt": -6, "cst": -6, "cdt": -5, "est": -5, "edt": -4, "cet": 1,
    "cest": 2, "bst": 1, "jst": 9,
}  # fmt: skip
"""Hours before or after UTC of the zones whose letters mean one thing only; CST is taken for Chicago's."""


def severity_in(text: str) -> Severity | None:
    """The first severity written as one: `sev2`, `SEV-2`, `severity 2`, `P1`. 0 counts as 1, 5 as 4."""
    found = _SEVERITY.search(text.replace("_", "-"))
    return _graded(int(found[1])) if found else None


def severity_value(text: str) -> Severity | None:
    """The severity a field holds: as `severity_in`, or bare (`2`), or a word (`Critical`, `Major`)."""
    if found := severity_in(text):
        return found
    words = re.findall(r"[a-z]+", text.lower())
    named = next((_WORDS[word] for word in words if word in _WORDS), None)
    bare = _ALONE.fullmatch(text)
    return named or (_graded(int(bare[1])) if bare else None)


def _graded(number: int) -> Severity:
    return Severity(f"sev{min(max(number, 1), 4)}")


def services_in(text: str) -> tuple[str, ...]:
    """Services written as such: `service:checkout`, or a line `Services affected: checkout, cart`."""
    found = [match[1].lower() for match in _SERVICE.finditer(text)]
    for match in _SERVICES.finditer(text):
        found += services_value(match[1])
    return tuple(dict.fromkeys(found))[:MAX_SERVICES]


def services_value(text: str) -> tuple[str, ...]:
    """The services a field lists, lower case; a sentence is no list and gives none."""
    names = [part.strip(" `*_\"'.[]()").lower() for part in _LIST.split(text)]
    names = [name for name in names if name]
    fits = all(_NAME.fullmatch(name) and len(name.split()) <= 3 for name in names)
    return tuple(dict.fromkeys(names)) if fits and len(names) <= MAX_SERVICES else ()


def date_in(text: str) -> date | None:
    """The first full date: `2026-03-02`, `2 March 2026`, `March 2nd, 2026`. Without a year it is none."""
    for pattern, order in ((_ISO, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2))):
        for match in pattern.finditer(text):
            if found := _date(*(match[group] for group in order)):
                return found
    return None


def _date(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def clock_in(text: str, day: date) -> tuple[datetime, bool] | None:
    """The first clock time in a text, on `day` or the date written with it, as UTC; and whether a zone
    stood there. Without one it is taken for UTC."""
    for match in _CLOCK.finditer(text):
        if found := _moment(match, date_in(text) or day):
            return found
    return None


def _moment(match: re.Match[str], day: date) -> tuple[datetime, bool] | None:
    hour, zone = int(match[1]), (match[5] or "").strip("()").lower()
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4].lower() == "pm" else 0)
    offset = _offset(zone)
    try:
        local = datetime(day.year, day.month, day.day, hour, int(match[2]), int(match[3] or 0), tzinfo=UTC)
        return local - (offset or timedelta(0)), offset is not None
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta | None:
    """How far a zone is ahead of UTC; None where none is written or its letters may mean several."""
    if zone in ("z", "utc", "gmt"):
        return timedelta(0)
    if zone[:1] in ("+", "-"):
        digits = zone[1:].replace(":", "")
        size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return -size if zone[0] == "-" else size
    return timedelta(hours=_OFFSETS[zone]) if zone in _OFFSETS else None
