"""Who is told of an incident beside its channel: members of a closed one, and nobody who does not belong."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.posting import Action
from bot.ports import Place
from bot.sandbox import Channel, Message, Person
from bot.workflow import erasure
from tests.app.conftest import drafted_after_closing, make_scene
from tests.app.scene import Scene, shown
from tests.app.test_likeness import AGAIN, POOL, another, run, said
from tests.app.test_privacy import group, secret_channel


@pytest.fixture
def governed(tmp_path: Path) -> Iterator[Scene]:
    """A workspace with a group of admins."""
    with Stage(tmp_path, admins="admins") as stage:
        yield make_scene(stage)
        assert stage.slack.rejections == []
        assert stage.slack.pings == []


def closed(scene: Scene, *members: Person, lost: int = 0) -> Channel:
    """A private incident whose channel was archived before its draft came. Slack's answers to so many
    posts are lost."""
    channel = secret_channel(scene, *members)
    scene.command(members[0], "start Merger data leaked", channel=channel)
    scene.stage.jump(minutes=2)
    members[-1].say(channel, "The merger documents are public since 09:00.")
    members[0].say(channel, "The root cause is that the merger bucket was public.")
    scene.command(members[0], "resolve", channel=channel)
    channel.archive()
    scene.stage.slack.faults.lose_answer("chat.postMessage", times=lost)
    scene.stage.jump(hours=2)
    for _ in range(lost):
        scene.stage.jump(minutes=2)
    return channel


def told(who: Person, *, offering: Action | None = None) -> list[Message]:
    """What the bot told somebody directly, in the conversation and in threads of it."""
    found = [one for one in who.direct().messages if one.subtype is None and one.user != who.id]
    return [one for one in found if offering is None or offering.value in json.dumps(one.blocks)]


def test_a_closed_private_channel_gets_its_draft_to_all_of_its_members(scene: Scene) -> None:
    """Each has one card and one document, which say who else has them."""
    closed(scene, scene.maya, scene.ben)

    for who in (scene.maya, scene.ben):
        card, document = told(who)
        assert "Maya Lindqvist and Ben Okafor" in shown(card)
        assert "replies are not read" in shown(card)
        assert "merger bucket was public" in shown(document)
    assert told(scene.priya) == []


def test_what_one_member_does_in_a_direct_message_shows_in_all(scene: Scene) -> None:
    """By button and by form; nothing comes twice."""
    closed(scene, scene.maya, scene.ben)
    (theirs,) = told(scene.ben, offering=Action.APPROVE)
    scene.press(scene.ben, Action.EDIT, theirs)
    scene.ben.submit(scene.ben.views[-1], {"summary": "The merger documents were public for a morning."})
    scene.stage.settle()
    (mine,) = told(scene.maya, offering=Action.APPROVE)
    assert "public for a morning" in shown(mine)

    scene.press(scene.maya, Action.APPROVE, mine)

    assert scene.status() is Status.PUBLISHED
    for who in (scene.maya, scene.ben):
        assert told(who, offering=Action.APPROVE) == []
        assert len([one for one in told(who) if not one.is_reply]) == 1


def test_lost_answers_bring_nobody_a_second_card(scene: Scene) -> None:
    """The work is done again from wherever it broke off, until everybody has one."""
    closed(scene, scene.maya, scene.ben, lost=4)

    for who in (scene.maya, scene.ben):
        assert len([one for one in told(who) if not one.is_reply]) == 1
        assert len(told(who)) == 2


def test_guests_get_no_draft_by_direct_message(scene: Scene) -> None:
    """They could not review it, and the channel they were asked into is closed."""
    guest = scene.stage.slack.person("gil", guest=True)
    gone = scene.stage.slack.person("gwen", deleted=True)
    closed(scene, scene.maya, guest, gone, scene.ben)

    assert told(guest) == []
    assert told(gone) == []
    assert len(told(scene.ben, offering=Action.APPROVE)) == 1


def test_at_most_ten_get_it_and_who_saw_it_through_first(scene: Scene) -> None:
    """The others are told by the card's words how to read it."""
    crowd = [scene.stage.slack.person(f"p{number}") for number in range(12)]
    closed(scene, scene.maya, *crowd)

    reached = [who for who in (scene.maya, *crowd) if told(who)]

    assert len(reached) == 10
    assert scene.maya in reached
    assert crowd[-1] in reached
    assert "/postmortem show PRV-1" in shown(told(scene.maya)[0])


def test_forgetting_takes_every_direct_message_back(governed: Scene) -> None:
    """Cards and documents, from everybody who got them."""
    group(governed, "admins", governed.maya)
    closed(governed, governed.maya, governed.ben)

    governed.command(governed.maya, "forget PRV-1")
    answer = governed.maya.ephemerals()[-1]
    governed.press(governed.maya, Action.FORGET, answer)
    governed.maya.submit(governed.maya.views[-1], {"key": "PRV-1"})
    governed.stage.settle()

    assert told(governed.maya) == []
    assert told(governed.ben) == []


