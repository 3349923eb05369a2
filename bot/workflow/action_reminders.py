"""Gentle reminders: a direct message to whoever promised an action item, before and when it is due.

One two days before, one on the day, then one a week: three at most once it is due, always within the
owner's working hours. None comes for a time that had passed when the promise was made. They stop when
the item is done, declined, withdrawn or agreed anew (then new ones begin), and when its incident is put
away or forgotten; those sent before then say what became of it (`bot/workflow/outcomes.py`). An owner
who has no account any more, or may not hear of the incident any more, is not written to: whoever sees the
postmortem through is told, once.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.action import TrackedItem
from bot.domain.hours import WorkingHours, zone_of
from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.posting import Action, Button, Line
from bot.domain.transcript import Person
from bot.errors import ChatError, NotAllowed
from bot.ports import Place, PostRow, Records
from bot.workflow.access import is_member, may_see
from bot.workflow.posts import post_once
from bot.workflow.world import World, ask

BEFORE, AGAIN = timedelta(days=2), timedelta(days=7)
ONCE_DUE = 3
"""Reminders from the due date on; number 0 is the one before."""
EARLY = timedelta(days=3)
"""How long before its day a reminder is looked at first: zones differ, and weekends are left out."""
_SATURDAY = 5
PUT_AWAY = frozenset({Status.DISCARDED, Status.DISMISSED})
_UNREACHABLE = frozenset(
    {"user_not_found", "cannot_dm_bot", "channel_not_found", "user_disabled", "account_inactive"}
)


def remind(records: Records, world: World, incident: Incident, item: TrackedItem) -> None:
    """Ask for an item's reminders, in the transaction that decides about it or brings it back. Asking
    again about the same decision is harmless: each reminder is sent once."""
    if item.due is not None and item.is_open:
        _ask(records, world, incident, item, 0, at=_day(item.due, 0) - EARLY)


def resume(records: Records, world: World, incident: Incident) -> None:
    """A postmortem is back: whoever promised something in it is reminded again, and what they were told
    before offers its buttons again."""
    for item in records.actions.of(incident.id):
        if item.place is not None:
            remind(records, world, incident, item)
    rest(records, world, incident)


def rest(records: Records, world: World, incident: Incident) -> None:
    """A postmortem is put away, or back: ask for what people were told of its items to follow, in the
    transaction that moves it."""
    ask(records, world, "redraw_reminders", f"incident {incident.id}:v{incident.version}", incident=incident)


def retell(records: Records, world: World, incident: Incident, item: TrackedItem, why: str = "") -> None:
    """Ask for what people were told of an item to follow, in the transaction that decides about it. `why`
    tells one asking about the same version from another. Of what was never decided nobody was told."""
    if item.decided_at is None:
        return
    name = f"{item.id}:v{item.version}" + (f":{why}" if why else "")
    ask(records, world, "redraw_reminders", name, incident=incident, item=item.id)


def reference(item: TrackedItem) -> str:
    """What a button about one item carries: ids only, looked up and authorised when it comes back."""
    return json.dumps({"item": item.id}, separators=(",", ":"))


def _ask(
    records: Records, world: World, incident: Incident, item: TrackedItem, number: int, *, at: datetime
) -> None:
    if not world.policy.action_reminders or item.decided_at is None:
        return
    now, decided = world.clock.now(), item.decided_at.isoformat()
    at = max(at, now)
    ask(
        records,
        world,
        "remind_action",
        f"{item.id}:{decided}:{number}:v{incident.version}:{at.isoformat()}",
        incident=incident,
        after=at - now,
        item=item.id,
        decided=decided,
        number=number,
    )


def _day(due: date, number: int) -> datetime:
    """When the day of a reminder begins by UTC."""
    day = due - BEFORE if number == 0 else due + AGAIN * (number - 1)
    while number == 0 and day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return datetime.combine(day, time(0), UTC)


def _planned(due: date, number: int, hours: WorkingHours, tz: str) -> datetime:
    """When the owner's working hours begin on the day of a reminder."""
    day = _day(due, number).date()
    return hours.next(datetime.combine(day, hours.start, zone_of(tz)).astimezone(UTC), tz)


def remind_owner(world: World, job: Job) -> None:
    """Job: remind the owner of an action item once, if there is reason to, and ask for the next time."""
    with world.storage.read() as records:
        item = records.actions.get(int(job.payload["item"]))
        incident = records.incidents.get(job.incident_id or 0)
    if item is None or incident is None:
        return
    if _is_wanted(world, item, incident, job):
        _remind(world, incident, item, int(job.payload["number"]))
    _look_again(world, item.id, job)


def _remind(world: World, incident: Incident, item: TrackedItem, number: int) -> None:
    person = world.directory.person(item.owner_id or "")
    if person.deleted or person.is_external or person.is_guest:
        _tell_lead(world, incident, item, person)
        return
    at = _time(world, item, number, person)
    if at is not None and at <= world.clock.now():
        _send(world, incident, item, person, number)
        at = None
    with world.storage.begin() as records:
        if at is not None:
            _ask(records, world, incident, item, number, at=at)
        elif number < ONCE_DUE and item.due is not None:
            _ask(records, world, incident, item, number + 1, at=_next(world, item.due, number))


def _look_again(world: World, item_id: int, job: Job) -> None:
    """Somebody may have decided while a reminder was being sent, by this attempt or by one that was cut off:
    what the decision asked for may have come before there was a message to redraw."""
    with world.storage.begin() as records:
        item, incident = records.actions.get(item_id), records.incidents.get(job.incident_id or 0)
        if item is None or incident is None or _is_wanted(world, item, incident, job):
            return
        if any(item_told(row) == item.id for row in records.posts.of(incident.id)):
            retell(records, world, incident, item, f"{job.id}:v{incident.version}")


