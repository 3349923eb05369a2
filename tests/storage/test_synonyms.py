"""The list of words that mean the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigError
from storage import synonyms


def test_our_own_list_is_read() -> None:
    """Groups of two words or more, none empty."""
    groups = synonyms.load()
    assert ("db", "database") in groups
    assert all(len(group) > 1 and all(group) for group in groups)


def test_an_operators_list_takes_its_place(tmp_path: Path) -> None:
    """Ours does not count any more."""
    file = tmp_path / "mine.toml"
    file.write_text('groups = [["kraken", "billing engine"]]')
    assert synonyms.load(str(file)) == (("kraken", "billing engine"),)


@pytest.mark.parametrize("text", ["groups = 3", "nonsense", "", 'groups = [["a", 1]]', "other = 1"])
def test_what_is_no_list_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    """The message shows what a list looks like."""
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"SEARCH_SYNONYMS: .*mine.toml is no list"):
        synonyms.load(str(file))
    with pytest.raises(ConfigError, match="cannot be read"):
        synonyms.load(str(tmp_path / "missing.toml"))
