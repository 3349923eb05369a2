"""Who may see and change what, decided when they ask."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.incident import Incident, parse_key
from bot.domain.transcript import Person
from bot.errors import ChatError, NotAllowed, UserError
from bot.ports import Records
from bot.workflow.membership import Inside, inside
from bot.workflow.turned import notice_private
from bot.workflow.world import World

NO_SUCH = "That belongs to no incident here that you can see. Nothing was changed."
"""One answer for what is not there, what belongs elsewhere and what is not theirs to see."""


def member(world: World, user_id: str) -> Person:
    """A full member of this workspace, as Slack tells now. Raises `NotAllowed` as `full_member`."""
    return full_member(world.directory.person_now(user_id))


def full_member(person: Person) -> Person:
    """That person, if they are a full member of this workspace.

    Raises:
        NotAllowed: a guest, somebody of another company, a bot or a deactivated account.
    """
    if person.is_external:
        raise NotAllowed("People of other companies cannot do that here. Nothing was changed.")
    if person.is_guest:
        raise NotAllowed("Guests cannot do that; ask a full member. Nothing was changed.")
    if person.is_bot or person.deleted:
        raise NotAllowed("Only people with an active account can do that. Nothing was changed.")
    return person


def authorise(world: World, incident: Incident, user_id: str) -> Person:
    """A full member who is in the incident's channel now.

    Where Slack no longer tells the members (the channel is archived or gone), the last known ones
    count, and admins who broke the glass. If nobody knows the members, a public incident stays open to
    full members and a private one is closed to everybody.

    Raises:
        NotAllowed: with the reason.
    """
    person = member(world, user_id)
    found = inside(world, incident.channel_id)
    if not _belongs(world, incident, user_id, found, unknown=not incident.is_private):
        raise NotAllowed(NO_SUCH if incident.is_private else None)
    return person


def may_hear(world: World, incident: Incident, people: Iterable[str]) -> frozenset[str]:
    """Who of these may be told of an incident by direct message now: as `authorise`, but Slack is asked
    for the channel's members once."""
    asked = frozenset(people)
    found = inside(world, incident.channel_id) if asked else None
    return frozenset(
        user_id
        for user_id in asked
        if is_member(world, user_id)
        and _belongs(world, incident, user_id, found, unknown=not incident.is_private)
    )


def is_member(world: World, user_id: str) -> bool:
    """Whether somebody is a full member of this workspace with an active account."""
    try:
        member(world, user_id)
    except NotAllowed:
        return False
    return True


def _belongs(world: World, incident: Incident, user_id: str, found: Inside | None, *, unknown: bool) -> bool:
    """Whether somebody is, or was last known to be, in the incident's channel."""
    known = unknown if found is None else user_id in found.members
    if known or (found is not None and found.live):
        return known
    with world.storage.read() as records:
        is_open = records.glass.is_open(incident.id, user_id, at=world.clock.now())
    return is_open and _is_admin(world, user_id)


def _is_admin(world: World, user_id: str) -> bool:
    """Whether somebody is an admin now: who is none any more has broken the glass for nothing."""
    try:
        authorise_admin(world, user_id)
    except NotAllowed:
        return False
    return True


def authorise_approval(world: World, incident: Incident, user_id: str) -> Person:
    """Who may approve: as `authorise`, in the reviewers' group where one is set, and not who resolved it
    where that is ruled out. Raises `NotAllowed`."""
    person = authorise(world, incident, user_id)
    group = world.policy.reviewers
    if group and user_id not in _group(world, "REVIEWERS", group):
        raise NotAllowed("Only the reviewers' group can approve. Nothing was changed.")
    if world.policy.approver_not_resolver and user_id == incident.resolved_by:
        raise NotAllowed(
            "You resolved this incident, so somebody else has to approve its postmortem. Nothing was changed."
        )
    return person


def authorise_admin(world: World, user_id: str) -> Person:
    """A full member who is in the admins' group now. Raises `NotAllowed`."""
    person = member(world, user_id)
    group = world.policy.admins
    if not group:
        raise NotAllowed("That is for admins, and no group of admins is set (ADMINS). Nothing was changed.")
    if user_id not in _group(world, "ADMINS", group):
        raise NotAllowed("Only the admins' group can do that. Nothing was changed.")
    return person


