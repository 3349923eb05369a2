"""Documents of the common templates become structured drafts that cite their own paragraphs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.incident import Severity
from bot.domain.paper import Paper
from bot.domain.postmortem import Commitment, Grade, Phase
from bot.domain.provenance import check
from bot.domain.transcript import Source
from bot.imports.paper import understand
from tests.imports.documents import ATLASSIAN, GITLAB, GOOGLE, OURS, PAGERDUTY, PLAIN, TOML

FALLBACK = datetime(2020, 1, 1, tzinfo=UTC)


def read(text: str, name: str = "postmortem") -> Paper:
    return understand(text, name=name, channel_id="C0DOC", fallback=FALLBACK)


def told(paper: Paper, section: str) -> list[str]:
    return [claim.text for name, claim in paper.draft.claims() if name == section]


def test_google_s_template_is_understood() -> None:
    """Labels in bold, a table of action items, lessons under headings of their own, a timeline of bullets."""
    paper = read(GOOGLE)
    assert paper.draft.title == "Catalogue search"
    assert (paper.severity, paper.is_finished) == (Severity.SEV2, True)
    assert (paper.at, paper.resolved_at) == (
        datetime(2025, 10, 21, 14, 51, tzinfo=UTC),
        datetime(2025, 10, 21, 15, 57, tzinfo=UTC),
    )
    assert told(paper, "summary") == [
        "Search was down for 66 minutes during a sale.",
        "Queries failed with HTTP 503.",
    ]
    assert told(paper, "impact")[1] == "No revenue was lost."
    assert told(paper, "root_cause") == ["A full disk on search-db-3 stopped the index writer."]
    assert paper.draft.root_cause.grade is Grade.STATED
    assert told(paper, "went_well") == ["Monitoring noticed within a minute"]
    assert told(paper, "went_badly") == ["Nobody had practised moving the traffic"]
    assert told(paper, "lucky") == ["The other cluster was idle"]
    assert told(paper, "resolution") == ["Traffic was sent to another cluster."]
    first, second = paper.draft.action_items
    assert (first.text, first.owner, first.due, first.priority, first.kind) == (
        "Alert at 80% disk usage", "jennifer", date(2025, 11, 1), "high", Commitment.COMMITMENT,
    )  # fmt: skip
    assert (second.owner, second.due, second.priority) == ("martym", None, None)
    phases = [entry.phase for entry in paper.draft.timeline]
    assert phases[2:] == [Phase.DETECTION, Phase.MITIGATION, Phase.RESOLUTION, Phase.AFTER]


def test_atlassian_s_template_is_understood() -> None:
    """Front matter, a table as the timeline, five whys, checkboxes."""
    paper = read(ATLASSIAN)
    assert (paper.draft.title, paper.severity, paper.services) == (
        "Payments rejected",
        Severity.SEV2,
        ("payments", "checkout"),
    )
    assert len(told(paper, "root_cause")) == 4
    assert told(paper, "contributing_factors") == ["A new release of the gateway went out at 09:05."]
    assert [(entry.at.hour, entry.phase) for entry in paper.draft.timeline] == [
        (9, Phase.TRIGGER),
        (9, Phase.DETECTION),
        (9, Phase.MITIGATION),
        (10, Phase.RESOLUTION),
    ]
    assert [(item.owner, item.due) for item in paper.draft.action_items] == [
        ("Priya", date(2025, 3, 18)),
        (None, None),
    ]
    assert paper.notes == ("Imported from a document that was written elsewhere.",)


def test_pagerduty_s_template_is_understood() -> None:
    """The day stands in the text only; who owns and attends is left out."""
    paper = read(PAGERDUTY)
    assert paper.at == datetime(2024, 1, 30, 10, 0, tzinfo=UTC)
    assert told(paper, "summary")[1] == "The database ran out of connections."
    assert told(paper, "went_badly") == ["Slow dashboard"]
    assert [(item.owner, item.due) for item in paper.draft.action_items] == [("bob", date(2024, 2, 10))]
    assert "Jane" not in str(paper.evidence)
    assert len(paper.notes) == 1


def test_gitlab_s_template_is_understood() -> None:
    """The day stands in the heading, an address is no title, times stand in code."""
    paper = read(GITLAB)
    assert (paper.draft.title, paper.at) == (
        "Gitaly nodes saturated",
        datetime(2023, 7, 12, 8, 1, tzinfo=UTC),
    )
    assert paper.resolved_at == datetime(2023, 7, 12, 8, 45, tzinfo=UTC)
    assert told(paper, "root_cause") == ["A script read every repository."]
    assert len(paper.notes) == 1


def test_our_own_documents_are_known_as_such() -> None:
    """Their citations lead elsewhere, so they are left out, and so is their appendix."""
    paper = read(OURS)
    assert (paper.own_key, paper.draft.title, paper.severity) == ("INC-1", "Cache down", Severity.SEV2)
    assert [item.text for item in paper.evidence] == ["The cache was down."]
    assert read(GOOGLE).own_key == ""


def test_a_plain_document_is_kept_with_a_note() -> None:
    """What has no place of its own stands under contributing factors; stated times are turned into UTC."""
    paper = read(PLAIN)
    assert paper.draft.title == "Outage of the mail queue"
    assert paper.at == datetime(2025, 5, 8, 6, 30, tzinfo=UTC)
    assert paper.resolved_at == datetime(2025, 5, 8, 8, 30, tzinfo=UTC)
    assert told(paper, "contributing_factors") == ["The queue is older than most of us."]
    assert any("Musings" in note for note in paper.notes)


def test_toml_is_front_matter_too() -> None:
    """And a document that calls itself a draft is not finished."""
    paper = read(TOML)
    assert (paper.draft.title, paper.severity, paper.is_finished) == (
        "Search index corrupted",
        Severity.SEV1,
        False,
    )
    assert (paper.at.date(), told(paper, "summary")) == (date(2024, 12, 24), ["The index was corrupted."])


@pytest.mark.parametrize("text", [GOOGLE, ATLASSIAN, PAGERDUTY, GITLAB, PLAIN, TOML])
def test_every_sentence_rests_on_its_paragraph(text: str) -> None:
    """The checks find nothing wrong, and every citation leads to a line of the document."""
    paper = read(text)
    evidence = {item.label: item for item in paper.evidence}
    assert check(paper.draft, evidence) == ()
    lines = text.splitlines()
    for item in paper.evidence:
        assert item.source is Source.DOCUMENT
        assert item.role.startswith("document, line")
        assert len({other.ts for other in paper.evidence}) == len(paper.evidence)
        first = int(item.role.split("line")[1].strip("s ").split("–")[0])
        assert lines[first - 1].strip()


def test_people_named_as_authors_are_not_taken_over() -> None:
    """Who wrote, led and attended is nobody's business a year later."""
    text = (
        "# Disk full\n\nAuthors: Ann Lee\n\n## Attendees\n\nBob Marsh\n\n## Summary\n\nThe disk was full.\n"
    )
    paper = read(text)
    assert "Ann" not in paper.draft.model_dump_json()
    assert [item.text for item in paper.evidence] == ["The disk was full."]


