"""An incident to draft, answers a model might give, and a drafter on a clock that never waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bot.domain.transcript import Evidence, Person, Transcript, as_ts
from bot.drafters.openai import Budget, Limits, OpenAIDrafter, Timing
from tests.openai_server import ScriptedServer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "test-key-4711"

SAID = (
    ("Datadog (bot)", "checkout error rate is 38.5 % on checkout-api"),
    ("responder 1", "looking, maybe the cache"),
    ("responder 2", "it is not the cache, hit rate is normal"),
    ("responder 1", "the root cause is the connection pool, v2.4.1 set it to 5"),
    ("incident lead", "rolling back to v2.4.0"),
    ("responder 2", "error rate is back to 0.2 %"),
    ("incident lead", "resolved. I will add an alert on pool usage by 2026-03-10"),
)


def item(
    label: int, role: str, text: str, *, minute: int | None = None, thread: str | None = None
) -> Evidence:
    """One piece of evidence, a minute after the one before."""
    at = START + timedelta(minutes=label if minute is None else minute)
    return Evidence(label=label, channel="C1", ts=as_ts(at), thread_ts=thread, role=role, text=text)


def transcript(*said: tuple[str, str]) -> Transcript:
    """The checkout incident, or the one made of these lines."""
    evidence = tuple(item(label, role, text) for label, (role, text) in enumerate(said or SAID, start=1))
    return Transcript(
        incident_key="INC-1",
        title="Checkout latency",
        started_at=START,
        evidence=evidence,
        people=(Person(id="U1", real_name="Ada Example", handle="ada"),),
        roles={"U1": "incident lead", "U2": "responder 1", "U3": "responder 2"},
    )


def cited(text: str, *labels: int, **more: Any) -> dict[str, Any]:
    """A claim as the model writes it."""
    return {"text": text, "evidence": list(labels), **more}


GOOD: dict[str, Any] = {
    "title": "Checkout errors after a pool change",
    "summary": [cited("Checkout failed because the connection pool was set to 5.", 1, 4)],
    "impact": [cited("The checkout error rate was 38.5 %.", 1)],
    "started": [1],
    "detected": [1],
    "mitigated": [5],
    "resolved": [7],
    "timeline": [
        cited("The error rate returned to 0.2 %.", 6, phase="resolution"),
        cited("The checkout error rate was 38.5 %.", 1, phase="detection"),
    ],
    "root_cause": {
        "grade": "stated",
        "claims": [cited("Version v2.4.1 set the connection pool to 5.", 4)],
        "hypotheses": [cited("Maybe the cache was the cause.", 2, 3, outcome="refuted")],
    },
    "contributing_factors": [],
    "resolution": [cited("Rolling back to v2.4.0 restored checkout.", 5, 6)],
    "went_well": [],
    "went_badly": [],
    "lucky": [],
    "action_items": [
        cited(
            "Add an alert on pool usage.",
            7,
            owner="incident lead",
            due="2026-03-10",
            priority="high",
            kind="commitment",
        )
    ],
    "open_questions": [],
    "instructions_in_evidence": [],
}


@dataclass(frozen=True)
class Fault:
    """What the checks found wrong with a claim."""

    section: str
    index: int
    message: str


class Time:
    """A clock that sleeping moves, with a list of the sleeps."""

    def __init__(self) -> None:
        self.at = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def drafter(
    server: ScriptedServer,
    *,
    time: Time | None = None,
    budget: Budget | None = None,
    limits: Limits | None = None,
    timeout: float = 5.0,
) -> OpenAIDrafter:
    """An OpenAIDrafter on the scripted endpoint."""
    clock = time or Time()
    return OpenAIDrafter(
        api_key=SecretStr(KEY),
        model="test-model",
        base_url=server.url,
        timeout=timeout,
        budget=budget,
        limits=limits,
        timing=Timing(now=clock.now, sleep=clock.sleep),
    )
