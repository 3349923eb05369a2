"""What stands in a text in place of its secrets."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.masking import PLACEHOLDER, mask


class Found(NamedTuple):
    kind: str
    start: int
    end: int


class Numbers:
    """Gives the same number to the same value, as storage does."""

    def __init__(self) -> None:
        self.given: dict[tuple[str, str], int] = {}

    def __call__(self, kind: str, value: str) -> int:
        return self.given.setdefault((kind, value), 1 + sum(known == kind for known, _ in self.given))


def test_the_same_value_gets_the_same_placeholder() -> None:
    """A secret said twice can be recognised as the same one without being readable."""
    masked = mask(
        "a=x1 b=x2 c=x1", [Found("token", 2, 4), Found("token", 7, 9), Found("token", 12, 14)], Numbers()
    )
    assert masked.text == "a=[secret:token-1] b=[secret:token-2] c=[secret:token-1]"
    assert masked.count == 3


def test_personal_data_says_that_it_is_personal() -> None:
    """A reader sees whether a credential or a person's data was taken out."""
    assert mask("mail me@x.org", [Found("email", 5, 13)], Numbers()).text == "mail [personal:email-1]"


def test_overlapping_stretches_become_one_and_the_credential_wins() -> None:
    """An address inside a connection string is masked as part of the credential."""
    masked = mask("abcdefghij", [Found("email", 2, 6), Found("password", 4, 8)], Numbers())
    assert masked.text == "ab[secret:password-1]ij"


def test_placeholders_stay_and_what_is_glued_to_them_is_masked() -> None:
    """A stretch that covers a placeholder masks only the rest, so nothing can hide behind one."""
    text = "password=hunter2[secret:password-7]tail"
    masked = mask(text, [Found("password", 9, len(text))], Numbers())
    assert masked.text == "password=[secret:password-1][secret:password-7][secret:password-2]"


def test_a_stretch_that_is_a_placeholder_changes_nothing() -> None:
    """Masking what is masked already leaves text and count alone."""
    text = "password=[secret:password-1]"
    assert mask(text, [Found("password", 9, len(text))], Numbers()) == mask(text, [], Numbers())


def test_a_kind_that_would_not_be_recognised_again_is_refused() -> None:
    """Placeholders must be recognisable later, so kinds are words of letters."""
    with pytest.raises(ValueError, match="kind"):
        mask("abc", [Found("Key 1", 0, 1)], Numbers())


@given(
    st.lists(st.one_of(st.text(max_size=12), st.just("[secret:token-3]")), max_size=6).map("".join),
    st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=6),
)
def test_masking_masked_text_again_changes_nothing(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever the stretches, masking every word that is left over a second time finds only placeholders
    where the first time masked."""
    once = mask(text, [Found("token", start, end) for start, end in spans], Numbers())
    left = [Found("token", *match.span()) for match in PLACEHOLDER.finditer(once.text)]
    assert mask(once.text, left, Numbers()).text == once.text


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=6))
def test_everything_outside_the_stretches_survives_in_order(text: str, spans: list[tuple[int, int]]) -> None:
    """Masking removes what it was told to and nothing else."""
    covered = {at for start, end in spans for at in range(start, min(end, len(text)))}
    holes = [match.span() for match in PLACEHOLDER.finditer(text)]
    blank = mask(text, [Found("token", start, end) for start, end in spans], lambda _kind, _value: 1)
    kept = "".join(char for at, char in enumerate(text) if at not in covered)
    if not holes:
        plain = PLACEHOLDER.sub("", blank.text)
        assert "".join(plain.split()) == "".join(kept.split())
