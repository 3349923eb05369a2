"""What a template may wish for comes true in both documents, and nothing gets lost by it."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.postmortem import Lessons, Postmortem
from bot.publishers.document import as_html, as_markdown, contents
from bot.publishers.layout import CLAIMS, SECTIONS, Layout
from bot.publishers.parts import asked, claims_by_section, demanded
from tests.publishers.hostile import TEXTS
from tests.publishers.sample import evidence, postmortem, said, timeline
from tests.publishers.test_document import Page

OWN = '[[add]]\nkey = "own"\nname = "What surprised you?"\n'


def laid_out(toml: str) -> Layout:
    """A layout as a file gives it."""
    return Layout.model_validate(tomllib.loads(toml))


def headings(markdown: str) -> list[str]:
    """The headings of the sections, nested ones included."""
    return re.findall(r"^###? (?!\w+ \d)(.+)$", markdown, re.MULTILINE)


def sections(html: str) -> list[str]:
    """The headings of the sections of a page."""
    return re.findall(r'<h[23] id="[\w-]+-h">(.+?)</h', html)


def leads_somewhere(html: str) -> bool:
    """Whether every link within the page has its target, and every target is there once."""
    page = Page(html)
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    return len(page.ids) == len(set(page.ids)) and inside <= set(page.ids)


def test_an_empty_layout_is_the_usual_document() -> None:
    """Every section in the usual order under the usual names, but those with nothing in them."""
    usual = [name for key, name in SECTIONS.items() if key not in ("more", "similar")]
    assert headings(as_markdown(postmortem())) == usual
    assert sections(as_html(postmortem())) == usual


def test_sections_are_dropped_renamed_and_reordered() -> None:
    """In both documents and in the page's outline."""
    layout = laid_out(
        'drop = ["lucky", "timeline", "evidence"]\norder = ["action_items", "summary"]\n'
        '[rename]\nimpact = "Who noticed?"'
    )
    expected = ["Action items", "Executive summary", "Who noticed?", "Root cause", "Hypotheses considered"]
    assert headings(as_markdown(postmortem(), layout))[:5] == expected
    assert sections(as_html(postmortem(), layout))[:5] == expected
    assert not {"Timeline", "Where we got lucky", "Evidence"} & set(sections(as_html(postmortem(), layout)))
    assert "<svg" not in as_html(postmortem(), layout)


def test_what_a_layout_leaves_out_is_said() -> None:
    """A reader knows that there was more than this document shows."""
    text = as_markdown(postmortem(), laid_out('drop = ["hypotheses", "lucky"]'))
    assert "This layout leaves out: Hypotheses considered (2), Where we got lucky (1)." in text


def test_hypotheses_are_a_section_of_their_own_away_from_the_cause() -> None:
    """Next to the root cause they are a part of it."""
    assert "### Hypotheses considered" in as_markdown(postmortem())
    assert "\n## Hypotheses considered" in as_markdown(postmortem(), laid_out('order = ["hypotheses"]'))


def test_an_added_section_shows_its_text_and_its_question() -> None:
    """Where the template wants it, as words and never as markup."""
    layout = laid_out(OWN + 'text = "One <b>.\\n\\nTwo *."\nask = "What surprised you?"\nafter = "impact"')
    text, page = as_markdown(postmortem(), layout), as_html(postmortem(), layout)
    for found in (headings(text), sections(page)):
        assert found[found.index("Impact") + 1] == "What surprised you?"
    assert "One &lt;b>.\n\nTwo \\*.\n\n*To answer in review:* What surprised you?" in text
    assert "<p>One &lt;b&gt;.</p>" in page


def test_a_question_stands_in_a_section_while_it_is_empty() -> None:
    """It is asked in the document and among the findings, and gone once somebody answered."""
    layout = laid_out('[ask]\nlucky = "Where did luck help?"')
    empty = postmortem(lessons=Lessons())
    assert "## Where we got lucky\n\n*To answer in review:* Where did luck help?" in as_markdown(
        empty, layout
    )
    assert "Where did luck help?" in as_html(empty, layout)
    assert asked(empty, layout) == (
        "“Where we got lucky” is still empty. The template asks: Where did luck help?",
    )
    assert asked(postmortem(), layout) == ()
    assert "Where did luck help?" not in as_markdown(postmortem(), layout)


