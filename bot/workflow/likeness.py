"""Telling an incident which earlier ones it resembles: at its start, when it is resolved, with each draft."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.causes import CauseClass
from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.likeness import FLOOR, MOST_SHOWN, Portrait, chance
from bot.domain.postmortem import SimilarIncident
from bot.domain.transcript import as_ts
from bot.errors import BotError
from bot.log import get_logger
from bot.ports import Kin, Match, Records, Told
from bot.workflow.access import may_see, visible_channels
from bot.workflow.membership import is_stranger, strangers_in
from bot.workflow.portraits import as_line, drafted_portrait, may_be_told, told_portrait
from bot.workflow.privacy import is_direct, is_private_now
from bot.workflow.scope import messages_of
from bot.workflow.world import World, show_again

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
    if incident.restricted or incident.imported:
        return
    if told.basis == basis:
        if told.matches:
            keep_from_strangers(world, incident.channel_id)  # an event that told of them may be lost
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
    """Whether somebody reads along in the incident's channel, or where its draft stands, who may not see
    every public channel."""
    places = {incident.channel_id, incident.review_place[0]}
    return any(strangers_in(world, place) for place in places if not is_direct(place))


def keep_from_strangers(world: World, channel_id: str) -> None:
    """Take back what a channel's incidents were told of those of other channels, if somebody reads along by
    now who may not see these: it must leave cards, drafts and attached files."""
    with world.storage.read() as records:
        known = records.incidents.in_channel(world.team_id, channel_id)
        telling = [one for one in known if _tells_of_others(records, one)]
    if not telling or not strangers_in(world, channel_id):
        return
    with world.storage.begin() as records:
        for incident in telling:
            told = records.likeness.told(incident.id)
            ours = tuple(match for match in told.matches if _is_ours(records, incident, match))
            records.likeness.tell(incident.id, world.team_id, Told(basis=told.basis, matches=ours))
            show_again(records, world, incident, "strangers")
    world.wake()


def _tells_of_others(records: Records, incident: Incident) -> bool:
    matches = records.likeness.told(incident.id).matches
    return not all(_is_ours(records, incident, match) for match in matches)


def _is_ours(records: Records, incident: Incident, match: Match) -> bool:
    """Whether a match lives in the incident's own channel."""
    other = records.incidents.get(match.other_id)
    return other is not None and other.channel_id == incident.channel_id


def someone_joined(world: World, job: Job) -> None:
    """Job: somebody came into a channel; if it is a guest, or somebody of another company, nothing of
    other channels is told there any more."""
    if is_stranger(world, str(job.payload["user"])):
        keep_from_strangers(world, str(job.payload["channel"]))


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
