"""The Home tab through the real app: what each person sees, and what they can do there."""

from __future__ import annotations

import json

from bot.domain.posting import Action
from bot.domain.postmortem import ActionState
from bot.sandbox import Person, View
from bot.slack import home, items
from bot.workflow import erasure, life
from tests.app.scene import Scene
from tests.app.test_action_items import accepted, agree, only


def opened(scene: Scene, who: Person) -> View:
    """Their Home, drawn anew."""
    before = who.home.hash if who.home else ""
    who.open_home()
    assert scene.stage.slack.until(lambda: who.home is not None and who.home.hash != before)
    assert who.home is not None
    return who.home


def text(view: View) -> str:
    """All of it as text."""
    return json.dumps(view.blocks, ensure_ascii=False)


def test_an_empty_home_is_friendly(scene: Scene) -> None:
    """It says what to do, and has the doors to searching and help."""
    shown = text(opened(scene, scene.maya))
    assert "All quiet: no incident is open" in shown
    assert "Nothing waits for you." in shown
    assert "Nothing to do. What you accept in a review is listed here." in shown
    assert home.SEARCH in shown
    assert scene.maya.home is not None
    assert scene.maya.press(scene.maya.home, home.HELP).ok
    assert "/postmortem actions" in json.dumps(scene.maya.views[-1].blocks)
    assert scene.maya.press(scene.maya.home, home.SEARCH).ok
    assert scene.maya.views[-1].body["type"] == "modal"


def test_home_follows_an_incident_from_start_to_publication(scene: Scene) -> None:
    """Open, waiting for its owner, and published: each time it is opened it shows what is true."""
    scene.start()
    assert "INC-1 · Checkout is down" in text(opened(scene, scene.priya))
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.jump(hours=2)
    owners, others = text(opened(scene, scene.maya)), text(opened(scene, scene.priya))
    assert "you see it through" in owners
    assert "INC-1" not in others
    scene.press(scene.maya, Action.APPROVE)
    view = opened(scene, scene.priya)
    assert "INC-1 · Checkout is down" in text(view)
    assert scene.priya.press(view, home.READ).ok
    assert "leaks database connections" in json.dumps(scene.priya.views[-1].blocks)


def test_an_action_item_is_done_at_home(scene: Scene) -> None:
    """Home is drawn again at once, and says so."""
    accepted(scene)
    view = opened(scene, scene.priya)
    assert "Add an alert on the connection count" in text(view)
    assert scene.priya.press(view, Action.ITEM_DONE.value).ok
    assert scene.stage.slack.until(lambda: "Done: Add an alert" in text(view))
    assert "Nothing to do." in text(view)
    scene.stage.settle()
    assert only(scene).state is ActionState.DONE


def test_another_date_is_agreed_on_at_home(scene: Scene) -> None:
    """The form closes, and Home shows the new date."""
    accepted(scene)
    view = opened(scene, scene.priya)
    assert scene.priya.press(view, Action.ITEM_CHANGE.value).ok
    agree(scene, scene.priya, due="2026-05-01")
    assert scene.stage.slack.until(lambda: "due 2026-05-01" in text(view))
    assert items.TERMS not in [view.body["callback_id"] for view in scene.priya.views]


def test_a_stale_button_at_home_is_told_at_home(scene: Scene) -> None:
    """Somebody else was quicker: the line says so, and Home shows what is true."""
    accepted(scene)
    view = opened(scene, scene.priya)
    stale = json.loads(json.dumps(view.blocks))
    assert scene.priya.press(view, Action.ITEM_DONE.value).ok
    assert scene.stage.slack.until(lambda: "Nothing to do." in text(view))
    view.body["blocks"] = stale
    assert scene.priya.press(view, Action.ITEM_DONE.value).ok
    assert scene.stage.slack.until(lambda: "done already" in text(view))


def test_a_private_incident_is_on_the_home_of_its_members_only(scene: Scene) -> None:
    """A guest's Home shows nothing at all; a forged Read opens nothing."""
    slack = scene.stage.slack
    room = slack.channel("incident-secret", members=[scene.maya], private=True)
    scene.maya.invite_bot(room)
    scene.stage.settle()
    scene.command(scene.maya, "start A leak nobody may know of", channel=room)
    assert "PRV-1 · A leak nobody may know of" in text(opened(scene, scene.maya))
    assert "leak" not in text(opened(scene, scene.ben))
    guest = slack.person("gus", guest=True)
    shown = text(opened(scene, guest))
    assert "for full members of this workspace" in shown
    assert "PRV" not in shown
    scene.drafted()
    scene.press(scene.maya, Action.APPROVE)
    view = opened(scene, scene.ben)
    for block in view.blocks:
        if block.get("accessory", {}).get("action_id") == home.READ:
            block["accessory"]["value"] = '{"incident":1,"revision":1}'
    assert scene.ben.press(view, home.READ).ok
    assert slack.until(lambda: "not yours to see" in text(view))
    assert scene.ben.views == []


