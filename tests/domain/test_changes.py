"""Differences between revisions, and bringing two edits of one together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changes import Version, changes, merge, redrafted, with_sections
from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Draft,
    Grade,
    Moment,
    Phase,
    RootCause,
    TimelineEntry,
    Times,
)
from bot.domain.sections import SECTIONS, lines_of, with_claims
from tests.domain.drafts import NINE, a_draft

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


def test_a_merged_or_undone_cause_keeps_the_grade_it_came_with() -> None:
    """What a drafter inferred is not called stated because it went through a merge."""
    mine = a_draft(
        root_cause=RootCause(grade=Grade.INFERRED, claims=(Claim(text="The pool was full.", evidence=(2,)),))
    )

    merged, _ = merge(a_draft(), a_draft(impact=ROWS), mine)

    assert merged.root_cause == mine.root_cause


def test_what_people_wrote_survives_every_redraft() -> None:
    """The second redraft after an edit, too, though the first one is a drafter's own revision by then."""
    history = [Version(False, a_draft()), Version(True, a_draft(impact=ROWS))]
    fresh = a_draft(impact=COUNT, title="Checkout outage")

    first = redrafted(history, fresh)
    second = redrafted([*history, Version(False, first)], fresh)

    assert (first.impact, first.title) == (ROWS, "Checkout outage")
    assert second == first


def test_an_edit_that_was_taken_back_no_longer_holds_a_section() -> None:
    """Then the drafter may write it anew."""
    history = [Version(False, a_draft()), Version(True, a_draft(impact=ROWS)), Version(True, a_draft())]

    assert redrafted(history, a_draft(impact=COUNT)).impact == COUNT


def test_a_list_people_edited_takes_in_what_rests_on_new_evidence_only() -> None:
    """Late talk comes in; a line they removed or rewrote does not come back in other words."""
    removed = a_draft(action_items=a_draft().action_items[1:])
    late = ActionItem(text="Cap the retries.", evidence=(12,))
    reworded = ActionItem(text="Add one more alert.", evidence=(5,))

    after = redrafted(
        [Version(False, a_draft()), Version(True, removed)],
        a_draft(action_items=(reworded, a_draft().action_items[1], late)),
    )

    assert [item.text for item in after.action_items] == ["Fix the retry.", "Cap the retries."]


def test_one_section_drafted_again_leaves_the_others_as_they_are() -> None:
    """Times go with the timeline, theories with the cause."""
    times = Times(started=Moment(at=NINE))
    fresh = a_draft(impact=COUNT, title="Another title", times=times)

    after = redrafted([Version(False, a_draft())], fresh, ("impact",))

    assert after == a_draft(impact=COUNT)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(SECTIONS)), st.integers(0, 3)), max_size=12))
def test_no_history_of_edits_and_redrafts_loses_a_persons_line(
    steps: list[tuple[bool, str, int]],
) -> None:
    """Whatever people wrote last in a section is there after a redraft."""
    history, mine = [Version(False, a_draft())], dict[str, Draft]()
    for by_person, section, number in steps:
        now = history[-1].draft
        if by_person:
            words = Claim(text=f"Person {number}.", evidence=(50 + number,))
            changed = with_sections(now, rewritten(now, section, words), [section])
            mine[section] = changed
            history.append(Version(True, changed))
        else:
            history.append(Version(False, redrafted(history, rewritten(now, section, COUNT[0]))))
    final = redrafted(history, a_draft(title="Machine"))
    for section, wrote in mine.items():
        assert set(lines_of(wrote, section)) <= set(lines_of(final, section))


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(sorted(SECTIONS)), st.integers(0, 3)),
        min_size=1,
        max_size=12,
    )
)
def test_of_drafts_one_after_another_only_the_last_tells_what_people_touched(
    steps: list[tuple[bool, str, int]],
) -> None:
    """So a redraft reads a person's revisions, the one before each, and the newest."""
    history = [
        Version(
            by_person, rewritten(a_draft(), section, Claim(text=f"Line {number}.", evidence=(50 + number,)))
        )
        for by_person, section, number in steps
    ]
    told = [
        version
        for version, after in zip(history, [*history[1:], None], strict=True)
        if version.by_person or after is None or after.by_person
    ]

    assert redrafted(told, a_draft(impact=COUNT)) == redrafted(history, a_draft(impact=COUNT))


def rewritten(draft: Draft, section: str, words: Claim) -> Draft:
    """The draft with one section said in these words alone."""
    if section == "title":
        return draft.model_copy(update={"title": words.text})
    if section == "timeline":
        entry = TimelineEntry(text=words.text, evidence=words.evidence, at=NINE, phase=Phase.AFTER)
        return with_claims(draft, section, [entry])
    if section == "action_items":
        return with_claims(draft, section, [ActionItem(text=words.text, evidence=words.evidence)])
    return with_claims(draft, section, [words])
