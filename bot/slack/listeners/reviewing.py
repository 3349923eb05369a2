"""Windows of a review: asking somebody, answering, what surprised people, drafting again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slack_bolt import Ack, App

from bot.domain.answers import BELONGS, SURPRISES
from bot.domain.incident import Incident
from bot.domain.posting import Action
from bot.domain.sections import SECTIONS
from bot.errors import BotError, UserError
from bot.slack import review_views, views
from bot.slack.gestures import Gesture, View
from bot.slack.listeners.actions import Pressed
from bot.slack.listeners.answering import handed_in_for, ids_of, number, sentence
from bot.slack.listeners.editor import deciding, newest, opening
from bot.workflow import asking, proposals, redrafting
from bot.workflow.access import allow
from bot.workflow.asking import Question
from bot.workflow.buttons import reference
from bot.workflow.world import World

Work = Callable[[World, Incident, str, Mapping[str, object], Mapping[str, object]], str]
"""(world, incident, user, ids of the window, its state) → what to tell the person in its place."""


def register(app: App, world: World) -> None:
    """Answer the buttons and what is handed in."""
    app.action(Action.ASK.value)(opening(world, _ask))
    app.action(Action.ANSWER.value)(opening(world, _answer))
    app.action(Action.SURPRISE.value)(opening(world, _surprise))
    app.action(Action.REDRAFT.value)(opening(world, _redraft))
    app.action(Action.ACCEPT.value)(deciding(world, _accept))
    app.action(Action.REFUSE.value)(deciding(world, _refuse))
    app.view(review_views.ASK)(handed_in(world, _asked, title="Ask someone", field=review_views.PERSON))
    app.view(review_views.ANSWER)(handed_in(world, _answered, title="Thank you", field=review_views.WORDS))
    app.view(review_views.SURPRISE)(handed_in(world, _surprised, title="Thank you", field=review_views.WORDS))
    app.view(review_views.REDRAFT)(
        handed_in(world, _redrafted, title="Draft again", field=review_views.SECTION)
    )


def _ask(pressed: Pressed) -> None:
    incident = pressed.incident()
    allow(incident, "answer")
    revision = newest(pressed.world, incident, pressed.user_id)
    questions = [claim.text for claim in revision.draft.open_questions]
    if not questions:
        raise UserError("No question is open any more. Nothing was changed.")
    metadata = reference(incident, revision.number)
    pressed.open(review_views.ask_view(incident.key, questions, metadata))


def _answer(pressed: Pressed) -> None:
    incident = pressed.incident()
    allow(incident, "answer")
    question = _question(pressed.ids)
    with pressed.world.storage.read() as records:
        claim = asking.open_question(records, incident.id, question)
    metadata = f'{{"incident":{incident.id},"revision":{question.revision},"question":{question.at}}}'
    pressed.open(review_views.answer_view(incident.key, claim.text, BELONGS, metadata))


def _surprise(pressed: Pressed) -> None:
    incident = pressed.incident()
    allow(incident, "answer")
    pressed.open(review_views.surprise_view(incident.key, SURPRISES, reference(incident)))


def _redraft(pressed: Pressed) -> None:
    incident = pressed.incident()
    allow(incident, "draft")
    pressed.open(review_views.redraft_view(incident.key, reference(incident)))


def _accept(pressed: Pressed) -> str:
    incident = pressed.incident()
    number_of = number(pressed.ids, "proposal")
    revision = proposals.accept(pressed.world, incident, number_of, pressed.user_id)
    return "" if revision else f"{incident.key} says that already; nothing was changed."


def _refuse(pressed: Pressed) -> str:
    incident = pressed.incident()
    proposals.refuse(pressed.world, incident, number(pressed.ids, "proposal"), pressed.user_id)
    return ""


def _question(ids: Mapping[str, object]) -> Question:
    return Question(number(ids, "revision"), number(ids, "question"))


def handed_in(world: World, work: Work, *, title: str, field: str) -> Callable[..., None]:
    """A listener for a window: authorised now, stored before it closes. What cannot be done is said at
    `field`; what was done stands in the window's place."""

    def listener(ack: Ack, body: Gesture, view: View) -> None:
        user_id = body["user"]["id"]
        try:
            ids = ids_of(world, body, view)
            incident = handed_in_for(world, ids, user_id)
            told = work(world, incident, user_id, ids, view.get("state") or {})
        except BotError as error:
            ack(response_action="errors", errors={field: sentence(error)})
        else:
            ack(response_action="update", view=views.notice_view(title, told))

    return listener


def _asked(
    world: World, incident: Incident, user_id: str, ids: Mapping[str, object], state: Mapping[str, object]
) -> str:
    index = review_views.picked(state, review_views.QUESTION)
    if not index.isdecimal() or len(index) > 3:
        raise UserError("Pick a question first. Nobody was asked.")
    question = Question(number(ids, "revision"), int(index))
    asked_id = review_views.picked(state, review_views.PERSON)
    if not asked_id:
        raise UserError("Pick a person first. Nobody was asked.")
    label = asking.put_to(world, incident.id, question, user_id, asked_id)
    return (
        f"{label} gets the question as a direct message. The answer comes into the thread of {incident.key}."
    )


def _answered(
    world: World, incident: Incident, user_id: str, ids: Mapping[str, object], state: Mapping[str, object]
) -> str:
    section = review_views.picked(state, review_views.SECTION)
    section = "" if section == review_views.WITH_QUESTION else section
    revision = asking.answer(world, incident.id, _question(ids), user_id, _words(state), section)
    return _kept(incident, revision.number if revision else None)


def _surprised(
    world: World, incident: Incident, user_id: str, ids: Mapping[str, object], state: Mapping[str, object]
) -> str:
    del ids
    section = review_views.picked(state, review_views.SECTION)
    revision = asking.surprise(world, incident.id, user_id, _words(state), section)
    return _kept(incident, revision.number if revision else None)


def _words(state: Mapping[str, object]) -> str:
    return views.read_values(state).get(review_views.WORDS, "")


def _kept(incident: Incident, revision: int | None) -> str:
    if revision is None:
        return f"{incident.key} says that already; nothing was changed."
    return (
        f"Kept as evidence, in revision {revision} of {incident.key}. The thread shows the change, with Undo."
    )


def _redrafted(
    world: World, incident: Incident, user_id: str, ids: Mapping[str, object], state: Mapping[str, object]
) -> str:
    del ids
    section = review_views.picked(state, review_views.SECTION)
    if section != review_views.EVERYTHING and section not in SECTIONS:
        raise UserError("Pick what to draft again. Nothing was changed.")
    sections = () if section == review_views.EVERYTHING else (section,)
    redrafting.draft_now(world, incident.id, user_id, sections)
    what = SECTIONS[section] if sections else incident.key
    return f"{what} is being drafted again. What people edited stays."