def test_missing_owners_and_dates_are_marked_and_found() -> None:
    """Both in the table, and in a sentence for the reviewer."""
    layout = laid_out('[action_items]\nrequire = ["owner", "due"]')
    sentence = (
        "Action item 2, “Alert on the time threads wait for a connection”, has no owner and no due date, "
        "which this template asks for."
    )
    assert demanded(postmortem(), layout) == (sentence,)
    assert as_markdown(postmortem(), layout).count("**missing**") == 2
    assert as_html(postmortem(), layout).count('class="missing"') == 2
    assert sentence in contents(postmortem(), layout)["section"]["findings"]["sentences"]
    assert "missing**" not in as_markdown(postmortem())


def test_a_finding_stored_with_the_revision_is_not_told_twice() -> None:
    """The document adds only what it does not have yet."""
    layout = laid_out('[action_items]\nrequire = ["due"]')
    (found,) = demanded(postmortem(), layout)
    assert contents(postmortem(findings=(found,)), layout)["section"]["findings"]["sentences"] == [found]


def test_a_limit_cuts_and_keeps_in_the_appendix() -> None:
    """The section says how many are left out and where they are, and there they all are."""
    layout = laid_out("[limits]\nclaims = 1\nsummary = 2")
    text = as_markdown(postmortem(), layout)
    assert text.count("1 more is under “Left out for length”.") == 3
    body, appendix = text.split("## Left out for length")
    assert "stuck payments then drained" not in body
    assert "stuck payments then drained" in appendix
    assert '<a href="#more">' in as_html(postmortem(), layout)


def test_a_short_timeline_keeps_what_tells_most() -> None:
    """Start, detection, mitigation and resolution stay, then the first entry of each phase; the numbers
    are those of the picture."""
    layout = laid_out("[limits]\ntimeline = 5")
    shown = contents(postmortem(), layout)["section"]["timeline"]["claims"]
    assert [entry["number"] for entry in shown] == [1, 2, 4, 11, 13]
    cut = contents(postmortem(), layout)["section"]["more"]["groups"][0]["claims"]
    assert sorted(entry["number"] for entry in (*shown, *cut)) == list(range(1, 15))
    assert leads_somewhere(as_html(postmortem(), layout))


def test_the_picture_numbers_what_is_there_when_nothing_holds_the_rest() -> None:
    """Without an appendix for what was cut, the entries shown are counted from one."""
    layout = laid_out('drop = ["more"]\n[limits]\ntimeline = 5')
    shown = contents(postmortem(), layout)["section"]["timeline"]
    assert [entry["number"] for entry in shown["claims"]] == [1, 2, 3, 4, 5]
    assert shown["left"] == "9 more are in the full postmortem."
    assert leads_somewhere(as_html(postmortem(), layout))


def test_action_items_are_cut_only_where_a_template_names_them() -> None:
    """A general limit never hides a task."""
    assert laid_out("[limits]\nclaims = 1").limit("action_items") is None
    text = as_markdown(postmortem(), laid_out("[limits]\naction_items = 1"))
    assert text.count("| Owner ") == 2


def test_entries_cut_from_several_days_keep_their_date() -> None:
    """In the appendix there is no heading a day."""
    first, *_, last = timeline()
    later = last.model_copy(update={"at": last.at.replace(day=23)})
    text = as_markdown(postmortem(timeline=(first, later)), laid_out("[limits]\ntimeline = 1"))
    assert "- **2026-11-23 17:02** *after*" in text


