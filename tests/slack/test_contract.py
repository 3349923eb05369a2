"""What the chat ports promise, kept by the double and by the adapter on (a stand-in for) Slack alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.domain.posting import Line
from bot.errors import ChatError, Retryable
from bot.ports import Home, Page, Place, Posted
from bot.sandbox.sandbox import Sandbox
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat
from tests.slack.worlds import FakeWorld, SlackWorld, World

HELLO, BYE = Line(text="hello"), Line(text="bye")


@pytest.fixture(params=["fake", "slack"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Each of the two."""
    clock = ManualClock()
    if request.param == "fake":
        yield FakeWorld(clock, FakeChat(clock))
        return
    with Sandbox(now=lambda: clock.now().timestamp()) as sandbox:
        yield SlackWorld(clock, sandbox)


def texts(page: Page) -> list[str]:
    """What a page says."""
    return [message.text for message in page.messages]


def everything(world: World, channel: str, *, cursor: str = "", limit: int = 200) -> Page:
    """A page of a channel without bounds in time."""
    return world.history.history(channel, oldest="0", latest="9999999999.000000", cursor=cursor, limit=limit)


# History


def test_history_is_newest_first_without_replies(world: World) -> None:
    """A channel's own messages and broadcasts come newest first; other replies do not come."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    root = world.say(channel, ada, "first")
    world.say(channel, ada, "only in the thread", thread=root)
    world.say(channel, ada, "told to all", thread=root, broadcast=True)
    world.say(channel, ada, "last")
    page = everything(world, channel)
    assert texts(page) == ["last", "told to all", "first"]
    assert [message.broadcast for message in page.messages] == [False, True, False]
    assert page.messages[-1].reply_count == 2
    assert page.next_cursor == ""


def test_history_includes_both_bounds(world: World) -> None:
    """Messages exactly at `oldest` and `latest` are part of the page."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    stamps = [world.say(channel, ada, str(number)) for number in range(5)]
    assert texts(world.history.history(channel, oldest=stamps[1], latest=stamps[3])) == ["3", "2", "1"]


def test_history_pages_give_every_message_once(world: World) -> None:
    """Following the cursor to its end reads everything exactly once."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    for number in range(7):
        world.say(channel, ada, str(number))
    seen, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        page = everything(world, channel, cursor=cursor, limit=3)
        seen += texts(page)
        cursor, pages = page.next_cursor, pages + 1
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    assert pages == 3


def test_replies_start_with_the_root_once(world: World) -> None:
    """A thread comes oldest first, with its root on the first page and nowhere else."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    root = world.say(channel, ada, "root")
    for number in range(5):
        world.say(channel, ada, str(number), thread=root)
    seen, cursor, first = [], "", True
    while first or cursor:
        page = world.history.replies(channel, root, cursor=cursor, limit=2)
        seen += texts(page)
        cursor, first = page.next_cursor, False
    assert seen == ["root", "0", "1", "2", "3", "4"]


def test_own_messages_are_counted_and_not_returned(world: World) -> None:
    """What the bot said is no part of a transcript, and the page says how much that was."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    world.say(channel, ada, "down")
    posted = world.poster.post("card:1", Place(channel_id=channel), HELLO)
    page = everything(world, channel)
    assert texts(page) == ["down"]
    assert page.skipped == {"messages of this bot": 1}
    assert world.history.find(channel, posted.ts) is None


def test_find_knows_roots_and_replies(world: World) -> None:
    """One message is found by its timestamp, a reply with the root it belongs to."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    lone = world.say(channel, ada, "lone")
    root = world.say(channel, ada, "root")
    reply = world.say(channel, ada, "reply", thread=root)
    second = world.say(channel, ada, "second", thread=root)
    found = [world.history.find(channel, ts) for ts in (lone, root, reply, second)]
    assert [(one.text, one.thread_ts) for one in found if one] == [
        ("lone", None),
        ("root", None),
        ("reply", root),
        ("second", root),
    ]


def test_find_does_not_return_a_neighbour(world: World) -> None:
    """Where there is no message of that timestamp there is none, whatever stands beside it."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    before = world.say(channel, ada, "before")
    gone = world.say(channel, ada, "gone")
    world.say(channel, ada, "after", thread=before)
    world.delete(channel, gone)
    assert world.history.find(channel, gone) is None


def test_existing_counts_own_messages_but_no_tombstones(world: World) -> None:
    """A card of ours is there; a deleted root is not, though its thread is."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    root = world.say(channel, ada, "root")
    reply = world.say(channel, ada, "reply", thread=root)
    own = world.poster.post("card:1", Place(channel_id=channel), HELLO).ts
    world.delete(channel, root)
    exists = [world.history.exists(channel, ts) for ts in (root, reply, own, "1763722800.000100")]
    assert exists == [False, True, True, False]


