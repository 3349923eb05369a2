"""Wiring for an import: a world without Slack, and whose workspace it is."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn, cast

from bot import publishers
from bot.app import policy_of
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.crowd import Crowd
from bot.drafters import make_drafters
from bot.errors import Permanent, UserError
from bot.importer.bench import Order
from bot.importer.choosing import Choice
from bot.ports import Directory, History, Identity, Poster
from bot.publishers.templates import TemplateBook
from bot.redaction import SecretRedactor
from bot.slack.calls import Calls, make_client
from bot.slack.directory import SlackDirectory
from bot.slack.export_catalogue import Catalogue, OneList
from bot.workflow.composing import Permalinks
from bot.workflow.importing.drafting import Kit
from bot.workflow.world import World
from storage import Database


class Unplugged:
    """Stands where Slack is in a running bot."""

    def __getattr__(self, name: str) -> NoReturn:
        raise Permanent(f"Slack is not asked while importing ({name}).")


def world_of(settings: Settings, database: Database, team_id: str) -> World:
    """Everything the use cases work with, but no Slack."""
    nobody = Unplugged()  # its `__getattr__` stands for any method, which no checker takes for a protocol
    offline, _ = make_drafters(settings.model_copy(update={"drafter": "extractive"}))
    return World(
        team_id=team_id,
        clock=SystemClock(),
        storage=database,
        history=cast(History, nobody),
        directory=cast(Directory, nobody),
        poster=cast(Poster, nobody),
        redactor=SecretRedactor(personal=settings.personal_data),
        drafter=offline,
        documents=TemplateBook(settings.template_dir),
        publishers={one.name: one for one in publishers.create(settings.publishers, settings.model_dump())},
        policy=policy_of(settings),
    )


def kit_of(settings: Settings, world: World, people: Crowd, url: str) -> Kit:
    """What drafting in this process needs."""
    offline, model = make_drafters(settings)
    return Kit(
        redactor=world.redactor,
        offline=offline,
        crowd=people,
        prefixes=world.policy.prefixes(),
        model=model,
        model_for_private=world.policy.model_for_private,
        permalink=Permalinks(url),
    )


def order_of(settings: Settings, world: World, path: Path, choice: Choice, url: str) -> Order:
    """What drafting in another process needs."""
    return Order(path.resolve(), settings.personal_data, world.policy.prefixes(), url, choice)


def identity(settings: Settings) -> Identity | None:
    """Who the bot is, asked of Slack where a token is set: for the workspace's id and address only.

    Raises:
        BotError: Slack is away, or refuses the token.
    """
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return None
    calls = Calls(make_client(token, base_url=settings.slack_api_url))
    return SlackDirectory(calls, SystemClock()).identity()


def team_of(
    database: Database, catalogue: Catalogue | OneList | None, asked: str, ours: Identity | None
) -> str:
    """The workspace to import into: as asked, as the token says, the only one known, or the export's own.

    Raises:
        UserError: nobody can tell, or the export is another workspace's.
    """
    with database.read() as records:
        known = records.imports.teams()
    exported = catalogue.team_id if catalogue else ""
    if asked:
        return asked
    found = ours.team_id if ours else known[0] if len(known) == 1 else exported
    if not found:
        several = f"The database knows {', '.join(known)}" if known else "The database knows no workspace yet"
        raise UserError(f"{several}: say which one this belongs to, --team T0123ABCD.")
    if exported and exported != found:
        raise UserError(
            f"This is an export of the workspace {exported}, and the bot works in {found}. If it belongs "
            f"there all the same, say --team {found}. Nothing was imported."
        )
    return found
