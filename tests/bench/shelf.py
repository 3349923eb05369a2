"""Postmortems that never were, as many as wanted. The same seed gives the same shelf."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from sqlalchemy import insert

from bot.domain.incident import Scope, Severity, Status
from bot.ports import NewIncident, SearchDocument
from storage.address import read
from storage.engine import build
from storage.tables import incidents, search_documents
from tests.bench.estate import FAULTS, PARTS, REGIONS, SAID, SYLLABLES, TEAMS, TYPED
from tests.bench.vocabulary import KINDS, SERVICES

START = datetime(2020, 1, 1, tzinfo=UTC)
SENTENCES = 26
STEP = timedelta(minutes=33)
AT_A_TIME = 1_000


class Shelf:
    """Incidents and their postmortems of some 250 words each, most of them about one thing; and what people
    look for among them."""

    def __init__(self, seed: int = 1, *, team_id: str = "T1") -> None:
        self._random = choose = Random(seed)  # the same shelf every time, no secret
        self._team_id = team_id
        self._sentences = list(accumulate(4 - 3 * number / len(SAID) for number in range(len(SAID))))
        self._typed = list(accumulate(weight for _, weight in TYPED))
        self._slots: dict[str, Callable[[], str]] = {
            "service": lambda: f"{_skewed(choose, SERVICES)}-{_skewed(choose, KINDS)}",
            "part": lambda: _skewed(choose, PARTS),
            "fault": lambda: _skewed(choose, FAULTS),
            "version": lambda: f"v{_below(choose, 10)}.{_below(choose, 41)}.{_below(choose, 10)}",
            "n": lambda: str(2 + _below(choose, 94)),
            "clock": lambda: f"{_below(choose, 24):02d}:{_below(choose, 60):02d}",
            "region": lambda: _skewed(choose, REGIONS),
            "team": lambda: _skewed(choose, TEAMS),
            "customer": lambda: self._name().capitalize(),
            "host": lambda: f"{_skewed(choose, SERVICES)}-{self._name()[:4]}{_below(choose, 100)}",
            "ticket": lambda: f"OPS-{_below(choose, 60_000)}",
            "code": lambda: f"E{400 + _below(choose, 1000)}_{self._name().upper()}",
        }

    def incident(self, number: int) -> NewIncident:
        """The incident of the document with that number; every tenth is private."""
        return NewIncident(
            team_id=self._team_id,
            channel_id=f"C{number}",
            scope=Scope.CHANNEL,
            title=f"Incident {number}",
            severity=list(Severity)[number % 4],
            started_at=START + STEP * number,
            since_ts="1.0",
            is_private=number % 10 == 0,
        )

    def document(self, number: int, incident_id: int) -> SearchDocument:
        """Its postmortem."""
        about = self._subject()
        told = [self._sentence(about) for _ in range(SENTENCES)]
        return SearchDocument(
            incident_id=incident_id,
            team_id=self._team_id,
            channel_id=f"C{number}",
            is_private=number % 10 == 0,
            title=f"{about['service']}: {about['part']} {about['fault']}".capitalize(),
            cause=f"The {about['part']} of {about['service']} was {about['fault']} after {about['version']}.",
            summary=" ".join(told[:4]),
            body="\n".join(told[4:]),
            services=(about["service"],),
            published=self._random.random() < 0.7,
            at=START + STEP * number,
        )

    def query(self) -> str:
        """What somebody types: mostly a part or a fault or both, now and then a code, a name or a filter."""
        kind = bisect(self._typed, self._random.random() * self._typed[-1])
        return TYPED[kind][0].format_map(_Filled(self._subject(), self._slots))

    def _sentence(self, about: Mapping[str, str]) -> str:
        choose = self._random
        pattern = SAID[bisect(self._sentences, choose.random() * self._sentences[-1])]
        return pattern.format_map(_Filled(about if choose.random() < 0.8 else {}, self._slots))

    def _subject(self) -> dict[str, str]:
        """What an incident is about. The first of each list are the commonest."""
        return {name: self._slots[name]() for name in ("service", "part", "fault", "version")}

    def _name(self) -> str:
        """One of eight thousand names."""
        return "".join(SYLLABLES[_below(self._random, len(SYLLABLES))] for _ in range(3))


def put_by(url: str, shelf: Shelf, first: int, last: int) -> None:
    """Store the incidents and documents with these numbers without indexing them."""
    engine = build(read(url))
    for start in range(first, last, AT_A_TIME):
        numbers = range(start, min(start + AT_A_TIME, last))
        with engine.begin() as connection:
            documents = [shelf.document(one, one + 1) for one in numbers]
            rows = [_row(shelf.incident(one.incident_id - 1), one) for one in documents]
            connection.execute(insert(incidents), rows)
            connection.execute(insert(search_documents), [one.model_dump() for one in documents])
    engine.dispose()


def _row(new: NewIncident, document: SearchDocument) -> dict[str, object]:
    number = document.incident_id
    status = Status.PUBLISHED if document.published else Status.IN_REVIEW
    given = {"id": number, "series": "INC", "number": number, "status": status.value}
    return new.model_dump() | given | {"generation": 1, "held": False, "restricted": False, "version": 1}


class _Filled(dict[str, str]):
    """Slots that are known, and the rest made up when they are asked for."""

    def __init__(self, known: Mapping[str, str], slots: Mapping[str, Callable[[], str]]) -> None:
        super().__init__(known)
        self._slots = slots

    def __missing__(self, name: str) -> str:
        return self._slots[name]()


def _below(choose: Random, most: int) -> int:
    return int(most * choose.random())


def _skewed(choose: Random, words: Sequence[str]) -> str:
    return words[int(len(words) * choose.random() ** 2)]
