"""Starts the composing process, asks it, and replaces it when it is gone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import NamedTuple, TypeVar

from bot.apart.talk import Check, People, Request, Setup
from bot.domain.checking import Checked
from bot.domain.postmortem import Draft
from bot.domain.transcript import Person, Transcript
from bot.errors import Retryable
from bot.log import get_logger
from bot.ports import Composed, Meter, Order

CHUNK = 500
"""People said at once: pickling keeps the interpreter to itself for some milliseconds."""
LONGEST_SECONDS = 600.0
"""For 50,000 messages it takes well under a minute."""
LAST_WORDS_SECONDS = 2.0
"""A process that closed its pipes may still have to say why."""
_SECRET = ("SLACK_", "OPENAI_")
"""What settings start with that the process has no use for."""

_Answer = TypeVar("_Answer", Composed, Checked)


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    requests: Connection
    answers: Connection


class Apart:
    """The `Composer` port, in a process of its own. Safe to share between threads; they take turns."""

    def __init__(
        self,
        setup: Setup,
        *,
        meter: Meter | None = None,
        command: Sequence[str] = (sys.executable, "-P", "-m", "bot.apart"),
    ) -> None:
        self._setup = setup
        self._meter = meter or Meter()
        self._command = command
        self._running: _Running | None = None
        self._told: Sequence[Person] | None = None
        self._turn = threading.Lock()
        self._log = get_logger("apart")

    def compose(self, order: Order, people: Sequence[Person]) -> Composed:
        """Freeze what was said; write where asked to. Raises `Retryable`."""
        composed = self._ask(order, people, Composed)
        if composed.drafted is not None:
            self._meter.drafted(composed.drafted.drafter, wanted=composed.drafted.drafter)
        return composed

    def check(self, draft: Draft, transcript: Transcript, people: Sequence[Person]) -> Checked:
        """What of a draft that a model wrote may be said. Raises `Retryable`."""
        return self._ask(Check(draft, transcript), people, Checked)

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._running is not None:
            self._running.process.kill()
            self._gone()

    def _ask(self, request: Order | Check, people: Sequence[Person], wanted: type[_Answer]) -> _Answer:
        with self._turn:
            running = self._ready()
            try:
                self._introduce(running, people)
                answer = self._answer(running, request)
            except (OSError, EOFError) as error:
                code = self._gone()
                self._log.warning("composing_process_ended", code=code)
                raise Retryable("The process that composes drafts ended in the midst of one.") from error
        if isinstance(answer, Retryable):
            raise answer
        if not isinstance(answer, wanted):
            raise TypeError(f"the composing process answered with a {type(answer).__name__}")
        return answer

    def _answer(self, running: _Running, request: Request) -> object:
        running.requests.send(request)
        if not running.answers.poll(LONGEST_SECONDS):
            running.process.kill()
        return running.answers.recv()

    def _introduce(self, running: _Running, people: Sequence[Person]) -> None:
        """Tell the directory, unless it is the one told before."""
        if people is self._told:
            return
        for at in range(0, max(len(people), 1), CHUNK):
            running.requests.send(People(tuple(people[at : at + CHUNK]), first=at == 0))
        self._told = people

    def _ready(self) -> _Running:
        """The running process; a new one where there is none or it had nothing to do for too long."""
        if self._running is not None and self._running.process.poll() is not None:
            self._gone()
        if self._running is None:
            self._running = _started(self._command)
            self._running.requests.send(self._setup)
        return self._running

    def _gone(self) -> int | None:
        """Forget a process that is dead or dying; its exit code."""
        running, self._running, self._told = self._running, None, None
        if running is None:
            return None
        running.requests.close()
        running.answers.close()
        try:
            return running.process.wait(LAST_WORDS_SECONDS)
        except subprocess.TimeoutExpired:
            running.process.kill()
            return running.process.wait()


def _started(command: Sequence[str]) -> _Running:
    """A process that has one end of each pipe and nothing else of ours: when we die, it reads the end."""
    there_reads, we_write = os.pipe()
    we_read, there_writes = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, str(there_reads), str(there_writes)],
            pass_fds=(there_reads, there_writes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=_environment(os.environ),
        )
    finally:
        os.close(there_reads)
        os.close(there_writes)
    return _Running(process, Connection(we_write, readable=False), Connection(we_read, writable=False))


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours without what is secret, and with the places we import from."""
    kept = {name: value for name, value in ours.items() if not name.startswith(_SECRET)}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
