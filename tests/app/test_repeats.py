"""What crashes, lost answers and late deliveries must not do. Most of it was found by the crash sweep
(`make chaos`) and by random histories."""

from __future__ import annotations

import copy
import json
from datetime import timedelta

import pytest

from bot.domain.incident import Status
from bot.domain.job import Job, JobState, NewJob
from bot.domain.posting import Action
from bot.errors import LeaseLost
from bot.ports import PostRow
from bot.workflow.draft import draft
from bot.workflow.publish import publish
from bot.workflow.show import card_key
from tests.app.scene import CHECK, Scene, shown


def questions(scene: Scene) -> int:
    """How often Ben was asked what his check mark means."""
    notes = [json.dumps(note.blocks) for note in scene.ben.ephemerals()]
    return sum(Action.RESOLVE_CHANNEL.value in note for note in notes)


def claimed_redraft(scene: Scene, lease: timedelta) -> Job:
    """Somebody asked for a redraft, and a worker that is not ours has it for so long."""
    world, now = scene.stage.bot.world, scene.stage.clock.now()
    wanted = NewJob(
        team_id=world.team_id,
        kind="draft",
        key="draft:1:again",
        due_at=now,
        incident_id=scene.incident().id,
        payload={"generation": 1, "redraft": True},
    )
    with world.storage.begin() as records:
        records.jobs.add(wanted)
        job = records.jobs.claim(now=now, owner="a worker", lease_until=now + lease)
    assert job is not None
    assert job.key == wanted.key
    return job


def test_a_question_that_never_reached_slack_is_asked_again(scene: Scene) -> None:
    """Its intention alone does not count as asked; once it was asked, it is not repeated."""
    lone = scene.ben.say(scene.channel, "Search is slow.")
    scene.stage.slack.faults.drop_request("chat.postEphemeral")
    scene.react(scene.ben, lone)
    assert questions(scene) == 0

    scene.stage.jump(minutes=1)
    assert questions(scene) == 1

    scene.ben.unreact(lone, CHECK)
    scene.react(scene.ben, lone)
    assert questions(scene) == 1


def test_answering_a_question_twice_resolves_once(scene: Scene) -> None:
    """As people do when Slack shows an error although the bot had stored the first answer."""
    scene.react(scene.ben, scene.ben.say(scene.channel, "Search is slow."))
    asked = scene.ben.ephemerals()[-1]
    blocks = copy.deepcopy(asked.blocks)
    scene.press(scene.ben, Action.RESOLVE_CHANNEL, asked)
    asked.blocks = blocks

    scene.press(scene.ben, Action.RESOLVE_CHANNEL, asked)

    (incident,) = scene.incidents()
    assert (incident.status, incident.generation) == (Status.RESOLVED, 1)


def test_a_mark_on_a_card_that_is_not_known_yet_waits_for_it(scene: Scene) -> None:
    """A crash right after the card was posted leaves it in Slack, and somebody reacts before it is found."""
    scene.start()
    card, incident = scene.with_button(Action.RESOLVE), scene.incident()
    world = scene.stage.bot.world
    known = PostRow(
        key=card_key(incident),
        team_id=incident.team_id,
        incident_id=incident.id,
        channel_id=incident.channel_id,
        intended_at=world.clock.now(),
        busy_until=world.clock.now() + timedelta(minutes=5),
    )
    with world.storage.begin() as records:
        records.incidents.replace(incident.model_copy(update={"card_ts": None}))
        records.posts.remove(known.key)
        records.posts.intend(known)
    scene.react(scene.maya, card)
    assert scene.status() is Status.OPEN

    found = scene.incident().model_copy(update={"card_ts": card.ts})
    with world.storage.begin() as records:
        records.posts.done(known.key, channel_id=incident.channel_id, ts=card.ts)
        records.incidents.replace(found)
    scene.stage.jump(seconds=5)

    assert scene.status() is Status.RESOLVED
    assert questions(scene) == 0


def test_a_redraft_whose_worker_dies_right_after_it_is_not_made_again(scene: Scene) -> None:
    """It is over with the transaction that stores it; another attempt would be one more revision."""
    scene.drafted()
    job = claimed_redraft(scene, timedelta(minutes=5))

    draft(scene.stage.bot.world, job, keep=lambda: None)
    scene.stage.jump(minutes=10)

    assert [one.number for one in scene.revisions()] == [1, 2]


def test_a_worker_that_outlived_its_lease_stores_no_draft(scene: Scene) -> None:
    """Whoever has the job now does."""
    scene.drafted()
    job = claimed_redraft(scene, timedelta(0))
    with scene.stage.bot.world.storage.begin() as records:
        now = scene.stage.clock.now()
        assert records.jobs.claim(now=now, owner="another", lease_until=now + timedelta(minutes=5))

    with pytest.raises(LeaseLost):
        draft(scene.stage.bot.world, job, keep=lambda: None)

    assert [one.number for one in scene.revisions()] == [1]


