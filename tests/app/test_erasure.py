"""What is deleted, forgotten, purged or uninstalled is gone: from the database, the files and Slack."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.domain.erasure import ERASED
from bot.domain.incident import Status
from bot.domain.job import JobState
from bot.domain.posting import Action
from bot.errors import ConfigError, Retryable
from bot.ports import Place
from bot.sandbox import Person
from bot.workflow import holding, retention
from tests.app.conftest import drafted_after_closing, make_scene
from tests.app.scene import Scene, shown

CAUSE = "v2.14.0 leaks database connections on every retry"


@pytest.fixture
def governed(tmp_path: Path) -> Iterator[Scene]:
    """A workspace in which Priya is an admin."""
    with Stage(tmp_path, admins="admins") as stage:
        scene = make_scene(stage)
        stage.slack.usergroup("admins", members=[scene.priya])
        yield scene
        assert stage.slack.rejections == []


def in_database(stage: Stage, text: str) -> list[str]:
    """The tables in which a text stands, those included that the full-text index is made of."""
    found = []
    with sqlite3.connect(stage.folder / "postmortem.db") as database:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'search_terms'"
        tables = [name for (name,) in database.execute(names)]
        for table in tables:
            rows = database.execute(f"SELECT * FROM {table}").fetchall()  # names from the schema
            if any(text in str(value) for row in rows for value in row):
                found.append(table)
    return found


def in_slack(scene: Scene, text: str) -> bool:
    """Whether the bot still says it anywhere."""
    channels = list(scene.stage.slack.workspace.channels.values())
    return any(
        text in shown(one) or text in json.dumps(one.files)
        for channel in channels
        for one in channel.messages
        if one.user == scene.stage.slack.app.bot_user_id
    )


def in_files(scene: Scene, text: str) -> bool:
    """Whether a published file says it."""
    folder = scene.stage.folder / "postmortems"
    return any(text in path.read_text() for path in folder.glob("*")) if folder.exists() else False


def forget(scene: Scene, who: Person, key: str = "INC-1", *, typed: str = "") -> None:
    """The command, the button, the window."""
    scene.command(who, f"forget {key}")
    who.press(who.ephemerals()[-1], Action.FORGET.value)
    who.submit(who.views[-1], {"key": typed or key})
    scene.stage.settle()


# Deleting a message


def test_a_deleted_message_leaves_no_trace_anywhere(scene: Scene) -> None:
    """After publication: database, index, files, cards and the document follow, and it says so."""
    scene.drafted()
    said = next(one for one in scene.channel.messages if CAUSE in one.text)
    scene.press(scene.ben, Action.APPROVE)
    assert in_files(scene, CAUSE)
    assert in_slack(scene, CAUSE)

    scene.maya.delete(said)
    scene.stage.settle()

    assert in_database(scene.stage, CAUSE) == []
    assert in_database(scene.stage, "leak") == []
    assert not in_files(scene, CAUSE)
    assert not in_slack(scene, CAUSE)
    assert in_files(scene, ERASED)
    assert in_files(scene, "cited message was deleted")
    assert scene.status() is Status.PUBLISHED
    assert "Nothing found" in scene.command(scene.priya, "search leaks")


def test_earlier_revisions_and_shown_edits_are_redacted_too(scene: Scene) -> None:
    """Every revision, and the lines an edit was shown to remove."""
    scene.drafted()
    said = next(one for one in scene.channel.messages if CAUSE in one.text)
    scene.reply(scene.priya, "root cause: A leak of connections.")
    assert in_slack(scene, CAUSE)

    scene.maya.delete(said)
    scene.stage.settle()

    assert not in_slack(scene, CAUSE)
    assert in_database(scene.stage, CAUSE) == []
    assert scene.revision().draft.root_cause.claims[0].text == "A leak of connections."


def test_a_title_taken_from_a_deleted_message_goes_with_it(scene: Scene) -> None:
    """A thread's incident is named after its first line."""
    root = scene.maya.say(scene.channel, "Invoices of customer Kessler show up twice")
    scene.ben.say(scene.channel, "The root cause is a retry without a key.", thread=root)
    scene.react(scene.ben, root)
    scene.stage.jump(hours=2)
    assert scene.incident().title == "Invoices of customer Kessler show up twice"
    scene.press(scene.ben, Action.APPROVE)

    scene.maya.delete(root)
    scene.stage.settle()

    assert scene.incident().title == "Checkout"
    assert in_database(scene.stage, "Kessler") == []
    assert not in_files(scene, "Kessler")
    assert not list((scene.stage.folder / "postmortems").glob("*kessler*"))
    assert not in_slack(scene, "Kessler")


