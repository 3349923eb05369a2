"""Posts made of text nobody wants to receive, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from bot.domain.incident import Scope, Severity, Status
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
    Lessons,
    Moment,
    Phase,
    Postmortem,
    RootCause,
    SimilarIncident,
    TimelineEntry,
    Times,
)
from bot.domain.transcript import Evidence
from bot.ports import Hit

BARBS = (
    "<!channel>",
    "<!here|here>",
    "<!subteam^S0ABC|@team>",
    "<@U0ABC>",
    "@channel",
    "@everyone",
    "<https://evil.example|https://good.example>",
    "*bold* _it_ ~gone~ `code` ```block```",
    "> quoted\n> twice",
    "&amp; &lt;!channel&gt;",
    "a&b<c>d",
    "\x00\x07\ud800\u202e\u2066",
    "👩‍👩‍👧‍👦🔥",
    "שלום עולם",
    "{0} {1} {99} {} {{",
    "[1] [2][3] [99999]",
    "`/postmortem start`",
    "\x02match\x03",
    "no_break" * 40,
    " \n\t ",
    "",
)


def _repeated(text: str, size: int) -> str:
    text = text or "x "
    return (text * (size // len(text) + 1))[:size]


def texts(most: int = 3000) -> st.SearchStrategy[str]:
    """Any text of up to so many characters: barbs, long runs, arbitrary unicode."""
    short = st.one_of(st.sampled_from(BARBS), st.text(max_size=40))
    long = st.builds(_repeated, short, st.sampled_from((most // 20, most // 3, most)))
    mixed = st.lists(short, max_size=8).map(" ".join)
    return st.one_of(short, mixed, long)


MOMENTS = st.integers(-(10**8), 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
LABELS = st.lists(st.integers(1, 60), max_size=4).map(tuple)


@cache
def claims() -> st.SearchStrategy[tuple[Claim, ...]]:
    """A section's claims."""
    return st.lists(st.builds(Claim, text=texts(), evidence=LABELS), max_size=12).map(tuple)


BUTTONS = st.lists(
    st.builds(
        Button,
        action=st.sampled_from(Action),
        label=texts(300),
        value=st.text(max_size=2500),
        style=st.sampled_from((None, "primary", "danger")),
        confirm=st.one_of(st.none(), texts(600)),
    ),
    max_size=20,
).map(tuple)
MENUS = st.lists(
    st.builds(
        Menu,
        action=st.just(Action.EDIT_SECTION),
        label=texts(300),
        choices=st.lists(
            st.builds(Choice, label=texts(300), value=st.just("7.12.contributing_factors")),
            min_size=1,
            max_size=12,
        ).map(tuple),
    ),
    max_size=1,
).map(tuple)
LINKS = st.lists(
    st.builds(
        Link,
        label=texts(200),
        url=st.one_of(
            st.sampled_from(("https://a.slack.com/p1?a=1&b=2", "javascript:alert(1)", "/srv/INC-7.md")),
            st.text(max_size=60).map("https://".__add__),
            st.just("https://x.example/" + "y" * 4000),
        ),
    ),
    max_size=8,
).map(tuple)
SIMILAR = st.lists(
    st.builds(
        SimilarIncident,
        incident=st.just("INC-1"),
        title=texts(4000),
        percent=st.integers(0, 100),
        shared=st.lists(texts(60), max_size=4).map(tuple),
        cause_class=st.one_of(st.none(), st.just("capacity")),
        fix=texts(4000),
        open_actions=st.lists(texts(), max_size=3).map(tuple),
        permalink=st.one_of(st.none(), st.just("https://a.slack.com/archives/C1"), texts(200)),
    ),
    max_size=3,
).map(tuple)
CAUSES = st.builds(
    RootCause,
    grade=st.sampled_from(Grade),
    claims=claims(),
    hypotheses=st.lists(
        st.builds(
            Hypothesis,
            text=texts(),
            evidence=LABELS,
            outcome=st.sampled_from(("refuted", "superseded", "open")),
        ),
        max_size=4,
    ).map(tuple),
)
COVERAGES = st.builds(
    Coverage,
    messages=st.integers(0, 10**6),
    masked=st.integers(0, 3),
    skipped=st.dictionaries(texts(80), st.integers(0, 9), max_size=6),
    gaps=st.lists(texts(100), max_size=20).map(tuple),
    notes=st.lists(texts(500), max_size=20).map(tuple),
    complete=st.booleans(),
)
TIMES = st.builds(
    lambda first, span: Times(
        started=Moment(at=first, evidence=(1,)), resolved=Moment(at=first + span, evidence=(2, 3))
    ),
    MOMENTS,
    st.timedeltas(timedelta(), timedelta(days=40)),
)
TIMELINES = st.lists(
    st.builds(TimelineEntry, text=texts(), evidence=LABELS, at=MOMENTS, phase=st.sampled_from(Phase)),
    max_size=40,
).map(tuple)
ITEMS = st.lists(
    st.builds(ActionItem, text=texts(), evidence=LABELS, owner=st.one_of(st.none(), texts(80))), max_size=8
).map(tuple)
EVIDENCE = st.lists(
    st.builds(
        Evidence,
        label=st.integers(1, 60),
        channel=st.just("C1"),
        ts=st.integers(10**9, 2 * 10**9).map("{}.000100".format),
        role=texts(60),
        text=texts(20_000),
        permalink=st.one_of(st.none(), st.just("https://a.slack.com/archives/C1/p1763722800000100")),
        deleted=st.booleans(),
    ),
    max_size=60,
).map(tuple)

