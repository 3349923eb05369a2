"""A model's suggestions, as they are shown and decided about: nothing changes unless somebody accepts one."""

from __future__ import annotations

import json

from bot.domain.changes import changes, merge
from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.posting import Action, Button, Diff, Line, Post
from bot.domain.postmortem import Draft
from bot.domain.replies import Request, parse_reply
from bot.domain.review import Proposal, ProposalState, Revision
from bot.domain.sections import SECTIONS
from bot.domain.suggesting import relabelled
from bot.domain.transcript import Message
from bot.errors import UserError
from bot.ports import Place, Posted, PostRow, Records
from bot.workflow.editing import Resting, edit, unerased
from bot.workflow.posts import post_once
from bot.workflow.show import labels, update_post
from bot.workflow.world import World, ask, audit


class Overtaken(UserError):
    """Somebody changed the same since it was suggested. Nothing was changed; ask again."""


def show(world: World, incident: Incident, proposal: Proposal) -> None:
    """Post a suggestion in the review's thread, once, as it stands."""
    channel_id, thread_ts = incident.review_place
    place = Place(channel_id=channel_id, thread_ts=thread_ts)
    post = _post(world, incident, proposal)
    posted = post_once(world, f"proposal:{proposal.id}", place, post, incident_id=incident.id)
    with world.storage.read() as records:
        now = records.proposals.get(proposal.id)
    if now is not None and now.state is not ProposalState.OPEN:
        # Decided before anybody noted where it stands: what the decision asked for found nothing to redraw.
        update_post(world, posted, _post(world, incident, now))


def _post(world: World, incident: Incident, proposal: Proposal) -> Post:
    """The suggestion, or what became of it."""
    label = labels(world)
    asker, decider = label(proposal.asked_by) or "Somebody", label(proposal.decided_by) or "Somebody"
    if proposal.state is not ProposalState.OPEN:
        return Line(text=f"The suggestion {asker} asked for {_OUTCOME[proposal.state].format(decider)}")
    with world.storage.read() as records:
        base = records.revisions.get(incident.id, proposal.revision)
    value = json.dumps({"incident": incident.id, "proposal": proposal.id}, separators=(",", ":"))
    spent = f" {proposal.tokens:,} tokens." if proposal.tokens else ""
    return Diff(
        text=f"{asker} asked, and {proposal.drafter} suggests this change of revision {proposal.revision}."
        f"{spent} Nothing is changed unless somebody accepts it.",
        changes=changes(base.draft, proposal.draft) if base else (),
        findings=proposal.findings,
        buttons=(
            Button(action=Action.ACCEPT, label="Accept", value=value, style="primary"),
            Button(action=Action.REFUSE, label="Refuse", value=value),
        ),
    )


_OUTCOME = {
    ProposalState.ACCEPTED: "was accepted by {}.",
    ProposalState.REFUSED: "was refused by {}. Nothing was changed.",
    ProposalState.STALE: "no longer fits: the same was changed meanwhile. Nothing was changed; ask again.",
    ProposalState.WITHDRAWN: "was withdrawn: something it may rest on was erased. Ask again if you like.",
}


def accept(world: World, incident: Incident, proposal_id: int, user_id: str) -> Revision | None:
    """Bring a suggestion onto the newest revision, as a person's edit. None where it says so already.

    Raises:
        Overtaken: somebody changed the same meanwhile; the suggestion is closed.
        UserError: there is no such suggestion, or it was decided before.
    """
    with world.storage.read() as records:
        proposal = _open(records, incident, proposal_id)
        base = records.revisions.get(incident.id, proposal.revision)
        message = records.messages.get(world.team_id, incident.review_place[0], proposal.ts)
    if base is None:
        raise UserError("That suggestion is not there any more. Nothing was changed.")

    def change(now: Draft, label: int, known: frozenset[int]) -> Draft:
        del known
        merged, conflicting = merge(base.draft, now, relabelled(proposal.draft, proposal.label, label))
        if conflicting:
            names = ", ".join(SECTIONS[section] for section in conflicting)
            raise Overtaken(f"{names} changed since that was suggested. Nothing was changed; ask again.")
        return merged

    def standing(records: Records) -> None:
        _open(records, incident, proposal_id)  # withdrawn when anything it may rest on is erased
        unerased(base)(records)
        # With the edit: a crash between the two would leave it to be decided about once more.
        _close_now(records, world, incident, proposal, ProposalState.ACCEPTED, user_id)

    words = words_of(world, message) if message is not None else ""
    why, source = f"suggested by {proposal.drafter}", (proposal.asked_by, proposal.ts)
    try:
        resting = Resting(change, standing)
        revision = edit(world, incident.id, user_id, resting, words=words, source=source, reason=why)
    except Overtaken:
        _close(world, incident, proposal, ProposalState.STALE, user_id)
        raise
    return revision


def refuse(world: World, incident: Incident, proposal_id: int, user_id: str) -> None:
    """Close a suggestion without changing anything. Raises `UserError` where it was decided before."""
    with world.storage.read() as records:
        proposal = _open(records, incident, proposal_id)
    _close(world, incident, proposal, ProposalState.REFUSED, user_id)


def _open(records: Records, incident: Incident, proposal_id: int) -> Proposal:
    proposal = records.proposals.get(proposal_id)
    if proposal is None or proposal.incident_id != incident.id:
        raise UserError("That suggestion is not there any more. Nothing was changed.")
    if proposal.state is not ProposalState.OPEN:
        raise UserError(f"That suggestion is {proposal.state.value} already. Nothing was changed.")
    return proposal


def _close(world: World, incident: Incident, proposal: Proposal, state: ProposalState, user_id: str) -> None:
    with world.storage.begin() as records:
        _close_now(records, world, incident, proposal, state, user_id)
    world.wake()


def _close_now(
    records: Records,
    world: World,
    incident: Incident,
    proposal: Proposal,
    state: ProposalState,
    user_id: str,
) -> None:
    """Decide about a suggestion, and ask for its message to say so; nothing where somebody did before."""
    if records.proposals.decide(proposal.id, state, user_id):
        audit(records, world, user_id, f"suggestion {state.value}", incident, proposal=proposal.id)
        name = f"{proposal.id}:{state.value}"
        ask(records, world, "show_proposal", name, incident=incident, id=proposal.id)


def show_proposal(world: World, job: Job) -> None:
    """Job: the message of a suggestion tells what became of it."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        rows = records.posts.of(job.incident_id or 0)
    if incident is not None:
        wanted = f"proposal:{job.payload['id']}"
        redraw_proposals(world, incident, tuple(row for row in rows if row.key == wanted))


def redraw_proposals(world: World, incident: Incident, rows: tuple[PostRow, ...]) -> None:
    """Show suggestions as they stand, without what was erased since."""
    for row in rows:
        number = row.key.removeprefix("proposal:")
        if row.ts is None or not row.key.startswith("proposal:") or not number.isdecimal():
            continue
        with world.storage.read() as records:
            proposal = records.proposals.get(int(number))
        if proposal is not None:
            at = Posted(channel_id=row.channel_id, ts=row.ts)
            update_post(world, at, _post(world, incident, proposal))


def words_of(world: World, message: Message) -> str:
    """What a request asks for, without the mention of the bot before it."""
    asked = parse_reply(message.text, world.directory.identity().bot_user_id)
    return asked.words if isinstance(asked, Request) else message.text