def test_a_deleted_root_is_a_tombstone(world: World) -> None:
    """The thread under a deleted message can still be read."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    root = world.say(channel, ada, "root")
    world.say(channel, ada, "reply", thread=root)
    world.delete(channel, root)
    messages = world.history.replies(channel, root).messages
    assert [(message.text, message.deleted) for message in messages] == [("", True), ("reply", False)]


def test_reactors_are_named_by_plain_emoji(world: World) -> None:
    """Skin tones of one emoji are one emoji, and nobody counts twice."""
    ada, bo = world.person("ada"), world.person("bo")
    channel = world.channel("incident-db", ada, bo)
    ts = world.say(channel, ada, "fixed")
    world.react(channel, ts, ada, "thumbsup")
    world.react(channel, ts, bo, "thumbsup::skin-tone-3")
    world.react(channel, ts, ada, "thumbsup::skin-tone-2")
    world.react(channel, ts, bo, "white_check_mark")
    assert world.history.reactors(channel, ts) == {"thumbsup": (ada, bo), "white_check_mark": (bo,)}


def test_reactors_of_a_missing_message_are_none(world: World) -> None:
    """A message that is gone has no reactions."""
    channel = world.channel("incident-db")
    assert world.history.reactors(channel, "1763722800.000100") == {}


def test_reading_needs_membership(world: World) -> None:
    """A channel the bot is not in, or was ejected from, cannot be read."""
    ada = world.person("ada")
    outside = world.channel("incident-db", ada, joined=False)
    archived = world.channel("incident-web", ada)
    world.archive(archived)
    for channel in (outside, archived):
        with pytest.raises(ChatError) as caught:
            everything(world, channel)
        assert caught.value.code == "not_in_channel"


# Directory


def test_identity_names_the_bot_and_its_scopes(world: World) -> None:
    """The bot knows its ids, its workspace's address and what it was granted."""
    identity = world.directory.identity()
    assert identity.team_id.startswith("T")
    assert identity.bot_user_id.startswith("U")
    assert identity.bot_id.startswith("B")
    assert identity.url.startswith("https://")
    assert {"chat:write", "files:write"} <= identity.scopes
    assert world.directory.admitted()


def test_people_are_told_apart(world: World) -> None:
    """Members, guests, strangers and unknown ids are what they are."""
    ada = world.directory.person(world.person("ada", tz="Europe/Paris"))
    assert (ada.handle, ada.tz, ada.is_guest, ada.is_external) == ("ada", "Europe/Paris", False, False)
    assert world.directory.person(world.person("gus", guest=True)).is_guest
    assert world.directory.person(world.person("eve", external=True)).is_external
    nobody = world.directory.person("U999999999")
    assert nobody.is_external
    assert nobody.names() == ()


def test_everyone_is_people_of_the_workspace(world: World) -> None:
    """Neither bots nor strangers are among them."""
    ada, gus = world.person("ada"), world.person("gus", guest=True)
    world.person("eve", external=True)
    assert {person.id for person in world.directory.everyone()} == {ada, gus}


def test_channels_leave_out_the_archived_and_the_hidden(world: World) -> None:
    """The bot sees public channels and the private ones it is in."""
    seen = {world.channel("incident-a"), world.channel("incident-b", joined=False)}
    seen.add(world.channel("incident-c", private=True))
    world.channel("incident-d", private=True, joined=False)
    world.archive(world.channel("incident-e"))
    assert {channel.id for channel in world.directory.channels()} == seen


def test_a_channel_is_described_as_it_is(world: World) -> None:
    """Name, privacy, membership and archival are read anew each time."""
    channel = world.channel("incident-a", private=True)
    found = world.directory.channel(channel)
    assert (found.name, found.is_private, found.is_member, found.is_archived) == (
        "incident-a",
        True,
        True,
        False,
    )
    assert found.created == world.clock.now()
    public = world.channel("incident-b")
    world.archive(public)
    assert world.directory.channel(public).is_archived
    assert not world.directory.channel(public).is_member


def test_a_hidden_channel_is_not_found(world: World) -> None:
    """A private channel without the bot is as if it did not exist."""
    hidden = world.channel("incident-a", private=True, joined=False)
    for ask in (world.directory.channel, world.directory.members, world.directory.join):
        with pytest.raises(ChatError) as caught:
            ask(hidden)
        assert caught.value.code == "channel_not_found"


def test_members_are_people_without_the_bot(world: World) -> None:
    """Who is in the channel now, the bot itself not counted."""
    ada, bo = world.person("ada"), world.person("bo")
    assert world.directory.members(world.channel("incident-a", ada, bo)) == {ada, bo}


