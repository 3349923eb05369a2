"""Looking things up for a person: only what they may see, decided now."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.errors import NotAllowed, UserError
from bot.workflow.access import the_visible, visible_channels
from bot.workflow.dossier import Dossier, dossier
from bot.workflow.world import World


def recent(world: World, user_id: str, limit: int = 15) -> tuple[Incident, ...]:
    """The newest incidents the person may see."""
    visible = visible_channels(world, user_id)
    with world.storage.read() as records:
        return records.incidents.recent(world.team_id, visible=visible, limit=limit)


def opened(world: World, incident_id: int, user_id: str) -> Dossier | None:
    """Everything about an incident, for somebody who may see it; None for everybody else, as where there is
    none. Raises `NotAllowed` where somebody is no full member."""
    try:
        incident = the_visible(world, incident_id, user_id)
    except NotAllowed:
        raise
    except UserError:
        return None
    with world.storage.read() as records:
        return dossier(records, incident)
