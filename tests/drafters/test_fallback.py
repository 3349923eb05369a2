"""What stands in where the model fails, and which drafters there are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.domain.postmortem import Draft
from bot.domain.transcript import Transcript
from bot.drafters import FallbackDrafter, build_drafter, make_drafters
from bot.errors import BotError, ConfigError, DrafterError, Retryable
from bot.ports import Drafted, Failing, Repairing
from tests.drafters.openai.scenes import KEY, transcript
from tests.drafters.settings import Settings
from tests.openai_server import ScriptedServer, completion, failure


class Failed:
    """A drafter that cannot."""

    name = "openai"

    def __init__(self, error: BotError) -> None:
        self.error = error

    def draft(self, transcript: Transcript) -> Drafted:
        raise self.error


class Worked:
    """A drafter that can, and repairs too."""

    name = "worked"

    def draft(self, transcript: Transcript) -> Drafted:
        return Drafted(draft=Draft(title="ok"), drafter=self.name, notes=("a note",))

    def repair(self, draft: Draft, failing: Sequence[Failing], transcript: Transcript) -> Drafted:
        return Drafted(draft=Draft(title="repaired"), drafter=self.name)


@pytest.mark.parametrize("error", [DrafterError("It refused."), Retryable("It is away.")])
def test_a_draft_comes_on_time_and_says_who_wrote_it_and_why(error: BotError) -> None:
    """A failing model costs quality, not the draft."""
    drafted = FallbackDrafter(Failed(error), Worked()).draft(transcript())
    assert drafted.drafter == "worked"
    reason = str(error).rstrip(".")
    assert drafted.notes == (
        f"The model could not be used ({reason}); the offline drafter wrote this. Redraft upgrades it.",
        "a note",
    )


def test_the_primary_is_used_where_it_works() -> None:
    """Without a fault nothing is noted."""
    both = FallbackDrafter(Worked(), Failed(DrafterError("never")))
    assert both.draft(transcript()).notes == ("a note",)
    assert both.repair(Draft(title="x"), [], transcript()).draft.title == "repaired"


def test_a_trial_is_the_primarys_alone() -> None:
    """A stand-in would hide that the primary does not work."""
    made = FallbackDrafter(Failed(Retryable("It is away.")), Worked())
    with pytest.raises(Retryable, match="away"):
        made.once(within=timedelta(seconds=1)).draft(transcript())


def test_a_primary_that_cannot_repair_says_so() -> None:
    """Repair is optional for drafters."""
    made = FallbackDrafter(Failed(DrafterError("no")), Worked())
    assert isinstance(made, Repairing)
    with pytest.raises(DrafterError, match="does not repair"):
        made.repair(Draft(title="x"), [], transcript())


def test_an_unknown_drafter_and_one_without_a_key_are_refused() -> None:
    """A sentence says what there is, or what is missing."""
    with pytest.raises(ConfigError, match="extractive, openai"):
        build_drafter("oracle", Settings())
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        build_drafter("openai", Settings(openai_api_key=SecretStr("")))
    local = Settings(openai_api_key=SecretStr(""), openai_base_url="http://localhost:1/v1")
    assert build_drafter("openai", local).name == "openai"


def test_the_offline_drafter_is_always_there() -> None:
    """Use cases get it for incidents no model may see, and the better one beside it."""
    offline, model = make_drafters(Settings())
    assert (offline.name, model.name if model else None) == ("extractive", "openai")
    assert make_drafters(Settings(drafter_name="extractive"))[1] is None


def test_a_broken_endpoint_gives_the_offline_draft() -> None:
    """Through the whole registry: the model's fault is explained, the draft is there."""
    with ScriptedServer([failure(401)]) as server:
        _, model = make_drafters(Settings(openai_base_url=server.url))
        assert model is not None
        drafted = model.draft(transcript())
    assert drafted.drafter == "extractive"
    assert "rejects the key" in drafted.notes[0]
    assert drafted.draft.timeline


def test_a_good_endpoint_gives_its_own() -> None:
    """The settings reach the endpoint."""
    with ScriptedServer([completion({"title": "From the model"})]) as server:
        _, model = make_drafters(Settings(openai_base_url=server.url))
        assert model is not None
        assert model.draft(transcript()).draft.title == "From the model"
    assert server.asked[0].key == f"Bearer {KEY}"
    assert server.asked[0].body["model"] == "test-model"


def test_working_offline_does_not_load_the_sdk() -> None:
    """It takes half a second that the offline drafter does not need."""
    code = "import sys, bot.drafters; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_budget_in_money_needs_the_prices() -> None:
    """Without them nobody can tell what a postmortem costs."""
    with pytest.raises(ConfigError, match="MODEL_PRICE_INPUT"):
        build_drafter("openai", Settings(model_budget_dollars=0.5))
