"""`demo` and `draft`: postmortems without Slack."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import session
from bot.cli.terminal import Quiet, counted, note, say, working
from bot.cli.writing import write

if TYPE_CHECKING:
    from bot.offline import Offline


class Format(StrEnum):
    """What `draft` writes."""

    MD = "md"
    HTML = "html"
    JSON = "json"


ExportFile = Annotated[
    Path, typer.Argument(help="A Slack export: its folder or zip, one channel's folder, or a JSON list.")
]
WhichDrafter = Annotated[
    str | None,
    typer.Option(
        "--drafter", help="Who drafts; the setting DRAFTER where it is left out.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(demo)
    app.command()(draft)


def demo(
    transcript: Annotated[
        Path | None, typer.Option(help="Play this Slack export instead of the built-in incident.")
    ] = None,
    output: Annotated[Path, typer.Option(help="The folder for what is published.")] = Path("demo-output"),
) -> None:
    """Watch one incident become a published postmortem: no Slack, no key, no server.

    The real bot runs against a local stand-in for Slack, on a clock that jumps two hours.
    """
    from rich.console import Console

    from bot.demo.run import run

    raise typer.Exit(run(Console(), transcript, output))


def draft(
    file: ExportFile,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format", "-f", help="What to write; goes by the ending of -o, else md.", show_default=False
        ),
    ] = None,
    drafter: WhichDrafter = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write here instead of the terminal.", show_default=False),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            help="Which channel of the export; the likeliest where it is left out.", show_default=False
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(help="A template by name, e.g. one-pager; else by service and severity."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Draft a postmortem from a Slack export. Nothing is sent anywhere unless the drafter is a model.

    Secrets and personal data are masked first, and every sentence of the draft is checked against the
    evidence it cites.
    """
    with _one_short_run(), working("Drafting …", quiet=quiet):
        made = _draft(file, drafter, channel)
        shown = _render(made, format_ or _format_of(output), template)
    if output is None:
        say(shown.rstrip("\n"))
    else:
        write(output, shown)
    note(_summary(made, output), quiet=quiet)


def _draft(file: Path, drafter: str | None, channel: str | None) -> Offline:
    from bot import offline

    return offline.draft_file(file, offline.tools(session.settings(drafter=drafter)), channel=channel)


@contextmanager
def _one_short_run() -> Iterator[None]:
    """Look for no garbage in what ends soon anyway, not even at the very end: that costs a tenth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _format_of(output: Path | None) -> Format:
    endings = {".html": Format.HTML, ".htm": Format.HTML, ".json": Format.JSON}
    return endings.get(output.suffix.lower(), Format.MD) if output else Format.MD


def _render(made: Offline, format_: Format, template: str | None) -> str:
    from bot.publishers.draft_json import as_json
    from bot.publishers.templates import TemplateBook

    if format_ is Format.JSON:
        return as_json(made.postmortem)
    book = TemplateBook(session.settings().template_dir)
    render = book.html if format_ is Format.HTML else book.markdown
    return render(made.postmortem, name=template)


def _summary(made: Offline, output: Path | None) -> str:
    cited = len({label for _, claim in made.draft.claims() for label in claim.evidence})
    where = f" → {output}" if output else ""
    others = "1 other" if made.others == 1 else f"{made.others:,} others"
    more = (
        f"\nThis channel was the likeliest; the export holds {others}. `--channel NAME` drafts another, "
        "`postmortem import` brings them all in."
    )
    return (
        f"#{made.channel}: {counted(made.messages, 'message')} read, {cited} of them cited, "
        f"drafted by {made.drafted.drafter}{where}{more if made.others else ''}"
    )
