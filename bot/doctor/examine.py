"""Every check of an installation, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config import Settings
from bot.doctor.check import Check
from bot.doctor.database import database
from bot.doctor.folders import folders
from bot.doctor.model import embedding, model
from bot.doctor.slack import slack, socket
from bot.errors import BotError
from bot.ports import Clock
from bot.publishers.templates import TemplateBook


def examine(settings: Settings, *, clock: Clock) -> Iterator[Check]:
    """Look at everything, one check after another; a failed one does not stop the next."""
    yield _configuration(settings)
    if settings.slack_bot_token.get_secret_value():
        yield from slack(settings, clock)
    if settings.slack_mode == "socket" and settings.slack_app_token.get_secret_value():
        yield socket(settings)
    yield from database(settings, clock)
    yield model(settings)
    yield from embedding(settings)
    yield from folders(settings)
    yield _templates(settings)


def _configuration(settings: Settings) -> Check:
    try:
        settings.require_slack()
    except BotError as error:
        return Check("configuration", False, "incomplete", str(error))
    return Check("configuration", True, f"complete for {settings.slack_mode} mode")


def _templates(settings: Settings) -> Check:
    """Whether every document template works, tried on a postmortem with nothing in it and a full one."""
    book = TemplateBook(settings.template_dir)
    problems = book.problems()
    if not problems:
        return Check("templates", True, f"{', '.join(book.names())} work")
    found = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return Check("templates", False, f"{found}; drafts are made with others", "\n".join(problems))
