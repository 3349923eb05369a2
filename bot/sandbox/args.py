"""The arguments of a Web API request, whether they came as a form or as JSON."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox.model import Json, Refusal

YES = {"1", "true", "True", True}


class Args:
    """Typed access to what the caller sent."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """An optional string."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """A required string."""
        value = self.text(name)
        if not value:
            raise Refusal(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean in any of its spellings."""
        value = self.values.get(name)
        return default if value is None else value in YES

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """A list or object, maybe sent as a JSON string."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise Refusal(error) from None

    def limit(self, default: int, most: int) -> int:
        """The page size."""
        value = self.text("limit")
        if not value or value == "0":
            return default
        if not value.isdigit() or int(value) > most:
            raise Refusal("invalid_limit")
        return int(value)


def parse(query: str, body: bytes, content_type: str) -> Json:
    """The arguments of one request, from its query string and body."""
    values: Json = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.startswith("application/json"):
        sent = json.loads(body or b"{}")
        return values | sent if isinstance(sent, dict) else values
    if content_type.startswith("application/x-www-form-urlencoded"):
        values |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return values
