"""The windows of a review: asking, answering, surprises, drafting again. See `views` for what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.sections import SECTIONS
from bot.slack import blocks
from bot.slack.blocks import Json
from bot.slack.mrkdwn import cut, escape, line, plain
from bot.slack.views import modal

ASK, ANSWER, SURPRISE, REDRAFT = "pm_ask_view", "pm_answer_view", "pm_surprise_view", "pm_redraft_view"
"""The `callback_id` of each view."""
QUESTION, PERSON, WORDS, SECTION = "question", "person", "words", "section"
"""`block_id` of their fields."""
OPTION = 70
"""Units of text of one entry of a menu; Slack takes 75."""
EVERYTHING = "all"
WITH_QUESTION = "question"
"""An answer that stays with its question."""


def ask_view(incident_key: str, questions: Sequence[str], private_metadata: str) -> Json:
    """Which open question to put to whom. At most 100 questions, Slack's limit of a menu."""
    options = [
        blocks.option(cut(plain(text), OPTION) or "–", str(index))
        for index, text in enumerate(questions[:100])
    ]
    shown = [
        blocks.context(
            f"{line(incident_key)}: they get a direct message, and their answer becomes evidence. "
            "Nobody else is notified."
        ),
        _menu(QUESTION, "Which question?", options, options[0]),
        _field(PERSON, "Whom?", {"type": "users_select", "action_id": "pick"}),
    ]
    return modal("Ask someone", ASK, shown, private_metadata, submit="Ask")


def answer_view(incident_key: str, question: str, places: Sequence[str], private_metadata: str) -> Json:
    """A field for the answer, and where it belongs."""
    options = [blocks.option("With the question, for the reviewers", WITH_QUESTION), *_sections(places)]
    shown = [
        blocks.section(cut(f"*{line(incident_key)}* asks: {escape(question)}", blocks.SECTION)),
        blocks.text_input(WORDS, "Your answer", hint="It becomes evidence, cited by what it is used for."),
        _menu(SECTION, "Where does it belong?", options, options[0]),
    ]
    return modal("Answer a question", ANSWER, shown, private_metadata, submit="Answer")


def surprise_view(incident_key: str, places: Sequence[str], private_metadata: str) -> Json:
    """What surprised somebody, and where that is listed."""
    options = _sections(places)
    shown = [
        blocks.section(
            f"What was different from what you would have expected in {line(incident_key)}? "
            "Say what happened, not who did it."
        ),
        blocks.text_input(
            WORDS, "What surprised you?", hint="It becomes evidence and stands among the lessons."
        ),
        _menu(SECTION, "List it under", options, options[0]),
    ]
    return modal("What surprised you?", SURPRISE, shown, private_metadata, submit="Add")


def redraft_view(incident_key: str, private_metadata: str) -> Json:
    """What to draft again."""
    options = [blocks.option("Everything", EVERYTHING), *_sections(tuple(SECTIONS))]
    text = f"{line(incident_key)} is drafted again from all that was said by now. What people edited stays."
    shown = [blocks.section(text), _menu(SECTION, "What?", options, options[0])]
    return modal("Draft again", REDRAFT, shown, private_metadata, submit="Draft again")


def _sections(names: Sequence[str]) -> list[Json]:
    return [blocks.option(SECTIONS[name], name) for name in names]


def _menu(block_id: str, label: str, options: list[Json], initial: Json) -> Json:
    element = {"type": "static_select", "action_id": "pick", "options": options, "initial_option": initial}
    return _field(block_id, label, element)


def _field(block_id: str, label: str, element: Json) -> Json:
    return {"type": "input", "block_id": block_id, "label": blocks.plain_text(label), "element": element}


def picked(state: Mapping[str, object], block_id: str) -> str:
    """What was chosen in a menu or a list of people; empty where nothing was, or the state is forged."""
    values = state.get("values")
    actions = values.get(block_id) if isinstance(values, Mapping) else None
    for field in actions.values() if isinstance(actions, Mapping) else ():
        if isinstance(field, Mapping):
            option = field.get("selected_option")
            found = option.get("value") if isinstance(option, Mapping) else field.get("selected_user")
            if isinstance(found, str):
                return found
    return ""
