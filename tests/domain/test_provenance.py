"""Each sentence must stand on the evidence it cites."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

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
from bot.domain.provenance import check, check_claim
from bot.domain.transcript import Evidence, Source, as_ts

START = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


def said(label: int, text: str, minute: float = 0, **fields: object) -> Evidence:
    ts = as_ts(START + timedelta(minutes=minute))
    return Evidence.model_validate(
        {"label": label, "channel": "C1", "ts": ts, "role": "responder 2", "text": text, **fields}
    )


EVIDENCE = {
    item.label: item
    for item in (
        said(1, "checkout returns 502 for about 5 % of requests since the v2.4.1 deploy on web-1"),
        said(2, "rolled back to 2.4.0 (commit 3f9ac21b77d0), error rate is falling", 24),
        said(3, "Connection pool exhausted: max 1,200 connections on db-primary-03.prod.internal", 30),
        said(4, "all green, 1.5 h later. lost roughly $3.4k", 90),
        said(5, "", 91, deleted=True),
        said(6, "Monitor resolved\n(updated 15:45 UTC)", 10, source=Source.ALERT),
        said(7, "maybe the cache is to blame?", 12),
        said(8, "die Datenbank war nicht mehr erreichbar und wir haben sie neu gestartet", 40),
        said(9, "let's add an alert on pool usage by Friday", 95),
        said(10, "データベースが停止しました", 41),
    )
}


def rules(claim: Claim) -> list[str]:
    return [finding.rule for finding in check_claim("summary", 0, claim, EVIDENCE)]


def text(words: str, *labels: int) -> list[str]:
    return rules(Claim(text=words, evidence=labels))


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("Checkout returned 502 for five percent of requests.", [1]),
        ("The deploy of 2.4.1 on web-1 made checkout return 502.", [1]),
        ("Version v2.4.0 was rolled back to.", [2]),
        ("A rollback to commit 3f9ac21 reduced the error rate.", [2]),
        ("The pool of 1.2k connections on db-primary-03.prod.internal was exhausted.", [3]),
        ("All was green 90 minutes later; about $3,400 were lost.", [4]),
        ("At 14:02 UTC checkout returned 502; 24 minutes later it was rolled back.", [1, 2]),
        ("On 21 November 2026 checkout returned “502 for about 5 %” of requests.", [1]),
        ("Responder 2 said: \"all green\".", [4]),
        ("The monitor resolved at 15:45.", [6]),
        ("The database was not reachable and was restarted.", [8]),
        ("データベースが停止", [10]),
        ("It lasted 1 h 30 min.", [1, 4]),
        ("Two messages speak of checkout deploys and rollbacks.", [1, 2]),
    ],
)  # fmt: skip
def test_what_the_evidence_says_passes(words: str, labels: Sequence[int]) -> None:
    """Figures, versions, hosts, quotes and times pass however they are written."""
    assert text(words, *labels) == []


@pytest.mark.parametrize(
    ("words", "labels", "rule"),
    [
        ("Checkout returned 502.", [], "citation"),
        ("Checkout returned 502.", [99], "citation"),
        ("Checkout returned 502.", [5], "deleted"),
        ("Checkout returned 503 for some requests.", [1], "figure"),
        ("Checkout returned 502 for 50 % of requests.", [1], "figure"),
        ("Checkout returned 502 for 5 requests.", [1], "figure"),
        ("All was green; about $34,000 were lost.", [4], "figure"),
        ("The v2.4.2 deploy made checkout return 502.", [1], "identifier"),
        ("Checkout on web-2 returned 502.", [1], "identifier"),
        ("A rollback to commit 3f9ac22 reduced the error rate.", [2], "identifier"),
        ("The pool on db-replica.prod.internal was exhausted.", [3], "identifier"),
        ("The pool was exhausted (OutOfMemoryError).", [3], "identifier"),
        ("Checkout was “completely down” for requests.", [1], "quote"),
        ("At 14:20 UTC checkout returned 502 for requests.", [1], "clock"),
        ("On 22 November checkout returned 502 for requests.", [1], "clock"),
        ("Checkout returned 502 and was rolled back 40 minutes later.", [1, 2], "duration"),
        ("Expired certificates locked everybody out of the office network.", [2], "support"),
    ],
)
def test_what_the_evidence_does_not_say_is_found(words: str, labels: Sequence[int], rule: str) -> None:
    """Each kind of unsupported detail has its rule."""
    assert rule in text(words, *labels)


def test_a_timeline_entry_stands_at_the_time_of_its_evidence() -> None:
    """The item's own time, or a UTC time it states; nothing else."""

    def entry(minute: float, label: int) -> list[str]:
        at = START + timedelta(minutes=minute)
        return rules(
            TimelineEntry(text=EVIDENCE[label].text, evidence=(label,), at=at, phase=Phase.MITIGATION)
        )

    assert entry(24, 2) == []
    assert entry(25, 2) == ["time"]
    assert entry(103, 6) == []
    assert entry(104, 6) == ["time"]


def test_a_due_date_needs_a_word_about_time() -> None:
    """Nobody promised a date where nobody spoke of one."""
    due = date(2026, 11, 27)
    assert rules(ActionItem(text="Add an alert on pool usage.", evidence=(9,), due=due)) == []
    assert rules(ActionItem(text="Connection pool exhausted.", evidence=(3,), due=due)) == ["due"]


def test_points_in_time_and_the_grade_are_checked() -> None:
    """Start and resolution stand at their evidence; a doubtful message states no cause."""
    draft = Draft(
        title="Checkout",
        times=Times(started=Moment(at=START, evidence=(1,)), resolved=Moment(at=START, evidence=(4,))),
        root_cause=RootCause(
            grade=Grade.STATED, claims=(Claim(text="The cache was the cause.", evidence=(7,)),)
        ),
    )
    found = check(draft, EVIDENCE)
    assert [(one.section, one.index, one.rule) for one in found] == [
        ("times", 3, "time"),
        ("root_cause", 0, "grade"),
    ]
    firm = RootCause(
        grade=Grade.STATED, claims=(Claim(text="The connection pool was exhausted.", evidence=(3, 7)),)
    )
    assert check(draft.model_copy(update={"root_cause": firm, "times": Times()}), EVIDENCE) == ()


def test_a_revision_is_checked_quickly() -> None:
    """100 claims on 100 different messages take a fraction of a second, cold."""
    evidence = {
        n: said(n, f"pod checkout-{n} restarted {n} times after {n} min, then queue {n} drained " * 4)
        for n in range(1, 101)
    }
    claims = tuple(
        Claim(text=f"Pod checkout-{n} restarted {n} times after {n} min.", evidence=(n,)) for n in evidence
    )
    began = time.perf_counter()
    assert check(Draft(title="t", summary=claims), evidence) == ()
    assert time.perf_counter() - began < 0.5
