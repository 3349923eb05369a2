"""`python -m tests.bench.report bench.json …`: the figures as a Markdown table, for `docs/scaling.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.figures import Figure, shown

_MARKS = {True: "met", False: "**missed**", None: ""}


def rows(figures: Sequence[Figure]) -> Iterator[str]:
    """The table, line by line."""
    yield "| figure | value | baseline | ratio | goal | |"
    yield "|---|---:|---:|---:|---|---|"
    for one in figures:
        value, baseline, ratio = shown(one)
        yield f"| {one.name} | {value} | {baseline} | {ratio} | {one.goal} | {_MARKS[one.ok]} |"


def main(paths: Sequence[str]) -> None:
    """Print the tables of all files as one."""
    texts = (Path(path).read_text(encoding="utf-8") for path in paths)
    figures = [Figure.model_validate(one) for text in texts for one in json.loads(text)]
    sys.stdout.write("\n".join(rows(figures)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
