"""Action items through the real app: proposed by a draft, decided about by people, done in the end."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.action import TrackedItem
from bot.domain.job import Job, JobState
from bot.domain.posting import Action
from bot.domain.postmortem import ActionState
from bot.sandbox import Message, Person, View
from bot.slack import items
from bot.workflow import actions, replies
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
    said = len(scene.everything())
    view = window(scene, scene.priya)
    assert "What was said is a proposal" in json.dumps(view.blocks)
    assert "|[6]>" in json.dumps(view.blocks)
    accept(scene, scene.priya, view, owner=scene.ben.id, due="2026-03-20", priority="high")

    item = only(scene)
    assert (item.state, item.owner_id, str(item.due), item.priority) == (
        ActionState.ACCEPTED,
        scene.ben.id,
        "2026-03-20",
        "high",
    )
    assert item.decided_by == scene.priya.id
    assert scene.stage.slack.until(lambda: "due 2026-03-20, in 18 days" in json.dumps(view.blocks))
    assert "📌 Ben Okafor" in json.dumps(view.blocks, ensure_ascii=False)
    assert scene.priya.views == [view]
    assert len(scene.everything()) == said  # shown in place: no decision costs a message
    assert "1 action item: 1 accepted" in shown(scene.with_button(Action.APPROVE))
    document = shown(scene.thread()[-1])
    assert "owner: Ben Okafor, due 2026-03-20, high priority, accepted" in document


def accepted(scene: Scene, owner: Person | None = None, due: str = "2026-03-20") -> TrackedItem:
    """A drafted incident whose only item Priya accepted for somebody, herself unless said otherwise."""
    scene.drafted()
    accept(scene, scene.priya, window(scene, scene.priya), owner=(owner or scene.priya).id, due=due)
    return only(scene)


def test_a_list_is_drawn_again_after_every_press(scene: Scene) -> None:
    """Done, and it is gone from what is open, with a line that says so; reopened from what is done."""
    accepted(scene)
    assert "Add an alert" in listed(scene, scene.priya)
    note = scene.priya.ephemerals()[-1]
    assert scene.priya.press(note, Action.ITEM_DONE.value).ok
    assert scene.stage.slack.until(lambda: "Nothing to do for you" in shown(note))
    assert "Done: Add an alert" in shown(note)
    scene.stage.settle()
    assert only(scene).state is ActionState.DONE

    assert "✅ done on 2026-03-02" in listed(scene, scene.maya, "done")
    note = scene.maya.ephemerals()[-1]
    assert scene.maya.press(note, Action.ITEM_REOPEN.value).ok
    assert scene.stage.slack.until(lambda: "No action item is done yet" in shown(note))
    assert only(scene).is_open


def test_declining_asks_why_and_keeps_the_answer(scene: Scene) -> None:
    """In the window and the document."""
    scene.drafted()
    view = window(scene, scene.ben)
    assert scene.ben.press(view, Action.ITEM_DECLINE.value).ok
    assert scene.ben.submit(scene.ben.views[-1], {items.REASON: {"text": "The pool is replaced."}}).ok
    assert scene.stage.slack.until(lambda: "declined by you" in json.dumps(view.blocks))
    assert "The pool is replaced." in json.dumps(view.blocks)
    assert scene.ben.views == [view]
    assert only(scene).reason == "The pool is replaced."


def test_a_list_names_the_incident_and_pages(scene: Scene) -> None:
    """Of one incident all items are listed, whatever their state; odd words are told."""
    scene.drafted()
    assert "💡 proposed by" in listed(scene, scene.maya, "INC-1")
    assert "means nothing here" in listed(scene, scene.maya, "everything")
    assert "There is no incident INC-9" in listed(scene, scene.maya, "INC-9")
    for number in range(2, 9):
        scene.reply(scene.maya, f"action: Check part {number} of the pool")
    assert "Check part 6" in listed(scene, scene.maya, "INC-1")
    note = scene.maya.ephemerals()[-1]
    assert "Check part 8" not in shown(note)
    assert scene.maya.press(note, items.NEXT).ok
    assert scene.stage.slack.until(lambda: "Check part 8" in shown(note))
    assert "page 2" in shown(note)
    assert scene.maya.press(note, items.BACK).ok
    assert scene.stage.slack.until(lambda: "Check part 6" in shown(note))


def test_a_reply_decides_and_its_author_is_told(scene: Scene) -> None:
    """The forms work in the review thread, also once it is published; talk stays talk."""
    scene.drafted()
    scene.reply(scene.ben, f"accept action 1 {scene.priya.mention} by 2026-12-01, high")
    item = only(scene)
    assert (item.owner_id, str(item.due), item.priority) == (scene.priya.id, "2026-12-01", "high")
    assert "Priya Raman takes that on, due 2026-12-01" in shown(scene.ben.ephemerals()[-1])
    scene.reply(scene.maya, "approve")
    scene.reply(scene.priya, "done action 1 I hope")
    assert only(scene).is_open
    scene.reply(scene.priya, "done action 1")
    assert only(scene).state is ActionState.DONE
    scene.reply(scene.ben, "done action 7")
    assert "There is no action item 7; the document has 1" in shown(scene.ben.ephemerals()[-1])
    assert len(scene.thread()) <= 6


def test_a_typed_name_counts_only_where_it_can_mean_one_person(scene: Scene) -> None:
    """A promise must not land with the wrong person: who is meant is asked back, and nothing is changed."""
    other = scene.stage.slack.person("priya2", real_name="Priya Nair", display_name="priya")
    scene.drafted()

    scene.reply(scene.ben, "accept action 1 @priya by 2026-12-01")
    answer = shown(scene.ben.ephemerals()[-1])
    assert "“priya” may be" in answer
    assert f"(@{other.name})" in answer
    assert "(@priya)" in answer
    assert "choose the person from the list" in answer
    scene.reply(scene.ben, "accept action 1 @raman")
    assert "“raman” may be Priya Raman" in shown(scene.ben.ephemerals()[-1])
    scene.reply(scene.ben, "accept action 1 @zacharias")
    assert "Nobody here is called “zacharias”" in shown(scene.ben.ephemerals()[-1])
    assert only(scene).owner_id is None

    scene.reply(scene.ben, "accept action 1 @Priya Raman by 2026-12-01, high")
    item = only(scene)
    assert (item.owner_id, str(item.due), item.priority) == (scene.priya.id, "2026-12-01", "high")


def test_naming_somebody_in_a_reply_is_a_decision(scene: Scene) -> None:
    """A reviewer adds an item for a colleague with an @: nobody has to press a button for it."""
    scene.drafted()
    scene.reply(scene.maya, f"action: Size the pool for retries {scene.ben.mention} by 2026-12-01")
    item = next(one for one in tracked(scene) if one.place == 2)
    assert (item.state, item.owner_id, item.decided_by) == (
        ActionState.ACCEPTED,
        scene.ben.id,
        scene.maya.id,
    )


class Killed(BaseException):
    """The process ends here."""


def killed() -> None:
    """End the process right after a commit, which is when the worker is woken."""
    raise Killed


def test_somebody_named_in_a_reply_is_remembered_through_a_crash(scene: Scene) -> None:
    """The item was stored and the process ended before the decision about it was; nothing is edited twice."""
    scene.drafted()
    said = f"action: Size the pool for retries {scene.ben.mention} by 2026-12-01"
    scene.maya.say(scene.channel, said, thread=scene.thread_root())
    world = scene.stage.bot.world

    def waiting() -> list[Job]:
        with world.storage.read() as records:
            found = records.jobs.listed(JobState.WAITING, limit=9)
        return [one for one in found if one.kind == "reply"]

    assert scene.stage.slack.until(lambda: bool(waiting()))
    with pytest.raises(Killed):
        replies.reply(replace(world, wake=killed), waiting()[0])
    assert [one.state for one in tracked(scene) if one.place == 2] == [ActionState.PROPOSED]
    scene.stage.settle()

    assert len(scene.revisions()) == 2
    (item,) = [one for one in tracked(scene) if one.place == 2]
    assert (item.owner_id, item.decided_by) == (scene.ben.id, scene.maya.id)


def test_published_files_follow_a_decision(scene: Scene) -> None:
    """Who took it on, and that it is done, without another approval."""
    scene.drafted()
    scene.press(scene.maya, Action.APPROVE)
    accept(scene, scene.priya, window(scene, scene.priya), owner=scene.ben.id, due="2026-03-20")
    (page,) = (scene.stage.folder / "postmortems").glob("**/*.md")
    assert "| Ben Okafor | 2026-03-20 |" in page.read_text(encoding="utf-8")
    listed(scene, scene.ben)
    assert scene.ben.press(scene.ben.ephemerals()[-1], Action.ITEM_DONE.value).ok
    scene.stage.settle()
    assert re.search(r"\| Ben Okafor +\| 2026-03-20 \| [^|]+\| done +\|", page.read_text(encoding="utf-8"))


def test_a_reminder_is_answered_where_it_stands(scene: Scene) -> None:
    """In the direct message: done by a press, and the message says so."""
    accepted(scene, scene.ben)
    scene.stage.jump(days=16, hours=2)
    told = [one for one in scene.ben.direct().messages if "action item" in one.text]
    assert len(told) == 1
    assert scene.ben.press(told[0], Action.ITEM_DONE.value).ok
    assert scene.stage.slack.until(lambda: "Done: Add an alert" in shown(told[0]))
    assert only(scene).state is ActionState.DONE


def reminders(scene: Scene, who: Person) -> list[Message]:
    """What somebody was told directly of the only item."""
    return [one for one in who.direct().messages if "Add an alert" in one.text]


def test_a_reminder_follows_what_is_decided_elsewhere(scene: Scene) -> None:
    """In a list, the window or by a reply: it says so in the words a press would, without buttons."""
    accepted(scene, scene.ben)
    scene.stage.jump(days=16, hours=2)
    (told,) = reminders(scene, scene.ben)
    assert Action.ITEM_DONE.value in shown(told)
    listed(scene, scene.ben)
    assert scene.ben.press(scene.ben.ephemerals()[-1], Action.ITEM_DONE.value).ok
    scene.stage.settle()
    assert told.text == "Done: Add an alert on the connection count."
    assert "button" not in shown(told)

    view = window(scene, scene.maya)
    assert scene.maya.press(view, Action.ITEM_REOPEN.value).ok
    scene.stage.settle()
    assert told.text.startswith("Ben Okafor takes that on, due 2026-03-20: Add an alert")
    assert scene.stage.slack.until(lambda: told.text in json.dumps(view.blocks))

    scene.reply(scene.priya, "decline action 1 because the pool is replaced")
    assert told.text.startswith("Declined: Add an alert")
    assert told.text in shown(scene.priya.ephemerals()[-1])
    assert "button" not in shown(told)


def test_a_reminder_follows_though_nobody_lived_to_answer_the_press(scene: Scene) -> None:
    """Done was pressed and decided, and the bot was killed before it answered: no answer ever comes, and
    the message loses its buttons all the same."""
    accepted(scene, scene.ben)
    scene.stage.jump(days=16, hours=2)
    (told,) = reminders(scene, scene.ben)
    actions.finish(scene.stage.bot.world, only(scene).id, scene.ben.id)
    scene.stage.settle()
    assert told.text == "Done: Add an alert on the connection count."
    assert "button" not in shown(told)


def test_nobody_outside_learns_what_became_of_a_private_item(scene: Scene) -> None:
    """The event that somebody left is late: their reminder is taken back, and says nothing new before."""
    people = [scene.maya, scene.ben, scene.priya]
    scene.channel = scene.stage.slack.channel("incident-secret", members=people, private=True)
    scene.maya.invite_bot(scene.channel)
    scene.stage.settle()
    accepted(scene, scene.ben)
    scene.stage.jump(days=16, hours=2)
    assert len(reminders(scene, scene.ben)) == 1
    scene.stage.slack.hold_events()
    scene.ben.leave(scene.channel)
    actions.decline(scene.stage.bot.world, only(scene).id, scene.maya.id, "The pool is replaced.")
    scene.stage.settle()
    assert reminders(scene, scene.ben) == []
    scene.stage.slack.release_events()


def test_a_reminder_rests_while_its_postmortem_is_discarded(scene: Scene) -> None:
    """Its buttons are gone, and there again once it is restored."""
    accepted(scene, scene.ben)
    scene.stage.jump(days=16, hours=2)
    (told,) = reminders(scene, scene.ben)
    said = told.text
    scene.press(scene.maya, Action.DISCARD)
    assert scene.maya.submit(scene.maya.views[-1], {"reason": "Twice."}).ok
    scene.stage.settle()
    assert "INC-1 was put away" in told.text
    assert "button" not in shown(told)
    scene.press(scene.maya, Action.RESTORE)
    assert told.text == said
    assert Action.ITEM_DONE.value in shown(told)


def test_another_date_is_agreed_on_from_a_reminder(scene: Scene) -> None:
    """The form opens with what was agreed before; the message says what came of it, and asks no more."""
    accepted(scene, scene.ben)
    scene.stage.jump(days=16, hours=2)
    (told,) = [one for one in scene.ben.direct().messages if "action item" in one.text]
    assert scene.ben.press(told, Action.ITEM_CHANGE.value).ok
    agree(scene, scene.ben, due="2026-04-30")
    item = only(scene)
    assert (item.owner_id, str(item.due)) == (scene.ben.id, "2026-04-30")
    assert scene.stage.slack.until(lambda: "Ben Okafor takes that on, due 2026-04-30" in shown(told))
    assert Action.ITEM_CHANGE.value not in shown(told)


@pytest.mark.parametrize(
    "value",
    ["{}", "no json", '{"item":true}', '{"item":9999}', '{"item":1,"list":7}', f'{{"item":{10**20}}}'],
)
def test_forged_buttons_change_nothing(scene: Scene, value: str) -> None:
    """They are answered in words."""
    item = accepted(scene)
    listed(scene, scene.priya)
    note = scene.priya.ephemerals()[-1]
    for block in note.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == Action.ITEM_REOPEN.value or element.get("type") == "button":
                element["value"] = value
    before = len(scene.priya.ephemerals())
    assert scene.priya.press(note, Action.ITEM_CHANGE.value).ok
    if '"item":1,' not in value:
        assert scene.stage.slack.until(lambda: len(scene.priya.ephemerals()) > before)
    assert only(scene) == item


def test_guests_and_outsiders_are_refused_in_words(scene: Scene) -> None:
    """A guest in the channel may read the thread, and decides nothing."""
    scene.drafted()
    guest = scene.stage.slack.person("gus", real_name="Gus Hale", guest=True)
    assert "Guests cannot do that" in listed(scene, guest)
    outsider = scene.stage.slack.person("olga")
    view = window(scene, outsider)
    assert outsider.press(view, Action.ITEM_ACCEPT.value).ok
    refused = "Only people in the incident's channel"
    assert scene.stage.slack.until(lambda: refused in json.dumps(outsider.views[-1].blocks))
    assert only(scene).state is ActionState.PROPOSED


def test_a_list_is_drawn_again_after_a_form(scene: Scene) -> None:
    """Changed in its form, the item stands in the list as it is now; not needed, it is gone from it."""
    accepted(scene)
    listed(scene, scene.priya)
    note = scene.priya.ephemerals()[-1]
    assert scene.priya.press(note, Action.ITEM_CHANGE.value).ok
    agree(scene, scene.priya, owner=scene.priya.id, due="2026-03-27")
    assert scene.stage.slack.until(lambda: "due 2026-03-27" in shown(note))
    assert "Priya Raman takes that on, due 2026-03-27" in shown(note)
    assert list(scene.priya.views) == []

    assert scene.priya.press(note, Action.ITEM_DECLINE.value).ok
    assert scene.priya.submit(scene.priya.views[-1], {items.REASON: "The new pool makes it needless."}).ok
    assert scene.stage.slack.until(lambda: "Nothing to do for you" in shown(note))
    assert "Declined: Add an alert" in shown(note)


def test_a_form_that_lay_about_for_too_long_says_what_it_did(scene: Scene) -> None:
    """Slack takes no answer to a press after half an hour: the form itself tells, the list stays."""
    accepted(scene)
    listed(scene, scene.priya)
    note = scene.priya.ephemerals()[-1]
    assert scene.priya.press(note, Action.ITEM_CHANGE.value).ok
    scene.stage.jump(minutes=40)
    agree(scene, scene.priya, owner=scene.priya.id, due="2026-03-27")
    assert "takes that on, due 2026-03-27" in json.dumps(scene.priya.views[-1].blocks)
    assert "due 2026-03-20" in shown(note)
