"""How wide words are, and which of them can be drawn: measured with the font the PNG is drawn with.

Browsers have other fonts, hardly any of them wider than this one, so that what fits here fits there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.text import one_line

if TYPE_CHECKING:
    from PIL import ImageFont

ELLIPSIS = "…"
FONTS = Path(__file__).parent / "fonts"
_MEASURED = 100
_NOWHERE = "\U0010ffff"
_MISSING_SHARE = 0.2
"""Text of which more cannot be drawn is left away: holes tell nothing."""


@lru_cache(maxsize=64)
def font(size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font that comes with the bot, in a size in pixels."""
    from PIL import ImageFont  # noqa: PLC0415 - who draws no picture starts quicker without

    name = "DejaVuSansCondensed-Bold.ttf" if bold else "DejaVuSansCondensed.ttf"
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is; a character the font lacks counts as a square."""
    known = "".join(char for char in text if can_draw(char))
    return _width(known, bold) * size / _MEASURED + (len(text) - len(known)) * size


@lru_cache(maxsize=4096)
def _width(text: str, bold: bool) -> float:
    return font(_MEASURED, bold=bold).getlength(text)


@lru_cache(maxsize=4096)
def can_draw(char: str) -> bool:
    """Whether the font has a shape for a character."""
    if char.isspace():
        return char == " "
    return bytes(font(_MEASURED).getmask(char)) != bytes(font(_MEASURED).getmask(_NOWHERE))


def legible(text: str) -> str:
    """The text as the font can draw it, on one line: missing characters become their base letter or `?`;
    nothing where too many are missing, as in a script the font does not have."""
    shown = unicodedata.normalize("NFC", one_line(text))
    missing = sum(not can_draw(char) for char in shown if not char.isspace())
    if missing > _MISSING_SHARE * len(shown):
        return ""
    return " ".join("".join(map(_drawable, shown)).split())


def _drawable(char: str) -> str:
    if can_draw(char):
        return char
    plain = unicodedata.normalize("NFKD", char)[:1]
    if unicodedata.category(char) in ("So", "Mn", "Sk", "Cf", "Zs"):
        return " " if char.isspace() else ""
    return plain if plain and can_draw(plain) else "?"


def cut(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text within `room` pixels, with an ellipsis where it was longer; nothing where not even three
    letters fit."""
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,.;:–-") + ELLIPSIS if low >= 3 else ""


def wrapped(text: str, room: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """The text as at most `lines` lines of `room` pixels, the last one cut."""
    rows = list(_rows(text, room, size, bold=bold))
    if len(rows) <= lines:
        return rows
    rest = " ".join(rows[lines - 1 :])
    last = cut(rest, room, size, bold=bold) or ELLIPSIS
    return [*rows[: lines - 1], last if last.endswith(ELLIPSIS) else last + ELLIPSIS]


def _rows(text: str, room: float, size: float, *, bold: bool) -> Iterator[str]:
    row = ""
    for word in text.split():
        joined = f"{row} {word}".strip()
        if row and width(joined, size, bold=bold) > room:
            yield cut(row, room, size, bold=bold) or row[:1]
            joined = word
        row = joined
    if row:
        yield cut(row, room, size, bold=bold) or row[:1]
