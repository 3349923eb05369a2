"""Slack payloads become readable messages, whatever they hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.transcript import Message
from bot.slack.decode import readable
from bot.slack.messages import UNREADABLE, Deletion, Skip, read, read_event

TS = "1763722800.000100"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=25,
)
FIELDS = """
type subtype ts text user bot_id blocks attachments files edited elements reactions thread_ts reply_count
fields title bot_profile message deleted_ts channel rows message_blocks is_share from_url timestamp style
indent topic
"""
KEYS = st.sampled_from(FIELDS.split())
PAYLOADS = st.dictionaries(
    KEYS, st.recursive(JSON, lambda inner: st.lists(st.dictionaries(KEYS, inner, max_size=5), max_size=3))
)


def payload(text: str = "", **fields: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U0ANN", "ts": TS, "text": text, **fields}


def message(text: str = "", **fields: Any) -> Message:
    result = read(payload(text, **fields), "C1")
    assert isinstance(result, Message), result
    return result


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<@U0ABC> can you look?", "@U0ABC can you look?"),
        ("<@U0ABC|ann.lee> can you look?", "@U0ABC can you look?"),
        ("see <#C0GEN|general>", "see #general"),
        ("see <#C0GEN>", "see #C0GEN"),
        ("<!subteam^S0ONCALL|@payments-oncall> please", "@payments-oncall please"),
        ("<!subteam^S0ONCALL> please", "@S0ONCALL please"),
        ("<!here> it is down", "@here it is down"),
        ("<!date^1763722800^{time}|noon in Paris>", "2025-11-21 11:00 UTC"),
        ("<!date^soon^{time}|noon>", "noon"),
        ("<https://x.test/a?b=1&amp;c=2|the graph>", "the graph (https://x.test/a?b=1&c=2)"),
        ("<https://x.test/>", "https://x.test/"),
        ("<http://x.test|x.test>", "http://x.test"),
        ("<mailto:ann@x.test|ann@x.test>", "ann@x.test"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt; stays", "&lt; stays"),
        ("&lt;@U0ABC&gt; as typed", "<@U0ABC> as typed"),
        ("it *broke* and _hurts_", "it broke and hurts"),
        ("`rm *tmp*` and snake_case_name", "`rm *tmp*` and snake_case_name"),
        ("```\n*kept* _as_ is\n```", "```\n*kept* _as_ is\n```"),
        (":fire: done", ":fire: done"),
        ("&gt; quoted", "> quoted"),
        ("zero\u200bwidth \x00nul \ud800half", "zerowidth nul half"),
    ],
)
def test_markup_becomes_what_a_person_reads(raw: str, shown: str) -> None:
    """Tokens, entities and emphasis read as they look in Slack."""
    assert readable(raw) == shown


def test_a_person_s_rich_text_is_not_read_twice() -> None:
    """A person's blocks repeat their text, so only the text counts."""
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "it *is* down"}},
    ]
    assert message("it *is* down", blocks=blocks).text == "it is down"


def test_rich_text_alone_is_read_in_full() -> None:
    """Quotes, lists, code, links, mentions and dates of a rich text block become lines."""
    elements = [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "user", "user_id": "U0BOB"},
                {"type": "text", "text": " see "},
                {"type": "link", "url": "https://x.test/1", "text": "graph"},
                {"type": "emoji", "name": "eyes"},
                {"type": "channel", "channel_id": "C9"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1763722800, "fallback": "noon"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "drain"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "restart"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a\nb"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x < y"}]},
    ]
    shown = message("", blocks=[{"type": "rich_text", "elements": elements}]).text
    assert shown == (
        "@U0BOB see graph (https://x.test/1):eyes:#C9@here2025-11-21 11:00 UTC\n"
        "1. drain\n2. restart\n> a\n> b\n```\nx < y\n```"
    )


def test_an_alert_speaks_through_blocks_and_attachments() -> None:
    """What an alert says in blocks and attachments is appended, without repeating its text."""
    result = message(
        "[FIRING] High latency",
        bot_id="B0DD",
        username="Datadog",
        subtype="bot_message",
        blocks=[
            {"type": "header", "text": {"type": "plain_text", "text": "High latency"}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "env:`prod`"}, {"type": "image"}]},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "*p99*\n4.2 s"}]},
            {"type": "actions", "elements": [{"type": "button", "text": {"text": "Acknowledge"}}]},
            {
                "type": "table",
                "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]],
            },
        ],
        attachments=[
            {
                "title": "Monitor",
                "title_link": "https://dd.test/1",
                "fields": [{"title": "Host", "value": "web-1"}],
            },
            {"fallback": "only a fallback"},
        ],
    )
    assert result.text.split("\n") == [
        "[FIRING] High latency",
        "env:`prod`",
        "p99",
        "4.2 s",
        "a | b",
        "Monitor (https://dd.test/1)",
        "Host: web-1",
        "only a fallback",
    ]
    assert (result.is_bot, result.author_id, result.author_name) == (True, "B0DD", "Datadog")


def test_a_forwarded_message_reads_as_a_quote_without_its_author_s_name() -> None:
    """Forwarded text is quoted; the author is a token, never a name."""
    forwarded = {
        "is_share": True,
        "author_id": "U0BOB",
        "author_name": "Bob Ray",
        "text": "db is &lt;slow&gt;",
    }
    assert message("fyi", attachments=[forwarded]).text == "fyi\nForwarded from @U0BOB:\n> db is <slow>"


