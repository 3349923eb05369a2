"""Text that can be posted anywhere: no pings, no foreign links, no markup that takes effect, no end in sight
cut short."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

MAX_CLAIM = 600
"""Characters of one claim."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SPECIAL = re.compile(r"<[!@#][^<>\n]{0,200}>")
_ANGLED_LINK = re.compile(r"<((?:https?|mailto|ftp):[^<>|\s]+)(?:\|([^<>\n]*))?>")
_MARKED_LINK = re.compile(
    r"!?\[([^\]\n]{0,200})\]\(\s*<?((?:[a-z][a-z0-9+.-]*:|//|/)[^)\s]*)[^)\n]*\)", re.IGNORECASE
)
_PING = re.compile(r"(?i)(?<![\w.])@(?=(?:channel|here|everyone|group|all)\b)")
_LINK = re.compile(r"(?i)\b(?:https?://|ftp://|www\.)[^\s<>|\"”]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")


class Neutral(NamedTuple):
    """The text, and how many pings and links were taken out of it."""

    text: str
    pings: int
    links: int


def neutral(text: str, *, links: Collection[str] = (), limit: int = MAX_CLAIM) -> Neutral:
    """One line of plain text of at most `limit` characters; only the given links stay."""
    text = " ".join(_INVISIBLE.sub(" ", text).split())
    text, angled = _ANGLED_LINK.subn(lambda found: " ".join(filter(None, (found[2], found[1]))), text)
    text, marked = _MARKED_LINK.subn(lambda found: f"{found[1]} {found[2]}".strip(), text)
    text, special = _SPECIAL.subn("", text)
    text, pings = _PING.subn("", text)
    text = _TAG.sub("", text)
    foreign = 0

    def keep(found: re.Match[str]) -> str:
        nonlocal foreign
        if _bare(found[0]) in links:
            return found[0]
        foreign += 1
        return found[0][len(_bare(found[0])) :]

    text = _LINK.sub(keep, text)
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text) if foreign or angled or marked else text
    text = re.sub(r"\s+([.,;:!?)])(?=[\s.,;:!?)]|$)", r"\1", " ".join(text.split()))
    return Neutral(shorten(text, limit), special + pings, foreign)


def links_in(text: str) -> frozenset[str]:
    """The addresses a text contains, as `neutral` compares them."""
    return frozenset(_bare(found[0]) for found in _LINK.finditer(text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a sentence or at a word."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? "))
    if end >= limit // 2:
        return head[: end + 1]
    return head[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _bare(link: str) -> str:
    return link.rstrip(".,;:!?)]}'*_~`").lower()
