"""What a drafter wrote is mended or dropped; what a person wrote is only commented on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checking import enforce, inspect
from bot.domain.names import Names
from bot.domain.neutral import MAX_CLAIM, neutral
from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Draft,
    Grade,
    Hypothesis,
    Moment,
    Phase,
    RootCause,
    TimelineEntry,
    Times,
)
from bot.domain.provenance import check
from bot.domain.transcript import Evidence, Person, Transcript, as_ts

START = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
PEOPLE = (Person(id="U0ANN", handle="ann.price", real_name="Ann Price"),)
ROLES = {"U0ANN": "incident lead"}
NAMES = Names.of(PEOPLE, ROLES)


def said(label: int, text: str, minute: float = 0, **fields: object) -> Evidence:
    ts = as_ts(START + timedelta(minutes=minute))
    return Evidence.model_validate(
        {"label": label, "channel": "C1", "ts": ts, "role": "incident lead", "text": text, **fields}
    )


TRANSCRIPT = Transcript(
    incident_key="INC-7",
    title="Checkout latency",
    started_at=START,
    evidence=(
        said(1, "checkout returns 502, see https://graph.test/7"),
        said(2, "rolled back the deploy, checkout recovers", 24),
        said(3, "", 30, deleted=True),
        said(4, "maybe the connection pool was exhausted?", 12),
    ),
    people=PEOPLE,
    roles=ROLES,
)


def one(text: str, *labels: int) -> Draft:
    return Draft(title="Checkout", summary=(Claim(text=text, evidence=labels or (1,)),))


@pytest.mark.parametrize(
    ("text", "labels", "mended", "finding"),
    [
        ("Ann Price rolled back the deploy.", [2], "Incident lead rolled back the deploy.", "named"),
        ("Ann broke checkout.", [2], "A manual action broke checkout.", "blamed"),
        ("<!channel> checkout returns 502.", [1], "checkout returns 502.", "1 ping was taken out"),
        ("@here checkout returns 502.", [1], "here checkout returns 502.", "1 ping"),
        ("Checkout returns 502, see https://evil.test/x.", [1], "Checkout returns 502, see.", "1 link"),
        ("Checkout: 502 ([graph](https://evil.test)).", [1], "Checkout: 502 (graph).", "1 link"),
        ("Checkout: 502 (https://graph.test/7).", [1], "Checkout: 502 (https://graph.test/7).", ""),
        ("Checkout returned a “terrible 502”.", [1], "Checkout returned a terrible 502.", "quotation"),
        ("Checkout returns 502. It cost 900 euros.", [1], "Checkout returns 502.", "cut down"),
        ("Checkout returns 502.", [1, 3, 99], "Checkout returns 502.", ""),
    ],
)  # fmt: skip
def test_what_can_be_mended_is_mended(text: str, labels: list[int], mended: str, finding: str) -> None:
    """Names, blame, pings, links, quotation marks and superfluous sentences go; the rest stays."""
    result = enforce(one(text, *labels), TRANSCRIPT, NAMES)
    assert [claim.text for claim in result.draft.summary] == [mended]
    assert finding in " ".join(result.findings)
    assert not set(result.draft.summary[0].evidence) & {3, 99}


@pytest.mark.parametrize(
    ("text", "labels", "finding"),
    [
        ("Checkout returns 502.", [99], "cites no evidence"),
        ("Expired certificates locked everybody out.", [1], "hardly speaks of it"),
        ("Checkout ran v9.9.9 and returned 502.", [1], "names something"),
        ("The incident lead was to blame for the outage.", [2], "blamed people"),
        ("<!channel>", [1], "nothing was left"),
    ],
)
def test_what_cannot_be_mended_is_left_out(text: str, labels: list[int], finding: str) -> None:
    """It is gone from the draft, told to the reviewer, and named for a repair."""
    result = enforce(one(text, *labels), TRANSCRIPT, NAMES)
    assert result.draft.summary == ()
    assert result.draft.open_questions == ()
    assert finding in " ".join(result.findings)
    assert {(failing.section, failing.index) for failing in result.failing} == {("summary", 0)}


def test_a_wrong_figure_becomes_an_open_question() -> None:
    """What is left of the sentence is asked, without the figure."""
    result = enforce(one("The deploy was rolled back after 47 minutes.", 2), TRANSCRIPT, NAMES)
    assert result.draft.summary == ()
    (question,) = result.draft.open_questions
    assert question.text == "The deploy was rolled back after …: the figure could not be confirmed, see [2]."
    assert question.evidence == (2,)
    assert not check(result.draft, TRANSCRIPT.by_label())


def test_times_due_dates_owners_and_grades_are_set_right() -> None:
    """Times are those of the evidence, due dates need a word, owners are roles, doubts state nothing."""
    wrong = START + timedelta(hours=3)
    draft = Draft(
        title="Ann's bad deploy",
        times=Times(started=Moment(at=wrong, evidence=(1,)), resolved=Moment(at=wrong, evidence=(99,))),
        timeline=(
            TimelineEntry(
                text="The deploy was rolled back.", evidence=(2,), at=wrong, phase=Phase.MITIGATION
            ),
            TimelineEntry(text="Checkout returns 502.", evidence=(1,), at=START, phase=Phase.DETECTION),
        ),
        root_cause=RootCause(
            grade=Grade.STATED,
            claims=(Claim(text="The connection pool was exhausted.", evidence=(4,)),),
            hypotheses=(Hypothesis(text="Solar flares burnt the moon.", evidence=(4,), outcome="refuted"),),
        ),
        action_items=(
            ActionItem(text="Roll back the deploy.", evidence=(2,), owner="Ann Price", due=date(2026, 12, 1)),
        ),
    )
    fixed = enforce(draft, TRANSCRIPT, NAMES).draft
    assert fixed.title == "Incident lead's bad deploy"
    assert fixed.times.started == Moment(at=START, evidence=(1,))
    assert fixed.times.resolved is None
    assert [entry.at for entry in fixed.timeline] == [START, START + timedelta(minutes=24)]
    assert (fixed.root_cause.grade, fixed.root_cause.hypotheses) == (Grade.INFERRED, ())
    assert (fixed.action_items[0].owner, fixed.action_items[0].due) == ("incident lead", None)


def test_a_cause_without_claims_is_not_established() -> None:
    """A grade needs something it grades; an unsafe title gives way to the incident's."""
    draft = Draft(title="900 customers lost", root_cause=RootCause(grade=Grade.STATED, claims=()))
    result = enforce(draft, TRANSCRIPT, NAMES)
    assert (result.draft.root_cause.grade, result.draft.title) == (Grade.NOT_ESTABLISHED, "Checkout latency")


