"""`/postmortem history`: who changed what, any two revisions compared, one restored."""

from __future__ import annotations

import json

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.posting import Action
from bot.slack import history_views
from tests.app.scene import Scene


def edited(scene: Scene, times: int = 2) -> None:
    """A draft with some edits by Priya."""
    scene.drafted()
    for number in range(1, times + 1):
        scene.reply(scene.priya, f"impact: Version {number} of the impact.")


def opened(scene: Scene) -> str:
    """The window of the history, as Ben sees it."""
    scene.command(scene.ben, "history INC-1")
    return json.dumps(scene.ben.views[-1].blocks, ensure_ascii=False)


def shows(scene: Scene, text: str) -> None:
    """Ben's window shows this: it is brought up to date after the press is acknowledged."""
    assert scene.stage.slack.until(lambda: text in json.dumps(scene.ben.views[-1].blocks))


def test_the_history_names_author_time_reason_and_what_changed(scene: Scene) -> None:
    """Newest first; the first one is the drafter's."""
    edited(scene)

    window = opened(scene)

    assert window.index("Revision 3") < window.index("Revision 2") < window.index("Revision 1")
    assert "Priya Raman" in window
    assert "by reply: Impact" in window
    assert "extractive drafter" in window
    assert "2026-03-02" in window


def test_any_two_revisions_are_compared(scene: Scene) -> None:
    """Lines that went and came, in a window on top; forged choices are refused."""
    edited(scene)
    opened(scene)
    window = scene.ben.views[-1]

    scene.ben.submit(window, {"before": "2", "after": "3"})

    shown = json.dumps(scene.ben.views[-1].blocks, ensure_ascii=False)
    assert "From revision 2 to revision 3" in shown
    assert "− Version 1 of the impact." in shown
    assert "+ Version 2 of the impact." in shown


def test_an_earlier_revision_is_restored_as_a_new_one(scene: Scene) -> None:
    """Nothing is lost, and an approval is void."""
    edited(scene)
    first = scene.revisions()[0]
    scene.press(scene.maya, Action.APPROVE)
    assert scene.status() is Status.PUBLISHED
    opened(scene)

    scene.ben.press(scene.ben.views[-1], history_views.RESTORE, "1")
    scene.stage.settle()

    assert [one.number for one in scene.revisions()] == [1, 2, 3, 4]
    assert scene.revision().draft == first.draft
    assert scene.revision().reason == "restored revision 1"
    assert scene.status() is Status.IN_REVIEW
    shows(scene, "is back, as revision 4")


def test_restoring_past_somebody_elses_edit_is_refused(scene: Scene) -> None:
    """The window knew revision 3; by now there is a fourth."""
    edited(scene)
    opened(scene)
    scene.reply(scene.priya, "impact: Version 3 of the impact.")

    scene.ben.press(scene.ben.views[-1], history_views.RESTORE, "1")

    shows(scene, "Nothing was changed")
    assert len(scene.revisions()) == 4


def test_somebody_outside_the_channel_reads_but_restores_nothing(scene: Scene) -> None:
    """Reading a public postmortem is for all members, changing it for who is in its channel."""
    edited(scene)
    opened(scene)
    scene.ben.leave(scene.channel)

    scene.ben.press(scene.ben.views[-1], history_views.RESTORE, "1")

    shows(scene, "Only people in the incident")
    assert len(scene.revisions()) == 3


def test_a_long_history_has_pages(scene: Scene) -> None:
    """Ten revisions a page, within Slack's limits."""
    edited(scene, times=12)

    first = opened(scene)
    scene.ben.press(scene.ben.views[-1], f"{history_views.TURN}_next")

    assert "Revision 13" in first
    assert "Revision 3*" not in first
    shows(scene, "Revision 3*")


def test_the_history_of_a_private_incident_is_its_members_own(stage: Stage, scene: Scene) -> None:
    """To everybody else there is no such incident."""
    secret = stage.slack.channel("incident-merger", members=[scene.maya], private=True)
    scene.maya.invite_bot(secret)
    stage.settle()
    scene.command(scene.maya, "start Merger data leaked", channel=secret)
    scene.maya.say(secret, "The merger documents are public since 09:00.")
    scene.command(scene.maya, "resolve", channel=secret)
    stage.jump(hours=2)

    refusals = [scene.command(scene.ben, f"history {key}") for key in ("PRV-1", "PRV-9")]

    assert refusals[0].splitlines()[0] == refusals[1].splitlines()[0].replace("PRV-9", "PRV-1")
    assert scene.ben.views == []
    assert "is open in a window" in scene.command(scene.maya, "history PRV-1", channel=secret)
