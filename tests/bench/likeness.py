"""Finding similar incidents: how well on the labelled sets, how quickly among many, on both databases.

The first postmortems of a database come in by the product's own code, which is what the rate tells of. The
others are made of them: the terms of one with a few of another, so that a hundred thousand are there in
minutes. A look-up is measured with its own reading of the text, as a job or a command does it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from random import Random

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from bot.clock import SystemClock
from bot.domain.causes import class_of_text
from bot.domain.incident import Scope
from bot.domain.likeness import Portrait, Stage, Traits, traits
from bot.ports import NewIncident
from storage import Database, open_storage
from storage.address import read
from storage.engine import build
from storage.likeness import stems
from storage.tables import incidents, likeness, likeness_terms
from tests.bench.figures import Figure, figure, quantile
from tests.bench.postgres import Databases, settle
from tests.bench.settings import Size
from tests.bench.synthetic import START, Talk
from tests.memory.resemblance import first, precision, second

TEAM = "T1"
DISTINCT = 2_000
BATCH = 2_000
BORROWED = 6
"""Terms that a made-up incident has of another one."""
GOAL = 100.0


def measure(size: Size, databases: Databases) -> Iterator[Figure]:
    """Quality, then look-ups at each size; the memory grows from one to the next."""
    yield from quality()
    held = _known(300 if size.quick else DISTINCT)
    for kind in ("SQLite", "PostgreSQL"):
        url = databases.new(kind)
        database = open_storage(url, clock=SystemClock())
        stored, before = (30 if size.quick else 100), None
        rate = _adding(database, stored)
        yield figure(f"adding a postmortem to the memory, {kind}", rate, "documents/s")
        for documents in size.documents:
            _fill(url, held, stored, documents)
            stored = documents
            p95, computing = _looking_up(database, size.queries)
            name = f"similar incidents among {documents:,}, {kind}"
            goal = f"≤ {GOAL:.0f} ms"
            yield figure(f"{name}, p95", p95, "ms", baseline=before, goal=goal, ok=p95 <= GOAL)
            yield figure(f"{name}, computing in our process, mean", computing, "ms")
            before = p95
        database.close()


def quality() -> Iterator[Figure]:
    """Precision at three by what is known, on the shelf and on the set nothing was tuned on."""
    for name, shelf in (("the shelf", first()), ("the second set", second())):
        for stage, known in (
            (Stage.DRAFTED, "a draft"),
            (Stage.TOLD, "a summary"),
            (Stage.STARTED, "a title"),
        ):
            found = precision(shelf, stage)
            title = f"similar incidents on {name}, precision@3 knowing {known}"
            if stage is Stage.DRAFTED:
                yield figure(title, found, "", goal="≥ 0.8", ok=found >= 0.8)
            else:
                yield figure(title, found, "")


def _portrait(talk: Talk, number: int) -> Portrait:
    document = talk.document(number, team_id=TEAM, channel_id=f"C{number}")
    return Portrait(
        stage=Stage.DRAFTED,
        title=document.title,
        services=document.services,
        cause=document.cause,
        summary=document.summary,
        rest=(document.body,),
        cause_class=class_of_text(document.cause),
    )


def _known(count: int) -> Sequence[Traits]:
    talk = Talk(8)
    return [traits(_portrait(talk, number), stems) for number in range(count)]


def _adding(database: Database, count: int) -> float:
    talk = Talk(7)
    began = time.perf_counter()
    for number in range(count):
        with database.begin() as records:
            made = records.incidents.create(
                NewIncident(
                    team_id=TEAM,
                    channel_id=f"C{number}",
                    scope=Scope.CHANNEL,
                    title=talk.title(),
                    started_at=START,
                    since_ts="1.0",
                )
            )
            records.likeness.put(made.id, TEAM, _portrait(talk, number))
    return count / (time.perf_counter() - began)


def _fill(url: str, held: Sequence[Traits], first_id: int, last_id: int) -> None:
    choose = Random(5)  # the same memory every time
    engine = build(read(url))
    for start in range(first_id + 1, last_id + 1, BATCH):
        with engine.begin() as connection:
            _insert(connection, held, choose, range(start, min(start + BATCH, last_id + 1)))
    engine.dispose()
    settle(url)


def _insert(connection: Connection, held: Sequence[Traits], choose: Random, numbers: range) -> None:
    made = {number: _mixed(held, choose) for number in numbers}
    connection.execute(insert(incidents), [_row(number) for number in numbers])
    connection.execute(
        insert(likeness),
        [{"incident_id": number, "team_id": TEAM, "traits": one} for number, one in made.items()],
    )
    pairs = sorted((term, number) for number, one in made.items() for term in one.weights)
    if connection.dialect.name == "sqlite":
        rows = [{"team_id": TEAM, "term": term, "incident_id": number} for term, number in pairs]
        connection.execute(insert(likeness_terms), rows)
        return
    # a row at a time, six million rows take longer than all else that is measured
    cursor = connection.connection.cursor()
    with cursor.copy("COPY likeness_terms (team_id, term, incident_id) FROM STDIN") as copy:
        for term, number in pairs:
            copy.write_row((TEAM, term, number))


def _mixed(held: Sequence[Traits], choose: Random) -> Traits:
    one, other = choose.choice(held), choose.choice(held)
    borrowed = choose.sample(sorted(other.weights), min(BORROWED, len(other.weights)))
    return one.model_copy(update={"weights": one.weights | {term: other.weights[term] for term in borrowed}})


def _row(number: int) -> dict[str, object]:
    return {
        "id": number,
        "team_id": TEAM,
        "series": "INC",
        "number": 1_000_000 + number,
        "channel_id": f"D{number}",
        "scope": "channel",
        "title": "Synthetic",
        "services": [],
        "status": "published",
        "generation": 1,
        "started_at": START,
        "since_ts": "1.0",
        "no_model": False,
        "is_private": number % 10 == 0,
        "restricted": False,
        "held": False,
        "imported": False,
        "version": 1,
    }


def _looking_up(database: Database, queries: int) -> tuple[float, float]:
    """The 95th percentile by the clock, and the mean that this process computes: on a busy machine the
    first tells of the others."""
    talk, times = Talk(9), []
    now = SystemClock().now()
    asked = [_portrait(talk, number) for number in range(queries)]
    used = 0.0
    for number, portrait in enumerate([asked[0], *asked]):
        used = time.process_time() if number == 1 else used
        began = time.perf_counter()
        with database.read() as records:
            found = records.likeness.nearest(0, TEAM, portrait, before=now)
        if number:  # the first one warms up
            times.append((time.perf_counter() - began) * 1000)
        assert found
    return quantile(times, 0.95), (time.process_time() - used) * 1000 / len(times)
