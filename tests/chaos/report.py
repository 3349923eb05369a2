"""What a sweep found, as a table and a last line."""

from __future__ import annotations

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
    """`sweep: 143 kills, 12 lost answers, 0 lost, 0 doubled`; plays count as lost or doubled, not facts."""
    kills = sum(result.struck for result in results if result.fault.kind != "lost answer")
    answers = sum(result.struck for result in results if result.fault.kind == "lost answer")
    lost = sum(result.lost for result in results)
    doubled = sum(result.doubled for result in results)
    return f"sweep: {kills} kills, {answers} lost answers, {lost} lost, {doubled} doubled"