def test_taking_a_mark_away_never_resolves(scene: Scene) -> None:
    """Not even where another mark is left from before somebody reopened the incident."""
    scene.start()
    card = scene.with_button(Action.RESOLVE)
    scene.react(scene.maya, card)
    scene.react(scene.ben, card)
    scene.press(scene.priya, Action.REOPEN)

    scene.ben.unreact(card, CHECK)
    scene.stage.settle()

    assert scene.status() is Status.OPEN


def test_a_mark_that_arrives_hours_after_a_reopening_resolves_nothing(scene: Scene) -> None:
    """It was set before; in order it would have changed nothing. A mark set since does resolve."""
    scene.start()
    card = scene.with_button(Action.RESOLVE)
    scene.react(scene.maya, card)
    scene.stage.slack.hold_events()
    scene.react(scene.ben, card)
    scene.stage.jump(minutes=10)
    scene.press(scene.priya, Action.REOPEN)
    scene.stage.jump(hours=3)

    scene.stage.slack.release_events()
    scene.stage.settle()
    assert scene.status() is Status.OPEN

    scene.react(scene.priya, card)
    assert scene.status() is Status.RESOLVED


def test_replies_that_arrive_backwards_are_taken_as_they_were_written(scene: Scene) -> None:
    """The last word stands, not the last delivery."""
    scene.drafted()
    scene.stage.slack.hold_events()
    scene.reply(scene.ben, "summary: Checkout failed for everybody.")
    scene.stage.jump(seconds=5)
    scene.reply(scene.maya, "summary: Checkout failed for half of the customers.")

    scene.stage.slack.release_events("reversed")
    scene.stage.settle()

    assert [claim.text for claim in scene.revision().draft.summary] == [
        "Checkout failed for half of the customers."
    ]
    assert [one.author for one in scene.revisions()[1:]] == [scene.ben.id, scene.maya.id]


def test_a_reply_counts_where_a_redraft_has_read_it_before_its_event_came(scene: Scene) -> None:
    """Reading a channel stores what was said in it; what was asked for there is no less asked for."""
    scene.drafted()
    scene.stage.slack.hold_events()
    scene.reply(scene.ben, "summary: Checkout failed for everybody.")
    scene.redraft(scene.maya)

    scene.stage.slack.release_events()
    scene.stage.settle()

    assert [claim.text for claim in scene.revision().draft.summary] == ["Checkout failed for everybody."]


def test_a_reply_from_before_the_draft_is_no_edit_of_it(scene: Scene) -> None:
    """However late its event comes: in time it would have been talk that the draft is made from."""
    scene.start()
    card = scene.with_button(Action.RESOLVE)
    scene.talk()
    scene.react(scene.maya, card)
    scene.stage.slack.hold_events()
    scene.ben.say(scene.channel, "summary: Checkout failed for everybody.", thread=card)
    scene.stage.jump(hours=2)

    scene.stage.slack.release_events()
    scene.stage.settle()

    assert len(scene.revisions()) == 1


def test_publishing_again_after_a_crash_notes_it_once(scene: Scene) -> None:
    """The job ran, and died before it could say so."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)
    incident, world = scene.incident(), scene.stage.bot.world
    with world.storage.begin() as records:
        (job,) = [one for one in records.jobs.listed() if one.kind == "publish"]

    publish(world, job)
    scene.stage.settle()

    with world.storage.begin() as records:
        published = [line for line in records.audit.of(incident.id) if line.action == "published"]
    assert len(published) == 1


def test_a_refused_reply_is_told_even_if_the_first_attempt_was_lost(scene: Scene) -> None:
    """A crash may tell it twice, never not at all."""
    scene.drafted()
    scene.stage.slack.faults.drop_request("chat.postEphemeral")
    scene.reply(scene.ben, "timeline: 99:99 Something happened")
    scene.stage.jump(minutes=1)

    assert "Nothing was changed" in shown(scene.ben.ephemerals()[-1])
    assert len(scene.revisions()) == 1


def test_a_channel_closed_before_its_card_was_posted_keeps_no_review_from_being_shown(scene: Scene) -> None:
    """Slack was away at the start, and there is no place for a card any more: the draft went to people,
    and their cards show what becomes of it."""
    room = scene.stage.slack.channel("incident-merger", members=[scene.maya], private=True)
    scene.maya.invite_bot(room)
    scene.stage.settle()
    scene.stage.slack.faults.drop_request("chat.postMessage", times=99)
    scene.command(scene.maya, "start Merger data leaked", channel=room)
    scene.maya.say(room, "The root cause is that the merger bucket was public.")
    scene.command(scene.maya, "resolve", channel=room)
    room.archive()
    scene.stage.slack.faults.clear()
    for _ in range(4):
        scene.stage.jump(hours=1)
    card = next(one for one in scene.maya.direct().messages if Action.APPROVE.value in json.dumps(one.blocks))

    scene.press(scene.maya, Action.EDIT, card)
    scene.maya.submit(scene.maya.views[-1], {"impact": "Nobody had looked."})
    scene.stage.settle()

    assert "evision 2" in shown(card)
    with scene.stage.bot.world.storage.read() as records:
        assert records.jobs.listed(JobState.BURIED) == ()
