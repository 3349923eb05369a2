"""The database goes away, fills up or is locked while the real bot works: work resumes by itself, people are
told, and in the end there is exactly one of everything."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.job import JobState
from bot.domain.posting import Action
from tests.app.conftest import make_scene
from tests.app.scene import Scene
from tests.logs import printed_at
from tests.postgres_switch import Switch, switched_postgres

LATE = "It was the connection pool all along."
SUMMARY = "Checkout failed for every customer until the rollback."
POSTED = [
    "card:1",
    "notice:resolved:1:g1",
    "review:1:g1",
    "document:1:g1",
    "diff:1:r2",
    "notice:published:1:r2",
]


def everything_is_there_once(scene: Scene) -> None:
    """One card, one draft, one edit, one publication; every message; no job given up or left over."""
    posted = [one.metadata["event_payload"]["key"] for one in scene.everything() if one.metadata]
    assert sorted(posted) == sorted(POSTED)
    assert [one.reason for one in scene.revisions()] == ["first draft", "by reply"]
    assert [claim.text for claim in scene.revision().draft.summary] == [SUMMARY]
    assert scene.status() is Status.PUBLISHED
    team = scene.stage.slack.workspace.team
    with scene.stage.bot.world.storage.read() as records:
        kept = records.messages.in_channel(team, scene.channel.id, oldest="0", latest="9999999999.999999")
        due = [one for one in records.jobs.listed(JobState.WAITING) if one.due_at <= scene.stage.clock.now()]
        assert (due, records.jobs.listed(JobState.BURIED)) == ([], ())
        assert [one.revision for one in records.publications.of(scene.incident().id)] == [2]
    said = {one.text for one in scene.channel.messages if not one.bot_id and one.subtype is None}
    assert said <= {one.text for one in kept}


def answers(scene: Scene) -> list[bool]:
    """Whether the bot took what Slack sent, one attempt after another."""
    return [attempt.answer.ok for attempt in scene.stage.slack.attempts]


@pytest.fixture(autouse=True)
def printed() -> Iterator[StringIO]:
    """What the bot logs, as it does where it is installed: tracebacks for developers take their time."""
    with printed_at("info") as stream:
        yield stream


# PostgreSQL


@pytest.fixture(scope="module")
def switch() -> Iterator[Switch]:
    """A server that can be switched off."""
    with switched_postgres() as switch:
        yield switch


@dataclass
class Restarts:
    """Restarts the server the next time Slack is asked for `method`, in the midst of a job; while it is away
    `meanwhile` happens."""

    switch: Switch
    method: str = ""
    meanwhile: Callable[[], object] = field(default=lambda: None)
    done: int = 0

    def __call__(self, stage: str, method: str, arguments: Any) -> None:
        """A listener of the local Slack's."""
        if stage == "before" and method == self.method:
            self.method = ""
            self.switch.off()
            threading.Thread(target=self._back).start()

    def _back(self) -> None:
        self.meanwhile()
        self.switch.on()
        self.done += 1


@pytest.fixture
def scene_on_postgres(switch: Switch, tmp_path: Path) -> Iterator[Scene]:
    """Three people and the bot, on a server that can be switched off."""
    with psycopg.connect(host=switch.folder, user="postgres", dbname="postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE outage")
    with Stage(tmp_path, database_url=f"postgresql://postgres@/outage?host={switch.folder}") as stage:
        yield make_scene(stage)


def test_postgresql_may_restart_in_the_midst_of_work(scene_on_postgres: Scene, switch: Switch) -> None:
    """As the channel is read, before a draft is posted, before an edit is shown: jobs go on, and what Slack
    was refused meanwhile it delivers again."""
    scene, slack = scene_on_postgres, scene_on_postgres.stage.slack
    restarts = Restarts(switch)
    slack.faults.watch(restarts)

    def said_meanwhile(text: str, **where: Any) -> Callable[[], object]:
        def say() -> None:
            before = answers(scene).count(False)
            scene.ben.say(scene.channel, text, **where)
            assert slack.until(lambda: answers(scene).count(False) > before)

        return say

    scene.start()
    scene.talk()
    restarts.method, restarts.meanwhile = "conversations.history", said_meanwhile(LATE)
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    assert restarts.done == 1
    scene.stage.jump(minutes=7)

    restarts.method = "chat.postMessage"
    restarts.meanwhile = said_meanwhile("Something about it while the draft is posted.")
    scene.stage.jump(hours=2)
    assert restarts.done == 2
    scene.stage.jump(minutes=7)

    restarts.method, restarts.meanwhile = "chat.update", said_meanwhile("And while it is edited.")
    scene.reply(scene.ben, f"summary: {SUMMARY}")
    assert restarts.done == 3
    scene.stage.jump(minutes=7)
    scene.press(scene.ben, Action.APPROVE)
    everything_is_there_once(scene)


