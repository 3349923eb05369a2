"""The command line: `postmortem serve | work | demo | draft | import | search | …`.

Each group registers itself. What a command needs is imported when it runs, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from bot.cli import (
    checking,
    database,
    drafting,
    importing,
    jobs,
    measuring,
    reporting,
    sandboxing,
    searching,
    serving,
)
from bot.cli.terminal import complain
from bot.errors import BotError

EPILOG = "New here? `postmortem demo` needs no Slack and no key. Settings: see `.env.example`."


def build() -> typer.Typer:
    """The whole command line, ready to be called."""
    app = typer.Typer(
        name="postmortem",
        help="A Slack bot that turns incident chat into blameless postmortems whose every sentence cites its "
        "evidence.",
        epilog=EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for group in (
        serving,
        drafting,
        importing,
        sandboxing,
        measuring,
        searching,
        reporting,
        jobs,
        checking,
        database,
    ):
        group.register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, by default with this process's arguments.

    Exits 0, 1 for a failure told in a sentence, 2 for misuse, 130 for Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows `?` rather than failing
    try:
        build()(arguments, prog_name="postmortem")
    except BotError as error:
        complain(str(error))
    except OSError as error:
        complain(f"{error.filename or 'A file'}: {error.strerror or error}.")
    raise SystemExit(1)