def test_a_person_s_text_is_only_commented_on() -> None:
    """Warnings name the place, the fault, and a better wording where there is one."""
    draft = Draft(
        title="Ann's outage",
        summary=(
            Claim(text="Ann should have known that checkout returns 502.", evidence=(1,)),
            Claim(text="@channel it was idiotic, see https://evil.test", evidence=(2,)),
        ),
        impact=(Claim(text="900 users saw 502.", evidence=(1,)),),
    )
    assert inspect(draft, TRANSCRIPT, NAMES) == (
        "Title names a person: “Ann”. Suggested: “Incident lead's outage”",
        (
            "Summary 1 names a person: “Ann” (and 1 more). "
            "Suggested: “It was not known at the time that checkout returns 502.”"
        ),
        "Summary 2 blames: “idiotic”.",
        "Summary 2 would ping people.",
        "Summary 2 links to what is no evidence.",
        "Summary 2: “evil.test” is not in the cited evidence.",
        "Summary 2: the cited evidence hardly speaks of this.",
        "Impact 1: “900” is not in the cited evidence.",
    )


def test_many_warnings_are_counted() -> None:
    """A reader is not buried."""
    draft = Draft(title="t", summary=(Claim(text="Ann said 900 things.", evidence=(1,)),) * 30)
    warnings = inspect(draft, TRANSCRIPT, NAMES)
    assert warnings[-1].endswith("more.")
    assert len(warnings) <= 21


def test_long_claims_end_with_a_sentence() -> None:
    """Text is cut after a sentence where one ends in time, at a word otherwise."""
    assert neutral("One sentence. " * 100).text.endswith("One sentence.")
    assert neutral("word " * 400).text.endswith("word…")
    assert len(neutral("x" * 5_000).text) <= MAX_CLAIM


WORDS = """
checkout|returns|502|Ann Price|rolled back|the deploy|<!channel>|@here|<@U0ANN>|https://evil.test/a|broke|
should have known|900 users|47 minutes|“quoted”|5 %|v9.9.9|.|14:20|because|we|[graph](https://graph.test/7)|
human error|\x00|<b>|maybe|@everyone|forgot to|(|)|`code`|$7k|in May|U0ANN|ann.price@x.test|"|,
""".replace("\n", "").split("|")
CLAIMS = st.builds(
    Claim,
    text=st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join) | st.text(max_size=60),
    evidence=st.lists(st.integers(-1, 6), max_size=4).map(tuple),
)


@given(st.lists(CLAIMS, max_size=4), CLAIMS, st.text(max_size=40))
def test_nothing_hostile_gets_through(claims: list[Claim], cause: Claim, title: str) -> None:
    """Whatever a drafter returns, the result passes every check, and doing it again changes nothing."""
    draft = Draft(
        title=title,
        summary=tuple(claims),
        open_questions=tuple(claims[:1]),
        root_cause=RootCause(grade=Grade.STATED, claims=(cause,)),
    )
    result = enforce(draft, TRANSCRIPT, NAMES)
    assert not check(result.draft, TRANSCRIPT.by_label())
    assert not inspect(result.draft, TRANSCRIPT, NAMES)
    for _, claim in result.draft.claims():
        assert len(claim.text) <= MAX_CLAIM
        assert "evil" not in claim.text
        assert "<!" not in claim.text
    assert enforce(result.draft, TRANSCRIPT, NAMES).draft == result.draft
