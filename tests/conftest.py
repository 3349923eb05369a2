"""Fixtures every test may use."""

import gc

from tests.databases import (
    clock,
    database_url,
    empty_database_url,
    postgres,
    postgres_folder,
    sqlite_storage,
    sqlite_template,
    sqlite_url,
    storage,
)

__all__ = [
    "clock",
    "database_url",
    "empty_database_url",
    "postgres",
    "postgres_folder",
    "sqlite_storage",
    "sqlite_template",
    "sqlite_url",
    "storage",
]


def pytest_collection_finish() -> None:
    """Look for garbage in what tests leave, not over and over in what was imported: up to a fifth of the
    time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
