"""How long things are kept, and what happens when the app is uninstalled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.transcript import as_ts, ts_order
from bot.errors import Retryable
from bot.ports import AuditLine, Clock, Departure, Records, Storage
from bot.workflow.erasure import other_title, redact
from bot.workflow.holding import covering, review_threads
from bot.workflow.wiping import clear_files
from bot.workflow.world import World, ask, audit

BATCH = 2_000
"""Messages deleted in one transaction, so that events need not wait long."""
DOUBT = timedelta(minutes=1)
"""How long after an uninstallation Slack is asked whether our token works all the same."""
OUTAGE = timedelta(minutes=15)
"""How soon a Slack that did not answer is asked again before anything is erased."""
_SYSTEM = "retention"
_ALWAYS = datetime.max.replace(tzinfo=UTC)


def purge(world: World) -> int:
    """Delete what was said longer ago than the retention allows; returns how many messages went.

    Messages go by their own age, whether of an incident or not. Evidence that an approved postmortem
    quotes stays; that of the others is emptied, and with it their drafts. Incidents on hold keep all.
    """
    before = world.clock.now() - world.policy.retention
    with world.storage.read() as records:
        held = records.incidents.held(world.team_id)
        spare = _rooms(records, held)
    _old_titles(world, as_ts(before))
    gone = _old_messages(world, as_ts(before), spare)
    for channel_id in spare:
        with world.storage.begin() as records:
            gone += _around_holds(records, world.team_id, channel_id, held, before)
    with world.storage.begin() as records:
        unapproved = records.eraser.unapproved(world.team_id, before=before)
        records.eraser.old_comments(world.team_id, before=before)
    for incident_id in unapproved:
        with world.storage.begin() as records:
            _old_evidence(records, world, incident_id, before)
    clear_files(world.storage)
    return gone


def _old_titles(world: World, before: str) -> None:
    """What a thread's incident is called is mostly its root's text, and goes with it."""
    with world.storage.read() as records:
        concerned = records.eraser.titled(world.team_id, before=before)
    for incident_id in concerned:
        with world.storage.begin() as records:
            incident = records.incidents.get(incident_id)
            if incident is None or incident.held or incident.root_ts is None:
                continue
            root = records.messages.get(world.team_id, incident.channel_id, incident.root_ts)
            if title := other_title(records, world, incident, incident.root_ts, root):
                redact(records, world, incident, (), title=title)
                audit(records, world, _SYSTEM, "purged", incident, titles=1)


def _old_messages(world: World, before: str, spare: Sequence[str]) -> int:
    gone = 0
    while True:
        with world.storage.begin() as records:
            found = records.eraser.old_messages(world.team_id, before=before, spare=spare, limit=BATCH)
        gone += found
        if found < BATCH:
            return gone


def _rooms(records: Records, held: Sequence[Incident]) -> list[str]:
    """The channels in which something was said that belongs to an incident on hold."""
    reviewed = {channel for incident in held for channel, _ in review_threads(records, incident)}
    return sorted(reviewed | {incident.channel_id for incident in held})


def _around_holds(
    records: Records, team_id: str, channel_id: str, held: Sequence[Incident], before: datetime
) -> int:
    """Delete the old messages of a channel that no incident on hold covers; returns how many."""
    covered = [covering(records, incident) for incident in held]
    said = records.messages.in_channel(team_id, channel_id, oldest="0", latest=as_ts(before))
    old = [one.ts for one in said if not any(covers(one) for covers in covered)]
    records.eraser.delete(team_id, channel_id, old)
    return len(old)


def _old_evidence(records: Records, world: World, incident_id: int, before: datetime) -> None:
    incident = records.incidents.get(incident_id)
    if incident is None or incident.held:
        return
    limit = ts_order(as_ts(before))
    labels = {
        item.label for item in records.evidence.of(incident_id) if item.text and ts_order(item.ts) < limit
    }
    if labels:
        redact(records, world, incident, labels)
        audit(records, world, _SYSTEM, "purged", incident, evidence=len(labels))


def uninstalled(records: Records, world: World, event_id: str) -> bool:
    """The app was removed: work that needs Slack stops, and the clock of erasure runs. Slack is asked soon
    whether it is true: what tells of it may be late, and the app installed again meanwhile."""
    now = world.clock.now()
    if records.workspaces.departure(world.team_id) is not None:
        return False
    after = world.policy.uninstall_erasure
    records.workspaces.leave(world.team_id, Departure(at=now, erase_at=now + after))
    audit(records, world, "Slack", "uninstalled", erase_after_days=after / timedelta(days=1))
    ask(records, world, "erase_workspace", f"{event_id}:doubted", after=DOUBT)
    return ask(records, world, "erase_workspace", event_id, after=after)


def installed(world: World) -> bool:
    """The token works: a departure is over. True if there was one."""
    with world.storage.begin() as records:
        back = records.workspaces.come_back(world.team_id)
        if back:
            audit(records, world, "Slack", "installed again")
    return back


def erase_when_due(world: World, job: Job) -> None:
    """Job soon after an uninstallation, and when the time after it is over: nothing is erased of a workspace
    that lets us in.

    Raises:
        Retryable: Slack does not answer, for however long: it is asked again until it does.
    """
    del job
    try:
        _unless_admitted(world)
    except Retryable as error:
        raise Retryable(str(error), retry_after=error.retry_after or OUTAGE.total_seconds()) from error
    _erase(world)


def erase_overdue(world: World) -> None:
    """Erase what should be gone by now, though the job that was to do it was buried or cancelled.

    Raises:
        Retryable: Slack does not answer.
    """
    with world.storage.read() as records:
        overdue = _due(records, world.clock)
    if overdue:
        _unless_admitted(world)
        _erase(world)


def _erase(world: World) -> None:
    if erase_departed(world.storage, world.clock):
        clear_files(world.storage)


def _unless_admitted(world: World) -> None:
    """Note that the app is installed if Slack takes our token. Raises `Retryable`."""
    with world.storage.read() as records:
        away = records.workspaces.departure(world.team_id) is not None
    if away and world.directory.admitted():
        installed(world)


def erase_departed(storage: Storage, clock: Clock) -> tuple[str, ...]:
    """Erase the workspaces whose time is over; returns them. Incidents on hold stay, and so does the
    audit trail; published files are the organisation's own. Needs no Slack."""
    erased: list[str] = []
    with storage.begin() as records:
        for team_id in _due(records, clock):
            held = records.incidents.held(team_id)
            for channel_id in _rooms(records, held):
                _around_holds(records, team_id, channel_id, held, _ALWAYS)
            if records.eraser.workspace(team_id, spare=[incident.id for incident in held]):
                line = AuditLine(team_id=team_id, actor=_SYSTEM, action="workspace erased", at=clock.now())
                records.audit.add(line)
                erased.append(team_id)
    return tuple(erased)


def _due(records: Records, clock: Clock) -> tuple[str, ...]:
    """The workspaces whose time is over."""
    now = clock.now()
    return tuple(team_id for team_id, departure in records.workspaces.left() if departure.erase_at <= now)
