"""The process that starts the victims may itself come to an end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.chaos.processes import Nursery, NurseryEnded


def test_a_nursery_that_ends_says_so_in_a_sentence() -> None:
    """With its exit status and the end of what it printed; asking again, and ending it, say no more."""
    program = "import sys; sys.stdin.readline(); sys.stderr.write('x' * 900 + ' no memory'); sys.exit(3)"
    with Nursery(("-c", program)) as nursery:
        for _ in range(2):
            with pytest.raises(NurseryEnded, match=r"^The process .* ended with 3; .* x+ no memory$") as told:
                nursery.poll(1)
            assert len(str(told.value)) < 800
        assert nursery.ended


def test_what_it_started_can_be_ended_without_it(tmp_path: Path) -> None:
    """A play that has lost its nursery leaves no bot behind, and tells of the nursery, not of that."""
    gone = (
        "import subprocess as s, sys; sys.stdin.readline(); nothing = s.DEVNULL; "
        "print(s.Popen(['sleep', '60'], stdin=nothing, stdout=nothing, stderr=nothing).pid)"
    )
    with Nursery(("-c", gone)) as nursery:
        victim = nursery.fork("serve", {}, tmp_path, tmp_path / "clock", None)
        victim.kill()
        nap = threading.Event()
        assert any(_is_gone(victim.pid) or nap.wait(0.01) for _ in range(500))


def _is_gone(pid: int) -> bool:
    """Whether it has ended, looked after by somebody or not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"
