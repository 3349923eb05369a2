"""Reading what somebody looks for: filters, phrases, what to leave out, and hints instead of silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import Severity, Status
from bot.domain.search_query import MOST_PARTS, STATES, Order, SearchQuery, parse

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def read(text: str) -> SearchQuery:
    """A query, read now."""
    return parse(text, now=NOW)


def test_every_kind_of_part_is_told_apart() -> None:
    """The example of the documentation, whole."""
    query = read(
        "connection pool sev:1 service:checkout after:2026-01 before:2026-03-15 by:title is:open "
        'owner:<@U024BE7LH|maya> "exact words" -excluded -"read replica"'
    )
    assert query.words == ("connection", "pool")
    assert query.phrases == ("exact words",)
    assert query.excluded == ("excluded", "read replica")
    assert (query.severities, query.services) == ((Severity.SEV1,), ("checkout",))
    assert (query.after, query.before) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 15, tzinfo=UTC),
    )
    assert (query.order, query.statuses) == (Order.TITLE, frozenset({Status.OPEN}))
    assert (query.owners, query.hints) == (("U024BE7LH",), ())


@pytest.mark.parametrize("text", ["sev:1 sev:2", "SEV:1 severity:sev2", "sev1 sev-2", "sev:SEV1 Sev:2"])
def test_severities_add_up_however_they_are_written(text: str) -> None:
    """Any of them will do."""
    assert read(text).severities == (Severity.SEV1, Severity.SEV2)
    assert read(text).words == ()


@pytest.mark.parametrize(("text", "days"), [("3d", 3), ("2w", 14), ("1m", 30), ("1y", 365)])
def test_spans_count_back_from_now(text: str, days: int) -> None:
    """Days, weeks, months, years."""
    assert read(f"after:{text}").after == NOW - timedelta(days=days)


def test_states_are_those_people_speak_of() -> None:
    """`private` is no status, `unreviewed` several."""
    assert read("is:private is:resolved").private
    assert read("is:resolved is:open").statuses == {Status.OPEN, Status.RESOLVED}
    assert read("is:unreviewed").statuses == STATES["unreviewed"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("sev:9", "severities are"),
        ("is:broken", "it is one of open"),
        ("by:colour", "by:recent"),
        ("after:soon", "dates are"),
        ("after:2026-13", "dates are"),
        ("after:9999y", "dates are"),
        ("service:", "needs a value"),
        ("-sev:1", "only words can be excluded"),
        ("colour:red", "There is no filter `colour:`"),
        ("after:2026 before:2025", "nothing can be in between"),
        ("-pool", "Say what to look for"),
        ("x " * (MOST_PARTS + 1), "Only the first"),
    ],
)
def test_what_is_not_understood_is_told(text: str, hint: str) -> None:
    """One clear sentence, and the rest of the query counts."""
    query = read(f"{text} pool") if not text.startswith(("-pool", "x ")) else read(text)
    assert any(hint in one for one in query.hints), query.hints


def test_addresses_and_code_are_words_without_a_hint() -> None:
    """A colon alone makes no filter."""
    for text in ("https://acme.example/a", "std::bad_alloc", "10:42", "<https://a.example|a.example>"):
        assert read(text).hints == ()
        assert read(text).words != ()


def test_slack_and_phones_change_quotes_and_entities() -> None:
    """Curly quotes are quotes, `&amp;` is `&`, and a quote left open ends with the query."""
    assert read("“exact words” a&amp;b").phrases == ("exact words",)
    assert read("a&amp;b").words == ("a&b",)
    assert read('"left open').phrases == ("left open",)


@given(st.text(max_size=300))
def test_anything_can_be_read(text: str) -> None:
    """Never an error, never more than was typed."""
    query = read(text)
    assert len(query.words) + len(query.phrases) <= 2 * MOST_PARTS
    assert all(query.words)


@given(
    st.lists(
        st.sampled_from(['"', "-", "sev:", "is:", ":", "a", "after:2026", "<@U1|", ">", " "]), max_size=30
    )
)
def test_any_mixture_of_marks_can_be_read(parts: list[str]) -> None:
    """However they stand together; reading the shown text again asks for the same words."""
    query = read("".join(parts))
    assert read(query.text).words == query.words
