"""What an incident is at this moment: a button or a window may have been drawn long ago."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.errors import UserError
from bot.ports import Records


def current(records: Records, incident_id: int) -> Incident:
    """The incident as it is now.

    Raises:
        UserError: it was forgotten meanwhile.
    """
    incident = records.incidents.get(incident_id)
    if incident is None:
        raise UserError("That incident is not there any more. Nothing was changed.")
    return incident
