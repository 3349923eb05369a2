"""Putting labelled incidents into a folder: ten as they are stored, two made from templates.

One is a template because no string shaped like a live credential belongs in a repository, one because
3,000 messages say no more than the rules that make them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.incidents import broker_flood, leaked_keys

STORED = Path(__file__).parent


def write_all(directory: Path) -> None:
    """Put every incident into a folder, one subfolder each."""
    for labels in STORED.glob("*/labels.json"):
        shutil.copytree(labels.parent, directory / labels.parent.name)
    leaked_keys.write(directory)
    broker_flood.write(directory)
