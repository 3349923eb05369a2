"""The composition root: the only place where concrete classes are named together."""

from __future__ import annotations

import os
import signal
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType

from bot import publishers
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.job import Job, NewJob
from bot.drafters import make_drafters
from bot.log import get_logger
from bot.ports import Clock, Directory, History, Identity, Poster
from bot.publishers.document import as_markdown
from bot.redaction import SecretRedactor
from bot.scheduler import Scheduler
from bot.slack.calls import Calls, make_client
from bot.slack.chat import SlackPoster
from bot.slack.connection import App, HttpServer, Socket, make_app
from bot.slack.directory import SlackDirectory
from bot.slack.history import SlackHistory
from bot.slack.listeners import register
from bot.worker import Handler, Keep, Worker
from bot.workflow import channels, listen, publish, replies, show
from bot.workflow.archive import archive
from bot.workflow.deliver import deliver
from bot.workflow.draft import draft
from bot.workflow.reactions import reaction_changed
from bot.workflow.world import Policy, World
from storage import Database, migrate, open_storage

GRACE = 25
"""Seconds a running job gets to finish after SIGTERM; platforms kill after 30."""

_JOBS: Mapping[str, Callable[[World, Job], None]] = {
    "meet": channels.meet,
    "sync": channels.sync,
    "reaction": reaction_changed,
    "refresh": show.refresh_cards,
    "notice": show.notice,
    "post": deliver,
    "reply": replies.reply,
    "diff": replies.show_diff,
    "publish": publish.publish,
    "withdraw": publish.withdraw,
}
_LONG_JOBS: Mapping[str, Callable[[World, Job, Keep], None]] = {"archive": archive, "draft": draft}


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

    def close(self) -> None:
        """Give back what was opened."""
        self.scheduler.stop()
        self.database.close()


def build(settings: Settings, *, clock: Clock | None = None) -> Bot:
    """Wire the bot for a workspace: connects to Slack (`auth.test`) and brings the database up to date.

    Raises:
        ConfigError: the settings, the token or the database do not work; says which and how to mend it.
        Retryable: Slack or the database is away.
    """
    settings.require_slack()
    clock = clock or SystemClock()
    client = make_client(settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
    calls = Calls(client)
    directory = SlackDirectory(calls, clock)
    identity = directory.identity()
    migrate.upgrade(settings.database_url)
    database = open_storage(settings.database_url, clock=clock)
    woken = _Bell()
    history, poster = SlackHistory(calls, directory), SlackPoster(calls, directory)
    world = _world(settings, clock, database, identity.team_id, directory, history, poster, woken.ring)
    worker = Worker(database, clock, handlers(world), owner=_name_of_process(), lease=settings.worker_lease)
    scheduler = Scheduler(
        worker.run_due,
        tick=settings.worker_tick,
        threads=settings.worker_threads,
        daily={"forget_old_events": lambda: listen.forget_old_events(world)},
    )
    woken.on_ring = scheduler.wake
    secret = settings.slack_signing_secret.get_secret_value()
    app = make_app(client, identity, signing_secret=secret, threads=settings.listener_threads)
    register(app, world, own_bot_id=identity.bot_id, own_user_id=identity.bot_user_id)
    return Bot(settings, world, app, worker, scheduler, database, identity)


class _Bell:
    """Lets the world ring a scheduler that is made after it."""

    def __init__(self) -> None:
        self.on_ring: Callable[[], None] | None = None

    def ring(self) -> None:
        if self.on_ring is not None:
            self.on_ring()


def _world(
    settings: Settings,
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
        publishers={one.name: one for one in publishers.create(settings.publishers, settings.model_dump())},
        markdown=as_markdown,
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
    )


def handlers(world: World) -> dict[str, Handler]:
    """Job kind → what does it."""

    def short(work: Callable[[World, Job], None]) -> Handler:
        return lambda job, _keep: work(world, job)

    def long(work: Callable[[World, Job, Keep], None]) -> Handler:
        return lambda job, keep: work(world, job, keep)

    return {kind: short(work) for kind, work in _JOBS.items()} | {
        kind: long(work) for kind, work in _LONG_JOBS.items()
    }


def _name_of_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"


def look_around(bot: Bot) -> None:
    """Ask for the start-up round: which channels are there, which to join."""
    with bot.database.begin() as records:
        now = bot.world.clock.now()
        key = f"sync:{now.isoformat()}:{_name_of_process()}"
        records.jobs.add(NewJob(team_id=bot.world.team_id, kind="sync", key=key, due_at=now))


def serve(settings: Settings, *, clock: Clock | None = None) -> None:
    """Listen to Slack and work, until SIGTERM or SIGINT.

    Raises:
        ConfigError, Retryable: as `build`.
    """
    bot = build(settings, clock=clock)
    front = _front(bot)
    _run(bot, front)


def work(settings: Settings, *, clock: Clock | None = None) -> None:
    """Only work: for several processes on one PostgreSQL, beside others that listen."""
    _run(build(settings, clock=clock), None)


def _front(bot: Bot) -> Socket | HttpServer:
    settings = bot.settings
    if settings.slack_mode == "http":
        host, port = settings.http_host, settings.http_port
        return HttpServer(bot.app, host=host, port=port, threads=settings.listener_threads)
    return Socket(bot.app, settings.slack_app_token.get_secret_value(), bot.app.client)


def _run(bot: Bot, front: Socket | HttpServer | None) -> None:
    log = get_logger("app")
    stop = threading.Event()

    def stopped(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, stopped)
    look_around(bot)
    bot.scheduler.start()
    if front is not None:
        front.start()
    log.info("started", mode=bot.settings.slack_mode if front else "work", team=bot.world.team_id)
    stop.wait()
    log.info("stopping")
    if front is not None:
        front.stop()
    bot.worker.stop()
    _within(GRACE, bot.close)
    log.info("stopped")


def _within(seconds: float, work: Callable[[], None]) -> None:
    """Wait for the running jobs, but not for ever: a job left behind is taken up when its lease ends."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
