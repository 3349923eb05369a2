"""The Web API through a real WebClient."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.sandbox import Channel, NotPossible, Person, Sandbox
from tests.sandbox.conftest import Clock


def refused(call: object, **kwargs: object) -> str:
    """The error code of a call that must fail."""
    assert callable(call)
    with pytest.raises(SlackApiError) as caught:
        call(**kwargs)
    return str(caught.value.response["error"])


def next_cursor(page: SlackResponse) -> str:
    """Where the next page begins, or nothing."""
    metadata: dict[str, str] = page.get("response_metadata") or {}
    return metadata.get("next_cursor", "")


def test_history_pages_from_the_newest(client: WebClient, maya: Person, room: Channel) -> None:
    """History shows roots and broadcasts only, newest first, and its cursor leads to the end."""
    root = maya.say(room, "m0")
    maya.say(room, "hidden reply", thread=root)
    loud = maya.say(room, "loud reply", thread=root, broadcast=True)
    for number in range(1, 4):
        maya.say(room, f"m{number}")
    texts, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        page = client.conversations_history(channel=room.id, limit=2, cursor=cursor)
        texts += [message["text"] for message in page["messages"]]
        cursor = next_cursor(page)
        assert page["has_more"] == bool(cursor)
        pages += 1
    assert texts[:5] == ["m3", "m2", "m1", "loud reply", "m0"]
    shown = client.conversations_history(channel=room.id, latest=loud.ts, inclusive=True, limit=1)[
        "messages"
    ][0]
    assert (shown["subtype"], shown["thread_ts"], shown["root"]["ts"]) == (
        "thread_broadcast",
        root.ts,
        root.ts,
    )


def test_replies_repeat_the_parent_on_every_page(client: WebClient, maya: Person, room: Channel) -> None:
    """Replies come oldest first after their parent, which every page repeats with its counters."""
    root = maya.say(room, "root")
    sent = [maya.say(room, f"r{number}", thread=root).ts for number in range(5)]
    got, cursor, first = [], "", True
    while first or cursor:
        page = client.conversations_replies(channel=room.id, ts=root.ts, limit=2, cursor=cursor)
        assert (page["messages"][0]["ts"], page["messages"][0]["reply_count"]) == (root.ts, 5)
        got += [message["ts"] for message in page["messages"][1:]]
        cursor, first = next_cursor(page), False
    assert got == sent
    alone = client.conversations_replies(channel=room.id, ts=sent[2])["messages"]
    assert [(message["ts"], message["thread_ts"]) for message in alone] == [(sent[2], root.ts)]


def test_oldest_and_latest_exclude_their_own_ts(client: WebClient, maya: Person, room: Channel) -> None:
    """The bounds of history are exclusive unless asked otherwise."""
    first, second, third = (maya.say(room, text) for text in "abc")
    inner = client.conversations_history(channel=room.id, oldest=first.ts, latest=third.ts)["messages"]
    assert [message["ts"] for message in inner] == [second.ts]
    whole = client.conversations_history(channel=room.id, oldest=first.ts, latest=third.ts, inclusive=True)
    assert len(whole["messages"]) == 3


def test_membership_is_enforced(slack: Sandbox, client: WebClient, maya: Person) -> None:
    """A public channel must be joined; a private one does not exist for outsiders; archiving ejects."""
    public, private = (
        slack.channel("open", members=[maya]),
        slack.channel("shut", members=[maya], private=True),
    )
    assert refused(client.conversations_history, channel=public.id) == "not_in_channel"
    assert refused(client.chat_postMessage, channel=public.id, text="x") == "not_in_channel"
    assert refused(client.conversations_join, channel=private.id) == "channel_not_found"
    client.conversations_join(channel=public.id)
    client.chat_postMessage(channel=public.id, text="x")
    public.archive()
    assert refused(client.chat_postMessage, channel=public.id, text="x") == "is_archived"
    assert refused(client.conversations_history, channel=public.id) == "not_in_channel"
    assert refused(client.conversations_join, channel=public.id) == "is_archived"


def test_tokens_and_scopes_are_checked(
    slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """A wrong token and a missing scope are told apart, and the scopes are in a header."""
    assert refused(WebClient(token="xoxb-wrong", base_url=slack.url).auth_test) == "invalid_auth"
    assert "chat:write" in client.auth_test().headers["x-oauth-scopes"]
    slack.app.scopes.discard("reactions:write")
    message = maya.say(room, "x")
    with pytest.raises(SlackApiError) as caught:
        client.reactions_add(channel=room.id, timestamp=message.ts, name="eyes")
    assert (caught.value.response["error"], caught.value.response["needed"]) == (
        "missing_scope",
        "reactions:write",
    )
    assert refused(client.api_call, api_method="no.such") == "unknown_method"


def test_metadata_is_returned_on_request(client: WebClient, room: Channel) -> None:
    """Metadata of a message is read back only with include_all_metadata."""
    metadata = {"event_type": "job", "event_payload": {"key": "k1"}}
    sent = client.chat_postMessage(channel=room.id, text="x", metadata=metadata)
    plain = client.conversations_replies(channel=room.id, ts=sent["ts"])["messages"][0]
    full = client.conversations_replies(channel=room.id, ts=sent["ts"], include_all_metadata=True)[
        "messages"
    ][0]
    assert "metadata" not in plain
    assert full["metadata"] == metadata


def test_a_reply_to_a_deleted_parent_lands_in_the_channel(
    client: WebClient, maya: Person, room: Channel
) -> None:
    """Posting under a deleted message succeeds, in the channel itself."""
    parent = maya.say(room, "oops")
    maya.delete(parent)
    sent = client.chat_postMessage(channel=room.id, text="x", thread_ts=parent.ts)
    assert "thread_ts" not in sent["message"]
    assert maya.reads(room)[-1].ts == sent["ts"]


def test_a_deleted_root_with_replies_leaves_a_tombstone(
    client: WebClient, maya: Person, room: Channel
) -> None:
    """The replies stay readable under a tombstone."""
    root = maya.say(room, "root")
    maya.say(room, "reply", thread=root)
    maya.delete(root)
    shown = client.conversations_replies(channel=room.id, ts=root.ts)["messages"]
    assert [message.get("subtype") for message in shown] == ["tombstone", None]


def test_only_own_messages_can_be_updated(client: WebClient, maya: Person, room: Channel) -> None:
    """Another's message and a vanished one are refused with different errors."""
    theirs = maya.say(room, "mine")
    assert refused(client.chat_update, channel=room.id, ts=theirs.ts, text="x") == "cant_update_message"
    assert refused(client.chat_update, channel=room.id, ts="1.000001", text="x") == "message_not_found"
    own = client.chat_postMessage(channel=room.id, text="a", unfurl_links=False)
    client.chat_update(channel=room.id, ts=own["ts"], text="b")
    assert maya.reads(room)[-1].text == "b"


