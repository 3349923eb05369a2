"""Full-text search against LIKE over the same text in the same run, on both databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text

from bot.clock import SystemClock
from bot.domain.incident import Scope
from bot.domain.search_query import parse
from bot.ports import NewIncident
from storage import Database, open_storage
from storage.address import read
from storage.engine import build
from tests.bench.figures import Figure, figure, quantile
from tests.bench.postgres import Databases
from tests.bench.settings import Size
from tests.bench.synthetic import START, Talk

TEAM = "T1"
BATCH = 500
LIKES = 15
"""Queries by LIKE: they are slow, and all alike."""


def measure(size: Size, databases: Databases) -> Iterator[Figure]:
    """Indexing, then searching at each size; the index grows from one to the next."""
    for kind in ("SQLite", "PostgreSQL"):
        url, stored, before = databases.new(kind), 0, None
        database = open_storage(url, clock=SystemClock())
        talk = Talk(8)
        for documents in size.documents:
            began = time.perf_counter()
            _index(database, talk, stored, documents)
            rate = (documents - stored) / (time.perf_counter() - began)
            stored = documents
            if kind == "PostgreSQL":
                _analyse(url)
            yield figure(f"indexing up to {documents:,} postmortems, {kind}", rate, "documents/s")
            found = _searching(database, url, size, kind, documents, before)
            before = found[0].value
            yield from found
        database.close()


def _searching(
    database: Database, url: str, size: Size, kind: str, documents: int, before: float | None
) -> list[Figure]:
    talk = Talk(9)
    queries = [talk.query() for _ in range(size.queries)]
    with database.read() as records:
        for words in queries[:3]:
            records.search.query(TEAM, parse(words, now=START), visible=frozenset())
        ours = _p95(
            queries,
            lambda words: records.search.query(TEAM, parse(words, now=START), visible=frozenset()),
        )
    like = _p95(queries[:LIKES], _like(url))
    name = f"search among {documents:,} postmortems, {kind}, p95"
    return [
        figure(name, ours, "ms", baseline=before, goal="≤ 25 ms", ok=ours <= 25),
        figure(
            f"{name}: times faster than {'LIKE' if kind == 'SQLite' else 'ILIKE'}",
            like / ours,
            "×",
            baseline=1.0,
            ratio=like / ours,
            goal="≥ 20×",
            ok=like / ours >= 20,
        ),
    ]


def _index(database: Database, talk: Talk, first: int, last: int) -> None:
    for start in range(first, last, BATCH):
        with database.begin() as records:
            for number in range(start, min(start + BATCH, last)):
                channel = f"C{number}"
                new = NewIncident(
                    team_id=TEAM,
                    channel_id=channel,
                    scope=Scope.CHANNEL,
                    title=talk.title(),
                    started_at=START,
                    since_ts="1.0",
                    is_private=number % 10 == 0,
                )
                incident = records.incidents.create(new)
                records.search.put(talk.document(incident.id, team_id=TEAM, channel_id=channel))


def _analyse(url: str) -> None:
    """What autovacuum does within a minute."""
    engine = build(read(url)).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _like(url: str) -> Callable[[str], object]:
    """The same question asked of the same text the plain way: every word somewhere, best guess first."""
    engine = build(read(url))

    def ask(words: str) -> object:
        likes = "LIKE" if engine.dialect.name == "sqlite" else "ILIKE"
        parts = words.split()
        conditions = " AND ".join(
            f"(d.title || ' ' || d.cause || ' ' || d.summary || ' ' || d.body) {likes} :w{number}"
            for number in range(len(parts))
        )
        query = (
            "SELECT d.incident_id, d.title FROM search_documents d JOIN incidents i ON i.id = d.incident_id "
            f"WHERE i.team_id = '{TEAM}' AND NOT i.is_private AND {conditions} "
            "ORDER BY d.published DESC, d.at DESC LIMIT 10"
        )
        given: dict[str, Any] = {f"w{number}": f"%{part}%" for number, part in enumerate(parts)}
        with engine.connect() as connection:
            return connection.execute(text(query), given).all()

    return ask


def _p95(queries: list[str], ask: Callable[[str], object]) -> float:
    times = []
    for words in queries:
        began = time.perf_counter()
        ask(words)
        times.append((time.perf_counter() - began) * 1000)
    return quantile(times, 0.95)
