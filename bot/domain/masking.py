"""Placeholders in place of what must not be stored: `[secret:aws-access-key-1]`, `[personal:email-1]`.

Finding it is the redactor's work (`bot.ports.Redactor`); this is only the replacing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict

PERSONAL_KINDS = ("email", "phone", "card", "ip")
"""Kinds shown as `[personal:…]`; every other kind is a credential and shown as `[secret:…]`."""

PLACEHOLDER = re.compile(r"\[(?:secret|personal):[a-z]{1,16}(?:-[a-z]{1,16}){0,4}-\d{1,6}\]")
"""What masking leaves behind. Kinds are letters and hyphens only, so hardly anything else looks so."""

_KIND = re.compile(r"[a-z]{1,16}(?:-[a-z]{1,16}){0,4}")


class Found(Protocol):
    """A stretch of text to mask: `text[start:end]`, of a kind such as `aws-access-key`."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Masked(BaseModel):
    """A text with its secrets replaced, and how many stretches that were."""

    model_config = ConfigDict(frozen=True)

    text: str
    count: int


class _Stretch(NamedTuple):
    start: int
    end: int
    kind: str


def mask(text: str, secrets: Iterable[Found], number: Callable[[str, str], int]) -> Masked:
    """Replace every stretch by its placeholder.

    `number(kind, value)` gives the same number to the same value, from 1. Stretches may overlap and
    come in any order; a credential wins over personal data. Placeholders already in the text stay,
    so masking masked text changes nothing.

    Raises:
        ValueError: a kind is not words of letters joined by hyphens.
    """
    placeholders = [match.span() for match in PLACEHOLDER.finditer(text)]
    stretches = [piece for one in _merged(text, secrets) for piece in _outside(text, one, placeholders)]
    parts: list[str] = []
    done = 0
    for start, end, kind in stretches:
        parts += [text[done:start], _placeholder(kind, number(kind, text[start:end]))]
        done = end
    return Masked(text="".join([*parts, text[done:]]), count=len(stretches))


def _placeholder(kind: str, number: int) -> str:
    return f"[{'personal' if kind in PERSONAL_KINDS else 'secret'}:{kind}-{number}]"


def _merged(text: str, secrets: Iterable[Found]) -> list[_Stretch]:
    merged: list[_Stretch] = []
    for one in sorted(secrets, key=lambda found: (found.start, -found.end)):
        if not _KIND.fullmatch(one.kind):
            raise ValueError(f"not a kind of secret: {one.kind!r}")
        new = _Stretch(max(0, one.start), min(one.end, len(text)), one.kind)
        if merged and new.start < merged[-1].end:
            merged[-1] = _united(merged[-1], new)
        elif new.start < new.end:
            merged.append(new)
    return merged


def _united(first: _Stretch, second: _Stretch) -> _Stretch:
    kind = second.kind if first.kind in PERSONAL_KINDS and second.kind not in PERSONAL_KINDS else first.kind
    return _Stretch(first.start, max(first.end, second.end), kind)


def _outside(text: str, one: _Stretch, placeholders: list[tuple[int, int]]) -> list[_Stretch]:
    """The parts of a stretch that are no placeholder yet and hold anything worth masking."""
    pieces: list[_Stretch] = []
    at = one.start
    for start, end in [*placeholders, (one.end, one.end)]:
        if end <= at or start > one.end:
            continue
        if text[at : max(at, start)].strip():
            pieces.append(_Stretch(at, start, one.kind))
        at = max(at, end)
    return pieces
