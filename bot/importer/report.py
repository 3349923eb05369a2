"""What an import did: one line a channel or document, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.past import Kind


class Outcome(StrEnum):
    """What became of a channel or document."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Line:
    """One channel or document. `made` says what became of it, `keys` are its incidents."""

    name: str
    outcome: Outcome
    keys: tuple[str, ...] = ()
    made: str = ""


_KINDS = {
    Kind.CHANNEL: ("the whole channel", "whole channels"),
    Kind.THREAD: ("a thread", "threads"),
    Kind.BURST: ("a stretch of talk", "stretches of talk"),
    Kind.DOCUMENT: ("a document", "documents"),
}


@dataclass
class Tally:
    """A channel as it is imported, incident by incident. `early` counts those from before `--since`,
    `reasons` say why others were left alone."""

    name: str
    early: int = 0
    unchanged: int = 0
    reasons: list[str] = field(default_factory=list)
    _new: Counter[Kind] = field(default_factory=Counter)
    _updated: int = 0
    _keys: list[str] = field(default_factory=list)

    def made(self, kind: Kind, key: str, *, new: bool) -> None:
        """An incident was stored, or brought up to date."""
        if new:
            self._new[kind] += 1
            self._keys += [key] if key else []
        else:
            self._updated += 1

    def line(self) -> Line:
        """What became of it."""
        made = [_counted(kind, count) for kind, count in self._new.items()]
        made += [f"{self._updated:,} updated"] if self._updated else []
        made += [f"{self.unchanged:,} unchanged"] if self.unchanged and (made or self.reasons) else []
        made += [f"{self.early:,} before --since"] if self.early else []
        made += [_reason(self.reasons)] if self.reasons else []
        return Line(self.name, self._outcome(), tuple(self._keys), ", ".join(made) or self._nothing())

    def _outcome(self) -> Outcome:
        if self._new:
            return Outcome.IMPORTED
        if self._updated:
            return Outcome.UPDATED
        return Outcome.UNCHANGED if self.unchanged and not self.reasons else Outcome.SKIPPED

    def _nothing(self) -> str:
        return "" if self.unchanged else "nothing in it makes an incident"


def _counted(kind: Kind, count: int) -> str:
    one, many = _KINDS[kind]
    return one if count == 1 else f"{count:,} {many}"


def _reason(reasons: Sequence[str]) -> str:
    return reasons[0] if len(reasons) == 1 else f"{reasons[0]}, and {len(reasons) - 1:,} more left alone"


@dataclass
class Report:
    """An import as it goes. `broken` names files that were left out, in sentences; `ignored` counts what is
    never read, by reason."""

    lines: list[Line] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    left: int = 0
    """Channels and documents beyond `--limit`."""
    stopped: bool = False
    """Ctrl-C came."""

    def count(self, *outcomes: Outcome) -> int:
        """How many channels and documents ended so."""
        return sum(1 for line in self.lines if line.outcome in outcomes)

    @property
    def incidents(self) -> int:
        """How many incidents are new."""
        return sum(len(line.keys) for line in self.lines if line.outcome is Outcome.IMPORTED)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was asked for could be read and stored."""
        return not self.broken and not self.count(Outcome.FAILED)
