"""The terms of incidents by which they resemble each other, and what each was told.

No row is shared between incidents, so that nothing is left of one that is erased and no writer waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.domain.likeness import Portrait, Traits, traits
from bot.ports.likeness import Kin, Match, Told, Vector
from storage import likeness_near
from storage.columns import storable
from storage.likeness_lookup import Lookup
from storage.likeness_near import packed
from storage.likeness_rows import read_traits, read_vectors
from storage.rows import chunks, insert_new, put
from storage.tables import likeness, likeness_matches, likeness_terms, likeness_told, likeness_vectors
from storage.terms import composed, terms


class LikenessTable:
    """The Likeness port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, incident_id: int, team_id: str, portrait: Portrait) -> None:
        """Keep the terms of an incident, replacing what was there for it."""
        self._outdate([incident_id])
        found = _traits(portrait)
        known = read_traits(self._connection, [incident_id]).get(incident_id)
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
            self._forget_terms(
                incident_id, row.team_id, read_traits(self._connection, [incident_id]).get(incident_id)
            )
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
        lookup = Lookup(self._connection, team_id, incident_id)
        mine = _traits(portrait)
        return lookup.nearest(mine, before=before, private_in=private_in, only_in=only_in, limit=limit)

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
        return read_vectors(self._connection, [incident_id]).get(incident_id)

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

    def _outdate(self, numbers: Sequence[int]) -> None:
        for some in chunks(numbers):
            stale = likeness_told.c.incident_id.in_(some)
            self._connection.execute(update(likeness_told).where(stale).values(basis=""))

    def _forget_terms(self, incident_id: int, team_id: str, known: Traits | None) -> None:
        t = likeness_terms.c
        for some in chunks(sorted(known.weights) if known else []):
            mine = (t.team_id == team_id, t.term.in_(some), t.incident_id == incident_id)
            self._connection.execute(delete(likeness_terms).where(*mine))


def _traits(portrait: Portrait) -> Traits:
    """The terms of an incident as they can be stored."""
    found = traits(portrait, stems)
    return found.model_copy(update={"weights": {storable(term): one for term, one in found.weights.items()}})


def stems(said: str) -> Iterator[tuple[str, str]]:
    """The words of a text as (stem, word), as the search has them."""
    return ((term.stem, term.form) for term in terms(composed(said)))
