"""Reading a template's TOML file, and saying what is wrong with one and on which line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.publishers.layout import Added, Layout
from prompts.sandbox import BrokenTemplate

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)$")

_PYDANTIC = re.compile(r"^(?:Input|String|Value|Tuple|Dictionary) should ")


def read_layout(path: Path) -> tuple[Layout, bytes]:
    """A template's wishes, and the file's bytes.

    Raises:
        BrokenTemplate: the file cannot be read, is no TOML, or wishes for what does not exist.
    """
    try:
        source = path.read_bytes()
        text = source.decode("utf-8-sig")
        return Layout.model_validate(tomllib.loads(text)), source
    except OSError as error:
        raise BrokenTemplate(path.name, 0, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        raise BrokenTemplate(path.name, line, "is no UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(path.name, text, str(error)) from error
    except RecursionError as error:
        raise BrokenTemplate(path.name, 0, "is nested too deeply") from error
    except ValidationError as error:
        raise _wrong_wish(path.name, text, error) from error


def _no_toml(file: str, text: str, message: str) -> BrokenTemplate:
    place = _PLACE.search(message)
    line = int(place["line"] or 0) if place else 0
    reason = _PLACE.sub("", message)
    return BrokenTemplate(file, line or len(text.splitlines()), f"is no TOML: {reason}")


def _wrong_wish(file: str, text: str, error: ValidationError) -> BrokenTemplate:
    """The first thing that is wrong, as a sentence."""
    first = error.errors(include_url=False)[0]
    keys = [str(part) for part in first["loc"] if isinstance(part, str) and part != "[key]"]
    name = str(first.get("ctx", {}).get("name", ""))
    what = _PYDANTIC.sub("has to ", first["msg"]).replace("Field required", "is missing")
    if first["type"] == "extra_forbidden":
        known = Added if keys[0] == "add" else Layout.model_fields.get(keys[0])
        what = f"is no setting of a template{_known(known)}"
    subject = ".".join(keys[:-1] if name and keys[-1:] == [name] else keys)
    return BrokenTemplate(file, _line_of(text, name, keys), f"{subject} {what}".strip())


def _known(field: Any) -> str:
    if field is Added:
        return f"; an added section has {', '.join(Added.model_fields)}"
    return f"; there are {', '.join(Layout.model_fields)}" if field is None else ""


def _line_of(text: str, name: str, keys: list[str]) -> int:
    """Where a wrong name or key most likely stands; 0 where it cannot be told."""
    lines = text.splitlines()
    patterns = [rf"""["']{re.escape(name)}["']|^\s*{re.escape(name)}\s*="""] if name else []
    patterns += [rf"""^\s*\[?\[?["']?(?:\w+\.)*{re.escape(key)}["']?\s*[\]=]""" for key in reversed(keys)]
    for pattern in patterns:
        for number, line in enumerate(lines, start=1):
            if re.search(pattern, line):
                return number
    return 0
