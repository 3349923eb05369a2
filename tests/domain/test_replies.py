"""Replies under a draft: forms and talk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.postmortem import Commitment, Draft, Grade
from bot.domain.replies import Approve, Edit, Request, Reviewer, apply, parse_reply
from bot.domain.sections import claims_of
from tests.domain.drafts import NINE, a_draft

KNOWN = frozenset(range(1, 7))


def edited(
    text: str, *, tz: str = "UTC", owners: dict[str, str] | None = None, near: datetime = NINE
) -> Draft:
    """The sample draft after a reply."""
    edit = parse_reply(text)
    assert isinstance(edit, Edit)
    by = Reviewer(label=9, tz=tz, owners=owners or {})
    return apply(a_draft(), edit, by, near=near, known=KNOWN)


@pytest.mark.parametrize("text", ["approve", "Approve", " APPROVED. ", "approve!"])
def test_approve_alone_approves(text: str) -> None:
    """The whole message has to be the word."""
    assert parse_reply(text) == Approve()


@pytest.mark.parametrize(
    "text",
    [
        "approve the PR please",
        "I approve",
        "approve?",
        "the summary: is it right",
        "looks good to me",
        "remove action items that are done",
        "severity was high",
        "timeline",
        "summary:",
        "what is the impact: unclear?",
        "",
    ],
)
def test_talk_stays_talk(text: str) -> None:
    """What merely looks like a form changes nothing."""
    assert parse_reply(text) is None


def test_a_summary_replaces_the_summary_sentence_by_sentence() -> None:
    """Each sentence becomes a claim that cites the reviewer, and what it resembles."""
    after = edited("summary: Checkout answered 502 to some. Nobody knows why.")

    assert [claim.text for claim in after.summary] == ["Checkout answered 502 to some.", "Nobody knows why."]
    assert after.summary[0].evidence == (1, 9)
    assert after.summary[1].evidence == (9,)


def test_a_clock_time_is_read_in_the_authors_zone() -> None:
    """14:20 in Stockholm in winter is 13:20 UTC, on the incident's day."""
    after = edited("timeline: 14:20 Failover started", tz="Europe/Stockholm", near=NINE)

    assert datetime(2026, 3, 2, 13, 20, tzinfo=UTC) in [entry.at for entry in after.timeline]


def test_a_clock_time_without_a_date_is_the_one_nearest_to_the_incident() -> None:
    """Half past eleven in the evening of an incident just after midnight was yesterday."""
    near = datetime(2026, 3, 2, 0, 10, tzinfo=UTC)

    after = edited("timeline: 23:30 first errors", near=near)

    assert after.timeline[0].at == datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def test_a_date_and_utc_are_taken_as_written() -> None:
    """Who writes them out means them."""
    after = edited("timeline: 2026-03-01 23:30 UTC first errors", tz="Asia/Kolkata")

    assert after.timeline[0].at == datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def test_an_action_takes_owner_and_date_from_its_end() -> None:
    """An owner named by a person is a commitment."""
    after = edited("action: Load-test retries @U0TOM by 2026-12-01", owners={"U0TOM": "Tom"})

    item = after.action_items[-1]
    assert (item.text, item.owner, item.due, item.kind) == (
        "Load-test retries",
        "Tom",
        date(2026, 12, 1),
        Commitment.COMMITMENT,
    )


def test_a_numbered_line_is_rewritten_and_keeps_its_evidence() -> None:
    """`timeline 2:` keeps time and citations of the second entry."""
    after = edited("timeline 2: Rollback to v2.13 started.")

    assert after.timeline[1].evidence == (3, 9)
    assert after.timeline[1].at == a_draft().timeline[1].at


def test_a_line_can_be_removed() -> None:
    """`remove action 1` leaves the second."""
    assert [item.text for item in edited("remove action 1").action_items] == ["Fix the retry."]


@pytest.mark.parametrize(
    "text", ["remove action 9", "timeline 9: x", "timeline: no time here", "action: x by 2026-99-99"]
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text: str) -> None:
    """A line that is not there, a time that is none."""
    with pytest.raises(ValueError, match=r"\w+ .+\."):
        edited(text)