def test_the_messages_tab_draws_nothing(scene: Scene) -> None:
    """Only Home is ours to draw."""
    scene.maya.open_home("messages")
    scene.stage.settle()
    assert scene.maya.home is None


def followed(scene: Scene, who: Person) -> str:
    """Their Home a minute later, without their opening it."""
    scene.stage.jump(minutes=1)
    assert who.home is not None
    return text(who.home)


def publishes(scene: Scene) -> int:
    """How often the bot drew any Home."""
    return sum(call.method == "views.publish" for call in scene.stage.slack.calls)


def test_an_open_home_follows_what_changes(scene: Scene) -> None:
    """An incident begins, waits for its owner and is published; an item is accepted by somebody else."""
    for who in (scene.maya, scene.priya):
        opened(scene, who)
    scene.start()
    assert "INC-1 · Checkout is down" in followed(scene, scene.priya)
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    assert "All quiet" in followed(scene, scene.priya)
    scene.stage.jump(hours=2)
    assert "you see it through" in followed(scene, scene.maya)
    scene.press(scene.ben, Action.ITEMS)
    scene.ben.press(scene.ben.views[-1], Action.ITEM_ACCEPT.value)
    agree(scene, scene.ben, owner=scene.priya.id)
    assert "Add an alert on the connection count" in followed(scene, scene.priya)
    scene.press(scene.maya, Action.APPROVE)
    assert "Nothing waits for you." in followed(scene, scene.maya)


def test_only_what_looks_different_is_drawn_and_only_for_who_looked(scene: Scene) -> None:
    """Several changes at once are one drawing each; who never opened theirs, or weeks ago, costs nothing."""
    scene.start()
    scene.stage.jump(minutes=1)
    assert publishes(scene) == 0
    opened(scene, scene.maya)
    before = publishes(scene)
    scene.command(scene.maya, "owner <@" + scene.ben.id + ">")
    scene.command(scene.maya, "owner <@" + scene.maya.id + ">")
    scene.stage.jump(minutes=1)
    assert publishes(scene) - before <= 1
    scene.stage.jump(days=8)
    before = publishes(scene)
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.jump(minutes=1)
    assert publishes(scene) == before


def test_a_home_loses_what_its_owner_may_not_see_any_more(scene: Scene) -> None:
    """Out of a private channel, a person's Home names its incidents no longer; the others' does."""
    people = [scene.maya, scene.ben]
    scene.channel = scene.stage.slack.channel("incident-secret", members=people, private=True)
    scene.maya.invite_bot(scene.channel)
    scene.stage.settle()
    scene.start("The payroll leaks")
    for who in (*people, scene.priya):
        shown = opened(scene, who)
        assert ("payroll" in text(shown)) is (who in people)
    scene.ben.leave(scene.channel)
    scene.stage.settle()
    assert "payroll" not in followed(scene, scene.ben)
    assert "payroll" in followed(scene, scene.maya)


def test_a_home_forgets_what_is_forgotten(scene: Scene) -> None:
    """An incident erased for good leaves the Homes it stood on, which nobody has to open for that."""
    incident = scene.drafted()
    opened(scene, scene.maya)
    erasure.forget(scene.stage.bot.world, incident.id, scene.ben.id)
    assert "Checkout is down" not in followed(scene, scene.maya)


def test_a_home_is_safe_though_slack_did_not_tell_who_left(scene: Scene) -> None:
    """The event that somebody left is late: right before their Home is drawn, Slack is asked, once for all
    who may see the incident."""
    slack = scene.stage.slack
    scene.channel = slack.channel("incident-secret", members=[scene.maya, scene.ben], private=True)
    scene.maya.invite_bot(scene.channel)
    scene.stage.settle()
    incident = scene.start("The payroll leaks")
    for who in (scene.maya, scene.ben):
        opened(scene, who)
    slack.hold_events()
    scene.ben.leave(scene.channel)
    before = sum(call.method == "conversations.members" for call in slack.calls)
    life.set_owner(scene.stage.bot.world, incident.id, scene.maya.id, scene.maya.id)
    assert "payroll" not in followed(scene, scene.ben)
    assert "payroll" in followed(scene, scene.maya)
    asked = sum(call.method == "conversations.members" for call in slack.calls) - before
    assert asked <= 2
    slack.release_events()
