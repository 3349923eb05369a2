"""Looking at a text with parts of it taken out, without losing track of where things stand."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

FILLER = "\ue000"
"""Stands where something is masked already: a private-use character no pattern asks for."""


class Span(NamedTuple):
    """`text[start:end]` is a secret of that kind."""

    kind: str
    start: int
    end: int


class Detector(Protocol):
    """Finds spans in a text. `lower` is the text in lower case of the same length, for cheap hints."""

    def __call__(self, text: str, lower: str) -> Iterator[Span]: ...


class View:
    """A text in which each of the `holes` (in order, not overlapping) shows as `filler`."""

    def __init__(self, text: str, holes: Iterable[tuple[int, int]], filler: str) -> None:
        self._shown: list[int] = []
        self._original: list[int] = []
        parts: list[str] = []
        done = length = 0
        for start, end in [*holes, (len(text), len(text))]:
            self._shown.append(length)
            self._original.append(done)
            parts += [text[done:start], filler if end > start else ""]
            length += len(parts[-2]) + len(parts[-1])
            done = end
        self.text = "".join(parts)

    def original(self, span: Span) -> Span:
        """Where a span of the view, beginning and ending in shown text, stands in the full text."""
        return Span(span.kind, self._place(span.start), self._place(span.end - 1) + 1)

    def _place(self, at: int) -> int:
        piece = bisect.bisect_right(self._shown, at) - 1
        return self._original[piece] + at - self._shown[piece]


def fold(text: str) -> str:
    """Lower case of the same length (`İ` alone grows in `str.lower`)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(char.lower()[:1] for char in text)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, overlapping ones united; the kind of the one named first wins.

    Order of the argument is order of preference: specific detectors come before general ones.
    """
    ranked = sorted(enumerate(spans), key=lambda pair: pair[1].start)
    result: list[tuple[int, Span]] = []
    for rank, span in ranked:
        if result and span.start < result[-1][1].end:
            best, last = result[-1]
            kind = last.kind if best <= rank else span.kind
            result[-1] = (min(best, rank), Span(kind, last.start, max(last.end, span.end)))
        else:
            result.append((rank, span))
    return [span for _, span in result]


def without_filler(text: str, span: Span) -> Iterator[Span]:
    """The parts of a span between fillers that hold a letter or digit."""
    start = span.start
    for part in text[span.start : span.end].split(FILLER):
        left = len(part) - len(part.lstrip())
        bare = part.strip()
        if any(char.isalnum() for char in bare):
            yield Span(span.kind, start + left, start + left + len(bare))
        start += len(part) + 1
