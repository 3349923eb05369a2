"""The timeline's picture in the incident's thread: once a draft, replaced by a redraft, gone with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.posting import Action
from tests.app.conftest import drafted_after_closing
from tests.app.scene import CHECK, Scene


def pictures(scene: Scene) -> Sequence[dict[str, Any]]:
    """The pictures in the thread of the newest incident."""
    found = [file for message in scene.channel.messages for file in message.files]
    return [file for file in found if str(file["name"]).endswith(".png")]


def content(scene: Scene, file: dict[str, Any]) -> bytes:
    return scene.stage.slack.workspace.uploads[str(file["id"])]


def test_a_draft_comes_with_its_timeline(scene: Scene) -> None:
    """In its thread, as a PNG that describes itself; within the budget of messages."""
    scene.drafted()
    (file,) = pictures(scene)
    assert file["name"] == "INC-1-timeline.png"
    assert file["mimetype"] == "image/png"
    assert "resolved" in str(file["alt_txt"])
    assert content(scene, file).startswith(b"\x89PNG")
    root = scene.thread_root()
    (message,) = (one for one in root.replies if one.files)
    assert message.ts > scene.with_button(Action.APPROVE).ts
    scene.press(scene.ben, Action.APPROVE)
    assert scene.status() is Status.PUBLISHED
    said = [one for one in root.replies if one.user == scene.stage.slack.app.bot_user_id]
    assert 3 <= len(said) <= 6


def test_an_edit_leaves_the_picture_and_a_redraft_replaces_it(scene: Scene) -> None:
    """Whoever corrects a word does not get a new picture for each."""
    scene.drafted()
    (first,) = pictures(scene)
    scene.reply(scene.priya, "timeline: 2026-11-21 14:20 UTC The queue was drained.")
    assert pictures(scene) == [first]
    scene.redraft(scene.maya)
    scene.stage.jump(minutes=1)
    (second,) = pictures(scene)
    assert second["id"] != first["id"]


def test_a_deleted_message_is_gone_from_the_picture(scene: Scene) -> None:
    """It is drawn anew without it."""
    scene.drafted()
    (before,) = pictures(scene)
    for message in [one for one in scene.channel.messages if "Rolled back" in one.text and not one.is_reply]:
        if message.user == scene.ben.id:
            scene.ben.delete(message)
    scene.stage.jump(minutes=1)
    (after,) = pictures(scene)
    assert after["id"] != before["id"]
    assert content(scene, after) != content(scene, before)


def test_a_restricted_incident_has_no_picture(scene: Scene) -> None:
    """Neither from the beginning nor any longer."""
    scene.drafted()
    assert pictures(scene)
    scene.command(scene.maya, "restrict INC-1")
    assert pictures(scene) == []
    scene.redraft(scene.maya)
    scene.stage.jump(minutes=1)
    assert pictures(scene) == []


def test_without_the_scope_a_draft_comes_without_picture(scene: Scene) -> None:
    """And without a complaint."""
    app = scene.stage.slack.app
    app.scopes.discard("files:write")
    scene.stage.stop_bot()
    scene.stage.start_bot()
    scene.drafted()
    assert pictures(scene) == []
    assert scene.offers(Action.APPROVE)


def test_a_lost_answer_does_not_attach_it_twice(scene: Scene) -> None:
    """Slack shared it, the answer never came; somebody edited the draft before the next attempt."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE), CHECK)
    scene.stage.slack.faults.lose_answer("files.completeUploadExternal", times=1)
    scene.stage.jump(hours=2)
    scene.reply(scene.priya, "timeline: 2026-03-02 09:07 UTC Somebody looked at the queue, which was long.")
    scene.stage.jump(minutes=5)
    assert len(pictures(scene)) == 1


def test_the_picture_follows_a_draft_that_becomes_private(tmp_path: Path) -> None:
    """It stood with the draft in the fallback channel; there it goes, and comes with the draft at home."""
    with Stage(tmp_path, fallback_channel="reviews") as stage:
        scene, reviews = drafted_after_closing(stage)
        elsewhere = [message for message in reviews.messages if message.files]
        assert len(elsewhere) == 1
        scene.channel.unarchive()
        scene.maya.invite_bot(scene.channel)
        scene.channel.make_private()
        stage.settle()
        assert [message for message in reviews.messages if message.files] == []
        assert len(pictures(scene)) == 1
