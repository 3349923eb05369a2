"""What can be measured of a line: its signals, its form, its author, its place in time.

Every feature lies between 0 and about 1.5 and speaks of how something is said, never of what system
it is said about, so that the weights of `weighing` carry over to incidents nobody has seen.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line

_NUMBER = re.compile(r"(?<!\w)#?\d[\d,.]*%?")
_EMOJI = re.compile("[\U0001f300-\U0001faff]|:[a-z_+]+:")
_TECHNICAL = re.compile(r"(?<![a-z])[a-z]+[A-Z]\w+|(?<!\w)\w+[_/]\w+|\w\.\w|[A-Z]{3,}|0x[0-9a-f]+")
_OPENERS = frozenset(
    "yeah yes yep yup right ok okay ah oh hmm hm true no nope sure well but and so cool great nice "
    "exactly haha lol "
    "indeed got same also".split()
)
_NOW = frozenset(
    "now just already again still currently since started stopped today minutes ago utc progressing".split()
)
_DISCOURSE = frozenset(
    "would could should if whether idea agree disagree argument opinion prefer discuss discussion "
    "question call agenda "
    "meeting proposal talk tomorrow design".split()
)
_PERFECT = frozenset("have has had been i've we've was were did".split())
_SECOND_PERSON = frozenset(("you", "your", "you're"))
_TEAM = frozenset("we we're we've our we'll us".split())
_WEIGHED = (
    Signal.SYMPTOM,
    Signal.SEEN,
    Signal.HEDGE,
    Signal.FINDING,
    Signal.DIAGNOSIS,
    Signal.ACTED,
    Signal.ACTING,
    Signal.INSTRUCTION,
    Signal.RESOLVED,
    Signal.IMPACT,
    Signal.IDEA,
    Signal.STATUS,
    Signal.SOCIAL,
    Signal.NEGATION,
    Signal.ASIDE,
)
_NAMED = tuple((signal.value, signal) for signal in _WEIGHED)
_CONTINUED = 180.0
"""Seconds within which the same author's next message continues the last one."""


def features(lines: Sequence[Line]) -> list[dict[str, float]]:
    """The features of every line, in order."""
    contributions = Counter(line.item.author_id for line in lines if _contributes(line))
    busiest = max(contributions.values(), default=1)
    seen: set[str | None] = set()
    found: list[dict[str, float]] = []
    for line in lines:
        measured = {name: min(line.said.get(signal, 0), 2) / 2 for name, signal in _NAMED}
        measured.update(_form(line))
        measured.update(_words(line))
        measured.update(_place(line, lines))
        measured["author"] = contributions[line.item.author_id] / busiest
        measured["new_author"] = float(line.item.author_id not in seen)
        seen.add(line.item.author_id)
        found.append(measured)
    return found


def _contributes(line: Line) -> bool:
    """Says at least two things that are no mere courtesy."""
    said = sum(1 for signal in line.said if signal not in (Signal.SOCIAL, Signal.ASIDE, Signal.NEGATION))
    return said >= 2


def _form(line: Line) -> dict[str, float]:
    return {
        "length": min(math.log1p(line.words) / 4, 1.2),
        "short": float(line.words <= 4),
        "tiny": float(line.words <= 2),
        "only_asks": float(line.only_asks),
        "asks": float(any(sentence.is_question for sentence in line.sentences)),
        "code": float(bool(line.code)),
        "telling": float(bool(line.telling)),
        "bare_code": float(bool(line.code) and line.words < 6),
        "link": float(line.links > 0),
        "numbers": min(len(_NUMBER.findall(line.prose)), 3) / 3,
        "technical": min(len(_TECHNICAL.findall(line.prose)), 3) / 3,
        "emoji": float(bool(_EMOJI.search(line.item.text))),
    }


def _words(line: Line) -> dict[str, float]:
    words = [word for sentence in line.sentences for word in sentence.words]
    distinct = set(words)
    return {
        "opener": float(bool(words) and words[0] in _OPENERS),
        "now": min(len(distinct & _NOW), 2) / 2,
        "discourse": min(len(distinct & _DISCOURSE), 3) / 3,
        "perfect": min(len(distinct & _PERFECT), 2) / 2,
        "second_person": min(sum(word in _SECOND_PERSON for word in words), 2) / 2,
        "team": float(bool(distinct & _TEAM)),
        "past": min(sum(word.endswith("ed") and len(word) > 4 for word in words), 3) / 3,
    }


def _place(line: Line, lines: Sequence[Line]) -> dict[str, float]:
    last = len(lines) - 1
    reach = max(3.0, 0.04 * len(lines))
    before = lines[line.index - 1] if line.index else None
    after = lines[line.index + 1] if line.index < last else None
    return {
        "early": math.exp(-line.index / reach),
        "late": math.exp(-(last - line.index) / reach),
        "pause_before": _pause(before, line),
        "pause_after": _pause(line, after),
        "continued": float(
            before is not None
            and before.item.author_id == line.item.author_id
            and seconds_between(before, line) < _CONTINUED
        ),
    }


def _pause(first: Line | None, second: Line | None) -> float:
    if first is None or second is None:
        return 1.0
    return min(math.log1p(seconds_between(first, second) / 60) / 6, 1.5)


def seconds_between(first: Line, second: Line) -> float:
    """Time from one line to the other, never negative."""
    return abs((second.at - first.at).total_seconds())
