"""Archiving under Slack's Tier 3 limits, on the sandbox's clock: calls and time against the least."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.demo.stage import Stage
from bot.domain.job import Job
from bot.sandbox import Call, Channel, Person, Sandbox
from tests.bench.figures import Figure, figure
from tests.bench.settings import Size
from tests.bench.synthetic import Talk

PAGE = 200
"""What Slack recommends at most for a page of history."""
PER_MINUTE = 50
READING = ("conversations.history", "conversations.replies")


def _reads(call: Call) -> bool:
    """Whether it reads a transcript. Looking whether a thread is still there, or a post of ours in it, does
    not: that is what posting costs."""
    return (
        call.method in READING and call.args.get("limit") != "1" and "include_all_metadata" not in call.args
    )


def measure(size: Size) -> Iterator[Figure]:
    """A channel the bot has not heard, and one it has."""
    yield from _never_heard(size.messages, size.threads)
    yield from _heard(size.live_messages, size.live_threads)


def _never_heard(messages: int, threads: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, _stage(Path(folder)) as stage:
        channel, people = _channel(stage)
        _talk(stage, channel, people, messages, threads, deaf=True)
        calls, refused, seconds = _resolve(stage, channel, people)
    least = math.ceil(threads / PAGE) + threads
    floor = max(0.0, (math.ceil(threads / PER_MINUTE) - 1) * 60.0)
    what = f"archiving {messages:,} messages in {threads} threads"
    yield figure(
        f"{what}: calls",
        calls,
        "calls",
        baseline=least,
        goal=f"the least at {PAGE} a page",
        ok=calls <= least,
    )
    yield figure(
        f"{what}: calls refused by the limit",
        refused,
        "calls",
        goal="1 a minute",
        ok=refused <= floor / 60 + 1,
    )
    yield figure(
        f"{what}: time on Slack's clock",
        seconds,
        "s",
        baseline=floor,
        goal="≤ 1.1×",
        ok=seconds <= 1.1 * floor,
    )


def _heard(messages: int, threads: int) -> Iterator[Figure]:
    """What a resolution costs where events told all along, and what its draft costs two hours later."""
    with tempfile.TemporaryDirectory() as folder, _stage(Path(folder)) as stage:
        channel, people = _channel(stage)
        _talk(stage, channel, people, messages, threads)
        stage.settle()
        calls, _, _ = _resolve(stage, channel, people)
        before = len(stage.slack.calls)
        stage.jump(hours=2)
        later = sum(1 for call in stage.slack.calls[before:] if _reads(call))
    roots = math.ceil(threads / PAGE)
    what = f"{messages:,} messages in {threads} threads heard live"
    yield figure(
        f"archiving {what}: calls",
        calls,
        "calls",
        baseline=roots + threads,
        goal="the least for one reconciling pass: the roots' pages, each thread once",
        ok=calls <= roots + threads,
    )
    yield figure(
        f"topping up {what}: calls of the draft",
        later,
        "calls",
        baseline=roots,
        goal="the least: the roots' pages, where no thread has changed",
        ok=later <= roots,
    )


def _stage(folder: Path) -> Stage:
    stage = Stage(folder)
    stage.slack = Sandbox(now=lambda: stage.clock.now().timestamp(), rate_limits=True)
    return stage


def _channel(stage: Stage) -> tuple[Channel, list[Person]]:
    people = [stage.slack.person(f"person{number}", real_name=f"Person {number}") for number in range(5)]
    channel = stage.slack.channel("incident-archive", members=people)
    stage.settle()
    return channel, people


def _talk(
    stage: Stage, channel: Channel, people: list[Person], messages: int, threads: int, *, deaf: bool = False
) -> None:
    """Roots with equally many replies each; while the bot is out of the channel, if it is to be deaf."""
    talk, members = Talk(10), channel.members[:]
    if deaf:
        channel.members.remove(stage.slack.app.bot_user_id)
    for root_number in range(threads):
        stage.clock.jump(timedelta(seconds=20))
        root = people[0].say(channel, talk.line(root_number))
        for number in range(messages // threads - 1):
            people[number % len(people)].say(channel, talk.line(number), thread=root)
    channel.members[:] = members
    stage.clock.jump(timedelta(minutes=5))


def _resolve(stage: Stage, channel: Channel, people: list[Person]) -> tuple[int, int, float]:
    """Resolve, and let time pass until the archive is complete: calls answered, calls refused, seconds."""
    people[0].command(channel, "/postmortem", "start Checkout is down")
    stage.settle()
    before, began = len(stage.slack.calls), stage.clock.now()
    people[0].command(channel, "/postmortem", "resolve")
    stage.settle()
    while (job := _archive_job(stage)).state == "waiting":
        stage.jump(seconds=max(0.0, (job.due_at - stage.clock.now()) / timedelta(seconds=1)))
    calls = Counter(call.outcome for call in stage.slack.calls[before:] if _reads(call))
    return calls["ok"], calls.total() - calls["ok"], (stage.clock.now() - began).total_seconds()


def _archive_job(stage: Stage) -> Job:
    with stage.bot.database.read() as records:
        return next(job for job in records.jobs.listed(limit=200) if job.kind == "archive")
