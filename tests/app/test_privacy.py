"""No one in who doesn't belong: by button, command, search, file or fallback, at the moment of asking."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.domain.incident import Incident, Status
from bot.domain.posting import Action
from bot.sandbox import Channel, Message, Person
from bot.workflow.buttons import reference
from tests.app.conftest import drafted_after_closing, make_scene
from tests.app.scene import Scene, shown


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Scene]:
    """A workspace with groups of reviewers and admins, and a folder for private postmortems."""
    private = tmp_path / "private"
    with Stage(tmp_path, reviewers="reviewers", admins="admins", private_postmortem_dir=private) as stage:
        yield make_scene(stage)
        assert stage.slack.rejections == []
        assert stage.slack.pings == []


def group(scene: Scene, handle: str, *members: Person) -> None:
    """A user group."""
    scene.stage.slack.usergroup(handle, members=list(members))


def secret_channel(scene: Scene, *members: Person) -> Channel:
    """A private incident channel with the bot in it."""
    channel = scene.stage.slack.channel("incident-merger", members=list(members), private=True)
    members[0].invite_bot(channel)
    scene.stage.settle()
    return channel


def secret_draft(scene: Scene, *members: Person) -> Channel:
    """A private incident, resolved and drafted."""
    channel = secret_channel(scene, *members)
    scene.command(members[0], "start Merger data leaked", channel=channel)
    scene.stage.jump(minutes=2)
    members[0].say(channel, "The merger documents are public since 09:00.")
    members[0].say(channel, "The root cause is that the merger bucket was public.")
    scene.command(members[0], "resolve", channel=channel)
    scene.stage.jump(hours=2)
    return channel


def card_in(channel: Channel, action: Action) -> Message:
    """The bot's newest message there that offers this."""
    return [one for one in channel.messages if action.value in json.dumps(one.blocks)][-1]


def files(folder: Path) -> list[Path]:
    """The postmortems in a folder that may not exist."""
    return sorted(folder.glob("*")) if folder.exists() else []


# Buttons, modals and commands are authorised when they arrive


def test_only_reviewers_approve_where_a_group_is_set(guarded: Scene) -> None:
    """Being in the channel is not enough, by button or by reply; the group counts as it is now."""
    group(guarded, "reviewers", guarded.priya)
    guarded.drafted()

    guarded.press(guarded.ben, Action.APPROVE)
    assert "reviewers' group" in guarded.whispered(guarded.ben)
    guarded.reply(guarded.ben, "approve")
    assert guarded.status() is Status.IN_REVIEW

    guarded.press(guarded.priya, Action.APPROVE)
    assert guarded.status() is Status.PUBLISHED


def test_a_reviewer_outside_the_channel_cannot_approve(guarded: Scene) -> None:
    """Both are needed."""
    zoe = guarded.stage.slack.person("zoe")
    group(guarded, "reviewers", zoe)
    guarded.drafted()

    guarded.press(zoe, Action.APPROVE)

    assert guarded.status() is Status.IN_REVIEW


def test_a_group_that_cannot_be_read_lets_nobody_in(guarded: Scene) -> None:
    """Without the group, or without the scope to read it, nobody approves, and people are told why."""
    guarded.drafted()

    guarded.press(guarded.priya, Action.APPROVE)
    assert "no_such_subteam" in guarded.whispered(guarded.priya)
    guarded.stage.slack.app.scopes.discard("usergroups:read")
    guarded.press(guarded.priya, Action.APPROVE)

    assert "missing_scope" in guarded.whispered(guarded.priya)
    assert guarded.status() is Status.IN_REVIEW


def test_a_button_replayed_in_another_channel_is_refused(scene: Scene) -> None:
    """What a button names must live where it was pressed, even for somebody who is in both channels."""
    scene.drafted()
    drafted = scene.incident()
    other = scene.stage.slack.channel("incident-other", members=[scene.maya, scene.ben])
    scene.stage.settle()
    scene.command(scene.ben, "start Another one", channel=other)
    card = card_in(other, Action.RESOLVE)
    for block in card.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == Action.RESOLVE.value:
                element |= {"action_id": Action.APPROVE.value, "value": reference(drafted, 1)}

    before = len(scene.ben.ephemerals())
    scene.ben.press(card, Action.APPROVE.value)
    scene.stage.slack.until(lambda: len(scene.ben.ephemerals()) > before)
    scene.stage.settle()

    assert "belongs to no incident here" in shown(scene.ben.ephemerals()[-1])
    with scene.stage.bot.world.storage.begin() as records:
        now = records.incidents.get(drafted.id)
    assert now is not None
    assert now.status is Status.IN_REVIEW


