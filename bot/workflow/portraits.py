"""What of an incident can be compared with others, and what is taken back when it may not be any more.

All of it happens in the transaction that changes the incident, like its search document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.causes import cause_class
from bot.domain.incident import Incident, Status
from bot.domain.likeness import Portrait, Stage
from bot.domain.places import thread_url
from bot.domain.postmortem import Claim, Draft, SimilarIncident
from bot.domain.sections import claims_of
from bot.domain.transcript import Message
from bot.ports import Match, Records
from bot.workflow.recounting import recount
from bot.workflow.world import World, ask, show_again

_UNCOMPARED = frozenset({Status.DISMISSED, Status.DISCARDED})
_REST = ("impact", "contributing_factors", "resolution", "went_well", "went_badly", "lucky", "action_items")
_AT_A_TIME, _FIRST, _LAST = 10, 20, 60
"""Messages that are looked at as one text, and how many from either end of a transcript."""
_FIX = 240
"""Characters of a sentence that tells what helped."""


def drafted_portrait(incident: Incident, draft: Draft) -> Portrait:
    """All that a draft tells."""
    return Portrait(
        stage=Stage.DRAFTED,
        title=draft.title,
        services=incident.services,
        cause=_text(draft.root_cause.claims),
        summary=_text(draft.summary),
        rest=tuple(_text(claims_of(draft, name)) for name in _REST),
        cause_class=cause_class(draft),
    )


def told_portrait(incident: Incident, said: Sequence[Message]) -> Portrait:
    """What is known before there is a draft: the title, and what was said at the beginning and the end.
    With nothing said yet it is the title alone."""
    texts = [message.text for message in said if message.text and not message.deleted]
    kept = texts if len(texts) <= _FIRST + _LAST else [*texts[:_FIRST], *texts[-_LAST:]]
    rest = tuple("\n".join(kept[at : at + _AT_A_TIME]) for at in range(0, len(kept), _AT_A_TIME))
    stage = Stage.TOLD if rest else Stage.STARTED
    return Portrait(stage=stage, title=incident.title, services=incident.services, rest=rest)


def portray(records: Records, world: World, incident: Incident) -> None:
    """Bring the terms of an incident up to date with its newest revision. One that may not be told of,
    or has no revision, has none."""
    revision = records.revisions.latest(incident.id)
    if not is_compared(incident) or revision is None:
        records.likeness.remove(incident.id)
        withdraw(records, world, incident)
        return
    records.likeness.put(incident.id, world.team_id, drafted_portrait(incident, revision.draft))
    if world.embedder is not None and world.may_ask_model(incident):
        ask(records, world, "embed", f"{incident.id}:{world.clock.now().isoformat()}", incident=incident)


def is_compared(incident: Incident) -> bool:
    """Whether an incident takes part once it has a draft: restricted ones never do, nor those put away."""
    return not (incident.restricted or incident.status in _UNCOMPARED)


def withdraw(records: Records, world: World, incident: Incident) -> None:
    """What others were told of this incident is not true any more, or not for everybody: ask for their
    cards, posts and files to be made anew, and for the digests that may name it."""
    recount(records, world, incident)
    take_back(records, world, incident)


def take_back(records: Records, world: World, incident: Incident) -> None:
    """The same, without the digests: nobody is told of this incident any more, nor it of anybody."""
    for number in records.likeness.forsake(incident.id):
        other = records.incidents.get(number)
        if other is not None:
            show_again(records, world, other, f"without:{incident.id}", "republish")


def similar_to(records: Records, incident: Incident) -> tuple[SimilarIncident, ...]:
    """What an incident was told of earlier ones, as they are now; never one that who sees this incident
    may not see."""
    found = []
    for match in records.likeness.told(incident.id).matches:
        other = records.incidents.get(match.other_id)
        if other is not None and may_be_told(other, to=incident):
            found.append(as_line(records, other, match))
    return tuple(found)


def may_be_told(other: Incident, *, to: Incident) -> bool:
    """Whether everybody who sees one incident may be told of the other: it is public, or private in the
    same channel; nothing restricted takes part."""
    if other.restricted or to.restricted or other.status in _UNCOMPARED:
        return False
    return not other.is_private or (to.is_private and to.channel_id == other.channel_id)


def as_line(records: Records, other: Incident, match: Match) -> SimilarIncident:
    """An earlier incident as it is told: how likely the same cause is, why, what helped, what is open."""
    revision = records.revisions.latest(other.id)
    draft = revision.draft if revision else None
    return SimilarIncident(
        incident=other.key,
        title=draft.title if draft else other.title,
        percent=round(100 * match.chance),
        shared=match.shared,
        cause_class=cause_class(draft).value if draft and match.same_class else None,
        fix=_fix(draft) if draft else "",
        open_actions=tuple(item.text for item in records.actions.open_of(other.id)),
        channel_id=other.channel_id,
        thread_ts=other.thread_ts,
    )


def with_links(world: World, found: Iterable[SimilarIncident]) -> tuple[SimilarIncident, ...]:
    """The same lines, each leading to the thread or channel where its incident lives."""
    url = world.directory.identity().url

    def linked(one: SimilarIncident) -> SimilarIncident:
        address = thread_url(url, one.channel_id, one.thread_ts)
        return one.model_copy(update={"permalink": address}) if address else one

    return tuple(map(linked, found))


def _fix(draft: Draft) -> str:
    """The last sentence about what ended it: it tells what worked, those before what was tried."""
    said = next((claim.text for claim in reversed(draft.resolution)), "")
    said = " ".join(said.split())
    return said if len(said) <= _FIX else said[: _FIX - 1].rsplit(" ", 1)[0] + "…"


def _text(claims: Sequence[Claim]) -> str:
    return "\n".join(claim.text for claim in claims)
