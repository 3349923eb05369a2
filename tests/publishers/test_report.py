"""The report on many incidents: one page that needs nothing else, and says what its numbers cannot say."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings

from bot.domain.incident import Severity
from bot.domain.overview import ActionCounts, Filters
from bot.domain.patterns import Case
from bot.domain.periods import parse_period
from bot.domain.statistics import overview
from bot.publishers.report import as_report
from tests.domain.cases import NOON, a_case
from tests.publishers.hostile import TEXTS

MADE = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def page(cases: list[Case], words: str = "year", *, with_private: bool = False, **given: Any) -> str:
    period = parse_period(words, now=NOON + timedelta(days=1))
    assert period is not None
    found = overview(cases, period, **given)
    return as_report(found, made=MADE, with_private=with_private)


def a_year() -> list[Case]:
    """Enough of everything."""
    return [
        a_case(
            days=12 * n,
            severity=[None, *Severity][n % 5],
            services=("checkout", "search")[: 1 + n % 2],
            terms=f"pool exhaust w{n}",
            to_detect=timedelta(minutes=n),
        )
        for n in range(60)
    ]


class Outline(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_needs_nothing_else() -> None:
    """No script, no request, and a policy that allows neither; every style is one it names."""
    text = page(a_year())
    outline = Outline(text)
    assert not {tag for tag, _ in outline.tags} & {"script", "img", "iframe", "link", "form", "object"}
    assert not [attributes for _, attributes in outline.tags if "style" in attributes]
    policy = next(
        a["content"] or "" for t, a in outline.tags if a.get("http-equiv") == "Content-Security-Policy"
    )
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles}
    assert all(f"'sha256-{one}'" in policy for one in hashes)
    assert "default-src 'none'" in policy
    links = [a["href"] or "" for t, a in outline.tags if t == "a" and "href" in a]
    assert {link for link in links if not link.startswith("#")} == {"https://www.thevoid.community/report"}


def test_behind_every_chart_there_is_a_table() -> None:
    """Whoever cannot see it gets the same numbers: by stretch, severity, cause and service."""
    outline = Outline(page(a_year()))
    tables = [attributes for tag, attributes in outline.tags if tag == "table"]
    assert len(tables) == 5
    headed = [a for tag, a in outline.tags if tag == "th"]
    assert all(a.get("scope") in ("col", "row") for a in headed)
    pictures = [a for tag, a in outline.tags if tag == "svg"]
    assert all(a.get("role") == "img" or a.get("aria-hidden") == "true" for a in pictures)
    assert "Apr 2025" in outline.text
    ids = [a["id"] for _, a in outline.tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_durations_come_with_their_warning_and_what_they_rest_on() -> None:
    """Median and quartiles of how many; too few are told as too few."""
    text = Outline(page(a_year())).text
    assert "No target." in text
    assert "why averages of durations mislead" in text
    assert "too few to say; it takes 5" in text


def test_the_page_says_who_may_see_it() -> None:
    """Public only, or with private ones and a warning, even where there were none."""
    assert "Public incidents only" in page([a_case()])
    told = page([a_case(), a_case(is_private=True)], with_private=True)
    assert "Private incidents are included (1 of 2): share this page with care" in told
    assert "Private incidents are included (0 of 1)" in page([a_case()], with_private=True)


def test_follow_up_and_filters_stand_at_the_top() -> None:
    """What was asked for, and what became of it."""
    text = Outline(
        page(
            a_year(),
            filters=Filters(service="checkout", severity=Severity.SEV1),
            actions=ActionCounts(accepted=8, done=6, overdue=1),
        )
    ).text
    assert "service checkout, SEV1" in text
    assert "6 / 8" in text
    assert "1 overdue" in text


def test_an_empty_period_is_a_page_too() -> None:
    """It says that nothing happened, and how it would have been counted."""
    text = Outline(page([], "2019")).text
    assert "Nothing to count" in text
    assert "Restricted incidents (security, legal) are never counted." in text


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_whatever_people_wrote_stays_text(words: str) -> None:
    """Titles and services are escaped; no element comes from them."""
    plain = {tag for tag, _ in Outline(page([a_case(terms="a b"), a_case(days=1, terms="a b")])).tags}
    hostile = [a_case(days=n, title=words, services=(words,), terms="a b") for n in range(2)]
    assert {tag for tag, _ in Outline(page(hostile)).tags} == plain
