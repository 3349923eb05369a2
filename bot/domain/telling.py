"""Which entries of a timeline tell most, where there is no room for all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.postmortem import TimelineEntry, Times


def by_weight(times: Times, entries: Sequence[TimelineEntry]) -> list[int]:
    """The places of the entries (given in time order), those that tell most first: what fixes when the
    incident started, was detected, mitigated and resolved, then the first of each phase, then from the
    beginning."""
    known = (times.started, times.detected, times.mitigated, times.resolved)
    fixing = {label for moment in known if moment for label in moment.evidence}
    first_of_phase = {entry.phase: index for index, entry in reversed(list(enumerate(entries)))}

    def rank(index: int) -> int:
        if fixing & set(entries[index].evidence):
            return 0
        return 1 if first_of_phase[entries[index].phase] == index else 2

    return sorted(range(len(entries)), key=rank)


def telling(times: Times, entries: Sequence[TimelineEntry], limit: int) -> list[int]:
    """The places of at most `limit` entries, in time order."""
    return sorted(by_weight(times, entries)[:limit])
