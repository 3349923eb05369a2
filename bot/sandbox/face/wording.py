"""What people type, in Slack's own form, and back again for editing."""

from __future__ import annotations

import html
import re

from bot.sandbox.workspace import Workspace

_URL = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)]")
_NAMED = re.compile(r"(?<![\w/])([@#])([\w.-]*\w)")
_TOKEN = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def typed(ws: Workspace, text: str) -> str:
    """Typed words as Slack stores them: escaped, with mentions, channels and links as tokens."""
    pieces = _URL.split(html.escape(text, quote=False))
    urls = _URL.findall(html.escape(text, quote=False))
    named = [_NAMED.sub(lambda found: _token(ws, found[1], found[2]) or found[0], piece) for piece in pieces]
    linked = [f"<{url}>" for url in urls] + [""]
    return "".join(piece + link for piece, link in zip(named, linked, strict=True))


def _token(ws: Workspace, sigil: str, name: str) -> str | None:
    if sigil == "#":
        found = next((c for c in ws.channels.values() if c.name == name and not c.is_im), None)
        return f"<#{found.id}|{'' if found.private else found.name}>" if found else None
    if name in _BROADCASTS:
        return f"<!{name}>"
    user = next((user.id for user in ws.users.values() if user.name == name), None)
    return f"<@{user}>" if user else None


def retyped(ws: Workspace, text: str) -> str:
    """A stored message as one would type it."""

    def plain(found: re.Match[str]) -> str:
        sigil, target, label = found.groups()
        if sigil == "@":
            return f"@{ws.users[target].name if target in ws.users else target}"
        if sigil == "#":
            return f"#{ws.channels[target].name if target in ws.channels else label}"
        return f"@{target}" if sigil else target

    return html.unescape(_TOKEN.sub(plain, text))
