"""The list of words that mean the same: ours, or the operator's instead."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import ConfigError

BUILT_IN = Path(__file__).with_name("synonyms.toml")


class _Listed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    groups: tuple[tuple[str, ...], ...]


def load(path: str = "") -> tuple[tuple[str, ...], ...]:
    """The groups of a TOML file, `groups = [["db", "database"], …]`; of ours where the path is empty.

    Raises:
        ConfigError: the file cannot be read, or is no such list.
    """
    file = Path(path) if path else BUILT_IN
    try:
        return _Listed.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).groups
    except OSError as error:
        raise ConfigError(f"SEARCH_SYNONYMS: {file} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError):
        raise ConfigError(
            f'SEARCH_SYNONYMS: {file} is no list of synonyms. It should read `groups = [["db", "database"]]`.'
        ) from None
