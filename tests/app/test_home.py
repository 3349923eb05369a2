"""The Home tab through the real app: what each person sees, and what they can do there."""

from __future__ import annotations

import json

from bot.domain.posting import Action
from bot.domain.postmortem import ActionState
from bot.sandbox import Person, View
from bot.slack import home, items
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
    assert "Maya Lindqvist sees it through" in owners
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
