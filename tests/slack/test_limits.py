"""What breaks Slack's limits is found, and mended without losing the buttons."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.posting import Action, Button
from bot.slack import blocks, limits
from bot.slack.blocks import Json, Payload
from tests.slack.hostile import texts

BUTTON = Button(action=Action.SHOW, label="Show", value="7")

ANY_BLOCK: st.SearchStrategy[Json] = st.one_of(
    texts(20_000).map(blocks.section),
    texts(20_000).map(blocks.header),
    st.lists(texts(4000), min_size=1, max_size=14).map(lambda said: blocks.context(*said)),
    st.just(blocks.divider()),
    st.builds(
        lambda label, value: blocks.buttons([BUTTON.model_copy(update={"label": label, "value": value})])[0],
        texts(200),
        texts(3000),
    ),
)


@settings(max_examples=60, deadline=None)
@given(texts(20_000), st.lists(ANY_BLOCK, max_size=80))
def test_anything_can_be_made_to_fit(text: str, shown: list[Json]) -> None:
    """Any number of blocks of any length ends up within every limit."""
    assert limits.problems(limits.fit(Payload(text, shown))) == []


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (Payload(""), "text"),
        (Payload("x" * 3801), "text"),
        (Payload("🔥" * 1901), "text"),
        (Payload("x", [blocks.divider()] * 51), "51"),
        (Payload("x", [blocks.section("y" * 2900)]), "section"),
        (Payload("x", [blocks.section("y" * 2500)] * 5), "longer"),
        (Payload("x", [blocks.header("")]), "header"),
        (Payload("x", [blocks.context(*["y"] * 11)]), "too many"),
        (Payload("x", [{"type": "actions", "elements": [blocks.press("a", "b", "c")] * 2}]), "twice"),
        (Payload("x", [blocks.text_input("a", "A"), blocks.text_input("a", "A")]), "block_id"),
    ],
)
def test_each_broken_limit_is_named(payload: Payload, word: str) -> None:
    """One sentence a problem."""
    assert word in " ".join(limits.problems(payload))


def test_buttons_survive_everything() -> None:
    """When text has to go it goes from the end, never a button."""
    many = [blocks.section(f"{number} " + "y" * 2000) for number in range(60)]
    fitted = limits.fit(Payload("x", [*many, *blocks.buttons([BUTTON])])).blocks
    assert fitted[-1]["type"] == "actions"
    assert fitted[0]["text"]["text"].startswith("0 y")
    assert limits.text_size(fitted) <= limits.MESSAGE_TEXT


def test_what_fits_is_left_alone() -> None:
    """A payload within the limits comes back as it was, and the original is never changed."""
    long = Payload("x", [blocks.section("y" * 5000)])
    limits.fit(long)
    assert len(long.blocks[0]["text"]["text"]) == 5000
    fine = Payload("x", [blocks.header("Hello"), *blocks.buttons([BUTTON])])
    assert limits.fit(fine) == fine


def test_private_metadata_is_never_cut() -> None:
    """Half an id is worse than an error."""
    view = {"blocks": [blocks.divider()], "private_metadata": "7" * 2900}
    with pytest.raises(ValueError, match="ids only"):
        limits.fit_view(view)
