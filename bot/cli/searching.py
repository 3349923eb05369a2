"""`search`: finding incidents from the shell, with the operator's eyes."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import session
from bot.cli.terminal import note, say

if TYPE_CHECKING:
    from bot.ports import Hit


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)


def search(
    words: Annotated[list[str], typer.Argument(help="What to look for; several words narrow it down.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 10,
) -> None:
    """Search all incidents in the database: published ones first, the rest marked as unreviewed.

    Whoever can read the database sees everything here, private incidents included. Exits 1 where
    nothing is found.
    """
    from bot.clock import SystemClock
    from bot.domain.search_query import parse

    storage = session.database(session.settings())
    query = parse(" ".join(words), now=SystemClock().now())
    with storage.read() as records:
        teams = records.incidents.teams()
        hits = [hit for team in teams for hit in records.search.query(team, query, visible=None, limit=limit)]
    for hit in sorted(hits, key=lambda hit: -hit.score)[:limit]:
        say(_shown(hit))
    if not hits:
        note("Nothing found.", quiet=False)
        raise typer.Exit(1)


def _shown(hit: Hit) -> str:
    label = "" if hit.published else "  (unreviewed)"
    severity = f" {hit.severity}" if hit.severity else ""
    head = f"{hit.key}{severity}  {hit.started_at:%Y-%m-%d}  {hit.title}{label}"
    return f"{_plain(head)}\n    {_highlighted(hit.snippet)}"


def _highlighted(snippet: str) -> str:
    """Matched words in bold on a terminal, the control characters that mark them gone elsewhere."""
    parts = re.split("([\x02\x03])", snippet)
    bold = {"\x02": "\x1b[1m", "\x03": "\x1b[0m"} if sys.stdout.isatty() else {"\x02": "", "\x03": ""}
    return "".join(bold[part] if part in bold else _plain(part) for part in parts)


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
