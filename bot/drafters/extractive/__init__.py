"""The drafter that needs no network: see `ExtractiveDrafter`."""

from bot.drafters.extractive.drafter import ExtractiveDrafter

__all__ = ["ExtractiveDrafter"]
