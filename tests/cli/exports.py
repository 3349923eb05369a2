"""Slack exports written for the tests."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

ALERT, MAYA, TOM = "B0ALERTS", "U0MAYA", "U0TOM"
SECRET = "ghp_" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"[:36]

USERS = [
    {"id": MAYA, "name": "maya", "real_name": "Maya Lindqvist", "profile": {"display_name": "maya"}},
    {"id": TOM, "name": "tomasz", "real_name": "Tomasz Wrona", "profile": {"display_name": "tomasz"}},
]

TALK: tuple[tuple[str, int, str], ...] = (
    (ALERT, 0, "[FIRING] checkout-api error rate 14% (threshold 2%)"),
    (MAYA, 120, "I am looking into it. Customers cannot pay, about 1,200 orders failed so far."),
    (TOM, 300, "Could it be the cache? Hit rate looks odd."),
    (TOM, 540, "It is not the cache, hit rate is back to normal."),
    (MAYA, 700, "Root cause: the deploy of checkout-api v2.4.1 set the connection pool to 5."),
    (MAYA, 760, f"Rolling back to v2.4.0 with token {SECRET}, ask maya@example.com if it fails."),
    (TOM, 1200, "Rollback is done, error rate is at 0.1% again."),
    (ALERT, 1260, "[RESOLVED] checkout-api error rate 0.1%"),
    (MAYA, 1500, "We are back to normal. @tomasz will add an alert on pool saturation by 2026-12-01."),
)


def messages(talk: tuple[tuple[str, int, str], ...] = TALK) -> list[dict[str, Any]]:
    """The talk as items of a day file."""
    said: list[dict[str, Any]] = []
    for author, second, text in talk:
        item: dict[str, Any] = {"type": "message", "ts": f"{1_795_000_000 + second}.000100", "text": text}
        bot = {"subtype": "bot_message", "bot_id": author, "username": "Alerts"}
        said.append(item | (bot if author == ALERT else {"user": author}))
    return said


def folder(path: Path, **channels: list[dict[str, Any]]) -> Path:
    """A workspace export; underscores in channel names become hyphens."""
    path.mkdir()
    (path / "users.json").write_text(json.dumps(USERS))
    named = {name.replace("_", "-"): said for name, said in channels.items()}
    listed = [{"id": f"C{number}", "name": name} for number, name in enumerate(named)]
    (path / "channels.json").write_text(json.dumps(listed))
    for name, said in named.items():
        (path / name).mkdir()
        (path / name / "2026-11-17.json").write_text(json.dumps(said))
    return path


def zipped(path: Path, source: Path) -> Path:
    """The same as a zip file."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in source.rglob("*.json"):
            archive.write(file, file.relative_to(source))
    return path


def one_list(path: Path) -> Path:
    """The talk as one JSON list."""
    path.write_text(json.dumps(messages()))
    return path
