"""Keeping an incident's cards true, and the one short line per change of state."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from bot.domain.incident import Incident, Scope, describe_duration
from bot.domain.job import Job
from bot.domain.posting import Action, Button, Line, Link, Post
from bot.errors import ChatError, Conflict
from bot.log import get_logger
from bot.ports import Place, Posted, PostRow, Records
from bot.workflow.cards import document, incident_card, review_card
from bot.workflow.dossier import dossier, is_reviewed
from bot.workflow.likeness import renew
from bot.workflow.membership import GONE
from bot.workflow.overtaken import basis, follow
from bot.workflow.posts import post_once
from bot.workflow.privacy import is_direct, outsiders, told_person
from bot.workflow.quiet import lateness, quiet_until
from bot.workflow.world import World, ask

DIRECT_NOTE = (
    "This is a direct message, where replies are not read: review with the buttons and the form behind Edit."
)
_LOST = GONE | {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"}


def labels(world: World) -> Callable[[str | None], str | None]:
    """User id → what people call them; never a mention, so that nobody is pinged."""

    def label(user_id: str | None) -> str | None:
        return world.directory.person(user_id).label if user_id else None

    return label


def card_key(incident: Incident) -> str:
    """The post key of an incident's card."""
    return f"card:{incident.id}"


def review_key(incident: Incident, *, to: str = "") -> str:
    """The post key of the review card of this resolution; `to` is the person of a direct message."""
    return f"review:{incident.id}:g{incident.generation}" + (f":{to}" if to else "")


def document_key(incident: Incident, *, to: str = "") -> str:
    """The post key of the document message of this resolution; `to` is the person of a direct message."""
    return f"document:{incident.id}:g{incident.generation}" + (f":{to}" if to else "")


def review_row(records: Records, incident: Incident) -> PostRow | None:
    """The review card of this resolution: the one in the review's place, where several people have one."""
    return _first(_standing(records, incident, review_key(incident)), incident)


def document_row(records: Records, incident: Incident) -> PostRow | None:
    """The document message of this resolution in the review's place; None where it does not stand there."""
    found = _first(_standing(records, incident, document_key(incident)), incident)
    return found if found is not None and found.channel_id == incident.review_place[0] else None


def _standing(records: Records, incident: Incident, key: str) -> list[PostRow]:
    """What was posted under a key, or under the same key to a person."""
    rows = records.posts.of(incident.id)
    return [row for row in rows if row.ts and (row.key == key or row.key.startswith(f"{key}:"))]


def _first(rows: list[PostRow], incident: Incident) -> PostRow | None:
    here = [row for row in rows if row.channel_id == incident.review_place[0]]
    return next(iter(here or rows), None)


def refresh_cards(world: World, job: Job) -> None:
    """Job: bring every card of an incident to what is true now, posting the first one if need be.

    With `only`, no more than the posts whose key begins so.
    """
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None:
            return
        posts = {row.key: row for row in records.posts.of(incident.id)}
        before = basis(records, incident)
    only = job.payload.get("only")
    renew(world, incident)
    if only is None:
        renew_card(world, incident)
    outside = outsiders(world, incident, posts.values())
    if outside:
        _ask_to_withdraw(world, incident)
    for row in posts.values():
        wanted = row.key.startswith(str(only) if only else ("review:", "document:"))
        if row.ts and wanted and row.channel_id not in outside:
            _refresh_review(world, incident.id, row)
    follow(world, incident, before)


def _ask_to_withdraw(world: World, incident: Incident) -> None:
    """Somebody who was told of it directly may hear of it no more, and no event said so."""
    with world.storage.begin() as records:
        name = f"{incident.id}:outside:{world.clock.now().isoformat()}"
        ask(records, world, "withdraw_posts", name, incident=incident)
    world.wake()


def ensure_card(world: World, incident: Incident, *, fresh: bool = False) -> Incident:
    """The incident's card stands in Slack, up to date if `fresh`; returns the incident with its `card_ts`."""
    with world.storage.read() as records:
        held = dossier(records, incident)
        held_until = _held_until(world, records, incident)
    card = incident_card(world, held, labels(world), held_until=held_until)
    if incident.card_ts is not None:
        if fresh:
            update_post(world, Posted(channel_id=incident.channel_id, ts=incident.card_ts), card)
        return incident
    thread = incident.root_ts if incident.scope is Scope.THREAD else None
    place = Place(channel_id=incident.channel_id, thread_ts=thread)
    posted = post_once(world, card_key(incident), place, card, incident_id=incident.id)
    return _remember_card(world, incident.id, posted)


def renew_card(world: World, incident: Incident) -> None:
    """The incident's card is up to date; there is none where its channel was closed before it was posted."""
    try:
        ensure_card(world, incident, fresh=True)
    except ChatError as error:
        if error.code not in GONE:
            raise


def _remember_card(world: World, incident_id: int, posted: Posted) -> Incident:
    while True:
        with world.storage.begin() as records:
            incident = records.incidents.get(incident_id)
            if incident is None:
                raise ChatError("incident_gone")
            if incident.card_ts == posted.ts:
                return incident
            try:
                return records.incidents.replace(incident.model_copy(update={"card_ts": posted.ts}))
            except Conflict:
                continue  # somebody changed the incident in between; the card's place is still news


def card_note(world: World, incident: Incident, channel_id: str, posted_at: datetime) -> str:
    """What is special about a review card: where it stands, and that it came late."""
    here = f"{DIRECT_NOTE} {_readers_note(world, incident)}".strip() if is_direct(channel_id) else ""
    return " ".join(one for one in (lateness(world, incident, posted_at), here) if one)


