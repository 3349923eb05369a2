"""What connections are told."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL, Engine

from storage import address, engine
from tests.databases import Postgres


@pytest.mark.parametrize("build", [engine.build, engine.build_direct])
def test_a_server_that_vanished_is_not_waited_for_for_ever(postgres: Postgres, build: object) -> None:
    """The host of a failed-over server answers nothing any more, not even that it is gone."""
    assert callable(build)
    url: URL = address.read(postgres.new())
    built: Engine = build(url)
    with built.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        told = driver.info.get_parameters()
    built.dispose()
    assert told["tcp_user_timeout"] == "20000"
    assert {name for name in told if name.startswith("keepalives_")} == {
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
    }
