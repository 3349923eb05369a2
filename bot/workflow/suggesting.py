"""Free requests to a model: what it suggests comes back as a diff, and is nothing until somebody accepts."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.posting import Line
from bot.domain.postmortem import Draft
from bot.domain.replies import FORMS
from bot.domain.review import Decision, Proposal, Revision
from bot.domain.suggesting import vetted
from bot.domain.transcript import Evidence, Message, Person, Source, Transcript
from bot.errors import DrafterError, Retryable, UserError
from bot.ports import Drafted, Editor, Place, Records
from bot.workflow.access import allow
from bot.workflow.capture import mask_words
from bot.workflow.editing import names_of, transcript_of
from bot.workflow.privacy import is_private_now
from bot.workflow.proposals import show, words_of
from bot.workflow.review import decide, reviewed
from bot.workflow.world import World, ask, audit

KIND = "propose"
PATIENCE = timedelta(minutes=30)
"""How long a model that is away is asked again, before the person is told."""
_SHORT = ", ".join(f"`{form}`" for form, _ in FORMS[1:4])


def request(world: World, incident: Incident, message: Message, person: Person) -> None:
    """Hand a free request on to the model, as durable work.

    Raises:
        UserError: no model is there, or it may not see this incident; says which forms work without.
    """
    _editor(world, incident)
    with world.storage.begin() as records:
        now, latest = reviewed(records, incident.id)
        allow(now, "answer")
        number, done = latest.number, Decision.COMMENTED
        decide(records, world, now, number, person.id, done, text=message.text, ts=message.ts)
        name = f"{incident.id}:{message.ts}"
        ask(records, world, KIND, name, incident=now, channel=message.channel_id, ts=message.ts)
        audit(records, world, person.id, "asked the model", now, revision=number)
    world.wake()


def _editor(world: World, incident: Incident) -> Editor:
    without = f"The short forms work without one: {_SHORT}, and the form behind Edit. Nothing was changed."
    if world.editor is None:
        raise UserError(f"No model is set up here, so I cannot read free requests. {without}")
    if not world.may_ask_model(incident):
        raise UserError(f"{incident.key} is kept from every model, so I cannot read free requests. {without}")
    return world.editor


def propose(world: World, job: Job) -> None:
    """Job: ask the model, check what it says, and show the difference with *Accept* and *Refuse*.

    Raises:
        Retryable: the model is away; it is asked again.
    """
    found = _asked(world, job)
    if found is None:
        return
    incident, message, revision = found
    with world.storage.read() as records:
        earlier = records.proposals.keyed(_key(incident, message))
        erased = records.evidence.erased(incident.id)
    if earlier is not None:
        show(world, incident, earlier)  # stored before a crash
        return
    try:
        proposal = _suggested(world, incident, message, revision)
    except (UserError, DrafterError) as error:
        _whisper(world, incident, message, f"{error} The short forms always work: {_SHORT}.")
        return
    except Retryable as error:
        pause = timedelta(seconds=error.retry_after or 0)
        if world.clock.now() + pause - job.created_at < PATIENCE:
            raise
        said = f"The model did not answer ({error}) Nothing was changed; ask again later, or use {_SHORT}."
        _whisper(world, incident, message, said)
        return
    with world.storage.begin() as records:
        _refuse_outdated(records, world, message, revision, erased)
        kept = records.proposals.add(proposal) if _still_wanted(records, incident.id) else None
    if kept is not None:
        show(world, incident, kept)


def _asked(world: World, job: Job) -> tuple[Incident, Message, Revision] | None:
    """The incident, the reply and the newest revision; None where nobody wants a suggestion any more."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        message = records.messages.get(world.team_id, str(job.payload["channel"]), str(job.payload["ts"]))
        latest = records.revisions.latest(job.incident_id or 0)
    gone = message is None or message.deleted or message.author_id is None
    if incident is None or message is None or latest is None or gone or incident.refusal("answer"):
        return None
    return incident, message, latest


def _still_wanted(records: Records, incident_id: int) -> bool:
    incident = records.incidents.get(incident_id)
    return incident is not None and incident.refusal("answer") is None


def _key(incident: Incident, message: Message) -> str:
    """A request is answered with one suggestion, however often it is tried."""
    return f"{incident.id}:{message.ts}"


def _refuse_outdated(
    records: Records, world: World, message: Message, revision: Revision, erased: frozenset[int]
) -> None:
    """What was erased while the model read it must not come back with what it says."""
    said = records.messages.get(world.team_id, message.channel_id, message.ts)
    base = records.revisions.get(revision.incident_id, revision.number)
    stands = base is not None and base.draft == revision.draft
    if said is None or said.deleted or not stands or records.evidence.erased(revision.incident_id) != erased:
        raise Retryable("Something was erased while the model read it.", retry_after=0)


def _suggested(world: World, incident: Incident, message: Message, revision: Revision) -> Proposal:
    """What the model makes of a request, with nothing in it that the checks refuse.

    Raises:
        UserError: it may not be asked, or nothing is left of what it says.
        Retryable, DrafterError: see the Editor port.
    """
    if is_private_now(world, incident):
        incident = incident.model_copy(update={"is_private": True})
    editor, names, said = _editor(world, incident), names_of(world, incident.id), words_of(world, message)
    with world.storage.begin() as records:
        known = records.evidence.of(incident.id)
        spent = records.revisions.cost(incident.id) + records.proposals.cost(incident.id)
        words = mask_words(records, world, incident.channel_id, said)
    words = names.hide(words)
    label = max((item.label for item in known), default=0) + 1
    transcript = _transcript(incident, known, _as_evidence(incident, message, label, words))
    revised = editor.revise(revision.draft, words, transcript, label=label, spent=spent)
    checked = vetted(revision.draft, revised.draft, transcript, names)
    if checked.draft == revision.draft:
        why = " ".join(checked.findings) or "It would change nothing."
        raise UserError(f"The model suggests nothing that may stand. {why} Nothing was changed.")
    return _proposal(world, incident, message, revision, revised, checked.draft, checked.findings, label)


def _proposal(
    world: World,
    incident: Incident,
    message: Message,
    revision: Revision,
    revised: Drafted,
    draft: Draft,
    findings: tuple[str, ...],
    label: int,
) -> Proposal:
    return Proposal(
        incident_id=incident.id,
        key=_key(incident, message),
        revision=revision.number,
        asked_by=message.author_id or "",
        ts=message.ts,
        label=label,
        draft=draft,
        findings=findings,
        drafter=revised.drafter,
        tokens=revised.tokens,
        seconds=revised.seconds,
        dollars=revised.dollars,
        at=world.clock.now(),
    )


def _as_evidence(incident: Incident, message: Message, label: int, words: str) -> Evidence:
    channel_id, thread_ts = incident.review_place
    return Evidence(
        label=label,
        source=Source.REVIEWER,
        channel=channel_id,
        ts=message.ts,
        thread_ts=thread_ts,
        author_id=message.author_id,
        role="reviewer",
        text=words[:3000],
    )


def _transcript(incident: Incident, known: tuple[Evidence, ...], said: Evidence) -> Transcript:
    roles = {item.author_id: item.role for item in known if item.author_id}
    return transcript_of(incident, (*known, said)).model_copy(update={"roles": roles})


def _whisper(world: World, incident: Incident, message: Message, text: str) -> None:
    channel_id, thread_ts = incident.review_place
    place = Place(channel_id=channel_id, thread_ts=thread_ts)
    world.poster.whisper(place, message.author_id or "", Line(text=text))
