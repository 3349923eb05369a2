"""What SQLite has committed is made to outlive a power cut after the write lock is given up."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import Retryable
from storage.wal import WriteAheadLog


class Disk:
    """Remembers which files were flushed; refuses so many times, and begins when it is let."""

    def __init__(self, *, refusals: int = 0) -> None:
        self.flushed: list[int] = []
        self.refusals = refusals
        self.asked, self.let = threading.Semaphore(0), threading.Event()
        self.let.set()

    def flush(self, opened: int) -> None:
        """Of an open file."""
        self.asked.release()
        assert self.let.wait(5)
        if self.refusals:
            self.refusals -= 1
            raise OSError(5, "Input/output error")
        self.flushed.append(os.fstat(opened).st_ino)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database's file, and its log beside it."""
    (tmp_path / "pm.db-wal").write_bytes(b"log")
    return tmp_path / "pm.db"


def _log(database: Path, disk: Disk) -> WriteAheadLog:
    return WriteAheadLog(database, url_shown="the file", flush=disk.flush)


def _inode(path: Path) -> int:
    return path.stat().st_ino


def test_the_log_is_flushed_once_for_all_that_was_committed_before(database: Path) -> None:
    """Nobody waits for the disk where nothing was committed since."""
    disk = Disk()
    log = _log(database, disk)
    log.flush()
    assert disk.flushed == []
    log.committed()
    log.committed()
    log.flush()
    log.flush()
    assert disk.flushed == [_inode(Path(f"{database}-wal")), _inode(database.parent)]


def test_the_directory_is_flushed_once_for_each_new_log(database: Path) -> None:
    """A new file whose name is lost is lost."""
    disk = Disk()
    log, file = _log(database, disk), Path(f"{database}-wal")
    for _ in range(2):
        log.committed()
        log.flush()
    old, other = _inode(file), file.with_name("other")
    other.write_bytes(b"new log")
    other.rename(file)
    log.committed()
    log.flush()
    folder = _inode(database.parent)
    assert disk.flushed == [old, folder, old, _inode(file), folder]


def test_a_log_that_is_gone_was_carried_over(database: Path) -> None:
    """SQLite removes it when the last connection is closed, after it has flushed the file itself."""
    disk = Disk()
    log = _log(database, disk)
    log.committed()
    Path(f"{database}-wal").unlink()
    log.flush()
    assert disk.flushed == []


def test_what_the_disk_refused_is_tried_again_by_whoever_is_next(database: Path) -> None:
    """Even if that one has committed nothing of its own: what it has read must last, too."""
    disk = Disk(refusals=1)
    log = _log(database, disk)
    log.committed()
    with pytest.raises(Retryable, match=r"cannot be written: Input/output error \(the file\)"):
        log.flush()
    log.flush()
    assert _inode(Path(f"{database}-wal")) in disk.flushed


def test_flushes_that_are_asked_for_together_are_one(database: Path) -> None:
    """Three commit while the first is being flushed: one more flush makes them all last."""
    disk = Disk()
    log, file = _log(database, disk), _inode(Path(f"{database}-wal"))
    disk.let.clear()
    with ThreadPoolExecutor() as pool:
        log.committed()
        waiting = [pool.submit(log.flush)]
        assert disk.asked.acquire(timeout=5)
        for _ in range(3):
            log.committed()
            waiting.append(pool.submit(log.flush))
        disk.let.set()
        for one in waiting:
            one.result(timeout=5)
    assert disk.flushed.count(file) == 2
