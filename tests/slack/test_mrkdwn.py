"""Foreign text reads the same and does nothing; lengths are kept without breaking what has a meaning."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import mrkdwn
from bot.slack.decode import unescape
from tests.slack.hostile import texts

# A formatted run as Slack draws it: a mark at a word's border, and its like at a later one.
FORMATTED = re.compile(r"(?<![^\W_])([*_~])(?=\S)[^\n]*?(?<=\S)\1(?![^\W_])|`")
LOOKS_LIKE = str.maketrans("∗ˍ∼ˋ", "*_~`")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a & b <c>", "a &amp; b &lt;c&gt;"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("db_pool and 2*3", "db_pool and 2*3"),
        ("SELECT * FROM t", "SELECT * FROM t"),
        ("*bold*", "∗bold∗"),
        ("__init__", "ˍˍinitˍˍ"),
        ("run `rm`", "run ˋrmˋ"),
        ("ping @here now", f"ping @{mrkdwn.ZERO_WIDTH}here now"),
        ("mail a@channel.example", f"mail a@{mrkdwn.ZERO_WIDTH}channel.example"),
        ("> no quote", "\u00ad&gt; no quote"),
        ("\x00ok\ud800\u202e", "ok"),
    ],
)
def test_escape_shows_what_was_said(said: str, shown: str) -> None:
    """Tokens, marks, quotes and broadcasts lose their effect; ordinary identifiers stay as they are."""
    assert mrkdwn.escape(said) == shown


@given(texts())
def test_escaped_text_has_no_effect(text: str) -> None:
    """No token, no formatting and no broadcast survives, whatever the text."""
    escaped = mrkdwn.escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert not FORMATTED.search(escaped)
    assert not re.search(r"@(channel|here|everyone)\b", escaped, re.IGNORECASE)


@given(texts())
def test_escaped_text_reads_the_same(text: str) -> None:
    """Decoding entities and look-alikes gives back what can be read of the original."""
    shown = unescape(mrkdwn.escape(text)).replace(mrkdwn.ZERO_WIDTH, "").replace("\u00ad", "")
    original = mrkdwn.clean(text).replace(mrkdwn.ZERO_WIDTH, "").replace("\u00ad", "")
    assert shown.translate(LOOKS_LIKE) == original.translate(LOOKS_LIKE)


@given(texts())
def test_plain_text_breaks_tokens(text: str) -> None:
    """A plain_text field keeps its characters but holds no token that somebody could parse."""
    assert not re.search(r"<[!@#]|\n|@(channel|here|everyone)\b", mrkdwn.plain(text), re.IGNORECASE)


@given(texts(), st.integers(2, 400))
def test_cut_keeps_the_limit_and_the_tokens(text: str, most: int) -> None:
    """A shortened text is within its limit and ends in no half entity and no half link."""
    source = mrkdwn.escape(text) + mrkdwn.link("evidence", "https://a.slack.com/p1")
    cut = mrkdwn.cut(source, most)
    assert mrkdwn.width(cut) <= most
    if most > 40:
        assert cut.count("<") == cut.count(">")
        assert not re.search(r"&(?!(amp|lt|gt);)", cut)


@given(texts(), st.integers(10, 200))
def test_pieces_lose_only_spaces(text: str, most: int) -> None:
    """Splitting keeps every part within the limit and drops nothing but the space it broke at."""
    pieces = list(mrkdwn.pieces(text, most))
    assert all(mrkdwn.width(piece) <= most for piece in pieces)
    assert re.sub(r"[ \n]", "", "".join(pieces)) == re.sub(r"[ \n]", "", text)


def test_a_long_text_breaks_between_words() -> None:
    """No word is torn where a space is near."""
    assert list(mrkdwn.pieces("alpha beta gamma", 11)) == ["alpha beta", "gamma"]


def test_width_counts_astral_characters_twice() -> None:
    """Lengths are in UTF-16 units."""
    assert mrkdwn.width("a🔥é") == 4


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/srv/x", "https://a b", "https://x|y", "https://x>"])
def test_only_http_addresses_become_links(url: str) -> None:
    """Anything else is its label."""
    assert mrkdwn.link("label", url) == "label"


def test_a_link_cannot_be_broken_out_of() -> None:
    """Its label is escaped and its ampersands are entities."""
    shown = mrkdwn.link("a|b>c", "https://a.slack.com/p?x=1&y=2")
    assert shown == "<https://a.slack.com/p?x=1&amp;y=2|a¦b&gt;c>"


def test_citations_are_linked_where_known() -> None:
    """A label without a permalink stays a bare number."""
    links = {1: "https://a.slack.com/p1"}
    assert mrkdwn.citations((1, 2), links) == "<https://a.slack.com/p1|[1]>[2]"
    assert mrkdwn.linked("Down [1] with [404]", links) == "Down <https://a.slack.com/p1|[1]> with [404]"


def test_matches_are_bold_even_inside_words() -> None:
    """A zero-width space makes the border that bold needs."""
    assert mrkdwn.highlighted("the \x02pool\x03 ran") == "the *pool* ran"
    assert mrkdwn.highlighted("data\x02base\x03s <!here>") == "data\u200b*base*\u200bs &lt;!here&gt;"


def test_pack_keeps_lines_in_order() -> None:
    """Lines are joined while they fit."""
    assert mrkdwn.pack(["aaaa", "bbbb", "cccc"], 9) == ["aaaa\nbbbb", "cccc"]
