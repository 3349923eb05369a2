"""The sentence that shows why a document was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from storage.search_asked import Asked, Wanted, Way
from storage.terms import Term, composed, terms

START, END = "\x02", "\x03"
LONGEST = 300
_WINDOW = 240
_LEAD = 60

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


class _Span(NamedTuple):
    start: int
    end: int


def snippet(texts: Iterable[str], asked: Asked) -> str:
    """The sentence with most of the words asked for, the first of equals, with these words between
    `\\x02` and `\\x03`; at most 300 characters. The first sentence where none has any."""
    best, most, spans = "", -1, list[_Span]()
    starts = _starts(asked)
    for sentence in _sentences(texts):
        if most >= 0 and sentence.isascii() and not starts.search(sentence):
            continue
        words = list(terms(sentence))
        found = [hits for one in asked.wanted if (hits := list(_hits(words, one)))]
        if len(found) > most:
            best, most, spans = sentence, len(found), sorted({span for hits in found for span in hits})
        if most == len(asked.wanted):
            break
    return _marked(best, spans)


def _starts(asked: Asked) -> re.Pattern[str]:
    """What a sentence in plain letters must have to be worth a closer look: taking it to pieces is what
    takes the time. Stems begin as their words do, but for a few like `dying`."""
    stems = {stem[:3] for one in asked.wanted for way in one.ways for stem in way.stems}
    stems |= {one.form[:3] for one in asked.wanted if one.form}
    return re.compile("|".join(sorted(map(re.escape, stems))) or "(?!)", re.IGNORECASE)


def has_phrase(texts: Iterable[str], forms: Sequence[str]) -> bool:
    """Whether one of the texts has these words side by side as they are, whatever their case and accents."""
    return any(
        tuple(words[at : at + len(forms)]) == tuple(forms)
        for text in texts
        if (words := [term.form for term in terms(composed(text))])
        for at in range(len(words) - len(forms) + 1)
        if words[at] == forms[0]
    )


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for sentence in _SENTENCE_END.split(_CONTROL.sub(" ", composed(text))):
            if shown := " ".join(sentence.split()):
                yield shown


def _hits(words: list[Term], asked: Wanted) -> Iterator[_Span]:
    """Where a sentence has what was asked for: in each of its ways, a row of words as one span."""
    for way in asked.ways:
        yield from _row_hits(words, way) if way.is_row else _single_hits(words, way)
    if asked.form:
        stem = asked.ways[0].stems[-1]
        yield from (
            _Span(word.start, word.end)
            for word in words
            if word.form.startswith(asked.form) or (len(stem) > 2 and word.stem.startswith(stem))
        )


def _single_hits(words: list[Term], way: Way) -> Iterator[_Span]:
    if set(way.stems) <= {word.stem for word in words}:
        yield from (_Span(word.start, word.end) for word in words if word.stem in way.stems)


def _row_hits(words: list[Term], way: Way) -> Iterator[_Span]:
    size = len(way.stems)
    for at in range(len(words) - size + 1):
        if words[at].stem == way.stems[0] and all(
            word.stem == stem for word, stem in zip(words[at : at + size], way.stems, strict=True)
        ):
            yield _Span(words[at].start, words[at + size - 1].end)


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
