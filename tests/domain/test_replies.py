"""Replies under a draft: forms and talk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.postmortem import Commitment, Draft
from bot.domain.replies import Approve, Edit, Reviewer, apply, parse_reply
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
