"""Where approved postmortems go. A new place is one file here, one line below, and one entry in
`tests/publishers/test_contract.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.errors import ConfigError
from bot.ports import Publisher
from bot.publishers.files import FilesPublisher

FACTORIES: Mapping[str, Callable[[Mapping[str, Any]], Publisher]] = {
    FilesPublisher.name: FilesPublisher.configured,
}


def create(names: Iterable[str], settings: Mapping[str, Any]) -> tuple[Publisher, ...]:
    """The named publishers, in that order, each once; `settings` maps a setting's name to its value.

    Raises:
        ConfigError: there is no publisher of that name.
    """
    wanted = tuple(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in FACTORIES]:
        raise ConfigError(
            f"PUBLISHERS names {', '.join(unknown)}, which does not exist. Known: {', '.join(FACTORIES)}."
        )
    return tuple(FACTORIES[name](settings) for name in wanted)
