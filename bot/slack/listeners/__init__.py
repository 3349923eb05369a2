"""What the bot answers to. `register(app, world)` hangs every listener on a Bolt app.

Listeners validate, write and answer; slow work is a job.
"""

from __future__ import annotations

from slack_bolt import App

from bot.ports import Meter
from bot.slack.listeners import (
    actions,
    admin,
    commands,
    editor,
    events,
    history,
    home,
    items,
    reviewing,
    searching,
    shortcuts,
    statistics,
    views,
)
from bot.slack.listeners.events import EVENTS
from bot.workflow.world import World

__all__ = ["EVENTS", "admin", "register"]


def register(
    app: App, world: World, *, own_bot_id: str, own_user_id: str, meter: Meter | None = None
) -> None:
    """Hang every listener on the app."""
    events.register(app, world, own_bot_id=own_bot_id, own_user_id=own_user_id, meter=meter or Meter())
    commands.register(app, world)
    actions.register(app, world)
    views.register(app, world)
    editor.register(app, world)
    reviewing.register(app, world)
    history.register(app, world)
    items.register(app, world)
    home.register(app, world)
    shortcuts.register(app, world)
    searching.register(app, world)
    statistics.register(app, world)
