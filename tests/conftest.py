"""Fixtures every test may use."""

from tests.databases import (
    clock,
    database_url,
    empty_database_url,
    new_postgres,
    postgres_folder,
    sqlite_template,
    storage,
)

__all__ = [
    "clock",
    "database_url",
    "empty_database_url",
    "new_postgres",
    "postgres_folder",
    "sqlite_template",
    "storage",
]
