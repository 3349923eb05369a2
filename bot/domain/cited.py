"""The evidence that one claim cites, and what it says: words, identifiers, quotes, figures and times."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from bot.domain.figures import Figures, figures
from bot.domain.identifiers import compact, flat, occurs
from bot.domain.transcript import Evidence, Source
from bot.domain.wording import content, is_english

TIME_TOLERANCE = timedelta(seconds=1)
"""Drafts carry times to the second; Slack's to the microsecond."""

_UTC = re.compile(r"\b(?:UTC|GMT)\b|\d\dZ\b")


class Cited:
    """The evidence one claim rests on, with what is asked of it."""

    def __init__(self, items: Sequence[Evidence]) -> None:
        self.items = items

    @classmethod
    def of(cls, labels: Sequence[int], evidence_by_label: Mapping[int, Evidence]) -> Cited:
        """Those of the labels that exist and are not deleted."""
        found = (evidence_by_label.get(label) for label in dict.fromkeys(labels))
        return cls([item for item in found if item is not None and not item.deleted])

    @cached_property
    def words(self) -> frozenset[str]:
        """Content words said, and of the authors' aliases: a claim may say who it was."""
        return frozenset().union(*(content(item.text) | content(item.role) for item in self.items))

    def say(self, identifier: str) -> bool:
        """Whether one of the items contains the identifier."""
        return any(occurs(identifier, item.text) or occurs(identifier, item.role) for item in self.items)

    def quote(self, words: str) -> bool:
        """Whether one of the items contains these words."""
        wanted = flat(words).strip(" .,!?")
        return any(compact(wanted) in compact(flat(item.text)) for item in self.items)

    @cached_property
    def is_english(self) -> bool:
        """Whether the items are comparable word by word with an English claim."""
        return all(is_english(item.text) for item in self.items)

    @cached_property
    def figures(self) -> Sequence[Figures]:
        """What each item says in numbers."""
        return [figures(item.text) for item in self.items]

    @cached_property
    def values(self) -> frozenset[float]:
        """Every number said (a share is none), and how many items and authors are cited."""
        said: set[float] = set()
        for each in self.figures:
            said |= each.plain.keys() | {amount for _, amount in each.money}
        return frozenset(said | {float(len(self.items)), float(len({item.role for item in self.items}))})

    @cached_property
    def moments(self) -> Sequence[datetime]:
        """When the items were said."""
        return sorted(item.at for item in self.items)

    @cached_property
    def written_times(self) -> Sequence[datetime]:
        """Clock times the items state in UTC, on the day they were said or the nearest one."""
        times = []
        for item, said in zip(self.items, self.figures, strict=True):
            if item.source is Source.CHAT and not _UTC.search(item.text):
                continue
            for hour, minute in said.clocks:
                same_day = item.at.replace(hour=hour, minute=minute, second=0, microsecond=0)
                times += [same_day + timedelta(days=shift) for shift in (-1, 0, 1)]
        return times

    def has_time(self, at: datetime) -> bool:
        """Whether a time is that of one of the items, or a UTC time one of them states."""
        if any(abs(at - moment) <= TIME_TOLERANCE for moment in self.moments):
            return True
        return any(timedelta(0) <= at - written < timedelta(minutes=1) for written in self.written_times)
