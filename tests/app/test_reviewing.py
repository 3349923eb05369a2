"""Draft, review, publication: what people see and do in the thread."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.posting import Action
from bot.domain.review import Decision
from bot.domain.sections import text_of
from bot.workflow.buttons import reference
from tests.app.scene import CHECK, Scene, shown


def test_the_draft_comes_two_hours_later_to_the_cards_thread(scene: Scene) -> None:
    """A card with its buttons and the document below it; not a minute early."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))

    scene.stage.jump(hours=1, minutes=59)
    assert scene.thread(scene.roots()[0]) == []
    scene.stage.jump(minutes=1)

    card, document = scene.thread(scene.roots()[0])
    assert all(
        action.value in json.dumps(card.blocks) for action in (Action.APPROVE, Action.EDIT, Action.DISCARD)
    )
    assert "502" in shown(document)


def test_every_sentence_of_the_draft_cites_evidence_that_exists(scene: Scene) -> None:
    """And no participant's name stands in it."""
    scene.drafted()

    incident = scene.incident()
    with scene.stage.bot.world.storage.begin() as records:
        labels = {item.label for item in records.evidence.of(incident.id)}
    claims = [claim for _, claim in scene.revision().draft.claims()]
    assert claims
    assert all(claim.evidence and set(claim.evidence) <= labels for claim in claims)
    assert not [claim for claim in claims if "Maya" in claim.text or "Ben" in claim.text]


def test_a_whole_incident_costs_at_most_three_messages_in_the_channel_and_six_in_the_thread(
    scene: Scene,
) -> None:
    """The budget, up to publication, before people edit."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.PUBLISHED
    assert len(scene.roots()) <= 3
    assert len(scene.thread()) <= 6


def test_an_incident_of_a_thread_stays_in_its_thread(scene: Scene) -> None:
    """Nothing of it stands in the channel; at most six messages in the thread."""
    root = scene.maya.say(scene.channel, "Search answers 500 since the deploy of v2.")
    scene.ben.say(scene.channel, "Rolled back to v1, it works again.", thread=root)
    scene.react(scene.priya, root)
    scene.stage.jump(hours=2)
    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.PUBLISHED
    assert scene.roots() == []
    assert 3 <= len(scene.thread(root)) <= 6


def test_a_restart_between_resolution_and_draft_loses_nothing(scene: Scene) -> None:
    """Exactly one draft, overdue or not."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.stop_bot()
    scene.stage.clock.jump(scene.stage.settings().draft_delay * 2)

    scene.stage.start_bot()
    scene.stage.jump(hours=5)

    assert len(scene.revisions()) == 1
    assert len(scene.thread()) == 2


def test_messages_while_the_bot_was_down_are_in_the_draft(scene: Scene) -> None:
    """History is the record, events only make it cheap."""
    scene.start()
    scene.stage.slack.faults.lose_events(20)
    scene.talk()
    scene.stage.slack.faults.clear()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.jump(hours=2)

    assert "3,120" in json.dumps(scene.revision().draft.model_dump(mode="json"))


