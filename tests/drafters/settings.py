"""The settings drafters are made from, with an endpoint's made-up key."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from pydantic import SecretStr

from tests.drafters.openai.scenes import KEY


class Settings(NamedTuple):
    """As `bot.drafters.DrafterSettings` asks for."""

    drafter_name: str = "openai"
    openai_api_key: SecretStr = SecretStr(KEY)
    openai_base_url: str | None = None
    openai_model: str = "test-model"
    openai_timeout: timedelta = timedelta(seconds=5)
    model_budget_tokens: int = 100_000
    model_budget_seconds: timedelta = timedelta(seconds=30)
    model_budget_dollars: float | None = None
    model_price_input: float = 0.0
    model_price_output: float = 0.0
    model_part_tokens: int = 60_000
    embedding_model: str = ""