@given(st.text(max_size=200))
def test_no_reply_ever_fails_or_loses_a_citation(text: str) -> None:
    """Whatever people write is an edit whose claims cite something, a refusal, or talk."""
    edit = parse_reply(text)
    if not isinstance(edit, Edit):
        return
    try:
        after = apply(a_draft(), edit, Reviewer(label=9), near=NINE, known=KNOWN)
    except ValueError:
        return
    assert all(claim.evidence for _, claim in after.claims())


ONE_LINE = {
    "summary": "summary",
    "impact": "impact",
    "root cause": "root_cause",
    "resolution": "resolution",
    "factor": "contributing_factors",
    "went well": "went_well",
    "went badly": "went_badly",
    "lucky": "lucky",
    "question": "open_questions",
    "action items": "action_items",
}


@pytest.mark.parametrize(("name", "section"), ONE_LINE.items())
def test_every_section_is_edited_added_to_rewritten_and_removed_from(name: str, section: str) -> None:
    """By its name, whatever kind it is; lines are counted from 1."""
    draft = a_draft()
    for text in (f"add {name}: First line.", f"add to the {name}: Second line.", f"{name} 1: Another line."):
        draft = after_reply(draft, text)
    lines = [claim.text for claim in claims_of(draft, section)]
    assert lines[0] == "Another line."
    assert lines[-1] == "Second line."
    gone = after_reply(draft, f"delete {name} {len(lines)}")
    assert [claim.text for claim in claims_of(gone, section)] == lines[:-1]


def after_reply(draft: Draft, text: str) -> Draft:
    """The draft after one reply."""
    edit = parse_reply(text)
    assert isinstance(edit, Edit), text
    return apply(draft, edit, Reviewer(label=9), near=NINE, known=KNOWN)


def test_timeline_lines_keep_their_number_by_time() -> None:
    """A new one takes its place in time; the next number is what people then see."""
    draft = after_reply(a_draft(), "add to the timeline: 09:05 UTC Failover started.")

    assert [entry.text for entry in draft.timeline] == [
        "The alert fired.",
        "Failover started.",
        "Rollback started.",
    ]
    draft = after_reply(draft, "timeline 2: 09:30 UTC Failover started late.")
    assert [entry.text for entry in draft.timeline][-1] == "Failover started late."
    draft = after_reply(draft, "remove timeline 1")
    assert [entry.text for entry in draft.timeline] == ["Rollback started.", "Failover started late."]


@pytest.mark.parametrize("text", ["remove action 0", "remove action 3", "question 1: x", "timeline 0: x"])
def test_a_line_that_is_not_there_is_refused_with_how_many_there_are(text: str) -> None:
    """Numbers count from 1."""
    with pytest.raises(ValueError, match=r"There is no line \d+; that section has \d+\."):
        edited(text)


def test_emptying_a_section_by_removal_leaves_it_empty() -> None:
    """A cause without a sentence is not established."""
    draft = edited("remove root cause 1")
    assert draft.root_cause.grade is Grade.NOT_ESTABLISHED


@pytest.mark.parametrize(
    "text",
    [
        "edit: make the summary two sentences",
        "Please edit: shorter",
        "@U0BOT make it shorter",
        "@U0BOT, shorter",
    ],
)
def test_free_requests_are_told_from_talk(text: str) -> None:
    """They begin with `edit:` or with the bot's own mention."""
    asked = parse_reply(text, "U0BOT")
    assert isinstance(asked, Request)
    assert "edit" not in asked.words
    assert "U0BOT" not in asked.words


@pytest.mark.parametrize(
    "text",
    [
        "@U0MAYA make it shorter",
        "make it shorter, @U0BOT",
        "@U0BOT",
        "@U0BOTX shorter",
        "edit:",
        "we edit: daily",
        "add more",
    ],
)
def test_talk_to_others_and_about_the_bot_stays_talk(text: str) -> None:
    """Mentions of other people, the bot named in passing, or nothing said."""
    assert parse_reply(text, "U0BOT") is None


def test_forms_addressed_to_the_bot_are_forms() -> None:
    """Nobody needs a model for them."""
    assert parse_reply("@U0BOT approve", "U0BOT") == Approve()
    assert parse_reply("@U0BOT severity sev2", "U0BOT") == Edit(
        section="severity", kind="replace", text="sev2"
    )
    assert parse_reply("@U0MAYA approve", "U0BOT") is None
