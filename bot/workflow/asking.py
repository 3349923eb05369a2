"""Asking people: an open question put to one of them, and what surprised them. Answers are evidence."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.answers import BELONGS, SURPRISES, added, answered, without_names
from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.posting import Action, Button, Line
from bot.domain.postmortem import Claim, Draft
from bot.domain.review import Revision
from bot.errors import ChatError, NotAllowed, UserError
from bot.ports import Place, Posted, PostRow, Records
from bot.workflow.access import allow, authorise, may_hear
from bot.workflow.capture import mask_words
from bot.workflow.editing import edit, names_of
from bot.workflow.erasure import retract
from bot.workflow.posts import UNREACHED, post_once
from bot.workflow.privacy import is_direct
from bot.workflow.review import reviewed
from bot.workflow.show import labels, update_post
from bot.workflow.world import World, ask, audit

KIND = "ask_person"


class Question(NamedTuple):
    """An open question by its place: the `at`-th, from 0, of a revision."""

    revision: int
    at: int


def open_question(records: Records, incident_id: int, question: Question) -> Claim:
    """Raises `UserError` where there is no such question (any more)."""
    revision = records.revisions.get(incident_id, question.revision)
    questions = revision.draft.open_questions if revision else ()
    if not 0 <= question.at < len(questions):
        raise UserError("That question is not there any more. Nothing was changed; use the newest card.")
    return questions[question.at]


def put_to(world: World, incident_id: int, question: Question, user_id: str, asked_id: str) -> str:
    """Ask somebody an open question, by a direct message. Returns what they are called.

    Raises:
        UserError: no such question, or they are not in the incident's channel and so may not know of it.
    """
    with world.storage.read() as records:
        incident, _ = reviewed(records, incident_id)
        open_question(records, incident_id, question)
    allow(incident, "answer")
    try:
        person = authorise(world, incident, asked_id)
    except NotAllowed:
        raise UserError(
            "Only a full member who is in the incident's channel can be asked; invite them first. Nobody was "
            "asked."
        ) from None
    with world.storage.begin() as records:
        name = f"{incident.id}:r{question.revision}:q{question.at}:{asked_id}:{user_id}"
        new = ask(records, world, KIND, name, incident=incident)
        audit(records, world, user_id, "asked", incident, asked=asked_id, revision=question.revision)
    if not new:
        raise UserError(f"You have asked {person.label} that already. Nobody was asked again.")
    world.wake()
    return person.label


def ask_person(world: World, job: Job) -> None:
    """Job: the question, as a direct message; where that does not reach them, a line in the thread."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        claim = _asked_in(records, incident, job.key) if incident else None
    if incident is None or claim is None or incident.refusal("answer"):
        return
    line, asked_id = _line(world, incident, job.key, claim), job.key.split(":")[4]
    try:
        authorise(world, incident, asked_id)
        post_once(world, job.key, Place(channel_id=asked_id), line, incident_id=incident.id)
    except NotAllowed:
        return  # they left the channel since: it is not theirs to hear any more
    except ChatError as error:
        if error.code not in UNREACHED:
            raise
        channel_id, thread_ts = incident.review_place
        place = Place(channel_id=channel_id, thread_ts=thread_ts)
        post_once(world, f"{job.key}:thread", place, line, incident_id=incident.id)


def _asked_in(records: Records, incident: Incident, key: str) -> Claim | None:
    """The question a key names, as it stands now; None where it was taken away."""
    try:
        return open_question(records, incident.id, _question_of(key))
    except UserError:
        return None


def _question_of(key: str) -> Question:
    """`ask_person:7:r3:q0:U1:U2` names the first question of revision 3."""
    parts = key.split(":")
    return Question(int(parts[2][1:]), int(parts[3][1:]))


def _line(world: World, incident: Incident, key: str, claim: Claim) -> Line:
    asked, asker = (labels(world)(one) or "Somebody" for one in key.split(":")[4:6])
    question = _question_of(key)
    value = f'{{"incident":{incident.id},"revision":{question.revision},"question":{question.at}}}'
    return Line(
        text=f"{asker} asks {asked} about {incident.key}, {incident.title}: “{claim.text}”",
        buttons=(Button(action=Action.ANSWER, label="Answer", value=value, style="primary"),),
    )


def redraw_questions(world: World, incident: Incident, rows: tuple[PostRow, ...]) -> None:
    """Show questions that were put to people without what was erased since; who has left the channel
    meanwhile is shown none any more."""
    for row in rows:
        if row.ts and row.key.startswith(f"{KIND}:"):
            asked_id = row.key.split(":")[4]
            if is_direct(row.channel_id) and not may_hear(world, incident, [asked_id]):
                retract(world, row)
                continue
            with world.storage.read() as records:
                claim = _asked_in(records, incident, row.key)
            if claim is not None:
                at = Posted(channel_id=row.channel_id, ts=row.ts)
                update_post(world, at, _line(world, incident, row.key, claim))


def answer(
    world: World, incident_id: int, question: Question, user_id: str, words: str, section: str = ""
) -> Revision | None:
    """Answer an open question: the words become evidence, cited where they belong.

    Raises:
        UserError: nothing was said, no such question, or the review is over.
    """
    if section and section not in BELONGS:
        raise UserError("An answer cannot go there. Nothing was changed.")
    with world.storage.read() as records:
        incident, _ = reviewed(records, incident_id)
        claim = open_question(records, incident_id, question)
    allow(incident, "answer")
    said = _blameless(world, incident, words)

    def change(now: Draft, label: int, known: frozenset[int]) -> Draft:
        del known
        return answered(now, claim, said, label, section)

    return edit(world, incident_id, user_id, change, words=said, reason="answered a question")


def surprise(world: World, incident_id: int, user_id: str, words: str, section: str) -> Revision | None:
    """Keep what surprised somebody: as evidence, and as sentences of the lessons.

    Raises:
        UserError: nothing was said, or the review is over.
    """
    if section not in SURPRISES:
        raise UserError("A surprise cannot go there. Nothing was changed.")
    with world.storage.read() as records:
        incident, _ = reviewed(records, incident_id)
    allow(incident, "answer")
    said = _blameless(world, incident, words)

    def change(now: Draft, label: int, known: frozenset[int]) -> Draft:
        del known
        return added(now, section, said, label)

    return edit(world, incident_id, user_id, change, words=said, reason="told a surprise")


def _blameless(world: World, incident: Incident, words: str) -> str:
    """Words fit to stand in a document: secrets and personal data masked, roles for names."""
    if not words.strip():
        raise UserError("Nothing was said. Nothing was changed.")
    names = names_of(world, incident.id)
    with world.storage.begin() as records:
        masked = mask_words(records, world, incident.channel_id, words.strip())
    return without_names(masked, names)
