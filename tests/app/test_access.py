"""What somebody is when they ask counts, not what they were when they were let in: on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.domain.incident import Scope, Status
from bot.domain.posting import Action
from bot.ports import NewIncident
from bot.slack import review_views
from bot.workflow.access import NO_SUCH
from bot.workflow.buttons import reference
from bot.workflow.channels import ask_for_sync
from tests.app.conftest import make_scene
from tests.app.scene import Scene
from tests.app.test_home import opened, text
from tests.app.test_privacy import card_in, group, secret_draft

MOMENT = 6
"""Seconds after which Slack is asked again what somebody is."""
HALF_A_MINUTE = 30
"""Seconds after which Slack is asked again which channels are private."""


@pytest.fixture
def governed(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    """A workspace with a group of admins, on either database."""
    with Stage(tmp_path, admins="admins", database_url=database_url) as stage:
        yield make_scene(stage)
        assert stage.slack.rejections == []
        assert stage.slack.pings == []


def test_who_was_made_a_guest_or_deactivated_has_no_say_any_more(governed: Scene) -> None:
    """Though they had one a moment ago; and have it again as soon as they are full members again."""
    governed.drafted()
    assert "INC-1" in governed.command(governed.ben, "status INC-1")
    for what, said in (("guest", "Guests cannot"), ("deleted", "active account")):
        setattr(governed.ben.user, what, True)
        governed.stage.jump(seconds=MOMENT)
        governed.press(governed.ben, Action.APPROVE)
        assert said in governed.whispered(governed.ben)
        assert said in governed.command(governed.ben, "show INC-1")
        setattr(governed.ben.user, what, False)
    assert governed.status() is Status.IN_REVIEW

    governed.stage.jump(seconds=MOMENT)
    governed.press(governed.ben, Action.APPROVE)
    assert governed.status() is Status.PUBLISHED


def test_an_incident_of_another_workspace_is_not_there(governed: Scene) -> None:
    """Not even in a channel of the same id, by its true number, for an admin who is in that channel: several
    workspaces may share a database."""
    group(governed, "admins", governed.maya)
    governed.start()
    world, at = governed.stage.bot.world, governed.stage.clock.now()
    with world.storage.begin() as records:
        for scope, root_ts in ((Scope.THREAD, "1.000100"), (Scope.CHANNEL, None)):
            new = NewIncident(
                team_id="T0OTHER",
                channel_id=governed.channel.id,
                scope=scope,
                root_ts=root_ts,
                title="Strange things",
                started_at=at,
                since_ts="1.000100",
            )
            theirs = records.incidents.create(new)

    for action in (Action.RESOLVE, Action.DISMISS):
        governed.forge(governed.maya, action, reference(theirs, 1))
        assert NO_SUCH in governed.whispered(governed.maya), action
    for words in ("show INC-2", "status INC-2", "resolve INC-2", "hold INC-2", "forget INC-2"):
        assert "There is no incident INC-2" in governed.command(governed.maya, words), words
    for words in ("list", "status", "stats all", "search strange"):
        answer = governed.command(governed.maya, words)
        assert "Strange" not in answer.replace("“strange”", ""), words
        assert "2 incidents" not in answer, words
    with world.storage.read() as records:
        assert records.incidents.get(theirs.id) == theirs


LOST: dict[str, dict[str, object]] = {
    "emptied": {"users": []},
    "deleted": {"date_delete": 1},
    "renamed": {"handle": "chiefs"},
}


def test_the_glass_is_open_to_admins_only(governed: Scene) -> None:
    """Who broke it and is no admin any more, for whatever reason, sees nothing; an admin again sees on."""
    zoe = governed.stage.slack.person("zoe")
    group(governed, "admins", zoe)
    secret_draft(governed, governed.maya, governed.ben).archive()
    governed.stage.settle()
    silent = [governed.command(zoe, f"break-glass {key}").splitlines()[0] for key in ("PRV-1", "PRV-77")]
    assert silent[0] == silent[1]  # without a reason, which its members are told, not even that it is there
    governed.command(zoe, "break-glass PRV-1 court order 17")
    assert "PRV-1 is open in a window" in governed.command(zoe, "show PRV-1")

    (admins,) = governed.stage.slack.workspace.usergroups.values()
    before = dict(admins)
    for how, change in LOST.items():
        admins |= change
        assert "There is no incident PRV-1" in governed.command(zoe, "show PRV-1"), how
        admins.clear()
        admins |= before

    assert "PRV-1 is open in a window" in governed.command(zoe, "show PRV-1")


FORMS: dict[Action, dict[str, str]] = {
    Action.EDIT: {"summary": "x"},
    Action.DISCARD: {"reason": "x"},
    Action.REDRAFT: {review_views.SECTION: review_views.EVERYTHING},
    Action.SURPRISE: {review_views.WORDS: "x"},
}


def test_a_form_that_was_opened_inside_is_refused_from_outside(governed: Scene) -> None:
    """Who left the channel while they were writing is answered as if there had never been an incident."""
    channel = secret_draft(governed, governed.maya, governed.ben)
    before = governed.incident(), governed.revisions()
    for action, typed in FORMS.items():
        governed.maya.invite(channel, governed.ben)
        governed.press(governed.ben, action, card_in(channel, action))
        window = governed.ben.views[-1]
        governed.ben.leave(channel)
        answer = governed.ben.submit(window, typed)
        assert "belongs to no incident here that you can see" in str(answer), action
        governed.ben.close(window)
    governed.stage.settle()

    assert (governed.incident(), governed.revisions()) == before


SURFACES = (
    "show INC-1",
    "history INC-1",
    "status INC-1",
    "actions INC-1",
    "list",
    "search connections",
    "stats all",
)


def test_a_channel_that_became_private_is_closed_though_nobody_told(governed: Scene) -> None:
    """The event was lost: Slack is asked before anything is shown, so nobody outside learns more of it."""
    zoe = governed.stage.slack.person("zoe")
    governed.drafted()
    governed.press(governed.ben, Action.APPROVE)
    assert "INC-1" in text(opened(governed, zoe))
    governed.stage.slack.faults.lose_events(times=1)
    governed.channel.make_private()
    governed.stage.jump(seconds=HALF_A_MINUTE)

    for words in SURFACES:
        answer = governed.command(zoe, words)
        assert "Checkout" not in answer, words
        assert "1 incident" not in answer, words
        assert "is open in a window" not in answer, words
    assert "Checkout" not in text(opened(governed, zoe))
    assert "INC-1" in governed.command(governed.ben, "list")
    assert governed.incident().is_private
    assert not list((governed.stage.folder / "postmortems").glob("*"))


def a_day_later(scene: Scene) -> str:
    """What somebody outside finds of the incident an hour after the daily round over the channels."""
    scene.stage.jump(days=1)
    ask_for_sync(scene.stage.bot.world)
    scene.stage.settle()
    scene.stage.jump(hours=1)
    return scene.command(scene.stage.slack.person("zoe"), "list", channel=scene.stage.slack.channel("lobby"))


@pytest.fixture
def renamed(governed: Scene) -> Scene:
    """A published incident whose channel is called something else by now: nobody joins it again."""
    governed.drafted()
    governed.press(governed.ben, Action.APPROVE)
    governed.channel.rename("checkout-is-fine")
    governed.stage.settle()
    return governed


def leave(scene: Scene, *, told: bool) -> None:
    """Somebody removes the bot from the channel."""
    scene.stage.slack.faults.lose_events(times=0 if told else 2)  # of the message and of the membership
    scene.maya.remove_bot(scene.channel)
    scene.stage.settle()
    with scene.stage.bot.world.storage.read() as records:
        known = records.channels.get(scene.stage.bot.world.team_id, scene.channel.id)
    assert known is not None
    assert known.is_member is not told
    assert scene.stage.slack.app.bot_user_id not in scene.channel.members


@pytest.mark.parametrize("told", [True, False])
def test_a_channel_that_became_private_after_we_left_is_closed_within_a_day(
    renamed: Scene, told: bool
) -> None:
    """Slack tells nothing of channels we are not in, so those are looked for that it lists no more; also
    where we were not told that we are not in it."""
    leave(renamed, told=told)
    assert "INC-1" in a_day_later(renamed)
    renamed.channel.make_private()
    assert "Checkout" not in a_day_later(renamed)
    assert renamed.incident().is_private
    assert not list((renamed.stage.folder / "postmortems").glob("*"))
    assert "INC-1" in renamed.command(renamed.ben, "list")


def test_a_channel_we_were_removed_from_after_it_became_private_unheard_is_closed(renamed: Scene) -> None:
    """Its event was lost; when we look where we were removed from, it is not there, nor an hour later."""
    renamed.stage.slack.faults.lose_events(times=1)
    renamed.channel.make_private()
    leave(renamed, told=True)
    assert not renamed.incident().is_private
    renamed.stage.jump(hours=1)
    assert renamed.incident().is_private


@pytest.mark.parametrize("happens", ["archived", "deleted in it", "deleted, told late"])
def test_a_channel_that_was_closed_in_the_open_stays_public(renamed: Scene, happens: str) -> None:
    """It was archived after we left, or Slack told us that it was deleted, be it after we looked for it."""
    if happens != "deleted in it":
        leave(renamed, told=True)
    if happens == "archived":
        renamed.channel.archive()
    elif happens == "deleted in it":
        renamed.channel.delete()
    else:
        renamed.channel.deleted = True
        renamed.stage.jump(days=1)
        ask_for_sync(renamed.stage.bot.world)
        renamed.stage.settle()
        renamed.channel.deleted = False
        renamed.channel.delete()
    renamed.stage.settle()
    assert "INC-1" in a_day_later(renamed)
    assert "INC-1" in a_day_later(renamed)
    assert not renamed.incident().is_private
