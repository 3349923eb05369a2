"""The process that composes: it does what it is told until nobody tells it anything any more."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from types import TracebackType

from bot import log
from bot.apart.talk import Check, People, Request, Setup
from bot.clock import SystemClock
from bot.domain.strangers import Everyone
from bot.drafters.extractive import ExtractiveDrafter
from bot.errors import Retryable
from bot.log import get_logger
from bot.ports import Order
from bot.redaction import SecretRedactor
from bot.workflow.composing import Composing
from storage import open_storage

IDLE_SECONDS = 600.0
"""After so long without a request its memory is worth more than a quick start."""
NICE = 10
"""Answering Slack goes first where the processors are few."""


def serve(requests: Connection, answers: Connection, *, idle: float = IDLE_SECONDS) -> None:
    """Answer requests until the pipe closes or nothing comes for `idle` seconds."""
    composing: Composing | None = None
    people = Everyone()
    while requests.poll(idle):
        try:
            request: Request = requests.recv()
        except EOFError:
            return
        match request:
            case Setup():
                composing = _composing(request)
            case People(people=more, first=first):
                people = Everyone(more if first else (*people, *more))
            case _ if composing is not None:
                answers.send(_answer(composing, request, people))


def _composing(setup: Setup) -> Composing:
    storage = open_storage(setup.database_url, clock=SystemClock())
    return Composing(storage, SecretRedactor(personal=setup.personal), ExtractiveDrafter())


def _answer(composing: Composing, request: Order | Check, people: Everyone) -> object:
    try:
        if isinstance(request, Order):
            return composing.compose(request, people)
        return composing.check(request.draft, request.transcript, people)
    except Retryable as error:
        return error


def main(requests: int, answers: int) -> None:
    """Be that process; the arguments are descriptors of the pipes."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Whoever started it decides when it ends: a draft under way may be finished.
        signal.signal(number, signal.SIG_IGN)
    log.configure(level="warning", style="json")
    sys.excepthook = _told
    os.nice(NICE)
    with Connection(requests, writable=False) as read, Connection(answers, readable=False) as write:
        serve(read, write)


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say why it ends, as every fault is told here: without quoting what was said."""
    get_logger("apart").error("composing_failed", exc_info=(kind, error, trace))
