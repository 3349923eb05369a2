"""The Markdown document and the web page say everything, cite everything and run nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import yaml
from hypothesis import given, settings
from markdown_it import MarkdownIt

from bot.domain.postmortem import Claim, Coverage, Grade, Moment, Postmortem, RootCause, Times
from bot.publishers.document import as_html, as_markdown, contents
from tests.publishers.hostile import TEXTS
from tests.publishers.sample import clock, evidence, postmortem, said, timeline, times

EMPTY = Postmortem(incident="INC-8", title="Quiet", status="in review")


class Page(HTMLParser):
    """The tags and attributes of a page, and its text outside of style elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def links(self) -> list[str]:
        return [value for _, name, value in self.attributes if name in {"href", "src"}]


def _haunted(text: str) -> Postmortem:
    """A postmortem in which every free text is the given one."""
    claim = Claim(text=text, evidence=(1,))
    said_so = evidence()[0].model_copy(update={"text": text, "role": text, "permalink": text})
    return postmortem(
        title=text,
        severity=text,
        services=(text,),
        drafter=text,
        summary=(claim,),
        impact=(claim,),
        timeline=(timeline()[0].model_copy(update={"text": text}),),
        root_cause=RootCause(grade=Grade.INFERRED, claims=(claim,)),
        action_items=(postmortem().action_items[0].model_copy(update={"text": text, "owner": text}),),
        findings=(text,),
        coverage=Coverage(notes=(text,), skipped={text: 1}, gaps=(text,)),
        evidence=(said_so,),
    )


def test_the_same_postmortem_gives_the_same_bytes() -> None:
    """Publishing again changes nothing in a repository of documents."""
    assert as_markdown(postmortem()) == as_markdown(postmortem())
    assert as_html(postmortem()) == as_html(postmortem())


def test_every_sentence_stands_in_both_documents() -> None:
    """No section is lost on the way to paper."""
    whole = postmortem()
    page = " ".join("".join(Page(as_html(whole)).words).split())
    text = " ".join(as_markdown(whole).replace("\\", "").split())
    claims = [*whole.summary, *whole.impact, *whole.timeline, *whole.root_cause.claims]
    claims += [*whole.root_cause.hypotheses, *whole.contributing_factors, *whole.resolution]
    claims += [*whole.lessons.went_well, *whole.lessons.went_badly, *whole.lessons.lucky]
    for claim in [*claims, *whole.action_items, *whole.open_questions]:
        assert claim.text in page
        assert claim.text in text


def test_the_front_matter_is_yaml() -> None:
    """Other tools read the facts without reading the prose."""
    head = yaml.safe_load(as_markdown(postmortem(title="no: “#1” is\nbad")).split("---\n")[1])
    assert head["incident"] == "INC-7"
    assert head["title"] == "no: “#1” is bad"
    assert head["services"] == ["checkout", "payments"]
    assert head["revision"] == 3
    assert head["resolved"] == clock("15:24:00")


def test_citations_lead_to_the_appendix() -> None:
    """Each number is a link, and each link has its place."""
    html = MarkdownIt("commonmark").enable("table").render(as_markdown(postmortem()))
    targets = set(re.findall(r'<a href="#(e\d+)"', html))
    assert targets == set(re.findall(r'<a id="(e\d+)"', html))
    assert '[<a href="#e11">11</a>, <a href="#e12">12</a>]' in html


def test_the_appendix_leads_to_slack() -> None:
    """Whoever doubts a sentence is one click from the message it rests on."""
    permalink = evidence()[4].permalink or "missing"
    assert permalink in as_markdown(postmortem())
    assert permalink in Page(as_html(postmortem())).links


def test_a_citation_without_evidence_is_shown_but_leads_nowhere() -> None:
    """A dangling label is visible to the reader and breaks no link."""
    whole = postmortem(summary=(said("A claim.", 99),))
    assert "A claim. [99]" in as_markdown(whole)
    assert "#e99" not in as_html(whole)


def test_absence_is_said_where_it_matters() -> None:
    """A reader is told that nothing is known of impact, cause and times."""
    for document in (as_markdown(EMPTY), as_html(EMPTY)):
        for sentence in (
            "Nothing in the transcript speaks of impact.",
            "Not established.",
            "Unreviewed draft",
        ):
            assert sentence in document
        assert "Contributing factors" not in document
        assert "<svg" not in document


def test_an_approved_postmortem_is_not_called_a_draft() -> None:
    """The warning goes when somebody has approved the text."""
    assert "Unreviewed" not in as_markdown(postmortem(status="published"))
    assert "Unreviewed" not in as_html(postmortem(status="approved"))


