"""Logging is set up for a whole process: tests borrow it and put back what was there."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot import log


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Whatever is configured inside is undone at the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    for name in (*log.THIRD_PARTY, *log.RETOLD):
        logging.getLogger(name).setLevel(logging.NOTSET)


@contextmanager
def printed_at(level: str) -> Iterator[io.StringIO]:
    """Everything logged from that level on, whoever logs it, as it is logged where the bot is installed."""
    with logging_as_before():
        stream = io.StringIO()
        log.configure(level=level, style="json", stream=stream)
        yield stream
