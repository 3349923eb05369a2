"""Which incidents share a cause: clusters and repeats."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bot.domain.causes import CauseClass
from bot.domain.patterns import Case, clusters, facts_of, repeats
from bot.domain.postmortem import Claim, Draft, Grade, Moment, RootCause, Times
from tests.domain.cases import NOON, a_case


def keys(cases: Sequence[Case]) -> list[list[str]]:
    return [[one.key for one in cluster.incidents] for cluster in clusters(cases)]


def test_a_draft_gives_title_cause_and_times() -> None:
    """The times that cite evidence count, not when a button was pressed."""
    draft = Draft(
        title="As drafted",
        root_cause=RootCause(
            grade=Grade.STATED, claims=(Claim(text="The connection pool was exhausted.", evidence=(1,)),)
        ),
        times=Times(started=Moment(at=NOON), resolved=Moment(at=NOON.replace(hour=14))),
    )
    facts = facts_of(draft)
    assert (facts.title, facts.cause) == ("As drafted", CauseClass.CAPACITY)
    assert facts.to_resolve is not None
    assert facts.to_resolve.total_seconds() == 7200
    assert facts.terms


def test_the_same_class_and_two_telling_words_make_a_cluster() -> None:
    """However far apart their services are."""
    one = a_case(days=9, terms="pool exhaust", services=("checkout",))
    other = a_case(days=2, terms="pool exhaust retry", services=("search",))
    alone = a_case(days=1, terms="disk full", services=("search",))
    assert keys([other, alone, one]) == [[one.key, other.key]]


def test_one_telling_word_needs_a_common_service() -> None:
    """A word alone is chance."""
    cases = [a_case(terms="pool", services=("a",)), a_case(terms="pool", services=("b",))]
    assert keys(cases) == []
    assert len(keys([a_case(terms="pool", services=("a",)), cases[0]])) == 1


def test_another_class_or_none_shares_nothing() -> None:
    """Words alone do not make a cause; what is not known is not the same."""
    words = "pool exhaust"
    assert keys([a_case(terms=words), a_case(terms=words, cause=CauseClass.NETWORK)]) == []
    assert keys([a_case(terms=words, cause=CauseClass.UNKNOWN) for _ in range(2)]) == []


def test_words_that_many_use_tell_nothing() -> None:
    """Else a habit of speech would be a pattern."""
    cases = [a_case(terms=f"pool exhaust word{number}") for number in range(20)]
    assert keys(cases) == []


def test_clusters_do_not_depend_on_the_order_they_come_in() -> None:
    """The largest first; within one the oldest."""
    cases = [
        *(a_case(days=day, terms="pool exhaust") for day in (1, 5, 9)),
        *(a_case(days=day, terms="cert expire", cause=CauseClass.CERTIFICATE) for day in (2, 3)),
    ]
    expected = clusters(cases)
    assert [len(cluster.incidents) for cluster in expected] == [3, 2]
    assert expected[0].services == ("checkout",)
    mixed = list(cases)
    random.Random(7).shuffle(mixed)
    assert clusters(mixed) == expected


def test_a_repeat_names_the_latest_earlier_incident() -> None:
    """And only what began since then is a repeat."""
    first, second, third = (a_case(days=day, terms="pool exhaust") for day in (300, 200, 3))
    found = repeats([third, first, second], since=NOON.replace(day=1, month=2))
    assert [(one.incident.key, one.earlier.key) for one in found] == [(third.key, second.key)]


def test_thousands_of_incidents_are_compared_quickly() -> None:
    """By their telling words, not each with each; the pairs stay few where words are common."""
    words = [f"w{number}" for number in range(400)]
    chance = random.Random(3)
    cases = [a_case(days=day / 10, terms=" ".join(chance.sample(words, 8))) for day in range(3000)]
    assert clusters(cases) == clusters(cases[::-1])
