"""SIGTERM and SIGINT, as something that can be waited for."""

from __future__ import annotations

import signal
import socket
import threading

WANTED = (signal.SIGTERM, signal.SIGINT)


def told_to_stop() -> threading.Event:
    """Set by SIGTERM and SIGINT from now on. To be called in the main thread.

    Python runs handlers in the main thread only, and the kernel may deliver a signal to any other: about one
    SIGTERM in a thousand left a waiting main thread asleep. A handler that sets the event itself would also
    wait for ever for the lock that an interrupted `wait` holds. So it is set by a thread that reads the byte
    which Python writes whichever thread the signal came to (`signal.set_wakeup_fd`).
    """
    stop = threading.Event()
    reads, writes = socket.socketpair()
    writes.setblocking(False)
    signal.set_wakeup_fd(writes.fileno(), warn_on_full_buffer=False)
    for wanted in WANTED:  # after that: what comes in between would be heard by nobody
        signal.signal(wanted, lambda _number, _frame: None)
    threading.Thread(target=_listen, args=(reads, writes, stop), name="signals", daemon=True).start()
    return stop


def _listen(reads: socket.socket, writes: socket.socket, stop: threading.Event) -> None:
    with writes:  # which stays open for as long as somebody listens
        hear(reads, stop)


def hear(reads: socket.socket, stop: threading.Event) -> None:
    """Set the event when a signal that asks for the end comes in, whose numbers are the bytes."""
    with reads:
        while told := reads.recv(1):
            if told[0] in WANTED:
                stop.set()
