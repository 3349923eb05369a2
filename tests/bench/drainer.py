"""`python -m tests.bench.drainer URL`: one worker process. Waits for a line, drains, prints what it did."""

from __future__ import annotations

import sys
import time

from bot import log
from bot.clock import SystemClock
from bot.domain.job import Job
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
    worker.run_due()
    sys.stdout.write("\n".join([f"{began} {time.time()}", *done]))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
