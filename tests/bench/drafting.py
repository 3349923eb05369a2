"""Drafting without a model, and checking what was drafted: seconds, and how they grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from bot.domain.blameless import Names
from bot.domain.checking import enforce, inspect
from bot.domain.postmortem import Draft
from bot.domain.transcript import Transcript
from bot.drafters.extractive import ExtractiveDrafter
from tests.bench.figures import Figure, figure, median
from tests.bench.settings import Size
from tests.bench.synthetic import Talk

ROUNDS = 3
DIRECTORY = 1_000
"""People of the workspace, whose names no draft may show."""


def measure(size: Size) -> Iterator[Figure]:
    """Both sizes of incident, the smaller one being the baseline of the larger one."""
    people = Talk(7).people(DIRECTORY)
    drafter, few = ExtractiveDrafter(), 0.0
    for messages in size.drafted:
        transcript = Talk(6).transcript(messages)
        draft = drafter.draft(transcript).draft
        took = _seconds(partial(drafter.draft, transcript))
        yield figure(
            f"extractive draft of {messages:,} messages",
            took,
            "s",
            baseline=few or None,
            goal="< 2 s" + (f", linear: ≤ {messages / size.drafted[0] * 1.5:g}× the smaller" if few else ""),
            ok=took < 2 and (not few or took / few <= messages / size.drafted[0] * 1.5),
        )
        few = few or took
        yield from _checks(messages, draft, transcript, Names.of(people, transcript.roles))


def _checks(messages: int, draft: Draft, transcript: Transcript, names: Names) -> Iterator[Figure]:
    claims = sum(1 for _ in draft.claims())
    for what, check in (("a drafter's", enforce), ("a person's", inspect)):
        took = _seconds(partial(check, draft, transcript, names)) * 1000
        yield figure(
            f"checking {what} revision, {claims} claims on {messages:,} messages",
            took,
            "ms",
            goal="< 50 ms",
            ok=took < 50,
        )


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor: what else runs on the machine counts little."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return median(times)
