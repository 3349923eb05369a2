"""The terms and vectors of incidents as they are stored, and as they are read back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.domain.likeness import Traits
from bot.ports.likeness import Vector
from storage.likeness_near import unpacked
from storage.tables import likeness, likeness_vectors


def read_traits(connection: Connection, numbers: Sequence[int]) -> dict[int, Traits]:
    """The terms of those incidents that have some."""
    query = select(likeness.c.incident_id, likeness.c.traits).where(likeness.c.incident_id.in_(list(numbers)))
    return {number: Traits.model_validate(held) for number, held in connection.execute(query).all()}


def read_vectors(connection: Connection, numbers: Sequence[int]) -> dict[int, Vector]:
    """The vectors of those incidents that have one."""
    v = likeness_vectors.c
    query = select(v.incident_id, v.model, v.digest, v.vector).where(v.incident_id.in_(list(numbers)))
    return {
        row.incident_id: Vector(model=row.model, digest=row.digest, numbers=unpacked(row.vector))
        for row in connection.execute(query).all()
    }
