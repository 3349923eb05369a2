"""Bringing a database to this version's schema."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, Engine

from bot.domain.causes import CauseClass
from bot.domain.search_query import SearchQuery
from bot.errors import ConfigError
from storage import address, engine, migrate, open_storage
from storage.tables import metadata
from tests.clock import ManualClock
from tests.storage.builders import AT, TEAM


def _engine(url: str) -> Engine:
    return create_engine(address.read(url))


def _pretend(url: str, revision: str) -> None:
    built = _engine(url)
    with built.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})
    built.dispose()


def test_an_empty_database_is_brought_to_the_head(empty_database_url: str) -> None:
    """State tells before and after, and the tables can be used."""
    before = migrate.state(empty_database_url)
    after = migrate.upgrade(empty_database_url)
    assert (before.current, before.is_current, before.ahead) == (None, False, False)
    assert after.is_current
    assert migrate.state(empty_database_url) == after
    storage = open_storage(empty_database_url, clock=ManualClock())
    with storage.begin() as records:
        assert records.channels.all(TEAM) == ()
    storage.close()


def test_upgrading_twice_is_upgrading_once(database_url: str) -> None:
    """A current database is left as it is."""
    assert migrate.upgrade(database_url) == migrate.upgrade(database_url)


def test_the_tables_are_what_the_migrations_make(database_url: str) -> None:
    """Autogenerate finds nothing to do, types included."""
    built = _engine(database_url)
    with built.connect() as connection:
        options = {"include_name": lambda name, *_: not re.search("search_terms|likeness_near", name or "")}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    built.dispose()


def test_a_database_from_the_future_is_refused_and_left_alone(empty_database_url: str) -> None:
    """The message names both versions; the stored one stays."""
    migrate.upgrade(empty_database_url)
    _pretend(empty_database_url, "9999_hoverboards")
    assert migrate.state(empty_database_url).ahead
    with pytest.raises(ConfigError, match=r"later version.*9999_hoverboards.*Nothing was changed"):
        migrate.upgrade(empty_database_url)
    with pytest.raises(ConfigError, match="later version"):
        migrate.require_current(empty_database_url)
    assert migrate.state(empty_database_url).current == "9999_hoverboards"


def test_an_unmigrated_database_says_what_to_type(empty_database_url: str) -> None:
    """Both when asked at start and when used regardless."""
    with pytest.raises(ConfigError, match="postmortem db upgrade"):
        migrate.require_current(empty_database_url)
    storage = open_storage(empty_database_url, clock=ManualClock())
    with pytest.raises(ConfigError, match="postmortem db upgrade"), storage.begin() as records:
        records.channels.all(TEAM)
    storage.close()


def test_looking_creates_no_file(tmp_path: Path) -> None:
    """`state` of a SQLite file that does not exist leaves the directory empty."""
    assert migrate.state(f"sqlite:///{tmp_path / 'new.db'}").current is None
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    """The others wait for the first and find its work done."""
    found: list[migrate.State] = []
    threads = [
        threading.Thread(target=lambda: found.append(migrate.upgrade(empty_database_url))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [state.is_current for state in found] == [True, True, True]


def test_a_failing_migration_leaves_nothing(empty_database_url: str) -> None:
    """All of it is one transaction: here the first table exists already."""
    migrate.upgrade(empty_database_url)
    _pretend(empty_database_url, "gone")
    built = engine.build(address.read(empty_database_url))
    with built.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("DROP TABLE counters"))
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(empty_database_url)
    with built.connect() as connection:
        assert not built.dialect.has_table(connection, "counters")
    built.dispose()


def test_drafts_from_before_are_counted_by_their_kind_of_cause(empty_database_url: str) -> None:
    """What statistics need is told from the newest revision of each incident when the table comes in."""
    built = engine.build(address.read(empty_database_url))
    with built.begin() as connection:
        _bring(connection, "0008_posting")
        connection.execute(
            text(
                "INSERT INTO incidents (id, team_id, series, number, channel_id, scope, title, services, "
                "status, generation, started_at, since_ts, no_model, is_private, restricted, held, imported, "
                "version) VALUES (7, 'T1', 'INC', 1, 'C1', 'channel', 'Login', '[]', 'published', 0, "
                "'2026-03-02 09:00:00+00:00', '1.000000', false, false, false, false, false, 1)"
            )
        )
        for number, title in ((1, "Old"), (2, "The certificate expired")):
            connection.execute(_A_REVISION, {"number": number, "draft": json.dumps({"title": title})})
    built.dispose()

    assert migrate.upgrade(empty_database_url).is_current

    storage = open_storage(empty_database_url, clock=ManualClock())
    with storage.read() as records:
        since, until = AT - timedelta(days=365), AT + timedelta(days=365)
        (case,) = records.statistics.cases(TEAM, since=since, until=until, visible=frozenset())
    storage.close()
    told = (case.title, case.cause, case.drafted)
    assert told == ("The certificate expired", CauseClass.CERTIFICATE, True)


_A_REVISION = text(
    "INSERT INTO revisions (incident_id, number, team_id, draft, author, reason, created_at, drafter, "
    "prompt_version, template_version, digest, findings, coverage, tokens, seconds, dollars, generation) "
    "VALUES (7, :number, 'T1', :draft, 'bot', 'draft', '2026-03-02 11:00:00+00:00', 'extractive', '', '', "
    "'', '[]', '{}', 0, 0, 0, 1)"
)


def _bring(connection: Connection, revision: str) -> None:
    settings = Config()
    settings.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)


def test_a_database_of_the_first_schema_keeps_its_incidents(empty_database_url: str) -> None:
    """Upgraded with data in it, nothing is lost, its incidents are neither restricted nor held, and what was
    indexed is found."""
    built = engine.build(address.read(empty_database_url))
    with built.begin() as connection:
        _bring(connection, "0001_first_tables")
        connection.execute(
            text(
                "INSERT INTO incidents (id, team_id, series, number, channel_id, scope, title, services, "
                "status, generation, started_at, since_ts, no_model, is_private, version) VALUES "
                "(7, 'T1', 'INC', 1, 'C1', 'channel', 'Checkout', '[]', "
                "'open', 0, '2026-03-02 09:00:00+00:00', '1.000000', false, false, 1)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO search_documents (incident_id, team_id, channel_id, is_private, title, cause, "
                "summary, body, services, published, at) VALUES (7, 'T1', 'C1', false, 'Checkout', "
                "'The pool ran dry.', '', '', '[\"checkout-api\"]', true, '2026-03-02 09:00:00+00:00')"
            )
        )
    built.dispose()

    assert migrate.upgrade(empty_database_url).is_current

    storage = open_storage(empty_database_url, clock=ManualClock())
    with storage.begin() as records:
        asked = SearchQuery(words=("pools",), services=("checkout",))
        assert [hit.key for hit in records.search.query(TEAM, asked, visible=frozenset())] == ["INC-1"]
        assert records.search.services(TEAM) == ("checkout-api",)
        incident = records.incidents.get(7)
        assert incident is not None
        assert (incident.title, incident.restricted, incident.held) == ("Checkout", False, False)
        assert records.members.get(TEAM, "C1") is None
        assert records.incidents.replace(incident.model_copy(update={"held": True})).held
    storage.close()
