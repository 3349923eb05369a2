"""Log lines: an event and its fields, and nothing anybody wrote."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bot import log
from bot.errors import Retryable
from tests.logs import logging_as_before


@pytest.fixture(autouse=True)
def undone() -> Iterator[None]:
    """Logging is set up for a process; put back what was there."""
    with logging_as_before():
        yield


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def configured(**how: Any) -> io.StringIO:
    stream = io.StringIO()
    log.configure(stream=stream, **how)
    return stream


def test_a_line_is_an_event_name_with_fields() -> None:
    """Away from a terminal each line is one JSON object with time, level and bound fields."""
    stream = configured()
    with log.fields(incident="INC-7"):
        log.get_logger("bot.worker").info("job_done", job=3)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "job_done",
        "job": 3,
        "incident": "INC-7",
        "level": "info",
        "module": "bot.worker",
    }


def test_the_level_is_kept() -> None:
    """What is below the level is not written."""
    stream = configured(level="warning")
    log.get_logger("x").info("quiet")
    assert lines(stream) == []


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-12-34-abc",
        "xoxe.xoxp-1-abc",
        "xapp-1-A-2-c",
        "sk-proj-abcdefgh",
        "https://hooks.slack.com/actions/T1/2/abc",
        "wss://slack.example.com/link?ticket=abc-def&app=1",
        "postgresql://bot:abc@db/postmortem",
        "Authorization: Bearer abc.def",
    ],
)
def test_secrets_are_masked_wherever_they_stand(secret: str) -> None:
    """Tokens, keys, response URLs, socket tickets and passwords never reach the log."""
    stream = configured()
    log.get_logger("x").info("said", nested={"list": [secret]})
    logging.getLogger("elsewhere").error("about %s", secret)
    assert "abc" not in stream.getvalue()
    assert stream.getvalue().count("***") == 2


def test_other_libraries_come_out_the_same_way_from_warning_on() -> None:
    """A library's INFO and DEBUG stay silent even when our own level is debug."""
    stream = configured(level="debug")
    for name in log.THIRD_PARTY:
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).debug("bodies")
    logging.getLogger("apscheduler.executors").warning("late")
    assert [line["event"] for line in lines(stream)] == ["late"]


def test_bolt_never_prints_what_people_sent() -> None:
    """Bolt sets its loggers to the root's level and quotes requests; neither gets through."""
    stream = configured(level="debug")
    verification = logging.getLogger("slack_bolt.RequestVerification")
    verification.setLevel(logging.getLogger().level)
    verification.info("Invalid request signature detected (signature: v0, body: hello)")
    verification.warning("Invalid request signature detected (signature: v0, body: hello)")
    logging.getLogger("slack_bolt.App").warning("Unhandled request ({'text':\n'hello'})\n---\n")
    assert "hello" not in stream.getvalue()
    assert len(lines(stream)) == 2


def test_an_error_is_named_with_its_cause_and_place() -> None:
    """Our own errors are quoted; a stranger's message, which may quote a person, is not."""
    stream = configured()
    try:
        try:
            raise ValueError("what somebody wrote")
        except ValueError as cause:
            raise Retryable("The database is locked.") from cause
    except Retryable:
        log.get_logger("x").exception("job_failed")
    (line,) = lines(stream)
    assert "Retryable: The database is locked. [tests/test_log.py:" in line["error"]
    assert "< ValueError [" in line["error"]
    assert "somebody" not in stream.getvalue()


def test_importing_sets_nothing_up() -> None:
    """Only `configure` touches the process."""
    script = (
        "import logging, bot.log; print(logging.getLogger().handlers, logging.getLogger('slack_bolt').level)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[] 0\n"