@pytest.mark.parametrize("again", [False, True], ids=["reopened", "drafted again"])
def test_the_document_of_an_earlier_resolution_is_redacted_too(scene: Scene, *, again: bool) -> None:
    """It stays in the thread when the incident is reopened, and beside the next one's; so does its file."""
    scene.drafted()
    channel_id, thread_ts = scene.incident().review_place
    place, files = Place(channel_id=channel_id, thread_ts=thread_ts), scene.stage.slack.workspace.files
    poster = scene.stage.bot.world.poster
    poster.attach("file:1:g1", place, name="INC-1-draft.md", title="Draft", content=CAUSE.encode())
    scene.press(scene.ben, Action.REOPEN)
    if again:
        scene.command(scene.maya, "resolve")
        scene.stage.jump(hours=2)
        assert scene.incident().generation == 2
    assert in_slack(scene, CAUSE)

    scene.maya.delete(next(one for one in scene.channel.messages if CAUSE in one.text))
    scene.stage.settle()

    assert not in_slack(scene, CAUSE)
    assert "INC-1-draft.md" not in {file["name"] for file in files.values()}
    assert in_database(scene.stage, CAUSE) == []


def test_a_file_left_where_an_earlier_draft_stood_goes_too(tmp_path: Path) -> None:
    """The first draft went to the fallback channel, the second home: a deletion reaches both."""
    with Stage(tmp_path, fallback_channel="reviews") as stage:
        scene, reviews = drafted_after_closing(stage)
        files, poster = stage.slack.workspace.files, stage.bot.world.poster
        channel_id, thread_ts = scene.incident().review_place
        assert channel_id == reviews.id
        place = Place(channel_id=channel_id, thread_ts=thread_ts)
        scene.channel.unarchive()
        scene.maya.invite_bot(scene.channel)
        stage.settle()
        scene.command(scene.maya, "reopen INC-1")
        scene.command(scene.maya, "resolve")
        stage.jump(hours=2)
        poster.attach("file:1:g1", place, name="INC-1-draft.md", title="Draft", content=CAUSE.encode())

        scene.maya.delete(next(one for one in scene.channel.messages if CAUSE in one.text))
        stage.settle()

        assert not in_slack(scene, CAUSE)
        assert "INC-1-draft.md" not in {file["name"] for file in files.values()}


def test_what_a_reviewer_gave_to_the_document_stays(scene: Scene) -> None:
    """Deleting the reply tidies the thread; the sentence was accepted."""
    scene.drafted()
    reply = scene.reply(scene.priya, "impact: 3,120 orders failed for good.")

    scene.priya.delete(reply)
    scene.stage.settle()

    assert scene.revision().draft.impact[0].text == "3,120 orders failed for good."


def test_an_edit_keeps_only_the_newest_text(scene: Scene) -> None:
    """Of the earlier one a hash and a time."""
    scene.start()
    said = scene.maya.say(scene.channel, "Customer Kessler is affected.")
    scene.maya.edit(said, "A customer is affected.")
    scene.stage.settle()

    assert in_database(scene.stage, "Kessler") == []
    with scene.stage.bot.world.storage.read() as records:
        assert records.messages.versions("T0SANDBOX", scene.channel.id, said.ts) == 1


# Forgetting an incident


def test_forgetting_asks_twice_and_erases_everything(governed: Scene) -> None:
    """Transcript, drafts, index, files and posts; what remains is an audit line and the number."""
    governed.drafted()
    governed.reply(governed.ben, "impact: 3,120 orders failed for good.")
    governed.press(governed.ben, Action.APPROVE)
    incident = governed.incident()
    assert in_files(governed, CAUSE)

    forget(governed, governed.priya)

    assert in_database(governed.stage, CAUSE) == []
    assert in_database(governed.stage, "3,120") == []
    assert in_database(governed.stage, "heckout is down") == []
    assert in_database(governed.stage, "checkout-is-down") == []  # what its files were called
    assert not in_slack(governed, "INC-1 · ")
    assert not in_slack(governed, CAUSE)
    assert list((governed.stage.folder / "postmortems").iterdir()) == []
    assert "There is no incident INC-1" in governed.command(governed.maya, "show INC-1")
    with governed.stage.bot.world.storage.read() as records:
        lines = records.audit.of(incident.id)
    (line,) = [line for line in lines if line.action == "forgotten"]
    assert (line.actor, line.detail["key"]) == (governed.priya.id, "INC-1")
    assert governed.start("The next one").key == "INC-2"


