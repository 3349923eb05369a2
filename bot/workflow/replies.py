"""Replies under a draft: a form edits or approves, everything else is kept as talk about it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.changes import changes
from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.posting import Action, Button, Diff, Line
from bot.domain.postmortem import Draft
from bot.domain.replies import Approve, Edit, Request, Reviewer, apply, parse_reply, severity_of
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.domain.sections import claims_of
from bot.domain.transcript import Message, Person
from bot.errors import Conflict, UserError
from bot.ports import Place, Posted
from bot.workflow import action_replies, editing, proposals, review, suggesting
from bot.workflow.access import authorise, authorise_approval
from bot.workflow.asking import redraw_questions
from bot.workflow.buttons import reference
from bot.workflow.capture import mask_words
from bot.workflow.deliver import attach_again, redraw_earlier
from bot.workflow.overtaken import basis, follow
from bot.workflow.picturing import draw
from bot.workflow.posts import post_once
from bot.workflow.show import labels, review_row, update_post
from bot.workflow.world import World, audit, refresh


def reply(world: World, job: Job) -> None:
    """Job: act on one reply in a review thread. Refusals are whispered; nothing is lost."""
    with world.storage.read() as records:
        message = records.messages.get(world.team_id, str(job.payload["channel"]), str(job.payload["ts"]))
        incident = records.incidents.get(job.incident_id or 0)
        handled = {earlier.ts for earlier in records.reviews.of(job.incident_id or 0)}
    if message is None or incident is None or message.deleted or message.author_id is None:
        return
    if message.ts in handled:  # stored before a crash; doing it again would edit twice
        _name_owners(world, incident, message, _read(world, message))
        return
    if action_replies.decided(world, incident, message):
        return
    asked = _read(world, message) if incident.status is Status.IN_REVIEW else None
    if asked is None:
        review.comment(world, incident.id, message.author_id, message.text, message.ts)
        return
    try:
        person = authorise(world, incident, message.author_id)
        if isinstance(asked, Approve):
            authorise_approval(world, incident, person.id)
            review.approve(world, incident.id, _shown(world, incident), person.id, ts=message.ts)
        elif isinstance(asked, Request):
            suggesting.request(world, incident, message, person)
        else:
            _edit(world, incident, message, asked, person)
    except UserError as refusal:
        # Told before it is stored as handled: a crash in between tells it twice rather than never.
        channel_id, thread_ts = incident.review_place
        place = Place(channel_id=channel_id, thread_ts=thread_ts)
        world.poster.whisper(place, message.author_id, Line(text=str(refusal)))
        review.comment(world, incident.id, message.author_id, message.text, message.ts)


def _read(world: World, message: Message) -> Approve | Edit | Request | None:
    """What the reply asks for. What goes into the document is masked by the rules of documents: the
    archive masks secrets only."""
    own_id = world.directory.identity().bot_user_id
    if parse_reply(message.text, own_id) is None:
        return None
    with world.storage.begin() as records:
        words = mask_words(records, world, message.channel_id, message.text)
    return parse_reply(words, own_id)


def _shown(world: World, incident: Incident) -> int:
    """The revision the review card showed last."""
    with world.storage.read() as records:
        row = review_row(records, incident)
    return row.shown if row is not None and row.shown is not None else 0


def _edit(world: World, incident: Incident, message: Message, asked: Edit, person: Person) -> None:
    if (severity := severity_of(asked)) is not None:
        _set_severity(world, incident, severity, person.id)
        return
    shown = _shown(world, incident)
    with world.storage.read() as records:
        base = records.revisions.get(incident.id, shown)
    owners = _owners(world, message.text)

    def change(draft: Draft, label: int, known: frozenset[int]) -> Draft:
        by = Reviewer(label=label, tz=person.tz, owners=owners)
        edit = _renumbered(asked, base, draft)
        return apply(draft, edit, by, near=incident.resolved_at or incident.started_at, known=known)

    editing.edit(world, incident.id, person.id, change, words=message.text, ts=message.ts, reason="by reply")
    _name_owners(world, incident, message, asked)


def _name_owners(
    world: World, incident: Incident, message: Message, asked: Approve | Edit | Request | None
) -> None:
    """An item added for somebody with an @ is theirs. It is accepted after it was stored, so that a crash in
    between may have left it a proposal; done again it changes nothing."""
    owners = _owners(world, message.text)
    if owners and isinstance(asked, Edit) and asked.section == "action_items":
        action_replies.accept_named(world, incident, message.author_id or "", owners)


def _renumbered(asked: Edit, base: Revision | None, now: Draft) -> Edit:
    """Line numbers are those of the revision people saw; find the same line in the newest.

    Raises:
        Conflict: that line was changed meanwhile.
    """
    if asked.index is None or base is None or base.draft == now:
        return asked
    seen = claims_of(base.draft, asked.section)
    if not 1 <= asked.index <= len(seen):
        return asked
    current = claims_of(now, asked.section)
    if seen[asked.index - 1] not in current:
        raise Conflict(
            f"Line {asked.index} was changed by somebody else at the same moment. Nothing was overwritten; "
            "look at the newest revision and reply again."
        )
    return asked.model_copy(update={"index": current.index(seen[asked.index - 1]) + 1})


def _owners(world: World, text: str) -> dict[str, str]:
    """User ids mentioned in the reply → the label an accepted owner is shown by."""
    ids = [word.strip("@.,;:!") for word in text.split() if word.startswith(("@U", "@W"))]
    return {user_id: world.directory.person(user_id).label for user_id in dict.fromkeys(ids)}


def _set_severity(world: World, incident: Incident, severity: object, user_id: str) -> None:
    with world.storage.begin() as records:
        now = records.incidents.get(incident.id)
        if now is None or now.severity == severity:
            return
        changed = records.incidents.replace(now.model_copy(update={"severity": severity}))
        refresh(records, world, changed)
        audit(records, world, user_id, "severity set", changed, severity=str(severity))
    world.wake()


def show_diff(world: World, job: Job) -> None:
    """Job: answer an accepted edit with what it changed, and a way to take it back."""
    number, earlier = int(job.payload["revision"]), int(job.payload["before"])
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        after = records.revisions.get(job.incident_id or 0, number)
        before = records.revisions.get(job.incident_id or 0, earlier)
    if incident is None or after is None or before is None:
        return
    channel_id, thread_ts = incident.review_place
    place = Place(channel_id=channel_id, thread_ts=thread_ts)
    post_once(world, job.key, place, _diff(world, incident, before, after), incident_id=incident.id)


_PLAIN = frozenset({"", "by reply", "edited"})
"""Reasons that go without saying."""


def _diff(world: World, incident: Incident, before: Revision, after: Revision) -> Line | Diff:
    """An edit with its lines; a draft made anew, which may change much, in one line."""
    number = after.number
    undo = Button(action=Action.UNDO, label="Undo", value=reference(incident, number))
    if after.author == DRAFTER_AUTHOR:
        return Line(text=_redrafted(before, after), buttons=(undo,))
    author = labels(world)(after.author) or "a reviewer"
    return Diff(
        text=f"Revision {number} by {author}" + (f" ({after.reason})" if after.reason not in _PLAIN else ""),
        changes=changes(before.draft, after.draft),
        findings=tuple(finding for finding in after.findings if finding not in before.findings),
        times=_new_times(before.draft, after.draft),
        buttons=(undo,),
    )


def _redrafted(before: Revision, after: Revision) -> str:
    changed = [
        f"{one.section} (+{len(one.added)} −{len(one.removed)})" for one in changes(before.draft, after.draft)
    ]
    what = ", ".join(changed) or "nothing changed"
    return f"Revision {after.number}, drafted again: {what}. What people edited stays."


def redraw(world: World, job: Job) -> None:
    """Job: what edits were shown to change is shown again, without what was erased since; so is the
    attached document."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None:
            return
        rows, known = records.posts.of(incident.id), basis(records, incident)
        revisions = {one.number: one for one in records.revisions.all(incident.id)}
    for row in rows:
        number = row.key.rpartition(":r")[2]
        after = revisions.get(int(number)) if row.key.startswith("diff:") and number.isdigit() else None
        before = revisions.get(after.number - 1) if after else None
        if row.ts and before and after:
            at = Posted(channel_id=row.channel_id, ts=row.ts)
            update_post(world, at, _diff(world, incident, before, after))
    redraw_questions(world, incident, rows)
    proposals.redraw_proposals(world, incident, rows)
    if revisions:
        redraw_earlier(world, incident)
        attach_again(world, incident)
        draw(world, incident, again=True)
    follow(world, incident, known)


def _new_times(before: Draft, after: Draft) -> tuple[datetime, ...]:
    old = {(entry.at, entry.text) for entry in before.timeline}
    return tuple(entry.at for entry in after.timeline if (entry.at, entry.text) not in old)
