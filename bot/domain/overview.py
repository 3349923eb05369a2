"""What the statistics of a period consist of, and the words that go with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.domain.incident import Severity
from bot.domain.patterns import Case, Cluster, Named, Repeat
from bot.domain.periods import Period

ENOUGH = 5
"""Fewer incidents have no median worth telling, and no comparison."""
CAVEAT = (
    "Durations are a secondary measure and no target: they are skewed, hardly related to severity, and when "
    "an incident starts or ends is a matter of judgement. What was learned tells more."
)
SOURCE = "https://www.thevoid.community/report"
NO_SEVERITY, NO_SERVICE = "not given", "not given"
NAMED, NAMED_TOGETHER = 3, 4
"""How many repeats and clusters a short form tells of, and how many incidents of each cluster it names."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Filters(_Value):
    """What statistics are narrowed down to."""

    service: str | None = None
    severity: Severity | None = None

    def admits(self, case: Case) -> bool:
        """Whether an incident is among what was asked for."""
        if self.service is not None and self.service not in case.services:
            return False
        return self.severity is None or case.severity is self.severity


EVERYTHING = Filters()


class Count(_Value):
    """How many incidents go by a name, and how many did in the period before (None: not comparable)."""

    name: str
    count: int
    before: int | None = None


class Spread(_Value):
    """How long something took. The quartiles are None where fewer than `ENOUGH` incidents say it."""

    name: str
    count: int
    lower: timedelta | None = None
    median: timedelta | None = None
    upper: timedelta | None = None
    before: timedelta | None = None
    """The median of the period before, where enough incidents of both say it."""


class Share(_Value):
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded; None of fewer than `ENOUGH`."""
        return round(100 * self.part / self.whole) if self.whole >= ENOUGH else None


class ActionCounts(_Value):
    """Action items of the incidents counted: accepted ones, how many are done, how many overdue."""

    accepted: int
    done: int
    overdue: int = 0


class Bar(_Value):
    """The incidents of one stretch of time by severity, and how long they took in the median."""

    label: str
    start: datetime
    counts: tuple[tuple[str, int], ...]
    resolved: int = 0
    """How many of them say when they were resolved."""
    median: timedelta | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for _, count in self.counts)


class Overview(_Value):
    """The statistics of a period."""

    period: Period
    filters: Filters = EVERYTHING
    total: int
    before: int | None = None
    """How many there were in the period before; None where that is not comparable."""
    private: int = 0
    """How many of them are private: only somebody in their channels may see this overview."""
    left_out: int = 0
    """Older incidents that were counted, but too many to be compared with each other for shared causes."""
    by_severity: tuple[Count, ...] = ()
    by_service: tuple[Count, ...] = ()
    by_cause: tuple[Count, ...] = ()
    durations: tuple[Spread, ...] = ()
    approved: Share = Share(part=0, whole=0)
    actions: ActionCounts | None = None
    repeats: tuple[Repeat, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    bars: tuple[Bar, ...] = ()
    busiest: str = ""
    """A sentence on a weekday that stands out, where one does."""


def named_in(found: Overview) -> tuple[Named, ...]:
    """The incidents that a short form names."""
    together = [one for cluster in found.clusters[:NAMED] for one in cluster.incidents[-NAMED_TOGETHER:]]
    again = [one for repeat in found.repeats[:NAMED] for one in (repeat.incident, repeat.earlier)]
    return tuple({one.incident_id: one for one in (*together, *again)}.values())
