"""Approvals: how many, whose, and of what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.job import JobState
from bot.domain.posting import Action
from tests.app.conftest import make_scene
from tests.app.scene import Scene, shown

Made = Callable[..., Scene]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Makes a drafted scene with settings."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Scene:
            scene = make_scene(stack.enter_context(Stage(tmp_path, **settings)))
            scene.drafted()
            return scene

        yield make


def test_two_people_approve_the_same_revision(made: Made) -> None:
    """The card counts, a line says who; only the second one publishes."""
    scene = made(approvals_needed=2)
    assert "Approved by nobody yet (*0 of 2*)" in shown(scene.thread()[0])

    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.IN_REVIEW
    assert "Approved by Ben Okafor (*1 of 2*)" in shown(scene.thread()[0])
    assert "Ben Okafor approved revision 1: 1 of 2 approvals." in scene.thread()[-1].text
    scene.reply(scene.priya, "approve")
    assert scene.status() is Status.PUBLISHED
    assert "Ben Okafor, Priya Raman (*2 of 2*)" in shown(scene.thread()[0])


def test_one_person_counts_once(made: Made) -> None:
    """However often and by whatever way they approve; they are told what is missing."""
    scene = made(approvals_needed=2)
    scene.press(scene.ben, Action.APPROVE)

    scene.press(scene.ben, Action.APPROVE)
    assert "You have approved revision 1 already: 1 of 2" in scene.whispered(scene.ben)
    scene.reply(scene.ben, "approve")

    assert scene.status() is Status.IN_REVIEW


def test_an_edit_voids_the_approvals_before_it(made: Made) -> None:
    """Of two approvals both must be of the revision that is published."""
    scene = made(approvals_needed=2)
    scene.press(scene.ben, Action.APPROVE)
    scene.reply(scene.maya, "impact: All orders failed.")

    scene.press(scene.priya, Action.APPROVE)

    assert scene.status() is Status.IN_REVIEW
    assert "Approved by Priya Raman (*1 of 2*)" in shown(scene.thread()[0])
    scene.press(scene.ben, Action.APPROVE)
    assert scene.status() is Status.PUBLISHED


@pytest.mark.parametrize("taken", [Action.DISCARD, Action.UNPUBLISH])
def test_what_is_taken_back_is_approved_anew(made: Made, taken: Action) -> None:
    """By the same people if they like."""
    scene = made()
    if taken is Action.UNPUBLISH:
        scene.press(scene.ben, Action.APPROVE)
    scene.press(scene.maya, taken)
    if taken is Action.DISCARD:
        scene.maya.submit(scene.maya.views[-1], {"reason": "A mistake."})
        scene.stage.settle()
        scene.press(scene.maya, Action.RESTORE)
    assert "Approved by nobody yet" in shown(scene.thread()[0])

    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.PUBLISHED


def test_who_resolved_it_cannot_approve_where_that_is_ruled_out(made: Made) -> None:
    """By button and by reply; anybody else can."""
    scene = made(approver_not_resolver="yes")

    scene.press(scene.maya, Action.APPROVE)
    assert "You resolved this incident" in scene.whispered(scene.maya)
    scene.reply(scene.maya, "approve")
    assert scene.status() is Status.IN_REVIEW
    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.PUBLISHED


def test_all_rules_hold_together(made: Made) -> None:
    """Two approvals, from the reviewers' group, and not from the resolver."""
    scene = made(approvals_needed=2, approver_not_resolver="yes", reviewers="reviewers")
    scene.stage.slack.usergroup("reviewers", members=[scene.maya, scene.ben])
    scene.press(scene.priya, Action.APPROVE)
    assert "reviewers' group" in scene.whispered(scene.priya)
    scene.press(scene.ben, Action.APPROVE)
    scene.press(scene.maya, Action.APPROVE)

    assert scene.status() is Status.IN_REVIEW
    assert json.dumps(scene.thread()[0].blocks).count(Action.APPROVE.value) == 1


def test_an_answer_stands_where_it_was_asked_for(scene: Scene) -> None:
    """Pressed in the thread, told in the thread: nobody has to look for it in the channel."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)
    assert "You approved revision 1" in scene.whispered(scene.ben)
    assert scene.ben.ephemerals()[-1].thread_ts == scene.thread_root().ts


def test_what_nobody_can_be_told_in_a_closed_channel_is_no_failure(scene: Scene) -> None:
    """It is published all the same, and no job is buried for the line that says so."""
    scene.drafted()
    scene.channel.archive()
    scene.stage.settle()

    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.PUBLISHED
    with scene.stage.bot.database.read() as records:
        assert records.jobs.listed(JobState.BURIED) == ()