def test_the_wrong_word_forgets_nothing(governed: Scene) -> None:
    """The number has to be typed."""
    governed.drafted()

    forget(governed, governed.priya, typed="INC-2")

    assert "That is not INC-1" in json.dumps(governed.priya.views[-1].errors)
    assert governed.status() is Status.IN_REVIEW


def test_what_slack_still_delivers_of_a_forgotten_incident_stays_out(governed: Scene) -> None:
    """A late edit of one of its messages changes nothing."""
    governed.drafted()
    said = next(one for one in governed.channel.messages if CAUSE in one.text)
    forget(governed, governed.priya)

    governed.maya.edit(said, f"Well: {CAUSE}.")
    governed.stage.settle()

    assert in_database(governed.stage, CAUSE) == []


def a_thread_of_its_own(scene: Scene) -> None:
    """INC-1 is the channel's; INC-2 a thread's in it, whose reply tells a cause no other message tells."""
    scene.start()
    root = scene.maya.say(scene.channel, "Invoices show up twice")
    scene.ben.say(scene.channel, "The root cause is a retry without a key.", thread=root)
    scene.maya.shortcut("pm_start_message", root)
    scene.talk()


def test_forgetting_spares_the_other_incidents_of_the_channel(governed: Scene) -> None:
    """A thread with an incident of its own keeps its transcript."""
    a_thread_of_its_own(governed)
    governed.stage.settle()

    forget(governed, governed.priya)

    assert in_database(governed.stage, "retry without a key") == ["messages"]
    assert [one.key for one in governed.incidents()] == ["INC-2"]


def test_forgetting_reaches_drafts_that_quote_the_same_messages(governed: Scene) -> None:
    """A thread was part of its channel's incident when that was drafted; it got one of its own later."""
    governed.start()
    root = governed.maya.say(governed.channel, "Invoices show up twice")
    governed.ben.say(governed.channel, "The root cause is a retry without a key.", thread=root)
    governed.talk()
    governed.command(governed.maya, "resolve")
    governed.stage.jump(hours=2)
    governed.maya.shortcut("pm_start_message", root)
    governed.stage.settle()
    assert governed.incident().key == "INC-2"
    assert "evidence" in in_database(governed.stage, "retry without a key")

    forget(governed, governed.priya, "INC-2")

    assert in_database(governed.stage, "retry without a key") == []
    assert not in_slack(governed, "retry without a key")
    assert in_slack(governed, CAUSE)


def test_posts_that_slack_will_not_let_go_at_once_are_tried_again(governed: Scene) -> None:
    """A storm of errors delays the clearing and loses nothing of it."""
    governed.drafted()
    governed.stage.slack.faults.server_error("chat.delete", times=2)
    governed.stage.slack.faults.rate_limit("chat.delete", times=1, retry_after=20)

    forget(governed, governed.priya)
    for _ in range(4):
        governed.stage.jump(minutes=2)

    assert not in_slack(governed, CAUSE)


# Legal hold


def test_a_hold_stops_forgetting_purging_and_erasing(governed: Scene) -> None:
    """A year later everything is there; after the hold it goes."""
    governed.drafted()
    governed.command(governed.priya, "hold INC-1")

    assert "legal hold" in governed.command(governed.priya, "forget INC-1")
    governed.stage.jump(days=400)
    assert retention.purge(governed.stage.bot.world) == 0
    assert "messages" in in_database(governed.stage, CAUSE)

    governed.command(governed.priya, "hold INC-1 off")
    assert retention.purge(governed.stage.bot.world) > 0
    governed.stage.settle()
    assert in_database(governed.stage, CAUSE) == []


