"""Full-text search against LIKE over the same text in the same run, on both databases; and whether it finds
what people mean, on the labelled set."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import text

from bot.clock import SystemClock
from bot.domain.search_query import parse
from storage import Database, open_storage, synonyms
from storage.address import read
from storage.engine import build
from tests.bench.figures import Figure, figure, median, quantile
from tests.bench.postgres import Databases, settle
from tests.bench.settings import Size
from tests.bench.shelf import START, Shelf, put_by
from tests.clock import ManualClock
from tests.memory.finding import answers, library, mean_precision

TEAM = "T1"
ONE_BY_ONE = 1_000
"""Postmortems that are indexed as they come; the others all at once, by what `db reindex` does."""
MANY = 100_000
"""From so many on an index has to be worth its while: a scan of a few hundred takes no time."""
LIKES = 15
"""Queries by LIKE: they are slow, and all alike."""


def measure(size: Size, databases: Databases) -> Iterator[Figure]:
    """Indexing, then searching at each size; the index grows from one to the next."""
    for kind in ("SQLite", "PostgreSQL"):
        if kind == "SQLite" or not size.quick:
            yield _quality(kind, databases)
        url, stored, before = databases.new(kind), 0, None
        database, shelf = open_storage(url, clock=SystemClock()), Shelf(8, team_id=TEAM)
        for documents in size.documents:
            if not stored:
                stored = min(30 if size.quick else ONE_BY_ONE, documents)
                rate = _index(database, shelf, stored)
                yield figure(f"indexing one postmortem after the other, {kind}", rate, "documents/s")
            put_by(url, shelf, stored, documents)
            stored = documents
            began = time.perf_counter()
            with database.begin() as records:
                anew = records.search.rebuild() / (time.perf_counter() - began)
            settle(url)
            yield figure(f"indexing {documents:,} postmortems anew, {kind}", anew, "documents/s")
            found = _searching(database, url, size, kind, documents, before)
            before = found[0].value
            yield from found
        database.close()


def _quality(kind: str, databases: Databases) -> Figure:
    clock = ManualClock()
    database = open_storage(databases.new(kind), clock=clock)
    found = answers(library(database, clock))
    database.close()
    name = f"search, precision@3 over {len(found)} labelled queries, {kind}"
    precision = mean_precision(found)
    return figure(name, precision, "", goal="≥ 0.9", ok=precision >= 0.9)


def _searching(
    database: Database, url: str, size: Size, kind: str, documents: int, before: float | None
) -> list[Figure]:
    shelf = Shelf(9)
    queries = [shelf.query() for _ in range(size.queries)]
    groups = synonyms.load()
    with database.read() as records:
        ask = partial(records.search.query, TEAM, visible=frozenset(), limit=6, synonyms=groups)
        _times(queries[:5], lambda words: ask(parse(words, now=START)))
        ours = _times(queries, lambda words: ask(parse(words, now=START)))
    like = quantile(_times(queries[:LIKES], _like(url)), 0.95)
    p95 = quantile(ours, 0.95)
    name = f"search among {documents:,} postmortems, {kind}"
    faster = figure(
        f"{name}, p95: times faster than {'LIKE' if kind == 'SQLite' else 'ILIKE'}",
        like / p95,
        "×",
        baseline=1.0,
        ratio=like / p95,
        goal="≥ 20×" if documents >= MANY else "",
        ok=like / p95 >= 20 if documents >= MANY else None,
    )
    return [
        figure(f"{name}, p95", p95, "ms", baseline=before, goal="≤ 25 ms", ok=p95 <= 25),
        figure(f"{name}, median", median(ours), "ms"),
        faster,
    ]


def _index(database: Database, shelf: Shelf, count: int) -> float:
    """Add the first documents as the bot does, each in a transaction of its own; returns how many in a
    second."""
    seconds = 0.0
    for number in range(count):
        with database.begin() as records:
            incident = records.incidents.create(shelf.incident(number))
        document = shelf.document(number, incident.id)
        began = time.perf_counter()
        with database.begin() as records:
            records.search.put(document)
        seconds += time.perf_counter() - began
    return count / seconds


def _like(url: str) -> Callable[[str], object]:
    """The same question asked of the same text the plain way: every word somewhere, best guess first."""
    engine = build(read(url))

    def ask(words: str) -> object:
        likes = "LIKE" if engine.dialect.name == "sqlite" else "ILIKE"
        query = parse(words, now=START)
        parts = [*query.words, *query.phrases] or ["pool"]
        conditions = " AND ".join(
            f"(d.title || ' ' || d.cause || ' ' || d.summary || ' ' || d.body) {likes} :w{number}"
            for number in range(len(parts))
        )
        statement = (
            "SELECT d.incident_id, d.title FROM search_documents d JOIN incidents i ON i.id = d.incident_id "
            f"WHERE i.team_id = '{TEAM}' AND NOT i.is_private AND {conditions} "
            "ORDER BY d.published DESC, d.at DESC LIMIT 10"
        )
        given: dict[str, Any] = {f"w{number}": f"%{part}%" for number, part in enumerate(parts)}
        with engine.connect() as connection:
            return connection.execute(text(statement), given).all()

    return ask


def _times(queries: list[str], ask: Callable[[str], object]) -> list[float]:
    """Milliseconds, a query each."""
    times = []
    for words in queries:
        began = time.perf_counter()
        ask(words)
        times.append((time.perf_counter() - began) * 1000)
    return times