def test_draft_now_does_not_wait(scene: Scene) -> None:
    """`/postmortem draft` brings it forward; no second one comes at T+2h."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))

    scene.command(scene.maya, "draft")
    assert len(scene.revisions()) == 1
    scene.stage.jump(hours=3)
    assert len(scene.revisions()) == 1


def test_approving_publishes_the_files_and_says_where(scene: Scene) -> None:
    """Markdown and HTML exist; the thread names them; the card says who approved."""
    scene.drafted()

    scene.press(scene.ben, Action.APPROVE)

    names = sorted(path.name for path in (scene.stage.folder / "postmortems").iterdir())
    assert [name.rpartition(".")[2] for name in names] == ["html", "md"]
    assert all(name.startswith("INC-1-checkout-is-down") for name in names)
    assert "INC-1-checkout-is-down" in shown(scene.thread()[-1])
    assert "Ben Okafor" in shown(scene.thread()[0])
    assert not scene.offers(Action.APPROVE)


def test_an_edit_by_reply_is_a_new_revision_with_its_diff(scene: Scene) -> None:
    """The answer is short, says what changed and offers Undo."""
    scene.drafted()

    scene.reply(
        scene.priya, "summary: Checkout answered 502 for all customers until the rollback to v2.13.2."
    )

    assert [one.number for one in scene.revisions()] == [1, 2]
    answer = shown(scene.thread()[-1])
    assert "until the rollback to v2.13.2" in answer
    assert Action.UNDO.value in answer
    assert "until the rollback to v2.13.2" in shown(scene.thread()[0])


def test_undo_takes_the_edit_back(scene: Scene) -> None:
    """As one more revision; nothing is lost."""
    scene.drafted()
    scene.reply(scene.priya, "summary: All was fine.")

    scene.press(scene.ben, Action.UNDO)

    first, _, third = scene.revisions()
    assert third.draft == first.draft


def test_a_timeline_reply_is_read_in_the_authors_zone_and_echoed_in_utc(scene: Scene) -> None:
    """11:05 in Stockholm is 10:05 UTC."""
    scene.drafted()

    scene.reply(scene.maya, "timeline: 11:05 Failover to the second region started")

    entry = next(one for one in scene.revision().draft.timeline if "Failover" in one.text)
    assert (entry.at.hour, entry.at.minute) == (10, 5)
    assert "2026-03-02 10:05 UTC" in shown(scene.thread()[-1])


def test_an_action_reply_names_its_owner_without_pinging(scene: Scene) -> None:
    """The owner shows by name; the fixture checks that nobody is pinged."""
    scene.drafted()

    scene.reply(scene.maya, f"action: Load-test retries <@{scene.ben.id}> by 2026-12-01")

    item = scene.revision().draft.action_items[-1]
    assert (item.text, item.owner, str(item.due)) == ("Load-test retries", "Ben Okafor", "2026-12-01")


@pytest.mark.parametrize(
    "talk",
    ["approve the PR please", "Who wrote the summary: it is wrong", "remove that alert", "LGTM, thanks"],
)
def test_talk_in_the_thread_changes_nothing_and_is_kept(scene: Scene, talk: str) -> None:
    """Replies that merely look like forms are review comments."""
    scene.drafted()
    before = len(scene.thread())

    scene.reply(scene.priya, talk)

    assert scene.status() is Status.IN_REVIEW
    assert len(scene.revisions()) == 1
    assert len(scene.thread()) == before
    incident = scene.incident()
    with scene.stage.bot.world.storage.begin() as records:
        (kept,) = records.reviews.of(incident.id)
    assert (kept.decision, kept.text) == (Decision.COMMENTED, talk)


def test_forms_before_the_draft_are_only_talk(scene: Scene) -> None:
    """They count from the moment there is something to edit."""
    scene.start()
    scene.talk()
    card = scene.with_button(Action.RESOLVE)
    scene.ben.say(scene.channel, "approve", thread=card)
    scene.react(scene.maya, card)
    scene.stage.jump(hours=2)

    assert scene.status() is Status.IN_REVIEW
    assert len(scene.revisions()) == 1


def test_approve_as_a_reply_approves_what_was_shown(scene: Scene) -> None:
    """The whole message is the word."""
    scene.drafted()

    scene.reply(scene.priya, "approve")

    assert scene.status() is Status.PUBLISHED


def test_an_edit_voids_an_approval(scene: Scene) -> None:
    """An approved postmortem can be corrected: a new revision to approve."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)

    scene.press(scene.maya, Action.EDIT)
    scene.maya.submit(scene.maya.views[-1], {"impact": "3,120 orders failed for good."})
    scene.stage.settle()

    assert scene.status() is Status.IN_REVIEW
    assert scene.offers(Action.APPROVE)
    scene.press(scene.ben, Action.APPROVE)
    document = next((scene.stage.folder / "postmortems").glob("*.md")).read_text()
    assert "3,120 orders failed for good." in document


def test_approving_a_stale_revision_is_refused(scene: Scene) -> None:
    """The button names the revision the person was looking at."""
    scene.drafted()
    stale = reference(scene.incident(), 1)
    scene.reply(scene.priya, "impact: Nobody knows.")

    scene.forge(scene.ben, Action.APPROVE, stale)

    assert scene.status() is Status.IN_REVIEW
    assert "Revision 2 has come" in scene.whispered(scene.ben)