POSTMORTEMS: st.SearchStrategy[Postmortem] = st.builds(
    Postmortem,
    incident=st.just("INC-7"),
    title=texts(),
    severity=st.one_of(st.none(), texts(20)),
    services=st.lists(texts(60), max_size=5).map(tuple),
    status=st.just("in review"),
    drafter=st.one_of(st.just("extractive"), texts(60)),
    times=TIMES,
    summary=claims(),
    impact=claims(),
    timeline=TIMELINES,
    root_cause=CAUSES,
    contributing_factors=claims(),
    resolution=claims(),
    lessons=st.builds(Lessons, went_well=claims(), lucky=claims()),
    action_items=ITEMS,
    open_questions=claims(),
    findings=st.lists(texts(), max_size=6).map(tuple),
    coverage=COVERAGES,
    evidence=EVIDENCE,
)

LINES = st.builds(
    Line,
    text=texts(20_000),
    times=st.lists(MOMENTS, max_size=3).map(tuple),
    links=LINKS,
    buttons=BUTTONS,
)
INCIDENT_CARDS = st.builds(
    IncidentCard,
    key=st.just("INC-7"),
    title=texts(),
    severity=st.one_of(st.none(), texts(20)),
    services=st.lists(texts(60), max_size=30).map(tuple),
    status=st.sampled_from(Status),
    scope=st.sampled_from(Scope),
    started_at=MOMENTS,
    started_by=st.one_of(st.none(), texts()),
    resolved_at=st.one_of(st.none(), MOMENTS),
    resolved_by=st.one_of(st.none(), texts(100)),
    draft_due_at=st.one_of(st.none(), MOMENTS),
    owner=st.one_of(st.none(), texts(4000)),
    dismissed_reason=st.one_of(st.none(), texts(20_000)),
    similar=SIMILAR,
    is_private=st.booleans(),
    emoji=st.one_of(st.just("white_check_mark"), texts(40)),
    links=LINKS,
    buttons=BUTTONS,
)
REVIEW_CARDS = st.builds(
    ReviewCard,
    key=st.just("INC-7"),
    title=texts(),
    severity=st.one_of(st.none(), texts(20)),
    status=st.sampled_from(Status),
    revision=st.integers(1, 99),
    duration=st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=40))),
    summary=st.lists(texts(20_000), max_size=9).map(tuple),
    root_cause=CAUSES,
    open_questions=st.lists(texts(), max_size=9).map(tuple),
    coverage=COVERAGES,
    findings=st.lists(texts(), max_size=9).map(tuple),
    drafter=st.one_of(st.just("extractive"), texts(4000)),
    owner=st.one_of(st.none(), texts()),
    approved_by=st.lists(texts(200), max_size=9).map(tuple),
    approvals_needed=st.integers(1, 10),
    menus=MENUS,
    similar=SIMILAR,
    evidence_links=st.dictionaries(
        st.integers(1, 60), st.just("https://a.slack.com/archives/C1/p1763722800000100"), max_size=20
    ),
    links=LINKS,
    buttons=BUTTONS,
)
DOCUMENTS = st.builds(Document, postmortem=POSTMORTEMS, buttons=BUTTONS, menus=MENUS)
DIFFS = st.builds(
    Diff,
    text=texts(),
    times=st.lists(MOMENTS, max_size=2).map(tuple),
    changes=st.lists(
        st.builds(
            Change,
            section=texts(60),
            removed=st.lists(texts(), max_size=9).map(tuple),
            added=st.lists(texts(20_000), max_size=9).map(tuple),
        ),
        max_size=6,
    ).map(tuple),
    findings=st.lists(texts(), max_size=9).map(tuple),
    buttons=BUTTONS,
)
POSTS: st.SearchStrategy[Post] = st.one_of(LINES, INCIDENT_CARDS, REVIEW_CARDS, DOCUMENTS, DIFFS)
HITS = st.lists(
    st.builds(
        Hit,
        incident_id=st.just(7),
        key=st.just("INC-7"),
        title=texts(),
        severity=st.one_of(st.none(), st.sampled_from(Severity)),
        status=st.sampled_from(Status),
        published=st.booleans(),
        started_at=MOMENTS,
        channel_id=st.just("C1"),
        thread_ts=st.one_of(st.none(), st.just("1763722800.000100")),
        snippet=texts(),
        score=st.just(1.0),
    ),
    max_size=30,
)
