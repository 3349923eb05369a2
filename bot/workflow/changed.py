"""What changed in an incident's archive since its draft was frozen, and telling so at most once a minute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.incident import Incident, Status
from bot.domain.review import Revision
from bot.domain.transcript import Evidence, Message, Source, as_ts
from bot.ports import Records, Touched
from bot.workflow.scope import covers, not_ours
from bot.workflow.world import World, ask_once_in

EVERY = timedelta(minutes=1)
"""How often a card tells, however much changes."""
GRACE = timedelta(seconds=2)
"""How long what changes something may take to be stored."""
FRESH = timedelta(minutes=1)
"""What was said this lately is no news to a draft: it is taken for talk that came after."""
_DRAFTED = (Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED)


@dataclass(frozen=True)
class Changed:
    """How many messages that a draft rests on, or should, are not what they were."""

    edited: int = 0
    deleted: int = 0
    late: int = 0
    """Said before the draft, arrived after it."""

    def __str__(self) -> str:
        """`3 messages changed since this draft: 1 edited, 1 deleted, 1 late.`; nothing for nothing."""
        counts = {"edited": self.edited, "deleted": self.deleted, "late": self.late}
        total = sum(counts.values())
        if not total:
            return ""
        how = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
        return f"{total:,} {'message' if total == 1 else 'messages'} changed since this draft: {how}."


def since_draft(
    records: Records, incident: Incident, revision: Revision | None, evidence: Sequence[Evidence]
) -> Changed:
    """What was edited, deleted or came late since the newest draft was frozen.

    Talk after that moment does not count: a redraft would take it in, but it changes nothing said.
    """
    frozen_at = revision.coverage.frozen_at if revision else None
    if frozen_at is None:
        return Changed()
    touched = records.messages.touched(
        incident.team_id, incident.channel_id, since=frozen_at, until=as_ts(frozen_at)
    )
    if not touched:
        return Changed()
    labelled = {item.ts for item in evidence if item.source is not Source.REVIEWER}
    foreign = not_ours(records, incident)

    def is_late(one: Touched) -> bool:
        ours = covers(incident, one.ts, one.thread_ts, broadcast=one.broadcast)
        return ours and not one.deleted and one.ts not in foreign and one.thread_ts not in foreign

    known = [one for one in touched if one.ts in labelled]
    return Changed(
        edited=sum(1 for one in known if one.rewritten and not one.deleted),
        deleted=sum(1 for one in known if one.deleted),
        late=sum(1 for one in touched if one.ts not in labelled and is_late(one)),
    )


def note_changes(records: Records, world: World, channel_id: str, stored: Iterable[Message]) -> bool:
    """Messages of a channel were stored anew: have the cards of drafts that they may concern say so.

    However many change, a card is brought up to date once a minute, at its end.
    """
    now = world.clock.now()
    old = [message for message in stored if now - message.at >= FRESH]
    if not old:
        return False
    asked = [
        tell_change(records, world, incident)
        for incident in records.incidents.in_channel(world.team_id, channel_id, *_DRAFTED)
        if any(covers(incident, one.ts, one.thread_ts, broadcast=one.broadcast) for one in old)
    ]
    return any(asked)


def tell_change(records: Records, world: World, incident: Incident) -> bool:
    """Ask for an incident's review card to be brought up to date at the end of this minute."""
    key = f"{incident.id}:changed"
    return ask_once_in(records, world, EVERY, "refresh", key, grace=GRACE, incident=incident, only="review:")
