"""A request of a browser, and what it is answered."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import quote

from bot.sandbox.model import Json

JSON = "application/json; charset=utf-8"
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A shared file may be a page of its own: it is shown, but runs nothing and reaches nothing."""
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asked:
    """One request. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    header: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """One answer."""

    content: bytes
    kind: str = JSON
    status: int = 200
    more: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Its headers; nothing is cached, nothing foreign runs."""
        return {"Content-Type": self.kind, "Content-Security-Policy": _PAGE, **_COMMON, **self.more}


def as_json(body: Json, status: int = 200) -> Sheet:
    """A JSON answer."""
    return Sheet(json.dumps(body).encode(), status=status)


def static(name: str) -> Sheet | None:
    """A part of the page; None where there is none of that name."""
    suffix = f".{name.rpartition('.')[2]}"
    found = files("bot.sandbox.face").joinpath("static", name)
    if "/" in name or suffix not in _TYPES or not found.is_file():
        return None
    return Sheet(found.read_bytes(), f"{_TYPES[suffix]}; charset=utf-8")


def shared_file(name: str, content: bytes) -> Sheet:
    """A file people share, shown by the browser where it can."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") and kind != "text/html":
        kind = "text/plain"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    more = {
        "Content-Security-Policy": _FILE,
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}",
    }
    return Sheet(content, kind + charset, more=more)
