"""A drafter whose drafts and tokens are counted."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.postmortem import Draft
from bot.domain.review import Cost
from bot.domain.transcript import Transcript
from bot.ports import Drafted, Drafter, Editor, Failing, Meter, Repairing, Thrifty


def counted(drafter: Drafter, meter: Meter) -> Drafter:
    """The same drafter, telling the meter; it repairs where the other does."""
    if isinstance(drafter, Repairing):
        return CountedRepairing(drafter, drafter, meter)
    return Counted(drafter, meter)


class CountedEditor:
    """An editor whose tokens are counted. Raises what the other raises."""

    def __init__(self, inner: Editor, meter: Meter) -> None:
        self.name = inner.name
        self._inner = inner
        self._meter = meter

    def revise(
        self, draft: Draft, request: str, transcript: Transcript, *, label: int, spent: Cost
    ) -> Drafted:
        """The other's suggestion."""
        revised = self._inner.revise(draft, request, transcript, label=label, spent=spent)
        self._meter.tokens(self.name, revised.tokens)
        return revised


class Counted:
    """Hands drafting on and tells the meter what came of it. Raises what the other raises."""

    def __init__(self, inner: Drafter, meter: Meter) -> None:
        self.name = inner.name
        self._inner = inner
        self._meter = meter

    def draft(self, transcript: Transcript) -> Drafted:
        """The other's draft."""
        drafted = self._inner.draft(transcript)
        self._meter.drafted(drafted.drafter, wanted=self.name)
        self._meter.tokens(self.name, drafted.tokens)
        return drafted

    def after(self, spent: Cost) -> Drafter:
        """The other with what is left of its budget, counted too."""
        return counted(self._inner.after(spent), self._meter) if isinstance(self._inner, Thrifty) else self


class CountedRepairing(Counted):
    """The same for one that repairs."""

    def __init__(self, inner: Drafter, mender: Repairing, meter: Meter) -> None:
        super().__init__(inner, meter)
        self._mender = mender

    def repair(self, draft: Draft, failing: Sequence[Failing], transcript: Transcript) -> Drafted:
        """The other's repair."""
        repaired = self._mender.repair(draft, failing, transcript)
        self._meter.tokens(self.name, repaired.tokens)
        return repaired