def test_an_incident_over_several_days_has_a_heading_a_day() -> None:
    """A time alone would not say which night it was."""
    first, *_, last = timeline()
    later = last.model_copy(update={"at": last.at + timedelta(days=2)})
    text = as_markdown(postmortem(timeline=(later, first)))
    assert text.index("### Saturday 21 November 2026 (UTC)") < text.index("### Monday 23 November 2026 (UTC)")
    assert "2026-11-21 13:55:02 UTC" in as_markdown(
        postmortem(times=Times(started=Moment(at=first.at - timedelta(days=1))))
    )


def test_seconds_are_shown_where_minutes_would_not_tell_entries_apart() -> None:
    """An incident of a few minutes is told to the second."""
    assert "**13:55:02**" in as_markdown(postmortem(timeline=timeline()[:2]))
    assert "**13:55**" in as_markdown(postmortem())


def test_deleted_evidence_says_so() -> None:
    """A tombstone is cited as one."""
    gone = evidence()[0].model_copy(update={"deleted": True, "text": ""})
    assert "This message was deleted in Slack" in as_markdown(postmortem(evidence=(gone,)))


def test_the_page_asks_for_nothing_and_allows_nothing() -> None:
    """No script, no request, and a policy that admits only the page's own styles."""
    html = as_html(postmortem())
    page = Page(html)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not [name for _, name, _ in page.attributes if name in {"style", "src"} or name.startswith("on")]
    assert not re.search(r"url\(|@import", html)
    policy = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'")
    for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_every_link_of_the_page_leads_somewhere() -> None:
    """Anchors exist once each, and what leaves the page is a web address."""
    page = Page(as_html(postmortem()))
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert link.startswith("https://acme.slack.com/") or link.removeprefix("#") in page.ids


def test_the_page_can_be_read_without_seeing_it() -> None:
    """Landmarks, a language, table heads and machine-readable times."""
    page = Page(as_html(postmortem()))
    assert page.tags >= {"header", "nav", "main", "footer", "h1", "table", "thead", "time"}
    assert ("html", "lang", "en") in page.attributes
    assert {value for tag, name, value in page.attributes if (tag, name) == ("th", "scope")} == {"col", "row"}
    assert ("time", "datetime", "2026-11-21T15:24:00Z") in page.attributes


_PLAIN = Page(as_html(_haunted("plain")))


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_nothing_written_takes_effect_in_the_page(text: str) -> None:
    """Whatever is quoted, the page has the tags it would have anyway, and no link of another kind."""
    html = as_html(_haunted_or_valid(text))
    page = Page(html)
    assert page.tags <= _PLAIN.tags
    assert {(tag, name) for tag, name, _ in page.attributes} <= _known_attributes()
    assert all(link.startswith(("#", "http://", "https://")) for link in page.links)
    html.encode("utf-8")


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_nothing_written_takes_effect_in_markdown(text: str) -> None:
    """Whatever is quoted, the document's blocks are those of its template."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])

    def blocks(markdown: str) -> list[str]:
        body = markdown.split("---\n", 2)[2]
        return [token.type for token in reader.parse(body) if token.type in _STRUCTURE]

    assert blocks(as_markdown(_haunted_or_valid(text))) == blocks(as_markdown(_haunted("plain")))


_STRUCTURE = {
    "heading_open",
    "table_open",
    "tr_open",
    "list_item_open",
    "blockquote_open",
    "hr",
    "fence",
    "code_block",
}


def _haunted_or_valid(text: str) -> Postmortem:
    """Lone surrogates never pass validation; everything else does."""
    return _haunted(text.encode("utf-8", "replace").decode() or " ")


def _known_attributes() -> set[tuple[str, str]]:
    known = {(tag, name) for tag, name, _ in _PLAIN.attributes}
    return known | {("a", "rel"), ("a", "href"), ("a", "class"), ("a", "aria-label"), ("h1", "class")}


@pytest.mark.parametrize("grade", list(Grade))
def test_a_grade_is_put_in_plain_words(grade: Grade) -> None:
    """A reader need not know the format's vocabulary."""
    shown = contents(postmortem(root_cause=RootCause(grade=grade)))["section"]["root_cause"]
    assert shown["grade"].endswith(".")
    assert "_" not in shown["grade"]


def test_durations_count_from_the_start() -> None:
    """The table says how long detection, mitigation and resolution took."""
    text = as_markdown(postmortem(times=times()))
    assert "2026-11-21 14:01 UTC, after 6 min [[2]]" in text
    assert "2026-11-21 15:24 UTC, after 1 h 28 min [[20]]" in text
