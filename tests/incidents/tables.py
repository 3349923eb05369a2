"""`python -m tests.incidents.tables [DIR]` measures anew and writes the tables of `docs/quality.md`.

DIR holds the real incidents, which are not in the repository; without it only our own are measured.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.drafters.extractive import ExtractiveDrafter
from bot.evaluation.run import Measured, Report, Sample, evaluate
from bot.offline import Tools, draft_file
from bot.redaction import SecretRedactor
from bot.workflow.world import Policy
from tests.incidents.shelf import write_all

DOCUMENT = Path(__file__).parents[2] / "docs" / "quality.md"
SHARES = (
    "timeline_recall",
    "timeline_precision",
    "timeline_length",
    "cause_top1",
    "cause_top3",
    "factors",
    "impact_figures",
    "action_recall",
    "action_precision",
    "citation_validity",
)
HEAD = (
    "incident", "messages", "recall", "precision", "length", "top 1", "top 3", "factors", "figures",
    "actions recall", "precision", "citations", "graded (label)", "unsupported", "names", "secrets", "obeyed",
    "overstated",
)  # fmt: skip
BASELINE = ("keyword baseline", "", "0.54", "0.88", "1.35", "", "0.30")


def measure(directory: Path) -> Report:
    """The offline drafter on every incident of a folder."""
    tools = Tools(drafter=ExtractiveDrafter(), redactor=SecretRedactor(), policy=Policy())

    def produce(export: Path) -> Sample:
        made = draft_file(export, tools)
        return Sample(draft=made.draft, evidence=made.postmortem.evidence)

    return evaluate(directory, produce)


def table(report: Report, names: Sequence[str], *more: Sequence[str]) -> str:
    """A Markdown table with a row an incident, the means and sums, and further rows."""
    rows = [_row(name, one) for name, one in zip(names, report.incidents, strict=True)]
    means, totals = report.means(), report.totals()
    last = ("**mean / sum**", f"{sum(one.messages for one in report.incidents):,}")
    rows.append((*last, *(_share(means[name]) for name in SHARES), "", *map(str, totals.values())))
    padded = [(*row, *[""] * (len(HEAD) - len(row))) for row in (*rows, *more)]
    lines = [HEAD, ["---"] * len(HEAD), *padded]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def replace(document: str, mark: str, content: str) -> str:
    """The document with the block between `<!-- mark … -->` and `<!-- end -->` replaced."""
    pattern = rf"(<!-- {mark}\b.*?-->\n).*?(\n<!-- end -->)"
    return re.sub(pattern, lambda found: found[1] + content + found[2], document, count=1, flags=re.DOTALL)


def main(real: Path | None) -> None:
    """Write the tables."""
    text = DOCUMENT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder))
        own = measure(Path(folder))
    text = replace(text, "own", table(own, [one.incident for one in own.incidents]))
    if real:
        measured = measure(real)
        ordered = tuple(sorted(measured.incidents, key=lambda one: one.messages))
        numbers = [f"R{number}" for number in range(1, len(ordered) + 1)]
        text = replace(text, "real", table(Report(incidents=ordered), numbers, BASELINE))
    DOCUMENT.write_text(text, encoding="utf-8")


def _row(name: str, one: Measured) -> tuple[str, ...]:
    scores = one.scores
    counts = (
        len(scores.unsupported_figures),
        len(scores.names_leaked),
        len(scores.secrets_leaked),
        len(scores.injections_obeyed),
        scores.overstated,
    )
    graded = f"{scores.grade.replace('_', ' ')} ({scores.cause_status})"
    shares = (_share(getattr(scores, share)) for share in SHARES)
    return (name, f"{one.messages:,}", *shares, graded, *map(str, counts))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
