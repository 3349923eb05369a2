"""A whole incident, with faults, everything logged at debug level: nothing secret or said is printed."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.domain.posting import Action
from tests.app.conftest import make_scene
from tests.app.scene import Scene
from tests.logs import printed_at

AWS = "AKIA" + "Z7QXW3VBN5M2LKJH"
PLANTED = (AWS, "Sommer-2026-Regen", "ghp_" + "a1B2c3D4" * 4 + "e5F6")
SAID = ("Kesselflicker", "Quittengelee", "Zwetschgenmus", "Blaubeertorte")


@pytest.fixture
def printed() -> Iterator[io.StringIO]:
    """Everything logged, whatever its level and whoever logs it; then logging as it was."""
    with printed_at("debug") as stream:
        yield stream


def an_eventful_incident(scene: Scene) -> None:
    """Secrets, edits, deletions, refusals, faults of Slack and of the database, review and publication."""
    scene.start("Checkout is down Kesselflicker")
    scene.talk()
    faults = scene.stage.slack.faults
    for text in (
        f"Here, use {AWS} to look.",
        "Logging in with password=Sommer-2026-Regen now, Quittengelee.",
        f"export GITHUB_TOKEN={PLANTED[2]}",
    ):
        scene.maya.say(scene.channel, text)
    gone = scene.ben.say(scene.channel, "Zwetschgenmus fell into the rack.")
    scene.ben.edit(gone, "Zwetschgenmus fell into the rack, twice.")
    scene.ben.delete(gone)
    with sqlite3.connect(scene.stage.folder / "postmortem.db") as database:
        database.execute("ALTER TABLE messages RENAME TO away")
    scene.priya.say(scene.channel, "Blaubeertorte for everybody who stays.")
    with sqlite3.connect(scene.stage.folder / "postmortem.db") as database:
        database.execute("ALTER TABLE away RENAME TO messages")
    faults.server_error("chat.postMessage", times=2)
    faults.lose_answer("chat.update", times=1)
    faults.rate_limit("conversations.history", times=1, retry_after=5)
    scene.command(scene.maya, "resolve")
    for _ in range(5):
        scene.stage.jump(hours=1)
    scene.reply(scene.priya, "impact: 3,120 orders failed, says Kesselflicker.")
    scene.forge(scene.ben, Action.APPROVE, "Quittengelee")
    scene.command(scene.ben, "search Quittengelee")
    scene.command(scene.ben, "Blaubeertorte")
    scene.stage.stop_bot()
    scene.stage.start_bot()
    scene.press(scene.ben, Action.APPROVE)


def test_nothing_secret_is_stored_and_nothing_said_is_printed(
    tmp_path: Path, printed: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """Logs, standard output and metrics hold neither tokens nor secrets nor words; files no secrets."""
    with Stage(tmp_path) as stage:
        scene = make_scene(stage)
        an_eventful_incident(scene)
        tokens = (stage.slack.app.bot_token, stage.slack.app.signing_secret)
        metrics = stage.bot.metrics.text().decode()

    out, err = capfd.readouterr()
    everything = printed.getvalue() + out + err + metrics
    assert "job_finished" in everything
    assert "request_failed" in everything
    assert [text for text in (*PLANTED, *SAID, *tokens, "3,120") if text in everything] == []
    for path in tmp_path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert [text for text in (*PLANTED, *tokens) if text.encode() in content] == [], path