def test_what_is_deleted_during_a_hold_is_sealed(governed: Scene) -> None:
    """Gone from everything that drafts, searches or shows; kept where nothing reads; gone with the hold."""
    governed.drafted()
    governed.command(governed.priya, "hold INC-1")
    said = next(one for one in governed.channel.messages if CAUSE in one.text)
    other = next(one for one in governed.channel.messages if "3,120" in one.text)

    governed.maya.delete(said)
    governed.maya.edit(other, "Works again.")
    governed.stage.settle()

    assert in_database(governed.stage, CAUSE) == ["sealed"]
    assert not in_slack(governed, CAUSE)
    incident = governed.incident()
    with governed.stage.bot.world.storage.read() as records:
        assert sorted(one.ts for one in records.vault.of(incident.id)) == sorted([said.ts, other.ts])
    governed.redraft(governed.ben)
    assert in_database(governed.stage, CAUSE) == ["sealed"]

    governed.command(governed.priya, "hold INC-1 off")
    assert in_database(governed.stage, CAUSE) == []


def test_a_hold_keeps_the_talk_under_a_draft_in_another_channel(tmp_path: Path) -> None:
    """Reviewed in the fallback channel: what is said there is not purged, and sealed when it is deleted."""
    with Stage(tmp_path, admins="admins", fallback_channel="reviews") as stage:
        scene, reviews = drafted_after_closing(stage)
        stage.slack.usergroup("admins", members=[scene.priya])
        card = next(one for one in reviews.messages if Action.APPROVE.value in json.dumps(one.blocks))
        scene.command(scene.priya, "hold INC-1", channel=reviews)
        for text in ("Ask the Kessler people", "Ask the Brandt people"):
            scene.maya.say(reviews, text, thread=card)
        scene.maya.say(reviews, "Lunch at Kessler's?")
        stage.settle()

        scene.maya.delete(next(one for one in reviews.messages if "Brandt" in one.text))
        stage.settle()
        assert in_database(stage, "Brandt") == ["sealed"]
        stage.clock.jump(timedelta(days=400))
        retention.purge(stage.bot.world)

        assert "messages" in in_database(stage, "Kessler people")
        assert in_database(stage, "Kessler's") == []


def test_forgetting_leaves_what_an_incident_on_hold_needs(governed: Scene) -> None:
    """A second card stands in the time of the one on hold; the talk under it belongs to both."""
    governed.drafted()
    first = governed.incident()
    governed.start("Orders hang")
    governed.command(governed.priya, "hold INC-2")
    card = governed.with_button(Action.RESOLVE)
    with governed.stage.bot.world.storage.begin() as records:
        now = records.incidents.get(first.id)
        assert now is not None
        place = {"review_channel_id": governed.channel.id, "review_ts": card.ts}
        records.incidents.replace(now.model_copy(update=place))
    governed.maya.say(governed.channel, "The Kessler orders hang", thread=card)
    governed.stage.settle()

    forget(governed, governed.priya)

    assert "messages" in in_database(governed.stage, "Kessler")
    assert in_database(governed.stage, CAUSE) == []


def test_a_hold_and_a_purge_tell_a_thread_from_its_channel(governed: Scene) -> None:
    """Two incidents of one channel, either on hold: the other's old messages go."""
    a_thread_of_its_own(governed)
    governed.command(governed.priya, "hold INC-2")
    governed.stage.clock.jump(timedelta(days=400))

    retention.purge(governed.stage.bot.world)
    assert in_database(governed.stage, "retry without a key") == ["messages"]
    assert in_database(governed.stage, CAUSE) == []

    governed.command(governed.priya, "hold INC-2 off")
    governed.command(governed.priya, "hold INC-1")
    retention.purge(governed.stage.bot.world)
    assert in_database(governed.stage, "retry without a key") == []


# Retention


