"""Where channels are read and drafted: in this process or in several, each with its own tools."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import NamedTuple

from bot.domain.crowd import Crowd
from bot.drafters.extractive import ExtractiveDrafter
from bot.errors import BotError, Permanent
from bot.importer.choosing import Choice
from bot.importer.rooms import Talk, read, room_of
from bot.redaction import SecretRedactor
from bot.slack.export_catalogue import Catalogue, Listed, OneList, open_catalogue
from bot.workflow.composing import Permalinks
from bot.workflow.importing.drafting import Kit, Numbers, Prepared, prepare
from bot.workflow.importing.origin import origins

AHEAD = 2
"""Channels in the making for each process: enough to keep it busy, few enough for memory."""


class Order(NamedTuple):
    """What a process needs to draft the channels of one export."""

    path: Path
    personal: tuple[str, ...]
    prefixes: tuple[str, ...]
    url: str
    choice: Choice


class Drafted(NamedTuple):
    """A channel as it comes back: its incidents, or why there are none."""

    listed: Listed
    prepared: tuple[Prepared, ...] = ()
    left_out: int = 0
    broken: tuple[str, ...] = ()
    error: str = ""


def draft_channel(order: Order, listed: Listed) -> Drafted:
    """Read and draft a channel the database has never seen."""
    try:
        catalogue, kit = _tools(order)
        return _drafted(order.choice, kit, read(catalogue, listed))
    except BotError as error:
        return Drafted(listed, error=str(error))


def _drafted(choice: Choice, kit: Kit, talk: Talk) -> Drafted:
    found = origins(room_of(talk, choice), talk.messages, emojis=choice.emojis, split=choice.split)
    wanted = [origin for origin in found if choice.is_late(origin)]
    numbers = Numbers()
    made = tuple(prepare(origin, kit, numbers) for origin in wanted)
    return Drafted(talk.listed, made, len(found) - len(wanted), talk.broken)


@lru_cache(maxsize=1)
def _tools(order: Order) -> tuple[Catalogue | OneList, Kit]:
    """Made once a process and export."""
    catalogue = open_catalogue(order.path)
    kit = Kit(
        redactor=SecretRedactor(personal=order.personal),
        offline=ExtractiveDrafter(),
        crowd=Crowd(catalogue.people),
        prefixes=order.prefixes,
        permalink=Permalinks(order.url),
    )
    return catalogue, kit


class Bench:
    """Several processes at work."""

    def __init__(self, executor: ProcessPoolExecutor, processes: int) -> None:
        self._executor = executor
        self._room = processes * AHEAD

    def drafted(self, order: Order, channels: Iterator[Listed]) -> Iterator[Drafted]:
        """Every channel, in the order given. Raises `Permanent`: a process died."""
        pending: deque[Future[Drafted]] = deque()
        while True:
            for listed in islice(channels, self._room - len(pending)):
                pending.append(self._executor.submit(draft_channel, order, listed))
            if not pending:
                return
            try:
                yield pending.popleft().result()
            except BrokenProcessPool as error:
                raise Permanent(
                    "A process died while it drafted, perhaps for want of memory. What was imported is kept; "
                    "run it again, with --processes 1 if it happens again."
                ) from error


@contextmanager
def bench(processes: int) -> Iterator[Bench]:
    """Start the processes; what they have not begun is dropped at the end."""
    executor = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_deaf)
    try:
        yield Bench(executor, processes)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _deaf() -> None:
    """Ctrl-C is for the process that stores; where that one is killed, this one ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
