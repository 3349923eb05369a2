"""What a Web API method has at hand."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.sandbox.args import Args
from bot.sandbox.model import Conversation, Json, Refusal
from bot.sandbox.tickets import Tickets
from bot.sandbox.workspace import Workspace

Item = TypeVar("Item")


@dataclass
class Desk:
    """The workspace and the things methods share."""

    ws: Workspace
    tickets: Tickets
    open_socket: Callable[[], str]
    clamp: bool = False


Run = Callable[[Desk, Args], Json]


@dataclass(frozen=True)
class Method:
    """A Web API method and the scope it asks for; {} stands for the kind of channel."""

    run: Run
    scope: str = ""
    token: str = "bot"  # noqa: S105 - the kind of token, not one

    def scope_for(self, channel: Conversation | None) -> str:
        """The scope needed for this channel."""
        family = "channels"
        if channel is not None and channel.is_im:
            family = "im"
        elif channel is not None and channel.private:
            family = "groups"
        return self.scope.format(family)


def page(
    items: list[Item], args: Args, *, default: int, most: int, name: Callable[[Item], str]
) -> tuple[list[Item], str]:
    """One page of a list and the cursor of the next, which names its first item."""
    limit = args.limit(default, most)
    start = 0
    if cursor := args.text("cursor"):
        wanted = read_cursor(cursor)
        start = next((i for i, item in enumerate(items) if name(item) == wanted), len(items))
    rest = items[start + limit :]
    return items[start : start + limit], make_cursor(name(rest[0])) if rest else ""


def make_cursor(mark: str) -> str:
    """An opaque cursor."""
    return base64.b64encode(f"next:{mark}".encode()).decode()


def read_cursor(cursor: str) -> str:
    """What a cursor means; refuses one that was never given."""
    try:
        kind, _, mark = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal("invalid_cursor") from None
    if kind != "next":
        raise Refusal("invalid_cursor")
    return mark


def cursor_metadata(cursor: str) -> Json:
    """The response_metadata of a paginated answer."""
    return {"response_metadata": {"next_cursor": cursor}}
