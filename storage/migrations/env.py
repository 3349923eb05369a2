"""What Alembic runs: the migrations, on the connection and in the transaction of `storage.migrate`."""

from alembic import context
from sqlalchemy import Connection

from storage.tables import metadata


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the full-text index, which differs by database and is no part of the metadata."""
    return not (kind == "table" and name is not None and name.startswith("search_terms"))


def run(connection: Connection) -> None:
    """Configure and run."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        transactional_ddl=True,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
