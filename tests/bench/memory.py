"""Memory of `postmortem serve` while a day's worth of events is replayed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.stage import Stage
from tests.bench.answering import failures
from tests.bench.figures import Figure, figure
from tests.bench.load import Sent, Slack
from tests.bench.servers import serve
from tests.bench.settings import Size
from tests.bench.synthetic import Talk, message_events

PARTS = 10
TEAM = "T0SANDBOX"
GROWTH = 1.1


def measure(size: Size) -> Iterator[Figure]:
    """After the first fifth everything is warm; what is added after it would be a leak."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), at=datetime.now(UTC) - timedelta(hours=1))
        with stage:
            person = stage.slack.person("maya", real_name="Maya Lindqvist")
            channel = stage.slack.channel("incident-memory", members=[person])
            stage.settle()
            stage.stop_bot()
            with serve(stage) as server:
                events = message_events(Talk(5), channel.id, (person.id,), now=time.time)
                slack = Slack(server.port, stage.slack.app.signing_secret, TEAM, events)
                seen, sent = [], Sent()
                for _ in range(PARTS):
                    sent.add(slack.flat_out(size.replayed // PARTS))
                    seen.append(server.memory())
            why = failures("memory of serve", sent, stage.folder)
    warm, last = seen[PARTS // 5 - 1], seen[-1]
    yield figure(
        f"memory of serve after {size.replayed:,} events, against {size.replayed // 5:,}",
        last,
        "MB",
        baseline=warm,
        goal=f"≤ {GROWTH}×: bounded",
        ok=last <= GROWTH * warm and sent.failed == 0,
    )
    yield why