def test_joining_twice_is_fine(world: World) -> None:
    """A public channel can be joined, and joined again."""
    channel = world.channel("incident-a", joined=False)
    world.directory.join(channel)
    world.directory.join(channel)
    assert world.directory.channel(channel).is_member


def test_an_archived_channel_cannot_be_joined(world: World) -> None:
    """Slack's reason comes through."""
    channel = world.channel("incident-a")
    world.archive(channel)
    with pytest.raises(ChatError) as caught:
        world.directory.join(channel)
    assert caught.value.code == "is_archived"


# Poster


def test_a_post_is_found_by_its_key(world: World) -> None:
    """In the channel and in a thread, by its own key only."""
    ada = world.person("ada")
    channel = world.channel("incident-a", ada)
    root = world.say(channel, ada, "root")
    since = world.clock.now()
    here, there = Place(channel_id=channel), Place(channel_id=channel, thread_ts=root)
    card = world.poster.post("card:1", here, HELLO)
    draft = world.poster.post("draft:1", there, HELLO)
    assert world.poster.posted("card:1", here, since=since) == card
    assert world.poster.posted("draft:1", there, since=since) == draft
    assert world.poster.posted("draft:2", there, since=since) is None
    assert world.poster.posted("draft:1", here, since=since) is None


def test_an_old_post_is_not_looked_for(world: World) -> None:
    """What stands there from well before the attempt is not taken for it."""
    channel = world.channel("incident-a")
    world.poster.post("card:1", Place(channel_id=channel), HELLO)
    world.clock.advance(hours=1)
    assert world.poster.posted("card:1", Place(channel_id=channel), since=world.clock.now()) is None


def test_a_lost_answer_is_found_again(world: World) -> None:
    """When Slack posted but the answer got lost, the message is there to be found, once."""
    ada = world.person("ada")
    channel = world.channel("incident-a", ada)
    place = Place(channel_id=channel)
    since = world.clock.now()
    world.lose_next_post()
    with pytest.raises(Retryable):
        world.poster.post("card:1", place, HELLO)
    found = world.poster.posted("card:1", place, since=since)
    assert found is not None
    assert everything(world, channel).skipped == {"messages of this bot": 1}


def test_a_rate_limit_says_how_long(world: World) -> None:
    """A 429 can be tried again after the seconds Slack names, and had no effect."""
    channel = world.channel("incident-a")
    world.limit_next_post(30)
    with pytest.raises(Retryable) as caught:
        world.poster.post("card:1", Place(channel_id=channel), HELLO)
    assert caught.value.retry_after == 30
    assert world.poster.posted("card:1", Place(channel_id=channel), since=world.clock.now()) is None


def test_a_reply_to_a_vanished_root_is_found(world: World) -> None:
    """Slack puts it in the channel then; the look-up goes there too."""
    ada = world.person("ada")
    channel = world.channel("incident-a", ada)
    root = world.say(channel, ada, "root")
    world.delete(channel, root)
    place = Place(channel_id=channel, thread_ts=root)
    posted = world.poster.post("draft:1", place, HELLO)
    assert world.poster.posted("draft:1", place, since=world.clock.now()) == posted


def test_an_update_keeps_the_key(world: World) -> None:
    """New content, same message."""
    channel = world.channel("incident-a")
    place = Place(channel_id=channel)
    posted = world.poster.post("card:1", place, HELLO)
    world.poster.update(posted, BYE)
    assert world.poster.posted("card:1", place, since=world.clock.now()) == posted


def test_only_own_messages_can_be_updated(world: World) -> None:
    """Somebody else's message is refused, a missing one too."""
    ada = world.person("ada")
    channel = world.channel("incident-a", ada)
    posted = world.poster.post("card:1", Place(channel_id=channel), HELLO)
    theirs = posted.model_copy(update={"ts": world.say(channel, ada, "mine")})
    missing = posted.model_copy(update={"ts": "1763722800.000100"})
    codes = []
    for at in (theirs, missing):
        with pytest.raises(ChatError) as caught:
            world.poster.update(at, BYE)
        codes.append(caught.value.code)
    assert codes == ["cant_update_message", "message_not_found"]


def test_direct_messages_go_to_a_person(world: World) -> None:
    """A user id as the place means the conversation with them; it can be looked through."""
    place = Place(channel_id=world.person("ada"))
    posted = world.poster.post("dm:1", place, HELLO)
    assert posted.channel_id.startswith("D")
    assert world.poster.posted("dm:1", place, since=world.clock.now()) == posted


