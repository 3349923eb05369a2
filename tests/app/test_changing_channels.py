"""Channels that change their names and ids while the bot is at work."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.incident import Status
from bot.domain.job import Job
from bot.domain.posting import Action
from bot.errors import Retryable
from bot.workflow.archive import archive
from bot.workflow.draft import draft
from bot.workflow.world import World
from tests.app.scene import Scene, shown


class Meddling:
    """A history in which something happens, once, right after the first page was given."""

    def __init__(self, history: Any, happens: Callable[[], None]) -> None:
        self._history = history
        self._happens: list[Callable[[], None]] = [happens]

    def history(self, *given: Any, **named: Any) -> Any:
        """The page, then what happens."""
        page = self._history.history(*given, **named)
        while self._happens:
            self._happens.pop()()
        return page

    def __getattr__(self, name: str) -> Any:
        return getattr(self._history, name)


def meddled(scene: Scene, happens: Callable[[], None]) -> World:
    """The bot's world, in which it happens."""
    world = scene.stage.bot.world
    return dataclasses.replace(world, history=Meddling(world.history, happens))


def claimed(scene: Scene, kind: str) -> Job:
    """The newest incident's first job of a kind, leased as by another worker."""
    world, incident = scene.stage.bot.world, scene.incident()
    with world.storage.begin() as records:
        job = records.jobs.get(f"{kind}:{incident.id}:g{incident.generation}")
        assert job is not None
        until = world.clock.now() + world.policy.lease
        records.jobs.bring_forward(job.key, due_at=world.clock.now().replace(year=2000))
        taken = records.jobs.claim(now=world.clock.now(), owner="test", lease_until=until)
    assert taken is not None
    assert taken.id == job.id
    return taken


def stored_in(scene: Scene, channel_id: str) -> set[str]:
    """What stands in the archive under a channel's id."""
    world = scene.stage.bot.world
    with world.storage.read() as records:
        found = records.messages.in_channel(world.team_id, channel_id, oldest="0", latest="9999999999")
    return {message.text for message in found}


def change_id(scene: Scene) -> None:
    """Give the channel another id, of which the bot hears at once."""
    scene.channel.change_id()
    scene.stage.slack.settle()


def told(scene: Scene) -> None:
    """An incident told, and resolved by command so that its jobs wait."""
    scene.start()
    scene.talk()
    reply = scene.maya.command(scene.channel, "/postmortem", "resolve")
    assert reply.ok


def test_an_incident_outlives_the_name_that_made_it_one(scene: Scene) -> None:
    """The channel is renamed to what no pattern matches while it is open: it is heard, resolved, drafted,
    edited and published as ever; after that only what is stored is followed."""
    scene.start()
    scene.talk()
    scene.channel.rename("closed-checkout")
    scene.stage.settle()
    scene.stage.jump(minutes=3)
    late = scene.ben.say(scene.channel, "It was the pool of the payment gateway.")
    scene.stage.settle()
    assert late.text in stored_in(scene, scene.channel.id)

    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    assert scene.status() is Status.RESOLVED
    scene.stage.jump(hours=2)
    assert scene.status() is Status.IN_REVIEW
    scene.stage.jump(seconds=5)
    scene.ben.edit(late, "It was the pool of the ledger.")
    scene.stage.jump(minutes=1)
    assert "1 message changed since this draft: 1 edited." in shown(scene.with_button(Action.APPROVE))

    scene.press(scene.maya, Action.APPROVE)
    assert scene.status() is Status.PUBLISHED
    scene.stage.jump(minutes=5)
    scene.ben.edit(late, "It was the ledger's pool.")
    scene.ben.say(scene.channel, "Lunch, anybody?")
    scene.stage.settle()
    assert "It was the ledger's pool." in stored_in(scene, scene.channel.id)
    assert "Lunch, anybody?" not in stored_in(scene, scene.channel.id)


def test_a_renamed_channel_resolves_by_command(scene: Scene) -> None:
    """While its incident is open; when all is decided, it is no incident channel any more."""
    scene.start()
    scene.talk()
    scene.channel.rename("closed-checkout")
    scene.stage.settle()
    assert "is resolved" in scene.command(scene.maya, "resolve")
    scene.stage.jump(hours=2)
    scene.press(scene.maya, Action.APPROVE)
    assert "This is no incident channel" in scene.command(scene.maya, "start Once more")


