"""SQLite's log is emptied, unless somebody reads from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.transcript import Message
from bot.errors import Retryable
from storage import Database
from tests.clock import ManualClock
from tests.storage.builders import TEAM


def log_of(url: str) -> Path:
    """The file of the write-ahead log."""
    return Path(f"{url.removeprefix('sqlite:///')}-wal")


def test_what_was_erased_is_in_neither_file_nor_log(
    sqlite_storage: Database, sqlite_url: str, clock: ManualClock
) -> None:
    """The log has both versions of the row until it is emptied, the file overwrites what is deleted."""
    said = Message(channel_id="C1", ts="1772442000.000100", text="The password is Zirkonium")
    with sqlite_storage.begin() as records:
        records.messages.save(TEAM, said, at=clock.now())
    with sqlite_storage.begin() as records:
        records.messages.erase(TEAM, "C1", said.ts, at=clock.now())
    assert b"Zirkonium" in log_of(sqlite_url).read_bytes()
    sqlite_storage.clear_log()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    assert b"Zirkonium" not in file.read_bytes() + log_of(sqlite_url).read_bytes()


def test_while_somebody_reads_the_log_stays_for_now(sqlite_storage: Database, sqlite_url: str) -> None:
    """Nobody waits for a long reader; later is soon enough."""
    with sqlite_storage.read() as reading:
        assert reading.incidents.get(1) is None
        with sqlite_storage.begin() as records:
            records.inbox.first_seen("Ev1", at=ManualClock().now())
        with pytest.raises(Retryable) as refused:
            sqlite_storage.clear_log()
        assert refused.value.retry_after is not None
    sqlite_storage.clear_log()
    assert log_of(sqlite_url).stat().st_size == 0


def test_on_a_server_there_is_nothing_to_clear(storage: Database) -> None:
    """Nor does it fail."""
    storage.clear_log()
