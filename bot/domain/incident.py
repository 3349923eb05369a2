"""An incident: one outage with a life, and what may happen to it when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Status(StrEnum):
    """Where an incident stands: `open → resolved → in review → approved → published`, or `discarded`.

    `dismissed` is a resolved incident for which people asked for no postmortem.
    """

    OPEN = "open"
    RESOLVED = "resolved"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    DISMISSED = "dismissed"


class Scope(StrEnum):
    """What an incident's transcript covers."""

    CHANNEL = "channel"
    THREAD = "thread"


class Severity(StrEnum):
    """How bad it was, from everything down (1) to hardly noticed (4)."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"


PUBLIC_SERIES = "INC"
PRIVATE_SERIES = "PRV"

# From which status an action is allowed; anything else is a clear refusal.
ALLOWED_FROM: dict[str, frozenset[Status]] = {
    "resolve": frozenset({Status.OPEN}),
    "reopen": frozenset(
        {Status.RESOLVED, Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED, Status.DISMISSED}
    ),
    "dismiss": frozenset({Status.OPEN, Status.RESOLVED}),
    "draft": frozenset({Status.OPEN, Status.RESOLVED, Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED}),
    "edit": frozenset({Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED}),
    "approve": frozenset({Status.IN_REVIEW}),
    "answer": frozenset({Status.IN_REVIEW}),
    "discard": frozenset({Status.IN_REVIEW, Status.APPROVED}),
    "restore": frozenset({Status.DISCARDED}),
    "unpublish": frozenset({Status.PUBLISHED}),
}

_OF_THE_LIVING = frozenset({"resolve", "reopen", "draft", "dismiss", "answer"})
"""What makes no sense for an imported incident, whose talk is over and whose draft is posted nowhere."""


class Incident(BaseModel):
    """One incident as it is stored. Ids are Slack's; times are aware UTC; `ts` stay strings.

    `generation` counts the resolutions: work caused by an earlier one recognises itself as stale.
    `root_ts` is the thread's root for a thread incident, None for a channel one.
    `card_ts` is where the incident card stands once posted; replies and the draft go under it
    (`thread_ts` below).
    `resolved_by_ts` is the message whose reaction resolved it, if a reaction did.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    team_id: str
    series: str = PUBLIC_SERIES
    number: int
    channel_id: str
    scope: Scope
    root_ts: str | None = None
    card_ts: str | None = None
    title: str
    severity: Severity | None = None
    services: tuple[str, ...] = ()
    status: Status = Status.OPEN
    generation: int = 0
    started_at: datetime
    started_by: str | None = None
    since_ts: str
    """Messages at or after this Slack timestamp belong to a channel incident's transcript."""
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolved_by_ts: str | None = None
    draft_due_at: datetime | None = None
    owner_id: str | None = None
    dismissed_reason: str | None = None
    no_model: bool = False
    is_private: bool = False
    restricted: bool = False
    """A matter of security or law: no model, no files, no similarity, no statistics."""
    held: bool = False
    """On legal hold: nothing of it is purged, forgotten or erased."""
    imported: bool = False
    """Brought in from an export or a document: nobody lived it with the bot, so nothing of it is posted."""
    review_channel_id: str | None = None
    review_ts: str | None = None
    """Where draft and review really live, once posted: elsewhere when the thread was gone."""
    version: int = 1
    """Counts the writes of this row, so that two writers never overwrite each other silently."""

    @property
    def key(self) -> str:
        """What people call it: `INC-7`, or `PRV-2` in the private series."""
        return f"{self.series}-{self.number}"

    @property
    def thread_ts(self) -> str | None:
        """The root of the thread where draft and review live: the thread itself, or the card's."""
        return self.root_ts if self.scope is Scope.THREAD else self.card_ts

    @property
    def review_place(self) -> tuple[str, str | None]:
        """Channel and thread root under which draft, review and notices go."""
        if self.review_channel_id:
            return self.review_channel_id, self.review_ts
        return self.channel_id, self.thread_ts

    def refusal(self, action: str) -> str | None:
        """Why `action` makes no sense in this status, for the person who asked; None where it does."""
        if self.imported and action in _OF_THE_LIVING:
            return (
                f"{self.key} was imported: it cannot be reopened, or drafted again from here. A newer export "
                "brings what is new (`postmortem import`). Nothing was changed."
            )
        return None if self.status in ALLOWED_FROM[action] else _refusal(self, action)


