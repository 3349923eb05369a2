"""`sandbox`: a local Slack to play and develop on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sandbox)


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Its port; 0 takes a free one.")] = 8088,
    host: Annotated[
        str, typer.Option(help="Its address. It asks for no password: leave it on loopback.")
    ] = "127.0.0.1",
    play: Annotated[
        bool, typer.Option("--play", help="With the bot connected and an incident under way.")
    ] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    output: Annotated[
        Path, typer.Option(help="With --play: the folder for what is published, and the bot's log.")
    ] = Path("play-output"),
) -> None:
    """Serve a local Slack as a page: channels, threads, reactions, buttons, modals, and a clock that jumps.

    Be any of several people. Everything is in memory and gone after Ctrl-C; nothing leaves this machine.
    """
    from bot.demo.session import run

    run(say, host=host, port=port, play=play, open_page=open_page, output=output)