# SQLite


@dataclass
class Disk:
    """What is wrong with the database's file until so many statements have failed of it."""

    path: Path
    fault: str = ""
    failures: int = 0
    _lock: sqlite3.Connection | None = None

    def fails(self, fault: str, *, times: int) -> None:
        """From now on."""
        self.fault, self.failures = fault, times
        if fault == "locked":
            self._lock = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            self._lock.execute("BEGIN IMMEDIATE")

    def heals(self) -> None:
        """All is well again."""
        self.fault, self.failures = "", 0
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def used(self, connection: Any, *_pool: object) -> None:
        """The bot takes a connection: it may not let the file grow, may only read, or has little patience."""
        pages = 1 if self.fault == "full" else 2**31
        connection.execute(f"PRAGMA max_page_count={pages}").close()
        connection.execute(f"PRAGMA query_only={int(self.fault == 'read-only')}").close()
        connection.execute("PRAGMA busy_timeout=20").close()

    def connecting(
        self, _dialect: object, _record: object, _arguments: object, given: dict[str, Any]
    ) -> None:
        """The bot opens a connection. One it keeps (`storage/direct.py`) is looked after as a transaction
        begins on it, since no pool and no engine tells of what it does."""
        disk = self

        class File(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                if sql.startswith("BEGIN"):
                    disk.used(self)
                try:
                    return super().execute(sql, parameters)
                except sqlite3.Error:
                    disk.failed()
                    raise

        given["factory"] = File

    def failed(self, *_context: object) -> None:
        """A statement of the bot's failed."""
        self.failures -= 1
        if self.fault and self.failures <= 0:
            self.heals()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """The disk under the bot's database."""
    disk = Disk(tmp_path / "postmortem.db")
    event.listen(Engine, "do_connect", disk.connecting)
    event.listen(Pool, "checkout", disk.used)
    event.listen(Engine, "handle_error", disk.failed)
    yield disk
    event.remove(Engine, "do_connect", disk.connecting)
    event.remove(Engine, "handle_error", disk.failed)
    event.remove(Pool, "checkout", disk.used)
    disk.heals()


FAULTS = {
    "full": "disk of the database is full",
    "read-only": "database file is read-only",
    "locked": "locked by another process",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_database_that_cannot_be_written_costs_nothing(
    disk: Disk, scene: Scene, printed: StringIO, fault: str
) -> None:
    """Events, the archive, the draft, an edit and the publication come once it can; a person is asked to try
    again."""
    scene.start()
    scene.talk()
    card = scene.with_button(Action.RESOLVE)
    for act in (
        lambda: scene.ben.say(scene.channel, LATE + " See:" + " x" * 15_000),
        lambda: scene.react(scene.maya, card),
        lambda: scene.stage.jump(hours=2),
        lambda: scene.ben.say(scene.channel, f"summary: {SUMMARY}", thread=card),
    ):
        disk.fails(fault, times=2)
        act()
        scene.stage.jump(minutes=1)
        disk.heals()
        scene.stage.jump(minutes=7)
    assert not all(answers(scene))
    assert FAULTS[fault] in printed.getvalue()

    scene.press(scene.ben, Action.APPROVE)
    everything_is_there_once(scene)


@pytest.mark.parametrize("fault", ["read-only", "locked"])
def test_a_person_is_told_that_nothing_was_changed(disk: Disk, scene: Scene, fault: str) -> None:
    """And may try again at once."""
    disk.fails(fault, times=1)
    assert "Nothing was changed; try again" in scene.command(scene.ben, "start Checkout is down")
    assert "INC-1" in scene.command(scene.ben, "start Checkout is down")

    disk.fails(fault, times=1)
    scene.press(scene.maya, Action.RESOLVE)
    assert "Nothing was changed; try again" in scene.whispered(scene.maya)
    assert scene.status() is Status.OPEN
    scene.press(scene.maya, Action.RESOLVE)
    assert scene.status() is Status.RESOLVED
