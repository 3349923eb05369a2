"""Asking people: an open question put to one of them, surprises, and drafting one section again."""

from __future__ import annotations

import json

from bot.domain.incident import Status
from bot.domain.posting import Action
from bot.domain.postmortem import Claim
from bot.domain.sections import with_claims
from bot.domain.transcript import Source
from bot.sandbox import Message
from bot.workflow import editing
from tests.app.scene import Scene, shown

QUESTION = "Why did the alert not fire?"


def questioned(scene: Scene) -> None:
    """A draft in review with one open question."""
    scene.drafted()
    scene.reply(scene.priya, f"question: {QUESTION}")


def asked(scene: Scene) -> Message:
    """Ben was asked by Maya; the direct message he got."""
    scene.press(scene.maya, Action.ASK)
    window = scene.maya.views[-1]
    scene.maya.submit(window, {"question": "0", "person": scene.ben.id})
    scene.stage.settle()
    return scene.ben.direct().messages[-1]


def test_an_open_question_is_put_to_one_person(scene: Scene) -> None:
    """They get a direct message with the question; the thread stays as it was, nobody is pinged."""
    questioned(scene)
    before = len(scene.thread())

    message = asked(scene)

    assert QUESTION in shown(message)
    assert "Maya Lindqvist asks Ben Okafor" in shown(message)
    assert len(scene.thread()) == before


def test_an_answer_becomes_evidence_and_a_sentence_that_cites_it(scene: Scene) -> None:
    """Where the person says it belongs; the question is open no more."""
    questioned(scene)
    message = asked(scene)

    scene.press(scene.ben, Action.ANSWER, message)
    words = "The alert was muted during the maintenance. Maya unmuted it at noon."
    scene.ben.submit(scene.ben.views[-1], {"words": words, "section": "contributing_factors"})
    scene.stage.settle()

    draft = scene.revision().draft
    claims = draft.contributing_factors[-2:]
    assert claims[0].text == "The alert was muted during the maintenance."
    assert "Maya" not in claims[1].text
    assert QUESTION not in {claim.text for claim in draft.open_questions}
    incident = scene.incident()
    with scene.stage.bot.world.storage.begin() as records:
        (said,) = [one for one in records.evidence.of(incident.id) if one.label in claims[0].evidence]
    assert (said.source, said.author_id) == (Source.REVIEWER, scene.ben.id)
    assert "Maya" not in said.text
    assert "alert was muted" in shown(scene.thread()[-1])


def test_an_answer_may_stay_with_its_question(scene: Scene) -> None:
    """For the reviewers to place; it survives the next redraft."""
    questioned(scene)
    message = asked(scene)
    scene.press(scene.ben, Action.ANSWER, message)
    scene.ben.submit(scene.ben.views[-1], {"words": "It was muted."})
    scene.stage.settle()

    scene.redraft(scene.ben)

    assert f"{QUESTION} Answered: It was muted." in {
        claim.text for claim in scene.revision().draft.open_questions
    }


def test_an_answer_to_a_question_that_is_gone_is_kept_all_the_same(scene: Scene) -> None:
    """Nothing a person typed vanishes because somebody else was quicker."""
    questioned(scene)
    message = asked(scene)
    scene.press(scene.ben, Action.ANSWER, message)
    window = scene.ben.views[-1]
    scene.reply(scene.priya, "remove question 1")

    scene.ben.submit(window, {"words": "It was muted.", "section": "went_badly"})
    scene.stage.settle()

    assert scene.revision().draft.lessons.went_badly[-1].text == "It was muted."


def test_nobody_outside_the_channel_is_asked(scene: Scene) -> None:
    """They would learn of an incident that is not theirs to see; the window says what to do."""
    questioned(scene)
    outsider = scene.stage.slack.person("outsider")

    scene.press(scene.maya, Action.ASK)
    scene.maya.submit(scene.maya.views[-1], {"question": "0", "person": outsider.id})
    scene.stage.settle()

    assert "invite them first" in json.dumps(scene.maya.views[-1].errors)
    assert outsider.direct().messages == []


def test_somebody_who_left_the_channel_cannot_answer(scene: Scene) -> None:
    """The button in the direct message is authorised when it is pressed."""
    questioned(scene)
    message = asked(scene)
    scene.ben.leave(scene.channel)

    scene.ben.press(message, Action.ANSWER.value)

    assert scene.ben.views == []


def test_who_left_before_the_question_reached_them_is_not_told(scene: Scene) -> None:
    """Membership counts when the message is sent, too."""
    questioned(scene)
    scene.press(scene.maya, Action.ASK)
    scene.stage.slack.faults.server_error("chat.postMessage", times=1)
    scene.maya.submit(scene.maya.views[-1], {"question": "0", "person": scene.ben.id})
    scene.stage.settle()

    scene.ben.leave(scene.channel)
    scene.stage.jump(minutes=5)

    assert [one for one in scene.ben.direct().messages if QUESTION in shown(one)] == []


def test_the_same_question_is_put_to_the_same_person_once(scene: Scene) -> None:
    """A second press says so and sends nothing."""
    questioned(scene)
    asked(scene)
    before = len(scene.ben.direct().messages)

    scene.press(scene.maya, Action.ASK)
    scene.maya.submit(scene.maya.views[-1], {"question": "0", "person": scene.ben.id})
    scene.stage.settle()

    assert "already" in json.dumps(scene.maya.views[-1].errors)
    assert len(scene.ben.direct().messages) == before


