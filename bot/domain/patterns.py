"""Incidents that share a cause: clusters of them, and repeats of what was known already.

The rule, the same for both: two incidents share a cause when its class is the same (and known) and their
causes are told in the same telling words, at least two of them, or one and a service in common. A word is
telling where at most a tenth of the incidents compared use it (three of few, fifty of many). Nothing is
weighed or learned, so that the same incidents give the same answer, and a reader can check it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.domain.causes import CauseClass, cause_class
from bot.domain.incident import Severity, Status
from bot.domain.postmortem import Draft
from bot.domain.wording import content

TELLING_SHARE = 0.1
TELLING_FEW, TELLING_MANY = 3, 50


class Facts(NamedTuple):
    """What statistics take from a draft: `terms` are the content words of its cause."""

    title: str
    cause: CauseClass
    terms: frozenset[str]
    to_detect: timedelta | None
    to_mitigate: timedelta | None
    to_resolve: timedelta | None


@dataclass(frozen=True, slots=True)
class Case:
    """What statistics know of one incident: facts, no text but its title and the words of its cause."""

    incident_id: int
    key: str
    title: str
    started_at: datetime
    severity: Severity | None
    services: tuple[str, ...]
    status: Status
    is_private: bool
    drafted: bool
    cause: CauseClass
    terms: frozenset[str]
    to_detect: timedelta | None = None
    to_mitigate: timedelta | None = None
    to_resolve: timedelta | None = None
    channel_id: str = ""
    thread_ts: str | None = None


class Named(BaseModel):
    """An incident as a list names it."""

    model_config = ConfigDict(frozen=True)

    incident_id: int
    key: str
    title: str
    started_at: datetime
    is_private: bool = False
    channel_id: str = ""
    thread_ts: str | None = None


class Cluster(BaseModel):
    """Incidents that share a cause, oldest first, and the services that more than one of them touched."""

    model_config = ConfigDict(frozen=True)

    cause: str
    services: tuple[str, ...]
    incidents: tuple[Named, ...]


class Repeat(BaseModel):
    """An incident whose cause was known from an earlier one, the latest of those."""

    model_config = ConfigDict(frozen=True)

    incident: Named
    earlier: Named
    cause: str


def facts_of(draft: Draft) -> Facts:
    """What a draft tells for statistics.

    Times to detect, mitigate and resolve are the draft's, which cite evidence: when somebody pressed a
    button is no measure of an outage.
    """
    times = draft.times
    return Facts(
        title=draft.title,
        cause=cause_class(draft),
        terms=_terms(draft),
        to_detect=times.to_detect,
        to_mitigate=times.to_mitigate,
        to_resolve=times.duration,
    )


def _terms(draft: Draft) -> frozenset[str]:
    """The content words of the cause and its factors."""
    claims = (*draft.root_cause.claims, *draft.contributing_factors)
    return frozenset(word for claim in claims for word in content(claim.text))


def named(case: Case) -> Named:
    """How lists name it."""
    return Named(
        incident_id=case.incident_id,
        key=case.key,
        title=case.title,
        started_at=case.started_at,
        is_private=case.is_private,
        channel_id=case.channel_id,
        thread_ts=case.thread_ts,
    )


def clusters(cases: Sequence[Case]) -> tuple[Cluster, ...]:
    """Groups of two and more that share a cause, the largest and then the latest first.

    A group is what hangs together: `a` and `c` may be in one because both share a cause with `b`.
    """
    ordered = sorted(cases, key=_age)
    group = list(range(len(ordered)))
    for one, other in _alike(ordered):
        low, high = sorted((_root(group, one), _root(group, other)))
        group[high] = low
    members: dict[int, list[Case]] = defaultdict(list)
    for index, case in enumerate(ordered):
        members[_root(group, index)].append(case)
    found = [_cluster(together) for together in members.values() if len(together) > 1]
    return tuple(sorted(found, key=lambda one: (-len(one.incidents), -_latest(one), one.incidents[0].key)))


def repeats(cases: Sequence[Case], *, since: datetime) -> tuple[Repeat, ...]:
    """Incidents that began at or after `since` and share their cause with an earlier one of `cases`,
    newest first."""
    ordered = sorted(cases, key=_age)
    before: dict[int, int] = {}
    for one, other in _alike(ordered):
        early, late = sorted((one, other))
        before[late] = max(before.get(late, -1), early)
    found = [
        Repeat(incident=named(ordered[late]), earlier=named(ordered[early]), cause=ordered[late].cause.value)
        for late, early in before.items()
        if ordered[late].started_at >= since
    ]
    return tuple(sorted(found, key=lambda repeat: repeat.incident.started_at, reverse=True))


def _alike(cases: Sequence[Case]) -> Iterator[tuple[int, int]]:
    """The pairs that share a cause, by their places. Only those that share a telling word are compared, so
    that thousands of incidents take no longer than their words."""
    telling = _telling(cases)
    holders: dict[tuple[CauseClass, str], list[int]] = defaultdict(list)
    shared: Counter[tuple[int, int]] = Counter()
    for index, case in enumerate(cases):
        if case.cause is CauseClass.UNKNOWN:
            continue
        for word in sorted(case.terms & telling):
            earlier = holders[case.cause, word]
            shared.update((other, index) for other in earlier)
            earlier.append(index)
    for (one, other), words in sorted(shared.items()):
        if words > 1 or set(cases[one].services) & set(cases[other].services):
            yield one, other


def _telling(cases: Sequence[Case]) -> frozenset[str]:
    uses = Counter(word for case in cases for word in case.terms)
    most = min(TELLING_MANY, max(TELLING_FEW, int(len(cases) * TELLING_SHARE)))
    return frozenset(word for word, count in uses.items() if 2 <= count <= most)


def _root(group: list[int], index: int) -> int:
    while group[index] != index:
        group[index] = group[group[index]]
        index = group[index]
    return index


def _cluster(cases: Sequence[Case]) -> Cluster:
    services = Counter(name for case in cases for name in case.services)
    common = sorted((name for name, count in services.items() if count > 1), key=lambda n: (-services[n], n))
    return Cluster(
        cause=cases[0].cause.value,
        services=tuple(common),
        incidents=tuple(named(case) for case in cases),
    )


def _age(case: Case) -> tuple[datetime, int]:
    return case.started_at, case.incident_id


def _latest(cluster: Cluster) -> float:
    return cluster.incidents[-1].started_at.timestamp()
