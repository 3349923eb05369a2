"""What the disk alone takes for a small durable write: no answer that rests on one can be faster."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Event

PAGES = b"\0" * 8192
"""About what a database writes for one message."""


def flushes(folder: Path, rate: float, seconds: float) -> list[float]:
    """Seconds that each of `rate` writes a second took until it was on the disk, from when it was due."""
    took, nap, path = list[float](), Event(), folder / "disk-alone"
    with path.open("wb", buffering=0) as file:
        began = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                nap.wait(wait)
            file.write(PAGES)
            os.fsync(file.fileno())
            took.append(time.perf_counter() - due)
    path.unlink()
    return took