def test_who_leaves_loses_the_draft_and_the_others_keep_it(scene: Scene) -> None:
    """The channel is open again, and the review stands in a direct message of theirs: it moves."""
    channel = closed(scene, scene.maya, scene.ben)
    channel.unarchive()
    scene.ben.invite_bot(channel)
    scene.stage.settle()

    scene.maya.leave(channel)
    scene.stage.settle()

    assert told(scene.maya) == []
    assert told(scene.ben, offering=Action.APPROVE)
    assert scene.incident().review_place[0] != scene.maya.direct().id


def test_a_departure_nobody_heard_of_is_noticed_before_a_card_is_drawn_again(scene: Scene) -> None:
    """Nothing new is shown to somebody who is not in the channel any more."""
    channel = closed(scene, scene.maya, scene.ben)
    channel.unarchive()
    scene.maya.invite_bot(channel)
    scene.stage.settle()
    scene.stage.slack.faults.lose_events(times=1)
    scene.ben.leave(channel)

    (mine,) = told(scene.maya, offering=Action.APPROVE)
    scene.press(scene.maya, Action.APPROVE, mine)

    assert told(scene.ben) == []


def test_a_draft_sent_while_public_is_taken_from_who_is_outside_once_it_is_private(scene: Scene) -> None:
    """Made private later counts: the owner had left the channel."""
    scene.start()
    scene.talk()
    scene.command(scene.maya, "resolve")
    scene.maya.leave(scene.channel)
    scene.channel.archive()
    scene.stage.jump(hours=2)
    assert told(scene.maya, offering=Action.APPROVE)

    scene.channel.unarchive()
    scene.ben.invite_bot(scene.channel)
    scene.channel.make_private()
    scene.stage.settle()

    assert told(scene.maya) == []


def as_sent_before(scene: Scene) -> None:
    """Let the draft stand in one direct message under keys that name nobody, as versions before 8cd7a05 sent
    it."""
    with sqlite3.connect(scene.stage.folder / "postmortem.db") as database:
        for name in ("review", "document"):
            sent = (f"{name}:1:g1", f"{name}:1:g1:%")
            database.execute("UPDATE posts SET key = ? WHERE key LIKE ?", sent)


def test_a_draft_that_an_earlier_version_sent_is_taken_from_who_leaves(scene: Scene) -> None:
    """Its key names nobody: whose it is cannot be known, so it is taken back and delivered again."""
    channel = closed(scene, scene.maya)
    as_sent_before(scene)
    channel.unarchive()
    scene.maya.invite_bot(channel)
    scene.ben.join(channel)
    scene.stage.settle()

    scene.maya.leave(channel)
    scene.stage.settle()

    assert told(scene.maya) == []
    assert [one for one in channel.messages if Action.APPROVE.value in json.dumps(one.blocks)]


def test_a_draft_that_an_earlier_version_sent_comes_again_to_who_belongs(scene: Scene) -> None:
    """Once, in place of the other, with whatever changes next; from then on it is known whose it is."""
    closed(scene, scene.maya)
    as_sent_before(scene)
    (mine,) = told(scene.maya, offering=Action.EDIT)
    for summary in ("The merger documents were public for a morning.", "They were public until noon."):
        (mine,) = told(scene.maya, offering=Action.EDIT)
        scene.press(scene.maya, Action.EDIT, mine)
        scene.maya.submit(scene.maya.views[-1], {"summary": summary})
        scene.stage.settle()

    (mine,) = told(scene.maya, offering=Action.EDIT)
    assert "until noon" in shown(mine)
    assert len([one for one in told(scene.maya) if not one.is_reply]) == 1


def test_a_reminder_of_a_review_is_taken_from_who_leaves(scene: Scene) -> None:
    """It names a private incident, like a draft does."""
    channel = secret_channel(scene, scene.maya, scene.ben)
    scene.command(scene.maya, "start Merger data leaked", channel=channel)
    scene.maya.say(channel, "The merger documents are public since 09:00.")
    scene.command(scene.maya, "resolve", channel=channel)
    scene.stage.jump(hours=2)
    scene.stage.jump(days=2)
    assert "PRV-1" in "".join(one.text for one in told(scene.maya))

    scene.maya.leave(channel)
    scene.stage.settle()

    assert "PRV-1" not in "".join(one.text for one in told(scene.maya))


# Guests and other companies


