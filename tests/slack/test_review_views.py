"""The windows of a review and of its history: Slack takes them, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.answers import BELONGS, SURPRISES
from bot.domain.incident import Incident, Scope, Status
from bot.domain.posting import Change
from bot.sandbox.limits import check_view
from bot.slack import history_views, limits, review_views
from bot.slack.blocks import Json
from bot.workflow.history import Comparison, Entry, History
from tests.slack.hostile import texts

HOSTILE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INCIDENT = Incident(
    id=7,
    team_id="T1",
    number=7,
    channel_id="C1",
    scope=Scope.CHANNEL,
    title="x",
    status=Status.IN_REVIEW,
    started_at=AT,
    since_ts="1.0",
)
CHANGES = st.lists(
    st.builds(
        Change,
        section=texts(60),
        removed=st.lists(texts(), max_size=9).map(tuple),
        added=st.lists(texts(20_000), max_size=9).map(tuple),
    ),
    max_size=6,
).map(tuple)


def accepted(view: Json) -> bool:
    """Whether both our own check and the stand-in's let it through."""
    return limits.view_problems(view) == [] and check_view(view) == []


@HOSTILE
@given(st.lists(texts(4000), min_size=1, max_size=120))
def test_any_open_questions_can_be_put_to_somebody(questions: list[str]) -> None:
    """At most a hundred, each cut to what a menu shows."""
    assert accepted(review_views.ask_view("INC-7", questions, "{}"))


@HOSTILE
@given(texts(4000))
def test_any_question_can_be_answered(question: str) -> None:
    """Shown whole as far as a section goes."""
    assert accepted(review_views.answer_view("INC-7", question, BELONGS, "{}"))


def test_the_other_windows_are_accepted() -> None:
    """Surprises and redrafts."""
    assert accepted(review_views.surprise_view("INC-7", SURPRISES, "{}"))
    assert accepted(review_views.redraft_view("INC-7", "{}"))


ENTRIES = st.lists(
    st.builds(
        Entry,
        number=st.integers(1, 999),
        author=texts(300),
        at=st.just(AT),
        reason=texts(300),
        changed=st.lists(texts(60), max_size=12).map(tuple),
    ),
    min_size=1,
    max_size=130,
    unique_by=lambda entry: entry.number,
).map(tuple)


@HOSTILE
@given(ENTRIES, st.integers(-1, 40))
def test_any_history_can_be_shown(entries: tuple[Entry, ...], page: int) -> None:
    """On any page; one that is not there shows the nearest."""
    assert accepted(history_views.history_view(History(INCIDENT, entries), page))


@HOSTILE
@given(CHANGES, st.integers(-1, 9))
def test_any_comparison_can_be_shown(changes: tuple[Change, ...], page: int) -> None:
    """However long."""
    assert accepted(history_views.comparison_view(Comparison(INCIDENT, 1, 2, changes), page))


def test_a_long_comparison_loses_nothing() -> None:
    """Every line is on some page."""
    lines = tuple(f"line {number} " + "x" * 500 for number in range(700))
    whole = Comparison(INCIDENT, 1, 2, (Change(section="Timeline", added=lines),))
    pages = [str(history_views.comparison_view(whole, page)) for page in range(4)]
    assert "+ line 699 " not in pages[0]
    assert all(any(f"+ line {number} " in page for page in pages) for number in range(700))


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["before", "after", "pick", "selected_option", "value"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=100)
@given(JUNK)
def test_a_forged_choice_is_no_choice(junk: Any) -> None:
    """Whatever shape it has, reading does not raise."""
    assert isinstance(review_views.picked({"values": junk}, "before"), str)
    found = history_views.chosen({"values": junk})
    assert found is None or all(isinstance(number, int) for number in found)
