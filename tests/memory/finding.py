"""How well search answers the labelled queries: through the real use case, on a real database."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.incident import Status
from bot.workflow import searching
from bot.workflow.world import Policy
from storage import Database, synonyms
from tests.clock import ManualClock
from tests.memory.shelf import Query, postmortems, queries
from tests.workflow.worlds import Desk, a_desk


class Answer(NamedTuple):
    """What a query found, by name, best first."""

    query: Query
    found: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of right ones among the first three; of as many as there are right ones, where these are
        fewer, for then nothing could be all right."""
        most = min(3, len(self.query.right))
        return len(set(self.found[:3]) & set(self.query.right)) / most


def library(storage: Database, clock: ManualClock) -> Desk:
    """A workspace whose past the labelled postmortems are, a year after the last of them."""
    desk = a_desk(storage, clock, policy=Policy(synonyms=synonyms.load()))
    with storage.begin() as records:
        for one in postmortems():
            made = records.incidents.create(one.incident(desk.world.team_id))
            records.search.put(one.document(made.id, desk.world.team_id))
            status = Status.PUBLISHED if one.published else Status.IN_REVIEW
            records.incidents.replace(made.model_copy(update={"status": status}))
    return desk


def answers(desk: Desk) -> list[Answer]:
    """The first page for every labelled query."""
    by_title = {one.title: one.name for one in postmortems()}
    return [
        Answer(query, tuple(by_title[hit.title] for hit in found.hits))
        for query in queries()
        if (found := searching.find(desk.world, desk.maya, query.text))
    ]


def mean_precision(found: list[Answer]) -> float:
    """Precision at three, over all queries."""
    return sum(one.precision for one in found) / len(found)