def test_who_joins_later_as_a_guest_is_shown_nothing_of_other_channels(scene: Scene) -> None:
    """What the card told of another channel's incident goes before they can read it there."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya, scene.ben)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    assert first.key in said(channel)

    scene.stage.slack.person("gil", guest=True).join(channel)
    scene.stage.settle()

    assert first.key not in said(channel)
    document = [shown(one) for one in channel.messages]
    assert first.key not in "\n".join(document)


def test_what_a_guest_could_open_goes_and_what_none_can_read_stays(scene: Scene) -> None:
    """A document attached to the thread tells of others no more. The published file, which lies where the
    operator lets people read it and no guest of a channel gets by joining, keeps what it says."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya, scene.ben)
    second = run(scene, channel, "Orders hang", AGAIN, scene.maya)
    card = next(one for one in channel.messages if Action.APPROVE.value in json.dumps(one.blocks))
    scene.press(scene.maya, Action.APPROVE, card)
    channel_id, thread_ts = second.review_place
    place = Place(channel_id=channel_id, thread_ts=thread_ts)
    text = f"{first.key}, Checkout down".encode()
    scene.stage.bot.world.poster.attach("x", place, name="INC-2-draft.md", title="Draft", content=text)

    scene.stage.slack.person("gil", guest=True).join(channel)
    scene.stage.settle()

    assert first.key not in "\n".join(shown(one) for one in channel.messages)
    attached = {str(file["name"]) for file in scene.stage.slack.workspace.files.values()}
    assert "INC-2-draft.md" not in attached
    folder = scene.stage.folder / "postmortems"
    (published,) = folder.glob(f"{second.key}*.md")
    assert f"{first.key}, " in published.read_text(encoding="utf-8")


ABOUT_OTHERS = ("search connection pool", "stats all", "similar INC-2", "actions", "list", "show INC-1")


@pytest.mark.parametrize("how", ["made private", "restricted", "forgotten"])
def test_an_incident_is_out_of_every_answer_at_once(governed: Scene, how: str) -> None:
    """Searched, counted, compared and listed a moment ago; then hidden, while a message of it comes in."""
    group(governed, "admins", governed.priya)
    zoe = governed.stage.slack.person("zoe")
    first = run(governed, governed.channel, "Checkout down", POOL, governed.maya)
    channel = another(governed, "orders", governed.maya, zoe)
    run(governed, channel, "Orders hang", AGAIN, governed.maya)
    before = [governed.command(zoe, words, channel=channel) for words in ABOUT_OTHERS[:3]]
    assert all("Checkout down" in answer or "2 incidents" in answer for answer in before), before

    governed.maya.say(governed.channel, "One more word about Checkout down")
    if how == "made private":
        governed.channel.make_private()
        governed.stage.settle()
    elif how == "restricted":
        governed.command(governed.maya, "restrict INC-1")
    else:
        erasure.forget(governed.stage.bot.world, first.id, governed.priya.id)
        governed.stage.settle()

    open_to_all = 4 if how == "restricted" else len(ABOUT_OTHERS)  # what is restricted has a number still
    for words in ABOUT_OTHERS[:open_to_all]:
        answer = governed.command(zoe, words, channel=channel)
        assert "Checkout down" not in answer, words
        assert "2 incidents" not in answer, words
    assert first.key not in "\n".join(shown(one) for one in channel.messages)


def test_a_colleague_who_joins_later_changes_nothing(scene: Scene) -> None:
    """They may see every public channel."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya, scene.ben)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)

    scene.priya.join(channel)
    scene.stage.settle()

    assert first.key in said(channel)


def test_sharing_a_channel_with_a_company_takes_back_what_it_told_of_others(scene: Scene) -> None:
    """At once: their people may come any moment."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya, scene.ben)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)

    channel.share("T0OTHER")
    scene.stage.settle()

    assert first.key not in said(channel)


def test_a_guest_whose_arrival_nobody_heard_of_is_noticed_with_the_next_change(scene: Scene) -> None:
    """Slack is asked who reads along whenever such a card is drawn again."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya, scene.ben)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    scene.stage.slack.faults.lose_events(times=1)
    scene.stage.slack.person("gil", guest=True).join(channel)

    scene.command(scene.maya, f"owner {scene.ben.mention}", channel=channel)

    assert first.key not in said(channel)


@pytest.mark.parametrize("name", ["reviews", "#reviews"])
def test_a_draft_is_not_brought_to_a_fallback_channel_with_guests(tmp_path: Path, name: str) -> None:
    """It tells of a channel they are not in; who saw it through gets it instead."""
    with Stage(tmp_path, fallback_channel=name) as stage:
        scene, reviews = drafted_after_closing(stage, stage.slack.person("gil", guest=True))

        assert "Checkout" not in "\n".join(shown(one) for one in reviews.messages)
        assert told(scene.maya, offering=Action.APPROVE)


ASKED = ("list", "search checkout", "actions overdue", "stats", "similar INC-1", "history INC-1")


def test_guests_and_other_companies_learn_nothing_by_asking(scene: Scene) -> None:
    """Not even in the channel of an incident."""
    slack = scene.stage.slack
    strangers = [
        slack.person("gil", guest=True),
        slack.person("eve", external=True),
        slack.person("ada", deleted=True),
    ]
    for stranger in strangers:
        stranger.join(scene.channel)
    scene.drafted()

    for stranger, words in product(strangers, ASKED):
        answer = scene.command(stranger, words)
        assert "Nothing was changed" in answer, words
        assert "INC-1" not in answer, words
        assert "502" not in answer, words
