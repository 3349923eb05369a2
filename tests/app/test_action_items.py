"""Action items through the real app: proposed by a draft, decided about by people, done in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.action import TrackedItem
from bot.domain.postmortem import ActionState
from bot.domain.posting import Action
from bot.sandbox import Person, View
from bot.slack import items
from tests.app.scene import Scene, shown


def tracked(scene: Scene) -> tuple[TrackedItem, ...]:
    """The newest incident's action items, as they are stored."""
    incident = scene.incident()
    with scene.stage.bot.world.storage.begin() as records:
        return records.actions.of(incident.id)


def only(scene: Scene) -> TrackedItem:
    """Its only action item."""
    (item,) = tracked(scene)
    return item


def window(scene: Scene, who: Person) -> View:
    """The window behind the card's button, open."""
    reply = scene.press(who, Action.ITEMS)
    assert reply.ok, reply
    return who.views[-1]


def accept(scene: Scene, who: Person, view: View, **terms: Any) -> None:
    """Accept the first proposal of a window."""
    assert who.press(view, Action.ITEM_ACCEPT.value).ok
    agree(scene, who, **terms)


def agree(scene: Scene, who: Person, **terms: Any) -> None:
    """Fill in the form that is open."""
    reply = who.submit(who.views[-1], {name: {name: value} for name, value in terms.items()})
    assert reply.ok, reply
    scene.stage.settle()


def listed(scene: Scene, who: Person, words: str = "") -> str:
    """What `/postmortem actions …` answers."""
    return scene.command(who, f"actions {words}".strip())


def test_a_draft_only_proposes(scene: Scene) -> None:
    """Nobody has promised anything until they accept: the card counts it, no list holds it."""
    scene.drafted()
    item = only(scene)
    assert (item.state, item.owner_id, item.place) == (ActionState.PROPOSED, None, 1)
    assert item.said_by is not None
    assert "1 action item: 1 to be accepted" in shown(scene.with_button(Action.APPROVE))
    assert "No action item is open" in listed(scene, scene.maya, "open")


def test_accepting_in_the_window_names_who_does_it_until_when(scene: Scene) -> None:
    """The form is filled in with what was said; what was agreed shows in the window, card and document."""
    scene.drafted()
    view = window(scene, scene.priya)
    assert "What was said is a proposal" in json.dumps(view.blocks)
    accept(scene, scene.priya, view, owner=scene.ben.id, due="2026-03-20", priority="high")

    item = only(scene)
    assert (item.state, item.owner_id, str(item.due), item.priority) == (
        ActionState.ACCEPTED,
        scene.ben.id,
        "2026-03-20",
        "high",
    )
    assert item.decided_by == scene.priya.id
    (view,) = scene.priya.views
    assert "Ben Okafor" in json.dumps(view.blocks)
    assert "due 2026-03-20, in 18 days" in json.dumps(view.blocks)
    assert "1 action item: 1 accepted" in shown(scene.with_button(Action.APPROVE))
    document = shown(scene.thread()[-1])
    assert "owner: Ben Okafor, due 2026-03-20, high priority, accepted" in document
