"""Importing an export: channels are drafted here or in other processes, and stored here, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

from bot.domain.incident import Incident
from bot.errors import BotError, Conflict
from bot.importer.bench import Bench, Drafted, Order, bench, draft_channel
from bot.importer.choosing import Choice
from bot.importer.report import Line, Outcome, Report, Tally
from bot.importer.rooms import read, room_of
from bot.slack.export_catalogue import Catalogue, Listed, OneList
from bot.workflow.importing.drafting import Kit, Numbers, Prepared, prepare
from bot.workflow.importing.known import Known, known
from bot.workflow.importing.origin import Origin, origins
from bot.workflow.importing.storing import add, archived, keep_private, numbered, renew
from bot.workflow.world import World

WORTH_IT = 20
"""From so many channels on several processes are started: they take a second to begin."""


@dataclass(frozen=True)
class Import:
    """One export on its way into the database. `tell` is called with every channel that is done."""

    world: World
    catalogue: Catalogue | OneList
    kit: Kit
    choice: Choice
    order: Order
    report: Report
    tell: Callable[[Line], None]
    processes: int = 1

    def run(self, channels: Sequence[Listed]) -> None:
        """Import them, as far as they are new or have changed; a fault skips its channel only."""
        fresh: list[Listed] = []
        begun = 0
        for listed in channels:
            seen = known(self.world, listed.id)
            if seen.fingerprint == self.choice.fingerprint(listed):
                self._note(Line(listed.name, Outcome.UNCHANGED))
                continue
            begun += 1
            if self.choice.limit is not None and begun > self.choice.limit:
                self.report.left += 1
            elif (
                seen.is_stored
                or seen.channel is not None
                or self.kit.model is not None
                or self.choice.dry_run
            ):
                self._note(self._guarded(listed.name, partial(self._here, listed)))
            else:
                fresh.append(listed)
        self._all(fresh)
        self.report.broken += self.catalogue.broken
        for reason, count in self.catalogue.ignored.items():
            self.report.ignored[reason] = self.report.ignored.get(reason, 0) + count

    def _all(self, fresh: Sequence[Listed]) -> None:
        """Channels the database has never seen."""
        several = self.processes > 1 and len(fresh) >= WORTH_IT
        with bench(self.processes) if several else nullcontext() as place:
            for drafted in self._drafted(place, fresh):
                self._note(self._guarded(drafted.listed.name, partial(self._stored, drafted)))

    def _drafted(self, place: Bench | None, fresh: Sequence[Listed]) -> Iterator[Drafted]:
        if place is not None:
            return place.drafted(self.order, iter(fresh))
        return (draft_channel(self.order, listed) for listed in fresh)

    def _note(self, line: Line) -> None:
        self.report.lines.append(line)
        self.tell(line)

    def _guarded(self, name: str, work: Callable[[], Line]) -> Line:
        try:
            return work()
        except BotError as error:
            return Line(name, Outcome.FAILED, made=str(error))

    def _stored(self, drafted: Drafted) -> Line:
        """A channel that was drafted without the database."""
        listed = drafted.listed
        if drafted.error:
            return Line(listed.name, Outcome.FAILED, made=drafted.error)
        tally = Tally(listed.name, early=drafted.left_out)
        try:
            for prepared in drafted.prepared:
                tally.made(prepared.kind, add(self.world, prepared).key, new=True)
        except Conflict:
            return self._here(listed)  # it has become known meanwhile: numbers, or incidents
        self._finish(listed, drafted.broken)
        return tally.line()

    def _here(self, listed: Listed) -> Line:
        """A channel of which something is stored, incident by incident."""
        talk, seen = read(self.catalogue, listed), known(self.world, listed.id)
        room = room_of(talk, self.choice, seen)
        if room.is_private and seen.rows and talk.messages and not self.choice.dry_run:
            keep_private(self.world, room, at=talk.messages[-1].at)
        tally = Tally(listed.name)
        said, choice = seen.ours(talk.messages), self.choice
        for origin in origins(room, said, emojis=choice.emojis, split=choice.split, before=seen.kinds):
            if choice.is_late(origin):
                self._one(origin, seen, tally)
            else:
                tally.early += 1
        self._finish(listed, talk.broken)
        return tally.line()

    def _one(self, origin: Origin, seen: Known, tally: Tally) -> None:
        """One incident of a known channel."""
        reason, row = seen.reason_against(origin.part), seen.row_of(origin.part)
        if reason:
            tally.reasons.append(reason)
        elif row is not None and row.digest == origin.digest:
            tally.unchanged += 1
        elif self.choice.dry_run:
            tally.made(origin.part.kind, "", new=row is None)
        elif row is None:
            added = add(self.world, self._prepared(origin, None))
            tally.made(origin.part.kind, added.key, new=True)
        elif kept := renew(self.world, self._prepared(origin, seen.incident_of(row)), row):
            tally.reasons.append(kept)
        else:
            tally.made(origin.part.kind, "", new=False)

    def _prepared(self, origin: Origin, incident: Incident | None) -> Prepared:
        with self.world.storage.read() as records:
            evidence = records.evidence.of(incident.id) if incident else ()
        return prepare(
            origin,
            self.kit,
            Numbers(numbered(self.world, origin.room.channel_id)),
            known=evidence,
            archived=archived(self.world, origin.room.channel_id),
            secret=incident is not None and (incident.restricted or incident.no_model),
        )

    def _finish(self, listed: Listed, broken: Sequence[str]) -> None:
        """Note that it is done, unless some of it could not be read: then the next run tries again."""
        self.report.broken += broken
        if broken or self.choice.dry_run:
            return
        with self.world.storage.begin(lasting=False) as records:
            now, seen = self.world.clock.now(), self.choice.fingerprint(listed)
            records.imports.finish(self.world.team_id, listed.id, seen, at=now)
