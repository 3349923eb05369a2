"""`python -m tests.bench.drainer`: reads a count and the address of a database a line, has so many worker
processes drain it, and prints what each did as a line of JSON.

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


def main() -> None:
    """Do what each line asks for, until there are no more."""
    log.configure(level="error")
    for line in sys.stdin:
        count, url = line.split()
        sys.stdout.write(json.dumps(_together(url, int(count))) + "\n")
        sys.stdout.flush()


def _together(url: str, count: int) -> list[object]:
    """Have so many processes take due jobs until there are none; `[began, ended, keys]` of each."""
    fork = get_context("fork")
    start, pipes = fork.Barrier(count), [fork.Pipe(duplex=False) for _ in range(count)]
    crowd = [fork.Process(target=_work, args=(url, start, told)) for _, told in pipes]
    for one in crowd:
        one.start()
    done = [heard.recv() for heard, _ in pipes]
    for one in crowd:
        one.join()
    return done


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
    main()