def test_the_modal_edits_several_sections_as_one_revision(scene: Scene) -> None:
    """Prefilled, saved once."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)

    scene.ben.submit(
        scene.ben.views[-1], {"impact": "All orders failed.", "lucky": "It was a quiet morning."}
    )
    scene.stage.settle()

    assert len(scene.revisions()) == 2
    draft = scene.revision().draft
    assert (draft.impact[0].text, draft.lessons.lucky[0].text) == (
        "All orders failed.",
        "It was a quiet morning.",
    )


def test_two_editors_of_different_sections_both_keep_their_text(scene: Scene) -> None:
    """Both opened revision 1; both save."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    scene.press(scene.maya, Action.EDIT)

    scene.ben.submit(scene.ben.views[-1], {"impact": "All orders failed."})
    scene.maya.submit(scene.maya.views[-1], {"lucky": "It was a quiet morning."})
    scene.stage.settle()

    draft = scene.revision().draft
    assert (draft.impact[0].text, draft.lessons.lucky[0].text) == (
        "All orders failed.",
        "It was a quiet morning.",
    )
    told = json.dumps(scene.maya.views[-1].blocks)
    assert "Ben Okafor saved revision 2 while you were writing. Nothing was overwritten." in told
    assert "Theirs stays: Impact." in told
    assert "Yours is in: Where we got lucky. Together they are revision 3." in told


def test_a_window_that_brings_nothing_new_says_what_others_saved(scene: Scene) -> None:
    """Both typed the same: there is one revision, and the second one hears why."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    scene.press(scene.maya, Action.EDIT)
    scene.ben.submit(scene.ben.views[-1], {"impact": "All orders failed."})
    scene.maya.submit(scene.maya.views[-1], {"impact": "All orders failed."})
    scene.stage.settle()
    assert "nothing left to save" in json.dumps(scene.maya.views[-1].blocks)


def test_citations_alone_can_be_edited(scene: Scene) -> None:
    """The words stay, what they rest on is another message."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    first = scene.revision().draft.resolution[0]
    other = next(label for label in range(1, 7) if label not in first.evidence)
    scene.ben.submit(scene.ben.views[-1], {"resolution": f"{first.text} [{other}]"})
    scene.stage.settle()
    claim = scene.revision().draft.resolution[0]
    assert claim.text == first.text
    assert other in claim.evidence
    assert not set(first.evidence) & set(claim.evidence)


def test_a_window_in_which_nobody_was_quicker_just_closes(scene: Scene) -> None:
    """Nothing to read where there is nothing to tell."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    scene.ben.submit(scene.ben.views[-1], {"impact": "All orders failed."})
    assert list(scene.ben.views) == []


def test_two_editors_of_the_same_section_see_both_texts_and_lose_none(scene: Scene) -> None:
    """The second one's window stays open with their text in it and the other's above."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    scene.press(scene.maya, Action.EDIT)
    scene.ben.submit(scene.ben.views[-1], {"impact": "All orders failed."})

    scene.maya.submit(scene.maya.views[-1], {"impact": "Half of the orders failed."})
    scene.stage.settle()

    assert scene.revision().draft.impact[0].text == "All orders failed."
    window = json.dumps(scene.maya.views[-1].blocks)
    assert "All orders failed." in window
    assert "Half of the orders failed." in window
    scene.maya.submit(scene.maya.views[-1], {"impact": "Half of the orders failed."})
    scene.stage.settle()
    assert scene.revision().draft.impact[0].text == "Half of the orders failed."
    assert "All orders failed." in text_of(scene.revisions()[1].draft, "impact")


