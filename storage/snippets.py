"""The sentence that shows why a document was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from storage.terms import Term, Wanted, composed, terms

START, END = "\x02", "\x03"
LONGEST = 300
_WINDOW = 240
_LEAD = 60

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


class _Span(NamedTuple):
    start: int
    end: int


def snippet(texts: Iterable[str], asked: tuple[Wanted, ...]) -> str:
    """The sentence with most of the words asked for, the first of equals, with these words between
    `\\x02` and `\\x03`; at most 300 characters. The first sentence where none has any."""
    best, most, spans = "", -1, list[_Span]()
    for sentence in _sentences(texts):
        words = list(terms(sentence))
        found = [hits for one in asked if (hits := list(_hits(words, one)))]
        if len(found) > most:
            best, most, spans = sentence, len(found), sorted({span for hits in found for span in hits})
        if most == len(asked):
            break
    return _marked(best, spans)


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for sentence in _SENTENCE_END.split(_CONTROL.sub(" ", composed(text))):
            if shown := " ".join(sentence.split()):
                yield shown


def _hits(words: list[Term], asked: Wanted) -> Iterator[_Span]:
    for at in _places(words, asked):
        row = words[at : at + len(asked.stems)]
        if _matches(row, asked):
            yield _Span(row[0].start, row[-1].end)


def _places(words: list[Term], asked: Wanted) -> list[int]:
    """Where it may stand: its first word alone rules most places out, which is what takes the time."""
    first, last = asked.stems[0], len(words) - len(asked.stems)
    if len(asked.stems) > 1 or not asked.begun:
        return [at for at, word in enumerate(words) if word.stem == first and at <= last]
    form = asked.form or first
    return [at for at, word in enumerate(words) if word.stem.startswith(first) or word.form.startswith(form)]


def _matches(row: list[Term], asked: Wanted) -> bool:
    *before, last = row
    if any(term.stem != stem for term, stem in zip(before, asked.stems[:-1], strict=True)):
        return False
    if not asked.begun:
        return last.stem == asked.stems[-1]
    if last.stem.startswith(asked.stems[-1]):
        return True
    return bool(asked.form) and last.form.startswith(asked.form)


def _marked(sentence: str, spans: list[_Span]) -> str:
    first = spans[0].start if spans else 0
    start, end = _window(sentence, first)
    shown = [span for span in _apart(spans) if span.start >= start and span.end <= end]
    room = (LONGEST - (end - start) - 2) // 2
    pieces, at = ["…" if start else ""], start
    for span in shown[:room]:
        pieces += [sentence[at : span.start], START, sentence[span.start : span.end], END]
        at = span.end
    return "".join([*pieces, sentence[at:end], "…" if end < len(sentence) else ""])


def _window(sentence: str, first: int) -> tuple[int, int]:
    if len(sentence) <= _WINDOW:
        return 0, len(sentence)
    start = 0 if first <= _LEAD else sentence.rfind(" ", 0, first - _LEAD + 20) + 1
    start = start if first - start <= _LEAD * 2 else first
    end = min(len(sentence), start + _WINDOW)
    cut = sentence.rfind(" ", start + _WINDOW // 2, end) if end < len(sentence) else -1
    return start, cut if cut > first else end


def _apart(spans: list[_Span]) -> Iterator[_Span]:
    at = 0
    for span in spans:
        if span.start >= at:
            yield span
            at = span.end
