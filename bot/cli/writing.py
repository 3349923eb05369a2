"""Files that commands leave behind."""

from __future__ import annotations

from pathlib import Path

from bot.errors import UserError


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all: what was there before stays until the new one is complete.

    Raises:
        UserError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
