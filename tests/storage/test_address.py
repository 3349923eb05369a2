"""What an operator may write in `DATABASE_URL`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bot.errors import ConfigError
from storage import address


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///postmortem.db", "sqlite"),
        (" sqlite:////var/lib/pm.db\n", "sqlite"),
        ("postgres://bot:pw@db/pm", "postgresql+psycopg"),
        ("postgresql://bot@db:5432/pm?sslmode=require", "postgresql+psycopg"),
        ("postgresql+psycopg://db/pm", "postgresql+psycopg"),
    ],
)
def test_usual_addresses_are_understood(url: str, driver: str) -> None:
    """As hosting providers write them, too."""
    assert address.read(url).drivername == driver


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "no database address"),
        ("postmortem.db", "no database address"),
        ("mysql://db/pm", "'mysql'"),
        ("sqlite://postmortem.db", "three slashes"),
        ("sqlite://", "in-memory"),
        ("sqlite:///:memory:", "in-memory"),
        ("sqlite:///file:x?mode=memory&uri=true", "in-memory"),
        ("postgresql://db:port/pm", "no database address"),
    ],
)
def test_other_addresses_are_explained(url: str, says: str) -> None:
    """In one sentence, each."""
    with pytest.raises(ConfigError, match=says):
        address.read(url)


def test_a_missing_client_library_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's is optional."""
    monkeypatch.setitem(sys.modules, "psycopg", None)  # what Python itself does for a module known missing
    with pytest.raises(ConfigError, match=r"pip install 'postmortem-bot\[postgres\]'"):
        address.read("postgresql://db/pm")


def test_a_password_is_never_shown() -> None:
    """Not even part of it."""
    assert address.shown(address.read("postgres://bot:s3cret@db/pm")) == "postgresql+psycopg://bot:***@db/pm"


def test_a_missing_directory_is_not_made(tmp_path: Path) -> None:
    """It may be a disk that is not mounted."""
    with pytest.raises(ConfigError, match="does not exist"):
        address.prepare(address.read(f"sqlite:///{tmp_path}/missing/pm.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_directory_in_the_files_place_is_explained(tmp_path: Path) -> None:
    """A database cannot be written there."""
    with pytest.raises(ConfigError, match="cannot be written"):
        address.prepare(address.read(f"sqlite:///{tmp_path}"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_without_write_permission_is_explained(tmp_path: Path) -> None:
    """Before anything is tried."""
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="cannot be written"):
        address.prepare(address.read(f"sqlite:///{tmp_path}/pm.db"))


def test_a_place_the_system_keeps_is_explained() -> None:
    """Even root gets no file there."""
    with pytest.raises(ConfigError, match="cannot be written"):
        address.prepare(address.read("sqlite:////proc/postmortem.db"))


def test_postgres_needs_no_file() -> None:
    """Nothing is prepared for it."""
    address.prepare(address.read("postgresql://db/pm"))
    assert address.sqlite_file(address.read("postgresql://db/pm")) is None
