"""The model endpoint: tried by the calls that real work makes, only smaller."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from bot.config import Settings
from bot.doctor.check import Check
from bot.domain.transcript import Evidence, Transcript
from bot.drafters import build_drafter, make_embedder
from bot.errors import BotError, ConfigError, Retryable
from bot.ports import Hasty

PATIENCE = timedelta(seconds=20)
"""For one answer. Long enough for a local model that must be loaded first."""
_ONCE = f"It was asked once and given {PATIENCE.seconds} s at most; real work asks again and waits longer."


def model(settings: Settings) -> Check:
    """Have the model write a draft of three lines: the very call a real draft makes, only smaller."""
    if settings.drafter_name == "extractive":
        return Check("model", True, "none is used: drafts are written offline")
    began = time.monotonic()
    try:
        drafter = build_drafter(settings.drafter_name, settings)
        trial = drafter.once(within=PATIENCE) if isinstance(drafter, Hasty) else drafter
        drafted = trial.draft(_example())
    except ConfigError as error:
        return Check("model", False, "cannot be used", str(error))
    except BotError as error:
        mend = _mend(error, "Check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL.")
        return Check("model", False, f"The model could not be used: {error}", mend)
    took = f"{time.monotonic() - began:.1f} s, {drafted.tokens} tokens"
    return Check("model", True, f"{drafted.drafter} drafts ({took} for three lines)")


def embedding(settings: Settings) -> Iterator[Check]:
    """Have the three lines turned into a vector, where that is set."""
    if not settings.embedding_model:
        return
    hurried = {"openai_timeout": min(settings.openai_timeout, PATIENCE)}
    began = time.monotonic()
    try:
        embedder = make_embedder(settings.model_copy(update=hurried))
        numbers = embedder.embed("\n".join(one.text for one in _example().evidence)) if embedder else ()
    except BotError as error:
        yield Check("embedding model", False, "cannot be used", _mend(error, str(error)))
        return
    took = f"{time.monotonic() - began:.1f} s"
    made = f"{settings.embedding_model} makes vectors of {len(numbers)} numbers ({took})"
    yield Check("embedding model", True, made)


def _mend(error: BotError, way: str) -> str:
    """The way to mend it; of a fault that may pass, also how little the doctor insisted."""
    return f"{way}\n{_ONCE}" if isinstance(error, Retryable) else way


def _example() -> Transcript:
    """Three lines of an incident that never was."""
    said = (
        ("Alerts (bot)", "Checkout answers 502 for a third of the requests."),
        ("incident lead", "The root cause is the deploy of 14:02, rolling it back."),
        ("incident lead", "Rolled back, the errors are gone."),
    )
    evidence = tuple(
        Evidence(label=label, channel="C0", ts=f"{1_700_000_000 + 60 * label}.000000", role=role, text=text)
        for label, (role, text) in enumerate(said, 1)
    )
    return Transcript(
        incident_key="INC-1",
        title="Checkout answers 502",
        started_at=evidence[0].at,
        resolved_at=evidence[-1].at,
        evidence=evidence,
    )
