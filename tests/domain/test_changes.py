"""Differences between revisions, and bringing two edits of one together."""

from __future__ import annotations

from bot.domain.changes import changes, merge
from bot.domain.postmortem import Claim
from tests.domain.drafts import a_draft

ROWS = (Claim(text="All orders failed.", evidence=(2, 9)),)
COUNT = (Claim(text="3,200 orders failed.", evidence=(2, 8)),)


def test_a_change_names_its_section_and_the_lines_that_went_and_came() -> None:
    """Only the lines that differ are shown."""
    (change,) = changes(a_draft(), a_draft(impact=ROWS))

    assert change.section == "Impact"
    assert change.removed == ("3,120 orders failed. [2]",)
    assert change.added == ("All orders failed. [2][9]",)


def test_edits_of_different_sections_go_together() -> None:
    """Two people who edited different sections both keep their text."""
    merged, conflicts = merge(a_draft(), a_draft(impact=ROWS), a_draft(title="Checkout outage"))

    assert (merged.impact, merged.title, conflicts) == (ROWS, "Checkout outage", ())


def test_edits_of_the_same_section_conflict_and_what_was_saved_stands() -> None:
    """Nothing saved is overwritten silently."""
    merged, conflicts = merge(a_draft(), a_draft(impact=ROWS), a_draft(impact=COUNT))

    assert merged.impact == ROWS
    assert conflicts == ("impact",)


def test_the_same_edit_twice_is_no_conflict() -> None:
    """Two people who wrote the same agree."""
    assert merge(a_draft(), a_draft(impact=ROWS), a_draft(impact=ROWS)) == (a_draft(impact=ROWS), ())


def test_taking_an_edit_back_keeps_what_came_after_it() -> None:
    """Undo is a merge from the edited revision to the one before."""
    edited = a_draft(impact=ROWS)
    later = a_draft(impact=ROWS, title="Checkout outage")

    merged, conflicts = merge(edited, later, a_draft())

    assert (merged, conflicts) == (a_draft(title="Checkout outage"), ())
