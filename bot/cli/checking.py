"""`doctor`: what is set up right, what is not, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli import session
from bot.cli.terminal import say
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.doctor import Check


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor() -> None:
    """Check tokens, scopes, database, model and folders for real, and say how to mend what fails.

    Changes nothing and shows no token. Exits 1 if anything fails.
    """
    from bot.clock import SystemClock
    from bot.doctor import examine

    try:
        settings = session.settings()
    except ConfigError as error:
        say("✗ configuration: does not work")
        say(_indented(str(error)))
        raise typer.Exit(1) from error
    failed = 0
    for check in examine(settings, clock=SystemClock()):
        failed += not check.ok
        say(_line(check))
    say("\nEverything works." if not failed else f"\n{failed} to mend.")
    if failed:
        raise typer.Exit(1)


def _line(check: Check) -> str:
    line = f"{'✓' if check.ok else '✗'} {check.name}: {check.found}"
    return f"{line}\n{_indented(check.mend)}" if check.mend else line


def _indented(text: str) -> str:
    return "\n".join(f"    → {line}" for line in text.splitlines())
