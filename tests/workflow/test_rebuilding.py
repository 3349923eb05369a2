"""What is derived from postmortems is derived anew as it was made the first time, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Table, create_engine, delete, select

from bot.domain.incident import Incident, StartRequest
from bot.domain.postmortem import ActionItem, Claim, Draft
from bot.domain.search_query import parse
from bot.ports.likeness import Vector
from bot.workflow import holding, life, review, starting
from bot.workflow.rebuilding import Rebuilt, incidents_of, rebuild, rebuild_shared
from bot.workflow.world import Policy
from storage import Database
from storage.tables import action_items, case_facts, jobs, likeness, likeness_terms, search_documents
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, ToldDrafter, a_desk

DERIVED = (search_documents, likeness, likeness_terms, case_facts)
SAID = (
    "Checkout answers 502 for everybody.",
    "Rolled back, it works again.",
    "We should add an alert on the connection count.",
)
DRAFT = Draft(
    title="Checkout is down",
    summary=(Claim(text="Checkout answers 502 for everybody.", evidence=(1,)),),
    resolution=(Claim(text="Rolled back, it works again.", evidence=(2,)),),
    action_items=(ActionItem(text="Add an alert on the connection count.", evidence=(3,)),),
)


class Stock:
    """Four postmortems: a plain one, one on hold, a restricted one and a discarded one; and an incident that
    is still open."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk, self.world, self._url = desk, desk.world, url
        self.plain, self.held, self.restricted, self.discarded = (self._drafted() for _ in range(4))
        holding.hold(self.world, self.held.id, desk.maya, on=True)
        holding.restrict(self.world, self.restricted.id, desk.maya, on=True)
        review.discard(self.world, self.discarded.id, desk.maya, "twice")
        starting.start(self.world, desk.channel, desk.maya, StartRequest(title="Search is slow"))
        desk.settle()

    def _drafted(self) -> Incident:
        desk = self.desk
        desk.jump(days=2)  # what was said of the one before is not part of the next
        incident = starting.start(self.world, desk.channel, desk.maya, StartRequest(title="Checkout is down"))
        desk.settle()
        for text in SAID:
            desk.clock.advance(minutes=3)
            desk.chat.say(desk.channel, desk.maya, text)
        life.resolve(self.world, incident.id, desk.maya)
        desk.jump(hours=2)
        return incident

    def rebuilt(self) -> Rebuilt:
        """Derive everything anew."""
        with self.world.storage.begin() as records:
            rebuild_shared(records)
            numbers = incidents_of(records, self.world.team_id)
        told = list[int]()
        done = rebuild(self.world, numbers, told.append)
        assert sum(told) == len(numbers) == 5
        return done

    def rows(self, *tables: Table) -> dict[str, list[str]]:
        """What stands in tables."""
        engine = create_engine(self._url)
        with engine.connect() as connection:
            found = {one.name: sorted(map(repr, connection.execute(select(one)))) for one in tables}
        engine.dispose()
        return found

    def lose(self, *tables: Table) -> None:
        """Empty tables, as they are in a database from before there were any."""
        engine = create_engine(self._url)
        with engine.begin() as connection:
            for table in tables:
                connection.execute(delete(table))
        engine.dispose()

    def found(self, words: str) -> set[int]:
        """What a search finds."""
        with self.world.storage.read() as records:
            hits = records.search.query(
                self.world.team_id, parse(words, now=self.desk.clock.now()), visible=frozenset()
            )
        return {hit.incident_id for hit in hits}

    def items(self) -> list[tuple[int, str, object]]:
        """Action items: of which incident, what, and proposed when."""
        with self.world.storage.read() as records:
            numbers = incidents_of(records, self.world.team_id)
            return [
                (number, item.text, item.proposed_at)
                for number in numbers
                for item in records.actions.of(number)
            ]


@pytest.fixture
def stock(storage: Database, database_url: str, clock: ManualClock) -> Stock:
    """The postmortems, in a database that can also be looked into from outside."""
    policy = Policy(admins="admins")
    desk = a_desk(storage, clock, drafter=ToldDrafter("offline", DRAFT), policy=policy)
    desk.chat.groups["admins"] = {desk.maya}
    return Stock(desk, database_url)


def test_what_was_lost_is_as_it_was_made(stock: Stock) -> None:
    """Search, likeness, facts and action items; proposed when their drafts were stored. Nothing more is told
    of the restricted one and the discarded one than before, and nothing is asked of anybody."""
    before, listed, asked = stock.rows(*DERIVED), stock.items(), stock.rows(jobs)
    assert len(listed) == 4
    stock.lose(*DERIVED, action_items)
    stock.desk.clock.advance(days=30)
    assert stock.rebuilt() == Rebuilt(incidents=5, drafted=4, items=4)
    assert stock.rows(*DERIVED) == before
    assert stock.items() == listed
    assert stock.rows(jobs) == asked
    assert stock.found("alert connection") == {stock.plain.id, stock.held.id}


def test_twice_does_what_once_does(stock: Stock) -> None:
    """What people decided about an item stays, and a whole database is left as it is."""
    with stock.world.storage.begin() as records:
        (item,) = records.actions.of(stock.plain.id)
        records.actions.replace(item.model_copy(update={"priority": "high", "place": None}))
    before = stock.rows(*DERIVED, action_items, jobs)
    for _ in range(2):
        assert stock.rebuilt() == Rebuilt(incidents=5, drafted=4, items=0)
        assert stock.rows(*DERIVED, action_items, jobs) == before


def test_what_may_not_be_compared_any_more_is_taken_back(stock: Stock) -> None:
    """Rows that a fault left behind: a restricted incident is found and compared no more, and who was told
    of it is told anew."""
    with stock.world.storage.begin() as records:
        hidden = records.incidents.get(stock.plain.id)
        assert hidden is not None
        records.incidents.replace(hidden.model_copy(update={"restricted": True}))
    assert stock.found("alert connection") == {stock.plain.id, stock.held.id}
    stock.rebuilt()
    assert stock.found("alert connection") == {stock.held.id}
    assert f"({stock.plain.id}, " not in str(stock.rows(likeness))


class Embedder:
    """Would turn texts into vectors."""

    model = "small"

    def embed(self, text: str) -> tuple[float, ...]:
        """One that says nothing."""
        del text
        return (1.0, 0.0)


def test_vectors_are_asked_for_where_there_are_none(stock: Stock) -> None:
    """Where an endpoint for them is configured, and never of what a model may not see."""
    vector = Vector(model="small", digest="d", numbers=(1.0, 0.0))
    with stock.world.storage.begin() as records:
        records.likeness.put_vector(stock.held.id, stock.world.team_id, vector)
    stock.world = replace(stock.world, embedder=Embedder())
    stock.rebuilt()
    with stock.world.storage.read() as records:
        asked = {job.incident_id for job in records.jobs.listed() if job.kind == "embed"}
    assert asked == {stock.plain.id}
