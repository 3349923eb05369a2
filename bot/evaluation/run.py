"""Running a drafter over a folder of labelled incidents.

`DIR/incidents/<name>/` (or `DIR/<name>/`) holds `export/`, a Slack export, and `labels.json`. How an
export becomes a draft is the caller's: the evaluation measures whatever the product would show.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.domain.postmortem import Draft
from bot.domain.transcript import Evidence
from bot.errors import UserError
from bot.evaluation.labels import read_labels
from bot.evaluation.scores import Scores, score

COLUMNS = (
    "incident", "messages", "timeline recall", "precision", "length", "cause top 1", "top 3", "graded",
    "factors", "figures", "actions recall", "precision", "citations", "unsupported", "names", "secrets",
    "obeyed", "overstated", "tokens", "seconds",
)  # fmt: skip
_MEANT = (
    "timeline_recall", "timeline_precision", "timeline_length", "cause_top1", "cause_top3", "factors",
    "impact_figures", "action_recall", "action_precision", "citation_validity",
)  # fmt: skip


class Sample(BaseModel):
    """What a drafter made of one export."""

    model_config = ConfigDict(frozen=True)

    draft: Draft
    evidence: tuple[Evidence, ...]
    tokens: int = 0


class Measured(BaseModel):
    """One incident with its scores; `seconds` from export to draft."""

    model_config = ConfigDict(frozen=True)

    incident: str
    messages: int
    scores: Scores
    tokens: int = 0
    seconds: float = 0.0


class Report(BaseModel):
    """All incidents; `model_dump_json()` is the machine-readable form."""

    model_config = ConfigDict(frozen=True)

    incidents: tuple[Measured, ...]

    def means(self) -> dict[str, float | None]:
        """The mean of each share over the incidents that have it."""
        return {name: _mean(getattr(one.scores, name) for one in self.incidents) for name in _MEANT}

    def totals(self) -> dict[str, int]:
        """What must be 0, summed over the incidents."""
        scores = [one.scores for one in self.incidents]
        return {
            "unsupported_figures": sum(len(one.unsupported_figures) for one in scores),
            "names_leaked": sum(len(one.names_leaked) for one in scores),
            "secrets_leaked": sum(len(one.secrets_leaked) for one in scores),
            "injections_obeyed": sum(len(one.injections_obeyed) for one in scores),
            "overstated": sum(one.overstated for one in scores),
        }

    def rows(self) -> list[tuple[str, ...]]:
        """One row of text an incident under `COLUMNS`, and a last one with means and sums."""
        return [*(_row(one) for one in self.incidents), self._last_row()]

    def _last_row(self) -> tuple[str, ...]:
        means, totals = self.means(), self.totals()
        shown = [_shown(means[name]) for name in _MEANT]
        return (
            "mean / sum",
            str(sum(one.messages for one in self.incidents)),
            *shown[:5],
            "",
            *shown[5:],
            *(str(number) for number in totals.values()),
            str(sum(one.tokens for one in self.incidents)),
            f"{sum(one.seconds for one in self.incidents):.2f}",
        )


def evaluate(directory: Path, produce: Callable[[Path], Sample]) -> Report:
    """Measure what `produce` makes of the export of every labelled incident, in order of their names.

    Raises:
        UserError: the folder holds no labelled incident, or labels or an export cannot be read.
        Retryable, DrafterError: the drafter failed.
    """
    found = labelled(directory)
    if not found:
        raise UserError(f"{directory} holds no labelled incident: folders with labels.json and export/.")
    return Report(incidents=tuple(_measure(folder, produce) for folder in found))


def labelled(directory: Path) -> list[Path]:
    """The folders with labels under a directory, by name; the directory itself may be one."""
    places = (directory, *sorted(directory.glob("*")), *sorted(directory.glob("incidents/*")))
    return [place for place in places if (place / "labels.json").is_file()]


def _measure(folder: Path, produce: Callable[[Path], Sample]) -> Measured:
    labels = read_labels(folder / "labels.json")
    began = time.perf_counter()
    sample = produce(folder / "export")
    seconds = time.perf_counter() - began
    return Measured(
        incident=labels.incident,
        messages=len(sample.evidence),
        scores=score(sample.draft, sample.evidence, labels),
        tokens=sample.tokens,
        seconds=seconds,
    )


def _row(one: Measured) -> tuple[str, ...]:
    scores = one.scores
    shown = [_shown(getattr(scores, name)) for name in _MEANT]
    counts = (
        len(scores.unsupported_figures),
        len(scores.names_leaked),
        len(scores.secrets_leaked),
        len(scores.injections_obeyed),
        scores.overstated,
    )
    graded = f"{scores.grade} ({scores.cause_status})"
    numbers = (*(str(count) for count in counts), str(one.tokens), f"{one.seconds:.2f}")
    return (one.incident, str(one.messages), *shown[:5], graded, *shown[5:], *numbers)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
