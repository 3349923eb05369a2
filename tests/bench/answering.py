"""Answering a signed message event over HTTP, durable before the answer, while the worker drafts."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event
from typing import NamedTuple

from bot.clock import SystemClock
from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.job import NewJob
from bot.sandbox import Channel, Person
from storage import open_storage
from tests.bench.disk import flushes
from tests.bench.figures import Figure, figure, median, quantile
from tests.bench.load import Sent, Slack
from tests.bench.postgres import Databases
from tests.bench.servers import Server, complaints, serve, serve_nothing, work
from tests.bench.settings import Size
from tests.bench.synthetic import Talk, message_events

RATE = 50
"""Events a second: six times the 30,000 an hour that Slack sends at most."""
DRAFTS_A_SECOND = 10
"""More than any machine writes."""
TURNS = 4
BASELINE = 1 / 3
"""Of the time that the bot is measured, an empty app is."""
WARMING = 100
"""Events to begin with that are not measured."""
START_SECONDS = 60
TEAM = "T0SANDBOX"


def measure(size: Size, databases: Databases) -> Iterator[Figure]:
    """Latency at a steady rate, loss, and the most that is answered: on both databases with one process, and
    on PostgreSQL with a worker in a process of its own."""
    for kind in ("SQLite", "PostgreSQL"):
        with _staged(databases.new(kind)) as stage:
            yield from _alone(Trial.of(kind, stage, size))
    if not size.quick:
        with _staged(databases.new("PostgreSQL")) as stage:
            yield from _beside_a_worker(Trial.of("PostgreSQL with a worker process", stage, size))


@contextmanager
def _staged(database_url: str) -> Iterator[Stage]:
    at = datetime.now(UTC) - timedelta(hours=4)
    with (
        tempfile.TemporaryDirectory() as folder,
        Stage(Path(folder), at=at, database_url=database_url) as stage,
    ):
        yield stage


@dataclass
class Trial:
    """A stage whose bot has stopped after an incident, and the channel where events will come from. `sent` is
    everything that was sent to the bot."""

    kind: str
    stage: Stage
    size: Size
    channel: Channel
    people: tuple[str, ...]
    sent: Sent = field(default_factory=Sent)

    @classmethod
    def of(cls, kind: str, stage: Stage, size: Size) -> Trial:
        """Play the incident."""
        channel, people = _an_incident(stage, size.spoken)
        stage.stop_bot()
        return cls(kind, stage, size, channel, people)

    @property
    def secret(self) -> str:
        """What Slack signs with."""
        return self.stage.slack.app.signing_secret

    def slack(self, server: Server) -> Slack:
        """Slack's side of the empty app, which is warm."""
        return self._warmed(server)[0]

    def bot(self, server: Server) -> Slack:
        """Slack's side of the bot, which is warm."""
        slack, warming = self._warmed(server)
        self.sent.add(warming)
        return slack

    def _warmed(self, server: Server) -> tuple[Slack, Sent]:
        events = message_events(Talk(3), self.channel.id, self.people, now=time.time)
        slack = Slack(server.port, self.secret, TEAM, events)
        return slack, slack.flat_out(WARMING)


def _alone(trial: Trial) -> Iterator[Figure]:
    """Each load goes to the bot and to an empty app in turns, since other work on the machine comes and
    goes."""
    stage, size, kind = trial.stage, trial.size, trial.kind
    with serve_nothing(trial.secret, stage.folder) as empty, serve(stage, WORKER_TICK="500ms") as server:
        plain, ours = trial.slack(empty), trial.bot(server)
        most = ours.flat_out(size.flat_out)
        yield from _most(kind, most, plain.flat_out(size.flat_out))
        idle = _in_turns(ours, plain, stage.folder, size.idle_seconds)
        yield from _latency(f"{kind}, answering {RATE} events/s, nothing else to do", idle)
        before = _begin_drafting(stage, size)
        busy = _in_turns(ours, plain, stage.folder, size.drafting_seconds)
        server.kill()
    for load in (most, idle.ours, busy.ours):
        trial.sent.add(load)
    yield from _drafting(trial, busy, before)


def _beside_a_worker(trial: Trial) -> Iterator[Figure]:
    """As docs/scaling.md advises where one process is not enough: one answers, another drafts."""
    stage = trial.stage
    with (
        serve_nothing(trial.secret, stage.folder) as empty,
        serve(stage, WORKER_THREADS="0") as server,
        work(stage, WORKER_TICK="500ms"),
    ):
        plain, ours = trial.slack(empty), trial.bot(server)
        before = _begin_drafting(stage, trial.size)
        busy = _in_turns(ours, plain, stage.folder, trial.size.drafting_seconds)
        server.kill()
    trial.sent.add(busy.ours)
    yield from _drafting(trial, busy, before)


def _drafting(trial: Trial, busy: Turns, before: int) -> Iterator[Figure]:
    """How it answered while drafting, and what became of all that was sent; `before` is how many drafts there
    were."""
    what = f"{trial.kind}, answering {RATE} events/s while drafting"
    yield from _latency(what, busy)
    stored = _stored(trial.stage, trial.channel)
    yield _lost(f"{trial.kind}: answered, then lost by SIGKILL", trial.sent, stored)
    written = _drafts(trial.stage) - before
    name = f"{what}: drafts of {trial.size.spoken:,} messages meanwhile"
    yield figure(name, written, "drafts", goal="> 0", ok=written > 0)
    yield failures(trial.kind, trial.sent, trial.stage.folder)


class Turns(NamedTuple):
    """What came of a load on the bot and on an empty app, and seconds that small writes took the disk."""

    ours: Sent
    plain: Sent
    disk: list[float]


