"""Incidents over time as bars, and how long they took where enough of them say it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.incident import Severity
from bot.domain.overview import Overview
from bot.domain.patterns import Case
from bot.domain.periods import parse_period
from bot.domain.statistics import overview
from bot.pictures.counts import bars
from bot.pictures.painter import LONGEST_WORDS, Painter
from bot.pictures.shapes import Picture
from tests.domain.cases import NOON, a_case
from tests.pictures.geometry import boxes, lines, outside, said, texts_that_collide
from tests.publishers.sample import postmortem


def an_overview(cases: list[Case], words: str = "year") -> Overview:
    period = parse_period(words, now=NOON + timedelta(days=1))
    assert period is not None
    return overview(cases, period)


def drawn(cases: list[Case], words: str = "year") -> Picture:
    picture = bars(an_overview(cases, words))
    assert picture is not None
    return picture


def test_nothing_counted_is_no_picture() -> None:
    """An empty chart would tell nothing."""
    assert bars(an_overview([])) is None
    assert Painter().statistics(an_overview([])) is None


def test_a_bar_is_as_high_as_its_number_and_stacked_by_severity() -> None:
    """The gravest at the bottom, each severity in the legend, the number above."""
    cases = [a_case(severity=Severity.SEV1), a_case(severity=Severity.SEV3), a_case(severity=None)]
    picture = drawn(cases)
    (grave,) = (box for box in boxes(picture, "sev1") if box.tip)
    (mild,) = (box for box in boxes(picture, "sev3") if box.tip)
    assert grave.y == pytest.approx(mild.bottom)
    assert grave.height == pytest.approx(mild.height)
    assert {"SEV1", "SEV3", "no severity given", "3 incidents"} <= set(said(picture))
    assert "SEV2" not in said(picture)


def test_how_long_it_took_is_drawn_only_from_five_on() -> None:
    """One month with enough is no line; two are. Between months with a gap there is none either."""
    month = [a_case(days=5) for _ in range(5)]
    assert "Median time to resolve" not in said(drawn(month))
    before = [a_case(days=35) for _ in range(5)]
    picture = drawn([*month, *before])
    assert "Median time to resolve" in said(picture)
    assert "Where 5 or more say it. A secondary measure, no target." in said(picture)
    assert len(boxes(picture, "dot")) == 2
    assert len(lines(picture, "curve")) == 1
    apart = drawn([*month, *(a_case(days=100) for _ in range(5))])
    assert lines(apart, "curve") == []


CASES = st.lists(
    st.builds(
        a_case,
        days=st.floats(0, 3000),
        severity=st.sampled_from([None, *Severity]),
        to_resolve=st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=90))),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(CASES, st.sampled_from(["7d", "30d", "quarter", "year", "2025", "all", "900d"]), st.integers(1, 40))
def test_whatever_happened_all_stays_inside_and_no_text_covers_another(
    cases: list[Case], words: str, times: int
) -> None:
    """From one incident to thousands, from a week to eight years."""
    picture = bars(an_overview(cases * times, words))
    if picture is not None:
        assert outside(picture) == []
        assert texts_that_collide(picture) == []


def test_the_painter_tells_in_words_what_it_drew() -> None:
    """Within what Slack takes as a description."""
    counted = Painter().statistics(an_overview([a_case(days=n) for n in range(300)], "300d"))
    assert counted is not None
    assert counted.words.startswith("Incidents, the last 300 days.")
    assert "300 incidents" in counted.words
    assert len(counted.words) <= LONGEST_WORDS
    life = Painter().timeline(postmortem())
    assert life is not None
    assert "detected 2026-11-21 14:01 UTC after 6 min" in life.words
    assert life.content.startswith(b"\x89PNG")
