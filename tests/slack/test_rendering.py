"""Whatever a post says, Slack takes it, and it reads well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.incident import Scope, Status
from bot.domain.posting import (
    Action,
    Button,
    Change,
    Choice,
    Diff,
    Document,
    IncidentCard,
    Line,
    Link,
    Menu,
    Post,
    ReviewCard,
)
from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Coverage,
    Grade,
    Hypothesis,
    Moment,
    Phase,
    Postmortem,
    RootCause,
    TimelineEntry,
    Times,
)
from bot.domain.transcript import Evidence
from bot.ports import Hit, Place
from bot.sandbox.sandbox import Sandbox
from bot.slack import limits, results
from bot.slack.calls import Calls, make_client
from bot.slack.chat import SlackPoster
from bot.slack.directory import SlackDirectory
from bot.slack.document import fits
from bot.slack.rendering import render
from tests.clock import ManualClock
from tests.slack.hostile import HITS, POSTS, texts

AT = datetime(2026, 11, 21, 14, 20, tzinfo=UTC)
PERMALINK = "https://a.slack.com/archives/C1/p{}"
TOKEN = re.compile(r"<([^<>]*)>")
OURS = re.compile(r"https?://[^|]+\|.*|!date\^\d+\^[^|]+\|[^|]*", re.DOTALL)
HOSTILE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def strings(part: Any) -> Iterator[tuple[str, str]]:
    """Every text object of blocks: its type and its words."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["type"], part["text"]
        for value in part.values():
            yield from strings(value)
    for item in part if isinstance(part, list) else []:
        yield from strings(item)


def words(post: Post) -> str:
    """Everything a post shows, for looking into."""
    return "\n".join(text for _, text in strings(render(post).blocks))


@HOSTILE
@given(POSTS)
def test_any_post_keeps_every_limit(post: Post) -> None:
    """However long or strange its texts."""
    assert limits.problems(render(post)) == []


@HOSTILE
@given(POSTS)
def test_no_post_pings_or_carries_foreign_tokens(post: Post) -> None:
    """The only tokens are our dates and links; nobody is mentioned, in blocks or in the fallback."""
    payload = render(post)
    for kind, text in [("mrkdwn", payload.text), *strings(payload.blocks)]:
        assert not re.search(r"<[!@#](?!date)", text)
        if kind == "mrkdwn":
            assert all(OURS.fullmatch(token) for token in TOKEN.findall(text))


@pytest.fixture(scope="module")
def slack() -> Iterator[tuple[Sandbox, SlackPoster, Place]]:
    """A strict stand-in, and our adapter on it."""
    clock = ManualClock()
    with Sandbox(now=lambda: clock.now().timestamp()) as sandbox:
        ada = sandbox.person("ada")
        channel = sandbox.channel("incident-db", members=[ada])
        ada.invite_bot(channel)
        calls = Calls(make_client(sandbox.app.bot_token, base_url=sandbox.url))
        yield sandbox, SlackPoster(calls, SlackDirectory(calls, clock)), Place(channel_id=channel.id)


@settings(parent=HOSTILE, max_examples=15)
@given(POSTS)
def test_the_stand_in_accepts_any_post(slack: tuple[Sandbox, SlackPoster, Place], post: Post) -> None:
    """Over HTTP, as a new message and as an update, checked by rules that are not ours."""
    sandbox, poster, place = slack
    posted = poster.post("any", place, post)
    poster.update(posted, post)
    assert sandbox.rejections == []
    assert sandbox.pings == []


def claim(text: str, *evidence: int) -> Claim:
    """A claim."""
    return Claim(text=text, evidence=evidence)


def a_postmortem(**fields: Any) -> Postmortem:
    """A small but complete one."""
    given: dict[str, Any] = {
        "incident": "INC-7",
        "title": "Checkout latency",
        "severity": "sev2",
        "services": ("checkout",),
        "status": "in review",
        "times": Times(
            started=Moment(at=AT, evidence=(1,)),
            resolved=Moment(at=AT + timedelta(minutes=84), evidence=(3,)),
        ),
        "summary": (claim("Checkout answered 502.", 1, 2),),
        "timeline": (TimelineEntry(text="Alert fired.", evidence=(1,), at=AT, phase=Phase.DETECTION),),
        "root_cause": RootCause(grade=Grade.STATED, claims=(claim("The pool was halved.", 2),)),
        "action_items": (ActionItem(text="Alert on pool use", evidence=(3,), owner="responder 2"),),
        "evidence": tuple(
            Evidence(
                label=label,
                channel="C1",
                ts=f"{int(AT.timestamp()) + label}.000100",
                role="responder 1",
                text="said",
                permalink=PERMALINK.format(label),
            )
            for label in (1, 2, 3)
        ),
    }
    return Postmortem(**given | fields)


