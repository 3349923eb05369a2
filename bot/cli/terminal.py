"""What the command line shows: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print the result and errors only.", show_default=False)
]


def say(text: str) -> None:
    """A result, as it is, on standard output."""
    typer.echo(text)


def complain(text: str) -> None:
    """A failure in plain words on standard error."""
    typer.echo(text, err=True)


def note(text: str, *, quiet: bool) -> None:
    """Something worth knowing beside the result."""
    if not quiet:
        typer.echo(text, err=True)


def counted(count: int, what: str) -> str:
    """`1 incident`, `1,200 incidents`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


@contextmanager
def working(text: str, *, quiet: bool) -> Iterator[None]:
    """Show that something is going on, where somebody is watching a terminal."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


@contextmanager
def bar(text: str, *, total: int = 0, quiet: bool, counting: str = "") -> Iterator[Callable[..., object]]:
    """Show how much is done and how long it takes, where somebody is watching a terminal. The block tells of
    a new `total`, what to `advance` by, and how many there are (`counted`) of what is counted besides."""
    if quiet or not sys.stderr.isatty():
        yield lambda **_changes: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [TextColumn(text), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    if counting:
        columns.insert(3, TextColumn(f"{{task.fields[counted]}} {counting}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield partial(progress.update, progress.add_task("", total=total, counted=0))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on standard output: drawn on a terminal, tab separated lines without heading elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(_one_line(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        shown.add_row(*(Text(_printable(cell)) for cell in row))
    Console().print(shown)


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns of text under a heading, the same everywhere: the first to the left, numbers to the right."""
    grid = [columns, *rows]
    widths = [max(len(row[at]) for row in grid) for at in range(len(columns))]
    for row in grid:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join([first.strip().ljust(widths[0]), *others]))


def _printable(text: str) -> str:
    """Without control characters: what people wrote must not steer a terminal."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def _one_line(text: str) -> str:
    return " ".join(_printable(text.replace("\n", " ").replace("\t", " ")).split())
