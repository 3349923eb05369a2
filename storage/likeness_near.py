"""Whose vectors are nearest: by pgvector where PostgreSQL has it, else compared here.

Vectors are kept as bytes in `likeness_vectors` on every database. Where the extension is there, a table
beside it holds the same as pgvector's own type; its rows go with those they belong to. Both compare exactly:
an index of pgvector's is approximate, wants one length of all vectors, and finds too few where what may be
seen is filtered afterwards (https://github.com/pgvector/pgvector#filtering).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from heapq import nsmallest
from operator import mul

from sqlalchemy import Select, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bot.log import get_logger
from bot.ports.likeness import Vector
from storage.tables import likeness_vectors

NEAREST = 20
"""Candidates by nearness."""
COMPARED = 500
"""Of so many of the newest, where they are compared here: each takes some 0.1 ms."""
COMPARED_THERE = 20_000
"""The same where PostgreSQL compares them."""
BACKGROUND = 100
"""The newest vectors, by which it is judged how near is near."""
_THERE = text(
    "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('likeness_near') "
    "AND attname = 'numbers' AND NOT attisdropped"
)
_AVAILABLE = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
_CREATE = (
    text("CREATE EXTENSION IF NOT EXISTS vector"),
    text("DROP TABLE IF EXISTS likeness_near"),
    text(
        "CREATE TABLE likeness_near (incident_id integer PRIMARY KEY "
        "REFERENCES likeness_vectors (incident_id) ON DELETE CASCADE, numbers vector NOT NULL)"
    ),
)
_PUT = text(
    "INSERT INTO likeness_near (incident_id, numbers) VALUES (:incident_id, CAST(:numbers AS vector)) "
    "ON CONFLICT (incident_id) DO UPDATE SET numbers = excluded.numbers"
)
_NEAREST = text(
    "SELECT newest.incident_id FROM (SELECT incident_id FROM likeness_vectors WHERE team_id = :team "
    "AND model = :model AND octet_length(vector) = :bytes AND incident_id <> :itself "
    "ORDER BY incident_id DESC LIMIT :among) AS newest "
    "JOIN likeness_near USING (incident_id) "
    "ORDER BY likeness_near.numbers <#> CAST(:own AS vector), newest.incident_id DESC LIMIT :most"
)
_v = likeness_vectors.c
_log = get_logger(__name__)


def prepare(connection: Connection) -> bool:
    """Use pgvector from now on if the server has it and lets us; called with every upgrade, so that it may be
    installed later. Returns whether it is used. That it is missing or may not be created does no harm."""
    if connection.dialect.name == "sqlite" or not connection.execute(_AVAILABLE).scalar():
        return False
    if is_there(connection):
        return True
    try:
        with connection.begin_nested():
            for statement in _CREATE:
                connection.execute(statement)
            _fill(connection)
    except DBAPIError as error:
        _log.info("pgvector_not_used", error=type(error.orig).__name__)
        return False
    return True


def is_there(connection: Connection) -> bool:
    """Whether pgvector compares."""
    return connection.dialect.name != "sqlite" and bool(connection.execute(_THERE).scalar())


def put_near(connection: Connection, incident_id: int, numbers: Sequence[float]) -> None:
    """Keep a vector for pgvector too, after its row in `likeness_vectors`."""
    if is_there(connection):
        connection.execute(_PUT, {"incident_id": incident_id, "numbers": _written(numbers)})


def nearest(connection: Connection, team_id: str, own: Vector, *, itself: int) -> list[int]:
    """The incidents whose vectors of the same model are nearest to it, nearest first."""
    if is_there(connection):
        given = {"team": team_id, "model": own.model, "bytes": 4 * len(own.numbers), "itself": itself}
        given |= {"among": COMPARED_THERE, "own": _written(own.numbers), "most": NEAREST}
        return list(connection.execute(_NEAREST, given).scalars())
    rows = _newest(connection, team_id, own, itself=itself, most=COMPARED)
    near = [(-nearness(own.numbers, numbers), -number) for number, numbers in rows]
    return [-number for _, number in nsmallest(NEAREST, near)]


def background(connection: Connection, team_id: str, own: Vector, *, itself: int) -> list[float]:
    """How near the newest ones are, whatever they are about."""
    rows = _newest(connection, team_id, own, itself=itself, most=BACKGROUND)
    return [nearness(own.numbers, numbers) for _, numbers in rows]


def nearness(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of two vectors of length 1."""
    return float(sum(map(mul, one, other)))


def packed(numbers: Sequence[float]) -> bytes:
    """A vector as 32-bit floats, the same on every machine."""
    return struct.pack(f"<{len(numbers)}f", *numbers)


def unpacked(stored: bytes) -> tuple[float, ...]:
    """The vector that was packed."""
    return struct.unpack(f"<{len(stored) // 4}f", stored)


def _newest(
    connection: Connection, team_id: str, own: Vector, *, itself: int, most: int
) -> list[tuple[int, tuple[float, ...]]]:
    query: Select[tuple[int, bytes]] = (
        select(_v.incident_id, _v.vector)
        .where(_v.team_id == team_id, _v.model == own.model, _v.incident_id != itself)
        .order_by(_v.incident_id.desc())
        .limit(most)
    )
    found = [(row.incident_id, unpacked(row.vector)) for row in connection.execute(query)]
    return [(number, numbers) for number, numbers in found if len(numbers) == len(own.numbers)]


def _fill(connection: Connection) -> None:
    for row in connection.execute(select(_v.incident_id, _v.vector)).yield_per(200):
        given = {"incident_id": row.incident_id, "numbers": _written(unpacked(row.vector))}
        connection.execute(_PUT, given)


def _written(numbers: Sequence[float]) -> str:
    return "[" + ",".join(map(repr, numbers)) + "]"
