"""When background work fails for good, people are told in the incident's thread."""

from __future__ import annotations

import shutil

from bot.domain.incident import Status
from bot.domain.job import JobState
from bot.domain.posting import Action
from bot.sandbox.faults import Fault
from tests.app.scene import Scene, shown


def test_a_publication_that_cannot_be_written_is_told_and_can_be_retried(scene: Scene) -> None:
    """Retried for hours, buried, told with what to do; once mended it goes through."""
    scene.drafted()
    place = scene.stage.folder / "postmortems"
    shutil.rmtree(place, ignore_errors=True)
    place.write_text("a file where the folder should be")
    scene.press(scene.ben, Action.APPROVE)
    for _ in range(12):
        scene.stage.jump(hours=1)

    assert scene.status() is Status.APPROVED
    told = shown(scene.thread()[-1])
    assert "could not finish" in told
    assert "postmortem jobs retry" in told

    place.unlink()
    with scene.stage.bot.world.storage.begin() as records:
        (buried,) = records.jobs.listed(JobState.BURIED)
        records.jobs.revive(buried.id, due_at=scene.stage.clock.now())
    scene.stage.settle()
    assert scene.status() is Status.PUBLISHED


def test_a_draft_waits_through_an_outage_of_slack(scene: Scene) -> None:
    """Slack answers nobody for hours, from the midst of the resolution on: then it is all there, once, and
    people were not asked to look after it."""
    scene.start()
    scene.talk()
    card, slack = scene.with_button(Action.RESOLVE), scene.stage.slack
    answered = iter([None] * 3)
    slack.faults.outage(lambda _method: next(answered, Fault("server_error", status=503)))
    scene.react(scene.maya, card)
    for _ in range(12):
        scene.stage.jump(minutes=30)
    slack.faults.clear()
    scene.stage.jump(minutes=10)
    scene.stage.jump(hours=2)
    scene.stage.jump(minutes=10)

    assert scene.status() is Status.IN_REVIEW
    keys = [one.metadata["event_payload"]["key"] for one in scene.everything() if one.metadata]
    assert sorted(keys) == ["card:1", "document:1:g1", "notice:resolved:1:g1", "review:1:g1"]
    assert "could not finish" not in "".join(shown(one) for one in scene.everything())


def test_nothing_said_about_an_incident_that_was_reopened_meanwhile(scene: Scene) -> None:
    """An acknowledgement that is no longer true is not posted."""
    scene.start()
    card = scene.with_button(Action.RESOLVE)
    scene.stage.slack.faults.server_error("chat.postMessage", times=2)
    scene.react(scene.maya, card)
    scene.maya.unreact(card, "white_check_mark")
    scene.stage.settle()

    scene.stage.jump(minutes=5)

    assert not [one for one in scene.roots() if "was resolved" in one.text]
