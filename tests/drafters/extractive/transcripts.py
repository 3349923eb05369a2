"""Small incidents written for these tests, and a builder for more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.transcript import Evidence, Reaction, Source, Transcript, as_ts

START = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
"""A Tuesday."""


def said(
    minutes: float,
    text: str,
    *,
    by: str = "responder 1",
    source: Source = Source.CHAT,
    reactions: tuple[str, ...] = (),
    after: bool = False,
) -> Evidence:
    """One message so many minutes after the start; its label is given by `transcript`."""
    return Evidence(
        label=1,
        source=source,
        channel="C1",
        ts=as_ts(START + timedelta(minutes=minutes)),
        author_id=f"U{by.replace(' ', '').upper()}",
        role=by,
        text=text,
        reactions=tuple(Reaction(name=name) for name in reactions),
        after_resolution=after,
    )


def transcript(*evidence: Evidence, title: str = "Checkout errors") -> Transcript:
    """A transcript of that evidence, labelled in its order."""
    labelled = tuple(item.model_copy(update={"label": at}) for at, item in enumerate(evidence, 1))
    roles = {item.author_id: item.role for item in labelled if item.author_id}
    return Transcript(
        incident_key="INC-1", title=title, started_at=START, evidence=labelled, roles=roles, people=()
    )


def checkout() -> Transcript:
    """A database pool exhausted by a deploy, with a wrong first theory, a fix and follow-ups."""
    lead, ann, bob = "incident lead", "responder 2", "responder 3"
    return transcript(
        said(0, "FIRING: checkout 5xx rate 12% (threshold 1%)", by="Grafana (bot)", source=Source.ALERT),
        said(2, "I'm seeing checkout timeouts in eu-west, customers are reporting failed payments", by=ann),
        said(3, "looking into it, starting a war room", by=lead),
        said(5, "lol of course on a Tuesday", by=bob),
        said(6, "maybe the CDN is dropping requests? we had that last month", by=bob),
        said(9, "not the CDN, edge error rate is flat at 0.1%", by=ann),
        said(12, "about 1,200 orders failed so far, roughly 8% of traffic", by=lead),
        said(15, "db dashboard shows the connection pool is exhausted, 200/200 in use", by=ann),
        said(17, "v2.41 went out at 13:55, could be related", by=lead),
        said(
            21,
            "found it: the root cause is the v2.41 deploy, it opens a new connection for every request "
            "and never releases it, so the pool runs out",
            by=bob,
        ),
        said(22, "yep, confirmed in the pool metrics", by=ann),
        said(24, "I've rolled back to v2.40", by=bob, reactions=("eyes",)),
        said(30, "error rate is down to 0.2%, payments are going through again", by=ann),
        said(34, "RESOLVED: checkout 5xx rate 0.2%", by="Grafana (bot)", source=Source.ALERT),
        said(36, "all good now, closing this one. thanks everyone!", by=lead),
        said(50, "we had no alert on pool usage, we only noticed through customers", by=lead, after=True),
        said(52, "I'll add an alert on connection pool usage by Friday", by=ann, after=True),
        said(54, "we should add a load test for connection leaks to CI", by=bob, after=True),
        said(55, "luckily it was outside peak hours", by=lead, after=True),
    )
