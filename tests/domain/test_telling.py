"""Where there is no room for all of a timeline, the entries that tell most stand there."""

from __future__ import annotations

from bot.domain.postmortem import Moment, Phase, TimelineEntry, Times
from bot.domain.telling import telling
from tests.domain.drafts import NINE


def test_what_fixes_a_moment_comes_first_then_each_phase_then_the_beginning() -> None:
    """And what is chosen stays in time order."""
    phases = [Phase.DETECTION, *[Phase.INVESTIGATION] * 5, Phase.MITIGATION, Phase.AFTER]
    entries = [
        TimelineEntry(text="x", at=NINE.replace(minute=n), phase=phase, evidence=(n,))
        for n, phase in enumerate(phases)
    ]
    times = Times(resolved=Moment(at=NINE, evidence=(5,)))
    assert telling(times, entries, 1) == [5]
    assert telling(times, entries, 5) == [0, 1, 5, 6, 7]
    assert telling(times, entries, 6) == [0, 1, 2, 5, 6, 7]
    assert telling(Times(), (), 3) == []
