"""`python -m tests.bench.drainer URL`: one worker process. Waits for a line, drains, prints what it did."""

from __future__ import annotations

import sys
import time

from bot import log
from bot.clock import SystemClock
from bot.domain.job import Job
from bot.errors import Retryable
from bot.worker import Keep, Worker
from storage import open_storage


def main(url: str) -> None:
    """Take due jobs until there are none; print when it began and ended, then the key of each job done."""
    log.configure(level="error")
    done: list[str] = []

    def chore(job: Job, keep: Keep) -> None:
        del keep
        done.append(job.key)

    clock = SystemClock()
    database = open_storage(url, clock=clock)
    database.check()
    worker = Worker(database, clock, {"chore": chore}, owner=f"drainer-{id(done)}-{time.time_ns()}")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began = time.time()
    _drain(worker)
    sys.stdout.write("\n".join([f"{began} {time.time()}", *done]))
    database.close()


def _drain(worker: Worker) -> None:
    """As the metronome does: a database that is busy for too long is tried again."""
    while True:
        try:
            if not worker.run_due():
                return
        except Retryable as error:
            sys.stderr.write(f"{error}\n")


if __name__ == "__main__":
    main(sys.argv[1])
