"""Slack says that it dropped events, or we were away, just while a transcript is read."""

from __future__ import annotations

from bot.domain.incident import Status
from bot.domain.posting import Action
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
