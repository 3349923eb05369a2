"""Numbers in claims that their evidence does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.postmortem import Claim, Draft
from bot.domain.transcript import Evidence

_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")


def unsupported(draft: Draft, by_label: Mapping[int, Evidence]) -> tuple[str, ...]:
    """`section: number` for each number neither said in the cited evidence nor computed from its times."""
    found: list[str] = []
    for section, claim in draft.claims():
        known = _known([by_label[label] for label in claim.evidence if label in by_label])
        found += [f"{section}: {number}" for number in _numbers(claim) if number not in known]
    return tuple(found)


def _numbers(claim: Claim) -> Iterable[str]:
    return (_plain(number) for number in _NUMBER.findall(claim.text))


def _known(items: Sequence[Evidence]) -> set[str]:
    said = {_plain(number) for item in items for number in _NUMBER.findall(item.text)}
    times = [item.at for item in items]
    said.update(part for at in times for part in _clock(at))
    said.update(part for one in times for other in times for part in _length(abs(other - one)))
    return said


def _clock(at: datetime) -> Iterable[str]:
    return (_plain(part) for part in f"{at:%Y %m %d %H %M %S}".split())


def _length(length: timedelta) -> Iterable[str]:
    minutes = int(length.total_seconds()) // 60
    return (
        _plain(str(part))
        for part in (minutes // 1440, minutes // 60, minutes // 60 % 24, minutes % 60, minutes)
    )


def _plain(number: str) -> str:
    """`1,200` as `1200`, `05` as `5`."""
    return number.replace(",", "").lstrip("0") or "0"
