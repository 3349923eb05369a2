"""Similar past incidents in the documents."""

from __future__ import annotations

from bot.domain.postmortem import SimilarIncident
from bot.publishers.document import as_html, as_markdown, contents
from tests.publishers.sample import postmortem

LIKE = SimilarIncident(
    incident="INC-12",
    title="Checkout <b>down</b>",
    percent=83,
    shared=("connection pool", "leaked"),
    cause_class="capacity",
    fix="Rolled back to 2.13.2.",
    open_actions=("Add an alert.",),
)


def test_a_similar_incident_is_told_with_its_chance_reasons_fix_and_open_items() -> None:
    """In a section of its own, in both forms, with nothing of its text taking effect."""
    told = postmortem(similar=(LIKE,))
    for document in (as_markdown(told), as_html(told)):
        assert "Similar past incidents" in document
        assert "83 % likely the same cause" in document
        assert "connection pool, leaked" in document
        assert "<b>down</b>" not in document
    (sentence,) = contents(told)["section"]["similar"]["sentences"]
    assert "capacity" in sentence
    assert "What helped then: Rolled back to 2.13.2." in sentence
    assert "Still open from then: Add an alert." in sentence


def test_a_document_without_similar_incidents_has_no_such_section() -> None:
    """Silence is better than noise."""
    assert "Similar past incidents" not in as_markdown(postmortem())


def test_what_nobody_said_is_left_out() -> None:
    """No fix, no class and nothing open are no sentences."""
    bare = SimilarIncident(incident="INC-1", title="Slow", percent=40)
    (sentence,) = contents(postmortem(similar=(bare,)))["section"]["similar"]["sentences"]
    assert sentence == "INC-1, Slow: 40 % likely the same cause."