def test_a_conflict_keeps_everything_the_second_editor_typed(scene: Scene) -> None:
    """Their other sections too; and what they never touched is not turned back by saving again."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    scene.press(scene.maya, Action.EDIT)
    scene.ben.submit(scene.ben.views[-1], {"impact": "All orders failed.", "title": "Checkout outage"})

    typed = {"impact": "Half of the orders failed.", "lucky": "It was a quiet morning."}
    scene.maya.submit(scene.maya.views[-1], typed)
    window = scene.maya.views[-1]
    assert "Ben Okafor saved revision 2" in json.dumps(window.blocks)
    assert "title" not in {block.get("block_id") for block in window.blocks}
    scene.maya.submit(window, {"impact": "Half of the orders failed."})
    scene.stage.settle()

    draft = scene.revision().draft
    assert (draft.title, draft.impact[0].text) == ("Checkout outage", "Half of the orders failed.")
    assert draft.lessons.lucky[0].text == "It was a quiet morning."


def test_one_section_picked_opens_alone(scene: Scene) -> None:
    """From the card and from the document; saved as one revision, its author's words as evidence."""
    scene.drafted()
    incident = scene.incident()
    card, document = scene.thread()[:2]
    for message in (card, document):
        scene.ben.press(message, Action.EDIT_SECTION.value, f"{incident.id}.1.impact")
        assert [one["block_id"] for one in scene.ben.views[-1].blocks if one["type"] == "input"] == ["impact"]

    scene.ben.submit(scene.ben.views[-1], {"impact": "All orders failed."})
    scene.stage.settle()

    assert scene.revision().draft.impact[0].text == "All orders failed."
    assert len(scene.revisions()) == 2


def test_a_section_picked_from_a_forged_entry_opens_nothing(scene: Scene) -> None:
    """Ids are looked up, sections known, and outsiders get nothing."""
    scene.drafted()
    card = scene.thread()[0]
    outsider = scene.stage.slack.person("outsider")
    for who, value in ((scene.ben, "999.1.impact"), (scene.ben, "1.1.secrets"), (outsider, "1.1.impact")):
        for block in card.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == Action.EDIT_SECTION.value:
                    element["options"][0]["value"] = value
        who.press(card, Action.EDIT_SECTION.value, value)
        assert who.views == []


def test_what_people_wrote_survives_the_second_redraft_too(scene: Scene) -> None:
    """A redraft's own revision is no licence to forget what it kept."""
    scene.drafted()
    scene.reply(scene.priya, "summary: Written by a person.")

    for _ in range(2):
        scene.command(scene.ben, "draft")

    assert len(scene.revisions()) == 4
    assert scene.revision().draft.summary[0].text == "Written by a person."


def test_a_line_that_cannot_be_read_stays_in_the_window(scene: Scene) -> None:
    """The person's text is not lost, and they are told what a line looks like."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)

    scene.ben.submit(scene.ben.views[-1], {"timeline": "Something happened at some time"})

    assert "no time" in json.dumps(scene.ben.views[-1].errors)
    assert len(scene.revisions()) == 1


def test_discarding_asks_why_and_can_be_taken_back(scene: Scene) -> None:
    """Discarded, then restored, with every revision."""
    scene.drafted()
    scene.press(scene.ben, Action.DISCARD)
    scene.ben.submit(scene.ben.views[-1], {"reason": "A duplicate."})
    scene.stage.settle()
    assert scene.status() is Status.DISCARDED

    scene.press(scene.maya, Action.RESTORE)

    assert scene.status() is Status.IN_REVIEW
    assert scene.offers(Action.APPROVE)


def test_a_redraft_keeps_what_people_edited(scene: Scene) -> None:
    """The summary a person wrote stands; late talk comes in."""
    scene.drafted()
    scene.reply(scene.priya, "summary: Written by a person.")
    scene.stage.jump(minutes=1)
    scene.ben.say(scene.channel, "We will add a limit on retries by Friday.")

    scene.redraft(scene.ben)

    draft = scene.revision().draft
    assert len(scene.revisions()) == 3
    assert draft.summary[0].text == "Written by a person."
    assert any("limit on retries" in item.text for item in draft.action_items)
    assert len([one for one in scene.thread() if Action.APPROVE.value in json.dumps(one.blocks)]) == 1


def test_a_taken_away_reaction_after_the_draft_does_not_reopen(scene: Scene) -> None:
    """Only an explicit Reopen does."""
    scene.start()
    scene.talk()
    card = scene.with_button(Action.RESOLVE)
    scene.react(scene.maya, card)
    scene.stage.jump(hours=2)

    scene.maya.unreact(card, CHECK)
    scene.stage.settle()

    assert scene.status() is Status.IN_REVIEW
    assert "Reopen" in scene.whispered(scene.maya)


def test_reopening_after_the_draft_keeps_all_edits(scene: Scene) -> None:
    """Reopened, resolved again: the next draft keeps what people wrote, on a new card."""
    scene.drafted()
    scene.reply(scene.priya, "summary: Written by a person.")
    scene.press(scene.maya, Action.REOPEN)
    assert scene.status() is Status.OPEN
    assert not scene.offers(Action.APPROVE)
    scene.ben.say(scene.channel, "It broke again: the replica is out of disk.")

    scene.command(scene.maya, "resolve")
    scene.stage.jump(hours=2)

    assert scene.status() is Status.IN_REVIEW
    assert scene.revision().draft.summary[0].text == "Written by a person."
    assert scene.offers(Action.APPROVE)


def test_unpublishing_takes_the_files_back(scene: Scene) -> None:
    """The postmortem goes back into review."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)

    scene.press(scene.maya, Action.UNPUBLISH)

    assert scene.status() is Status.IN_REVIEW
    assert list((scene.stage.folder / "postmortems").iterdir()) == []