def test_transcripts_are_purged_and_approved_postmortems_keep_their_quotes(scene: Scene) -> None:
    """One incident approved, one never: a year later only the first still quotes."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)
    other = scene.stage.slack.channel("incident-billing", members=[scene.maya, scene.ben])
    scene.stage.settle()
    scene.command(scene.maya, "start Invoices twice", channel=other)
    scene.stage.jump(minutes=1)
    scene.maya.say(other, "The root cause is a retry without a key.")
    scene.command(scene.maya, "resolve", channel=other)
    scene.stage.jump(hours=2)

    scene.stage.jump(days=364)
    assert retention.purge(scene.stage.bot.world) == 0
    scene.stage.jump(days=2)
    assert retention.purge(scene.stage.bot.world) > 0
    scene.stage.settle()

    assert "messages" not in in_database(scene.stage, CAUSE)
    assert "evidence" in in_database(scene.stage, CAUSE)
    assert in_files(scene, CAUSE)
    assert in_database(scene.stage, "retry without a key") == []


def test_what_is_purged_of_a_closed_channel_leaves_no_work_undone(scene: Scene) -> None:
    """Its thread takes no new picture any more; that is no failure to tell people of. What stands there
    follows once it is opened again."""
    scene.drafted()
    scene.channel.archive()
    scene.stage.jump(days=366)
    assert retention.purge(scene.stage.bot.world) > 0
    scene.stage.jump(minutes=20)
    with scene.stage.bot.world.storage.read() as records:
        assert records.jobs.listed(JobState.BURIED) == ()
    assert in_database(scene.stage, CAUSE) == []

    scene.channel.unarchive()
    scene.stage.jump(minutes=5)
    assert not any(CAUSE in shown(one) for one in scene.everything())


def test_a_title_taken_from_a_message_is_purged_with_it(scene: Scene) -> None:
    """A thread's incident is called after its root: a year later the card says so no more, unless its
    postmortem was approved. Until a hold is over, nothing changes."""
    root = scene.maya.say(scene.channel, "Invoices of Hooli are sent twice.")
    scene.stage.settle()
    scene.maya.shortcut("pm_start_message", root)
    scene.stage.settle()
    incident, world = scene.incident(), scene.stage.bot.world
    assert incident.title == root.text
    holding.hold(world, incident.id, scene.priya.id, on=True)
    scene.stage.jump(days=366)
    retention.purge(world)
    assert "Hooli" in scene.incident().title

    holding.hold(world, incident.id, scene.priya.id, on=False)
    retention.purge(world)
    scene.stage.jump(minutes=5)
    assert in_database(scene.stage, "Hooli") == []
    assert not any("Hooli" in shown(one) for one in scene.everything())


def test_what_belongs_to_no_incident_is_purged_too(scene: Scene) -> None:
    """Talk in a watched channel is kept no longer than any other."""
    scene.ben.say(scene.channel, "Lunch at the Kessler place?")
    scene.stage.settle()
    assert in_database(scene.stage, "Kessler") == ["messages"]

    scene.stage.jump(days=366)
    retention.purge(scene.stage.bot.world)

    assert in_database(scene.stage, "Kessler") == []


# Uninstalling


def test_uninstalling_stops_work_and_erases_after_two_weeks(scene: Scene) -> None:
    """What waits stays waiting; then the database is emptied but for the audit trail."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    world = scene.stage.bot.world
    scene.stage.slack.uninstall()
    scene.stage.settle()
    before = len(scene.stage.slack.calls)

    scene.stage.jump(hours=3)
    assert {call.method for call in scene.stage.slack.calls[before:]} == {"auth.test"}  # is it true?
    assert scene.revisions() == ()
    with world.storage.read() as records:
        assert records.workspaces.departure(world.team_id) is not None

    scene.stage.jump(days=13)
    assert in_database(scene.stage, CAUSE) == ["messages"]
    scene.stage.jump(days=1)
    assert in_database(scene.stage, CAUSE) == []
    assert scene.incidents() == ()
    assert "audit" in in_database(scene.stage, "workspace erased")


def test_installing_again_goes_on_where_it_was(scene: Scene) -> None:
    """A start with a token that works ends the departure: the draft comes."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.slack.uninstall()
    scene.stage.settle()
    scene.stage.stop_bot()
    scene.stage.slack.app.revoked = False

    scene.stage.clock.jump(timedelta(hours=3))
    scene.stage.start_bot()
    scene.stage.settle()

    assert scene.status() is Status.IN_REVIEW
    scene.stage.jump(days=20)
    assert scene.status() is Status.IN_REVIEW


def test_news_of_an_uninstallation_that_comes_after_the_next_installation_stops_nothing(
    scene: Scene,
) -> None:
    """Slack delivers late, and the token works: the work goes on, and nothing is erased two weeks later."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.slack.hold_events()
    scene.stage.slack.uninstall()
    scene.stage.stop_bot()
    scene.stage.slack.app.revoked = False
    scene.stage.start_bot()
    scene.stage.slack.release_events()
    scene.stage.settle()

    scene.stage.jump(minutes=1)
    scene.stage.jump(hours=2)
    assert scene.status() is Status.IN_REVIEW
    scene.stage.jump(days=15)
    assert "messages" in in_database(scene.stage, CAUSE)