def test_posting_where_it_is_impossible_says_why(world: World) -> None:
    """Archived, left and unknown channels give Slack's own word."""
    archived, outside = world.channel("incident-a"), world.channel("incident-b", joined=False)
    world.archive(archived)
    codes = []
    for channel in (archived, outside, "C999999999"):
        with pytest.raises(ChatError) as caught:
            world.poster.post("card:1", Place(channel_id=channel), HELLO)
        codes.append(caught.value.code)
    assert codes == ["is_archived", "not_in_channel", "channel_not_found"]


def test_whispering_to_the_absent_is_no_error(world: World) -> None:
    """Nobody hears it, and nothing breaks."""
    ada, bo = world.person("ada"), world.person("bo")
    channel, archived = world.channel("incident-a", ada), world.channel("incident-b", ada)
    world.archive(archived)
    world.poster.whisper(Place(channel_id=channel), ada, HELLO)
    world.poster.whisper(Place(channel_id=channel), bo, HELLO)
    world.poster.whisper(Place(channel_id=archived), ada, HELLO)
    world.poster.whisper(Place(channel_id="C999999999"), ada, HELLO)


def test_a_home_is_drawn_for_whoever_it_is(world: World) -> None:
    """Empty, with a word about what they did, or for somebody who may see nothing of it; again and again."""
    ada = world.person("ada")
    for home in (Home(today=world.clock.now().date()), None):
        world.poster.show_home(ada, home)
        world.poster.show_home(ada, home, note="Done: add an alert.")


def test_a_file_is_attached_once(world: World) -> None:
    """Attaching the same file again leaves one."""
    ada = world.person("ada")
    channel = world.channel("incident-a", ada)
    place = Place(channel_id=channel, thread_ts=world.say(channel, ada, "root"))
    for _ in range(2):
        assert world.poster.attach("file:1", place, name="INC-1.md", title="Postmortem", content=b"# Down")
    page = world.history.replies(channel, place.thread_ts or "")
    assert texts(page) == ["root"]


def test_without_the_scope_no_file_is_attached(world: World) -> None:
    """The answer says so, and nothing is raised."""
    channel = world.channel("incident-a")
    world.withdraw_scope("files:write")
    place = Place(channel_id=channel)
    assert not world.poster.attach("file:1", place, name="INC-1.md", title="Postmortem", content=b"# Down")


def test_permalinks_lead_to_their_message(world: World) -> None:
    """Each message has an address of its own that names its channel."""
    channel = world.channel("incident-a")
    first = world.poster.post("a", Place(channel_id=channel), HELLO)
    second = world.poster.post("b", Place(channel_id=channel), HELLO)
    links = [world.poster.permalink(at) for at in (first, second)]
    assert len(set(links)) == 2
    assert all(link.startswith("https://") and f"/archives/{channel}/p" in link for link in links)


# Taking back


def test_a_retracted_message_is_gone(world: World) -> None:
    """Once; doing it again is fine."""
    channel = world.channel("incident-db")
    posted = world.poster.post("card:1", Place(channel_id=channel), HELLO)
    kept = world.poster.post("card:2", Place(channel_id=channel), HELLO)
    world.poster.retract(posted)
    world.poster.retract(posted)
    assert not world.history.exists(channel, posted.ts)
    assert world.history.exists(channel, kept.ts)


def test_what_others_said_cannot_be_retracted(world: World) -> None:
    """Slack refuses it."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    ts = world.say(channel, ada, "mine")
    with pytest.raises(ChatError) as refused:
        world.poster.retract(Posted(channel_id=channel, ts=ts))
    assert refused.value.code == "cant_delete_message"


def test_a_detached_file_is_gone(world: World) -> None:
    """By its name, in its thread; that there is none is fine."""
    ada = world.person("ada")
    channel = world.channel("incident-db", ada)
    place = Place(channel_id=channel, thread_ts=world.say(channel, ada, "root"))
    for name in ("INC-1-draft.md", "INC-2-draft.md"):
        assert world.poster.attach("key", place, name=name, title=name, content=b"text")
    world.poster.detach(place, name="INC-1-draft.md")
    world.poster.detach(place, name="INC-1-draft.md")
    assert world.files(channel) == ["INC-2-draft.md"]


def test_a_group_is_who_is_in_it_now(world: World) -> None:
    """By its handle, with or without the @; one that is not there is an error."""
    ada, ben = world.person("ada"), world.person("ben")
    world.group("reviewers", ada, ben)
    assert world.directory.group("reviewers") == {ada, ben}
    assert world.directory.group("@reviewers") == {ada, ben}
    with pytest.raises(ChatError) as refused:
        world.directory.group("nobody")
    assert refused.value.code == "no_such_subteam"