def test_a_guests_approval_is_refused(scene: Scene) -> None:
    """By button and by reply."""
    scene.drafted()
    guest = scene.stage.slack.person("guest", guest=True)
    guest.join(scene.channel)

    scene.press(guest, Action.APPROVE)
    assert "Guests" in scene.whispered(guest)
    scene.reply(guest, "approve")

    assert scene.status() is Status.IN_REVIEW


def test_somebody_of_another_company_cannot_approve(scene: Scene) -> None:
    """Shared channels bring strangers."""
    scene.drafted()
    stranger = scene.stage.slack.person("stranger", external=True)
    stranger.join(scene.channel)

    scene.press(stranger, Action.APPROVE)

    assert scene.status() is Status.IN_REVIEW
    assert "other companies" in scene.whispered(stranger)


def test_somebody_outside_the_channel_cannot_approve(scene: Scene) -> None:
    """Membership is asked of Slack when the button is pressed."""
    scene.drafted()
    scene.ben.leave(scene.channel)

    scene.press(scene.ben, Action.APPROVE)

    assert scene.status() is Status.IN_REVIEW


def test_a_forged_button_is_refused(scene: Scene) -> None:
    """Ids in values are looked up."""
    scene.drafted()
    for value in ('{"incident": 999, "revision": 1}', "not json", '{"incident": "1; drop table"}', "[]"):
        scene.forge(scene.ben, Action.APPROVE, value)

    assert scene.status() is Status.IN_REVIEW


