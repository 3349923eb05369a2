"""Front matter: the fields before a document, in YAML between `---` or TOML between `+++`.

Of YAML what front matter is made of: `name: value`, `[a, b]`, lists by dashes, quotes, comments. Anything
deeper is left alone, and so is nothing executed or expanded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import NamedTuple

MAX_LINES = 200
"""A longer head is no front matter."""

_FIELD = re.compile(r"([A-Za-z][\w .-]{0,40}?)\s*:(?:\s+(.*)|\s*)")
_ITEM = re.compile(r"\s*-\s+(.*)")


class Front(NamedTuple):
    """The fields by name (lower case, spaces for dashes and underscores), and how many lines they took."""

    fields: Mapping[str, tuple[str, ...]]
    lines: int


def read(lines: list[str]) -> Front:
    """The front matter at the beginning of a document; no fields where there is none."""
    fence = lines[0].strip() if lines else ""
    if fence not in ("---", "+++"):
        return Front({}, 0)
    ends = ("+++",) if fence == "+++" else ("---", "...")
    end = next((at for at, line in enumerate(lines[1:MAX_LINES], 1) if line.strip() in ends), None)
    if end is None:
        return Front({}, 0)
    inside = lines[1:end]
    found = _toml("\n".join(inside)) if fence == "+++" else _yaml(inside)
    return Front(found, end + 1)


def _toml(text: str) -> dict[str, tuple[str, ...]]:
    try:
        fields = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return {_name(name): _values(value) for name, value in fields.items() if _values(value)}


def _values(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value if not isinstance(one, list | dict))
    return () if isinstance(value, dict) else (str(value),)


def _yaml(lines: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    current = ""
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item and current:
            found[current] = (*found.get(current, ()), _plain(item[1]))
        elif match := _FIELD.fullmatch(line):
            current = _name(match[1])
            value = _plain(match[2] or "")
            if value:
                found[current] = _listed(value)
    return found


def _listed(value: str) -> tuple[str, ...]:
    if value.startswith("[") and value.endswith("]"):
        return tuple(one for part in value[1:-1].split(",") if (one := _plain(part)))
    return (value,)


def _plain(value: str) -> str:
    """Without quotes around it, or a comment behind it."""
    value = value.strip()
    if value[:1] in ("'", '"') and value.endswith(value[0]) and len(value) > 1:
        return value[1:-1]
    return re.sub(r"\s+#.*$", "", value)


def _name(name: str) -> str:
    return " ".join(re.split(r"[\s_-]+", name.strip().lower()))
