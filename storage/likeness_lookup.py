"""Which incidents resemble one: candidates by shared terms and near vectors, compared one by one.

A look-up reads a bounded part of the inverted index, however many incidents there are: how rare a term is
is judged among the newest incidents, and of a term that thousands share only the newest are candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from heapq import nlargest

from sqlalchemy import func, or_, select, text
from sqlalchemy.engine import Connection

from bot.domain.incident import Status
from bot.domain.likeness import Rarity, Traits, compare, nudged, rarity, reasons, unworded
from bot.ports.likeness import Kin, Vector
from storage import likeness_near
from storage.likeness_rows import read_traits, read_vectors
from storage.rows import chunks
from storage.tables import incidents, likeness, likeness_terms

WINDOW = 500
"""How rare a term is, is judged among so many of the newest incidents."""
NEWEST = 200
"""Incidents that are looked at for one term."""
MOST_ASKED = 24
"""Terms that candidates are looked up by, the most telling ones: all the others only compare."""
ROUGH, EXACT = 200, 40
"""Candidates whose visibility is looked up, and those that are compared term by term."""
_BRANCH = (
    "SELECT incident_id, CAST(:worth{0} AS FLOAT) AS worth FROM (SELECT incident_id FROM likeness_terms "
    "WHERE team_id = :team AND term = :term{0} ORDER BY incident_id DESC LIMIT :most) AS held{0}"
)
"""The newest incidents of one term."""
_BEST = (
    "SELECT incident_id FROM ({}) AS found WHERE incident_id <> :itself "
    "GROUP BY incident_id ORDER BY sum(worth) DESC, incident_id DESC LIMIT :rough"
)
"""Those that share most, in one round trip."""
_PUT_AWAY = (Status.DISCARDED.value, Status.DISMISSED.value)


class Lookup:
    """A look-up for one incident of a workspace."""

    def __init__(self, connection: Connection, team_id: str, incident_id: int) -> None:
        self._connection = connection
        self._team = team_id
        self._itself = incident_id
        self._frequencies = _Frequencies(connection, team_id)

    def nearest(
        self, mine: Traits, *, before: datetime, private_in: Sequence[str], only_in: str, limit: int
    ) -> tuple[Kin, ...]:
        """Other incidents started before then, best first: public ones, and private ones of some channels."""
        own = read_vectors(self._connection, [self._itself]).get(self._itself)
        rough = list(dict.fromkeys((*self._near(own), *self._rough(mine))))
        visible = self._visible(rough, before, private_in, only_in)
        held = read_traits(self._connection, [one for one in rough if one in visible][:EXACT])
        found = self._compared(mine, held)
        if own is not None:
            found = self._nudged(own, found)
        return tuple(nlargest(limit, (one for one in found if one.score > 0), key=lambda one: one.score))

    def _near(self, own: Vector | None) -> list[int]:
        """Candidates by their vectors."""
        if own is None:
            return []
        return likeness_near.nearest(self._connection, self._team, own, itself=self._itself)

    def _rough(self, mine: Traits) -> list[int]:
        """Candidates by the terms they share, the best first."""
        known = self._frequencies
        known.read(mine.weights)
        weighed = {term: weight * known.worth(term) ** 2 for term, weight in mine.weights.items()}
        asked = [term for term in nlargest(MOST_ASKED, weighed, key=weighed.__getitem__) if weighed[term] > 0]
        if not asked:
            return []
        places = range(len(asked))
        given: dict[str, object] = {f"term{at}": asked[at] for at in places}
        given |= {f"worth{at}": weighed[asked[at]] for at in places}
        given |= {"team": self._team, "most": NEWEST, "itself": self._itself, "rough": ROUGH}
        branches = " UNION ALL ".join(_BRANCH.format(at) for at in places)
        return list(self._connection.execute(text(_BEST.format(branches)), given).scalars().all())

    def _visible(
        self, numbers: Sequence[int], before: datetime, private_in: Sequence[str], only_in: str
    ) -> frozenset[int]:
        i = incidents.c
        query = select(i.id).where(
            i.id.in_(list(numbers)),
            i.started_at < before,
            ~i.restricted,
            i.status.not_in(_PUT_AWAY),
            or_(~i.is_private, i.channel_id.in_(list(private_in))),
        )
        if only_in:
            query = query.where(i.channel_id == only_in)
        return frozenset(self._connection.execute(query).scalars())

    def _compared(self, mine: Traits, held: dict[int, Traits]) -> list[Kin]:
        """The candidates, compared term by term."""
        self._frequencies.read({*mine.weights, *(term for one in held.values() for term in one.weights)})
        return [_kin(number, mine, other, self._frequencies.worth) for number, other in held.items()]

    def _nudged(self, own: Vector, found: Sequence[Kin]) -> list[Kin]:
        """The candidates, their scores moved by their vectors where both sides have one of the same model;
        one that hardly shares a word may be near by its vector alone."""
        theirs = read_vectors(self._connection, [one.incident_id for one in found])
        near = {
            number: likeness_near.nearness(own.numbers, one.numbers)
            for number, one in theirs.items()
            if one.model == own.model and len(one.numbers) == len(own.numbers)
        }
        background = likeness_near.background(self._connection, self._team, own, itself=self._itself)
        others = [near[one.incident_id] for one in found if one.score > 0 and one.incident_id in near]

        def moved(one: Kin) -> Kin:
            if one.incident_id not in near:
                return one
            similarity = near[one.incident_id]
            score = max(nudged(one.score, similarity, others), unworded(similarity, background))
            return one.model_copy(update={"score": score})

        return [moved(one) for one in found]


class _Frequencies:
    """How many of the newest incidents hold a term, read when first asked for."""

    def __init__(self, connection: Connection, team_id: str) -> None:
        self._connection = connection
        self._team = team_id
        mine = select(likeness.c.incident_id).where(likeness.c.team_id == team_id)
        newest = mine.order_by(likeness.c.incident_id.desc()).limit(WINDOW).subquery()
        among, since = connection.execute(
            select(func.count(), func.min(newest.c.incident_id)).select_from(newest)
        ).one()
        self._among = int(among)
        self._since = int(since or 0)
        self._held: dict[str, float] = {}

    def read(self, wanted: Iterable[str]) -> None:
        """Read what is not known yet."""
        t = likeness_terms.c
        new = sorted(term for term in wanted if term not in self._held)
        self._held |= dict.fromkeys(new, rarity(0, self._among))
        for some in chunks(new):
            counted = (
                select(t.term, func.count())
                .where(t.team_id == self._team, t.term.in_(some), t.incident_id >= self._since)
                .group_by(t.term)
            )
            for term, holding in self._connection.execute(counted).all():
                self._held[term] = rarity(holding, self._among)

    def worth(self, term: str) -> float:
        """What a term that was read is worth."""
        return self._held[term]


def _kin(number: int, mine: Traits, other: Traits, worth: Rarity) -> Kin:
    found = compare(mine, other, worth)
    return Kin(
        incident_id=number,
        score=found.score,
        shared=reasons(found.shared, other.words),
        cause_class=other.cause_class,
    )
