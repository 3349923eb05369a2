"""Numbers, percentages, amounts, durations, clock times and dates in a text, in comparable form.

`1.2k` and `1,200` are the same number, `5 %` and `five percent` the same share, `90 min` and `1.5 h` the
same span. Numbers that are part of a version, an identifier or a role (`responder 2`) are no figures.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple


class Span(NamedTuple):
    """A duration as it was written: its length, and the smallest unit named, both in seconds."""

    seconds: float
    unit: float
    written: str


class Figures(NamedTuple):
    """What a text says in numbers. `plain` maps each bare number to how it was written."""

    plain: dict[float, str]
    percents: dict[float, str]
    money: dict[tuple[str, float], str]
    spans: tuple[Span, ...]
    clocks: dict[tuple[int, int], str]
    dates: dict[tuple[int, int], str]
    """(month, day) → as written; years are plain numbers of a date and compared with it."""

    def all_values(self) -> frozenset[float]:
        """Every number, whatever it counts."""
        amounts = (amount for _, amount in self.money)
        return frozenset({*self.plain, *self.percents, *amounts})


_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS: dict[str, float] = {
    **{word: float(value) for value, word in enumerate((_ONES + " seventeen eighteen nineteen").split())},
    **{word: float(value) for value, word in zip(range(20, 100, 10), _TENS.split(), strict=True)},
    "dozen": 12.0,
    "hundred": 100.0,
    "thousand": 1_000.0,
    "million": 1_000_000.0,
    "billion": 1_000_000_000.0,
}
_SCALES = {"k": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12}
_WORD_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_UNITS: dict[str, float] = {
    **dict.fromkeys(("ms", "msec", "millis", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("week", "weeks"), 604_800.0),
}
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SPELLED = "|".join(sorted(_WORDS, key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"

_NUMBER = re.compile(
    rf"""(?ix)
    (?=[\d$€£¥~]|\b[a-z]) (?:
    (?P<iso>\b\d{{4}}-(?P<im>\d\d)-(?P<id>\d\d)(?=\b|T))
    | (?:(?<![\w:.])|(?<=\dT))(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)(?::[0-5]\d(?:[.,]\d+)?)?(?P<half>\s?[ap]m\b|z\b)?(?![\w:]|\.\d)
    | \b(?P<h12>1[0-2]|0?[1-9])\s?(?P<ampm>[ap]m)\b
    | \b(?:(?P<md>{_MONTH})\.?\s(?P<mdd>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:) | (?P<dmd>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<dm>{_MONTH})\b)
    | (?P<sign>[$€£¥])\s?(?P<paid>{_DIGITS})\s?(?P<pscale>k|mm|mn|m|bn|b|thousand|million|billion)?\b
    | (?:(?<![\w.,:/#@_-])|(?<=\dh))~?(?P<number>{_DIGITS})(?:\s?(?P<percent>%|percent\b|per\s?cent\b|pct\b|percentage\spoints\b)
        |\s?(?P<code>usd|eur|gbp|dollars?|euros?|pounds?)\b
        |(?P<scale>k|mm|mn|bn)\b(?!/)
        |\s(?P<wscale>hundred|thousand|million|billion)\b
        |\s?(?P<unit>ms|msecs?|millis(?:econds?)?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?)(?:\b(?!/)|(?<=h)(?=\d+m))
        |(?:st|nd|rd|th)\b
        |(?P<times>x)\b
        |(?=[a-zµ]{{1,5}}\b)
        |(?=[+~]?(?![\w:/_-]|\.\w))|(?=-(?:{_MONTH}|[a-z]{{3,}}\b)))
    | \b(?P<word>{_SPELLED})\b(?:[-\s](?P<word2>one|two|three|four|five|six|seven|eight|nine|hundred|thousand|million|billion)\b)?
        (?:\s(?P<wpercent>percent|per\scent)\b|\s(?P<wunit>seconds?|minutes?|hours?|days?|weeks?)\b)?
    )
    """  # noqa: E501 - one alternative a line
)
_CURRENCIES = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "dollar": "usd", "euro": "eur", "pound": "gbp"}
_STATUS = re.compile(r"[45]\d\ds")  # `502s` are responses, not seconds
_JOIN = re.compile(r"(?i)\s?(?:,\s|and\s)?")
_ROLE_NUMBER = re.compile(r"(?i)\b(?:responder|colleague) \d+")
_CITATION = re.compile(r"\[\d+(?:,\s?\d+)*\]")


def figure_spans(text: str) -> list[tuple[int, int]]:
    """Where figures stand in a text."""
    return [match.span() for match in _NUMBER.finditer(text)]


@lru_cache(maxsize=8_192)
def figures(text: str) -> Figures:
    """Everything numeric in a text. Linear in its length."""
    found = _Collector()
    for match in _NUMBER.finditer(_CITATION.sub(" ", _ROLE_NUMBER.sub(" ", text))):
        found.take(match)
    return found.done()


class _Collector:
    """Sorts matches into kinds; neighbouring durations (`1 h 24 min`) become one."""

    def __init__(self) -> None:
        self._figures = Figures({}, {}, {}, (), {}, {})
        self._spans: list[Span] = []
        self._span_end = -10

    def done(self) -> Figures:
        return self._figures._replace(spans=tuple(self._spans))

    def take(self, match: re.Match[str]) -> None:
        written = match[0].strip()
        if match["iso"]:
            self._date(int(match["im"]), int(match["id"]), written)
            self._figures.plain[float(match["iso"][:4])] = written
        elif match["hour"] or match["h12"]:
            self._clock(match, written)
        elif match["md"] or match["dm"]:
            name, day = (match["md"] or match["dm"]).lower(), match["mdd"] or match["dmd"]
            self._date(_MONTHS[name], int(day), written)
        elif match["paid"]:
            scale = _scale(match["pscale"])
            self._figures.money[_CURRENCIES[match["sign"]], _value(match["paid"]) * scale] = written
        elif match["number"]:
            self._number(match, written)
        elif match["word"]:
            self._spelled(match, written)

    def _number(self, match: re.Match[str], written: str) -> None:
        value = _value(match["number"]) * _scale(match["scale"] or match["wscale"])
        if match["percent"]:
            self._figures.percents[value] = written
        elif match["code"]:
            self._figures.money[_currency(match["code"]), value] = written
        elif match["unit"] and not _STATUS.fullmatch(written):
            decimals = len(match["number"].partition(".")[2])
            self._span(match, value, _UNITS[match["unit"].lower()] / 10**decimals, written)
        else:
            self._figures.plain[value] = written

    def _spelled(self, match: re.Match[str], written: str) -> None:
        word, second = match["word"].lower(), (match["word2"] or "").lower()
        value = _WORDS[word]
        if second:
            value = value * _WORD_SCALES[second] if second in _WORD_SCALES else value + _WORDS[second]
        if match["wpercent"]:
            self._figures.percents[value] = written
        elif match["wunit"]:
            self._span(match, value, _UNITS[match["wunit"].lower()], written)
        elif word not in ("one", "zero") or second:
            self._figures.plain[value] = written

    def _span(self, match: re.Match[str], value: float, unit: float, written: str) -> None:
        """`unit` is one step of the last digit written: a tenth of an hour for `1.5 h`."""
        seconds = value * _UNITS[(match["unit"] or match["wunit"]).lower()]
        between = match.string[max(0, self._span_end) : match.start()]
        if self._spans and _JOIN.fullmatch(between) and unit < self._spans[-1].unit:
            last = self._spans.pop()
            self._spans.append(Span(last.seconds + seconds, unit, f"{last.written} {written}"))
        else:
            self._spans.append(Span(seconds, unit, written))
        self._span_end = match.end()

    def _clock(self, match: re.Match[str], written: str) -> None:
        hour, minute = int(match["hour"] or match["h12"]), int(match["minute"] or 0)
        half = (match["half"] or match["ampm"] or "").strip().lower()
        if half.endswith("m") and hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        self._figures.clocks[hour, minute] = written

    def _date(self, month: int, day: int, written: str) -> None:
        try:
            date(2000, month, day)
        except ValueError:
            return
        self._figures.dates[month, day] = written


def _value(digits: str) -> float:
    return float(digits.replace(",", "")[:40])


def _scale(scale: str | None) -> float:
    if not scale:
        return 1.0
    return _WORD_SCALES.get(scale.lower()) or _SCALES[scale.lower()]


def _currency(code: str) -> str:
    return _CURRENCIES.get(code.lower().rstrip("s"), code.lower())
