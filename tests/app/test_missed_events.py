"""Slack says that it dropped events, or we were away, just while a transcript is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.domain.incident import Status
from bot.domain.posting import Action
from bot.sandbox import Message
from bot.workflow.archive import archive
from bot.workflow.listen import missed_events
from tests.app.scene import Scene
from tests.app.test_changing_channels import claimed, meddled


def test_events_missed_while_a_transcript_is_read_count_for_that_reading(scene: Scene) -> None:
    """An edit in a thread that an earlier pass has read: the reading forgot the doubt with its next page."""
    reply = scene.told_in_a_thread()
    scene.press(scene.maya, Action.RESOLVE)
    scene.stage.jump(minutes=5)
    scene.press(scene.maya, Action.REOPEN)
    scene.stage.jump(minutes=5)
    assert scene.maya.command(scene.channel, "/postmortem", "resolve").ok
    job, world = claimed(scene, "archive"), scene.stage.bot.world
    scene.stage.slack.faults.lose_events(1)
    scene.ben.edit(reply, "It is the pool.")
    archive(meddled(scene, lambda: missed_events(world)), job, lambda: None)
    with world.storage.begin() as records:
        records.jobs.finish(job, at=world.clock.now())
    scene.stage.jump(hours=2)

    assert scene.status() is Status.IN_REVIEW
    with world.storage.read() as records:
        said = {one.text for one in records.evidence.of(scene.incident().id)}
    assert "It is the pool." in said
    assert "It is the cache." not in said


def told_after_its_resolution(scene: Scene) -> tuple[Message, Message]:
    """An incident, resolved and read, in two threads of which people went on; returns their first replies."""
    first = scene.told_in_a_thread()
    root = scene.maya.say(scene.channel, "Refunds fail.")
    second = scene.ben.say(scene.channel, "It is the queue.", thread=root)
    scene.stage.jump(minutes=5)
    scene.press(scene.maya, Action.RESOLVE)
    scene.stage.jump(minutes=5)
    for reply in (first, second):
        scene.priya.say(scene.channel, "Are you sure?", thread=reply)
    scene.stage.settle()
    return first, second


def away(scene: Scene, *, minutes: int, happens: Callable[[], object], events: int) -> None:
    """The bot is down while something happens of which no event will ever tell."""
    scene.stage.stop_bot()
    scene.stage.slack.faults.lose_events(events)
    happens()
    scene.stage.clock.jump(timedelta(minutes=minutes))
    scene.stage.start_bot()
    scene.stage.jump(minutes=2)


def cited(scene: Scene) -> set[str]:
    """What the newest incident's evidence says."""
    with scene.stage.bot.world.storage.read() as records:
        return {one.text for one in records.evidence.of(scene.incident().id)}


def test_a_drafts_reading_reads_again_what_it_had_read_before_an_outage(scene: Scene) -> None:
    """It had finished one of two threads, and all roots: edited replies, an edited root and a new message,
    all lost in the outage, are in the draft."""
    first, second = told_after_its_resolution(scene)
    root = next(one for one in scene.channel.messages if one.text == "Refunds fail.")
    slack, stopped = scene.stage.slack, list[str]()

    def stop(stage: str, method: str, args: dict[str, object]) -> None:
        if stage == "after" and method == "conversations.replies" and args.get("limit") != "1":
            if not stopped:
                slack.faults.rate_limit(method, retry_after=60)
            stopped.append(method)

    slack.faults.watch(stop)
    scene.stage.jump(hours=2)
    assert len(stopped) == 1
    assert scene.status() is Status.RESOLVED

    def happens() -> None:
        scene.ben.edit(first, "It is the pool.")
        scene.ben.edit(second, "It is the broker.")
        scene.maya.edit(root, "Refunds fail for half of all customers.")
        scene.ben.say(scene.channel, "Rolled back to v2.13.2.")

    away(scene, minutes=10, happens=happens, events=4)
    assert scene.status() is Status.IN_REVIEW
    wanted = {
        "It is the pool.",
        "It is the broker.",
        "Refunds fail for half of all customers.",
        "Rolled back to v2.13.2.",
    }
    assert wanted <= cited(scene)
    assert not cited(scene) & {"It is the cache.", "It is the queue.", "Refunds fail."}


def test_a_draft_that_waits_after_its_reading_reads_again_after_an_outage(scene: Scene) -> None:
    """All was read, and Slack would not list the people; then the bot was away for ten minutes."""
    first, _ = told_after_its_resolution(scene)
    scene.stage.slack.faults.server_error("users.list")
    scene.stage.jump(hours=2)
    assert scene.status() is Status.RESOLVED

    away(scene, minutes=10, happens=lambda: scene.ben.edit(first, "It is the pool."), events=1)
    assert scene.status() is Status.IN_REVIEW
    assert "It is the pool." in cited(scene)
    assert "It is the cache." not in cited(scene)
