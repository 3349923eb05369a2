"""Only what people can see, and only links to the web."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.text import clean, safe_link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.test",
        "http:",
        "",
        None,
        "http://[x",
    ],
)
def test_only_web_addresses_are_links(url: str | None) -> None:
    """Any other scheme gives no link at all."""
    assert safe_link(url) == ""


def test_a_permalink_stays_as_it_is() -> None:
    """Slack's own addresses need no encoding."""
    url = "https://acme.slack.com/archives/C1/p1?thread_ts=1.2&cid=C1"
    assert safe_link(url) == url


@given(st.text())
def test_a_link_cannot_end_early(tail: str) -> None:
    """Nothing that closes a link in Markdown or an attribute in HTML is left in one."""
    assert not set(safe_link(f"https://x.test/{tail}")) & set("<>\"'()[]`\\ \n\t|")


@given(st.text())
def test_clean_text_is_valid_utf8_with_plain_line_ends(text: str) -> None:
    """Whatever came in can be written to a file and split at newlines."""
    shown = clean(text + "\ud800\r\u2028\u202e")
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert len(shown.splitlines()) <= shown.count("\n") + 1
