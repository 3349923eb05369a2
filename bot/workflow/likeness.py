"""Telling an incident which earlier ones it resembles: at its start, when it is resolved, with each draft."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.causes import CauseClass
from bot.domain.incident import Incident, Status
from bot.domain.likeness import FLOOR, MOST_SHOWN, Portrait, chance
from bot.domain.postmortem import SimilarIncident
from bot.domain.transcript import as_ts
from bot.errors import BotError
from bot.log import get_logger
from bot.ports import Kin, Match, Records, Told
from bot.workflow.access import may_see, visible_channels
from bot.workflow.membership import inside
from bot.workflow.portraits import as_line, drafted_portrait, may_be_told, told_portrait
from bot.workflow.privacy import is_direct, is_private_now
from bot.workflow.scope import messages_of
from bot.workflow.world import World

_CONSIDERED = 8
"""Look-alikes that are looked at, for some of them may have become private."""

_log = get_logger(__name__)


class Likely(NamedTuple):
    """A line for one person, and the incident it is about."""

    incident: Incident
    line: SimilarIncident


def renew(world: World, incident: Incident) -> None:
    """Bring what an incident is told up to date where more is known by now; nothing is done where nothing
    is new. It never fails for the caller: a card without these lines is better than no card."""
    try:
        _renew(world, incident)
    except BotError as error:
        _log.warning("likeness_not_renewed", incident=incident.id, error=type(error).__name__)


def _renew(world: World, incident: Incident) -> None:
    with world.storage.read() as records:
        basis, told = _basis(records, incident), records.likeness.told(incident.id)
    if incident.restricted or incident.imported or told.basis == basis:
        return
    portrait = _portrait(world, incident)
    only_here = _strangers_read(world, incident)
    with world.storage.read() as records:
        kin = records.likeness.nearest(
            incident.id,
            world.team_id,
            portrait,
            before=incident.started_at,
            private_in=(incident.channel_id,) if incident.is_private else (),
            only_in=incident.channel_id if only_here else "",
            limit=_CONSIDERED,
        )
    matches = tuple(_matches(world, incident, portrait, kin))
    with world.storage.begin() as records:
        now = records.incidents.get(incident.id)
        if now is not None and not now.restricted and _basis(records, now) == basis:
            there = tuple(one for one in matches if records.incidents.get(one.other_id) is not None)
            records.likeness.tell(incident.id, world.team_id, Told(basis=basis, matches=there))


def _basis(records: Records, incident: Incident) -> str:
    """What is known of an incident now: a revision, that it is resolved, or only that it began."""
    revision = records.revisions.latest(incident.id)
    if revision is not None:
        return f"revision {revision.number}"
    return "started" if incident.status is Status.OPEN else f"resolved {incident.generation}"


def _portrait(world: World, incident: Incident) -> Portrait:
    with world.storage.read() as records:
        revision = records.revisions.latest(incident.id)
    if revision is not None:
        return drafted_portrait(incident, revision.draft)
    if incident.status is Status.OPEN:
        return told_portrait(incident, ())
    return told_portrait(incident, messages_of(world.storage, incident, as_ts(world.clock.now())))


def _strangers_read(world: World, incident: Incident) -> bool:
    """Whether somebody reads along who may not see every public channel: a guest, or somebody of another
    company. Where nobody knows who reads along, somebody does."""
    people = world.directory.everyone()
    strangers = {person.id for person in people if person.is_guest or person.is_external}
    known = {person.id for person in people}
    for channel_id in {incident.channel_id, incident.review_place[0]}:
        if is_direct(channel_id):
            continue
        found = inside(world, channel_id)
        if found is None or found.members & strangers:
            return True
        if any(not _is_our_bot(world, user_id) for user_id in found.members - known):
            return True
    return False


def _is_our_bot(world: World, user_id: str) -> bool:
    """Whether a member who is none of our people is the bot of another app in this workspace."""
    person = world.directory.person(user_id)
    return person.is_bot and not person.is_external


def _matches(world: World, incident: Incident, portrait: Portrait, kin: tuple[Kin, ...]) -> list[Match]:
    """The few that are likely enough, and that Slack says everybody may still see."""
    found: list[Match] = []
    for one in kin:
        match = _match(one, portrait)
        if match.chance < FLOOR or len(found) == MOST_SHOWN:
            break
        with world.storage.read() as records:
            other = records.incidents.get(one.incident_id)
        if other is None or not may_be_told(other, to=incident):
            continue
        if other.is_private or not is_private_now(world, other):
            found.append(match)
    return found


def _match(one: Kin, portrait: Portrait) -> Match:
    known = portrait.cause_class is not CauseClass.UNKNOWN
    return Match(
        other_id=one.incident_id,
        chance=chance(one.score, portrait.stage),
        shared=one.shared,
        same_class=known and one.cause_class is portrait.cause_class,
    )


def similar_for(world: World, incident: Incident, user_id: str) -> tuple[Likely, ...]:
    """What an incident resembles, for one person: among all that this person may see."""
    if incident.restricted:
        return ()
    visible = visible_channels(world, user_id)
    portrait = _portrait(world, incident)
    with world.storage.read() as records:
        kin = records.likeness.nearest(
            incident.id,
            world.team_id,
            portrait,
            before=incident.started_at,
            private_in=tuple(visible),
            limit=_CONSIDERED,
        )
        pairs = [(records.incidents.get(one.incident_id), _match(one, portrait)) for one in kin]
        likely = [(other, match) for other, match in pairs if other is not None and match.chance >= FLOOR]
        lines = [Likely(other, as_line(records, other, match)) for other, match in likely]
    return tuple(one for one in lines if may_see(world, one.incident, user_id))[:MOST_SHOWN]
