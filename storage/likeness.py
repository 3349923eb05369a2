"""The terms of incidents by which they resemble each other, and what each was told.

A look-up reads a bounded part of the inverted index, however many incidents there are: how rare a term is
is judged among the newest incidents, and of a term that thousands share only the newest are candidates.
No row is shared between incidents, so that nothing is left of one that is erased and no writer waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import nlargest
from typing import TypeVar

from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.engine import Connection

from bot.domain.incident import Status
from bot.domain.likeness import (
    Portrait,
    Rarity,
    Traits,
    compare,
    nudged,
    rarity,
    reasons,
    traits,
    unworded,
)
from bot.ports.likeness import Kin, Match, Told, Vector
from storage import likeness_near
from storage.columns import storable
from storage.likeness_near import packed, unpacked
from storage.rows import insert_new, put
from storage.tables import (
    incidents,
    likeness,
    likeness_matches,
    likeness_terms,
    likeness_told,
    likeness_vectors,
)
from storage.terms import composed, terms

WINDOW = 500
"""How rare a term is, is judged among so many of the newest incidents."""
NEWEST = 200
"""Incidents that are looked at for one term."""
MOST_ASKED = 24
"""Terms that candidates are looked up by, the most telling ones: all the others only compare."""
ROUGH, EXACT = 200, 40
"""Candidates whose visibility is looked up, and those that are compared term by term."""
CHUNK = 500
_Item = TypeVar("_Item")
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


class LikenessTable:
    """The Likeness port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, incident_id: int, team_id: str, portrait: Portrait) -> None:
        """Keep the terms of an incident, replacing what was there for it."""
        self._outdate([incident_id])
        found = _traits(portrait)
        known = self._traits([incident_id]).get(incident_id)
        if known == found:
            return
        self._forget_terms(incident_id, team_id, known)
        self._connection.execute(
            delete(likeness_vectors).where(likeness_vectors.c.incident_id == incident_id)
        )
        row = {"incident_id": incident_id, "team_id": team_id, "traits": found}
        put(self._connection, likeness, row)
        index = [
            {"team_id": team_id, "term": term, "incident_id": incident_id} for term in sorted(found.weights)
        ]
        if index:
            self._connection.execute(insert(likeness_terms), index)

    def remove(self, incident_id: int) -> None:
        """Forget its terms and vectors."""
        row = self._connection.execute(
            select(likeness.c.team_id).where(likeness.c.incident_id == incident_id)
        ).first()
        if row is not None:
            self._forget_terms(incident_id, row.team_id, self._traits([incident_id]).get(incident_id))
        for table in (likeness, likeness_vectors):
            self._connection.execute(delete(table).where(table.c.incident_id == incident_id))

    def nearest(
        self,
        incident_id: int,
        team_id: str,
        portrait: Portrait,
        *,
        before: datetime,
        private_in: Sequence[str] = (),
        only_in: str = "",
        limit: int = 5,
    ) -> tuple[Kin, ...]:
        """Other incidents started before then, best first: public ones, and private ones of some channels."""
        mine = _traits(portrait)
        frequencies = _Frequencies(self._connection, team_id)
        own = self.vector(incident_id)
        near = likeness_near.nearest(self._connection, team_id, own, itself=incident_id) if own else []
        rough = list(dict.fromkeys((*near, *self._rough(team_id, mine, frequencies, incident_id))))
        visible = self._visible(rough, before, private_in, only_in)
        held = self._traits([one for one in rough if one in visible][:EXACT])
        frequencies.read({*mine.weights, *(term for one in held.values() for term in one.weights)})
        found = [_kin(one, mine, held[one], frequencies.worth) for one in held]
        if own is not None:
            background = likeness_near.background(self._connection, team_id, own, itself=incident_id)
            found = self._nudged(own, found, background)
        return tuple(nlargest(limit, (one for one in found if one.score > 0), key=lambda one: one.score))

    def put_vector(self, incident_id: int, team_id: str, vector: Vector) -> None:
        """Keep the vector of an incident that is there to be compared."""
        known = select(likeness.c.incident_id).where(likeness.c.incident_id == incident_id)
        if self._connection.execute(known).first() is not None:
            row = {"incident_id": incident_id, "team_id": team_id, **vector.model_dump(exclude={"numbers"})}
            put(self._connection, likeness_vectors, row | {"vector": packed(vector.numbers)})
            likeness_near.put_near(self._connection, incident_id, vector.numbers)
            self._outdate([incident_id])

    def vector(self, incident_id: int) -> Vector | None:
        """Its vector, unless its terms have changed since."""
        return self._vectors([incident_id]).get(incident_id)

    def tell(self, incident_id: int, team_id: str, told: Told) -> None:
        """Keep what an incident resembles."""
        put(
            self._connection,
            likeness_told,
            {"incident_id": incident_id, "team_id": team_id, "basis": told.basis},
        )
        self._connection.execute(
            delete(likeness_matches).where(likeness_matches.c.incident_id == incident_id)
        )
        for match in told.matches:
            row = {"incident_id": incident_id, "team_id": team_id, **match.model_dump()}
            insert_new(self._connection, likeness_matches, row)

    def told(self, incident_id: int) -> Told:
        """What it was told last; empty if never."""
        t, m = likeness_told.c, likeness_matches.c
        basis = self._connection.execute(select(t.basis).where(t.incident_id == incident_id)).scalar()
        query = select(m.other_id, m.chance, m.shared, m.same_class).where(m.incident_id == incident_id)
        rows = self._connection.execute(query.order_by(m.chance.desc(), m.other_id.desc()))
        return Told(basis=basis or "", matches=tuple(Match(**row) for row in rows.mappings()))

    def forsake(self, incident_id: int) -> tuple[int, ...]:
        """Forget its vector, what it was told and where it was told of; returns who was told of it."""
        m = likeness_matches.c
        others = select(m.incident_id).where(m.other_id == incident_id).order_by(m.incident_id)
        concerned = tuple(self._connection.execute(others).scalars())
        gone = or_(m.incident_id == incident_id, m.other_id == incident_id)
        self._connection.execute(delete(likeness_matches).where(gone))
        self._connection.execute(
            delete(likeness_vectors).where(likeness_vectors.c.incident_id == incident_id)
        )
        self._outdate([incident_id, *concerned])
        return concerned

    def _vectors(self, numbers: Sequence[int]) -> dict[int, Vector]:
        v = likeness_vectors.c
        query = select(v.incident_id, v.model, v.digest, v.vector).where(v.incident_id.in_(list(numbers)))
        return {
            row.incident_id: Vector(model=row.model, digest=row.digest, numbers=unpacked(row.vector))
            for row in self._connection.execute(query).all()
        }

    def _nudged(self, own: Vector, found: Sequence[Kin], background: Sequence[float]) -> list[Kin]:
        """The candidates, their scores moved by their vectors where both sides have one of the same model;
        one that hardly shares a word may be near by its vector alone."""
        theirs = self._vectors([one.incident_id for one in found])
        near = {
            number: likeness_near.nearness(own.numbers, one.numbers)
            for number, one in theirs.items()
            if one.model == own.model and len(one.numbers) == len(own.numbers)
        }
        others = [near[one.incident_id] for one in found if one.score > 0 and one.incident_id in near]

        def moved(one: Kin) -> Kin:
            if one.incident_id not in near:
                return one
            similarity = near[one.incident_id]
            score = max(nudged(one.score, similarity, others), unworded(similarity, background))
            return one.model_copy(update={"score": score})

        return [moved(one) for one in found]

    def _outdate(self, numbers: Sequence[int]) -> None:
        for some in _chunks(numbers):
            stale = likeness_told.c.incident_id.in_(some)
            self._connection.execute(update(likeness_told).where(stale).values(basis=""))

    def _forget_terms(self, incident_id: int, team_id: str, known: Traits | None) -> None:
        t = likeness_terms.c
        for some in _chunks(sorted(known.weights) if known else []):
            mine = (t.team_id == team_id, t.term.in_(some), t.incident_id == incident_id)
            self._connection.execute(delete(likeness_terms).where(*mine))

    def _rough(self, team_id: str, mine: Traits, known: _Frequencies, itself: int) -> list[int]:
        """Candidates by the terms they share, the best first."""
        known.read(mine.weights)
        weighed = {term: weight * known.worth(term) ** 2 for term, weight in mine.weights.items()}
        asked = [term for term in nlargest(MOST_ASKED, weighed, key=weighed.__getitem__) if weighed[term] > 0]
        if not asked:
            return []
        places = range(len(asked))
        given: dict[str, object] = {f"term{at}": asked[at] for at in places}
        given |= {f"worth{at}": weighed[asked[at]] for at in places}
        given |= {"team": team_id, "most": NEWEST, "itself": itself, "rough": ROUGH}
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

    def _traits(self, numbers: Sequence[int]) -> dict[int, Traits]:
        query = select(likeness.c.incident_id, likeness.c.traits).where(
            likeness.c.incident_id.in_(list(numbers))
        )
        return {number: Traits.model_validate(held) for number, held in self._connection.execute(query).all()}


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
        for some in _chunks(new):
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


def _traits(portrait: Portrait) -> Traits:
    """The terms of an incident as they can be stored."""
    found = traits(portrait, stems)
    return found.model_copy(update={"weights": {storable(term): one for term, one in found.weights.items()}})


def stems(said: str) -> Iterator[tuple[str, str]]:
    """The words of a text as (stem, word), as the search has them."""
    return ((term.stem, term.form) for term in terms(composed(said)))


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))
