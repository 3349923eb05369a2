"""Exports of a workspace written for the tests, channel by channel."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TEAM = "T0ACME"
ANN, BOB, EVE = "U0ANN", "U0BOB", "U0EVE"
USERS = [
    {
        "id": ANN,
        "team_id": TEAM,
        "name": "ann.lee",
        "profile": {"real_name": "Ann Lee", "email": "ann@x.test"},
    },
    {"id": BOB, "team_id": TEAM, "name": "bob", "profile": {"real_name": "Bob Marsh"}},
]
AT = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
SECRET = "ghp_" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"

Line = tuple[str, str]

OUTAGE: tuple[Line, ...] = (
    (ANN, "Checkout is down, all payments fail with 502 since 08:58 UTC."),
    (BOB, "I am looking into it, about 1,200 orders failed so far."),
    (ANN, "Root cause: the deploy of v2.4.1 set the connection pool to 5."),
    (BOB, f"Rolling back to v2.4.0 with token {SECRET}, mail ann@x.test if it fails."),
    (BOB, "Rollback is done, the error rate is at 0.1% again."),
    (ANN, "Resolved, we are back to normal."),
    (BOB, "I will add an alert on pool saturation by 2026-03-01."),
)


def ts(at: datetime, micro: int = 100) -> str:
    """A Slack timestamp."""
    return f"{int(at.timestamp())}.{micro:06d}"


def said(at: datetime, lines: Iterable[Line], *, minutes: float = 3, root: str = "") -> list[dict[str, Any]]:
    """Messages some minutes apart; in a thread where a root is given."""
    thread = {"thread_ts": root} if root else {}
    return [
        {
            "type": "message",
            "user": who,
            "text": text,
            "ts": ts(at + timedelta(minutes=minutes * n)),
            **thread,
        }
        for n, (who, text) in enumerate(lines)
    ]


def thread(at: datetime, lines: Sequence[Line], *, tick: str = "") -> list[dict[str, Any]]:
    """A root with its replies; `tick` is a reaction on the root."""
    found = said(at, lines, root=ts(at))
    found[0] |= {"reply_count": len(lines) - 1}
    if tick:
        found[0] |= {"reactions": [{"name": tick, "count": 1, "users": [ANN]}]}
    return found


@dataclass
class Workspace:
    """An export as it is written."""

    path: Path
    users: list[dict[str, Any]] = field(default_factory=lambda: list(USERS))
    channels: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    talk: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def channel(
        self, name: str, talk: list[dict[str, Any]], *, private: bool = False, topic: str = "", **more: Any
    ) -> str:
        """Add a channel; returns its id."""
        number = len(self.channels) + len(self.groups)
        found = {"id": f"C{number:09d}", "name": name, "topic": {"value": topic}, **more}
        (self.groups if private else self.channels).append(found)
        self.talk[name] = talk
        return str(found["id"])

    def write(self) -> Path:
        """As a folder."""
        self.path.mkdir(parents=True, exist_ok=True)
        for name, content in (("users", self.users), ("channels", self.channels), ("groups", self.groups)):
            (self.path / f"{name}.json").write_text(json.dumps(content))
        for name, talk in self.talk.items():
            days: dict[str, list[dict[str, Any]]] = {}
            for item in talk:
                day = f"{datetime.fromtimestamp(float(item['ts']), UTC):%Y-%m-%d}"
                days.setdefault(day, []).append(item)
            (self.path / name).mkdir(exist_ok=True)
            for day, items in days.items():
                (self.path / name / f"{day}.json").write_text(json.dumps(items))
        return self.path

    def zipped(self) -> Path:
        """As a zip beside the folder."""
        folder, to = self.write(), self.path.with_suffix(".zip")
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*.json")):
                archive.write(file, file.relative_to(folder))
        return to


def long_lived() -> list[dict[str, Any]]:
    """A channel such as #incidents: two threads that are incidents, a burst that is one, and chatter."""
    talk = thread(AT, OUTAGE, tick="white_check_mark")
    talk += said(AT + timedelta(days=2), [(BOB, "Lunch?"), (ANN, "Yes."), (BOB, "Pizza.")])
    talk += said(
        AT + timedelta(days=5),
        [
            (ANN, "The search cluster is down, queries time out."),
            (BOB, "Restarting the nodes."),
            (BOB, "Search works again."),
        ],
    )
    talk += thread(AT + timedelta(days=20), [(BOB, "Emails are stuck in the queue."), *OUTAGE[4:6]])
    return sorted(talk, key=lambda item: item["ts"])
