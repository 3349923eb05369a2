"""Where a process can be killed: around a commit, a file put in place, or a request to Slack."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Literal, Self

When = Literal["before", "after"]


@dataclass(frozen=True, order=True)
class Point:
    """The nth time since its start that a process does `what`: right before it, or right after."""

    what: str
    nth: int
    when: When

    @classmethod
    def read(cls, line: str) -> Self:
        """A point as `written`."""
        return cls(**json.loads(line))

    def written(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    def __str__(self) -> str:
        """For people: `after commit of jobs, posts #3`."""
        return f"{self.when} {self.what} #{self.nth}"


class Counting:
    """Numbers what a process does, each kind on its own."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def before(self, what: str) -> Point:
        """It is about to do this once more."""
        self._seen[what] += 1
        return Point(what, self._seen[what], "before")

    def after(self, what: str) -> Point:
        """It has done it."""
        return Point(what, self._seen[what], "after")
