"""What operators' machines see: alive, ready or why not, and numbers without ids in them."""

from __future__ import annotations

import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.demo.stage import Stage
from bot.domain.job import Job, NewJob
from bot.errors import Permanent, Retryable
from bot.health import HealthPages, serve_health
from bot.metrics import CACHED_SECONDS, Metrics, Queue
from bot.serving import watched
from bot.slack.connection import DEAF_SECONDS, HttpServer, Socket
from bot.worker import Keep, Worker
from storage import Database
from tests.app.conftest import make_scene
from tests.clock import ManualClock


def empty() -> Queue:
    """A queue without jobs."""
    return Queue({}, 0.0)


def read(port: int, path: str, *, method: str = "GET") -> tuple[int, str]:
    """The status and text of a page."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Fault:
    """A check that fails when told to."""

    reason: str | None = None

    def __call__(self) -> str | None:
        return self.reason


@pytest.fixture
def fault() -> Fault:
    return Fault()


@pytest.fixture
def port(fault: Fault) -> Iterator[int]:
    """Where health pages with one check are served."""
    server = serve_health(HealthPages({"database": fault}, Metrics(empty).text), host="127.0.0.1", port=0)
    assert server is not None
    yield server.port
    server.stop()


def test_a_process_that_answers_is_alive(port: int, fault: Fault) -> None:
    """Whatever else is wrong: restarting it would not help."""
    fault.reason = "does not answer"
    assert read(port, "/healthz") == (200, "alive\n")


def test_it_is_ready_while_nothing_is_wrong(port: int) -> None:
    """200 for a load balancer."""
    assert read(port, "/readyz") == (200, "ready\n")


def test_it_says_why_it_is_not_ready(port: int, fault: Fault) -> None:
    """503 and a short reason, until it is over."""
    fault.reason = "does not answer"
    assert read(port, "/readyz") == (503, "database: does not answer\n")
    fault.reason = None
    assert read(port, "/readyz")[0] == 200


def test_nothing_else_is_there(port: int) -> None:
    """Other pages and methods are turned away."""
    assert read(port, "/")[0] == 404
    assert read(port, "/readyz", method="POST")[0] == 405


def test_a_taken_port_stops_nobody(port: int) -> None:
    """A second process on the host works without the pages rather than not at all."""
    assert serve_health(HealthPages({}, Metrics(empty).text), host="127.0.0.1", port=port) is None


def test_the_queue_is_read_on_a_scrape_and_kept_for_a_moment() -> None:
    """Eager scrapers cost the database little."""
    reads: list[float] = []
    at = [100.0]

    def queue() -> Queue:
        reads.append(at[0])
        return Queue({("draft", "waiting"): 3}, 12.5)

    metrics = Metrics(queue, clock=lambda: at[0])
    assert reads == []
    first, second = metrics.text().decode(), metrics.text().decode()
    assert reads == [100.0]
    at[0] += CACHED_SECONDS
    metrics.text()
    assert len(reads) == 2
    assert 'postmortem_jobs{kind="draft",state="waiting"} 3.0' in first
    assert "postmortem_job_lag_seconds 12.5" in second


def test_a_database_that_is_away_does_not_hide_the_rest() -> None:
    """The scrape succeeds and says so."""

    def queue() -> Queue:
        raise Retryable

    text = Metrics(queue).text().decode()
    assert "postmortem_database_up 0.0" in text
    assert "postmortem_jobs{" not in text


def test_the_draft_of_a_stand_in_counts_as_a_failure_of_the_one_wanted() -> None:
    """Drafts by who wrote them, tokens by whose model used them."""
    metrics = Metrics(empty)
    metrics.drafted("extractive", wanted="openai")
    metrics.tokens("openai", 1200)
    text = metrics.text().decode()
    assert 'postmortem_drafts_total{drafter="extractive"} 1.0' in text
    assert 'postmortem_model_tokens_total{drafter="openai"} 1200.0' in text
    assert 'postmortem_failures_total{where="drafter"} 1.0' in text


def test_two_bots_in_one_process_count_apart() -> None:
    """Each has a registry of its own; nothing is registered at import."""
    one, other = Metrics(empty), Metrics(empty)
    one.event("message", "recorded")
    assert b'type="message"' not in other.text()


def test_jobs_are_counted_by_kind_and_state(storage: Database, clock: ManualClock) -> None:
    """A leased one is running; one that is not due yet makes no lag."""
    now = clock.now()
    late = now - timedelta(seconds=30)
    with storage.begin() as records:
        for key, due in (("a", late), ("b", late), ("c", now + timedelta(hours=2))):
            records.jobs.add(NewJob(team_id="T1", kind="draft", key=key, due_at=due))
        records.jobs.claim(now=now, owner="w", lease_until=now + timedelta(minutes=5))
    with storage.read() as records:
        assert records.jobs.counts(now=now) == {("draft", "waiting"): 2, ("draft", "running"): 1}
        assert records.jobs.lag(now=now) == pytest.approx(30)
    with storage.begin() as records:
        records.jobs.claim(now=now, owner="w2", lease_until=now + timedelta(minutes=5))
    with storage.read() as records:
        assert records.jobs.lag(now=now) == 0.0


def handler(outcome: Exception | None) -> Callable[[Job, Keep], None]:
    """A job's work that ends so."""

    def work(job: Job, keep: Keep) -> None:
        del job, keep
        if outcome is not None:
            raise outcome

    return work


