"""What the database knows of a channel already, so that nothing is imported twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.incident import Incident, Scope
from bot.domain.past import Kind, Part
from bot.domain.transcript import Message, as_ts, ts_order
from bot.ports import Imported, StoredChannel
from bot.workflow.world import World

FORGOTTEN = "forgotten here, so it does not come back"


@dataclass(frozen=True)
class Known:
    """A channel as it is stored: its incidents, what was imported of it, and how far an import got.

    `is_stored` says that something of it is: a message, an incident, a masked value.
    """

    incidents: tuple[Incident, ...] = ()
    rows: tuple[Imported, ...] = ()
    channel: StoredChannel | None = None
    fingerprint: str = ""
    is_stored: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What was made of the channel before, by an import or by the bot: a thread makes it long-lived."""
        threads = [one for one in self.incidents if not one.imported and one.scope is Scope.THREAD]
        return (*(row.kind for row in self.rows), *(Kind.THREAD for _ in threads))

    @property
    def is_private(self) -> bool:
        """Whether it is known to be private, whatever an export says."""
        channel = self.channel is not None and self.channel.is_private
        return channel or any(incident.is_private for incident in self.incidents)

    def row_of(self, part: Part) -> Imported | None:
        """What was imported of this very stretch of talk, perhaps when it was shorter."""
        for row in self.rows:
            if row.kind is part.kind and (row.start == part.start or _same(row, part)):
                return row
        return None

    def incident_of(self, row: Imported | None) -> Incident | None:
        """The incident made of it; None where there is none, or it was forgotten."""
        return next((one for one in self.incidents if row and one.id == row.incident_id), None)

    def reason_against(self, part: Part) -> str:
        """Why this stretch of talk is not imported; empty where it may be."""
        row = self.row_of(part)
        if row is not None:
            return "" if self.incident_of(row) else FORGOTTEN
        live = (one for one in self.incidents if not one.imported and _covers(one, part))
        incident = next(live, None)
        return f"the bot recorded it itself: {incident.key}" if incident else ""

    def ours(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """Messages that are not in a thread of which the bot recorded an incident itself."""
        threads = {one.root_ts for one in self.incidents if not one.imported and one.scope is Scope.THREAD}
        return tuple(one for one in messages if one.ts not in threads and one.thread_ts not in threads)


def known(world: World, channel_id: str) -> Known:
    """Look it up."""
    team_id = world.team_id
    with world.storage.read() as records:
        return Known(
            incidents=records.incidents.in_channel(team_id, channel_id),
            rows=records.imports.of_channel(team_id, channel_id),
            channel=records.channels.get(team_id, channel_id),
            fingerprint=records.imports.fingerprint(team_id, channel_id),
            is_stored=records.imports.is_known(team_id, channel_id),
        )


def _same(row: Imported, part: Part) -> bool:
    """A channel is one incident; a stretch of talk is the one it overlaps."""
    if part.kind is Kind.CHANNEL:
        return True
    if part.kind is not Kind.BURST:
        return False
    return ts_order(row.start) <= ts_order(part.last) and ts_order(part.start) <= ts_order(row.last)


def _covers(incident: Incident, part: Part) -> bool:
    """Whether that talk is, at least in part, an incident's transcript."""
    if incident.scope is Scope.THREAD:
        return part.kind is Kind.THREAD and incident.root_ts == part.root_ts
    over = incident.resolved_at is not None and ts_order(part.start) > ts_order(as_ts(incident.resolved_at))
    newest = part.start if part.kind is Kind.THREAD else part.last
    return ts_order(newest) >= ts_order(incident.since_ts) and not over
