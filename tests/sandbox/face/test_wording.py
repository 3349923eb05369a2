"""What people type becomes Slack's own form, and can be typed again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import Sandbox
from bot.sandbox.face.wording import retyped, typed


def workspace() -> Sandbox:
    """One person, one public and one private channel; nothing listens."""
    slack = Sandbox(now=lambda: 1_790_000_000.0)
    slack.person("maya")
    slack.channel("incident-checkout")
    slack.channel("secret", private=True)
    return slack


def test_mentions_channels_and_links_become_tokens() -> None:
    """As Slack's client sends them; what names nobody stays words."""
    ws = workspace().workspace
    assert typed(
        ws, "@maya see #incident-checkout, @here: https://x.example/a?b=1&c=2. mail@maya @nobody"
    ) == (
        "<@U00000001> see <#C00000001|incident-checkout>, <!here>: <https://x.example/a?b=1&amp;c=2>. "
        "mail@maya @nobody"
    )
    assert typed(ws, "in #secret") == "in <#C00000002|>"


@settings(deadline=None)  # machines are busy; an example makes a whole workspace
@given(text=st.text(max_size=200))
def test_nothing_typed_is_a_token_of_its_own(text: str) -> None:
    """Angle brackets are escaped, so that nobody mentions, links or pings by writing tokens."""
    ws = workspace().workspace
    bare = text.replace("@", "").replace("#", "").replace("http", "")
    assert "<" not in typed(ws, bare)
    assert ">" not in typed(ws, bare)


@settings(deadline=None)  # machines are busy; an example makes a whole workspace
@given(text=st.text(alphabet=st.characters(exclude_characters="&"), max_size=200))
def test_what_was_typed_can_be_typed_again(text: str) -> None:
    """Editing shows the words as they were written."""
    ws = workspace().workspace
    assert typed(ws, retyped(ws, typed(ws, text))) == typed(ws, text)
    assert retyped(ws, typed(ws, "@maya & <b> in #secret")) == "@maya & <b> in #secret"
