"""Fixtures every test may use."""

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