def _group(world: World, setting: str, name: str) -> frozenset[str]:
    """A group that cannot be read lets nobody in."""
    try:
        return world.directory.group(name)
    except ChatError as error:
        raise NotAllowed(
            f"Slack does not show the group set as {setting} ({error.code}), so nobody may do that now. "
            "`postmortem doctor` says how to mend it. Nothing was changed."
        ) from None


def admins_incident(world: World, key: str, user_id: str) -> Incident:
    """The incident an admin names. Being an admin opens no private incident. Raises `UserError`."""
    authorise_admin(world, user_id)
    return visible_incident(world, key, user_id)


def visible_channels(world: World, user_id: str) -> frozenset[str]:
    """The private incident channels this person is in; public ones need no entry here."""
    member(world, user_id)
    notice_private(world)
    with world.storage.read() as records:
        private = records.incidents.private_channels(world.team_id)
    return frozenset(
        channel for channel in private if (found := inside(world, channel)) and user_id in found.members
    )


def may_see(world: World, incident: Incident, user_id: str) -> bool:
    """Public incidents for every full member; private ones for who is in their channel."""
    member(world, user_id)
    if not incident.is_private and incident.channel_id not in notice_private(world):
        return True
    return _belongs(world, incident, user_id, inside(world, incident.channel_id), unknown=False)


def find(records: Records, world: World, key: str) -> Incident | None:
    """An incident by what people call it; None if there is none of that name."""
    parsed = parse_key(key)
    return records.incidents.by_key(world.team_id, *parsed) if parsed else None


def visible_incident(world: World, key: str, user_id: str) -> Incident:
    """The incident a person names, if they may see it.

    Raises:
        UserError: unknown, or private and not theirs to see: the same answer for both, after the same
            questions to Slack, so that neither words nor time tell which.
    """
    member(world, user_id)
    with world.storage.read() as records:
        incident = find(records, world, key)
    if incident is None:
        ask_in_vain(world)
    if incident is None or not may_see(world, incident, user_id):
        raise unknown_incident(key)
    return incident


def the_visible(world: World, incident_id: int, user_id: str) -> Incident:
    """The incident of an id that a button or a window carries, if the person may see it.

    Raises:
        NotAllowed: they are no full member.
        UserError: there is none, or it is not theirs to see: the same words for both.
    """
    member(world, user_id)
    incident = the_incident(world, incident_id)
    if not may_see(world, incident, user_id):
        raise UserError(NO_SUCH)
    return incident


def ask_in_vain(world: World) -> None:
    """What is asked of Slack about a private incident, where there is none of that number."""
    with world.storage.read() as records:
        private = records.incidents.private_channels(world.team_id)
    if private:
        inside(world, min(private))


def unknown_incident(key: str) -> UserError:
    """The one answer for an incident that is not there and for one that is not theirs to see."""
    return UserError(f"There is no incident {key.strip()[:20].upper()} that you can see.")


def the_incident(world: World, incident_id: int, *, pressed_in: str = "") -> Incident:
    """An incident by the id in a button, which must stand where the incident lives: in its channel, or
    where we posted something of it. `pressed_in` is empty where a modal asks, which stands nowhere. Of an
    imported one nothing was posted: its buttons stand in answers, wherever somebody asked.

    Raises:
        UserError: it is not there, or belongs elsewhere (a stale, forged or replayed value).
    """
    with world.storage.read() as records:
        incident = records.incidents.get(incident_id)
        if incident is None or incident.team_id != world.team_id:
            raise UserError(NO_SUCH)
        homes = {incident.channel_id, incident.review_channel_id, ""}
        if pressed_in not in homes:
            homes |= {row.channel_id for row in records.posts.of(incident_id)}
    if pressed_in not in homes and not incident.imported:
        raise UserError(NO_SUCH)
    return incident


def allow(incident: Incident, action: str) -> None:
    """Raises `UserError` where `action` makes no sense in the incident's status."""
    if refusal := incident.refusal(action):
        raise UserError(refusal)


def is_known_channel(world: World, channel_id: str) -> bool:
    """Whether a channel was ever met under this id and has not got another one since."""
    with world.storage.read() as records:
        return records.channels.get(world.team_id, channel_id) is not None


def authorise_channel(world: World, channel_id: str, user_id: str) -> Person:
    """A full member who is in that channel now. Raises `NotAllowed`."""
    person = member(world, user_id)
    found = inside(world, channel_id)
    if found is None or not found.live or user_id not in found.members:
        raise NotAllowed("Only people in the channel can do that. Nothing was changed.")
    return person
