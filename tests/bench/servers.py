"""The real `postmortem serve` in a process of its own, and an empty Bolt app on the same server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from bot.demo.stage import Stage

START_SECONDS = 30
LOG = "server.log"


class Server:
    """A running app."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def memory(self) -> float:
        """Resident megabytes, as the kernel counts them; 0 where it does not tell."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return 0.0
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serve(stage: Stage, **settings: str) -> Iterator[Server]:
    """`postmortem serve` in HTTP mode on the stage's database and Slack."""
    port, health = free_port(), free_port()
    http = {
        "SLACK_SIGNING_SECRET": stage.slack.app.signing_secret,
        "SLACK_MODE": "http",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
        "HEALTH_PORT": str(health),
    }
    with _running(_bot("serve"), _settings(stage) | http | settings, stage.folder) as process:
        _wait_for(f"http://127.0.0.1:{health}/readyz", process)
        yield Server(process, port)


@contextmanager
def work(stage: Stage, **settings: str) -> Iterator[None]:
    """`postmortem work` on the stage's database and Slack."""
    health = free_port()
    with _running(
        _bot("work"), _settings(stage) | {"HEALTH_PORT": str(health)} | settings, stage.folder
    ) as process:
        _wait_for(f"http://127.0.0.1:{health}/readyz", process)
        yield


def _bot(command: str) -> list[str]:
    return [sys.executable, "-m", "bot", command]


def _settings(stage: Stage) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": stage.slack.app.bot_token,
        "SLACK_APP_TOKEN": stage.slack.app.app_token,
        "SLACK_API_URL": stage.slack.url,
        "DATABASE_URL": stage.settings().database_url,
        "POSTMORTEM_DIR": str(stage.folder / "postmortems"),
        "DRAFTER": "extractive",
        "LOG_LEVEL": "warning",
    }


@contextmanager
def serve_nothing(secret: str, folder: Path) -> Iterator[Server]:
    """A Bolt app whose only listener is empty, on the server the bot uses."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.empty_app", str(port), secret]
    with _running(command, {}, folder) as process:
        _wait_for(f"http://127.0.0.1:{port}/", process)
        yield Server(process, port)


@contextmanager
def _running(
    command: list[str], settings: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    here = Path(__file__).parents[2]
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            command, env=keep | {"PYTHONPATH": str(here), **settings}, cwd=folder, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)


def complaints(folder: Path) -> Counter[str]:
    """What the servers that ran there said of requests that failed, and how often."""
    lines = (folder / LOG).read_text(encoding="utf-8").splitlines()
    told = (json.loads(line) for line in lines if line.startswith("{"))
    return Counter(str(one.get("error")) for one in told if one.get("event") == "request_failed")


def free_port() -> int:
    """A port nobody uses right now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until it is up: any answer of an empty app (404), a ready bot (200)."""
    deadline, nap = time.monotonic() + START_SECONDS, Event()
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return
        except OSError:
            pass  # not listening yet
        nap.wait(0.05)
    raise RuntimeError(f"{' '.join(map(str, process.args))} did not come up")  # type: ignore[arg-type]  # ours are a list
