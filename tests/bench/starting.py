"""How long `postmortem --help` takes, against an interpreter that imports only typer."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, figure, median
from tests.bench.settings import Size


def measure(size: Size) -> Iterator[Figure]:
    """The two taken in turns, so that a busy moment hits both."""
    helping, importing = [], []
    for _ in range(size.starts + 1):
        importing.append(_seconds("-c", "import typer"))
        helping.append(_seconds("-m", "bot", "--help"))
    mine, bare = median(helping[1:]) * 1000, median(importing[1:]) * 1000
    yield figure(
        "postmortem --help", mine, "ms", baseline=bare, goal="≤ 3× import typer", ok=mine <= 3 * bare
    )


def _seconds(*arguments: str) -> float:
    began = time.perf_counter()
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=root)
    return time.perf_counter() - began
