"""Which name somebody meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spelling import closest, distance

NAMES = ("checkout", "catalogue", "mail", "payments", "search")
WORDS = st.text(alphabet="abcd", max_size=8)


def test_one_slip_is_forgiven_and_two_in_long_names() -> None:
    """Left out, added, changed, swapped."""
    assert closest("chekout", NAMES) == ("checkout",)
    assert closest("Checkoutt", NAMES) == ("checkout",)
    assert closest("catalouge", NAMES) == ("catalogue",)
    assert closest("paymnets", NAMES) == ("payments",)
    assert closest("chkut", NAMES) == ()


def test_short_words_and_names_themselves_are_left_alone() -> None:
    """Nearly every short word is one letter from another."""
    assert closest("mai", NAMES) == ()
    assert closest("mail", (*NAMES, "mails")) == ()


@given(WORDS, WORDS)
def test_distance_is_the_same_both_ways_and_bounded(first: str, second: str) -> None:
    """Nothing between equals; what is farther than asked is one more."""
    assert distance(first, second, most=3) == distance(second, first, most=3) <= 4
    assert (distance(first, second, most=3) == 0) is (first == second)
