"""The timeline: the weightiest moments, told one line each."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.postmortem import TimelineEntry
from bot.drafters.extractive.episodes import Episode, budget, pick
from bot.drafters.extractive.features import seconds_between
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line
from bot.drafters.extractive.milestones import Milestones
from bot.drafters.extractive.phases import phase
from bot.drafters.extractive.phrasing import phrase_episode
from bot.drafters.extractive.telling import telling

_LEAST_TELLING = 0.75
_SPARE = 1.3
_JUST_BEFORE = 8
_IN_FULL = 1.6
_EVENTFUL = 2.0


def timeline(
    lines: Sequence[Line], weights: Sequence[float], milestones: Milestones
) -> tuple[TimelineEntry, ...]:
    """Entries in time order; each stands at the time of its first piece of evidence."""
    lifted = list(weights)
    turns = frozenset(
        line.index
        for line in (milestones.onset, milestones.mitigated, milestones.resolved)
        if line is not None
    )
    for at in turns:
        lifted[at] += 1.0
    most = budget(len(lines))
    events = turns | _events(lines, most)
    episodes = pick(lines, lifted, round(most * _SPARE), apart=events)
    worth = sorted((one for one in episodes if _belongs(one, milestones)), key=lambda one: -one.weight)
    entries = [_entry(episode, milestones) for episode in worth[:most]]
    return tuple(sorted((entry for entry in entries if entry), key=lambda entry: (entry.at, entry.evidence)))


def _events(lines: Sequence[Line], most: int) -> frozenset[int]:
    """In an incident short enough to tell in full, lines that tell a lot stand for themselves."""
    if len(lines) > _IN_FULL * most:
        return frozenset()
    return frozenset(line.index for line in lines if telling(line) >= _EVENTFUL)


def _belongs(episode: Episode, milestones: Milestones) -> bool:
    """Tells something, and is no talk from well before the first report unless it tells of a change."""
    main, onset = episode.main, milestones.onset
    if telling(main) < _LEAST_TELLING:
        return False
    if onset is None or main.index >= onset.index or main.said[Signal.ACTED]:
        return True
    return onset.index - main.index <= _JUST_BEFORE and seconds_between(main, onset) < 3600


def _entry(episode: Episode, milestones: Milestones) -> TimelineEntry | None:
    text = phrase_episode(episode)
    if not text:
        return None
    main = episode.main
    return TimelineEntry(text=text, evidence=episode.labels, at=main.at, phase=phase(main, milestones))
