"""What must be true of a workspace whatever happened, and what must be true in the end."""

from __future__ import annotations

import json
import re
import sys

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from bot.domain.incident import Incident, Status
from bot.domain.job import JobState
from bot.domain.posting import Action
from bot.domain.review import Revision
from tests.app import footprints
from tests.app.ground import WORD, Ground, elements
from tests.app.scene import shown

KNOWN_BY = (
    ("search_documents", "incident_id"),
    ("search_places", "incident_id"),
    ("likeness", "incident_id"),
    ("likeness_vectors", "incident_id"),
    ("likeness_matches", "incident_id"),
    ("likeness_matches", "other_id"),
)
"""Where an incident is found by, or told beside another."""


class Truths(Ground):
    """Looked at after every step, or once everything has come to rest."""

    @invariant()
    def nothing_private_is_public(self) -> None:
        """Not in the public channel, not before Zoe, not in the public folder."""
        for text in (
            footprints.before(self.zoe),
            footprints.written(self.folder / "postmortems"),
            footprints.said_by_bot(self.scene, [self.public]),
        ):
            found = re.findall(r".{,30}sec\d+q", text)
            assert not found, found

    @invariant()
    def what_was_made_private_is_told_no_more(self) -> None:
        """To somebody outside, from the moment on when the bot heard of it."""
        if self.whispered is not None:
            later = "\n".join(shown(one) for one in self.zoe.ephemerals()[self.whispered :])
            found = re.findall(r"Checkout is down|pub\d+q", later)
            assert not found, found

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        """A key stands once in the place where it was posted."""
        rooms = list(self.stage.slack.workspace.channels.values())
        keys = [
            (room.id, one.metadata["event_payload"]["key"])
            for room in rooms
            for one in room.messages
            if one.metadata
        ]
        assert len(keys) == len(set(keys))
        assert self.stage.slack.rejections == []
        assert self.stage.slack.pings == []

    @invariant()
    def every_revision_is_kept(self) -> None:
        """Numbered from 1, none lost, none by somebody else than before."""
        for incident in self.incidents():
            with self.stage.bot.world.storage.read() as records:
                found = [(one.number, one.author) for one in records.revisions.all(incident.id)]
            before = self.revisions.get(incident.id, [])
            assert found[: len(before)] == before
            assert [number for number, _ in found] == list(range(1, len(found) + 1))
            self.revisions[incident.id] = found

    @invariant()
    def the_model_is_asked_of_nothing_private_or_restricted(self) -> None:
        """Nothing private ever, and of the public channel nothing once all its incidents are restricted."""
        asked = self.model.asked[self.asked_of_model :]
        assert not re.findall(r"sec\d+q", str(asked))
        public = [one for one in self.incidents() if not one.is_private]
        if self.was_all_restricted and all(one.restricted for one in public):
            assert asked == []
        self.asked_of_model += len(asked)
        self.was_all_restricted = all(one.restricted for one in public)

    def teardown(self) -> None:
        """Let everything come to rest, look, and close."""
        try:
            if sys.exc_info()[0] is None:  # nothing has failed yet
                self.calm()
        finally:
            self.close()

    @rule(sure=st.sampled_from((False, False, False, True)))
    def come_to_rest(self, sure: bool) -> None:
        """Now and then nothing happens for some hours."""
        if sure:
            self.calm()

    def calm(self) -> None:
        """All faults are healed, all events arrive, and time enough passes."""
        self.mend()
        for minutes in (1, 5, 20, 60, 180, 180):
            self.stage.jump(minutes=minutes)
        self.nothing_private_is_public()
        home = json.dumps(self.zoe.home.body) if self.zoe.home and self.whispered is not None else ""
        assert "Checkout is down" not in home
        self.all_work_is_done()
        self.what_is_gone_is_gone()
        self.what_was_said_is_kept()
        self.files_are_what_is_published()
        self.cards_show_the_newest_revision()
        self.restricted_is_neither_found_nor_compared()

    def all_work_is_done(self) -> None:
        """No job was given up, and nothing stands half-way."""
        with self.stage.bot.world.storage.read() as records:
            buried = records.jobs.listed(JobState.BURIED)
        assert not buried, [(job.kind, job.last_error) for job in buried]
        stuck = [one for one in self.incidents() if one.status in (Status.RESOLVED, Status.APPROVED)]
        assert not stuck, stuck

    def what_is_gone_is_gone(self) -> None:
        """What people took back stands nowhere, what they wrote otherwise is in the archive no more: a draft
        quotes it until it is drafted again, and says so."""
        held = any(one.held for one in self.incidents())
        kept = footprints.everywhere(self.scene, self.url, self.folder, spared=("sealed",) if held else ())
        found = self.gone & set(WORD.findall(kept))
        assert not found, footprints.around(kept, found)
        with self.stage.bot.world.storage.read() as records:
            archived = [
                records.messages.get(self.stage.bot.world.team_id, room.id, one.message.ts)
                for room in (self.public, self.private)
                for one in self.said
                if one.message.channel is room
            ]
        assert self.overwritten & set(WORD.findall(str(archived))) == set()

    def what_was_said_is_kept(self) -> None:
        """Every message that the bot heard is in the archive as it reads now, its files' names too."""
        world = self.stage.bot.world
        with world.storage.read() as records:
            for one in self.said:
                if one.sure and one.kept:
                    kept = records.messages.get(world.team_id, one.message.channel.id, one.message.ts)
                    assert kept is not None, one.word
                    assert (kept.text, kept.deleted) == (one.message.text, False)
                    assert len(kept.files) == len(one.message.files)

    def files_are_what_is_published(self) -> None:
        """One document each, in the folder where it belongs."""
        names = {True: "private", False: "postmortems"}
        for private, folder in names.items():
            published = [
                one.key
                for one in self.incidents()
                if one.status is Status.PUBLISHED and one.is_private is private and not one.restricted
            ]
            files = [path.name for path in (self.folder / folder).glob("*.md")]
            for key in published:
                assert len([name for name in files if name.startswith(f"{key}-")]) == 1, (key, files)
            assert len(files) == len({tuple(name.split("-")[:2]) for name in files}), files

    def cards_show_the_newest_revision(self) -> None:
        """What is approved is what people see."""
        for incident in self.incidents():
            if incident.status is Status.IN_REVIEW and (card := self.button(incident, Action.APPROVE)):
                shown = [
                    json.loads(one["value"])["revision"]
                    for one in elements(card)
                    if one.get("action_id") == Action.APPROVE.value
                ]
                assert shown == [self.revisions_of(incident)[-1].number]

    def revisions_of(self, incident: Incident) -> list[Revision]:
        """Oldest first."""
        with self.stage.bot.world.storage.read() as records:
            return list(records.revisions.all(incident.id))

    def restricted_is_neither_found_nor_compared(self) -> None:
        """What is restricted now stands in no index, no file, and beside no other incident."""
        hidden = {one.id: one.key for one in self.incidents() if one.restricted}
        for table, column in KNOWN_BY:
            known = footprints.ids(self.url, table, column)
            assert known.isdisjoint(hidden), (table, column)
        files = "".join(footprints.written(self.folder / name) for name in ("postmortems", "private"))
        for key in hidden.values():
            assert not re.search(rf"\b{key}\b", files), key