def test_a_surprise_is_evidence_and_a_lesson(scene: Scene) -> None:
    """Its secrets are masked, its names are roles, and it can be undone like any edit."""
    scene.drafted()

    scene.press(scene.priya, Action.SURPRISE)
    words = "The retry had no limit. Ben had the password=Sommer-2026-Regen at hand."
    scene.priya.submit(scene.priya.views[-1], {"words": words, "section": "lucky"})
    scene.stage.settle()

    lucky = scene.revision().draft.lessons.lucky
    assert lucky[0].text == "The retry had no limit."
    everything = scene.revision().model_dump_json()
    assert "Sommer-2026" not in everything
    assert "Ben" not in lucky[1].text
    scene.redraft(scene.ben)
    assert scene.revision().draft.lessons.lucky[:2] == lucky
    assert Action.UNDO.value in json.dumps(scene.thread()[-1].blocks)


def test_after_the_review_nothing_is_asked(scene: Scene) -> None:
    """The buttons are gone, and a window left open is refused with the text kept."""
    scene.drafted()
    scene.press(scene.priya, Action.SURPRISE)
    scene.press(scene.ben, Action.APPROVE)

    scene.priya.submit(scene.priya.views[-1], {"words": "The retry had no limit."})

    assert scene.status() is Status.PUBLISHED
    assert "Nothing was changed" in json.dumps(scene.priya.views[-1].errors)
    assert not scene.offers(Action.SURPRISE)


def test_one_section_is_drafted_again_and_the_others_stay(scene: Scene) -> None:
    """What people wrote stays even in the section drafted again."""
    scene.drafted()
    scene.reply(scene.priya, "action: Write a runbook")
    before = scene.revision().draft
    scene.stage.jump(minutes=1)
    scene.ben.say(scene.channel, "We will add a limit on retries by Friday.")

    scene.redraft(scene.ben, "action_items")

    after = scene.revision().draft
    texts = [item.text for item in after.action_items]
    assert "Write a runbook" in texts
    assert any("limit on retries" in text for text in texts)
    assert with_claims(after, "action_items", before.action_items) == before
    assert "Revision 3, drafted again: Action items (+1 −0)." in scene.thread()[-1].text


def test_a_secret_typed_into_the_editor_is_masked_before_it_is_stored(scene: Scene) -> None:
    """At this door as at every other: in the draft, the evidence and the index."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    scene.ben.submit(scene.ben.views[-1], {"impact": "Logins with password=Sommer-2026-Regen failed."})
    scene.stage.settle()
    scene.press(scene.ben, Action.DISCARD)
    scene.ben.submit(scene.ben.views[-1], {"reason": "password=Sommer-2026-Regen is in it"})
    scene.stage.settle()

    scene.stage.stop_bot()
    for path in scene.stage.folder.rglob("*"):
        if path.is_file():
            assert b"Sommer-2026-Regen" not in path.read_bytes(), path


def test_a_question_put_to_somebody_follows_an_erasure(scene: Scene) -> None:
    """What was quoted in it from a message that people deleted goes from the direct message too."""
    scene.drafted()
    said = next(one for one in scene.channel.messages if "v2.14.0 at 08:55" in one.text)
    incident = scene.incident()
    with scene.stage.bot.world.storage.begin() as records:
        (label,) = [one.label for one in records.evidence.of(incident.id) if one.ts == said.ts]
    claim = Claim(text="We deployed v2.14.0 at 08:55, why?", evidence=(label,))
    editing.edit(
        scene.stage.bot.world,
        incident.id,
        scene.priya.id,
        lambda draft, _label, _known: with_claims(draft, "open_questions", [claim]),
        words="why?",
    )
    scene.stage.settle()
    message = asked(scene)
    assert "08:55" in shown(message)

    scene.ben.delete(said)
    scene.stage.settle()

    assert "08:55" not in shown(message)


def test_a_question_to_who_left_meanwhile_is_taken_back_with_an_erasure(scene: Scene) -> None:
    """It would tell them what the incident is called by now."""
    questioned(scene)
    message = asked(scene)
    said = next(one for one in scene.channel.messages if "v2.14.0 at 08:55" in one.text)
    assert message in scene.ben.direct().messages
    scene.ben.leave(scene.channel)

    scene.ben.delete(said)
    scene.stage.settle()

    assert message not in scene.ben.direct().messages


def test_personal_data_in_a_reply_stays_out_of_the_document(scene: Scene) -> None:
    """As in a draft: the model, files and index never see it. The edit is made all the same."""
    scene.drafted()

    scene.reply(scene.ben, "impact: The shop of jane.doe@customer.example lost 12 orders.")

    draft = scene.revision().draft
    assert "lost 12 orders." in draft.impact[0].text
    assert "jane.doe" not in scene.revision().model_dump_json()
    incident = scene.incident()
    with scene.stage.bot.world.storage.begin() as records:
        assert not [one for one in records.evidence.of(incident.id) if "jane.doe" in one.text]
