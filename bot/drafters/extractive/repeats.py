"""Alerts and status lines that say the same over and over: told once, at their first and last."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.drafters.extractive.lines import STOPWORDS, Line, renumbered

_VARYING = re.compile(r"\S*\d\S*")
_OFTEN = 4  # lines that differ in numbers only
_LEAST_WORDS = 3
_FORM_OFTEN, _LEAST_FORM, _LONGEST_FORM, _SLOTS = 8, 5, 12, 6  # lines; words of a line; words that may vary


def without_repeats(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """Lines of which no wording, figures and middle aside, comes again and again; and how many went.

    The first of such a group stays, and of alerts the last, which may be the one that says it is over.
    """
    groups: defaultdict[tuple[str, ...], list[Line]] = defaultdict(list)
    forms: defaultdict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        if line.words >= _LEAST_WORDS:
            groups[_template(line)].append(line)
        if not line.is_alert and _LEAST_FORM <= line.words <= _LONGEST_FORM:
            for form in _forms(line):
                forms[form].append(line)
    alike = [group for group in groups.values() if len(group) >= _OFTEN]
    alike += [group for group in forms.values() if len(group) >= _FORM_OFTEN]
    dropped = {line.index for group in alike for line in _again(group)}
    kept = [line for line in lines if line.index not in dropped]
    return renumbered(kept), len(dropped)


def _again(group: Sequence[Line]) -> Sequence[Line]:
    return group[1:-1] if group[-1].is_alert else group[1:]


def repeat_note(count: int) -> str:
    """The sentence for the reader."""
    return f"{count:,} messages that repeat the pattern of an earlier one are not told again."


def _forms(line: Line) -> Iterator[tuple[str, ...]]:
    """The line with any two of its words of meaning left open: `the _ review moved to _`."""
    words = [word for sentence in line.sentences for word in sentence.words]
    open_to = [at for at, word in enumerate(words) if word not in STOPWORDS][:_SLOTS]
    for first, second in combinations(open_to, 2):
        yield tuple("_" if at in (first, second) else word for at, word in enumerate(words))


def _template(line: Line) -> tuple[str, ...]:
    """How it begins and ends and how long it is: `Build # … min, 7 words`."""
    words = _VARYING.sub("#", line.prose.casefold()).split()
    return (*words[:2], words[-1], str(len(words)), str(line.is_alert))
