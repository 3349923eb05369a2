"""The scene of `make play`, with the bot as a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

from bot.demo import story
from bot.demo.playground import Playground
from bot.demo.scenery import set_the_scene


def test_the_scene_is_an_incident_under_way_and_one_of_the_past(tmp_path: Path) -> None:
    """One incident is open and told, one was published and its channel archived, one channel is private."""
    with Playground(tmp_path) as ground:
        ground.connect(tmp_path / "output")
        channel = set_the_scene(ground)
        ground.look_after()
        rooms = {room.name: room for room in ground.slack.workspace.channels.values()}
        guest = ground.people["nadia"].id
        assert ground.slack.rejections == []
        assert ground.slack.pings == []
    said = [message.text for message in channel.messages]
    assert channel.name == story.CHANNEL
    assert story.SCRIPT[-2].text in said
    assert story.SCRIPT[-1].text not in said
    assert any("Open" in json.dumps(message.blocks) for message in channel.messages)
    assert rooms[story.PAST_CHANNEL].archived
    assert rooms["incident-payroll-leak"].private
    assert [name for name, room in rooms.items() if guest in room.members] == ["general"]
    assert len(list((tmp_path / "output").glob("*.md"))) == 1
    assert "Traceback" not in (tmp_path / "output" / "bot.log").read_text(encoding="utf-8")
