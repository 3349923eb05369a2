"""Answering a signed message event over HTTP, durable before the answer, while the worker drafts."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bot.clock import SystemClock
from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.job import NewJob
from bot.sandbox import Channel, Person
from storage import open_storage
from tests.bench.figures import Figure, figure, median, quantile
from tests.bench.load import Sent, Slack
from tests.bench.postgres import Databases
from tests.bench.servers import Server, serve, serve_nothing
from tests.bench.settings import Size
from tests.bench.synthetic import Talk, message_events

RATE = 50
"""Events a second: six times the 30,000 an hour that Slack sends at most."""
DRAFTED = 1_000
"""Messages of the incident that is drafted over and over meanwhile."""
REDRAFTS = 2_000
TURNS = 4
WARM_SECONDS = 3.0
"""Until the process that composes drafts is up: a start is not what is measured."""
TEAM = "T0SANDBOX"


def measure(size: Size, databases: Databases) -> Iterator[Figure]:
    """Latency at a steady rate, loss, and the most that is answered, on both databases."""
    for kind in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as folder:
            at = datetime.now(UTC) - timedelta(hours=4)
            with Stage(Path(folder), at=at, database_url=databases.new(kind)) as stage:
                yield from _on(kind, stage, size)


def _on(kind: str, stage: Stage, size: Size) -> Iterator[Figure]:
    """Each load goes to the bot and to an empty app in turns, since other work on the machine comes and
    goes."""
    channel, people = _an_incident(stage)
    stage.stop_bot()
    secret = stage.slack.app.signing_secret
    with serve_nothing(secret, stage.folder) as empty:
        plain = _slack(empty, secret, channel, people)
        plain.flat_out(200)
        with serve(stage) as server:
            ours = _slack(server, secret, channel, people)
            ours.flat_out(200)
            yield from _most(kind, ours.flat_out(size.flat_out), plain.flat_out(size.flat_out))
            idle, baseline = _in_turns(ours, plain, size.baseline_seconds)
            yield from _latency(f"{kind}, answering {RATE} events/s, nothing else to do", idle, baseline)
        yield from _while_drafting(kind, stage, size, (channel, people), plain)


def _in_turns(ours: Slack, plain: Slack, seconds: float) -> tuple[Sent, Sent]:
    """So many seconds of each, a quarter at a time, ours last."""
    sent, baseline = Sent(), Sent()
    for _ in range(TURNS):
        baseline.add(plain.steadily(RATE, seconds / TURNS))
        sent.add(ours.steadily(RATE, seconds / TURNS))
    return sent, baseline


def _while_drafting(
    kind: str,
    stage: Stage,
    size: Size,
    where: tuple[Channel, tuple[str, ...]],
    plain: Slack,
) -> Iterator[Figure]:
    _ask_for_redrafts(stage)
    before = _drafts(stage)
    with serve(stage) as server:
        ours = _slack(server, stage.slack.app.signing_secret, *where)
        ours.flat_out(100)
        ours.steadily(RATE, WARM_SECONDS)
        busy, baseline = _in_turns(ours, plain, size.answer_seconds)
        server.kill()
    lost = len(set(busy.answered) - _stored(stage, where[0]))
    written = _drafts(stage) - before
    what = f"{kind}, answering {RATE} events/s while drafting"
    yield from _latency(what, busy, baseline)
    yield figure(
        f"{what}: answered, then lost by SIGKILL", lost, "events", goal="0", ok=lost == 0 and busy.failed == 0
    )
    yield figure(
        f"{what}: drafts of {DRAFTED:,} messages meanwhile", written, "drafts", goal="> 0", ok=written > 0
    )


def _latency(what: str, ours: Sent, baseline: Sent) -> Iterator[Figure]:
    middle, plain = median(ours.seconds) * 1e3, median(baseline.seconds) * 1e3
    yield figure(
        f"{what}: p50", middle, "ms", baseline=plain, goal="≤ 2× empty listener", ok=middle <= 2 * plain
    )
    worst, plain = quantile(ours.seconds, 0.99) * 1e3, quantile(baseline.seconds, 0.99) * 1e3
    yield figure(f"{what}: p99", worst, "ms", baseline=plain, goal="≤ 50 ms", ok=worst <= 50)


def _most(kind: str, most: Sent, fastest: Sent) -> Iterator[Figure]:
    yield figure(
        f"{kind}, answering as fast as possible, 8 connections",
        most.rate,
        "events/s",
        baseline=fastest.rate,
        goal=f"≥ {RATE}, none refused",
        ok=most.rate >= RATE and most.failed == 0,
    )


def _slack(server: Server, secret: str, channel: Channel, people: tuple[str, ...]) -> Slack:
    events = message_events(Talk(3), channel.id, people, first=time.time())
    return Slack(server.port, secret, TEAM, events)


def _an_incident(stage: Stage) -> tuple[Channel, tuple[str, ...]]:
    """A resolved incident of many messages, archived and drafted once; returns another watched channel,
    where the events will come from, and who speaks there."""
    people = [stage.slack.person(f"person{number}", real_name=f"Person {number}") for number in range(8)]
    channel = stage.slack.channel("incident-bench", members=people)
    stage.settle()
    speak(stage, channel, people, DRAFTED)
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


def _ask_for_redrafts(stage: Stage) -> None:
    database = open_storage(stage.settings().database_url, clock=SystemClock())
    with database.begin() as records:
        incident = records.incidents.recent(TEAM, visible=None, limit=1)[0]
        assert incident.status is Status.IN_REVIEW, incident.status
        for number in range(REDRAFTS):
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