def test_a_document_without_a_date_is_dated_by_its_name_or_its_file() -> None:
    """And says so where it was the file."""
    assert read("# Disk full\n\nIt was full.", "2023-04-05-disk").at.date() == date(2023, 4, 5)
    undated = read("# Disk full\n\nIt was full.")
    assert undated.at == FALLBACK
    assert any("dated by its file" in note for note in undated.notes)


def test_the_first_date_of_the_text_counts_before_the_file_s() -> None:
    """Wherever it stands; a month's short form ends no sentence."""
    text = (
        "# Disk full\n\n## Timeline as we saw it\n\n- 2024-05-06 10:00 UTC Disk full as of Mar. 10 and 12.\n"
    )
    paper = read(text)
    assert paper.at == datetime(2024, 5, 6, 10, 0, tzinfo=UTC)
    assert told(paper, "timeline") == ["Disk full as of Mar. 10 and 12."]
    assert told(read("# Disk full\n\nIt was full on Mar. 10. It was bad."), "summary") == [
        "It was full on Mar. 10.",
        "It was bad.",
    ]


def test_times_without_a_zone_are_taken_for_utc_and_said_so() -> None:
    """A zone named once counts for all."""
    body = "# Disk full\n\nDate: 2025-01-02\n\n## Timeline\n\n{}- 23:50 Alert fires\n- 00:10 Resolved\n"
    plain = read(body.format(""))
    assert [entry.at.isoformat() for entry in plain.draft.timeline] == [
        "2025-01-02T23:50:00+00:00",
        "2025-01-03T00:10:00+00:00",
    ]
    assert "Times without a zone are taken for UTC." in plain.notes
    zoned = read(body.format("All times are in CET.\n\n"))
    assert zoned.draft.timeline[0].at.hour == 22
    assert "Times without a zone are taken for UTC." not in zoned.notes


def test_a_doubtful_cause_is_not_called_stated() -> None:
    """As everywhere."""
    paper = read("# Disk full\n\n## Root cause\n\nProbably the log rotation was broken, we are not sure.\n")
    assert paper.draft.root_cause.grade is Grade.INFERRED


@pytest.mark.parametrize(
    ("value", "guarded"), [("true", True), ("restricted", True), ("false", False), ("public", False)]
)
def test_a_document_says_who_may_read_it(value: str, guarded: bool) -> None:
    """One that calls itself confidential is not for everybody."""
    assert read(f"---\nconfidential: {value}\n---\n# Disk full\n\nIt was.").is_guarded is guarded


_MARKS = (
    "# ",
    "- ",
    "- [ ] ",
    "|",
    "|---|",
    "---",
    "+++",
    "**",
    "```",
    "<!--",
    "-->",
    "[a](b)",
    "=====",
    "> ",
)
_WORDS = ("## Timeline", "## Action items", "Severity: ", "Impact: ", "14:20 ", "2025-01-02", "word ", "1. ")
_PIECES = st.sampled_from([*_MARKS, *_WORDS, ": ", "\n", "\t"])


@settings(deadline=None)
@given(st.lists(_PIECES | st.text(max_size=6), max_size=40).map("".join))
def test_no_document_does_any_harm(text: str) -> None:
    """Whatever it holds, it is read, and what is claimed cites what is there."""
    paper = read(text)
    labels = {item.label for item in paper.evidence}
    assert all(set(claim.evidence) <= labels and claim.evidence for _, claim in paper.draft.claims())
    assert paper.draft.title
