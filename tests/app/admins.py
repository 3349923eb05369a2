"""What admins and the daily clock do in a random history: hold, forget, restrict, purge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.domain.incident import Incident, Scope
from bot.domain.posting import Action
from bot.domain.review import Decision
from bot.sandbox import Message
from bot.workflow import pruning, retention
from tests.app import footprints
from tests.app.ground import RETENTION, WHICH, WORD, offers, pick
from tests.app.truths import Truths


class Admins(Truths):
    """Priya is one."""

    @rule(which=WHICH, on=st.booleans())
    def hold(self, which: int, on: bool) -> None:
        """Put an incident on legal hold, or end it."""
        self.switch("hold", which, on=on)

    @rule(which=WHICH, on=st.sampled_from((True, True, False)))
    def restrict(self, which: int, on: bool) -> None:
        """Keep an incident from the model, files, search and statistics, or end that."""
        self.switch("restrict", which, on=on)

    def switch(self, command: str, which: int, *, on: bool) -> None:
        """Type a command that is switched on and off, where the incident lives."""
        incident = pick(which, self.incidents()) if self.incidents() else None
        if incident is None or self.inside(where := self.room_of(incident), "priya") is None:
            return
        self.scene.priya.command(where, "/postmortem", f"{command} {incident.key}{'' if on else ' off'}")
        self.settle()

    @rule(which=WHICH)
    def forget(self, which: int) -> None:
        """Erase an incident: what was said in it is nowhere any more."""
        incident = pick(which, self.incidents()) if self.incidents() else None
        if incident is None or incident.held or self.stage.slack.faults.holding:
            return
        where, priya = self.room_of(incident), self.scene.priya
        if self.inside(where, "priya") is None:
            return
        theirs = [one for one in self.said if one.message.channel is where]
        told = len(priya.ephemerals())
        priya.command(where, "/postmortem", f"forget {incident.key}")
        self.settle()
        if len(priya.ephemerals()) == told or not offers(priya.ephemerals()[-1], Action.FORGET):
            return
        priya.press(priya.ephemerals()[-1], Action.FORGET.value)
        self.settle()
        if priya.views:
            priya.submit(priya.views[-1], {"key": incident.key})
            self.settle()
        if any(one.id == incident.id for one in self.incidents()):
            return
        self.revisions.pop(incident.id, None)
        alone = all(one.channel_id != incident.channel_id for one in self.incidents())
        for one in theirs:
            one.kept = False
            if alone and one.sure and one.message.ts >= incident.since_ts:
                self.gone.add(one.word)

    # What is done daily

    @rule(days=st.sampled_from((1, 8)))
    def days_pass(self, days: int) -> None:
        """A day, or so many that all that was said is older than is kept."""
        self.mend()
        self.stage.jump(days=days)
        lapsed = self.lapse()
        world = self.stage.bot.world
        pruning.prune(world)
        retention.purge(world)
        self.stage.jump(minutes=1)
        self.stage.jump(minutes=10)
        if any(room.archived for room in (self.public, self.private)):
            return  # of a channel that is closed nothing can be taken
        everywhere = footprints.everywhere(self.scene, self.url, self.folder)
        found = lapsed & set(WORD.findall(everywhere))
        assert not found, footprints.around(everywhere, found)

    def lapse(self) -> set[str]:
        """What was said too long ago to be kept, and must be gone after a purge: not where a hold may keep
        it, nor an approved postmortem, nor one that began later quote it."""
        before = self.stage.clock.now() - RETENTION
        lapsed = set()
        for one in self.said:
            if float(one.message.ts) >= before.timestamp():
                continue
            near = [
                incident for incident in self.incidents() if self.room_of(incident) is one.message.channel
            ]
            if self.surely_held(near, one.message):
                continue
            one.kept = False
            if not any(self.may_quote(incident, before) for incident in near):
                lapsed.add(one.word)
        return lapsed

    def surely_held(self, near: Sequence[Incident], message: Message) -> bool:
        """Whether it is of an incident on hold and of no other."""
        root = message.thread_ts or message.ts
        only = near[0] if len(near) == 1 else None
        return only is not None and only.held and only.scope is Scope.CHANNEL and root >= only.since_ts

    def may_quote(self, incident: Incident, before: datetime) -> bool:
        """Whether an incident may still show what was said that long ago."""
        with self.stage.bot.world.storage.read() as records:
            decisions = {one.decision for one in records.reviews.of(incident.id)}
        return incident.held or Decision.APPROVED in decisions or incident.started_at >= before