def test_a_renamed_channel_is_joined_again_when_it_is_opened_again(scene: Scene) -> None:
    """Archiving ejects the bot; its incident is still open, and people go on talking."""
    scene.start()
    scene.channel.rename("closed-checkout")
    scene.channel.archive()
    scene.stage.settle()
    scene.channel.unarchive()
    scene.stage.settle()
    scene.ben.say(scene.channel, "It fails again.")
    scene.stage.settle()
    assert "It fails again." in stored_in(scene, scene.channel.id)


def test_an_id_that_changes_while_the_channel_is_read_leaves_nothing_behind(scene: Scene) -> None:
    """Pages that came under the old id are not stored under it, where no deletion would find them."""
    told(scene)
    scene.stage.slack.faults.lose_events(1)
    scene.ben.say(scene.channel, "Of this no event told.")
    scene.stage.clock.jump(timedelta(seconds=5))
    old, job = scene.channel.id, claimed(scene, "archive")
    with pytest.raises(Retryable):
        archive(meddled(scene, lambda: change_id(scene)), job, lambda: None)

    assert stored_in(scene, old) == set()
    archive(scene.stage.bot.world, job, lambda: None)
    assert "Of this no event told." in stored_in(scene, scene.channel.id)


def test_an_id_that_changes_while_a_draft_is_made_is_the_one_evidence_names(scene: Scene) -> None:
    """A message deleted later is erased from the evidence, which it was not under the old id."""
    told(scene)
    scene.stage.settle()
    job = claimed(scene, "draft")
    with pytest.raises(Retryable):
        draft(meddled(scene, lambda: change_id(scene)), job, lambda: None)
    draft(scene.stage.bot.world, job, lambda: None)
    scene.stage.settle()

    with scene.stage.bot.world.storage.read() as records:
        evidence = records.evidence.of(scene.incident().id)
    assert {one.channel for one in evidence} == {scene.channel.id}
    assert scene.status() is Status.IN_REVIEW


def test_what_slack_delivers_late_under_an_old_id_counts_where_the_channel_is_now(scene: Scene) -> None:
    """A deletion and an edit from before two changes of the id arrive after them: what was deleted is erased
    from evidence and archive, what was edited reads as it does in Slack."""
    scene.drafted()
    scene.stage.jump(seconds=5)
    scene.stage.slack.hold_events()
    deleted = next(one for one in scene.channel.messages if "3,120 orders" in one.text)
    scene.maya.delete(deleted)
    edited = next(one for one in scene.channel.messages if "Rolled back" in one.text)
    scene.ben.edit(edited, "Rolled back to v2.13.1.")
    scene.channel.change_id()
    scene.channel.change_id()
    scene.stage.slack.release_events([2, 3, 0, 1])
    scene.stage.settle()

    with scene.stage.bot.world.storage.read() as records:
        evidence = records.evidence.of(scene.incident().id)
    assert not any("3,120 orders" in one.text for one in evidence)
    there = stored_in(scene, scene.channel.id)
    assert not any("3,120 orders" in text for text in there)
    assert "Rolled back to v2.13.1." in there


def test_what_is_restricted_while_its_transcript_is_read_goes_to_no_model(scene: Scene) -> None:
    """Reading takes minutes where Slack is slow; what the incident is counts when it is written."""
    told(scene)
    scene.stage.settle()
    incident, job = scene.incident(), claimed(scene, "draft")

    def restricted() -> None:
        with scene.stage.bot.world.storage.begin() as records:
            now = records.incidents.get(incident.id)
            assert now is not None
            records.incidents.replace(now.model_copy(update={"restricted": True}))

    asked: list[str] = []
    world = dataclasses.replace(meddled(scene, restricted), model=_Asked(asked))
    draft(world, job, lambda: None)
    assert asked == []
    assert scene.revision().drafter == "extractive"


class _Asked:
    """A model that notes that it was asked."""

    name = "model"

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def draft(self, transcript: Any) -> Any:
        """Never to be called."""
        self._asked.append(self.name)
        raise AssertionError(transcript)
