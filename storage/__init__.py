"""The Storage port on SQLAlchemy: SQLite for one host, PostgreSQL for several."""

from storage.database import Database, Health, open_storage

__all__ = ["Database", "Health", "open_storage"]
