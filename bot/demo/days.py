"""Letting days pass in the playground: the bot does on each what it has to, as it would have."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial

from bot.clock import SharedClock
from bot.sandbox import Sandbox

STOPS = (time(10), time(14))
"""When a day is stopped at, UTC: at one of them it is working time for everybody who plays."""
LONGEST = timedelta(days=62)
"""What is jumped beyond these days is jumped at once: nobody waits for a year at the screen."""
QUIET, PATIENCE = 0.5, 5.0
"""Seconds without a request of the bot that mean it is done (its worker looks five times a second), and
seconds in which it has to be."""


class Days:
    """Jumps the clock, days one by one. Several people may jump; one after the other they do.

    `is_there` says whether a bot is; one that asked nothing for `quiet` seconds is done.
    """

    def __init__(
        self, clock: SharedClock, slack: Sandbox, *, is_there: Callable[[], bool], quiet: float = QUIET
    ) -> None:
        self._clock = clock
        self._slack = slack
        self._is_there = is_there
        self._quiet = quiet
        self._turn = threading.Lock()

    def pass_by(self, seconds: float) -> None:
        """Let time pass; where there is a bot, it gets to work at the stops on the way."""
        with self._turn:
            until = self._clock.now() + timedelta(seconds=seconds)
            for stop in stops(self._clock.now(), until) if self._is_there() else ():
                self._go_to(stop)
                self._wait()
            self._go_to(until)

    def _go_to(self, moment: datetime) -> None:
        self._clock.jump(max(timedelta(0), moment - self._clock.now()))
        self._slack.tick()
        self._slack.workspace.notify()

    def _wait(self) -> None:
        """Until the bot has asked nothing for a moment."""
        for _ in range(round(PATIENCE / QUIET)):
            asked = len(self._slack.calls)
            self._slack.until(partial(self._asks_more, asked), self._quiet)
            if not self._asks_more(asked):
                return

    def _asks_more(self, before: int) -> bool:
        return len(self._slack.calls) != before


def stops(since: datetime, until: datetime) -> Iterator[datetime]:
    """The stops of the last days between two moments, where days pass at all."""
    if until - since <= timedelta(hours=20):
        return
    day = max(since, until - LONGEST).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < until:
        for stop in STOPS:
            moment = day.replace(hour=stop.hour, minute=stop.minute)
            if since < moment < until:
                yield moment
        day += timedelta(days=1)
