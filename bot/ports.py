"""What the use cases need from outside, as small protocols named for what we want.

Each has an adapter, a double in `tests/fakes` where the real thing needs a network, and one
contract test that both pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from bot.domain.incident import Incident, Scope, Severity, Status
from bot.domain.job import Job, JobState, NewJob
from bot.domain.posting import Post
from bot.domain.postmortem import Draft, Postmortem
from bot.domain.review import Publication, Review, Revision
from bot.domain.transcript import Evidence, Message, Person, Transcript


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        ...


# --- Slack -----------------------------------------------------------------------------------


class Identity(_Value):
    """Who the bot is in its workspace."""

    team_id: str
    bot_user_id: str
    bot_id: str = ""
    url: str = ""
    scopes: frozenset[str] = frozenset()


class Channel(_Value):
    """A channel as Slack describes it now."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_shared: bool = False
    """Shared with another company (Slack Connect)."""
    is_member: bool = False
    """Whether the bot is in it."""
    created: datetime | None = None
    active_at: datetime | None = None
    """When Slack last saw it change, where it says so."""


class Page(_Value):
    """One page of messages, in any order. `next_cursor` is empty on the last one.

    `skipped` counts what was read but is no part of a transcript, by reason; a thread's root is not
    counted with its replies. `present` holds the timestamps of all that Slack showed, skipped or not:
    what is stored and missing there is gone. `threads` says how each thread stands whose replies are
    not all ours: its root → `<reply_count>:<latest_reply>`, which changes when the thread does.
    `clamped` says that Slack gave at most 15 objects where 200 were asked for, `hidden` that it keeps
    older messages from this workspace (the free plan's 90 days).
    """

    messages: tuple[Message, ...] = ()
    next_cursor: str = ""
    skipped: dict[str, int] = {}
    present: tuple[str, ...] = ()
    threads: dict[str, str] = {}
    clamped: bool = False
    hidden: bool = False


