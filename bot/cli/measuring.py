"""`eval`: how good a drafter is, in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import session
from bot.cli.drafting import WhichDrafter
from bot.cli.terminal import Quiet, aligned, say, working

if TYPE_CHECKING:
    from bot.evaluation.run import Sample
    from bot.offline import Tools


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="eval")(evaluate)


def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="A folder of labelled incidents, each with export/ and labels.json."
        ),
    ],
    drafter: WhichDrafter = None,
    json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Measure a drafter on labelled incidents: what it finds, what it cites, what it must not say.

    Measured is what the product would show: masked, drafted and checked. One row an incident, the last
    one with the means of shares and the sums of what must be 0.
    """
    from bot.evaluation.run import COLUMNS
    from bot.evaluation.run import evaluate as measure
    from bot.offline import tools

    used = tools(session.settings(drafter=drafter))
    with working("Measuring …", quiet=quiet):
        report = measure(folder, lambda export: _sample(export, used))
    if json:
        say(report.model_dump_json(indent=2))
    else:
        aligned(COLUMNS, report.rows())


def _sample(export: Path, used: Tools) -> Sample:
    from bot.evaluation.run import Sample
    from bot.offline import draft_file

    made = draft_file(export, used)
    return Sample(draft=made.draft, evidence=made.postmortem.evidence, tokens=made.drafted.tokens)
