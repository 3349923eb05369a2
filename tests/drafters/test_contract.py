"""What every drafter does, whatever it writes with. A new one adds a line to `CASES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from bot.domain.transcript import Transcript
from bot.drafters import DRAFTERS, build_drafter
from bot.ports import Drafter
from tests.drafters.openai.scenes import GOOD, transcript
from tests.drafters.settings import Settings
from tests.openai_server import ScriptedServer, completion


@contextmanager
def offline() -> Iterator[Settings]:
    """Nothing but defaults."""
    yield Settings()


@contextmanager
def with_a_model() -> Iterator[Settings]:
    """An endpoint that answers every question alike."""
    with ScriptedServer(lambda _asked: completion(GOOD)) as server:
        yield Settings(openai_base_url=server.url)


CASES: dict[str, Callable[[], AbstractContextManager[Settings]]] = {
    "extractive": offline,
    "openai": with_a_model,
}
"""A drafter's name → the settings it is made of, while what it needs is there."""


@pytest.fixture(params=DRAFTERS)
def drafter(request: pytest.FixtureRequest) -> Iterator[Drafter]:
    """Each registered drafter in turn; one without a case fails here."""
    with CASES[request.param]() as settings:
        yield build_drafter(request.param, settings)


def test_a_drafter_is_known_by_its_registered_name(drafter: Drafter) -> None:
    """The registry's names are the setting's, and a revision tells which one wrote it."""
    assert drafter.name in DRAFTERS
    assert drafter.draft(transcript()).drafter.partition(":")[0] == drafter.name


def test_every_claim_cites_evidence_that_is_there(drafter: Drafter) -> None:
    """A draft of an incident says something, and rests all of it on labels of the transcript."""
    said = transcript()
    claims = [claim for _, claim in drafter.draft(said).draft.claims()]
    labels = {item.label for item in said.evidence}
    assert claims
    assert [claim for claim in claims if not claim.evidence or not set(claim.evidence) <= labels] == []


def test_times_are_those_of_the_evidence(drafter: Drafter) -> None:
    """Code takes them from the labels; no drafter makes one up."""
    said = transcript()
    moments = {item.at for item in said.evidence}
    assert {entry.at for entry in drafter.draft(said).draft.timeline} <= moments


def test_where_nothing_was_said_nothing_is_claimed(drafter: Drafter) -> None:
    """An empty transcript still makes a draft, since people wait for one."""
    silent: Transcript = transcript().model_copy(update={"evidence": ()})
    assert list(drafter.draft(silent).draft.claims()) == []


def test_drafting_again_says_the_same(drafter: Drafter) -> None:
    """A retry whose first draft was lost changes nothing, and nothing of one draft lingers in the next."""
    assert drafter.draft(transcript()).draft == drafter.draft(transcript()).draft
