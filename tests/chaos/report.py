"""What a sweep found, as a table and a last line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.chaos.sweep import Result


def show(console: Console, title: str, results: Sequence[Result]) -> None:
    """One row a play: the step, the fault, what came of it."""
    table = Table(title=title, title_justify="left", show_lines=False, expand=False)
    for heading in ("step", "fault", "outcome"):
        table.add_column(heading, overflow="fold")
    for result in results:
        bad = result.lost or result.doubled
        outcome = escape(str(result))
        table.add_row(
            result.fault.step, escape(str(result.fault)), f"[bold red]{outcome}[/]" if bad else outcome
        )
    console.print(table)


def summary(results: Sequence[Result]) -> str:
    """`sweep: 143 kills, 12 lost answers, 9 restarts, 0 lost, 0 doubled`; plays count as lost or doubled, not
    facts."""
    struck: Counter[str] = Counter()
    for result in results:
        struck[result.fault.kind] += result.struck
    kills, answers = struck["kill"] + struck["kill somebody"], struck["lost answer"]
    restarts = f", {struck['restart']} restarts" if struck["restart"] else ""
    lost = sum(result.lost for result in results)
    doubled = sum(result.doubled for result in results)
    return f"sweep: {kills} kills, {answers} lost answers{restarts}, {lost} lost, {doubled} doubled"
