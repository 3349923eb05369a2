"""Having a draft written: the drafter writes, the checks decide, and one repair round sends back only
what failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bot.domain.checking import Checked
from bot.domain.postmortem import Draft
from bot.domain.transcript import Transcript
from bot.errors import DrafterError, Retryable
from bot.ports import Drafted, Drafter, Repairing


class Written(NamedTuple):
    """What the drafter returned, and what of it may be said."""

    drafted: Drafted
    checked: Checked

    @property
    def findings(self) -> tuple[str, ...]:
        """What the reader should know about this draft, in sentences."""
        return (*self.drafted.notes, *self.checked.findings)


def write(drafter: Drafter, transcript: Transcript, check: Callable[[Draft], Checked]) -> Written:
    """Draft, check, repair once where the drafter can, check again.

    Raises:
        Retryable, DrafterError: no draft could be had. A repair that fails is no failure: the checks
            have left out what did not pass.
    """
    drafted = drafter.draft(transcript)
    checked = check(drafted.draft)
    if not checked.failing or not isinstance(drafter, Repairing) or not drafted.repairable:
        return Written(drafted, checked)
    try:
        repaired = drafter.repair(drafted.draft, checked.failing, transcript)
    except (Retryable, DrafterError):
        return Written(drafted, checked)
    whole = drafted.model_copy(
        update={
            "draft": repaired.draft,
            "tokens": drafted.tokens + repaired.tokens,
            "seconds": drafted.seconds + repaired.seconds,
            "dollars": drafted.dollars + repaired.dollars,
            "notes": tuple(dict.fromkeys((*drafted.notes, *repaired.notes))),
        }
    )
    return Written(whole, check(repaired.draft))
