"""Taking out of a draft what rests on a message that is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.erasure import ERASED, quotes, redacted
from bot.domain.postmortem import ActionItem, Claim, Draft, Grade, Hypothesis, Phase, RootCause, TimelineEntry
from bot.domain.transcript import Evidence, Source

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def evidence(label: int, text: str, source: Source = Source.CHAT) -> Evidence:
    """One item."""
    return Evidence(
        label=label, channel="C1", ts=f"{label}.000000", role="responder 1", text=text, source=source
    )


KNOWN = (
    evidence(1, "The disk of db-7 is full of core dumps."),
    evidence(2, "Checkout fails for everybody."),
    evidence(3, "Freed the disk.", Source.REVIEWER),
)


def a_draft(*claims: Claim) -> Draft:
    """With these in its summary."""
    return Draft(title="Checkout is down", summary=claims)


def test_a_claim_that_rests_on_nothing_else_goes() -> None:
    """Its place and its citation stay, so that nothing shifts."""
    draft = redacted(a_draft(Claim(text="A disk was full.", evidence=(1,))), KNOWN, {1})
    assert draft.summary == (Claim(text=ERASED, evidence=(1,)),)


def test_a_claim_with_other_evidence_stays_unless_it_quotes_what_is_gone() -> None:
    """Four words in a row that only the gone message had are a quotation."""
    free = Claim(text="Checkout failed because a disk filled up.", evidence=(1, 2))
    quoting = Claim(text="Checkout fails: the disk of db-7 is full.", evidence=(1, 2))
    assert redacted(a_draft(free, quoting), KNOWN, {1}).summary == (
        free,
        quoting.model_copy(update={"text": ERASED}),
    )


def test_what_rests_on_a_reviewers_words_stays() -> None:
    """They were given to the document."""
    draft = a_draft(Claim(text="Freed the disk.", evidence=(3,)))
    assert redacted(draft, KNOWN, {3}) == draft


def test_every_kind_of_claim_is_reached() -> None:
    """Timeline, causes, theories and action items, whose owner and date go too; the grade stays."""
    draft = Draft(
        title="Checkout is down",
        timeline=(TimelineEntry(text="It filled.", evidence=(1,), at=AT, phase=Phase.TRIGGER),),
        root_cause=RootCause(
            grade=Grade.INFERRED,
            claims=(Claim(text="A full disk.", evidence=(1,)),),
            hypotheses=(Hypothesis(text="Core dumps?", evidence=(1,)),),
        ),
        action_items=(ActionItem(text="Limit dumps.", evidence=(1,), owner="Maya", due=date(2026, 4, 1)),),
    )
    bare = redacted(draft, KNOWN, {1})
    assert {claim.text for _, claim in bare.claims()} == {ERASED}
    assert bare.root_cause.grade is Grade.INFERRED
    assert (bare.action_items[0].owner, bare.action_items[0].due) == (None, None)
    assert bare.timeline[0].at == AT


def test_a_title_that_quotes_what_is_gone_is_replaced() -> None:
    """Only where there is another one."""
    draft = Draft(title="The disk of db-7 is full")
    assert redacted(draft, KNOWN, {1}, title="Checkout").title == "Checkout"
    assert redacted(draft, KNOWN, {2}, title="Checkout").title == draft.title


def test_short_texts_are_quotations_as_a_whole() -> None:
    """A single word is one only where nothing else says it."""
    assert quotes("Kessler", "Ask Kessler again")
    assert not quotes("Kessler", "Ask Kessler again", ["Kessler called"])
    assert not quotes("", "Ask Kessler again")


@given(st.text(min_size=1), st.lists(st.integers(min_value=1, max_value=3), unique=True))
def test_erasing_twice_is_erasing_once(text: str, labels: list[int]) -> None:
    """Whatever the claim says and cites."""
    draft = a_draft(Claim(text=text, evidence=tuple(labels)))
    once = redacted(draft, KNOWN, {1, 2})
    assert redacted(once, KNOWN, {1, 2}) == once
