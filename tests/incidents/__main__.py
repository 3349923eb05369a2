"""`python -m tests.incidents DIR` writes every labelled incident, ready for `postmortem eval DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.incidents.shelf import write_all

if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
