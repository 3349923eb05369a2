"""What every use case works with: the ports, and the operator's choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from bot.domain.hours import QuietHours, WorkingHours
from bot.domain.incident import Incident
from bot.domain.job import NewJob
from bot.ports import (
    Artist,
    AuditLine,
    Clock,
    Composer,
    Directory,
    Documents,
    Drafter,
    Editor,
    Embedder,
    History,
    Poster,
    Publisher,
    Records,
    Redactor,
    Storage,
)


@dataclass(frozen=True)
class Policy:
    """The operator's choices, as the use cases need them."""

    watched: tuple[str, ...] = ("incident-*",)
    excluded: tuple[str, ...] = ()
    emojis: tuple[str, ...] = ("white_check_mark",)
    draft_delay: timedelta = timedelta(hours=2)
    lookback: timedelta = timedelta(hours=24)
    model_for_private: bool = False
    fallback_channel: str = ""
    digest_channel: str = ""
    """Where the digest of a month goes, by id or name; empty for nowhere."""
    digest_day: int = 1
    digest_hour: int = 9
    budget_tokens: int = 0
    budget_dollars: float | None = None
    reviewers: str = ""
    """The user group that alone may approve, by id or handle; empty for everybody in the channel."""
    approvals_needed: int = 1
    """How many people must approve the same revision."""
    approver_not_resolver: bool = False
    """Whether who resolved an incident may not approve its postmortem."""
    review_reminder: timedelta = timedelta(hours=24)
    """How long a review may wait until its owner is reminded; zero for never."""
    working_hours: WorkingHours = field(default_factory=WorkingHours)
    quiet_hours: QuietHours | None = None
    """When drafts are not posted."""
    action_reminders: bool = True
    """Whether the owners of action items are reminded."""
    admins: str = ""
    """The user group that may hold, forget and break the glass; empty for nobody."""
    retention: timedelta = timedelta(days=365)
    uninstall_erasure: timedelta = timedelta(days=14)
    lease: timedelta = timedelta(minutes=5)
    """For how long a worker has a job, and what it is about to post, to itself."""
    synonyms: tuple[tuple[str, ...], ...] = ()
    """Words and phrases that mean the same in a search, a group each."""

    def watches(self, channel_name: str) -> bool:
        """Whether a channel of that name holds incidents."""
        return any(fnmatchcase(channel_name, pattern) for pattern in self.watched) and not any(
            fnmatchcase(channel_name, pattern) for pattern in self.excluded
        )

    def prefixes(self) -> tuple[str, ...]:
        """What an incident channel's name starts with: `incident-` of `incident-*`."""
        return tuple(pattern.split("*", 1)[0] for pattern in self.watched)


@dataclass(frozen=True)
class World:
    """The outside, as ports. `drafter` writes offline; `model` is the better one, where configured.

    `wake` tells the worker that a job is due now.
    """

    team_id: str
    clock: Clock
    storage: Storage
    history: History
    directory: Directory
    poster: Poster
    redactor: Redactor
    drafter: Drafter
    documents: Documents
    model: Drafter | None = None
    embedder: Embedder | None = None
    editor: Editor | None = None
    """Changes drafts on request, where a model is configured."""
    publishers: Mapping[str, Publisher] = field(default_factory=dict)
    policy: Policy = Policy()
    wake: Callable[[], None] = lambda: None
    artist: Artist | None = None
    """Draws pictures; without one there are none."""
    apart: Composer | None = None
    """Composes drafts in a process of its own; where there is none, they are composed in this one."""

    def drafter_for(self, incident: Incident) -> Drafter:
        """The model where there is one and this incident may be shown to it, else the offline one."""
        return self.model if self.model is not None and self.may_ask_model(incident) else self.drafter

    def may_ask_model(self, incident: Incident) -> bool:
        """Whether this incident may be shown to a model."""
        allowed = not (incident.no_model or incident.restricted)
        return allowed and (self.policy.model_for_private or not incident.is_private)


FOR_IMPORTED = frozenset({"publish", "withdraw", "republish"})
"""Work that an imported incident may cause: nothing that speaks in Slack or reminds anybody."""


def ask(
    records: Records,
    world: World,
    kind: str,
    key: str,
    *,
    incident: Incident | None = None,
    after: timedelta = timedelta(0),
    **payload: object,
) -> bool:
    """Ask for work in this transaction: `kind:key` names it, and asking twice is asking once, which is
    what False says. For an imported incident most work is not wanted, and nothing is asked."""
    if incident is not None and incident.imported and kind not in FOR_IMPORTED:
        return False
    return records.jobs.add(
        NewJob(
            team_id=world.team_id,
            kind=kind,
            key=f"{kind}:{key}",
            due_at=world.clock.now() + after,
            incident_id=incident.id if incident else None,
            payload=payload,
        )
    )


def ask_once_in(
    records: Records,
    world: World,
    every: timedelta,
    kind: str,
    key: str,
    *,
    grace: timedelta = timedelta(0),
    incident: Incident | None = None,
    **payload: object,
) -> bool:
    """As `ask`, for the end of the span of `every` that it is now, and some `grace` for transactions under
    way: once for all that asks in that span."""
    now, seconds = world.clock.now(), int(every.total_seconds())
    span = int(now.timestamp()) // seconds + 1
    wait = datetime.fromtimestamp(span * seconds, UTC) + grace - now
    return ask(records, world, kind, f"{key}:{span}", incident=incident, after=wait, **payload)


HOMES_FOLLOW, HOMES_MOST = timedelta(days=7), 100
"""For how long after it was opened a Home follows what changes, and of how many people at most."""
HOMES_EVERY, HOMES_GRACE = timedelta(seconds=15), timedelta(seconds=5)
"""All that changes within the first is shown at once, and so long as the second a transaction may take."""


def refresh(records: Records, world: World, incident: Incident) -> None:
    """Ask for the incident's cards, and the Homes it may stand on, to show what is true now."""
    ask(records, world, "refresh", f"{incident.id}:v{incident.version}", incident=incident)
    if not incident.imported:
        follow_homes(records, world)


def show_again(records: Records, world: World, incident: Incident, why: str, *besides: str) -> None:
    """Ask for all that stands in Slack of an incident to be shown again, and for work `besides`, as often as
    it is asked: what is shown may be outdated though the incident is what it was."""
    name = f"{incident.id}:{why}:{world.clock.now().isoformat()}"
    for kind in ("refresh", "redraw", *besides):
        ask(records, world, kind, name, incident=incident)


def ask_to_publish(records: Records, world: World, incident: Incident, number: int) -> None:
    """Ask for every publisher to put a revision where it puts things."""
    for publisher in world.publishers:
        name = f"{incident.id}:r{number}:v{incident.version}:{publisher}"
        ask(records, world, "publish", name, incident=incident, publisher=publisher, revision=number)


def follow_homes(records: Records, world: World) -> None:
    """Ask for the Homes that people opened lately to be drawn anew, once for all that changes in a while."""
    since = world.clock.now() - HOMES_FOLLOW
    if records.homes.lately(world.team_id, since=since, limit=1):
        ask_once_in(records, world, HOMES_EVERY, "homes", world.team_id, grace=HOMES_GRACE)


def audit(
    records: Records,
    world: World,
    actor: str,
    action: str,
    incident: Incident | None = None,
    **detail: object,
) -> None:
    """Note a change of state in this transaction. Ids and numbers only, never message text."""
    records.audit.add(
        AuditLine(
            team_id=world.team_id,
            incident_id=incident.id if incident else None,
            actor=actor,
            action=action,
            detail=detail,
            at=world.clock.now(),
        )
    )
