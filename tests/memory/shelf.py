"""Reading the labelled set. All of it is invented, and written for these tests."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.domain.incident import Scope, Severity
from bot.ports import NewIncident, SearchDocument

_HERE = Path(__file__).parent
_VOLUMES = ("postmortems_one.toml", "postmortems_two.toml", "postmortems_three.toml")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Labelled(_Frozen):
    """One postmortem. Those of one `family` share a cause; it is empty for those that stand alone.

    Texts are sentences, several in a row with spaces between.
    """

    name: str
    family: str
    title: str
    services: tuple[str, ...]
    severity: Severity
    started: datetime
    minutes: int
    published: bool
    cause: str
    summary: str
    resolution: str
    lessons: str

    @property
    def resolved(self) -> datetime:
        """When it was over."""
        return self.started + timedelta(minutes=self.minutes)

    def incident(self, team_id: str) -> NewIncident:
        """The incident it belongs to, in a channel of its own."""
        return NewIncident(
            team_id=team_id,
            channel_id=f"C-{self.name}",
            scope=Scope.CHANNEL,
            title=self.title,
            severity=self.severity,
            services=self.services,
            started_at=self.started,
            since_ts=f"{self.started.timestamp():.6f}",
        )

    def document(self, incident_id: int, team_id: str) -> SearchDocument:
        """What is searchable of it."""
        return SearchDocument(
            incident_id=incident_id,
            team_id=team_id,
            channel_id=f"C-{self.name}",
            title=self.title,
            cause=self.cause,
            summary=self.summary,
            body=f"{self.resolution}\n{self.lessons}",
            services=self.services,
            published=self.published,
            at=self.started,
        )


class Pair(_Frozen):
    """Two postmortems by name, and whether they share a cause (`same`) or only look alike."""

    first: str
    second: str
    same: bool


class Query(_Frozen):
    """What somebody types, and the names of all postmortems that answer it."""

    text: str
    right: tuple[str, ...]


@cache
def postmortems() -> list[Labelled]:
    """All sixty, in the order of the files."""
    return [Labelled.model_validate(one) for volume in _VOLUMES for one in _read(volume)["postmortem"]]


@cache
def pairs() -> list[Pair]:
    """Forty that share a cause, then thirty that only look alike."""
    held = _read("pairs.toml")
    return [
        Pair(first=first, second=second, same=label == "same")
        for label in ("same", "different")
        for first, second in held[label]
    ]


@cache
def queries() -> list[Query]:
    """Some hundred: words, synonyms, prefixes, slips, filters and phrases."""
    return [Query.model_validate(one) for one in _read("queries.toml")["query"]]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
