"""`/postmortem …` for privacy: restricting an incident, and what only admins may do."""

from __future__ import annotations

import json

from bot.domain.posting import Action, Button
from bot.errors import UserError
from bot.slack.blocks import Payload
from bot.slack.listeners.commands import Asked, command, say
from bot.workflow import holding
from bot.workflow.access import admins_incident, authorise, authorise_admin, visible_incident
from bot.workflow.glass import LASTS, break_glass


@command("restrict INC-n [off]", "no model, files, search or statistics for this incident (`off`: admins)")
def _restrict(asked: Asked) -> Payload:
    key, on = _switch(asked)
    if not on:
        authorise_admin(asked.world, asked.user_id)
    incident = visible_incident(asked.world, key, asked.user_id)
    authorise(asked.world, incident, asked.user_id)
    changed = holding.restrict(asked.world, incident.id, asked.user_id, on=on)
    if not on:
        return say(f"{changed.key} is restricted no longer.")
    return say(
        f"{changed.key} is restricted: no model sees it, no file of it is written, search does not find it. "
        "What was published is taken back."
    )


@command("hold INC-n [off]", "stop purging, forgetting and erasing an incident (admins)")
def _hold(asked: Asked) -> Payload:
    key, on = _switch(asked)
    incident = admins_incident(asked.world, key, asked.user_id)
    changed = holding.hold(asked.world, incident.id, asked.user_id, on=on)
    if not on:
        return say(f"{changed.key} is on hold no longer. What people deleted meanwhile is gone now.")
    return say(
        f"{changed.key} is on hold: nothing of it is purged or forgotten, and what people delete is sealed."
    )


@command("forget INC-n", "erase an incident for good (admins; asks twice)")
def _forget(asked: Asked) -> Payload:
    incident = admins_incident(asked.world, asked.words, asked.user_id)
    if incident.held:
        raise UserError(f"{incident.key} is on legal hold, so it cannot be forgotten. Nothing was changed.")
    value = json.dumps({"incident": incident.id, "channel": asked.channel_id}, separators=(",", ":"))
    button = Button(action=Action.FORGET, label=f"Forget {incident.key} …", value=value, style="danger")
    return say(f"Erase {incident.key} with everything the bot has of it?", buttons=(button,))


@command("break-glass INC-n reason", "open an incident whose channel is closed, for a day (admins; audited)")
def _break_glass(asked: Asked) -> Payload:
    key, _, reason = asked.words.partition(" ")
    incident = break_glass(asked.world, key, asked.user_id, reason)
    hours = int(LASTS.total_seconds() // 3600)
    return say(
        f"{incident.key} is open to you for {hours} hours (`/postmortem show {incident.key}`). "
        "Who was last in its channel is told, with your reason; where nobody knows who, the other admins are."
    )


def _switch(asked: Asked) -> tuple[str, bool]:
    """`INC-7` or `INC-7 off`. Raises `UserError` for anything else."""
    key, _, rest = asked.words.partition(" ")
    if rest.strip().lower() not in ("", "on", "off"):
        raise UserError(
            "Name the incident, and `off` to end it: `INC-7` or `INC-7 off`. Nothing was changed."
        )
    return key, rest.strip().lower() != "off"
