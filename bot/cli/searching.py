"""`search`: finding incidents from the shell, with the operator's eyes."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import session
from bot.cli.terminal import note, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.search_query import Order
    from bot.ports import Hit


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)


def search(
    words: Annotated[
        list[str],
        typer.Argument(help="What to look for, as in Slack: words, sev:1, is:open … (docs/search.md)."),
    ],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 10,
) -> None:
    """Search all incidents in the database, best first; those nobody published are marked as unreviewed.

    Whoever can read the database sees everything here, private incidents included. Words to leave out
    (`-replica`) follow after `--`. Exits 1 where nothing is found.
    """
    from bot.clock import SystemClock
    from bot.domain.search_query import parse
    from storage import synonyms

    settings = session.settings()
    same = synonyms.load(settings.search_synonyms)
    query = parse(" ".join(words), now=SystemClock().now())
    for hint in query.hints:
        note(_plain(hint), quiet=False)
    with session.database(settings, sets_up=True).read() as records:
        search, teams = records.search, records.incidents.teams()
        found = [search.query(team, query, visible=None, limit=limit, synonyms=same) for team in teams]
    hits = sorted((hit for some in found for hit in some), key=_order(query.order))
    for hit in hits[:limit]:
        say(_shown(hit))
    if not hits:
        note("Nothing found.", quiet=False)
        raise typer.Exit(1)


def _order(order: Order) -> Callable[[Hit], tuple[object, ...]]:
    """How the results of several workspaces are merged: as each of them was put in order."""
    keys: dict[str, Callable[[Hit], tuple[object, ...]]] = {
        "best": lambda hit: (-hit.score,),
        "title": lambda hit: (hit.title.casefold(),),
        "recent": lambda hit: (-hit.started_at.timestamp(),),
        "severity": lambda hit: (hit.severity or "sev9", -hit.started_at.timestamp()),
    }
    return keys[order]


def _shown(hit: Hit) -> str:
    from bot.domain.incident import describe_duration

    label = "" if hit.published else "  (unreviewed)"
    severity = f" {hit.severity}" if hit.severity else ""
    lasted = f"  {describe_duration(hit.resolved_at - hit.started_at)}" if hit.resolved_at else ""
    head = f"{hit.key}{severity}  {hit.started_at:%Y-%m-%d}{lasted}  {hit.title}{label}"
    return f"{_plain(head)}\n    {_highlighted(hit.snippet)}"


def _highlighted(snippet: str) -> str:
    """Matched words in bold on a terminal, the control characters that mark them gone elsewhere."""
    parts = re.split("([\x02\x03])", snippet)
    bold = {"\x02": "\x1b[1m", "\x03": "\x1b[0m"} if sys.stdout.isatty() else {"\x02": "", "\x03": ""}
    return "".join(bold[part] if part in bold else _plain(part) for part in parts)


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
