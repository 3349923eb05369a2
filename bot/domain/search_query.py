"""What somebody looks for: `connection pool sev:1 service:checkout after:2026-01 "exact words" -excluded`.

Reading never fails. What is not understood becomes a hint, a sentence for the person, and the rest counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from bot.domain.incident import Severity, Status

_T = TypeVar("_T")


class Order(StrEnum):
    """By what results are put in order."""

    BEST = "best"
    TITLE = "title"
    RECENT = "recent"
    SEVERITY = "severity"


STATES: dict[str, frozenset[Status]] = {
    "open": frozenset({Status.OPEN}),
    "resolved": frozenset({Status.RESOLVED}),
    "review": frozenset({Status.IN_REVIEW, Status.APPROVED}),
    "published": frozenset({Status.PUBLISHED}),
    "unreviewed": frozenset({Status.OPEN, Status.RESOLVED, Status.IN_REVIEW}),
}
"""What `is:` may say of an incident's state; `is:private` is apart."""

FILTERS = "sev: service: after: before: is: owner: by:"
MOST_PARTS = 40
LONGEST = 1000


class SearchQuery(BaseModel):
    """What is wanted. Within one kind of filter any value will do (`sev:1 sev:2`), all kinds must hold.

    `words` are as typed, all of them wanted; `phrases` are wanted word for word; nothing in `excluded` may
    occur. `after` counts from that moment on, `before` up to but without it. `owners` are Slack user ids,
    or names in lower case that are still to be looked up.
    """

    model_config = ConfigDict(frozen=True)

    text: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    services: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    statuses: frozenset[Status] = frozenset()
    private: bool = False
    owners: tuple[str, ...] = ()
    order: Order = Order.BEST
    hints: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words narrows it down."""
        kinds = (self.severities, self.services, self.statuses, self.owners)
        return any(kinds) or self.private or self.after is not None or self.before is not None

    @property
    def asks(self) -> bool:
        """Whether it asks for anything at all: words, or a filter alone."""
        return bool(self.words or self.phrases or self.is_filtered)


_PART = re.compile(r'(?P<minus>-?)(?:(?P<key>[A-Za-z]{2,16}):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))')
_QUOTES = str.maketrans("“”„‟«»", '""""""')
_BRACKETS = str.maketrans("<>", "  ")
_TOKEN = re.compile(r"<(?P<kind>[@#!]?)(?P<target>[^<>|\s]*)(?:\|(?P<label>[^<>]*))?>")
_BARE_SEVERITY = re.compile(r"(?i)sev-?([1-4])")
_SPAN = re.compile(r"(\d{1,4})([dwmy])", re.ASCII)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


def parse(text: str, *, now: datetime) -> SearchQuery:
    """Read a query, as typed or as Slack sends it (mentions and links in `<…>`). `now` is what `30d` counts
    back from."""
    reading = _Reading(now)
    shown = _plain(text[:LONGEST]).translate(_QUOTES)
    for number, part in enumerate(_PART.finditer(shown)):
        if number >= MOST_PARTS:
            reading.hints.append(f"Only the first {MOST_PARTS} words count.")
            break
        reading.take(part)
    return reading.query(" ".join(shown.split()))


def _plain(text: str) -> str:
    """Slack's own marks undone: `&amp;`, links and channels by what they show, people by their id.

    Other angle brackets are blanks: nothing is found by them, and shown again they could become marks.
    """

    def undone(token: re.Match[str]) -> str:
        return f"@{token['target']}" if token["kind"] == "@" else token["label"] or token["target"]

    text = _TOKEN.sub(undone, text).replace("&lt;", " ").replace("&gt;", " ").replace("&amp;", "&")
    return text.translate(_BRACKETS)


class _Reading:
    """A query being read, part by part."""

    def __init__(self, now: datetime) -> None:
        self.hints: list[str] = []
        self._now = now
        self._words: list[str] = []
        self._phrases: list[str] = []
        self._excluded: list[str] = []
        self._filters: dict[str, list[str]] = {}

    def take(self, part: re.Match[str]) -> None:
        value = (part["quoted"] if part["quoted"] is not None else part["bare"]).strip()
        key = (part["key"] or "").lower()
        if not key and value.endswith(":") and value[:-1].lower() in _KEYS:
            key, value = value[:-1].lower(), ""
        if key in _KEYS:
            self._filter(_KEYS[key], key, value, excluded=bool(part["minus"]))
        elif value and part["minus"]:
            self._excluded.append(f"{key} {value}".strip())
        elif value and key:
            self._unknown(key, value)
        elif value and part["quoted"] is not None:
            self._phrases.append(value)
        elif found := _BARE_SEVERITY.fullmatch(value):
            self._filters.setdefault("sev", []).append(found[1])
        elif value:
            self._words.append(value)

    def _filter(self, name: str, typed: str, value: str, *, excluded: bool) -> None:
        if excluded:
            self.hints.append(f"`-{typed}:` is left out: only words can be excluded, not filters.")
        elif not value:
            self.hints.append(f"`{typed}:` needs a value right behind it, for example `{_EXAMPLES[name]}`.")
        else:
            self._filters.setdefault(name, []).append(value)

    def _unknown(self, key: str, value: str) -> None:
        """An address, `std::bad_alloc` and the like are words; anything else may be a filter mistyped."""
        self._words.extend((key, value))
        if not value.startswith((":", "/", "\\")) and key not in ("http", "https"):
            self.hints.append(f"There is no filter `{key}:`, so these are words here. Filters: `{FILTERS}`.")

    def query(self, text: str) -> SearchQuery:
        after, before = self._last("after", self._moment), self._last("before", self._moment)
        states = self._all("is", self._state)
        if after and before and before <= after:
            self.hints.append("`before:` is not later than `after:`, so nothing can be in between.")
        if self._excluded and not (self._words or self._phrases or self._filters):
            self.hints.append("Say what to look for as well: excluding alone finds nothing.")
        return SearchQuery(
            text=text,
            words=tuple(self._words),
            phrases=tuple(self._phrases),
            excluded=tuple(self._excluded),
            severities=self._all("sev", self._severity),
            services=tuple(dict.fromkeys(value.lower() for value in self._filters.get("service", ()))),
            after=after,
            before=before,
            statuses=frozenset().union(*(STATES[state] for state in states if state in STATES)),
            private="private" in states,
            owners=tuple(dict.fromkeys(_owner(value) for value in self._filters.get("owner", ()))),
            order=self._last("by", self._order) or Order.BEST,
            hints=tuple(dict.fromkeys(self.hints)),
        )

    def _all(self, name: str, read: Callable[[str], _T | None]) -> tuple[_T, ...]:
        found = (read(value) for value in self._filters.get(name, ()))
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _last(self, name: str, read: Callable[[str], _T | None]) -> _T | None:
        found = self._all(name, read)
        return found[-1] if found else None

    def _refuse(self, typed: str, wanted: str) -> None:
        self.hints.append(f"`{typed[:40]}` is left out: {wanted}")

    def _severity(self, value: str) -> Severity | None:
        digits = value.lower().removeprefix("sev").removeprefix("-")
        if digits in ("1", "2", "3", "4"):
            return Severity(f"sev{digits}")
        self._refuse(f"sev:{value}", "severities are `sev:1` to `sev:4`.")
        return None

    def _state(self, value: str) -> str | None:
        if value.lower() in STATES or value.lower() == "private":
            return value.lower()
        self._refuse(f"is:{value}", f"it is one of {', '.join((*STATES, 'private'))}.")
        return None

    def _order(self, value: str) -> Order | None:
        if value.lower() in set(Order):
            return Order(value.lower())
        self._refuse(f"by:{value}", "results come `by:recent`, `by:severity`, `by:title` or best first.")
        return None

    def _moment(self, value: str) -> datetime | None:
        found = _back(value, self._now) or _day(value)
        if found is None:
            self._refuse(value, "dates are `2026`, `2026-01`, `2026-01-14` or, counted back from now, `30d`.")
        return found


def _back(value: str, now: datetime) -> datetime | None:
    span = _SPAN.fullmatch(value.lower())
    try:
        return now - timedelta(days=int(span[1]) * _DAYS[span[2]]) if span else None
    except OverflowError:
        return None


def _day(value: str) -> datetime | None:
    date = _DATE.fullmatch(value)
    try:
        return datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1), tzinfo=UTC) if date else None
    except ValueError:
        return None


def _owner(value: str) -> str:
    """`@U024BE7LH` → the id, anything else → a name in lower case without its `@`."""
    name = value.removeprefix("@")
    return name if value.startswith("@") and _USER.fullmatch(name) else name.lower()


_USER = re.compile(r"[UW][A-Z0-9]{5,20}")
_KEYS = {
    "sev": "sev",
    "severity": "sev",
    "service": "service",
    "svc": "service",
    "after": "after",
    "since": "after",
    "before": "before",
    "until": "before",
    "is": "is",
    "status": "is",
    "owner": "owner",
    "by": "by",
    "sort": "by",
}
_EXAMPLES = {
    "sev": "sev:1",
    "service": "service:checkout",
    "after": "after:2026-01",
    "before": "before:2026-03-15",
    "is": "is:published",
    "owner": "owner:@maya",
    "by": "by:recent",
}
