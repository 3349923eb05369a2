"""Which requests may reach a server that has no passwords: those of programs, and of its own page.

A page of another site could send requests to loopback too, under its own name (`Origin`) or, by pointing a
name of its own at 127.0.0.1 (DNS rebinding), under that name (`Host`). An address cannot be rebound, so
`Host` must be one, or `localhost`; and `Origin`, where a browser sends one, must be that very host.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

OWN = "x-sandbox-face"
"""A header that only our page sends: another site would have to ask for leave first, and gets none."""


def refusal(headers: Mapping[str, str]) -> str | None:
    """Why a request is not answered at all, or None. Names of headers are in lower case."""
    host = headers.get("host", "")
    if not _is_address(host):
        return "Ask for this page by localhost or an IP address: other names could be somebody else's.\n"
    origin = headers.get("origin")
    if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
        return "Only this page itself may ask that.\n"
    return None


def is_ours(headers: Mapping[str, str]) -> bool:
    """Whether a request of a browser comes from our own page: what the page's JSON API asks for."""
    return headers.get(OWN) == "1" and headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _is_address(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ipaddress.ip_address(name))
    except ValueError:
        return False
