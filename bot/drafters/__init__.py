"""Who writes drafts. A new drafter is one module and one line in `DRAFTERS`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from bot.drafters.extractive import ExtractiveDrafter
from bot.drafters.fallback import FallbackDrafter
from bot.errors import ConfigError
from bot.ports import Drafter, Editor, Embedder

if TYPE_CHECKING:
    from bot.drafters.openai import Budget


class DrafterSettings(Protocol):
    """The settings drafters are made from (`bot.config.Settings` has them)."""

    @property
    def drafter_name(self) -> str: ...
    @property
    def openai_api_key(self) -> SecretStr: ...
    @property
    def openai_base_url(self) -> str | None: ...
    @property
    def openai_model(self) -> str: ...
    @property
    def embedding_model(self) -> str: ...
    @property
    def openai_timeout(self) -> timedelta: ...
    @property
    def model_budget_tokens(self) -> int: ...
    @property
    def model_budget_seconds(self) -> timedelta: ...
    @property
    def model_budget_dollars(self) -> float | None: ...
    @property
    def model_price_input(self) -> float: ...
    @property
    def model_price_output(self) -> float: ...
    @property
    def model_part_tokens(self) -> int: ...


def make_drafters(settings: DrafterSettings) -> tuple[Drafter, Drafter | None]:
    """The offline drafter, and the better one where the settings ask for one.

    Raises:
        ConfigError: there is no drafter of that name, or the settings say too little for it.
    """
    offline = ExtractiveDrafter()
    name = settings.drafter_name
    return offline, None if name == offline.name else build_drafter(name, settings)


def build_drafter(name: str, settings: DrafterSettings) -> Drafter:
    """The drafter called `name`; one that needs a network falls back on the extractive one.

    Raises:
        ConfigError: there is none of that name, or the settings say too little for it.
    """
    if name not in DRAFTERS:
        raise ConfigError(f"There is no drafter called {name!r}; there are {', '.join(sorted(DRAFTERS))}.")
    return DRAFTERS[name](settings)


def make_embedder(settings: DrafterSettings) -> Embedder | None:
    """What turns postmortems into vectors, where the settings name a model for that.

    Raises:
        ConfigError: there is neither a key nor an address for it.
    """
    if not settings.embedding_model:
        return None
    if not settings.openai_api_key.get_secret_value() and not settings.openai_base_url:
        raise ConfigError("EMBEDDING_MODEL needs OPENAI_API_KEY, or OPENAI_BASE_URL of a local endpoint.")
    from bot.drafters.openai.embedding import OpenAIEmbedder  # noqa: PLC0415 - its SDK is slow to import

    return OpenAIEmbedder(
        api_key=settings.openai_api_key,
        model=settings.embedding_model,
        base_url=settings.openai_base_url,
        timeout=settings.openai_timeout.total_seconds(),
    )


def make_editor(settings: DrafterSettings) -> Editor | None:
    """What changes drafts on request: the model, where the settings ask for one.

    Raises:
        ConfigError: the settings say too little for it.
    """
    if settings.drafter_name != "openai":
        return None
    from bot.drafters.openai.editing import OpenAIEditor  # noqa: PLC0415 - its SDK is slow to import

    return OpenAIEditor(
        api_key=settings.openai_api_key,
        model=settings.openai_model,
        base_url=settings.openai_base_url,
        timeout=settings.openai_timeout.total_seconds(),
        budget=_budget(settings),
    )


def _extractive(_settings: DrafterSettings) -> Drafter:
    return ExtractiveDrafter()


def _openai(settings: DrafterSettings) -> Drafter:
    from bot.drafters.openai import Limits, OpenAIDrafter  # noqa: PLC0415 - its SDK is slow to import

    if not settings.openai_api_key.get_secret_value() and not settings.openai_base_url:
        raise ConfigError("The openai drafter needs OPENAI_API_KEY, or OPENAI_BASE_URL of a local endpoint.")
    primary = OpenAIDrafter(
        api_key=settings.openai_api_key,
        model=settings.openai_model,
        base_url=settings.openai_base_url,
        timeout=settings.openai_timeout.total_seconds(),
        budget=_budget(settings),
        limits=Limits(part=settings.model_part_tokens),
    )
    return FallbackDrafter(primary, ExtractiveDrafter())


def _budget(settings: DrafterSettings) -> Budget:
    """Raises `ConfigError` where money is limited and nobody can tell what a token costs."""
    from bot.drafters.openai import Budget  # noqa: PLC0415 - its SDK is slow to import

    if settings.model_budget_dollars and not (settings.model_price_input and settings.model_price_output):
        raise ConfigError(
            "MODEL_BUDGET_DOLLARS needs MODEL_PRICE_INPUT and MODEL_PRICE_OUTPUT, in US dollars per million "
            "tokens: without them nobody can tell what a postmortem costs."
        )
    return Budget(
        tokens=settings.model_budget_tokens,
        seconds=settings.model_budget_seconds.total_seconds(),
        dollars=settings.model_budget_dollars,
        input_price=settings.model_price_input,
        output_price=settings.model_price_output,
    )


DRAFTERS: dict[str, Callable[[DrafterSettings], Drafter]] = {
    "extractive": _extractive,
    "openai": _openai,
}
"""Name, as in the setting, → factory."""

__all__ = [
    "DRAFTERS",
    "DrafterSettings",
    "FallbackDrafter",
    "build_drafter",
    "make_drafters",
    "make_editor",
    "make_embedder",
]
