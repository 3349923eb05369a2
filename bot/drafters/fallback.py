"""A drafter that stands in for another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.postmortem import Draft
from bot.domain.review import Cost
from bot.domain.transcript import Transcript
from bot.errors import DrafterError, Retryable
from bot.ports import Drafted, Drafter, Failing, Hasty, Repairing, Thrifty


class FallbackDrafter:
    """Drafts with `primary`, and with `fallback` where that fails, saying so. Repairs through `primary`.

    A fault that may pass is no reason to wait: the fallback's draft comes on time, a redraft upgrades it.
    """

    def __init__(self, primary: Drafter, fallback: Drafter) -> None:
        self.name = primary.name
        self._primary = primary
        self._fallback = fallback

    def draft(self, transcript: Transcript) -> Drafted:
        """The primary's draft, or the fallback's with a note why.

        Raises:
            DrafterError: both failed.
        """
        try:
            return self._primary.draft(transcript)
        except (DrafterError, Retryable) as fault:
            return self._instead(transcript, str(fault))

    def after(self, spent: Cost) -> Drafter:
        """The same, its primary with what is left of the budget."""
        if not isinstance(self._primary, Thrifty):
            return self
        return FallbackDrafter(self._primary.after(spent), self._fallback)

    def once(self, *, within: timedelta) -> Drafter:
        """The primary alone, asking once: what stands in for it would hide how the trial went."""
        return self._primary.once(within=within) if isinstance(self._primary, Hasty) else self._primary

    def repair(self, draft: Draft, failing: Sequence[Failing], transcript: Transcript) -> Drafted:
        """The primary's repair.

        Raises:
            Retryable: the primary is away for the moment.
            DrafterError: it cannot repair, or failed to.
        """
        if not isinstance(self._primary, Repairing):
            raise DrafterError(f"The {self._primary.name} drafter does not repair drafts.")
        return self._primary.repair(draft, failing, transcript)

    def _instead(self, transcript: Transcript, reason: str) -> Drafted:
        drafted = self._fallback.draft(transcript)
        sentence = reason.rstrip(".")
        note = (
            f"The model could not be used ({sentence}); the offline drafter wrote this. Redraft upgrades it."
        )
        return drafted.model_copy(update={"notes": (note, *drafted.notes), "repairable": False})