def _readers_note(world: World, incident: Incident) -> str:
    """Who else has a draft that went by direct message; nothing where it went to one person."""
    with world.storage.read() as records:
        people = [told_person(row) for row in _standing(records, incident, review_key(incident))]
    names = [name for user_id in people if (name := labels(world)(user_id))]
    if len(names) < 2:
        return ""
    return (
        f"The channel is closed, so it went to {', '.join(names[:-1])} and {names[-1]}, who were in it. What "
        f"one of them does shows here too; others who were in it have /postmortem show {incident.key}."
    )


def _held_until(world: World, records: Records, incident: Incident) -> datetime | None:
    """When a draft that is written will be posted, None where none waits for that."""
    if not is_reviewed(incident):
        return None
    return quiet_until(world, incident) if review_row(records, incident) is None else None


def _refresh_review(world: World, incident_id: int, row: PostRow) -> None:
    with world.storage.read() as records:
        incident = records.incidents.get(incident_id)
        if incident is None:
            return
        held = dossier(records, incident)
    revision = held.revision
    generation = int(row.key.split(":")[2].removeprefix("g"))
    if revision is None or row.ts is None:
        return
    current = generation == revision.generation and is_reviewed(incident)
    at = Posted(channel_id=row.channel_id, ts=row.ts)
    if row.key.startswith("review:"):
        note = card_note(world, incident, row.channel_id, row.intended_at)
        card = review_card(world, held, revision, labels(world), current=current, note=note)
        update_post(world, at, card)
    elif current:
        update_post(world, at, document(world, held, revision, labels(world)))
    with world.storage.begin() as records:
        records.posts.shown(row.key, revision.number)


def update_post(world: World, at: Posted, post: Post) -> None:
    """Show it; a card that people deleted or that Slack has frozen stays as it is."""
    try:
        world.poster.update(at, post)
    except ChatError as error:
        if error.code not in _LOST:
            raise


def notice(world: World, job: Job) -> None:
    """Job: one short line about a change of state, in the channel or in the incident's thread."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
    if incident is None:
        return
    line = _line(world, incident, job)
    if line is None:
        return
    try:
        _tell(world, ensure_card(world, incident), job, line)
    except ChatError as error:
        if error.code not in GONE:
            raise
        # Nobody reads there any more; the cards and Home say it too.
        get_logger("show").info("notice_has_no_place", notice=job.payload["event"], code=error.code)


def _tell(world: World, incident: Incident, job: Job, line: Line) -> None:
    channel_id, thread_ts = incident.review_place
    in_channel = incident.scope is Scope.CHANNEL and job.payload.get("where") == "channel"
    place = Place(channel_id=channel_id, thread_ts=None if in_channel else thread_ts)
    post_once(world, job.key, place, line, incident_id=incident.id)


def _line(world: World, incident: Incident, job: Job) -> Line | None:
    """The words for an event; None where it is no longer true (reopened before we said it)."""
    event, actor = str(job.payload["event"]), labels(world)(_text(job.payload.get("actor"))) or "Somebody"
    if event == "resolved":
        if incident.generation != job.payload.get("generation") or incident.resolved_at is None:
            return None
        return _resolved_line(incident, actor)
    if event == "reopened":
        return Line(
            text=f"{incident.key} was reopened by {actor}; no draft is due until it is resolved again."
        )
    if event == "dismissed":
        reason = _text(job.payload.get("reason")) or "no reason given"
        return Line(text=f"{incident.key} closes without a postmortem, says {actor}: {reason}")
    if event == "published":
        return _published_line(world, incident)
    if event == "approved":
        count = f"{job.payload['given']} of {job.payload['needed']}"
        return Line(text=f"{actor} approved revision {job.payload['revision']}: {count} approvals.")
    if event == "failed":
        return Line(text=f"{incident.key}: {_text(job.payload.get('error'))}")
    return Line(text=f"{incident.key}: {event} by {actor}.")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _resolved_line(incident: Incident, actor: str) -> Line:
    resolved_at = incident.resolved_at or incident.started_at
    took = describe_duration(resolved_at - incident.started_at)
    due: tuple[datetime, ...] = (incident.draft_due_at,) if incident.draft_due_at else ()
    when = "A draft for review comes {0}." if due else "A draft for review follows."
    undo = "Taking the reaction away or pressing Reopen on the card undoes this."
    return Line(text=f"{incident.key} was resolved by {actor} after {took}. {when} {undo}", times=due)


def _published_line(world: World, incident: Incident) -> Line:
    with world.storage.read() as records:
        published = records.publications.of(incident.id)
    links = tuple(Link(label=one.publisher, url=one.location) for one in published)
    places = ", ".join(dict.fromkeys(one.location for one in published if "://" not in one.location))
    text = f"{incident.key} is published" + (f": {places}" if places else ".")
    return Line(text=text, links=tuple(link for link in links if "://" in link.url))


def question(incident: Incident | None, channel_id: str, root_ts: str, ts: str) -> Line:
    """What to ask somebody whose ✅ may mean anything."""
    value = json.dumps(
        {"channel": channel_id, "root": root_ts, "ts": ts, "incident": incident.id if incident else None}
    )
    whole = f"Resolve {incident.key}" if incident else "Resolve this whole channel"
    return Line(
        text="Did that reaction mean that an incident is resolved?",
        buttons=(
            Button(action=Action.RESOLVE_CHANNEL, label=whole, value=value, style="primary"),
            Button(action=Action.RESOLVE_THREAD, label="Only this thread", value=value),
            Button(action=Action.NOT_AN_INCIDENT, label="Not an incident", value=value),
        ),
    )
