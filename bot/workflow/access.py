"""Who may see and change what, decided when they ask."""

from __future__ import annotations

from bot.domain.incident import Incident, parse_key
from bot.domain.transcript import Person
from bot.errors import ChatError, NotAllowed, UserError
from bot.ports import Records
from bot.workflow.world import World

_GONE = frozenset({"not_in_channel", "is_archived", "channel_not_found"})


def member(world: World, user_id: str) -> Person:
    """A full member of this workspace.

    Raises:
        NotAllowed: a guest, somebody of another company, a bot or a deactivated account.
    """
    person = world.directory.person(user_id)
    if person.is_external:
        raise NotAllowed("People of other companies cannot do that here. Nothing was changed.")
    if person.is_guest:
        raise NotAllowed("Guests cannot do that; ask a full member. Nothing was changed.")
    if person.is_bot or person.deleted:
        raise NotAllowed("Only people with an active account can do that. Nothing was changed.")
    return person


def authorise(world: World, incident: Incident, user_id: str) -> Person:
    """A full member who is in the incident's channel now.

    Where Slack no longer tells the members (the channel is archived or gone), a public incident
    stays open to full members and a private one is closed to everybody.

    Raises:
        NotAllowed: with the reason.
    """
    person = member(world, user_id)
    if not is_member(world, incident.channel_id, user_id, otherwise=not incident.is_private):
        if incident.is_private:
            raise NotAllowed("There is no such incident that you can see. Nothing was changed.")
        raise NotAllowed
    return person


def is_member(world: World, channel_id: str, user_id: str, *, otherwise: bool) -> bool:
    """Whether somebody is in a channel now; `otherwise` where Slack will not tell any more."""
    try:
        return user_id in world.directory.members(channel_id)
    except ChatError as error:
        if error.code in _GONE:
            return otherwise
        raise


def visible_channels(world: World, user_id: str) -> frozenset[str]:
    """The private incident channels this person is in now; public ones need no entry here."""
    member(world, user_id)
    with world.storage.begin() as records:
        private = records.incidents.private_channels(world.team_id)
    return frozenset(channel for channel in private if is_member(world, channel, user_id, otherwise=False))


def may_see(world: World, incident: Incident, user_id: str) -> bool:
    """Public incidents for every full member; private ones for who is in their channel now."""
    member(world, user_id)
    return not incident.is_private or is_member(world, incident.channel_id, user_id, otherwise=False)


def find(records: Records, world: World, key: str) -> Incident | None:
    """An incident by what people call it; None if there is none of that name."""
    parsed = parse_key(key)
    return records.incidents.by_key(world.team_id, *parsed) if parsed else None


def visible_incident(world: World, key: str, user_id: str) -> Incident:
    """The incident a person names, if they may see it.

    Raises:
        UserError: unknown, or private and not theirs to see: the same answer for both.
    """
    with world.storage.begin() as records:
        incident = find(records, world, key)
    if incident is None or not may_see(world, incident, user_id):
        raise UserError(f"There is no incident {key.strip()[:20].upper()} that you can see.")
    return incident


def the_incident(world: World, incident_id: int) -> Incident:
    """An incident by the id in a button.

    Raises:
        UserError: it is not there (a stale or forged value).
    """
    with world.storage.begin() as records:
        incident = records.incidents.get(incident_id)
    if incident is None or incident.team_id != world.team_id:
        raise UserError("That button belongs to no incident here any more. Nothing was changed.")
    return incident


def allow(incident: Incident, action: str) -> None:
    """Raises `UserError` where `action` makes no sense in the incident's status."""
    if refusal := incident.refusal(action):
        raise UserError(refusal)


def authorise_channel(world: World, channel_id: str, user_id: str) -> Person:
    """A full member who is in that channel now. Raises `NotAllowed`."""
    person = member(world, user_id)
    if not is_member(world, channel_id, user_id, otherwise=False):
        raise NotAllowed("Only people in the channel can do that. Nothing was changed.")
    return person
