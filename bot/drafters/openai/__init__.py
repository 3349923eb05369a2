"""The drafter that asks a model at an OpenAI-compatible endpoint: see `OpenAIDrafter`."""

from bot.drafters.openai.drafter import Limits, OpenAIDrafter
from bot.drafters.openai.endpoint import Timing
from bot.drafters.openai.spending import Budget

__all__ = ["Budget", "Limits", "OpenAIDrafter", "Timing"]
