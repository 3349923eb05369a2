"""The driver's own connections, lent and taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from storage import address, engine
from storage.direct import Direct


@pytest.fixture
def direct(database_url: str) -> Iterator[Direct]:
    """On both databases, impatient."""
    direct = Direct(engine.build_direct(address.read(database_url)), seconds=0.05)
    yield direct
    direct.close()


def test_the_one_used_last_is_lent_again(direct: Direct) -> None:
    """It has its statements prepared and its pages read."""
    with direct.lent() as first, direct.lent() as second:
        assert second is not first
    with direct.lent() as again:
        assert again is first


def test_one_that_was_left_in_an_error_is_replaced(direct: Direct) -> None:
    """Whatever it was in the middle of is undone, and the error is told as SQLAlchemy tells it."""
    with pytest.raises(DBAPIError), direct.lent() as connection:
        connection.execute("SELECT nothing FROM nowhere")
    with suppress(ZeroDivisionError), direct.lent() as other:
        other.execute("BEGIN")
        other.execute("CREATE TABLE half (done INT)")
        raise ZeroDivisionError
    with direct.lent() as third:
        assert third not in (connection, other)
        third.execute("CREATE TABLE half (done INT)")


def test_when_all_are_lent_it_says_so(direct: Direct) -> None:
    """And lends again as soon as one is back, however many failed meanwhile."""
    with ExitStack() as lent:
        for _ in range(engine.DIRECT):
            lent.enter_context(direct.lent())
        with pytest.raises(NoConnection), direct.lent():
            pass
    for _ in range(2 * engine.DIRECT):
        with pytest.raises(DBAPIError), direct.lent() as connection:
            connection.execute("SELECT nothing FROM nowhere")
    with direct.lent() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_threads_never_share_one(direct: Direct) -> None:
    """Each has its own as long as it works."""
    together, lent = threading.Barrier(4), list[int]()

    def work() -> None:
        with direct.lent() as connection:
            lent.append(id(connection))
            together.wait()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(lent)) == 4


def test_one_the_server_dropped_meanwhile_is_replaced_before_it_is_lent(
    direct: Direct, database_url: str
) -> None:
    """Nobody's statement fails because of it."""
    if make_url(database_url).get_backend_name() == "sqlite":
        pytest.skip("a file drops nobody")
    with direct.lent() as kept, direct.lent() as killer:
        killer.execute("SELECT pg_terminate_backend(%s)", (kept.info.backend_pid,))
    for _ in range(2):
        with direct.lent() as connection, direct.lent() as another:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert another.execute("SELECT 1").fetchone() == (1,)


def test_a_database_that_is_away_is_told_and_found_again(database_url: str) -> None:
    """The place of a connection that could not be had is not lost."""
    if make_url(database_url).get_backend_name() == "sqlite":
        pytest.skip("a file is not away")
    nowhere = make_url(address.read(database_url)).update_query_dict({"host": "/nowhere"})
    direct = Direct(engine.build_direct(nowhere), seconds=0.05)
    for _ in range(2 * engine.DIRECT):
        with pytest.raises(OperationalError), direct.lent():
            pass
    direct.close()
