"""A realistic postmortem: checkout slows down because a connection pool runs dry."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Commitment,
    Coverage,
    Grade,
    Hypothesis,
    Lessons,
    Moment,
    Phase,
    Postmortem,
    RootCause,
    TimelineEntry,
    Times,
)
from bot.domain.transcript import Evidence, Source, as_ts

DAY = datetime(2026, 11, 21, tzinfo=UTC)

# Clock, role, text: the transcript of the incident in the order of its labels.
_SAID: tuple[tuple[str, str, str], ...] = (
    ("13:55:02", "Deploys (bot)", "checkout-api v412 is live in eu-west-1"),
    (
        "14:01:40",
        "Datadog (bot)",
        "Triggered: checkout p99 latency > 2 s\nservice:checkout-api  value: 4.8 s",
    ),
    ("14:03:12", "responder 1", "looking. checkout is slow for me too, cart page spins for ages"),
    ("14:04:30", "responder 2", "support has 14 tickets about payment timeouts since 13:58"),
    ("14:06:05", "incident lead", "I'm leading this one. SEV2, services checkout and payments"),
    ("14:08:47", "responder 1", "is it payments-gateway again? it was slow last week"),
    ("14:11:20", "responder 3", "gateway looks fine: p99 at 180 ms, no errors on their status page"),
    ("14:14:02", "responder 2", "db cpu at 30 %, so not the queries"),
    ("14:18:33", "responder 3", "active connections pinned at 20 on every pod, waiting threads > 400"),
    ("14:19:10", "responder 1", "that's the pool max. it used to be 50?"),
    (
        "14:22:54",
        "responder 3",
        "v412 moved the pool config to env and the default is 20. ours isn't set in eu-west-1",
    ),
    ("14:24:00", "incident lead", "so the cause is the pool default in v412. roll back or set the variable?"),
    (
        "14:25:31",
        "responder 3",
        "rollback takes 20 min because of the migration. setting the variable is faster",
    ),
    ("14:27:45", "incident lead", "do it"),
    ("14:33:08", "responder 3", "DB_POOL_MAX=50 applied, pods restarting"),
    ("14:39:50", "Datadog (bot)", "Recovered: checkout p99 latency\nservice:checkout-api  value: 640 ms"),
    ("14:41:15", "responder 2", "conversion is back to 92 % of normal, was 61 % at the worst"),
    ("14:52:26", "responder 1", "queue of stuck payments is draining, 310 left"),
    ("15:20:03", "responder 1", "0 stuck payments"),
    ("15:24:00", "incident lead", "p99 at 290 ms for 20 min. calling it resolved"),
    (
        "15:26:11",
        "incident lead",
        "thanks all. we should make the service refuse to start without a pool size",
    ),
    ("15:27:40", "responder 3", "I'll do that, by end of next week"),
    ("15:30:09", "responder 2", "lucky that it was a saturday, on monday this is three times the traffic"),
    ("15:31:55", "responder 1", "could we alert on pool waiting time? we only saw it by chance"),
    ("17:02:18", "responder 2", "support counted 212 tickets in the end, all answered"),
)


def clock(at: str, *, days: int = 0) -> datetime:
    """`14:02:11` on the day of the incident, or some days after it."""
    hours, minutes, seconds = (int(part) for part in at.split(":"))
    return DAY + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def evidence() -> tuple[Evidence, ...]:
    """The 25 pieces of evidence."""
    return tuple(
        Evidence(
            label=label,
            source=Source.ALERT if role == "Datadog (bot)" else Source.CHAT,
            channel="C0INC7",
            ts=as_ts(clock(at)),
            role=role,
            text=text,
            permalink=f"https://acme.slack.com/archives/C0INC7/p{as_ts(clock(at)).replace('.', '')}",
            after_resolution=clock(at) > clock("15:24:00"),
        )
        for label, (at, role, text) in enumerate(_SAID, start=1)
    )


def said(text: str, *labels: int) -> Claim:
    """A claim."""
    return Claim(text=text, evidence=labels)


def _entry(at: str, phase: Phase, text: str, *labels: int) -> TimelineEntry:
    return TimelineEntry(at=clock(at), phase=phase, text=text, evidence=labels)


def timeline() -> tuple[TimelineEntry, ...]:
    """What happened when."""
    return (
        _entry("13:55:02", Phase.TRIGGER, "Release v412 of checkout-api went live in eu-west-1.", 1),
        _entry("14:01:40", Phase.DETECTION, "An alert fired: checkout p99 latency at 4.8 s.", 2),
        _entry("14:04:30", Phase.DETECTION, "Support reported 14 tickets about payment timeouts.", 4),
        _entry("14:06:05", Phase.INVESTIGATION, "The incident lead took over and declared SEV2.", 5),
        _entry("14:11:20", Phase.INVESTIGATION, "The payment gateway was ruled out: p99 at 180 ms.", 7),
        _entry("14:14:02", Phase.INVESTIGATION, "Slow queries were ruled out: database CPU at 30 %.", 8),
        _entry("14:18:33", Phase.INVESTIGATION, "Every pod held 20 connections; over 400 threads waited.", 9),
        _entry("14:22:54", Phase.INVESTIGATION, "The pool default of 20 in v412 was found.", 11),
        _entry("14:27:45", Phase.MITIGATION, "The team chose to set the variable over a rollback.", 13, 14),
        _entry("14:33:08", Phase.MITIGATION, "DB_POOL_MAX=50 was applied and the pods restarted.", 15),
        _entry("14:39:50", Phase.MITIGATION, "The alert recovered: p99 at 640 ms.", 16),
        _entry("15:20:03", Phase.RESOLUTION, "The queue of stuck payments was empty.", 19),
        _entry("15:24:00", Phase.RESOLUTION, "The incident was called resolved with p99 at 290 ms.", 20),
        _entry("17:02:18", Phase.AFTER, "Support counted 212 tickets in all.", 25),
    )


def times() -> Times:
    """The four points."""
    return Times(
        started=Moment(at=clock("13:55:02"), evidence=(1,)),
        detected=Moment(at=clock("14:01:40"), evidence=(2,)),
        mitigated=Moment(at=clock("14:39:50"), evidence=(16,)),
        resolved=Moment(at=clock("15:24:00"), evidence=(20,)),
    )


def _root_cause() -> RootCause:
    return RootCause(
        grade=Grade.STATED,
        claims=(
            said(
                "Release v412 read the size of the database connection pool from an environment variable "
                "that was not set in eu-west-1, so each pod fell back to the default of 20 connections.",
                11,
                12,
            ),
        ),
        hypotheses=(
            Hypothesis(text="The payment gateway was slow again.", evidence=(6, 7), outcome="refuted"),
            Hypothesis(text="The database was busy with slow queries.", evidence=(8,), outcome="refuted"),
        ),
    )


def _action_items() -> tuple[ActionItem, ...]:
    return (
        ActionItem(
            text="Make checkout-api refuse to start without a pool size.",
            evidence=(21, 22),
            owner="responder 3",
            due=date(2026, 12, 4),
            priority="high",
            kind=Commitment.COMMITMENT,
        ),
        ActionItem(text="Alert on the time threads wait for a connection.", evidence=(24,)),
    )


def _coverage() -> Coverage:
    return Coverage(
        messages=25,
        threads=2,
        files=1,
        masked=1,
        edited=2,
        after_resolution=5,
        skipped={"join notices": 4},
        gaps=("15:31–17:02 UTC (1 h 30 min)",),
    )


def postmortem(**changes: object) -> Postmortem:
    """The whole postmortem, with some fields changed."""
    whole = Postmortem(
        incident="INC-7",
        title="Checkout latency",
        severity="sev2",
        services=("checkout", "payments"),
        status="approved",
        revision=3,
        times=times(),
        summary=(
            said("Checkout in eu-west-1 was slow for 1 h 28 min after release v412 went live.", 1, 2, 20),
            said("Each pod had only 20 database connections, so requests queued for one.", 9, 11),
            said(
                "Setting the pool size to 50 brought latency back; stuck payments then drained.", 15, 16, 19
            ),
        ),
        impact=(
            said("Conversion fell to 61 % of normal at the worst.", 17),
            said("Support received 212 tickets.", 4, 25),
        ),
        timeline=timeline(),
        root_cause=_root_cause(),
        contributing_factors=(said("A rollback would have taken 20 minutes because of a migration.", 13),),
        resolution=(said("The team set DB_POOL_MAX=50 and restarted the pods.", 14, 15),),
        lessons=Lessons(
            went_well=(said("Two wrong theories were ruled out within eight minutes.", 7, 8),),
            went_badly=(said("Nothing watched the connection pool; it was noticed by chance.", 24),),
            lucky=(said("It was a Saturday; on a Monday traffic is three times as high.", 23),),
        ),
        action_items=_action_items(),
        open_questions=(said("Why was the variable set in other regions but not in eu-west-1?", 11),),
        findings=("Nobody in the transcript says when the first customer was affected.",),
        coverage=_coverage(),
        evidence=evidence(),
    )
    return whole.model_copy(update=changes)
