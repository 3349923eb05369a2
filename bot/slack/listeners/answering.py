"""Answering a person: refusals and faults become one clear sentence only they see."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Respond

from bot.domain.incident import Incident
from bot.domain.posting import Line
from bot.errors import BotError, ChatError, NotAllowed, Retryable, UserError
from bot.log import get_logger
from bot.slack.gestures import View, metadata_of
from bot.slack.rendering import render
from bot.workflow.access import authorise, member, the_incident
from bot.workflow.world import World

_log = get_logger("listeners")

BUSY = (
    "That did not go through just now (the database or Slack did not answer). Nothing was changed; try again."
)


def sentence(error: BotError) -> str:
    """What to tell the person. Faults of ours are logged, not shown in detail."""
    if isinstance(error, UserError):
        return str(error)
    _log.warning("request_failed", error=str(error))
    if isinstance(error, Retryable):
        return BUSY
    if isinstance(error, ChatError):
        return f"Slack refused that ({error.code}). Nothing was changed."
    return f"{error} Nothing was changed."


def attempt(tell: Callable[[str], object], work: Callable[[], None]) -> bool:
    """Do the work; tell the person if it did not work. True if it did."""
    try:
        work()
    except BotError as error:
        _told(tell, sentence(error))
        return False
    return True


def _told(tell: Callable[[str], object], text: str) -> None:
    """Where they cannot be told (the window is closed meanwhile), nothing is left to do."""
    try:
        tell(text)
    except BotError as error:
        _log.warning("answer_not_heard", error=str(error))


def in_words(text: str) -> dict[str, Any]:
    """Arguments for `respond`: foreign text in it takes no effect."""
    payload = render(Line(text=text))
    return {"text": payload.text, "blocks": payload.blocks}


def tell_alone(respond: Respond, body: Mapping[str, object], text: str) -> None:
    """Tell who pressed something, and nobody else, where they look: in the thread where it stands in one
    (docs.slack.dev/interactivity/handling-user-interaction, "Publishing in thread")."""
    container = body.get("container")
    thread_ts = container.get("thread_ts") if isinstance(container, Mapping) else None
    respond(
        response_type="ephemeral",
        replace_original=False,
        thread_ts=thread_ts if isinstance(thread_ts, str) else None,
        **in_words(text),
    )


def team_of(body: Mapping[str, object]) -> str:
    """The workspace a gesture came from; empty where Slack does not say (organisation-wide apps)."""
    team = body.get("team")
    found = team.get("id") if isinstance(team, Mapping) else body.get("team_id")
    return found if isinstance(found, str) else ""


def check_team(world: World, team_id: str) -> None:
    """Raises `NotAllowed` for a gesture of another workspace."""
    if team_id and team_id != world.team_id:
        raise NotAllowed("That belongs to another workspace. Nothing was changed.")


def ids_of(world: World, body: Mapping[str, object], view: View) -> dict[str, Any]:
    """The ids that a window carries, in which something was done.

    Raises:
        NotAllowed: in another workspace.
        UserError: a forged or stale window.
    """
    check_team(world, team_of(body))
    return numbers(metadata_of(view))


def handed_in_for(world: World, ids: Mapping[str, object], user_id: str) -> Incident:
    """The incident of a form, authorised when it is handed in. Who is no full member is told so whatever
    the form says: it must not tell them which incidents there are.

    Raises:
        UserError: a stale or forged form, or not theirs to change.
    """
    member(world, user_id)
    incident = the_incident(world, number(ids, "incident"))
    authorise(world, incident, user_id)
    return incident


def numbers(value: str) -> dict[str, Any]:
    """The ids a button carries. Raises `UserError` for a forged or stale value."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UserError("That button is stale. Nothing was changed; use the newest card.")
    return found


def number(found: Mapping[str, object], name: str) -> int:
    """One whole number among the ids, one that a database can hold. Raises `UserError` where it is
    missing."""
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise UserError("That button is stale. Nothing was changed; use the newest card.")
    return value


def word(found: Mapping[str, object], name: str) -> str:
    """One text among the ids. Raises `UserError` where it is missing."""
    value = found.get(name)
    if not isinstance(value, str):
        raise UserError("That button is stale. Nothing was changed; use the newest card.")
    return value
