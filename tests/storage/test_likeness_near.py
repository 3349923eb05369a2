"""Incidents whose vectors are near, with pgvector and without it."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.ports import Records
from bot.ports.likeness import Vector
from storage import Database, likeness_near, open_storage
from storage.address import read
from storage.engine import build
from tests.clock import ManualClock
from tests.databases import Postgres
from tests.storage.builders import TEAM
from tests.storage.test_likeness import LATER, add, portrait

LAWN = "Giraffes ate the lawn."
OTHERS = 20


def vector(*numbers: float, model: str = "m") -> Vector:
    """One of length 1 as it is stored."""
    length = math.hypot(*numbers)
    return Vector(model=model, digest="d", numbers=tuple(number / length for number in numbers))


def strewn(seed: int) -> Vector:
    """One that points anywhere."""
    choose = random.Random(seed)
    return vector(*(choose.gauss(0, 1) for _ in range(64)))


@pytest.fixture(params=["SQLite", "PostgreSQL", "PostgreSQL with pgvector"])
def kept(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Database]:
    """A database of each kind."""
    if request.param == "SQLite":
        yield request.getfixturevalue("sqlite_storage")
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new(migrated=True)
    if request.param == "PostgreSQL":
        built = build(read(url))
        with built.begin() as connection:
            connection.execute(text("DROP EXTENSION vector CASCADE"))
        built.dispose()
    opened = open_storage(url, clock=clock)
    yield opened
    opened.close()


def shelf(records: Records) -> tuple[int, int]:
    """Twenty incidents of any direction; the first of them, and one that points where that one does."""
    numbers = []
    for number in range(OTHERS):
        numbers.append(add(records, f"Zebra{number} herd{number}.", channel=f"C{number}"))
        records.likeness.put_vector(numbers[-1], TEAM, strewn(number))
    new = add(records, LAWN, channel="CNEW")
    records.likeness.put_vector(new, TEAM, strewn(0))
    return numbers[0], new


def found(records: Records, new: int) -> list[tuple[int, tuple[str, ...], float]]:
    """What the new incident resembles."""
    kin = records.likeness.nearest(new, TEAM, portrait(LAWN), before=LATER)
    return [(one.incident_id, one.shared, round(one.score, 6)) for one in kin]


def test_one_that_shares_no_word_is_found_by_its_vector(kept: Database) -> None:
    """The same on every database, and only that one: to point somewhere is not to be near."""
    with kept.begin() as records:
        near, new = shelf(records)
        assert found(records, new) == [(near, (), 0.225)]


def test_vectors_of_another_model_or_length_are_not_compared(kept: Database) -> None:
    """Nor is one that is gone: with its incident, or because its words changed."""
    with kept.begin() as records:
        near, new = shelf(records)
        records.likeness.put_vector(near, TEAM, strewn(0).model_copy(update={"model": "other"}))
        assert found(records, new) == []
        records.likeness.put_vector(near, TEAM, vector(1.0, 2.0))
        assert found(records, new) == []
        records.likeness.put_vector(near, TEAM, strewn(0))
        assert len(found(records, new)) == 1
        records.likeness.forsake(near)
        assert found(records, new) == []
        records.likeness.put_vector(near, TEAM, strewn(0))
        records.eraser.incident(near)
        assert found(records, new) == []


def test_what_may_not_be_seen_is_not_found_by_its_vector_either(kept: Database) -> None:
    """A private one only from its own channel."""
    with kept.begin() as records:
        near, new = shelf(records)
        hidden = records.incidents.get(near)
        assert hidden is not None
        records.incidents.replace(hidden.model_copy(update={"is_private": True}))
        assert found(records, new) == []
        told = records.likeness.nearest(new, TEAM, portrait(LAWN), before=LATER, private_in=("C0",))
        assert [one.incident_id for one in told] == [near]


@pytest.fixture
def server_engine(postgres: Postgres) -> Iterator[Engine]:
    """A new migrated PostgreSQL database."""
    built = build(read(postgres.new(migrated=True)))
    yield built
    built.dispose()


def test_pgvector_that_is_installed_later_takes_over_what_is_there(postgres: Postgres) -> None:
    """With the next upgrade, without asking any endpoint again."""
    url = postgres.new(migrated=True)
    built, storage = build(read(url)), open_storage(url, clock=ManualClock())
    with built.begin() as connection:
        connection.execute(text("DROP EXTENSION vector CASCADE"))
        assert not likeness_near.is_there(connection)
    with storage.begin() as records:
        near, new = shelf(records)
        before = found(records, new)
    with built.begin() as connection:
        assert likeness_near.prepare(connection)
        assert likeness_near.prepare(connection)
        count = connection.execute(text("SELECT count(*) FROM likeness_near")).scalar()
    with storage.begin() as records:
        assert found(records, new) == before == [(near, (), 0.225)]
    assert count == OTHERS + 1
    storage.close()
    built.dispose()


def test_where_pgvector_may_not_be_created_the_upgrade_goes_on(server_engine: Engine) -> None:
    """Somebody else's server: nothing fails, and the transaction can be used."""
    with server_engine.begin() as connection:
        connection.execute(text("DROP EXTENSION vector CASCADE"))
        connection.execute(text("DROP TABLE IF EXISTS likeness_near"))
        connection.execute(text("CREATE ROLE guest_of_somebody"))
        connection.execute(text("SET LOCAL ROLE guest_of_somebody"))
        assert not likeness_near.prepare(connection)
        assert connection.execute(text("SELECT 1")).scalar() == 1
        connection.execute(text("RESET ROLE"))
        connection.execute(text("DROP ROLE guest_of_somebody"))
