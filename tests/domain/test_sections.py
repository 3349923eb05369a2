"""Sections as lines: what people edit, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.postmortem import Claim, Grade, TimelineEntry
from bot.domain.sections import SECTIONS, claims_of, line_of, rewrite, text_of
from tests.domain.drafts import NINE, a_draft

KNOWN = frozenset(range(1, 7))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_left_alone_stays_the_same_draft(section: str) -> None:
    """Saving a section as it was shown changes nothing, citations and seconds included."""
    draft = a_draft()

    assert rewrite(draft, section, text_of(draft, section), label=9, known=KNOWN) == draft


def test_a_changed_line_keeps_its_citations_and_cites_the_person() -> None:
    """What a person rewrites rests on the old evidence and on their own words."""
    text = "Checkout answered 502 to everybody. [1]\nA rollback ended it. [3][4]"

    after = rewrite(a_draft(), "summary", text, label=9, known=KNOWN)

    assert after.summary[0] == Claim(text="Checkout answered 502 to everybody.", evidence=(1, 9))
    assert after.summary[1] == a_draft().summary[1]


def test_citations_of_evidence_that_is_not_there_are_dropped() -> None:
    """A typed `[77]` cites nothing."""
    after = rewrite(a_draft(), "impact", "All orders failed. [77]", label=9, known=KNOWN)

    assert after.impact == (Claim(text="All orders failed.", evidence=(9,)),)


def test_a_timeline_line_keeps_the_exact_moment_while_its_minute_stands() -> None:
    """The editor shows minutes; the seconds of the evidence survive an edit of the words."""
    draft = a_draft()
    text = text_of(draft, "timeline").replace("Rollback started.", "Rollback to v2.13 started.")

    after = rewrite(draft, "timeline", text, label=9, known=KNOWN)

    assert after.timeline[1].at == NINE.replace(minute=17, second=42)
    assert after.timeline[1].text == "Rollback to v2.13 started."


def test_timeline_lines_are_sorted_by_their_time() -> None:
    """A line typed at the end stands where its time says."""
    text = text_of(a_draft(), "timeline") + "\n2026-03-02 09:05 UTC (investigation) Suspected the provider."

    after = rewrite(a_draft(), "timeline", text, label=9, known=KNOWN)

    assert [entry.at.minute for entry in after.timeline] == [0, 5, 17]


@pytest.mark.parametrize("line", ["Something happened.", "2026-13-45 99:99 UTC (after) Odd."])
def test_a_timeline_line_without_a_time_is_refused_with_an_example(line: str) -> None:
    """The person learns what a line looks like instead of losing it."""
    with pytest.raises(ValueError, match="time"):
        rewrite(a_draft(), "timeline", line, label=9, known=KNOWN)


def test_an_action_item_reads_back_its_fields() -> None:
    """Owner, date, priority and commitment are typed after a dash."""
    line = "Load-test retries — owner: Tom; due: 2026-12-01; priority: high; kind: commitment"

    (item,) = rewrite(a_draft(), "action_items", line, label=9, known=KNOWN).action_items

    assert (item.text, item.owner, str(item.due), item.priority) == (
        "Load-test retries",
        "Tom",
        "2026-12-01",
        "high",
    )


def test_a_cause_written_by_a_person_counts_as_stated() -> None:
    """A reviewer who names the cause is a responder who said so."""
    after = rewrite(a_draft(), "root_cause", "The pool was too small.", label=9, known=KNOWN)

    assert after.root_cause.grade is Grade.STATED


def test_emptying_the_cause_leaves_it_not_established() -> None:
    """No claim, no grade."""
    after = rewrite(a_draft(), "root_cause", "", label=9, known=KNOWN)

    assert after.root_cause.grade is Grade.NOT_ESTABLISHED


@given(st.sampled_from(sorted(SECTIONS)), st.text(max_size=300))
def test_whatever_is_typed_is_saved_or_refused_and_always_cited(section: str, text: str) -> None:
    """No text breaks the editor, and no sentence comes out of it without evidence."""
    try:
        after = rewrite(a_draft(), section, text, label=9, known=KNOWN)
    except ValueError:
        return
    assert after.title
    for name in SECTIONS:
        if name != "title":
            assert all(claim.evidence for claim in claims_of(after, name))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1, max_size=80))
def test_a_line_shown_and_saved_again_is_the_same_claim(text: str) -> None:
    """Round trip: showing a claim and reading the line back changes nothing."""
    claim = TimelineEntry(text=text, evidence=(1, 2), at=NINE, phase=a_draft().timeline[0].phase)
    draft = a_draft(timeline=(claim,))

    assert rewrite(draft, "timeline", line_of(claim), label=9, known=KNOWN) == draft
