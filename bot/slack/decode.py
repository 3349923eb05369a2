"""Slack's message markup as the text a person sees.

The grammar is Slack's own (docs.slack.dev, "Formatting message text"): control sequences between
angle brackets, and `&`, `<`, `>` as the only entities. Tokens are read before entities are decoded,
so `&lt;@U1&gt;` stays the characters a person typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

MAX_TEXT = 60_000
"""Characters kept of one message; Slack itself cuts at 40,000, blocks and attachments come on top."""

_TOKEN = re.compile(r"<([^<>\n]{1,4000})>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_URL = re.compile(r"(?i)(https?|ftp|ssh|slack|sip|tel|mailto):\S+")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])")

# What storage cannot keep (NUL, lone surrogates), what would hide text from the checks
# (zero width characters), and what would turn a line around for the reader (overrides).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u2060\ufeff\u202d\u202e\ud800-\udfff]")


def clean(text: str) -> str:
    """Drop what cannot be stored or shown and cut at `MAX_TEXT`; line breaks and tabs stay."""
    text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def unescape(text: str) -> str:
    """Decode Slack's three entities, once: `&amp;lt;` becomes `&lt;`."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def readable(text: str, channels: Mapping[str, str] | None = None) -> str:
    """mrkdwn as readable text.

    Mentions become bare `@U0ABC` tokens, channels `#name`, links `label (url)`, dates UTC, bold and
    italic marks go, code and emoji (`:name:`) stay as written. `channels` maps ids to names for the
    tokens Slack sends without a label.
    """
    parts: list[str] = []
    end = 0
    for found in _TOKEN.finditer(text):
        parts += [unescape(text[end : found.start()]), _token(found, channels or {})]
        end = found.end()
    parts.append(unescape(text[end:]))
    return _plain(clean("".join(parts))).strip()


def _token(found: re.Match[str], channels: Mapping[str, str]) -> str:
    target, _, label = found[1].partition("|")
    label = unescape(label).strip()
    if target.startswith("@"):
        return _mention(target)
    if target.startswith("#"):
        return "#" + (label or channels.get(target[1:]) or target[1:])
    if target.startswith("!"):
        return _special(target[1:], label)
    if _URL.fullmatch(target):
        return link(unescape(target), label)
    return unescape(found[0])


def _mention(target: str) -> str:
    """`@U0ABC`; the label is dropped, for it is a name."""
    return "@group" if target.startswith("@&") else target


def _special(command: str, label: str) -> str:
    if command.startswith("date^"):
        return _date(command, label)
    if command.startswith("subteam^"):
        return "@" + (label.lstrip("@") or command.removeprefix("subteam^"))
    return "@" + (label.lstrip("@") or command)


def _date(command: str, label: str) -> str:
    """The moment itself in UTC: a fallback text may be in anybody's zone."""
    seconds = command.split("^")[1]
    if re.fullmatch(r"\d{1,11}", seconds):
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M} UTC"
    return label


def link(url: str, label: str = "") -> str:
    """`label (url)`, or the url alone where the label says nothing more."""
    bare = re.sub(r"^(mailto|tel):", "", url)
    if not label or _same_address(label, url):
        return bare
    return f"{label} ({bare})"


def _same_address(label: str, url: str) -> bool:
    def bare(address: str) -> str:
        return re.sub(r"(?i)^(https?://|mailto:|tel:)", "", address).rstrip("/").lower()

    return bare(label) == bare(url)


def _plain(text: str) -> str:
    """Take bold and italic marks away, outside code."""
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        parts += [_unmark(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, _unmark(text[end:])])


def _unmark(text: str) -> str:
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", text))
