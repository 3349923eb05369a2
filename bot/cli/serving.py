"""`serve` and `work`: the bot itself."""

from __future__ import annotations

import typer

from bot.cli import session


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(work)


def serve() -> None:
    """Run the bot: listen to Slack and work on what is due.

    Needs SLACK_BOT_TOKEN, and SLACK_APP_TOKEN in Socket Mode or SLACK_SIGNING_SECRET in HTTP mode.
    Ctrl-C or SIGTERM ends it in good order. `postmortem doctor` tells what is missing.
    """
    settings = session.settings(service=True)
    settings.require_slack()
    from bot.serving import serve as run

    run(settings)


def work() -> None:
    """Run a worker only, beside one or more `serve` processes on the same PostgreSQL database."""
    settings = session.settings(service=True)
    settings.require_slack()
    from bot.serving import work as run

    run(settings)