class History(Protocol):
    """Reading what was said. Raises `Retryable` (with `retry_after` on 429) or `ChatError`."""

    def history(
        self, channel_id: str, *, oldest: str, latest: str, cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of root messages and broadcasts, newest first, both bounds inclusive."""
        ...

    def replies(
        self, channel_id: str, root_ts: str, *, oldest: str = "0", cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of a thread, oldest first, its root included."""
        ...

    def find(self, channel_id: str, ts: str) -> Message | None:
        """One message or reply by its timestamp, with the root it belongs to; None if it is gone."""
        ...

    def exists(self, channel_id: str, ts: str) -> bool:
        """Whether a message is still there, one of ours included; a tombstone is not."""
        ...

    def reactors(self, channel_id: str, ts: str) -> dict[str, tuple[str, ...]]:
        """Emoji name (no colons, no skin tone) → user ids, as they stand now."""
        ...


class Directory(Protocol):
    """Who and what is in the workspace. Raises `Retryable` or `ChatError`."""

    def identity(self) -> Identity:
        """Who the bot is."""
        ...

    def person(self, user_id: str) -> Person:
        """A user by id; an unknown one is an external person without names."""
        ...

    def everyone(self) -> tuple[Person, ...]:
        """All people of the workspace, bots left out; may be some minutes old."""
        ...

    def channel(self, channel_id: str) -> Channel:
        """A channel by id."""
        ...

    def channels(self) -> tuple[Channel, ...]:
        """All channels the bot can see that are not archived."""
        ...

    def members(self, channel_id: str) -> frozenset[str]:
        """User ids of the people in a channel now."""
        ...

    def group(self, name: str) -> frozenset[str]:
        """User ids of who is in a user group now, given its id or handle.

        Raises `ChatError` where there is none or the scope for it is missing.
        """
        ...

    def join(self, channel_id: str) -> None:
        """Join a public channel; being in it already is fine."""
        ...


class Place(_Value):
    """Where to post: a channel, or a thread in it. `channel_id` may be a user id for a direct message."""

    channel_id: str
    thread_ts: str | None = None


class Posted(_Value):
    """Where a post went."""

    channel_id: str
    ts: str


class Poster(Protocol):
    """Saying things. Text is escaped and fitted to Slack's limits by the adapter; nothing pings.

    Raises `Retryable` for passing faults, `ChatError` with Slack's code for final ones.
    """

    def post(self, key: str, place: Place, post: Post) -> Posted:
        """Post, marked with `key` in the message's metadata. Not idempotent: see `posted`."""
        ...

    def posted(self, key: str, place: Place, *, since: datetime) -> Posted | None:
        """Look for a message of ours carrying `key` in that place: an earlier attempt whose answer
        was lost."""
        ...

    def update(self, at: Posted, post: Post) -> None:
        """Show new content in place of the old."""
        ...

    def whisper(self, place: Place, user_id: str, post: Post) -> None:
        """Tell one person only. That they are not in the channel is no error."""
        ...

    def attach(self, key: str, place: Place, *, name: str, title: str, content: bytes) -> bool:
        """Attach a file to a thread; False where the bot may not (scope `files:write`)."""
        ...

    def retract(self, at: Posted) -> None:
        """Delete a message of ours; that it is gone already is fine."""
        ...

    def detach(self, place: Place, *, name: str) -> None:
        """Delete the files of that name that we attached to a thread."""
        ...

    def fits(self, post: Post) -> bool:
        """Whether all of it fits into one message."""
        ...

    def permalink(self, at: Posted) -> str:
        """A link to a message."""
        ...


# --- Drafting and publishing -------------------------------------------------------------------


class Drafted(_Value):
    """What a drafter returns: the draft, and how it came about.

    `notes` are sentences for the reader (`1 message tried to instruct the drafter`).
    """

    draft: Draft
    drafter: str
    prompt_version: str = ""
    tokens: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    notes: tuple[str, ...] = ()
    repairable: bool = True
    """Whether the drafter asked wrote it itself, so that it can mend it."""


class Drafter(Protocol):
    """Writes a draft from a transcript. Raises `Retryable` or `DrafterError`."""

    name: str

    def draft(self, transcript: Transcript) -> Drafted:
        """A draft in which every claim cites labels of the transcript's evidence."""
        ...


class Failing(Protocol):
    """A claim the checks refuse (`bot.domain.provenance.Finding` is one): the `index`-th, from 0, of a
    section of `Draft.claims()`, and why."""

    @property
    def section(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def message(self) -> str: ...


@runtime_checkable
class Repairing(Protocol):
    """What some drafters can do besides: mend claims that failed. Raises `Retryable` or `DrafterError`."""

    def repair(self, draft: Draft, failing: Sequence[Failing], transcript: Transcript) -> Drafted:
        """The draft with the failing claims mended or gone, everything else untouched."""
        ...


class Secret(_Value):
    """Something in a text that must not be stored: `text[start:end]`, of a kind such as
    `aws-access-key`."""

    kind: str
    start: int
    end: int


class Redactor(Protocol):
    """Finds what must never reach storage or a model. Raises `Permanent` if it cannot tell."""

    def secrets(self, text: str) -> tuple[Secret, ...]:
        """Credentials in a text: not overlapping, in order."""
        ...

    def personal(self, text: str) -> tuple[Secret, ...]:
        """Personal data by the operator's rules (`email`, `phone`, `card`, `ip`)."""
        ...


class Documents(Protocol):
    """Renders postmortems by the operator's templates."""

    def markdown(self, postmortem: Postmortem) -> str:
        """The whole document."""
        ...

    def findings(self, postmortem: Postmortem) -> tuple[str, ...]:
        """What the template demands and misses, in sentences for the reviewer."""
        ...

    def template_version(self, postmortem: Postmortem) -> str:
        """Name and content hash of the template this one is rendered by."""
        ...


class Publisher(Protocol):
    """Puts an approved postmortem somewhere. Doing it twice leaves one copy."""

    name: str

    def publish(self, postmortem: Postmortem, *, private: bool) -> str | None:
        """Write it; returns where it is (a path or URL), None where it does not belong there.

        Raises:
            Retryable: the place cannot be written right now.
            Permanent: it never will.
        """
        ...

    def withdraw(self, location: str) -> None:
        """Remove what `publish` wrote; that it is gone already is fine."""
        ...


# --- Storage -----------------------------------------------------------------------------------


class NewIncident(_Value):
    """An incident to open; number, series and status are given by storage."""

    team_id: str
    channel_id: str
    scope: Scope
    root_ts: str | None = None
    title: str
    severity: Severity | None = None
    services: tuple[str, ...] = ()
    started_at: datetime
    started_by: str | None = None
    since_ts: str
    no_model: bool = False
    is_private: bool = False
    restricted: bool = False


class Incidents(Protocol):
    """The incidents table."""

    def create(self, new: NewIncident) -> Incident:
        """Open one. Raises `Conflict` if the channel (or that thread) has an open one already."""
        ...

    def get(self, incident_id: int) -> Incident | None:
        """One by its id."""
        ...

    def by_key(self, team_id: str, series: str, number: int) -> Incident | None:
        """One by what people call it."""
        ...

    def replace(self, changed: Incident) -> Incident:
        """Store a changed incident read earlier; `version` must still match, and is returned + 1.

        Raises:
            Conflict: somebody else changed it since it was read.
        """
        ...

    def in_channel(self, team_id: str, channel_id: str, *statuses: Status) -> tuple[Incident, ...]:
        """Those of a channel in any of the statuses (all if none is named), newest first."""
        ...

    def in_thread(self, team_id: str, channel_id: str, ts: str) -> Incident | None:
        """The newest whose thread hangs under `ts`: as its root, its card or its place of review."""
        ...

    def resolved_by(self, team_id: str, channel_id: str, ts: str) -> Incident | None:
        """The newest one resolved by a reaction on that message."""
        ...

    def private_channels(self, team_id: str) -> tuple[str, ...]:
        """The channels that private incidents belong to."""
        ...

    def held(self, team_id: str) -> tuple[Incident, ...]:
        """Those on legal hold."""
        ...

    def recent(
        self, team_id: str, *, visible: frozenset[str] | None, limit: int = 20
    ) -> tuple[Incident, ...]:
        """Newest first. Private ones only from the `visible` channels; public ones always."""
        ...


class StoredChannel(_Value):
    """What the bot remembers of a channel."""

    team_id: str
    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_shared: bool = False
    is_member: bool = False
    greeted: bool = False


class Channels(Protocol):
    """The channels the bot has met."""

    def save(self, channel: StoredChannel) -> None:
        """Insert or overwrite."""
        ...

    def get(self, team_id: str, channel_id: str) -> StoredChannel | None:
        """One by id."""
        ...

    def all(self, team_id: str) -> tuple[StoredChannel, ...]:
        """All of a workspace."""
        ...

    def move(self, team_id: str, old_id: str, new_id: str) -> None:
        """Let everything stored of a channel belong to its new id: incidents, messages, evidence, posts,
        waiting work and what else names it."""
        ...


class Touched(_Value):
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


class ThreadRead(_Value):
    """A thread that was read to its end.

    `mark` is how Slack said it stood (see `Page.threads`), `newest` the last reply then read.
    """

    mark: str
    newest: str = ""
    skipped: dict[str, int] = {}


class ArchiveState(_Value):
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
    aside: dict[str, int] = {}
    threads: dict[str, ThreadRead] = {}
    trusted: int = 0
    """Threads of which live events were believed instead of reading them, under a clamp."""
    unreadable: tuple[str, ...] = ()
    skipped: dict[str, int] = {}
    pages: int = 0
    clamped: bool = False
    hidden: bool = False
    complete: bool = False
    read_until: str = ""
    """Up to when the last pass that met no obstacle has read."""


class Archives(Protocol):
    """The reading progress, one row an incident."""

    def load(self, incident_id: int) -> ArchiveState | None:
        """The stored progress."""
        ...

    def save(self, state: ArchiveState) -> None:
        """Insert or overwrite."""
        ...

    def doubt(self, team_id: str) -> int:
        """Forget which threads of undecided incidents are complete, since events may have been missed:
        the next pass reads them again. Returns how many incidents that concerns."""
        ...

    def clamped(self) -> bool:
        """Whether Slack gave the newest transcript read at most 15 messages a page."""
        ...


class EvidenceStore(Protocol):
    """Evidence with its labels, which never change once given."""

    def of(self, incident_id: int) -> tuple[Evidence, ...]:
        """All of an incident, by label."""
        ...

    def save(self, incident_id: int, evidence: Sequence[Evidence]) -> None:
        """Insert new labels, refresh text and flags of known ones. Raises `Conflict` if a label is
        already given to another message."""
        ...


class Revisions(Protocol):
    """Immutable versions of a postmortem."""

    def add(self, revision: Revision) -> Revision:
        """Store a revision whose number must be the latest + 1. Raises `Conflict` if it is not."""
        ...

    def latest(self, incident_id: int) -> Revision | None:
        """The newest."""
        ...

    def get(self, incident_id: int, number: int) -> Revision | None:
        """One by number."""
        ...

    def all(self, incident_id: int) -> tuple[Revision, ...]:
        """All, oldest first."""
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


class PostRow(_Value):
    """A message of ours: intended first, then known. `shown` is the revision it displays."""

    key: str
    team_id: str
    incident_id: int | None = None
    channel_id: str
    thread_ts: str | None = None
    ts: str | None = None
    shown: int | None = None
    intended_at: datetime


class Posts(Protocol):
    """The bot's own messages, so that none is posted twice."""

    def intend(self, row: PostRow) -> PostRow | None:
        """Note that we are about to post under `row.key`. Returns the earlier row if there is one,
        None if this is the first attempt."""
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


class Jobs(Protocol):
    """The durable queue (`storage/jobs.py`). Finish, retry and bury need the lease and expect one row.

    They raise `LeaseLost` when another worker has taken the job over.
    """

    def add(self, job: NewJob) -> bool:
        """Ask for work; False if a job with that key exists already, whatever its state."""
        ...

    def claim(self, *, now: datetime, owner: str, lease_until: datetime) -> Job | None:
        """Take the due job that has waited longest."""
        ...

    def extend(self, job: Job, *, lease_until: datetime) -> None:
        """Keep the lease on long work."""
        ...

    def finish(self, job: Job, *, at: datetime) -> None:
        """It is done."""
        ...

    def retry(self, job: Job, *, due_at: datetime, error: str) -> None:
        """It failed; try again later. The attempt counts."""
        ...

    def snooze(self, job: Job, *, due_at: datetime, payload: dict[str, Any] | None = None) -> None:
        """It is not its time yet, or it goes on later: release without counting the attempt."""
        ...

    def bury(self, job: Job, *, at: datetime, error: str) -> None:
        """It failed for good; people must look."""
        ...

    def cancel(self, incident_id: int, *kinds: str, at: datetime) -> int:
        """Cancel an incident's waiting jobs of these kinds; returns how many."""
        ...

    def bring_forward(self, key: str, *, due_at: datetime) -> bool:
        """Make a waiting job due earlier; False if there is none."""
        ...

    def revive(self, job_id: int, *, due_at: datetime) -> bool:
        """Give a buried or cancelled job another life, its attempts forgotten."""
        ...

    def get(self, key: str) -> Job | None:
        """One by key."""
        ...

    def next_due(self) -> datetime | None:
        """When the next waiting job is due."""
        ...

    def listed(self, *states: JobState, limit: int = 50) -> tuple[Job, ...]:
        """Newest first, in any of the states (all if none is named)."""
        ...


class Inbox(Protocol):
    """Event ids seen, so that Slack's redeliveries change nothing."""

    def first_seen(self, event_id: str, *, at: datetime, team_id: str = "") -> bool:
        """True the first time. `team_id` says whose event it was, for erasing a workspace."""
        ...

    def prune(self, *, before: datetime) -> int:
        """Forget old ids; returns how many."""
        ...

    def last_heard(self, team_id: str) -> datetime | None:
        """When the newest event was taken in."""
        ...


class AuditLine(_Value):
    """Who changed what, when. `detail` carries ids and numbers, never message text."""

    team_id: str
    incident_id: int | None = None
    actor: str
    action: str
    detail: dict[str, Any] = {}
    at: datetime


class Audit(Protocol):
    """The audit trail."""

    def add(self, line: AuditLine) -> None:
        """Append."""
        ...

    def of(self, incident_id: int) -> tuple[AuditLine, ...]:
        """All of an incident, oldest first."""
        ...


class KnownMembers(_Value):
    """Who was in a channel when Slack told last."""

    members: frozenset[str]
    at: datetime


class Members(Protocol):
    """The last known members of channels, for when Slack does not tell any more."""

    def save(self, team_id: str, channel_id: str, members: frozenset[str], *, at: datetime) -> None:
        """Remember who is in a channel now."""
        ...

    def get(self, team_id: str, channel_id: str) -> KnownMembers | None:
        """Who was in it last; None if nobody ever asked."""
        ...

    def leave(self, team_id: str, channel_id: str, user_id: str) -> None:
        """Somebody left a channel."""
        ...


class Glass(Protocol):
    """Who broke the glass of which incident, and until when it stays open to them."""

    def open(self, incident_id: int, user_id: str, *, until: datetime) -> None:
        """Let somebody in until then."""
        ...

    def is_open(self, incident_id: int, user_id: str, *, at: datetime) -> bool:
        """Whether somebody was let in."""
        ...


class Sealed(_Value):
    """What a message of an incident on hold said before it was deleted or edited."""

    incident_id: int
    channel_id: str
    ts: str
    author_id: str | None = None
    text: str
    at: datetime


class Vault(Protocol):
    """What people delete or rewrite during a hold: never drafted, searched or shown."""

    def seal(self, sealed: Sealed) -> None:
        """Keep it; the same text twice is kept once."""
        ...

    def of(self, incident_id: int) -> tuple[Sealed, ...]:
        """All of an incident, by message."""
        ...

    def destroy(self, incident_id: int) -> None:
        """The hold is over: what people deleted is gone now."""
        ...


class Departure(_Value):
    """The app was uninstalled: when, and from when on everything is to be erased."""

    at: datetime
    erase_at: datetime


class Workspaces(Protocol):
    """Whether the app is still installed. Jobs of a workspace that left wait, but for its erasure."""

    def leave(self, team_id: str, departure: Departure) -> None:
        """The app was uninstalled; an earlier departure stands."""
        ...

    def departure(self, team_id: str) -> Departure | None:
        """When it was uninstalled, None while it is installed."""
        ...

    def left(self) -> tuple[tuple[str, Departure], ...]:
        """All workspaces that left."""
        ...

    def come_back(self, team_id: str) -> bool:
        """The app works again; False if it never left."""
        ...


class Eraser(Protocol):
    """What is erased for good, with nothing left to bring back."""

    def blank(self, team_id: str, channel_id: str, timestamps: Sequence[str]) -> None:
        """Leave bare tombstones of messages, the hashes of earlier texts included: what Slack still
        delivers of them changes nothing."""
        ...

    def old_messages(self, team_id: str, *, before: str, spare: Sequence[str], limit: int) -> int:
        """Delete up to `limit` messages older than a Slack timestamp; returns how many. Channels to
        `spare` are left alone."""
        ...

    def delete(self, team_id: str, channel_id: str, timestamps: Sequence[str]) -> None:
        """Delete messages with everything known of them."""
        ...

    def unapproved(self, team_id: str, *, before: datetime) -> tuple[int, ...]:
        """Incidents started before then that have no approved postmortem and still show evidence."""
        ...

    def old_comments(self, team_id: str, *, before: datetime) -> None:
        """Empty what was said in replies under drafts before then, held incidents left alone."""
        ...

    def incident(self, incident_id: int) -> None:
        """An incident with all that hangs on it, its jobs included; posts and audit trail stay."""
        ...

    def workspace(self, team_id: str, *, spare: Sequence[int]) -> int:
        """Everything of a workspace but the audit trail, its departure, and the incidents to `spare`
        with the messages of their channels. Returns how many rows there were."""
        ...


class SearchDocument(_Value):
    """What is searchable of an incident: plain text by weight."""

    incident_id: int
    team_id: str
    channel_id: str
    is_private: bool = False
    title: str
    cause: str = ""
    summary: str = ""
    body: str = ""
    services: tuple[str, ...] = ()
    published: bool = False
    at: datetime


class Hit(_Value):
    """One search result. `snippet` holds the best matching sentence, matched words between
    `\\x02` and `\\x03`."""

    incident_id: int
    key: str
    title: str
    severity: Severity | None = None
    status: Status
    published: bool
    started_at: datetime
    channel_id: str
    thread_ts: str | None = None
    snippet: str
    score: float


class SearchIndex(Protocol):
    """Full text search, the same hits on both databases."""

    def put(self, document: SearchDocument) -> None:
        """Index, replacing what was there for that incident."""
        ...

    def remove(self, incident_id: int) -> None:
        """Take out of the index."""
        ...

    def query(
        self, team_id: str, words: str, *, visible: frozenset[str] | None, limit: int = 10, offset: int = 0
    ) -> tuple[Hit, ...]:
        """Best first; private incidents only from the `visible` channels. Odd input finds nothing
        rather than failing."""
        ...


class Records(Protocol):
    """All tables within one transaction."""

    @property
    def incidents(self) -> Incidents: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def archives(self) -> Archives: ...
    @property
    def evidence(self) -> EvidenceStore: ...
    @property
    def revisions(self) -> Revisions: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def publications(self) -> Publications: ...
    @property
    def posts(self) -> Posts: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def search(self) -> SearchIndex: ...
    @property
    def members(self) -> Members: ...
    @property
    def glass(self) -> Glass: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def eraser(self) -> Eraser: ...


class Meter:
    """Counts and times what happens; this one forgets it. Labels are few words, never ids or text."""

    def event(self, kind: str, outcome: str) -> None:
        """An event was taken in: `recorded`, `duplicate`, `ignored` or `failed`."""

    def answered(self, request: str, seconds: float) -> None:
        """Slack got its answer to an `event`, `command`, `action`, `view`, `shortcut` or `other`."""

    def waited(self, kind: str, seconds: float) -> None:
        """A job was taken so long after it was due."""

    def job(self, kind: str, outcome: str) -> None:
        """A job ended: `finished`, `postponed`, `failed`, `buried` or `lease_lost`."""

    def drafted(self, drafter: str, *, wanted: str) -> None:
        """A drafter wrote a draft; another than the one wanted means that that one failed."""

    def tokens(self, drafter: str, count: int) -> None:
        """A drafter's model used so many tokens."""


class Storage(Protocol):
    """The database."""

    def begin(self) -> AbstractContextManager[Records]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises `Retryable` when the database is locked, full, read-only or away.
        """
        ...

    def read(self) -> AbstractContextManager[Records]:
        """A transaction that only reads, from one moment's state, and makes no writer wait: Slack's
        events must not queue behind somebody reading a long transcript. Raises as `begin`.
        """
        ...
