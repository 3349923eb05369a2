"""Alembic migrations, packaged with the wheel. `storage.migrate` runs them; there is no alembic.ini."""