_KEY = re.compile(r"\s*(?P<series>[A-Za-z]{2,8})-(?P<number>\d{1,9})\s*")


def parse_key(text: str) -> tuple[str, int] | None:
    """`inc-7` → `("INC", 7)`; None where the text is no incident key."""
    match = _KEY.fullmatch(text)
    return (match["series"].upper(), int(match["number"])) if match else None


def _refusal(incident: Incident, action: str) -> str:
    hints = {
        Status.OPEN: "It is still open; resolve it first.",
        Status.RESOLVED: "It is resolved and its draft is still to come.",
        Status.IN_REVIEW: "Its postmortem is in review.",
        Status.APPROVED: "Its postmortem is approved and being published.",
        Status.PUBLISHED: "Its postmortem is published; correct it with an edit, or unpublish it.",
        Status.DISCARDED: "Its postmortem was discarded; restore it first.",
        Status.DISMISSED: "It was closed without a postmortem; reopen it first.",
    }
    return (
        f"{incident.key} cannot be changed that way ({action}). {hints[incident.status]} Nothing was changed."
    )


class StartRequest(BaseModel):
    """What `/postmortem start …` asked for."""

    model_config = ConfigDict(frozen=True)

    title: str | None = None
    severity: Severity | None = None
    services: tuple[str, ...] = ()
    no_model: bool = False
    restricted: bool = False


_SEVERITY = re.compile(r"(?i)sev[-:]?([1-4])")
_SERVICE = re.compile(r"(?i)service:([\w./-]{1,60})")


def parse_start(words: str) -> StartRequest:
    """Read `[title] [sev1..sev4] [service:name …] [no-model] [restricted]` in any order."""
    title: list[str] = []
    severity: Severity | None = None
    services: list[str] = []
    flags: set[str] = set()
    for word in words.split():
        if found := _SEVERITY.fullmatch(word):
            severity = Severity(f"sev{found[1]}")
        elif found := _SERVICE.fullmatch(word):
            services.append(found[1].lower())
        elif word.lower() in ("no-model", "restricted"):
            flags.add(word.lower())
        else:
            title.append(word)
    return StartRequest(
        title=" ".join(title)[:200] or None,
        severity=severity,
        services=tuple(dict.fromkeys(services)),
        no_model="no-model" in flags,
        restricted="restricted" in flags,
    )


def title_from_channel(name: str, prefixes: Iterable[str]) -> str:
    """`incident-2026-11-21-checkout-latency` → `Checkout latency`: a title nobody had to type."""
    for prefix in prefixes:
        name = name.removeprefix(prefix)
    words = re.sub(r"^(?:\d+-)+", "", name).replace("-", " ").replace("_", " ").strip()
    return (words[:1].upper() + words[1:]) or "Incident"


def title_from_message(text: str) -> str:
    """A title from a message's first line, without mentions and at most 80 characters; may be empty."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    words = " ".join(word for word in first.split() if not word.startswith("@U"))
    return words if len(words) <= 80 else words[:79].rsplit(" ", 1)[0] + "…"


def describe_duration(span: timedelta) -> str:
    """`1 h 24 min`, `3 d 2 h`, `45 s`: the two largest units, as people say them."""
    seconds = max(0, int(span.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    shown = [part for part in parts if part][:2]
    return " ".join(shown) or f"{left} s"