def test_an_update_keeps_what_it_does_not_name(client: WebClient, maya: Person, room: Channel) -> None:
    """New words alone leave the old blocks on show; an empty list takes them away."""
    blocks = [{"type": "divider", "block_id": "d"}]
    ts = client.chat_postMessage(channel=room.id, text="a", blocks=blocks)["ts"]
    client.chat_update(channel=room.id, ts=ts, text="b")
    assert maya.reads(room)[-1].blocks == blocks
    client.chat_update(channel=room.id, ts=ts, text="b", blocks=[])
    assert maya.reads(room)[-1].blocks == []


def test_reactions_are_added_once(client: WebClient, maya: Person, room: Channel) -> None:
    """Adding twice and removing what is not there are errors."""
    ts = maya.say(room, "x").ts
    client.reactions_add(channel=room.id, timestamp=ts, name="eyes")
    assert refused(client.reactions_add, channel=room.id, timestamp=ts, name="eyes") == "already_reacted"
    client.reactions_remove(channel=room.id, timestamp=ts, name="eyes")
    assert refused(client.reactions_remove, channel=room.id, timestamp=ts, name="eyes") == "no_reaction"


def test_ephemerals_reach_members_only(
    slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """An ephemeral is seen by its addressee, who must be in the channel."""
    stranger = slack.person("otto")
    client.chat_postEphemeral(channel=room.id, user=maya.id, text="psst")
    assert [note.text for note in maya.ephemerals(room)] == ["psst"]
    answer = refused(client.chat_postEphemeral, channel=room.id, user=stranger.id, text="x")
    assert answer == "user_not_in_channel"


def test_people_are_reached_directly(client: WebClient, maya: Person) -> None:
    """Posting to a user id opens the direct messages with that person."""
    sent = client.chat_postMessage(channel=maya.id, text="hello")
    assert sent["channel"] == client.conversations_open(users=maya.id)["channel"]["id"]
    assert [message.text for message in maya.reads(maya.direct())] == ["hello"]


def test_files_are_uploaded_in_three_steps(
    slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """files_upload_v2 ends in a message that carries the file."""
    client.files_upload_v2(channel=room.id, filename="p.md", content="# Postmortem", initial_comment="here")
    last = maya.reads(room)[-1]
    assert (last.text, last.files[0]["name"]) == ("here", "p.md")
    assert slack.workspace.uploads[last.files[0]["id"]] == b"# Postmortem"


def test_channels_are_listed_by_page(slack: Sandbox, client: WebClient, room: Channel) -> None:
    """A list of channels pages by cursor and says where the bot is a member."""
    slack.channel("other")
    first = client.conversations_list(limit=1)
    second = client.conversations_list(limit=1, cursor=first["response_metadata"]["next_cursor"])
    found = {c["name"]: c["is_member"] for page in (first, second) for c in page["channels"]}
    assert found == {"incident-checkout": True, "other": False}
    assert [c["id"] for c in client.users_conversations()["channels"]] == [room.id]
    assert refused(client.conversations_list, cursor="bogus") == "invalid_cursor"


def test_triggers_expire_and_work_once(client: WebClient, slack: Sandbox, maya: Person, clock: Clock) -> None:
    """A trigger id opens one modal within three seconds."""
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "x"},
        "blocks": [{"type": "divider"}],
    }
    tickets = maya.interactions.tickets
    late, good = tickets.trigger(maya.id), tickets.trigger(maya.id)
    opened = client.views_open(trigger_id=good, view=view)["view"]
    assert refused(client.views_open, trigger_id=good, view=view) == "exchanged_trigger_id"
    client.views_update(view_id=opened["id"], hash=opened["hash"], view=view)
    stale = refused(client.views_update, view_id=opened["id"], hash=opened["hash"], view=view)
    assert stale == "hash_conflict"
    clock.advance(4)
    assert refused(client.views_open, trigger_id=late, view=view) == "expired_trigger_id"


