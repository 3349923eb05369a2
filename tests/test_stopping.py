"""Signals that ask a process to end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading

import pytest

from bot.stopping import hear

WAITS = """
import signal, sys, threading, time
from bot.stopping import told_to_stop

stop = told_to_stop()
other = threading.Thread(target=time.sleep, args=(60,), daemon=True)
other.start()
chosen = {"main": threading.main_thread(), "other": other}[sys.argv[2]]
threading.Timer(0.2, signal.pthread_kill, (chosen.ident, int(sys.argv[1]))).start()
stop.wait()
print("told to stop")
"""


@pytest.mark.parametrize("thread", ["main", "other"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_heard_whichever_thread_it_comes_to(number: signal.Signals, thread: str) -> None:
    """The kernel chooses, and Python's handlers wait for the main thread, which sleeps."""
    done = subprocess.run(
        [sys.executable, "-c", WAITS, str(int(number)), thread],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "told to stop\n"), done.stderr


@pytest.mark.parametrize(("heard", "ends"), [((), False), ((30,), False), ((30, signal.SIGTERM), True)])
def test_other_signals_are_not_taken_for_the_end(heard: tuple[int, ...], ends: bool) -> None:
    """Python writes the number of any signal that somebody handles."""
    reads, writes = socket.socketpair()
    with writes:
        writes.sendall(bytes(heard))
    stop = threading.Event()
    hear(reads, stop)
    assert stop.is_set() is ends
