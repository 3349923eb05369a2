"""Importing an export of a thousand channels: how fast, with how many processes, in how much memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from storage import migrate
from tests.bench.figures import Figure, figure
from tests.bench.settings import Size
from tests.bench.synthetic import START, Talk

MESSAGES = 40
"""In a channel: an incident of average length."""
PEOPLE = 1_000
CROWD = 6
TEAM = "T0BENCH"


def measure(size: Size) -> Iterator[Figure]:
    """Some channels with one process, all with several; and what that saves, unless it is mostly start-up."""
    many, some = (4, 2) if size.quick else (1_000, 150)
    cores = min(os.cpu_count() or 1, 4)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        large, small = export(home / "large.zip", many), export(home / "small.zip", some)
        spent = _processor()
        alone = _seconds(home, small, "one", "--processes", "1")
        yield figure(
            "processor time of a channel, start-up included", (_processor() - spent) / some * 1000, "ms"
        )
        yield figure(f"import of {some:,} channels, 1 process", some / alone, "channels/s")
        if not size.quick:
            yield _together(home, small, some, cores, alone)
        before = _peak()
        took = _seconds(home, large, "all", "--processes", str(cores))
        yield figure(f"import of {many:,} channels, {cores} processes", many / took, "channels/s")
        yield _more_memory(many, some, before)
        if not size.quick:
            again = _seconds(home, large, "all", "--processes", str(cores))
            yield figure(f"the same {many:,} channels again, unchanged", again, "s")


def _together(home: Path, small: Path, some: int, cores: int, alone: float) -> Figure:
    rate = some / _seconds(home, small, "several", "--processes", str(cores))
    name = f"import of {some:,} channels, {cores} processes"
    return figure(name, rate, "channels/s", baseline=some / alone)


def _more_memory(many: int, some: int, before: float) -> Figure:
    name = f"peak memory of a process, {many:,} channels against {some:,}"
    ok = _peak() <= 1.3 * before
    return figure(name, _peak(), "MB", baseline=before, goal="≤ 1.3×", ok=ok)


def export(path: Path, channels: int) -> Path:
    """A zip as Slack writes it: users, channels, a folder a channel with a file a day."""
    talk = Talk(21)
    people = talk.people(PEOPLE)
    users = [
        {"id": one.id, "team_id": TEAM, "name": one.handle, "profile": {"real_name": one.real_name}}
        for one in people
    ]
    listed = [{"id": f"C{number:08d}", "name": f"incident-{number:05d}-fault"} for number in range(channels)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.json", json.dumps(users))
        archive.writestr("channels.json", json.dumps(listed))
        for number, channel in enumerate(listed):
            said = _channel(talk, number, [one.id for one in people[number % 900 :][:CROWD]])
            archive.writestr(f"{channel['name']}/2026-03-02.json", json.dumps(said))
    return path


def _channel(talk: Talk, number: int, crowd: list[str]) -> list[dict[str, Any]]:
    began = START - timedelta(days=number % 300)
    return [
        {
            "type": "message",
            "user": crowd[at % len(crowd)],
            "text": talk.line(at),
            "ts": f"{int((began + timedelta(seconds=90 * at)).timestamp())}.{number:06d}",
        }
        for at in range(MESSAGES)
    ]


def _seconds(home: Path, export_: Path, name: str, *options: str) -> float:
    """`postmortem import` in a process of its own, on a database that stays for the next time."""
    url = f"sqlite:///{home / name}.db"
    migrate.upgrade(url)
    command = [sys.executable, "-m", "bot", "import", str(export_), "--quiet", *options]
    began = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        cwd=home,
        stdout=subprocess.DEVNULL,
        env={"DATABASE_URL": url, "PATH": "", "PYTHONPATH": str(Path.cwd()), "LANG": "C.UTF-8"},
    )
    return time.perf_counter() - began


def _processor() -> float:
    """Seconds all processes so far have computed: what else runs on the machine counts little."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    """The most memory any of the processes so far had, in MB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