def test_permalinks_name_the_thread(client: WebClient, maya: Person, room: Channel) -> None:
    """The link to a reply carries its thread."""
    root = maya.say(room, "root")
    reply = maya.say(room, "reply", thread=root)
    link = client.chat_getPermalink(channel=room.id, message_ts=reply.ts)["permalink"]
    assert link.endswith(f"thread_ts={root.ts}&cid={room.id}")


def test_people_cannot_press_what_is_not_there(maya: Person, room: Channel) -> None:
    """A person is told when a message has no such button."""
    with pytest.raises(NotPossible, match="nothing to press"):
        maya.press(maya.say(room, "no buttons"), "approve")


def test_user_groups_and_profiles_are_read(slack: Sandbox, client: WebClient, maya: Person) -> None:
    """Groups resolve to people, and people to names and time zones."""
    group = slack.usergroup("oncall", members=[maya])
    assert client.usergroups_list()["usergroups"][0]["handle"] == "oncall"
    assert client.usergroups_users_list(usergroup=group)["users"] == [maya.id]
    user = client.users_info(user=maya.id)["user"]
    assert (user["profile"]["real_name"], user["tz"]) == ("Maya Lindqvist", "Europe/Stockholm")
    assert user["tz_offset"] == 7200
    assert refused(client.users_info, user="U404") == "user_not_found"


def test_pins_are_listed(client: WebClient, maya: Person, room: Channel) -> None:
    """What people pin can be read."""
    message = maya.say(room, "important")
    maya.pin(message)
    assert [item["message"]["ts"] for item in client.pins_list(channel=room.id)["items"]] == [message.ts]


def test_blocks_can_be_validated_without_posting(client: WebClient) -> None:
    """blocks.validate points at what is wrong."""
    with pytest.raises(SlackApiError) as caught:
        client.api_call("blocks.validate", json={"blocks": [{"type": "nonsense"}]})
    assert caught.value.response["errors"][0]["pointer"] == "/blocks/0/type"


def test_timestamps_are_unique_though_the_clock_stands(maya: Person, room: Channel) -> None:
    """Messages of one instant still have increasing timestamps."""
    sent = [maya.say(room, "x").ts for _ in range(3)]
    assert sent == sorted(set(sent))


def test_a_renamed_channel_keeps_its_id(client: WebClient, room: Channel) -> None:
    """Renaming and converting to private change what conversations.info says."""
    room.rename("incident-payments")
    room.make_private()
    shown = client.conversations_info(channel=room.id)["channel"]
    assert (shown["name"], shown["is_private"]) == ("incident-payments", True)