def test_a_gesture_of_another_workspace_is_refused(scene: Scene) -> None:
    """The team is part of what must match."""
    scene.drafted()
    home = scene.stage.slack.workspace.team
    scene.stage.slack.workspace.team = "T0OTHER"
    try:
        scene.press(scene.ben, Action.APPROVE)
    finally:
        scene.stage.slack.workspace.team = home

    assert scene.status() is Status.IN_REVIEW


def test_a_private_value_is_answered_like_one_that_never_was(scene: Scene) -> None:
    """A forged button learns nothing: not even that there is an incident."""
    channel = secret_draft(scene, scene.maya)
    private = scene.incident()
    assert private.channel_id == channel.id
    scene.start()
    answers = []
    for value in (reference(private, 1), '{"incident": 99, "revision": 1}'):
        scene.forge(scene.ben, Action.RESOLVE, value)
        answers.append(scene.whispered(scene.ben).splitlines()[0])

    assert answers[0] == answers[1]


# Private incidents


def test_made_private_later_counts_at_once(guarded: Scene) -> None:
    """Search, list and show forget it for outsiders; the files move to the private folder, mode 0600."""
    group(guarded, "reviewers", guarded.ben)
    guarded.drafted()
    guarded.press(guarded.ben, Action.APPROVE)
    public, private = guarded.stage.folder / "postmortems", guarded.stage.folder / "private"
    zoe = guarded.stage.slack.person("zoe")
    assert len(files(public)) == 2
    assert "INC-1" in guarded.command(zoe, "search leaking connections")

    guarded.channel.make_private()
    guarded.stage.settle()

    for words in ("list", "search leaking connections", "show INC-1", "status INC-1"):
        answer = guarded.command(zoe, words)
        assert "Checkout" not in answer
        assert "connections" not in answer.replace("leaking connections", "")
    assert files(public) == []
    assert [stat.S_IMODE(path.stat().st_mode) for path in files(private)] == [0o600, 0o600]
    assert "INC-1" in guarded.command(guarded.maya, "list")


