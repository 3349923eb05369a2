"""A real composing process: that it writes what we would, and what happens when it or we are gone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from bot.apart import Apart, Setup
from bot.apart.composer import serve
from bot.domain.incident import Incident
from bot.domain.transcript import as_ts
from bot.drafters.extractive import ExtractiveDrafter
from bot.errors import Retryable
from bot.ports import Composed, Meter, Order
from bot.redaction import SecretRedactor
from bot.workflow.composing import Composing
from storage import Database, open_storage
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, a_desk

PERSONAL = ("email",)


class Counted(Meter):
    """Remembers whose drafts were counted."""

    def __init__(self) -> None:
        self.drafters: list[str] = []

    def drafted(self, drafter: str, *, wanted: str) -> None:
        """Note one."""
        assert drafter == wanted
        self.drafters.append(drafter)


@contextmanager
def _apart(url: str, meter: Meter | None = None, **given: Any) -> Iterator[Apart]:
    apart = Apart(Setup(url, PERSONAL), meter=meter, **given)
    try:
        yield apart
    finally:
        apart.close()


def _pid(apart: Apart) -> int:
    assert apart._running is not None
    return apart._running.process.pid


def _told(storage: Database, clock: ManualClock) -> tuple[Desk, Incident]:
    """An incident in which Maya is named and an address is told, resolved and archived."""
    desk = a_desk(storage, clock)
    incident = desk.resolved()
    desk.chat.say(desk.channel, desk.maya, "Maya Lindqvist wrote to ops@example.com about it.")
    desk.settle()
    return desk, incident


def _order(desk: Desk, incident: Incident, *, offline: bool = True) -> Order:
    until = as_ts(desk.clock.now())
    return Order(incident=incident, until=until, url="https://example.slack.com/", offline=offline)


@pytest.fixture
def storage(database_url: str, clock: ManualClock) -> Iterator[Database]:
    """A database whose address is known, on each product."""
    storage = open_storage(database_url, clock=clock)
    yield storage
    storage.close()


def _said(composed: Composed) -> tuple[object, ...]:
    """What of it must be the same wherever it was composed; how long it took differs."""
    drafted = composed.drafted and composed.drafted.draft
    rest = (composed.transcript, composed.fresh, composed.coverage, composed.digest, composed.checked)
    return (drafted, *rest)


def test_it_composes_what_we_would(storage: Database, clock: ManualClock, database_url: str) -> None:
    """To the word: evidence, draft and checks; names and addresses are hidden there too."""
    desk, incident = _told(storage, clock)
    people, order = desk.chat.everyone(), _order(desk, incident)
    here = Composing(storage, SecretRedactor(personal=PERSONAL), ExtractiveDrafter()).compose(order, people)
    meter = Counted()
    with _apart(database_url, meter) as apart:
        there = apart.compose(order, people)
    assert _said(there) == _said(here)
    assert meter.drafters == ["extractive"]
    texts = " ".join(item.text for item in there.transcript.evidence)
    assert "example.com" not in texts
    assert "Lindqvist" not in texts


def test_a_models_draft_is_checked_there(sqlite_url: str, clock: ManualClock) -> None:
    """Freezing, then checking: between them the model is asked from here."""
    storage = open_storage(sqlite_url, clock=clock)
    desk, incident = _told(storage, clock)
    people = desk.chat.everyone()
    with _apart(sqlite_url) as apart:
        composed = apart.compose(_order(desk, incident, offline=False), people)
        draft = ExtractiveDrafter().draft(composed.transcript).draft
        blaming = draft.model_copy(update={"title": "Maya Lindqvist broke it"})
        checked = apart.check(blaming, composed.transcript, people)
    storage.close()
    assert (composed.drafted, composed.checked) == (None, None)
    assert "Lindqvist" not in checked.draft.title


def test_a_killed_one_is_replaced(sqlite_url: str, clock: ManualClock) -> None:
    """The draft it was at is tried again later, as after any passing fault."""
    storage = open_storage(sqlite_url, clock=clock)
    desk, incident = _told(storage, clock)
    people, order = desk.chat.everyone(), _order(desk, incident)
    with _apart(sqlite_url) as apart:
        first = apart.compose(order, people)
        was = _pid(apart)
        os.kill(was, signal.SIGTERM)  # to a whole group, as a platform does: it is not the one to decide
        assert _said(apart.compose(order, people)) == _said(first)
        assert _pid(apart) == was
        assert apart._running is not None
        apart._running.process.kill()
        apart._running.process.wait()
        assert _said(apart.compose(order, people)) == _said(first)
        assert _pid(apart) != was
    storage.close()


def test_one_that_dies_while_composing_is_a_passing_fault() -> None:
    """Whatever took it along, memory for one, must not take the bot along."""
    order = Order.model_construct(incident=None, until="1.0", url="", offline=True)  # type: ignore[arg-type]  # on purpose
    dies = [sys.executable, "-c", "import sys"]
    with _apart("sqlite://", command=dies) as apart, pytest.raises(Retryable, match="ended in the midst"):
        apart.compose(order, ())


def test_a_fault_there_quotes_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It is told with its place, without what people said."""
    order = Order.model_construct(incident="hunter2", until="1.0", url="", offline=True)  # type: ignore[arg-type]  # on purpose
    with _apart(f"sqlite:///{tmp_path / 'none.db'}") as apart, pytest.raises(Retryable):
        apart.compose(order, ())
    told = capfd.readouterr().err
    assert "composing_failed" in told
    assert "Traceback" not in told


def test_it_has_no_tokens(sqlite_url: str) -> None:
    """Composing needs the database only."""
    asks = "import os, sys; sys.exit(any(name.startswith(('SLACK_', 'OPENAI_')) for name in os.environ))"
    os.environ["SLACK_BOT_TOKEN"] = "xoxb-not-a-token"
    try:
        with _apart(sqlite_url, command=[sys.executable, "-c", asks]) as apart:
            running = apart._ready()
            assert running.process.wait(timeout=30) == 0
    finally:
        del os.environ["SLACK_BOT_TOKEN"]


def test_it_ends_when_nobody_is_left_to_ask() -> None:
    """The pipe's other end closes when we die, however we die; and after a while without work."""
    for idle in (60.0, 0.0):
        read, write = os.pipe()
        with Connection(read, writable=False) as requests, Connection(write, readable=False) as ours:
            if idle:
                ours.close()
            serve(requests, ours, idle=idle)
