"""Statistics as a message: readable rows, honest words, within Slack's limits whatever the names."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.causes import CauseClass
from bot.domain.incident import Severity
from bot.domain.overview import ActionCounts, Filters, Overview
from bot.domain.patterns import Case
from bot.domain.periods import parse_period
from bot.domain.posting import Figures
from bot.domain.statistics import overview
from bot.slack import limits
from bot.slack.blocks import Payload
from bot.slack.rendering import render
from tests.domain.cases import NOON, a_case
from tests.slack.hostile import texts

URL = "https://acme.slack.com/"


def an_overview(cases: list[Case], words: str = "quarter", **given: Any) -> Overview:
    period = parse_period(words, now=NOON + timedelta(days=1))
    assert period is not None
    return overview(cases, period, **given)


def message(found: Overview, note: str = "Only you see this.") -> Payload:
    return render(Figures(title=f"Incidents, {found.period.label}", overview=found, note=note, url=URL))


def text_of(payload: Payload) -> str:
    return "\n".join(
        [block["text"]["text"] for block in payload.blocks if "text" in block]
        + [one["text"] for block in payload.blocks if block["type"] == "context" for one in block["elements"]]
    )


def test_rows_line_up_and_bars_are_in_proportion() -> None:
    """The longest bar is the most; a long name is cut."""
    cases = [a_case(services=("a-service-with-a-very-long-name",)) for _ in range(4)]
    cases += [a_case(services=("b",)) for _ in range(2)]
    text = text_of(message(an_overview(cases)))
    assert "a-service-with… ██████████ 4\nb               █████      2" in text


def test_no_more_than_seven_rows_and_the_rest_in_one() -> None:
    """A phone shows no more."""
    cases = [a_case(services=(f"s{n}",)) for n in range(10)]
    text = text_of(message(an_overview(cases)))
    assert "and 3 more: 3" in text


def test_the_warning_stands_with_the_durations() -> None:
    """And each duration tells what it rests on."""
    cases = [a_case(days=n, to_resolve=timedelta(minutes=10 * n)) for n in range(1, 10)]
    text = text_of(message(an_overview(cases)))
    assert "*to resolve*: 50 min in the median; half of them 30 min to 1 h 10 min (9 incidents)" in text
    assert "*to mitigate*: too few to say (0 incidents; it takes 5)" in text
    assert "no target" in text


def test_known_causes_and_clusters_link_to_their_threads() -> None:
    """The newest by name; a private one only stands in an answer to its own people."""
    cases = [
        a_case(days=n, terms="pool exhaust", channel_id="C1", thread_ts=f"{n}.000001", title=f"Down {n}")
        for n in (1, 3, 6)
    ]
    text = text_of(message(an_overview(cases)))
    assert "A known cause again" in text
    assert "3 × capacity in checkout" in text
    assert "https://acme.slack.com/archives/C1/p1000001" in text
    assert "last “Down 1”" in text


def test_what_became_of_action_items_is_told() -> None:
    """Only where some were accepted."""
    found = an_overview([a_case()], actions=ActionCounts(accepted=8, done=5, overdue=2))
    assert "5 of 8 accepted action items done, 2 overdue" in text_of(message(found))
    assert "action items" not in text_of(
        message(an_overview([a_case()], actions=ActionCounts(accepted=0, done=0)))
    )


def test_each_button_asks_for_another_period_with_the_same_filters() -> None:
    """Its value is the command it stands for."""
    payload = message(an_overview([a_case()], filters=Filters(service="checkout", severity=Severity.SEV2)))
    pressed = {
        element["action_id"]: json.loads(element["value"]) for element in payload.blocks[-1]["elements"]
    }
    assert pressed == {
        "pm_stats_30d": {"words": "30d service:checkout sev2"},
        "pm_stats_year": {"words": "year service:checkout sev2"},
        "pm_stats_all": {"words": "all service:checkout sev2"},
    }


@settings(max_examples=60, deadline=None)
@given(texts(300), st.integers(1, 60), st.sampled_from(["30d", "quarter", "year", "all"]))
def test_whatever_things_are_called_it_is_harmless_and_fits(words: str, many: int, period: str) -> None:
    """No ping, no foreign link, no broken table, nothing Slack would refuse."""
    cases = [
        a_case(
            days=7 * n,
            title=words,
            services=(words or "x", f"{words}{n}"),
            terms=f"a b c{n}",
            cause=list(CauseClass)[n % 5],
        )
        for n in range(many)
    ]
    payload = message(an_overview(cases, period), note=words)
    assert limits.problems(payload) == []
    text = text_of(payload)
    assert "<!" not in text
    assert "<@" not in text
    for block in payload.blocks:
        if block["type"] == "section":
            assert block["text"]["text"].count("```") in (0, 2)