def a_card(**fields: Any) -> IncidentCard:
    """An open incident's card."""
    given: dict[str, Any] = {
        "key": "INC-7",
        "title": "Checkout latency",
        "severity": "sev2",
        "services": ("checkout",),
        "status": Status.OPEN,
        "scope": Scope.CHANNEL,
        "started_at": AT,
        "started_by": "Ada",
    }
    return IncidentCard(**given | fields)


def test_an_open_card_says_how_to_resolve() -> None:
    """By reaction, and by button where there is one."""
    assert "react :white_check_mark: on this card." in words(a_card())
    button = Button(action=Action.RESOLVE, label="Resolve", value="7")
    assert "or press *Resolve*" in words(a_card(buttons=(button,), emoji="done"))
    assert ":done:" in words(a_card(emoji="done"))


def test_times_show_in_the_readers_zone_beside_utc() -> None:
    """Slack's date token with the UTC text as its fallback, then UTC again."""
    token = f"<!date^{int(AT.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-21 14:20 UTC>"
    assert f"{token} (2026-11-21 14:20 UTC)" in words(a_card())


def test_a_resolved_card_says_when_the_draft_comes() -> None:
    """And how to take it back."""
    card = a_card(
        status=Status.RESOLVED,
        resolved_at=AT + timedelta(minutes=84),
        resolved_by="Bo",
        draft_due_at=AT + timedelta(hours=3),
        buttons=(Button(action=Action.REOPEN, label="Reopen", value="7"),),
    )
    shown = words(card)
    assert "by Bo, after 1 h 24 min" in shown
    assert "The draft comes <!date^" in shown
    assert "Press *Reopen*" in shown


def test_a_dismissed_card_gives_the_reason() -> None:
    """No postmortem, and why."""
    assert "No postmortem needed: a drill" in words(
        a_card(status=Status.DISMISSED, dismissed_reason="a drill")
    )


def test_a_review_card_tells_how_sure_the_cause_is() -> None:
    """Grades are words, theories have their outcome, citations are links."""
    cause = RootCause(
        grade=Grade.INFERRED,
        claims=(claim("The pool was halved.", 2),),
        hypotheses=(Hypothesis(text="The cache was cold", evidence=(1,), outcome="refuted"),),
    )
    card = ReviewCard(
        key="INC-7",
        title="Checkout latency",
        status=Status.IN_REVIEW,
        revision=2,
        duration=timedelta(minutes=84),
        summary=("Checkout answered 502. [1]",),
        root_cause=cause,
        coverage=Coverage(messages=12, threads=2, masked=1),
        drafter="openai:tiny-1",
        evidence_links={1: PERMALINK.format(1)},
    )
    shown = words(card)
    assert "*Cause* · inferred from the evidence, not confirmed by anyone\nThe pool was halved. [2]" in shown
    assert "(1 other theory)" in shown
    assert f"Checkout answered 502. <{PERMALINK.format(1)}|[1]>" in shown
    assert "revision 2 · lasted 1 h 24 min" in shown
    assert "Read 12 messages in 2 threads: 1 secret masked." in shown
    assert "Drafted by the model tiny-1" in shown


def test_an_unknown_cause_is_said_to_be_unknown() -> None:
    """Nothing is made up where nothing was found."""
    card = ReviewCard(key="INC-7", title="x", status=Status.IN_REVIEW, revision=1, drafter="extractive")
    shown = words(card)
    assert "*Cause* · not established" in shown
    assert "Drafted offline by rules" in shown


def test_a_review_card_tells_what_is_still_to_be_done() -> None:
    """Approvals of those needed, open questions, remarks of the checks, the owner: in one line."""
    card = ReviewCard(
        key="INC-7",
        title="x",
        status=Status.IN_REVIEW,
        revision=3,
        drafter="extractive",
        open_questions=tuple(f"Question {number}?" for number in range(5)),
        findings=("Summary 1 names a person.",),
        owner="Maya",
        approved_by=("Ben",),
        approvals_needed=2,
        menus=(
            Menu(
                action=Action.EDIT_SECTION,
                label="Edit",
                choices=(Choice(label="Impact", value="1.3.impact"),),
            ),
        ),
    )
    shown = words(card)
    assert "Approved by Ben (*1 of 2*) · 5 open questions · checks: 1 remark · owner: Maya" in shown
    assert "*Open questions · 5*" in shown
    assert "… and 2 more in the document" in shown
    assert limits.problems(render(card)) == []


