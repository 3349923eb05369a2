"""Threads take turns at writing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.turns import Turns


def _waits(turns: Turns, number: int) -> None:
    """Block until so many threads wait."""
    step = threading.Event()
    while len(turns) < number:
        step.wait(0.001)


def test_whoever_has_waited_longest_is_next() -> None:
    """Not who asks again at once: that is the worker, and those who wait are Slack's events."""
    turns, order = Turns(), list[str]()

    def event(name: str) -> None:
        assert turns.enter(seconds=5)
        order.append(name)
        turns.leave()

    assert turns.enter(seconds=5)
    with ThreadPoolExecutor() as pool:
        for number, name in enumerate(("first", "second"), start=1):
            pool.submit(event, name)
            _waits(turns, number)
        turns.leave()
        assert turns.enter(seconds=5)
        order.append("worker")
        turns.leave()
    assert order == ["first", "second", "worker"]


def test_a_wait_ends() -> None:
    """And who gave up is not called later."""
    turns = Turns()
    assert turns.enter(seconds=1)
    with ThreadPoolExecutor() as pool:
        assert not pool.submit(turns.enter, seconds=0.01).result()
        turns.leave()
        assert pool.submit(turns.enter, seconds=0.01).result()


def test_nobody_waits_for_themselves() -> None:
    """It would be for ever."""
    turns = Turns()
    assert turns.enter(seconds=1)
    with pytest.raises(RuntimeError, match="already"):
        turns.enter(seconds=1)


def test_one_at_a_time() -> None:
    """However many threads there are."""
    turns, inside, most = Turns(), list[int](), list[int]()

    def write(number: int) -> None:
        assert turns.enter(seconds=10)
        inside.append(number)
        most.append(len(inside))
        inside.remove(number)
        turns.leave()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(2_000)))
    assert max(most) == 1
    assert len(most) == 2_000
