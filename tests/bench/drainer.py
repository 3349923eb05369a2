"""`python -m tests.bench.drainer URL COUNT`: worker processes. They drain; what each did is printed as JSON.

They are forked, so that what they import is imported once.
"""

from __future__ import annotations

import json
import os
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from bot import log
from bot.clock import SystemClock
from bot.domain.job import Job
from bot.errors import Retryable
from bot.worker import Keep, Worker
from storage import open_storage


def main(url: str, count: int) -> None:
    """Have so many processes take due jobs until there are none; print `[began, ended, keys]` of each."""
    log.configure(level="error")
    fork = get_context("fork")
    start, pipes = fork.Barrier(count), [fork.Pipe(duplex=False) for _ in range(count)]
    crowd = [fork.Process(target=_work, args=(url, start, told)) for _, told in pipes]
    for one in crowd:
        one.start()
    done = [heard.recv() for heard, _ in pipes]
    for one in crowd:
        one.join()
    json.dump(done, sys.stdout)


def _work(url: str, start: Barrier, told: Connection) -> None:
    """One of them, from the moment all are ready."""
    done: list[str] = []

    def chore(job: Job, keep: Keep) -> None:
        del keep
        done.append(job.key)

    clock = SystemClock()
    database = open_storage(url, clock=clock)
    database.check()
    worker = Worker(database, clock, {"chore": chore}, owner=f"drainer-{os.getpid()}")
    start.wait()
    began = time.time()
    _drain(worker)
    told.send([began, time.time(), done])
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
    main(sys.argv[1], int(sys.argv[2]))
