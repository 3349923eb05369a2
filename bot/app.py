"""The composition root: the only place where concrete classes are named together."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot import publishers
from bot.apart import Apart, Setup
from bot.clock import SharedClock, SystemClock
from bot.config import Settings
from bot.domain.hours import QuietHours, WorkingHours
from bot.drafters import make_drafters, make_editor, make_embedder
from bot.drafters.counted import CountedEditor, counted
from bot.errors import ChatError, ConfigError, Retryable
from bot.handlers import handlers
from bot.log import get_logger
from bot.metrics import Metrics, Queue
from bot.pictures.painter import Painter
from bot.ports import Clock, Composer, Directory, History, Identity, Poster
from bot.publishers.templates import TemplateBook
from bot.redaction import SecretRedactor
from bot.scheduler import Scheduler
from bot.slack.calls import Calls, make_client
from bot.slack.chat import SlackPoster
from bot.slack.connection import App, make_app
from bot.slack.directory import SlackDirectory
from bot.slack.history import SlackHistory
from bot.slack.listeners import register
from bot.worker import Worker
from bot.workflow import channels, digest, pruning, retention
from bot.workflow.world import Policy, World
from storage import Database, migrate, open_storage, synonyms


@dataclass(frozen=True)
class Bot:
    """Everything wired together, nothing running."""

    settings: Settings
    world: World
    app: App
    worker: Worker
    scheduler: Scheduler
    database: Database
    identity: Identity
    metrics: Metrics

    def close(self) -> None:
        """Give back what was opened."""
        self.scheduler.stop()
        if isinstance(self.world.apart, Apart):
            self.world.apart.close()
        self.database.close()


def build(settings: Settings, *, clock: Clock | None = None, apart: bool = False) -> Bot:
    """Wire the bot for a workspace: connects to Slack (`auth.test`) and brings the database up to date.

    `apart` has drafts composed in a process of their own, so that answers need not wait for them.

    Raises:
        ConfigError: the settings, the token or the database do not work; says which and how to mend it.
        Retryable: Slack or the database is away.
    """
    settings.require_slack()
    clock = clock or _clock(settings)
    client = make_client(settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
    calls = Calls(client)
    directory = SlackDirectory(calls, clock)
    identity = _who_we_are(directory, settings, clock)
    migrate.upgrade(settings.database_url)
    database = open_storage(settings.database_url, clock=clock)
    metrics = Metrics(lambda: _queue(database, clock))
    bell = _Bell()
    world = _world(
        settings,
        clock=clock,
        database=database,
        team_id=identity.team_id,
        directory=directory,
        history=SlackHistory(calls, directory),
        poster=SlackPoster(calls, directory),
        wake=bell.ring,
    )
    world = replace(_counting(world, metrics), apart=_apart(settings, metrics) if apart else None)
    owner, lease = name_of_process(), settings.worker_lease
    worker = Worker(database, clock, handlers(world), owner=owner, lease=lease, meter=metrics)
    scheduler = _scheduler(settings, world, worker, database)
    bell.on_ring = scheduler.wake
    secret = settings.slack_signing_secret.get_secret_value()
    app = make_app(client, identity, signing_secret=secret, threads=settings.listener_threads, meter=metrics)
    register(app, world, own_bot_id=identity.bot_id, own_user_id=identity.bot_user_id, meter=metrics)
    return Bot(settings, world, app, worker, scheduler, database, identity, metrics)


def _clock(settings: Settings) -> Clock:
    """The host's clock, but for the one setting of developers.

    Raises:
        ConfigError: there is no such clock.
    """
    if settings.clock_file is None:
        return SystemClock()
    if not settings.clock_file.is_file():
        raise ConfigError(
            f"CLOCK_FILE names {settings.clock_file}, which is not there. `postmortem sandbox` makes it; "
            "outside of development leave it empty."
        )
    get_logger("app").warning("time_comes_from_a_file", file=str(settings.clock_file))
    return SharedClock(settings.clock_file)


def _counting(world: World, metrics: Metrics) -> World:
    """The same world, its drafters counted."""
    model = counted(world.model, metrics) if world.model else None
    editor = CountedEditor(world.editor, metrics) if world.editor else None
    return replace(world, drafter=counted(world.drafter, metrics), model=model, editor=editor)


def _apart(settings: Settings, metrics: Metrics) -> Composer | None:
    """Where processes can be handed pipes, which they cannot on Windows."""
    if os.name != "posix":
        return None
    return Apart(Setup(settings.database_url, tuple(settings.personal_data)), meter=metrics)


def _scheduler(settings: Settings, world: World, worker: Worker, database: Database) -> Scheduler:
    return Scheduler(
        worker.run_due,
        tick=settings.worker_tick,
        threads=settings.worker_threads,
        daily={
            "prune": lambda: pruning.prune(world),
            "purge": lambda: retention.purge(world),
            "erase": lambda: retention.erase_overdue(world),
            "digest": lambda: digest.ask_for_digest(world),
            "sync": lambda: channels.ask_for_sync(world),
        },
        tidy=lambda: _tidy(database),
        jumping=world.clock.now if settings.clock_file else None,
    )


def _tidy(database: Database) -> None:
    try:
        database.carry_over()
    except Retryable as error:
        get_logger("app").info("log_not_carried_over", error=str(error))


def _who_we_are(directory: Directory, settings: Settings, clock: Clock) -> Identity:
    """What the token says of us; a refused one may be that of a workspace which left.

    Raises:
        ConfigError: Slack refuses the token.
        Retryable: Slack does not answer.
    """
    try:
        return directory.identity()
    except Retryable as error:
        raise Retryable(
            f"Slack cannot be reached ({error}). Nothing was changed. Check this machine's network and "
            "proxy, then start again; `postmortem doctor` tries every connection."
        ) from None
    except ChatError as error:
        _erase_departed(settings, clock)
        raise ConfigError(
            f"Slack refuses SLACK_BOT_TOKEN ({error.code}). Copy the Bot User OAuth Token again from OAuth & "
            "Permissions of your app at https://api.slack.com/apps."
        ) from None


def _erase_departed(settings: Settings, clock: Clock) -> None:
    """Erase the workspaces that left and whose time is over: nobody else will, without a token."""
    if migrate.state(settings.database_url).is_current:
        database = open_storage(settings.database_url, clock=clock)
        for team_id in retention.erase_departed(database, clock):
            get_logger("app").warning("workspace_erased", team=team_id)
        database.close()


def _queue(database: Database, clock: Clock) -> Queue:
    """The jobs as they stand, without waiting for writers."""
    now = clock.now()
    with database.read() as records:
        return Queue(records.jobs.counts(now=now), records.jobs.lag(now=now))


class _Bell:
    """Lets the world ring a scheduler that is made after it."""

    def __init__(self) -> None:
        self.on_ring: Callable[[], None] | None = None

    def ring(self) -> None:
        if self.on_ring is not None:
            self.on_ring()


def _world(
    settings: Settings,
    *,
    clock: Clock,
    database: Database,
    team_id: str,
    directory: Directory,
    history: History,
    poster: Poster,
    wake: Callable[[], None],
) -> World:
    drafter, model = make_drafters(settings)
    return World(
        team_id=team_id,
        clock=clock,
        storage=database,
        history=history,
        directory=directory,
        poster=poster,
        redactor=SecretRedactor(personal=settings.personal_data),
        drafter=drafter,
        model=model,
        embedder=make_embedder(settings),
        editor=make_editor(settings),
        publishers={one.name: one for one in publishers.create(settings.publishers, settings.model_dump())},
        documents=TemplateBook(settings.template_dir),
        artist=Painter(),
        policy=policy_of(settings),
        wake=wake,
    )


def policy_of(settings: Settings) -> Policy:
    """The settings the use cases need."""
    return Policy(
        watched=settings.incident_channels,
        excluded=settings.incident_exclude,
        emojis=settings.resolved_emoji,
        draft_delay=settings.draft_delay,
        lookback=settings.transcript_lookback,
        model_for_private=settings.model_for_private == "allow",
        fallback_channel=settings.fallback_channel,
        digest_channel=settings.digest_channel,
        digest_day=settings.digest_day,
        digest_hour=settings.digest_hour,
        budget_tokens=settings.model_budget_tokens,
        budget_dollars=settings.model_budget_dollars,
        reviewers=settings.reviewers,
        approvals_needed=settings.approvals_needed,
        approver_not_resolver=settings.approver_not_resolver == "yes",
        review_reminder=settings.review_reminder,
        working_hours=WorkingHours.read(settings.working_hours),
        quiet_hours=QuietHours.read(settings.quiet_hours) if settings.quiet_hours else None,
        action_reminders=settings.action_reminders == "on",
        admins=settings.admins,
        retention=settings.transcript_retention,
        uninstall_erasure=settings.uninstall_erasure,
        lease=settings.worker_lease,
        synonyms=synonyms.load(settings.search_synonyms),
    )


def name_of_process() -> str:
    """Who this process is among all that work on one database, new at each call."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