def test_a_document_holds_every_section() -> None:
    """In reading order, with what the transcript shows nothing for named at the end."""
    document = Document(postmortem=a_postmortem())
    shown = words(document)
    headings = ["*Times*", "*Summary*", "*Timeline*", "*Root cause*", "*Action items*", "*Coverage*"]
    places = [shown.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "Alert on pool use (owner: responder 2, an idea so far)" in shown
    assert "The transcript shows nothing for: impact, contributing factors" in shown
    assert fits(document)


def test_a_timeline_of_one_day_shows_no_dates() -> None:
    """Times alone are clear then; an incident of several days shows dates."""
    assert "^{time}|14:20 UTC> (14:20 UTC) _detection_ Alert fired." in words(
        Document(postmortem=a_postmortem())
    )
    late = TimelineEntry(text="Over.", evidence=(3,), at=AT + timedelta(days=2), phase=Phase.RESOLUTION)
    both = a_postmortem(timeline=(*a_postmortem().timeline, late))
    assert "(2026-11-23 14:20 UTC) _resolution_ Over." in words(Document(postmortem=both))


def test_a_long_document_leaves_out_whole_sections() -> None:
    """They are named, and the way to them is shown."""
    entries = tuple(
        TimelineEntry(text="x" * 200, evidence=(1,), at=AT, phase=Phase.INVESTIGATION) for _ in range(90)
    )
    document = Document(postmortem=a_postmortem(timeline=entries))
    shown = words(document)
    assert "Left out here for its length: timeline. *Show* has everything." in shown
    assert "*Timeline*" not in shown
    assert "*Action items*" in shown
    assert not fits(document)


def test_links_go_before_sections_do() -> None:
    """A document that fits without its citations' links keeps all sections."""
    entries = tuple(
        TimelineEntry(text="something", evidence=(1, 2, 3), at=AT, phase=Phase.INVESTIGATION)
        for _ in range(70)
    )
    document = Document(postmortem=a_postmortem(timeline=entries))
    shown = words(document)
    assert "*Timeline*" in shown
    assert "Citations are without links here" in shown
    assert not fits(document)


def test_a_diff_marks_what_went_and_came() -> None:
    """By section, with a minus and a plus."""
    change = Change(section="root_cause", removed=("old <b>",), added=("new",))
    shown = words(Diff(text="Revision 2", changes=(change,), findings=("a name",)))
    assert "*Root cause*\n− old &lt;b&gt;\n+ new" in shown
    assert "a name" in shown


def test_a_line_shows_its_times_commands_and_links() -> None:
    """Placeholders become moments, our commands code, and nothing else is marked up."""
    line = Line(
        text="Draft {0}; `/postmortem draft` is quicker. {7} *loud*",
        times=(AT,),
        links=(Link(label="thread", url=PERMALINK.format(1)), Link(label="file", url="/srv/INC-7.md")),
    )
    shown = words(line)
    assert "(2026-11-21 14:20 UTC); `/postmortem draft` is quicker. {7} ∗loud∗" in shown
    assert f"<{PERMALINK.format(1)}|thread> · file" in shown


def test_the_same_action_twice_stands_in_two_rows() -> None:
    """Slack wants an action once a block."""
    buttons = tuple(Button(action=Action.RESOLVE, label=key, value=key) for key in ("INC-1", "INC-2"))
    rows = [
        block for block in render(Line(text="Which?", buttons=buttons)).blocks if block["type"] == "actions"
    ]
    assert [len(row["elements"]) for row in rows] == [1, 1]


def test_search_results_show_what_matched() -> None:
    """Title with its link, key, date, severity, whether reviewed, and the matching words in bold."""
    hit = Hit(
        incident_id=7,
        key="INC-7",
        title="Checkout latency",
        status=Status.IN_REVIEW,
        published=False,
        started_at=AT,
        channel_id="C1",
        thread_ts="1763722800.000100",
        snippet="the \x02pool\x03 ran dry",
        score=1.0,
    )
    payload = results.message([hit], words="pool <!here>", url="https://a.slack.com/")
    shown = "\n".join(text for _, text in strings(payload.blocks))
    assert "*<https://a.slack.com/archives/C1/p1763722800000100|INC-7 · Checkout latency>*" in shown
    assert "2026-11-21 · in review · _unreviewed_\nthe *pool* ran dry" in shown
    assert limits.problems(payload) == []


@HOSTILE
@given(HITS, texts(20_000))
def test_any_search_result_keeps_every_limit(found: list[Hit], asked: str) -> None:
    """However many were found and whatever they are called."""
    assert limits.problems(results.message(found, words=asked, url="https://a.slack.com/", more=True)) == []


def test_no_result_is_said_kindly() -> None:
    """With what to try next."""
    payload = results.message([], words="zzz", url="")
    assert "Nothing found for “zzz”." in payload.text
