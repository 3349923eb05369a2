"""The modals: what they show, what Slack takes of them, what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.postmortem import Postmortem
from bot.domain.sections import SECTIONS
from bot.ports import Hit
from bot.sandbox.limits import check_view
from bot.slack import limits, results, views
from bot.slack.blocks import Json
from bot.slack.mrkdwn import clean
from tests.slack.hostile import HITS, POSTMORTEMS, texts

HOSTILE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def accepted(view: Json) -> bool:
    """Whether both our own check and the stand-in's let it through."""
    return limits.view_problems(view) == [] and check_view(view) == []


def inputs(view: Json) -> list[str]:
    """The sections that can be edited."""
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def shown(part: Any) -> Iterator[str]:
    """Every text of a view."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from shown(value)
    for item in part if isinstance(part, list) else []:
        yield from shown(item)


def test_the_editor_has_a_field_a_section() -> None:
    """Prefilled with the text as it is, under the section's heading."""
    view = views.edit_view("INC-7", 2, {"summary": "Down & out. [1]", "root_cause": ""}, '{"incident": 7}')
    assert inputs(view) == ["summary", "root_cause"]
    first = view["blocks"][1]
    assert first["label"]["text"] == "Summary"
    assert first["element"]["initial_value"] == "Down & out. [1]"
    assert first["optional"] is True
    assert view["private_metadata"] == '{"incident": 7}'
    assert accepted(view)


def test_a_section_too_long_for_a_field_is_named() -> None:
    """It is left out of the window, with the way to edit it all the same."""
    view = views.edit_view("INC-7", 2, {"summary": "fine", "timeline": "x" * 2851}, "")
    assert inputs(view) == ["summary"]
    assert "Too long for this window: Timeline." in "\n".join(shown(view))
    assert "`timeline 3: …`" in "\n".join(shown(view))


def test_a_long_section_alone_is_cut_into_fields_of_whole_lines() -> None:
    """And comes back in one piece, whatever order Slack tells the fields in."""
    text = "\n".join(f"Line {number} {'x' * 300}" for number in range(40))
    view = views.edit_view("INC-7", 2, {"timeline": text}, "")
    assert accepted(view)
    assert inputs(view)[:2] == ["timeline", "timeline~2"]
    fields = {
        block["block_id"]: block["element"]["initial_value"]
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert views.sections_in(dict(reversed(fields.items()))) == {"timeline": text}


def test_what_is_no_section_is_no_edit() -> None:
    """Forged names and odd numbers are left out or read as the first field."""
    assert views.sections_in({"secret": "x", "impact~zwei": "y", "~": "z"}) == {"impact": "y"}


def test_a_note_stands_above_its_field() -> None:
    """What somebody else saved meanwhile, escaped."""
    view = views.edit_view("INC-7", 2, {"summary": "mine"}, "", notes={"summary": "theirs <!here>"})
    assert [block["type"] for block in view["blocks"]] == ["context", "section", "input"]
    assert view["blocks"][1]["text"]["text"] == "theirs &lt;!here&gt;"


@HOSTILE
@given(st.fixed_dictionaries({name: texts(4000) for name in SECTIONS}))
def test_any_text_can_be_edited(sections: dict[str, str]) -> None:
    """The window is accepted, and every section is either a field with its text or named as too long."""
    view = views.edit_view("INC-7", 2, sections, "7", notes=sections)
    assert accepted(view)
    fields = {
        b["block_id"]: b["element"].get("initial_value", "") for b in view["blocks"] if b["type"] == "input"
    }
    wanted = {name: clean(sections[name]) for name in fields}
    assert fields == {name: text if text.strip() else "" for name, text in wanted.items()}
    assert all(len(sections[name]) > 1000 for name in set(sections) - set(fields))


@HOSTILE
@given(POSTMORTEMS, st.integers(-2, 9))
def test_any_document_can_be_shown(postmortem: Postmortem, page: int) -> None:
    """Every page of every document is accepted."""
    assert accepted(views.show_view(postmortem, page, private_metadata='{"incident": 7}'))


def test_a_long_document_has_pages() -> None:
    """With buttons to turn them, and everything on one of them."""
    postmortem = Postmortem(
        incident="INC-7",
        title="Long",
        status="in review",
        findings=tuple(f"n{i} " + "é" * 2000 for i in range(60)),
    )
    first = views.show_view(postmortem, 0)
    values = next(block for block in first["blocks"] if block["type"] == "actions")["elements"]
    assert [(one["action_id"], one["value"]) for one in values] == [(views.SHOW_NEXT, "1")]
    said = "".join("\n".join(shown(views.show_view(postmortem, page))) for page in range(5))
    assert all(f"n{i} " in said for i in range(60))
    assert "Page 1 of" in "\n".join(shown(first))


@HOSTILE
@given(texts(20_000), HITS)
def test_any_search_can_be_shown(words: str, found: list[Hit]) -> None:
    """Whatever was searched for and found."""
    shown = results.in_window(found, words=words, url="https://a.slack.com/", more=True, page=1)
    assert accepted(views.search_view(words, shown))


@pytest.mark.parametrize("view", [views.discard_view("INC-7", "7"), views.dismiss_view("INC-7", "7")])
def test_a_reason_is_asked_for(view: Json) -> None:
    """Throwing a draft away, or closing without one, wants a why."""
    assert inputs(view) == [views.REASON]
    assert "optional" not in view["blocks"][-1]
    assert accepted(view)


def test_simple_views_are_accepted() -> None:
    """A notice however long, an empty search."""
    for view in (
        views.notice_view("Sorry, that is too long", "x\n" * 9000),
        views.search_view(),
    ):
        assert accepted(view)


def test_values_come_back_by_section() -> None:
    """An emptied field is an empty text."""
    state = {
        "values": {
            "summary": {"text": {"type": "plain_text_input", "value": "new"}},
            "impact": {"text": {"type": "plain_text_input", "value": None}},
            "other": {"pick": {"type": "static_select", "selected_option": None}},
        }
    }
    assert views.read_values(state) == {"summary": "new", "impact": ""}


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50)
@given(JUNK)
def test_a_forged_state_is_read_as_nothing(junk: Any) -> None:
    """Whatever shape it has, reading does not raise."""
    assert views.read_values({"values": junk}) == {} or isinstance(junk, dict)