def test_search_finds_the_published_postmortem(scene: Scene) -> None:
    """With its key and the matching words."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)

    answer = scene.command(scene.priya, "search leaking connections")

    assert "INC-1" in answer
    assert "unreviewed" not in answer


def test_what_is_not_approved_is_labelled_unreviewed(scene: Scene) -> None:
    """Found, and said to be a draft."""
    scene.drafted()

    assert "unreviewed" in scene.command(scene.priya, "search connections")


@pytest.mark.parametrize(
    "words", ['"', "AND OR NOT (", "😀", "x" * 5000, "* ^ : -", "'; drop table incidents; --"]
)
def test_odd_searches_find_nothing_and_fail_nothing(scene: Scene, words: str) -> None:
    """Quotes, operators, emoji, 5,000 characters."""
    scene.drafted()

    assert "Nothing found" in scene.command(scene.priya, f"search {words}")


def test_show_opens_the_document(scene: Scene) -> None:
    """In a window, for whoever may see it."""
    scene.drafted()

    scene.command(scene.priya, "show INC-1")

    assert "Checkout" in json.dumps(scene.priya.views[-1].blocks)


def test_a_private_incident_is_invisible_to_an_outsider(stage: Stage, scene: Scene) -> None:
    """Not listed, not found, not shown, its existence not admitted; members see it."""
    secret = stage.slack.channel("incident-merger", members=[scene.maya], private=True)
    scene.maya.invite_bot(secret)
    stage.settle()
    scene.command(scene.maya, "start Merger data leaked", channel=secret)
    scene.maya.say(secret, "The merger documents are public since 09:00.")
    scene.command(scene.maya, "resolve", channel=secret)
    stage.jump(hours=2)

    for words in ("list", "search merger", "show PRV-1", "status PRV-1", "resolve PRV-1", "draft PRV-1"):
        answer = scene.command(scene.ben, words)
        assert "erger data" not in answer
    secret_answer, no_such = (scene.command(scene.ben, f"show {key}") for key in ("PRV-1", "PRV-9"))
    assert secret_answer.splitlines()[0] == no_such.splitlines()[0].replace("PRV-9", "PRV-1")
    assert "PRV-1" in scene.command(scene.maya, "list", channel=secret)
    assert "Merger data leaked" in scene.command(scene.maya, "search merger", channel=secret)


def test_a_private_incident_is_published_to_nobody_by_default(stage: Stage, scene: Scene) -> None:
    """Approved, it stays in its channel: no file is written."""
    secret = stage.slack.channel("incident-merger", members=[scene.maya], private=True)
    scene.maya.invite_bot(secret)
    stage.settle()
    scene.command(scene.maya, "start Merger data leaked", channel=secret)
    scene.maya.say(secret, "The documents are public since 09:00.")
    scene.command(scene.maya, "resolve", channel=secret)
    stage.jump(hours=2)
    card = next(one for one in secret.messages if Action.APPROVE.value in json.dumps(one.blocks))

    scene.maya.press(card, Action.APPROVE.value)
    stage.settle()

    assert scene.status() is Status.PUBLISHED
    assert list(Path(stage.folder / "postmortems").glob("*")) == []


def test_a_secret_in_the_chat_reaches_neither_database_nor_draft(scene: Scene) -> None:
    """Masked before it is stored, the same placeholder each time."""
    scene.start()
    scene.maya.say(scene.channel, "Logging in with password=Sommer-2026-Regen now, checkout is down.")
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.jump(hours=2)
    scene.press(scene.ben, Action.APPROVE)
    scene.stage.stop_bot()

    for path in scene.stage.folder.rglob("*"):
        if path.is_file():
            assert b"Sommer-2026-Regen" not in path.read_bytes(), path


def test_a_deleted_message_leaves_no_text_behind(scene: Scene) -> None:
    """Erased from the archive and the evidence; the card says a cited message is gone."""
    scene.start()
    said = scene.maya.say(scene.channel, "Checkout answers 502 for all customers, ticket 4711.")
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.jump(hours=2)

    scene.maya.delete(said)
    scene.stage.settle()

    incident = scene.incident()
    with scene.stage.bot.world.storage.begin() as records:
        evidence = records.evidence.of(incident.id)
    assert not [item for item in evidence if "4711" in item.text]


def test_when_the_thread_is_gone_the_draft_still_arrives(scene: Scene) -> None:
    """The card was deleted: a new one is posted instead of a stray reply."""
    scene.start()
    scene.talk()
    card = scene.with_button(Action.RESOLVE)
    scene.react(scene.maya, card)
    with scene.stage.slack.workspace.lock:
        scene.channel.messages.remove(card)

    scene.stage.jump(hours=2)

    assert scene.offers(Action.APPROVE)
    assert scene.thread()


def test_when_the_channel_is_archived_the_draft_goes_to_the_owner(scene: Scene) -> None:
    """Archiving ejects the bot; the transcript was safe at resolve time."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.channel.archive()

    scene.stage.jump(hours=2)

    direct = scene.maya.direct()
    assert any(Action.APPROVE.value in json.dumps(one.blocks) for one in direct.messages)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_a_lost_answer_posts_nothing_twice(scene: Scene, method: str) -> None:
    """Slack did it and the reply never came: the retry finds what is there."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.slack.faults.lose_answer(method, times=2)

    scene.stage.jump(hours=2)
    scene.stage.jump(minutes=10)

    assert len(scene.thread()) == 2
    assert len(scene.revisions()) == 1


def test_slack_being_away_delays_the_draft_and_loses_nothing(scene: Scene) -> None:
    """A storm of 500s and 429s, then it works."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.slack.faults.server_error("chat.postMessage", times=3)
    scene.stage.slack.faults.rate_limit("conversations.history", times=3, retry_after=30)

    scene.stage.jump(hours=2)
    for _ in range(6):
        scene.stage.jump(minutes=5)

    assert len(scene.thread()) == 2
