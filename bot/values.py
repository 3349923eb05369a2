"""How the text of a setting becomes a value.

What a reader refuses, it refuses with `ValueError` and the end of a sentence that begins with the setting's
name: "is no http or https address".
"""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import AfterValidator

from bot.domain.hours import QuietHours, WorkingHours
from bot.domain.masking import PERSONAL_KINDS

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*")
_LONGEST = timedelta(days=365)
_LONGEST_KEPT = timedelta(days=3650)


def parse_duration(text: str, *, longest: timedelta = _LONGEST) -> timedelta:
    """`2h`, `90m`, `10s`, `1h30m`, `250ms`, `0` as a span of time.

    Raises:
        ValueError: it is none, or longer than `longest`, usually a year.
    """
    rest = text.strip().lower()
    if not rest or (rest != "0" and not re.fullmatch(f"(?:{_PART.pattern})+", rest)):
        raise ValueError("is no duration such as 2h, 90m, 10s or 1h30m")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(rest))
    if seconds > longest.total_seconds():
        years = longest // _LONGEST
        raise ValueError("is longer than a year" if years == 1 else f"is longer than {years} years")
    return timedelta(seconds=seconds)


def duration(value: object) -> object:
    """A span of time; what is no text passes as it is."""
    return parse_duration(value) if isinstance(value, str) else value


def long_duration(value: object) -> object:
    """As `duration`, up to ten years."""
    return parse_duration(value, longest=_LONGEST_KEPT) if isinstance(value, str) else value


def switched(value: object) -> object:
    """`off` for no time at all."""
    return duration("0" if isinstance(value, str) and value.strip().lower() == "off" else value)


def working_hours(text: str) -> str:
    """Hours of a day, as they were written."""
    WorkingHours.read(text)
    return text.strip()


def quiet_hours(text: str) -> str:
    """Hours and their zone, as they were written; "" for none."""
    if text.strip().lower() in ("", "off", "none"):
        return ""
    QuietHours.read(text)
    return text.strip()


def words(value: object) -> object:
    """Comma separated text as a tuple; `none` is the empty one."""
    if not isinstance(value, str):
        return value
    listed = tuple(word.strip() for word in value.split(",") if word.strip())
    return () if listed == ("none",) else listed


def lower(value: object) -> object:
    """Words that are matched whatever their case."""
    return value.strip().lower() if isinstance(value, str) else value


def emoji(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names without colons."""
    return tuple(name.strip(":").lower() for name in names)


def channels(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names without `#`, in lower case."""
    return tuple(name.lstrip("#").lower() for name in names)


def channel(name: str) -> str:
    """A name or id without `#`."""
    return name.strip().removeprefix("#")


def not_empty(words: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a list without entries."""
    if not words:
        raise ValueError("needs at least one entry")
    return words


def personal_data(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what the detector does not know."""
    if unknown := [kind for kind in kinds if kind not in PERSONAL_KINDS]:
        raise ValueError(
            f"may list {', '.join(PERSONAL_KINDS)}, or be none; it cannot list {', '.join(unknown)}"
        )
    return kinds


def with_slash(url: str) -> str:
    """An address as slack_sdk wants it, with a slash at the end."""
    if not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise ValueError("is no http or https address")
    return url.rstrip("/") + "/"


def base_url(url: str | None) -> str | None:
    """An address as the model's client wants it, without a slash at the end."""
    return with_slash(url).rstrip("/") if url else None


def at_least(shortest: timedelta) -> AfterValidator:
    """Refuse a shorter span."""

    def check(value: timedelta) -> timedelta:
        if value < shortest:
            raise ValueError(f"has to be at least {shortest.total_seconds():g} s")
        return value

    return AfterValidator(check)


def at_most(longest: timedelta) -> AfterValidator:
    """Refuse a longer span."""

    def check(value: timedelta) -> timedelta:
        if value > longest:
            raise ValueError(f"has to be at most {longest.total_seconds() / 86_400:g} d")
        return value

    return AfterValidator(check)
