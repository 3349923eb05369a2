"""SQLite's write-ahead log, made to outlive a power cut without anybody waiting who need not."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from bot.errors import Retryable

flush_file: Callable[[int], object] = getattr(os, "fdatasync", os.fsync)
"""Wait until what was written to an open file is on the disk."""


class WriteAheadLog:
    """Flushes the log after the write lock is given up, where SQLite's own `synchronous=FULL` does it before:
    on a disk that takes its time, every writer waited for somebody else's flush.

    Nothing is torn by it: the log is a sequence, so a flush makes what was committed before last as well, and
    a power cut undoes the end of it in whole transactions (https://www.sqlite.org/wal.html). Flushes that are
    asked for together are one.
    """

    def __init__(
        self, database: Path, *, url_shown: str, flush: Callable[[int], object] = flush_file
    ) -> None:
        self._path = database.with_name(f"{database.name}-wal")
        self._url_shown = url_shown
        self._to_disk = flush
        self._one_at_a_time = threading.Lock()
        self._committed = 0
        self._flushed = 0
        self._inode = 0

    def committed(self) -> None:
        """A transaction that must last was committed; to be told before the next may begin."""
        self._committed += 1

    def flush(self) -> None:
        """Wait until all that was committed and must last is on the disk: at once, where it is already.

        Raises:
            Retryable: the disk does not take it. What was committed is there; the next flush tries again.
        """
        wanted = self._committed
        if self._flushed >= wanted:
            return
        with self._one_at_a_time:
            if self._flushed >= wanted:
                return
            reached = self._committed
            try:
                self._flush_log()
            except OSError as error:
                raise Retryable(
                    f"The disk of the database cannot be written: {error.strerror} ({self._url_shown})."
                ) from error
            self._flushed = reached

    def _flush_log(self) -> None:
        try:
            log = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return  # whoever closed the database last has carried it over into the file, and flushed that
        try:
            self._to_disk(log)
            inode = os.fstat(log).st_ino
        finally:
            os.close(log)
        if inode != self._inode:
            self._flush_name()
            self._inode = inode

    def _flush_name(self) -> None:
        """A new file outlives a power cut when its directory does."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            self._to_disk(folder)
        finally:
            os.close(folder)
