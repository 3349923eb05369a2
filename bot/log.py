"""Logs: an event's name plus fields, on standard error, with secrets masked and no message text.

Nothing is set up at import: the command line calls `configure` once. Third-party loggers come out
through the same renderer, at WARNING and above only, whatever the level of our own.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Literal, TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from bot.errors import BotError

THIRD_PARTY = (
    "slack_bolt",
    "slack_sdk",
    "alembic",
    "apscheduler",
    "openai",
    "httpx",
    "httpx2",
    "httpcore2",
    "urllib3",
    "waitress",
    "websockets",
    "sqlalchemy",
)
"""They log at WARNING and above. slack_sdk's DEBUG prints whole requests with everything people said."""

RETOLD = ("slack_sdk.web.base_client",)
"""What they log as an error they also raise, and we tell it with what comes of it."""

_SECRET = re.compile(
    r"xox[a-z]{1,2}(?:\.xox[a-z])?-[\w-]+"  # bot, user, refresh and configuration tokens
    r"|xapp-[\w-]+"
    r"|\bsk-[\w-]{8,}"
    r"|(?<=hooks\.slack\.com/)[^\s\"'<>]+"  # a response_url is a bearer capability
    r"|(?<=[?&]ticket=)[^\s&\"'<>]+"  # so is the address of a socket
    r"|(?<=://)[^\s/@:\"']*:[^\s/@\"']+(?=@)"
    r"|(?<=[Bb]earer )[\w.~+/-]+=*"
)
_QUOTED_REQUEST = re.compile(r"\s*\((?:\{|signature:).*", re.DOTALL)
_SPEAK_OF_CODE = (BotError, OSError, ImportError, NameError, AttributeError, TypeError)
"""Errors whose messages name code or the machine, never what somebody wrote."""

Style = Literal["auto", "json", "text"]


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger for one module: `log.info("job_done", job=7, kind="draft")`."""
    logger: FilteringBoundLogger = structlog.get_logger(module=name)
    return logger


def fields(**values: object) -> AbstractContextManager[None]:
    """Put these fields into every line logged inside the block, on this thread."""
    return bound_contextvars(**values)


def mask(text: str) -> str:
    """The text with tokens, keys and passwords in addresses replaced by `***`."""
    return _SECRET.sub("***", text)


def configure(*, level: str = "info", style: Style = "auto", stream: TextIO | None = None) -> None:
    """Set up logging for this process, on standard error unless told otherwise.

    The root logger stays at WARNING on purpose: Bolt copies its level to the logger that prints
    the body of every request with a wrong signature at INFO (slack_bolt 1.30, `logger/__init__.py`).
    """
    out = stream or sys.stderr
    render = _renderer("text" if style == "auto" and out.isatty() else style, colors=out.isatty())
    structlog.configure(
        processors=[merge_contextvars, *_shared(), render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _route_third_parties(out, render)


def _shared() -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_error,
    ]


def _renderer(style: str, *, colors: bool) -> Processor:
    inner: Processor
    if style == "text":
        inner = structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0)
    else:
        inner = structlog.processors.JSONRenderer(ensure_ascii=False)

    def render(logger: WrappedLogger, method: str, event: EventDict) -> str:
        return mask(str(inner(logger, method, event)))

    return render


def _route_third_parties(out: TextIO, render: Processor) -> None:
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_shared()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _drop_request, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in THIRD_PARTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in RETOLD:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)


def _drop_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Cut the request that Bolt quotes in its warnings: it holds what people wrote."""
    event["event"] = _QUOTED_REQUEST.sub("", str(event["event"]))
    return event


def _name_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say which errors, from where, in one field; quote only messages that speak of code."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = " < ".join(_described(error))
    return event


def _described(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        said = f": {current}" if isinstance(current, _SPEAK_OF_CODE) else ""
        yield f"{type(current).__name__}{said}{_place(current)}"
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    frames: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{'/'.join(code.co_filename.split('/')[-2:])}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f" [{' > '.join(frames[-8:])}]" if frames else ""