def _is_wanted(world: World, item: TrackedItem, incident: Incident, job: Job) -> bool:
    """Whether it is still the same promise, and still to be kept."""
    same = item.decided_at is not None and item.decided_at.isoformat() == job.payload["decided"]
    shown = item.place is not None and incident.status not in PUT_AWAY
    return world.policy.action_reminders and same and item.is_open and item.due is not None and shown


def _time(world: World, item: TrackedItem, number: int, person: Person) -> datetime | None:
    """When to send a reminder, at the earliest now; None for one that comes too late to be any use."""
    if item.due is None or item.decided_at is None:
        return None
    hours, now = world.policy.working_hours, world.clock.now()
    planned = _planned(item.due, number, hours, person.tz)
    if planned <= item.decided_at:
        return None
    at = hours.next(max(planned, now), person.tz)
    is_late = number == 0 and at.astimezone(zone_of(person.tz)).date() >= item.due
    return None if is_late else at


def _next(world: World, due: date, number: int) -> datetime:
    """When to look at the reminder after this one. Those once due keep their distance even where one was
    late because the bot was away."""
    day = _day(due, number + 1) - timedelta(days=1)
    return day if number == 0 else max(day, world.clock.now() + AGAIN - timedelta(days=1))


def _send(world: World, incident: Incident, item: TrackedItem, person: Person, number: int) -> None:
    if not _still_sees(world, incident, person.id):
        _tell_lead(world, incident, item, person)
        return
    key = f"remind_item:{_promise(item, person.id)}:{number}"
    line = _line(world, incident, item, person, number)
    try:
        post_once(world, key, Place(channel_id=person.id), line, incident_id=incident.id)
    except ChatError as error:
        if error.code not in _UNREACHABLE:
            raise
        _tell_lead(world, incident, item, person)


def _line(world: World, incident: Incident, item: TrackedItem, person: Person, number: int) -> Line:
    value = reference(item)
    buttons = (
        Button(action=Action.ITEM_DONE, label="Done", value=value, style="primary"),
        Button(action=Action.ITEM_CHANGE, label="Change …", value=value),
    )
    return Line(text=f"{_when(world, item, person, number)}\n{incident.key}: {item.text}", buttons=buttons)


def _when(world: World, item: TrackedItem, person: Person, number: int) -> str:
    today = world.clock.now().astimezone(zone_of(person.tz)).date()
    left = (item.due - today).days if item.due else 0
    if left > 0:
        day = "tomorrow" if left == 1 else f"in {left} days"
        return f"A heads-up: an action item you took on is due {day}, on {item.due}."
    if left == 0:
        return "An action item you took on is due today."
    last = " This is the last reminder." if number >= ONCE_DUE else ""
    return f"An action item you took on was due on {item.due}. Done already, or is another date better?{last}"


def _still_sees(world: World, incident: Incident, user_id: str) -> bool:
    try:
        return may_see(world, incident, user_id)
    except NotAllowed:
        return False


def _tell_lead(world: World, incident: Incident, item: TrackedItem, gone: Person) -> None:
    """Whoever owns the item cannot see to it any more: who sees the postmortem through hears of it."""
    lead = incident.owner_id
    if lead is None or lead == gone.id or not _still_sees(world, incident, lead):
        return
    key = f"orphaned:{_promise(item, lead)}"
    line = _orphaned(world, incident, item, gone)
    try:
        post_once(world, key, Place(channel_id=lead), line, incident_id=incident.id)
    except ChatError as error:
        if error.code not in _UNREACHABLE:
            raise


def _orphaned(world: World, incident: Incident, item: TrackedItem, gone: Person) -> Line:
    left = is_member(world, gone.id)
    why = "is not in its channel any more" if left else "has no full account here any more"
    return Line(
        text=f"{gone.label} took on an action item of {incident.key} and {why}. "
        f"Perhaps somebody else can: {item.text}",
        buttons=(Button(action=Action.ITEM_CHANGE, label="Choose somebody …", value=reference(item)),),
    )


# Direct messages that were sent, by the keys they were posted under


def _promise(item: TrackedItem, user_id: str) -> str:
    """Which promise a message to somebody tells of: agreed anew, it is another one."""
    return f"{item.id}:{user_id}:{item.decided_at}"


def item_told(row: PostRow) -> int | None:
    """The id of the action item a direct message tells of; None for any other post."""
    kind, _, about = row.key.partition(":")
    number = about.partition(":")[0]
    return int(number) if kind in ("remind_item", "orphaned") and number.isdecimal() else None


def still_stands(row: PostRow, item: TrackedItem, incident: Incident) -> bool:
    """Whether the promise that a direct message tells of is still to be kept."""
    promise = f"{_promise(item, _reader(row))}:"
    there = item.is_open and item.place is not None and incident.status not in PUT_AWAY
    return there and f"{row.key.partition(':')[2]}:".startswith(promise)


def retold(world: World, row: PostRow, item: TrackedItem, incident: Incident) -> Line:
    """What a direct message says of a promise that stands, as of today."""
    if row.key.startswith("orphaned:"):
        return _orphaned(world, incident, item, world.directory.person(item.owner_id or ""))
    number = int(row.key.rpartition(":")[2])
    return _line(world, incident, item, world.directory.person(_reader(row)), number)


def _reader(row: PostRow) -> str:
    return row.key.split(":")[2]