def _in_turns(ours: Slack, plain: Slack, folder: Path, seconds: float) -> Turns:
    """So many seconds of ours, a part at a time, each after its share of the other. The disk is tried while
    the other answers, which needs none."""
    turns = Turns(Sent(), Sent(), [])
    with ThreadPoolExecutor(1) as pool:
        for _ in range(TURNS):
            disk = pool.submit(flushes, folder, RATE, seconds * BASELINE / TURNS)
            turns.plain.add(plain.steadily(RATE, seconds * BASELINE / TURNS))
            turns.disk.extend(disk.result())
            turns.ours.add(ours.steadily(RATE, seconds / TURNS))
    return turns


def _begin_drafting(stage: Stage, size: Size) -> int:
    """Ask for more drafts than there is time for; returns how many there are once the first is written, and
    so the process that composes them is up: a start is not what is measured."""
    known = _drafts(stage)
    _ask_for_redrafts(stage, int(size.drafting_seconds * 2 * DRAFTS_A_SECOND))
    deadline, nap = time.monotonic() + START_SECONDS, Event()
    while (drafts := _drafts(stage)) == known and time.monotonic() < deadline:
        nap.wait(0.1)
    return drafts


def _lost(what: str, sent: Sent, stored: set[str]) -> Figure:
    lost = len(set(sent.answered) - stored)
    return figure(what, lost, "events", goal=f"0 of {len(sent.answered):,}", ok=lost == 0)


def failures(what: str, sent: Sent, folder: Path) -> Figure:
    """How many requests were not answered with 200, and why: what came back, and what the server that ran in
    `folder` said of it."""
    reasons = (*sent.failures.most_common(), *complaints(folder).most_common(3))
    why = ", ".join(f"{count} × {reason}" for reason, count in reasons)
    name = f"{what}: requests that failed" + (f" ({why})" if why else "")
    return figure(name, sent.failed, "requests", goal=f"0 of {len(sent.seconds):,}", ok=sent.failed == 0)


def _latency(what: str, turns: Turns) -> Iterator[Figure]:
    ours, baseline = turns.ours, turns.plain
    middle, plain = median(ours.seconds) * 1e3, median(baseline.seconds) * 1e3
    yield figure(
        f"{what}: p50", middle, "ms", baseline=plain, goal="≤ 2× empty listener", ok=middle <= 2 * plain
    )
    worst, plain = quantile(ours.seconds, 0.99) * 1e3, quantile(baseline.seconds, 0.99) * 1e3
    yield figure(f"{what}: p99", worst, "ms", baseline=plain, goal="≤ 50 ms", ok=worst <= 50)
    flushed = quantile(turns.disk, 0.99) * 1e3
    yield figure(f"{what}: p99 of the disk alone, one small write an event", flushed, "ms")


def _most(kind: str, most: Sent, fastest: Sent) -> Iterator[Figure]:
    yield figure(
        f"{kind}, answering as fast as possible, 8 connections",
        most.rate,
        "events/s",
        baseline=fastest.rate,
        goal=f"≥ {RATE}, none refused",
        ok=most.rate >= RATE and most.failed == 0,
    )


def _an_incident(stage: Stage, spoken: int) -> tuple[Channel, tuple[str, ...]]:
    """A resolved incident of many messages, archived and drafted once; returns another watched channel,
    where the events will come from, and who speaks there."""
    people = [stage.slack.person(f"person{number}", real_name=f"Person {number}") for number in range(8)]
    channel = stage.slack.channel("incident-bench", members=people)
    stage.settle()
    speak(stage, channel, people, spoken)
    people[0].command(channel, "/postmortem", "start Checkout is down")
    stage.settle()
    people[0].command(channel, "/postmortem", "resolve")
    stage.jump(hours=2)
    other = stage.slack.channel("incident-other", members=people)
    stage.settle()
    return other, tuple(person.id for person in people)


def speak(stage: Stage, channel: Channel, people: list[Person], count: int) -> None:
    """Talk the bot does not hear as it is said: it reads it later, as after being away."""
    talk = Talk(4)
    members = channel.members[:]
    channel.members.remove(stage.slack.app.bot_user_id)
    for number in range(count):
        people[number % len(people)].say(channel, talk.line(number))
    channel.members[:] = members


def _ask_for_redrafts(stage: Stage, count: int) -> None:
    database = open_storage(stage.settings().database_url, clock=SystemClock())
    with database.begin() as records:
        incident = records.incidents.recent(TEAM, visible=None, limit=1)[0]
        assert incident.status is Status.IN_REVIEW, incident.status
        for number in range(count):
            payload = {"generation": incident.generation, "redraft": True}
            job = NewJob(
                team_id=TEAM,
                kind="draft",
                key=f"draft:bench:{number}",
                due_at=datetime.now(UTC),
                incident_id=incident.id,
                payload=payload,
            )
            records.jobs.add(job)
    database.close()


def _drafts(stage: Stage) -> int:
    database = open_storage(stage.settings().database_url, clock=SystemClock())
    with database.read() as records:
        incident = records.incidents.recent(TEAM, visible=None, limit=1)[0]
        latest = records.revisions.latest(incident.id)
    database.close()
    return latest.number if latest else 0


def _stored(stage: Stage, channel: Channel) -> set[str]:
    database = open_storage(stage.settings().database_url, clock=SystemClock())
    with database.read() as records:
        found = records.messages.in_channel(TEAM, channel.id, oldest="0.0", latest="99999999999.0")
    database.close()
    return {message.ts for message in islice(found, None)}