def test_a_revoked_token_of_a_person_stops_nothing(scene: Scene) -> None:
    """Only the bot's own counts."""
    scene.stage.slack.events({"type": "tokens_revoked", "tokens": {"oauth": [scene.maya.id], "bot": []}})
    scene.stage.settle()
    scene.drafted()

    assert scene.status() is Status.IN_REVIEW


def test_erasing_outlasts_an_outage_of_slack(scene: Scene) -> None:
    """It falls due while Slack is away for two days: nothing is erased unasked, and all of it once Slack
    is back, a quarter of an hour later at most."""
    told_and_uninstalled(scene)
    scene.stage.slack.faults.server_error("auth.test", times=1_000)
    scene.stage.jump(days=14)
    for _ in range(2 * 24 * 4):
        scene.stage.jump(minutes=15)
    assert in_database(scene.stage, CAUSE) == ["messages"]

    scene.stage.slack.faults.clear()
    scene.stage.jump(minutes=15)
    assert in_database(scene.stage, CAUSE) == []


def test_erasing_that_was_given_up_is_made_up_for_by_night(scene: Scene) -> None:
    """Its job was cancelled; Slack is asked all the same whether it is true, and what is not due stays."""
    told_and_uninstalled(scene)
    world = scene.stage.bot.world
    with scene.stage.bot.database.begin() as records:
        for job in records.jobs.listed(JobState.WAITING):
            records.jobs.cancel_one(job.id, at=world.clock.now())
    scene.stage.clock.jump(timedelta(days=13))
    retention.erase_overdue(world)
    assert in_database(scene.stage, CAUSE) == ["messages"]

    scene.stage.clock.jump(timedelta(days=1))
    scene.stage.slack.faults.server_error("auth.test")
    with pytest.raises(Retryable):
        retention.erase_overdue(world)
    assert in_database(scene.stage, CAUSE) == ["messages"]
    retention.erase_overdue(world)
    assert in_database(scene.stage, CAUSE) == []


def told_and_uninstalled(scene: Scene) -> None:
    """An incident in which the cause was said; then the app was removed."""
    scene.start()
    scene.talk()
    scene.stage.slack.uninstall()
    scene.stage.settle()


def test_a_hold_outlives_the_uninstallation(governed: Scene) -> None:
    """Erasing spares what is on hold, and nothing else that was said in its channel."""
    governed.ben.say(governed.channel, "Lunch at the Kessler place?")
    governed.stage.jump(days=2)
    governed.drafted()
    governed.command(governed.priya, "hold INC-1")
    governed.stage.slack.uninstall()
    governed.stage.settle()

    governed.stage.jump(days=15)

    assert [one.key for one in governed.incidents()] == ["INC-1"]
    assert "messages" in in_database(governed.stage, CAUSE)
    assert in_database(governed.stage, "Kessler") == []


def test_a_start_with_a_refused_token_erases_what_is_overdue(scene: Scene) -> None:
    """Nobody was running when the time was over; the next start cannot connect, but it can erase."""
    scene.start()
    scene.talk()
    scene.stage.slack.uninstall()
    scene.stage.settle()
    scene.stage.stop_bot()
    scene.stage.clock.jump(timedelta(days=15))

    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        scene.stage.start_bot()

    assert in_database(scene.stage, CAUSE) == []


def test_the_attached_document_is_erased_with_the_incident(governed: Scene) -> None:
    """A draft too long for a message hangs in the thread as a file; a deletion reaches it too. Forgetting
    reaches the timeline's picture besides."""
    governed.drafted()
    channel_id, thread_ts = governed.incident().review_place
    place, files = Place(channel_id=channel_id, thread_ts=thread_ts), governed.stage.slack.workspace.files
    poster = governed.stage.bot.world.poster

    poster.attach("file:1:g1", place, name="INC-1-draft.md", title="Draft", content=CAUSE.encode())
    governed.maya.delete(next(one for one in governed.channel.messages if CAUSE in one.text))
    governed.stage.settle()
    assert [file["name"] for file in files.values()] == ["INC-1-timeline.png"]

    poster.attach("file:1:g1", place, name="INC-1-draft.md", title="Draft", content=CAUSE.encode())
    forget(governed, governed.priya)
    assert files == {}
