"""What was measured: a list of figures, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table


class Figure(BaseModel):
    """One measured value. `goal` says in words what it should be; `ok` is None where there is none.

    `ratio` is the value over its baseline (or the other way round where the goal says "faster").
    """

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    value: float
    baseline: float | None = None
    ratio: float | None = None
    goal: str = ""
    ok: bool | None = None


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    baseline: float | None = None,
    goal: str = "",
    ok: bool | None = None,
    ratio: float | None = None,
) -> Figure:
    """A figure; its ratio is value / baseline unless another one is given."""
    if ratio is None and baseline:
        ratio = value / baseline
    return Figure(
        name=name,
        unit=unit,
        value=round(value, 3),
        baseline=None if baseline is None else round(baseline, 3),
        ratio=None if ratio is None else round(ratio, 3),
        goal=goal,
        ok=ok,
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return quantile(values, 0.5)


def table(title: str, figures: Iterable[Figure]) -> Table:
    """The figures for people."""
    rows = Table(title=title, title_justify="left", title_style="bold", expand=False)
    rows.add_column("figure", overflow="fold")
    for heading in ("value", "baseline", "ratio"):
        rows.add_column(heading, justify="right")
    rows.add_column("goal")
    rows.add_column("")
    marks = {True: "[green]ok[/]", False: "[red]missed[/]", None: ""}
    for one in figures:
        rows.add_row(one.name, *shown(one), one.goal, marks[one.ok])
    return rows


def shown(one: Figure) -> tuple[str, str, str]:
    """Value, baseline and ratio with their units."""
    baseline = "" if one.baseline is None else f"{_number(one.baseline)} {one.unit}"
    ratio = "" if one.ratio is None else f"{_number(one.ratio)}×"
    return f"{_number(one.value)} {one.unit}", baseline, ratio


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write them as JSON: a list of `{name, unit, value, baseline, ratio, goal, ok}`."""
    path.write_text(json.dumps([one.model_dump() for one in figures], indent=1) + "\n", encoding="utf-8")


def console() -> Console:
    """Where tables go; wide enough for a log without a terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=150)
