"""`serve` and `work`: a wired bot runs until it is told to stop, and stops in good order."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_delay,
    stop_when_event_set,
    wait_exponential,
)

from bot.app import Bot, build, name_of_process
from bot.config import Settings
from bot.errors import BotError, Retryable
from bot.health import Check, HealthPages, serve_health
from bot.log import get_logger
from bot.metrics import CONTENT_TYPE
from bot.ports import Clock
from bot.slack.connection import HttpServer, Socket
from bot.stopping import told_to_stop
from bot.workflow import channels, digest, retention
from bot.wsgi import WsgiServer
from storage import Database

Begun = TypeVar("Begun")
LAST_SECONDS = 3.0
"""How long a database may take to take back what was not finished in time; platforms kill after 30."""
SWITCH_SECONDS = 0.0005
"""How long a thread may compute while others wait for the interpreter. Beside a draft in the making it
about halved the median answer against Python's own 5 ms (docs/scaling.md), 0.1 ms did not better it."""


def serve(settings: Settings, *, clock: Clock | None = None) -> None:
    """Listen to Slack and work, until SIGTERM or SIGINT.

    Raises:
        ConfigError, Retryable: as `build`.
    """
    stop = told_to_stop()
    bot = _patiently(settings, stop, lambda: build(settings, clock=clock, apart=True))
    _run(bot, _front(bot), stop)


def work(settings: Settings, *, clock: Clock | None = None) -> None:
    """Only work, until SIGTERM or SIGINT: for several processes on one PostgreSQL, beside others that listen.

    Raises:
        ConfigError, Retryable: as `build`.
    """
    settings = settings.model_copy(update={"worker_threads": settings.worker_threads or 1})
    stop = told_to_stop()
    _run(_patiently(settings, stop, lambda: build(settings, clock=clock)), None, stop)


def _patiently(settings: Settings, stop: threading.Event, begin: Callable[[], Begun]) -> Begun:
    """What `begin` returns, tried again for as long as `START_PATIENCE` says while Slack or the database is
    away: where machines start together, the bot may well be there first.

    Raises:
        ConfigError: at once; waiting mends no setting.
        Retryable: they stayed away.
        SystemExit: the process was told to stop while it waited; there is nothing to finish.
    """

    def told(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        get_logger("serving").warning("start_waits", error=str(error))

    policy = Retrying(
        retry=retry_if_exception_type(Retryable),
        wait=wait_exponential(multiplier=0.5, max=5),
        stop=stop_after_delay(settings.start_patience) | stop_when_event_set(stop),
        sleep=sleep_using_event(stop),
        before_sleep=told,
        reraise=True,
    )
    try:
        return policy(begin)
    except Retryable:
        if stop.is_set():
            get_logger("serving").info("stopped")
            raise SystemExit(0) from None
        raise


def _front(bot: Bot) -> Socket | HttpServer:
    settings = bot.settings
    if settings.slack_mode == "http":
        host, port = settings.http_host, settings.http_port
        return HttpServer(bot.app, host=host, port=port, threads=settings.listener_threads)
    return Socket(bot.app, settings.slack_app_token.get_secret_value(), bot.app.client)


def _run(bot: Bot, front: Socket | HttpServer | None, stop: threading.Event) -> None:
    log = get_logger("serving")
    _spare_the_waiting()
    _patiently(bot.settings, stop, lambda: look_around(bot))
    health = watched(bot, front, stop)
    if front is not None:
        _patiently(bot.settings, stop, front.start)
    bot.scheduler.start()
    log.info("started", mode=bot.settings.slack_mode if front else "work", team=bot.world.team_id)
    stop.wait()
    log.info("stopping")
    finished = _stopped(bot, front)
    if health is not None:
        health.stop()
    log.info("stopped")
    if not finished:
        # Python would wait for the threads of the jobs that were handed back
        os._exit(0)


def _stopped(bot: Bot, front: Socket | HttpServer | None) -> bool:
    """Stop listening and taking work; wait for the running jobs as long as `STOP_GRACE` says, then hand them
    back. Whether all of them finished."""
    until = time.monotonic() + bot.settings.stop_grace.total_seconds()
    bot.worker.stop()
    if front is not None:
        front.stop()
    if _within(until - time.monotonic(), bot.scheduler.stop):
        bot.close()
        return True
    _within(LAST_SECONDS, lambda: _hand_back(bot))
    return False


def _hand_back(bot: Bot) -> None:
    try:
        bot.worker.hand_back()
    except Retryable as error:
        get_logger("serving").error("jobs_not_handed_back", error=str(error))


def _spare_the_waiting() -> None:
    """Hand the interpreter over often, and look no more for garbage among what is there for good: both
    would hold answers up."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()


def look_around(bot: Bot) -> None:
    """Ask for the start-up round: which channels are there, which to join.

    That we are here at all ends an uninstallation: the token was accepted.
    """
    team, now = bot.world.team_id, bot.world.clock.now()
    if retention.installed(bot.world):
        get_logger("serving").info("installed_again", team=team)
    channels.come_back(bot.world, f"{now.isoformat()}:{name_of_process()}")
    digest.ask_for_digest(bot.world)


def watched(bot: Bot, front: Socket | HttpServer | None, stopping: threading.Event) -> WsgiServer | None:
    """Serve the pages for an operator's machines; None where no port is set or it cannot be had."""
    settings = bot.settings
    if not settings.health_port:
        return None
    checks: dict[str, Check] = {
        "process": lambda: "is stopping" if stopping.is_set() else None,
        "database": lambda: _database_problem(bot.database),
    }
    if front is not None:
        checks["slack"] = front.problem
    pages = HealthPages(checks, bot.metrics.text, metrics_type=CONTENT_TYPE)
    return serve_health(pages, host=settings.health_host, port=settings.health_port)


def _database_problem(database: Database) -> str | None:
    try:
        database.check()
    except BotError:
        return "does not answer, or cannot be written"
    return None


def _within(seconds: float, work: Callable[[], None]) -> bool:
    """Do it, but wait no longer than so; whether it was done."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(max(seconds, 0))
    return not thread.is_alive()