def test_made_private_without_a_private_folder_takes_the_files_away(scene: Scene) -> None:
    """They are written nowhere else."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)

    scene.channel.make_private()
    scene.stage.settle()

    assert files(scene.stage.folder / "postmortems") == []
    assert scene.incident().is_private


def test_a_conversion_whose_event_was_lost_is_noticed_before_publishing(scene: Scene) -> None:
    """Slack is asked right before a file is written."""
    scene.drafted()
    scene.stage.slack.faults.lose_events(times=1)
    scene.channel.make_private()

    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.PUBLISHED
    assert files(scene.stage.folder / "postmortems") == []
    assert scene.incident().is_private


def test_a_draft_in_the_fallback_channel_is_taken_back_when_its_channel_becomes_private(
    tmp_path: Path,
) -> None:
    """It was public when it was posted there."""
    with Stage(tmp_path, fallback_channel="reviews") as stage:
        scene, reviews = drafted_after_closing(stage)
        assert [one for one in reviews.messages if Action.APPROVE.value in json.dumps(one.blocks)]

        scene.channel.unarchive()
        scene.maya.invite_bot(scene.channel)
        scene.channel.make_private()
        stage.settle()

        left = [
            one for one in reviews.messages if one.user == stage.slack.app.bot_user_id and one.subtype is None
        ]
        assert left == []
        assert scene.offers(Action.APPROVE)


def test_a_private_draft_falls_back_to_a_member_only(guarded: Scene) -> None:
    """Not to the owner who left, not to the fallback channel; the card says how review works there."""
    channel = secret_channel(guarded, guarded.maya, guarded.ben)
    guarded.command(guarded.maya, "start Merger data leaked", channel=channel)
    guarded.maya.say(channel, "The merger documents are public since 09:00.")
    guarded.command(guarded.maya, "resolve", channel=channel)
    guarded.maya.leave(channel)
    guarded.stage.settle()
    channel.archive()

    guarded.stage.jump(hours=2)

    assert guarded.maya.direct().messages == []
    (card,) = [one for one in guarded.ben.direct().messages if Action.APPROVE.value in json.dumps(one.blocks)]
    assert "replies are not read" in shown(card)


def test_review_in_a_direct_message_works_by_button(scene: Scene) -> None:
    """The last known members count once the channel is archived."""
    channel = secret_draft(scene, scene.maya, scene.ben)
    channel.archive()
    scene.stage.settle()

    answer = scene.command(scene.ben, "show PRV-1")
    assert "PRV-1 is open in a window" in answer
    assert "There is no incident" in scene.command(scene.priya, "show PRV-1")


def test_who_left_before_the_archiving_is_no_last_known_member(scene: Scene) -> None:
    """Leaving is followed as it happens."""
    channel = secret_draft(scene, scene.maya, scene.ben)
    scene.ben.leave(channel)
    scene.stage.settle()
    channel.archive()
    scene.stage.settle()

    assert "There is no incident" in scene.command(scene.ben, "show PRV-1")
    assert "PRV-1 is open" in scene.command(scene.maya, "show PRV-1")


# Breaking the glass


def test_breaking_the_glass_is_audited_and_told(guarded: Scene) -> None:
    """An admin gets in for a day, and everybody who was last there gets a direct message."""
    zoe = guarded.stage.slack.person("zoe", real_name="Zoe Adeyemi")
    group(guarded, "admins", zoe)
    channel = secret_draft(guarded, guarded.maya, guarded.ben)
    channel.archive()
    guarded.stage.settle()
    assert "There is no incident" in guarded.command(zoe, "show PRV-1")

    answer = guarded.command(zoe, "break-glass PRV-1 court order 17")

    assert "24 hours" in answer
    assert "PRV-1 is open in a window" in guarded.command(zoe, "show PRV-1")
    for member in (guarded.maya, guarded.ben):
        (told,) = [one for one in member.direct().messages if "breaking the glass" in one.text]
        assert "court order 17" in told.text
        assert "Zoe Adeyemi" in told.text
    incident = guarded.incident()
    with guarded.stage.bot.world.storage.begin() as records:
        actions = [(line.actor, line.action) for line in records.audit.of(incident.id)]
    assert (zoe.id, "broke the glass") in actions

    guarded.stage.jump(hours=25)
    assert "There is no incident" in guarded.command(zoe, "show PRV-1")


def test_the_glass_holds_while_people_can_invite(guarded: Scene) -> None:
    """For a living private channel the answer is the one for an incident that is not there."""
    zoe = guarded.stage.slack.person("zoe")
    group(guarded, "admins", zoe)
    secret_draft(guarded, guarded.maya)

    assert "There is no incident PRV-1" in guarded.command(zoe, "break-glass PRV-1 curiosity")
    assert "There is no incident PRV-1" in guarded.command(zoe, "hold PRV-1")


@pytest.mark.parametrize(
    "words", ["break-glass PRV-1 reason", "hold PRV-1", "forget PRV-1", "restrict PRV-1 off"]
)
def test_admin_commands_are_for_admins(guarded: Scene, words: str) -> None:
    """Members of the channel are refused; without a group set, everybody is."""
    group(guarded, "admins", guarded.priya)
    channel = secret_draft(guarded, guarded.maya)

    assert "Only the admins' group" in guarded.command(guarded.maya, words, channel=channel)


def test_without_a_group_of_admins_nobody_is_one(scene: Scene) -> None:
    """The answer names the setting."""
    scene.start()

    assert "ADMINS" in scene.command(scene.maya, "forget INC-1")


# Restricted


def restricted(scene: Scene) -> Incident:
    """A restricted incident, drafted."""
    scene.start("Checkout is down restricted")
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.jump(hours=2)
    return scene.incident()


def test_a_restricted_incident_has_no_model_no_files_and_is_not_found(scene: Scene) -> None:
    """Approved, it lives in its thread only; nothing of it is searchable or similar to anything."""
    incident = restricted(scene)
    world = scene.stage.bot.world

    assert incident.restricted
    assert incident.title == "Checkout is down"
    assert world.drafter_for(incident) is world.drafter
    scene.press(scene.ben, Action.APPROVE)
    assert scene.status() is Status.PUBLISHED
    assert files(scene.stage.folder / "postmortems") == []
    assert "Nothing found" in scene.command(scene.priya, "search connections")
    assert "restricted" in shown(scene.roots()[0])


def test_restricting_takes_back_what_was_published(scene: Scene) -> None:
    """Anybody in the channel may restrict."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)
    assert len(files(scene.stage.folder / "postmortems")) == 2

    scene.command(scene.priya, "restrict INC-1")

    assert files(scene.stage.folder / "postmortems") == []
    assert "Nothing found" in scene.command(scene.priya, "search connections")


@pytest.mark.parametrize("approved_before", [True, False])
def test_what_is_published_gets_its_files_with_the_end_of_a_restriction(
    guarded: Scene, approved_before: bool
) -> None:
    """What was taken back comes back, and what was approved meanwhile is written."""
    folder, admin = guarded.stage.folder / "postmortems", guarded.priya
    guarded.stage.slack.usergroup("reviewers", members=[guarded.ben])
    guarded.stage.slack.usergroup("admins", members=[admin])
    guarded.drafted()
    if approved_before:
        guarded.press(guarded.ben, Action.APPROVE)
        assert len(files(folder)) == 2
    guarded.command(admin, "restrict INC-1")
    if not approved_before:
        guarded.press(guarded.ben, Action.APPROVE)
    assert (guarded.status(), files(folder)) == (Status.PUBLISHED, [])

    guarded.command(admin, "restrict INC-1 off")
    assert len(files(folder)) == 2
    assert "INC-1" in guarded.command(admin, "search connections")