def test_without_an_appendix_citations_lead_to_slack() -> None:
    """No sentence loses its way to the message it rests on."""
    layout = laid_out('drop = ["evidence"]')
    assert f"[11]: {evidence()[10].permalink}" in as_markdown(postmortem(), layout)
    assert evidence()[10].permalink in Page(as_html(postmortem(), layout)).links
    unlinked = postmortem(evidence=tuple(e.model_copy(update={"permalink": None}) for e in evidence()))
    assert "[11, 12]" in as_markdown(unlinked, layout)
    assert leads_somewhere(as_html(unlinked, layout))


@pytest.mark.parametrize(
    "toml",
    [
        'drop = ["sumary"]',
        'order = ["nowhere"]',
        '[rename]\nimpact = "  "',
        "[limits]\ntimeline = 0",
        "[limits]\nclaims = true",
        "[limits]\nevidence = 3\n",
        '[ask]\nfindings = "x"',
        '[action_items]\nrequire = ["name"]',
        OWN + OWN,
        OWN.replace("own", "impact"),
        OWN.replace("own", "No Key"),
        OWN + 'after = "own"',
        'colour = "red"',
        '[body]\nmarkdown = "x.html.j2"',
    ],
)
def test_what_cannot_be_is_refused(toml: str) -> None:
    """A wish that would come to nothing is an error, not a surprise."""
    with pytest.raises(ValidationError):
        laid_out(toml)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any valid layout, by way of TOML."""
    keys = list(SECTIONS)
    order = draw(st.permutations([*keys, "own"]))[: draw(st.integers(0, len(keys) + 1))]
    drop = draw(st.lists(st.sampled_from([*keys, "picture"]), max_size=8, unique=True))
    limits = draw(st.dictionaries(st.sampled_from(["claims", *CLAIMS]), st.integers(1, 6), max_size=5))
    lines = [f"drop = {drop}", f"order = {order}", "[limits]", *(f"{k} = {v}" for k, v in limits.items())]
    return laid_out("\n".join([*lines, OWN, f'after = "{draw(st.sampled_from(keys))}"']))


@settings(max_examples=60, deadline=None)
@given(layouts())
def test_any_layout_gives_whole_documents(layout: Layout) -> None:
    """The named order holds, dropped sections are gone, no link is dead, and no claim of a shown
    section is lost while there is an appendix for what was cut."""
    text, page = as_markdown(postmortem(), layout), as_html(postmortem(), layout)
    shown = [part["name"] for part in contents(postmortem(), layout)["sections"]]
    assert sections(page) == shown
    nested = {part["name"] for part in contents(postmortem(), layout)["sections"] if part["nested"]}
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [name for name in shown if name not in nested]
    wished = [layout.heading(key) for key in dict.fromkeys(layout.order) if layout.shows(key)]
    assert [name for name in shown if name in wished] == [name for name in wished if name in shown]
    assert not {SECTIONS[key] for key in layout.drop if key in SECTIONS} & set(shown)
    assert leads_somewhere(page)
    plain = " ".join(text.replace("\\", "").split())
    for section, claims in claims_by_section(postmortem()).items():
        if layout.shows(section) and layout.shows("more"):
            assert all(claim.text in plain for claim in claims), section


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_nothing_an_operator_writes_as_words_takes_effect(text: str) -> None:
    """Headings, texts and questions are shown as they are."""
    words = text.encode("utf-8", "replace").decode().strip() or "x"
    added = {"key": "own", "name": words, "text": words, "ask": words}
    layout = Layout.model_validate({"add": [added], "rename": {"impact": words}, "ask": {"lucky": words}})
    bare = Postmortem(incident="INC-1", title="t", status="published", summary=(said("s", 1),))
    page = Page(as_html(bare, layout))
    assert not page.tags & {"script", "img"}
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert "<!channel>" not in as_markdown(bare, layout)
    assert "<script" not in as_markdown(bare, layout)


def test_the_same_claim_twice_is_counted_twice() -> None:
    """What is cut is told by its place, not by its words."""
    twice = postmortem(impact=(said("Slow.", 1),) * 3)
    layout = laid_out("[limits]\nimpact = 1")
    assert "2 more are under" in as_markdown(twice, layout)
    assert len(contents(twice, layout)["section"]["more"]["groups"][0]["claims"]) == 2
