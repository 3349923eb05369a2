"""The tables of a review: revisions, decisions, publications and our own posts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.review import Cost, Proposal, ProposalState, Publication, Review, Revision
from bot.ports.value import Value


class Revisions(Protocol):
    """Immutable versions of a postmortem."""

    def add(self, revision: Revision) -> Revision:
        """Store a revision whose number must be the latest + 1. Raises `Conflict` if it is not."""
        ...

    def latest(self, incident_id: int, *, author: str | None = None) -> Revision | None:
        """The newest, or the newest by this author."""
        ...

    def get(self, incident_id: int, number: int) -> Revision | None:
        """One by number."""
        ...

    def all(self, incident_id: int) -> tuple[Revision, ...]:
        """All, oldest first."""
        ...

    def handovers(self, incident_id: int) -> tuple[Revision, ...]:
        """Oldest first: every revision by a person, the drafter's before each of them, and the newest.
        It is what a redraft has to know of the history, however often it was drafted again."""
        ...

    def cost(self, incident_id: int) -> Cost:
        """What a model used for all of them."""
        ...

    def redact(self, redacted: Revision) -> None:
        """Put a revision's redacted draft in the place of what it was. Only erasure may do that."""
        ...


class Reviews(Protocol):
    """Decisions and comments."""

    def redact(self, incident_id: int, ts: str) -> None:
        """Empty what was said in the reply at `ts`."""
        ...

    def add(self, review: Review) -> bool:
        """Store one; False if the same (person, decision, revision, reply) is there already."""
        ...

    def of(self, incident_id: int) -> tuple[Review, ...]:
        """All of an incident, oldest first."""
        ...


class Proposals(Protocol):
    """Changes a model suggested on request. Their text is kept until somebody decides, no longer."""

    def add(self, proposal: Proposal) -> Proposal:
        """Store one; the one stored earlier under its key if there is one. Returns it with its id."""
        ...

    def get(self, proposal_id: int) -> Proposal | None:
        """One by id."""
        ...

    def keyed(self, key: str) -> Proposal | None:
        """One by key."""
        ...

    def decide(self, proposal_id: int, state: ProposalState, user_id: str) -> bool:
        """Close it and forget its text; False if somebody did before."""
        ...

    def withdraw(self, incident_id: int, *, ts: str | None = None) -> bool:
        """Close those of an incident that are open and forget their text, since something was erased; with
        `ts` only what that reply asked for. False if there were none."""
        ...

    def cost(self, incident_id: int) -> Cost:
        """What a model used for all of an incident."""
        ...


class Publications(Protocol):
    """Where approved revisions went; one row an incident and publisher."""

    def save(self, publication: Publication) -> None:
        """Insert, or overwrite what this publisher published before."""
        ...

    def of(self, incident_id: int) -> tuple[Publication, ...]:
        """All of an incident."""
        ...

    def remove(self, incident_id: int, publisher: str) -> None:
        """Forget one."""
        ...


class PostRow(Value):
    """A message of ours: intended first, then known. `shown` is the revision it displays; until
    `busy_until` somebody is posting it."""

    key: str
    team_id: str
    incident_id: int | None = None
    channel_id: str
    thread_ts: str | None = None
    ts: str | None = None
    shown: int | None = None
    intended_at: datetime
    busy_until: datetime | None = None


class Posts(Protocol):
    """The bot's own messages, so that none is posted twice."""

    def intend(self, row: PostRow) -> PostRow | None:
        """Note that we are about to post under `row.key`, and until when that is ours alone. Returns the
        earlier row if there is one, None if this is the first attempt.

        Raises:
            Retryable: somebody else is about to, so that nobody can tell yet whether it was posted.
        """
        ...

    def in_flight(self, team_id: str, channel_id: str, *, at: datetime) -> bool:
        """Whether somebody is posting in a channel at this moment: a message of ours may stand there that we
        do not know yet."""
        ...

    def give_up(self, key: str) -> None:
        """This attempt is over: it failed, or its answer was lost. The next may begin at once."""
        ...

    def done(self, key: str, *, channel_id: str, ts: str) -> None:
        """Note where it went."""
        ...

    def shown(self, key: str, revision: int) -> None:
        """Note which revision it displays now."""
        ...

    def get(self, key: str) -> PostRow | None:
        """One by key."""
        ...

    def of(self, incident_id: int) -> tuple[PostRow, ...]:
        """All of an incident, oldest first."""
        ...

    def remove(self, key: str) -> None:
        """Forget one: it was retracted."""
        ...

    def prune(self, *, before: datetime) -> int:
        """Forget those of before then whose incident is gone and has no work left; returns how many."""
        ...
