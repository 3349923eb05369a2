"""What was erased from the tables is soon cleared out of the database's files, too, in the background.

On SQLite the words of a document that was taken out stand in the files of the full-text index until these
are merged, and everything else in the log until that is written over. On PostgreSQL neither is in our hands.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.job import Job
from bot.ports import Records, Storage
from bot.workflow.world import World, ask_once_in

EVERY = timedelta(minutes=1)
"""What is erased within so long is cleared at once."""
GRACE = timedelta(seconds=5)
"""So long a transaction that erases may take."""
STEPS = 2_000
"""Of 200 pages each: an index of 1.6 GB. The next night goes on where they run out."""


def wipe_soon(records: Records, world: World) -> None:
    """Ask, in the transaction that erases, for the files to be cleared at the end of the minute."""
    ask_once_in(records, world, EVERY, "wipe", world.team_id, grace=GRACE)


def wipe(world: World, job: Job) -> None:
    """Job: clear the files.

    Raises:
        Retryable: somebody reads just now.
    """
    del job
    clear_files(world.storage)


def clear_files(storage: Storage) -> None:
    """Clear the index a step a transaction, so that events need not wait long, then the log.

    Raises:
        Retryable: somebody reads just now, or the database is away.
    """
    for _ in range(STEPS):
        with storage.begin(lasting=False) as records:
            if not records.search.tidy():
                break
    storage.clear_log()
