"""The column types both databases share: aware UTC times, storable text, JSON as text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite drops the zone of a time, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn any aware time into UTC. Raises `ValueError` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time needs a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Aware UTC, whichever zone the server's session is in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text without what a database refuses: PostgreSQL stores no NUL, and nothing stores half a
    surrogate pair (which JSON from outside may contain)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """The text as it can be stored and compared."""
        return None if value is None else storable(value)


class Json(TypeDecorator[Any]):
    """A pydantic value, or what one is made of, as JSON text. Escaped to ASCII, so that any text fits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Compact JSON."""
        if value is None:
            return None
        return json.dumps(to_jsonable_python(value), separators=(",", ":"))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Plain lists, dicts and scalars; the reader validates them."""
        if value == "[]":
            return []  # most messages have no files and no reactions, and there are thousands
        return None if value is None else json.loads(value)


def storable(text: str) -> str:
    """`text` without NUL, half surrogate pairs replaced by `?`; plain `str` for members of a `StrEnum`."""
    text = str(text)
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
