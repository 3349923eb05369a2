"""`postmortem sandbox` as somebody at a terminal runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]


def test_it_serves_the_page_until_it_is_interrupted(tmp_path: Path) -> None:
    """It prints its address and how to connect a bot, and Ctrl-C ends it in good order."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "sandbox", "--port", "0"],
        cwd=tmp_path,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    while "Ctrl-C" not in printed and (line := process.stdout.readline()):
        printed += line
    address = re.search(r"http://127\.0\.0\.1:\d+/\n", printed)
    assert address is not None, printed
    with urlopen(address[0].strip(), timeout=10) as answer:
        assert b"<title>Sandbox</title>" in answer.read()
    clock = re.search(r"CLOCK_FILE=(\S+)", printed)
    assert clock is not None
    assert Path(clock[1]).is_file()
    process.send_signal(signal.SIGINT)
    assert "Nothing runs any more." in process.communicate(timeout=20)[0]
    assert process.returncode == 0
    assert not Path(clock[1]).exists()
