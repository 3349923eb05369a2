"""Alerts and status lines that say the same over and over: told once, at their first and last."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.drafters.extractive.lines import Line

_VARYING = re.compile(r"\S*\d\S*")
_OFTEN = 4
_LEAST_WORDS = 3


def without_repeats(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """Lines of which no wording, figures and middle aside, comes again and again; and how many went.

    The first of such a group stays, and of alerts the last, which may be the one that says it is over.
    """
    groups: defaultdict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        if line.words >= _LEAST_WORDS:
            groups[_template(line)].append(line)
    dropped = {line.index for group in groups.values() if len(group) >= _OFTEN for line in _again(group)}
    kept = [line for line in lines if line.index not in dropped]
    return [replace(line, index=at) for at, line in enumerate(kept)], len(dropped)


def _again(group: Sequence[Line]) -> Sequence[Line]:
    return group[1:-1] if group[-1].is_alert else group[1:]


def repeat_note(count: int) -> str:
    """The sentence for the reader."""
    return f"{count:,} messages that repeat the pattern of an earlier one are not told again."


def _template(line: Line) -> tuple[str, ...]:
    """How it begins and ends and how long it is: `Build # … min, 7 words`."""
    words = _VARYING.sub("#", line.prose.casefold()).split()
    return (*words[:2], words[-1], str(len(words)), str(line.is_alert))
