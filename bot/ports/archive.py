"""The tables of what was said: messages, how far they are read, and evidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import Field

from bot.domain.transcript import Evidence, Message
from bot.ports.value import Value


class Touched(Value):
    """A message whose row was written lately. `rewritten`: its text was another one before."""

    ts: str
    thread_ts: str | None = None
    deleted: bool = False
    rewritten: bool = False
    broadcast: bool = False


class Messages(Protocol):
    """The archive. Text is redacted before it comes here.

    Deliveries may come twice, late and out of order: the newest `edited_ts` wins, a deletion is final.
    """

    def save(self, team_id: str, message: Message, *, at: datetime) -> bool:
        """Insert or bring up to date; True if anything a reader would notice changed.

        An earlier text's SHA-256 and time are kept as a version, the text itself is not.
        """
        ...

    def news(self, team_id: str, channel_id: str, page: Sequence[Message]) -> tuple[Message, ...]:
        """Those of a page (999 messages at most) that saving would change anything for. Writes nothing."""
        ...

    def erase(self, team_id: str, channel_id: str, ts: str, *, at: datetime) -> bool:
        """Leave a tombstone without text; True if there was something to erase. A message deleted
        before it was ever seen leaves a tombstone too, so that its late arrival changes nothing."""
        ...

    def get(self, team_id: str, channel_id: str, ts: str) -> Message | None:
        """One message."""
        ...

    def in_channel(self, team_id: str, channel_id: str, *, oldest: str, latest: str) -> tuple[Message, ...]:
        """Roots, lone messages and the replies to them whose own ts lies within the bounds
        (inclusive), in time order, tombstones included."""
        ...

    def in_thread(self, team_id: str, channel_id: str, root_ts: str, *, latest: str) -> tuple[Message, ...]:
        """A thread with its root, in time order, tombstones included."""
        ...

    def versions(self, team_id: str, channel_id: str, ts: str) -> int:
        """How many earlier texts this message had."""
        ...

    def standing(
        self, team_id: str, channel_id: str, *, oldest: str, latest: str, root_ts: str | None = None
    ) -> tuple[str, ...]:
        """Timestamps of what is not deleted within the bounds (inclusive): roots and lone messages, or
        the replies of one thread."""
        ...

    def replied(self, team_id: str, channel_id: str, *, oldest: str) -> dict[str, str]:
        """How the threads with a root since `oldest` stand here: root → `<replies>:<newest>`, as in
        `Page.threads`, tombstones left out."""
        ...

    def touched(self, team_id: str, channel_id: str, *, since: datetime, until: str) -> tuple[Touched, ...]:
        """What was said up to the Slack timestamp `until` and stored, edited or deleted after `since`."""
        ...

    def placeholder(self, team_id: str, channel_id: str, kind: str, value: str) -> int:
        """The number of a masked value in its channel, 1 for the first of its kind: the same value
        gets the same number again. Only a keyed hash of the value is kept."""
        ...


class ThreadRead(Value):
    """A thread that was read to its end.

    `mark` is how Slack said it stood (see `Page.threads`), `newest` the last reply then read.
    """

    mark: str
    newest: str = ""
    skipped: dict[str, int] = Field(default_factory=dict)


class ArchiveState(Value):
    """How far the reading of an incident's transcript got; survives a restart.

    `before` is the oldest root read so far: reading goes on with what is older. `waiting` are the
    threads (root, mark) still to be read in this pass, the first one perhaps up to `after` with
    `aside` left out of it. `threads` are those that are complete, by root; later passes keep them.
    `skipped` counts what is no part of the transcript among the roots, by reason.
    """

    incident_id: int
    generation: int
    name: str
    """Which pass this is; the next pass starts anew but keeps what `threads` knows."""
    latest: str
    before: str | None = None
    roots_done: bool = False
    waiting: tuple[tuple[str, str], ...] = ()
    after: str = ""
    aside: dict[str, int] = Field(default_factory=dict)
    threads: dict[str, ThreadRead] = Field(default_factory=dict)
    trusted: int = 0
    """Threads of which live events were believed instead of reading them, under a clamp."""
    unreadable: tuple[str, ...] = ()
    skipped: dict[str, int] = Field(default_factory=dict)
    pages: int = 0
    clamped: bool = False
    hidden: bool = False
    complete: bool = False
    doubts: int = 0
    """How often events may have been missed."""
    doubts_before: int = 0
    """The same when this pass began."""
    read_until: str = ""
    """Up to when the last pass that met no obstacle has read."""

    @property
    def is_doubted(self) -> bool:
        """Whether events may have been missed since this pass began."""
        return self.doubts != self.doubts_before


class Archives(Protocol):
    """The reading progress, one row an incident."""

    def load(self, incident_id: int) -> ArchiveState | None:
        """The stored progress."""
        ...

    def save(self, state: ArchiveState) -> None:
        """Insert or overwrite."""
        ...

    def doubt(self, team_id: str) -> int:
        """Forget which threads of undecided incidents are complete, or half read, since events may have been
        missed: the next pass reads them again, and so does one that is under way, and one that is over whose
        draft is not made yet. Returns how many incidents that concerns."""
        ...

    def doubted(self, state: ArchiveState) -> bool:
        """Whether it was put in doubt since this state was loaded or saved. Nobody can doubt it from then
        on until the transaction ends."""
        ...

    def clamped(self) -> bool:
        """Whether Slack gave the newest transcript read at most 15 messages a page."""
        ...


class EvidenceStore(Protocol):
    """Evidence with its labels, which never change once given."""

    def of(self, incident_id: int) -> tuple[Evidence, ...]:
        """All of an incident, by label."""
        ...

    def some(self, incident_id: int, labels: Collection[int]) -> tuple[Evidence, ...]:
        """Those under these labels, by label."""
        ...

    def erased(self, incident_id: int) -> frozenset[int]:
        """The labels whose messages are deleted: what told of them may not be shown any more."""
        ...

    def save(self, incident_id: int, evidence: Sequence[Evidence]) -> None:
        """Insert new labels, refresh text and flags of known ones. Raises `Conflict` if a label is
        already given to another message."""
        ...