def test_a_link_preview_gives_only_its_title() -> None:
    """A page's description was said by nobody in the channel."""
    preview = {"from_url": "https://x.test", "title": "Bug 7", "text": "a long story", "author_name": "bob"}
    assert message("https://x.test", attachments=[preview]).text == "https://x.test\n[link preview: Bug 7]"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"subtype": "channel_topic", "topic": "sev1 &amp; rising"}, "Channel topic set to: sev1 & rising"),
        ({"subtype": "channel_topic", "topic": ""}, "Channel topic cleared"),
        ({"subtype": "channel_purpose", "purpose": "checkout"}, "Channel purpose set to: checkout"),
        ({"subtype": "channel_name", "old_name": "a", "name": "b"}, "Channel renamed from #a to #b"),
        ({"subtype": "pinned_item", "text": "<@U0ANN> pinned a message"}, "@U0ANN pinned a message"),
        ({"subtype": "huddle_thread"}, "A huddle was held; what was said there is not known"),
        ({"subtype": "me_message", "text": "restarts it"}, "restarts it"),
    ],
)
def test_what_slack_records_is_a_readable_fact(fields: dict[str, Any], shown: str) -> None:
    """Topic, purpose, name, pins and huddles keep their subtype and read as sentences."""
    result = message(**fields)
    assert (result.text, result.subtype) == (shown, fields["subtype"])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"subtype": "channel_join"}, "people joining or leaving"),
        ({"subtype": "channel_archive"}, "channel housekeeping"),
        ({"bot_id": "B0ME"}, "messages of this bot"),
        ({"user": "U0ME"}, "messages of this bot"),
        ({"text": "  "}, "empty messages"),
        ({"ts": "yesterday"}, "unreadable"),
        ({"ts": 1763722800.1}, "unreadable"),
        ({"text": ["a"]}, "unreadable"),
        ({"subtype": {"a": 1}}, "unreadable"),
        ({"type": "reaction_added"}, "unreadable"),
        ({"is_ephemeral": True}, "messages only one person saw"),
    ],
)
def test_what_is_no_part_of_a_transcript_has_a_reason(fields: dict[str, Any], reason: str) -> None:
    """Each kind of skipped message is counted under words people understand."""
    given_payload = {**payload("x"), **fields}
    assert read(given_payload, "C1", own_bot_id="B0ME", own_user_id="U0ME") == Skip(reason)


def test_threads_files_reactions_and_edits_are_kept() -> None:
    """Roots have no thread_ts; replies, broadcasts, files, reactions and edits keep theirs."""
    root = message("x", thread_ts=TS, reply_count=3, edited={"user": "U0ANN", "ts": "1763722900.000000"})
    assert (root.thread_ts, root.reply_count, root.edited_ts) == (None, 3, "1763722900.000000")
    reply = message(
        "",
        subtype="thread_broadcast",
        thread_ts="1763722000.000000",
        files=[
            {"id": "F1", "name": "graph.png", "permalink": "https://x.test/F1"},
            {"mode": "tombstone"},
            {},
        ],
        reactions=[
            {"name": "thumbsup", "count": 1},
            {"name": "thumbsup::skin-tone-2", "count": 2},
            {"count": 1},
        ],
    )
    assert (reply.thread_ts, reply.broadcast) == ("1763722000.000000", True)
    assert [file.name for file in reply.files] == ["graph.png", "untitled file"]
    assert [(each.name, each.count) for each in reply.reactions] == [("thumbsup", 3)]


def test_a_tombstone_keeps_its_thread_but_no_text() -> None:
    """A deleted root with replies is a deleted message through which the thread is still found."""
    result = message("This message was deleted.", subtype="tombstone", user="USLACKBOT", reply_count=2)
    assert (result.deleted, result.text, result.author_id, result.reply_count) == (True, "", None, 2)


def test_events_say_whether_a_message_stands_changed_or_is_gone() -> None:
    """Changes carry the new message, deletions and tombstones only what is gone."""
    changed = {"type": "message", "subtype": "message_changed", "channel": "C1", "message": payload("new")}
    result = read_event(changed)
    assert isinstance(result, Message)
    assert result.text == "new"
    assert read_event({**payload("x"), "channel": "C1"}) == message("x")
    gone = Deletion("C1", TS)
    assert read_event({"subtype": "message_deleted", "channel": "C1", "deleted_ts": TS}) == gone
    assert read_event({**changed, "message": payload("", subtype="tombstone")}) == gone
    assert read_event({**changed, "message": "?"}) == UNREADABLE
    assert read_event(payload("x")) == UNREADABLE


@given(PAYLOADS, JSON)
def test_no_payload_makes_it_fail(fields: dict[str, Any], blocks: Any) -> None:
    """Arbitrary nested JSON is read or skipped, and what is read can be stored as UTF-8."""
    for item in (fields, {**payload("x"), **fields, "ts": TS}, {**payload("x"), "blocks": blocks}):
        for result in (read(item, "C1"), read_event({**item, "channel": "C1"})):
            assert isinstance(result, Message | Skip | Deletion)
            if isinstance(result, Message):
                assert "\x00" not in result.model_dump_json()


@given(st.text(alphabet="<>@#!|^&;ltampU0C1http:/* _`~\n", max_size=60))
def test_no_markup_makes_it_fail(text: str) -> None:
    """Broken markup stays readable text."""
    assert isinstance(readable(text), str)


def test_a_pinned_message_counts_as_marked() -> None:
    """Slack shows a pin as `pinned_to` in a channel's history; it weighs like a 📌 reaction."""
    message = read(
        {"type": "message", "ts": "1.1", "user": "U1", "text": "root cause", "pinned_to": ["C1"]}, "C1"
    )
    assert isinstance(message, Message)
    assert [each.name for each in message.reactions] == ["pushpin"]