@pytest.mark.parametrize(
    ("outcome", "word"),
    [(None, "finished"), (Retryable(), "postponed"), (Permanent(), "buried"), (KeyError("x"), "failed")],
)
def test_every_run_of_a_job_is_counted_by_how_it_ended(
    sqlite_storage: Database, clock: ManualClock, outcome: Exception | None, word: str
) -> None:
    """Whatever did not finish is a failure too."""
    metrics = Metrics(empty)
    with sqlite_storage.begin() as records:
        records.jobs.add(NewJob(team_id="T1", kind="chore", key="chore:1", due_at=clock.now()))
    clock.advance(seconds=2)
    Worker(sqlite_storage, clock, {"chore": handler(outcome)}, owner="w", meter=metrics).run_due()
    text = metrics.text().decode()
    assert f'postmortem_job_runs_total{{kind="chore",outcome="{word}"}} 1.0' in text
    assert ('postmortem_failures_total{where="job"} 1.0' in text) is (word != "finished")
    assert 'postmortem_job_wait_seconds_sum{kind="chore"} 2.0' in text


def test_a_whole_incident_is_seen_in_the_metrics(tmp_path: Path) -> None:
    """Events, answers, jobs and the draft; and no id, name or text of anybody."""
    with Stage(tmp_path) as stage:
        scene = make_scene(stage)
        scene.drafted()
        odd: dict[str, Any] = {"type": "message", "channel": {"odd": 1}}
        stage.slack.events(odd, {"type": "unheard_of"})
        text = stage.bot.metrics.text().decode()
    assert 'postmortem_events_total{outcome="recorded",type="message"}' in text
    assert 'postmortem_events_total{outcome="ignored",type="other"}' in text
    assert 'postmortem_ack_seconds_count{request="command"} 1.0' in text
    assert 'postmortem_drafts_total{drafter="extractive"} 1.0' in text
    assert 'postmortem_jobs{kind="draft",state="done"} 1.0' in text
    for private in ("checkout", "maya", scene.channel.id, scene.maya.id, "T0SANDBOX"):
        assert private not in text


def free_port() -> int:
    """A port nobody uses right now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_the_bot_serves_its_health(tmp_path: Path) -> None:
    """On a port of its own: ready while it listens and the database can be written, until told to stop."""
    stopping = threading.Event()
    with Stage(tmp_path, health_host="127.0.0.1", health_port=free_port()) as stage:
        front = HttpServer(stage.bot.app, host="127.0.0.1", port=0, threads=1)
        server = watched(stage.bot, front, stopping)
        assert server is not None
        assert read(server.port, "/readyz") == (503, "slack: is not listening\n")
        front.start()
        assert read(server.port, "/readyz") == (200, "ready\n")
        assert "postmortem_database_up 1.0" in read(server.port, "/metrics")[1]
        stopping.set()
        assert read(server.port, "/readyz") == (503, "process: is stopping\n")
        server.stop()
        front.stop()


def test_no_port_means_no_pages(stage_without_health: Stage) -> None:
    """`HEALTH_PORT=0`."""
    assert watched(stage_without_health.bot, None, threading.Event()) is None


@pytest.fixture
def stage_without_health(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path, health_port=0) as stage:
        yield stage


def test_a_socket_that_went_deaf_is_a_problem(tmp_path: Path) -> None:
    """Connected is not enough: a pong must have come within half a minute."""
    ahead = [0.0]
    with Stage(tmp_path) as stage:
        bot, slack = stage.bot, stage.slack
        client = WebClient(token=slack.app.bot_token, base_url=slack.url)
        ear = Socket(bot.app, slack.app.app_token, client, now=lambda: time.time() + ahead[0])
        assert ear.problem() == "is not connected"
        ear.start()
        assert slack.sockets.wait_connected(5)
        assert ear.problem() is None
        ahead[0] = DEAF_SECONDS + 1
        assert (ear.problem() or "").startswith("has heard no pong for 3")
        ear.stop()
