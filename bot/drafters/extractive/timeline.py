"""The timeline: the weightiest moments, told one line each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.postmortem import TimelineEntry
from bot.drafters.extractive.episodes import Episode, Grouping, budget, pick
from bot.drafters.extractive.facts import facts
from bot.drafters.extractive.features import seconds_between
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line
from bot.drafters.extractive.milestones import Milestones, changed, over
from bot.drafters.extractive.moves import remedies
from bot.drafters.extractive.phases import phase
from bot.drafters.extractive.phrasing import phrase_episode
from bot.drafters.extractive.telling import telling

_LEAST_TELLING = 0.75  # what says less is left out
_SPARE = 1.3
_REMEDIED = 0.3  # added for a line that remedies
_NEVER = -99.0
_SAYS_THE_SAME = 0.2  # likeness of two lines from which on they are one event
_JUST_BEFORE = 8
_IN_FULL = 1.6  # lines an event, at most, for an incident to be told in full
_EVENTFUL = 2.0


def timeline(
    lines: Sequence[Line],
    weights: Sequence[float],
    milestones: Milestones,
    *,
    telling_cause: Collection[int] = (),
    elsewhere: Collection[int] = (),
) -> tuple[TimelineEntry, ...]:
    """Entries in time order; each stands at the time of its first piece of evidence.

    Evidence that tells the cause is always shown; what is told `elsewhere` (follow-ups, luck, thanks) is not.
    """
    lifted = list(weights)
    points = (milestones.trigger, milestones.onset, milestones.mitigated, milestones.resolved)
    causes = {line.index for line in lines if line.item.label in telling_cause}
    turns = frozenset({line.index for line in points if line is not None} | causes)
    recorded = facts(lines)
    for line in lines:
        if line.index in turns | recorded:
            lifted[line.index] += 1.0
        elif any(remedies(one) for one in line.sentences):
            lifted[line.index] += _REMEDIED
        elif line.item.label in elsewhere:
            lifted[line.index] = _NEVER
    most = budget(len(lines))
    events = turns | recorded | _events(lines, most)
    episodes = pick(
        lines,
        lifted,
        round(most * _SPARE),
        Grouping(alike=_SAYS_THE_SAME, apart=events, kinds=[_kind(line) for line in lines]),
        least=_NEVER + 1,
    )
    belonging = (one for one in episodes if one.main.index in recorded or _belongs(one, milestones))
    worth = sorted(belonging, key=lambda one: -one.weight)
    entries = [_entry(episode, milestones) for episode in worth[:most]]
    return tuple(sorted((entry for entry in entries if entry), key=lambda entry: (entry.at, entry.evidence)))


def _kind(line: Line) -> tuple[bool, ...]:
    """What sort of event a line tells: those of two sorts are never one entry."""
    return (
        any(remedies(one) for one in line.sentences),
        changed(line),
        any(over(one) >= 0.7 for one in line.sentences),
        bool(line.said[Signal.PROPOSAL] or line.said[Signal.PLEDGE]),
        line.only_asks,
    )


def _events(lines: Sequence[Line], most: int) -> frozenset[int]:
    """In an incident short enough to tell in full, lines that tell a lot stand for themselves."""
    if len(lines) > _IN_FULL * most:
        return frozenset()
    return frozenset(line.index for line in lines if telling(line) >= _EVENTFUL)


def _belongs(episode: Episode, milestones: Milestones) -> bool:
    """Tells something, and is no talk from before the first report unless it tells of a change or trouble."""
    main, onset = episode.main, milestones.onset
    if telling(main) < _LEAST_TELLING:
        return False
    if onset is None or main.index >= onset.index or main.said[Signal.ACTED]:
        return True
    if not (main.is_alert or main.said[Signal.SYMPTOM]):
        return False
    return onset.index - main.index <= _JUST_BEFORE and seconds_between(main, onset) < 3600


def _entry(episode: Episode, milestones: Milestones) -> TimelineEntry | None:
    text = phrase_episode(episode)
    if not text:
        return None
    main = episode.main
    return TimelineEntry(text=text, evidence=episode.labels, at=main.at, phase=phase(main, milestones))
