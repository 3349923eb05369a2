"""Terms of incidents, how alike they are, and what that is worth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.concepts import concepts
from bot.domain.likeness import (
    FLOOR,
    MOST_TERMS,
    UNWORDED,
    Portrait,
    Stage,
    Traits,
    chance,
    compare,
    rarity,
    reasons,
    traits,
    unworded,
)


def words(text: str) -> list[tuple[str, str]]:
    """A stand-in for the stemmer: words without a plural s."""
    return [(word.rstrip("s"), word) for word in text.lower().replace(".", " ").split()]


def drafted(**parts: object) -> Traits:
    given = {"stage": Stage.DRAFTED, "title": "Slow"} | parts
    return traits(Portrait.model_validate(given), words)


def same_worth(_term: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    "text",
    ["pods were OOM-killed", "ran out of memory", "the heap grew", "exit code 137", "a memory leak"],
)
def test_many_wordings_are_one_concept(text: str) -> None:
    """What people call it differently is one thing to compare."""
    assert "memory" in concepts(text)


def test_kinds_of_terms_are_told_apart_by_their_names() -> None:
    """A word, a concept, a way to fail, an identifier and a service never collide."""
    found = drafted(cause="Leaked connections: ECONNREFUSED from db-7.shop.internal.", services=("Checkout",))
    assert {"=connection pool", "!leaked", "#econnrefused", "@checkout"} <= set(found.weights)
    assert "#db-7.shop.internal" in found.weights


def test_the_cause_weighs_more_than_the_summary() -> None:
    """A word of the cause counts three times one of the summary."""
    found = drafted(cause="Zookeepers argued.", summary="Giraffes waited.")
    assert found.weights["zookeeper"] == 3 * found.weights["giraffe"]


def test_the_rest_counts_by_concepts_and_identifiers_only() -> None:
    """Chatter of a transcript is no resemblance."""
    found = drafted(rest=("elephants everywhere, NXDOMAIN for api.shop.internal",))
    assert "elephant" not in found.weights
    assert {"=name resolution", "#api.shop.internal"} <= set(found.weights)


def test_placeholders_and_citations_are_no_identifiers() -> None:
    """What we put into a text ourselves makes nothing alike."""
    found = drafted(cause="The key [secret:aws-access-key-1] was used. [12][13]")
    assert not any(term.startswith("#") for term in found.weights)


def test_ordinary_words_and_bare_numbers_are_left_out() -> None:
    """`Because`, `after` and `42` tell nothing."""
    assert set(drafted(title="Because after 42").weights) == set()


def test_one_term_in_common_is_half_a_resemblance() -> None:
    """However rare a word is, one alone is not much."""
    one, other = Traits(weights={"zebra": 1.0}), Traits(weights={"zebra": 1.0})
    assert compare(one, other, same_worth).score == pytest.approx(0.5)


def test_an_incident_resembles_itself_most_and_a_stranger_hardly() -> None:
    """The score orders."""
    mine = drafted(cause="A certificate expired.", summary="Nothing went through the gateway.")
    near = drafted(cause="The certificate had expired.", summary="Mail waited.")
    far = drafted(cause="Giraffes.", summary="Zebras.")
    scores = [compare(mine, other, same_worth).score for other in (mine, near, far)]
    assert scores == sorted(scores, reverse=True)
    assert scores[2] < 0.05


def test_the_reasons_are_what_tells_most() -> None:
    """Rare terms are named before common ones."""
    one = Traits(weights={"rare": 1.0, "common": 1.0})
    found = compare(one, one, {"rare": 5.0, "common": 0.5}.__getitem__)
    assert found.shared == ("rare", "common")


def test_a_term_that_everybody_has_tells_nothing() -> None:
    """Nobody is alike by what all have."""
    assert rarity(1_000, 1_000) < 0.1
    assert rarity(1, 100) > rarity(10, 100) > 0
    assert rarity(200, 100) == 0


def test_a_small_memory_does_not_take_its_own_words_for_common_ones() -> None:
    """What the only earlier incident holds still tells something."""
    assert rarity(1, 1) > rarity(0, 1) / 2


def test_a_reason_is_readable() -> None:
    """Stems are shown as the word they stood for."""
    assert reasons(["satur"], {"satur": "saturated"}) == ("saturated",)
    assert reasons(["=connection pool", "pool", "!leaked"], {}) == ("connection pool", "leaked")


def test_less_knowledge_promises_less() -> None:
    """A title alone never promises what a draft may."""
    assert chance(1.0, Stage.STARTED) < chance(1.0, Stage.TOLD) < chance(1.0, Stage.DRAFTED) < 1


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(Stage))
def test_more_alike_is_never_less_probable(one: float, other: float, stage: Stage) -> None:
    """The curve only rises."""
    low, high = sorted((one, other))
    assert 0 <= chance(low, stage) <= chance(high, stage) <= 1


@given(st.text(max_size=300), st.text(max_size=300), st.lists(st.text(max_size=50), max_size=3))
def test_any_text_can_be_compared(title: str, cause: str, rest: list[str]) -> None:
    """Hostile text has bounded terms, and a score between 0 and 1 with itself."""
    found = drafted(title=title, cause=cause, rest=tuple(rest))
    assert len(found.weights) <= MOST_TERMS
    score = compare(found, found, same_worth).score
    assert 0 <= score <= 1
    assert not math.isnan(score)


def test_a_vector_alone_scores_where_it_is_far_nearer_than_others() -> None:
    """Nothing among few, nothing where all are alike, little up to a bound however near."""
    others = [number / 100 for number in range(20)]
    assert unworded(0.9, others[:11]) == 0.0
    assert unworded(0.9, [0.5] * 20) == 0.0
    assert unworded(0.2, others) == 0.0
    assert 0 < unworded(0.4, others) < unworded(0.5, others) <= unworded(0.99, others) == UNWORDED
    assert FLOOR < chance(UNWORDED, Stage.DRAFTED) < 0.46
