"""Exports are read from folders, zips and lists, and what is wrong with one is said in a sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.slack import export_files
from bot.slack.export import read_export

TS = "1763722800.000100"
USERS = [{"id": "U0ANN", "name": "ann.lee", "profile": {"real_name": "Ann Lee", "email": "ann@x.test"}}]
CHANNELS = [{"id": "C0CHK", "name": "incident-checkout"}]
DAY = [
    {"type": "message", "user": "U0BOB", "ts": "1763722900.000100", "text": "second", "thread_ts": TS},
    {"type": "message", "user": "U0ANN", "ts": TS, "text": "first", "thread_ts": TS},
    {
        "type": "message",
        "subtype": "channel_join",
        "user": "U0ANN",
        "ts": "1763722700.000100",
        "text": "joined",
    },
    {
        "type": "message",
        "user": "U0EVE",
        "ts": "1763723000.000100",
        "text": "third",
        "user_profile": {"real_name": "Eve Fox", "name": "eve"},
    },
]


def put(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small export folder."""
    root = tmp_path / "export"
    put(root / "users.json", USERS)
    put(root / "channels.json", CHANNELS)
    put(root / "incident-checkout" / "2025-11-21.json", DAY)
    put(root / "incident-checkout" / "canvas.json", {"not": "a day"})
    return root


def zipped(folder: Path, to: Path) -> Path:
    with zipfile.ZipFile(to, "w") as archive:
        for file in folder.rglob("*.json"):
            archive.write(file, file.relative_to(folder.parent))
    return to


@pytest.mark.parametrize("shape", ["root", "channel", "wrapped", "zip"])
def test_every_shape_of_an_export_reads_the_same(export: Path, tmp_path: Path, shape: str) -> None:
    """The root, one channel's folder, a folder around it and a zip give the same channel and people."""
    paths = {
        "root": export,
        "channel": export / "incident-checkout",
        "wrapped": tmp_path,
        "zip": zipped(export, tmp_path / "e.zip") if shape == "zip" else tmp_path,
    }
    result = read_export(paths[shape])
    channel = result.pick("#incident-checkout")
    assert (channel.id, [message.text for message in channel.messages]) == (
        "C0CHK",
        ["first", "second", "third"],
    )
    assert [message.thread_ts for message in channel.messages] == [None, TS, None]
    assert channel.skipped == {"people joining or leaving": 1}
    assert {person.id: person.real_name for person in result.people} == {
        "U0ANN": "Ann Lee",
        "U0EVE": "Eve Fox",
    }
    assert [person.is_external for person in result.people] == [False, True]


@pytest.mark.parametrize("wrap", [lambda day: day, lambda day: {"messages": day, "channel": {"name": "ops"}}])
def test_one_list_of_messages_is_an_export_too(tmp_path: Path, wrap: Any) -> None:
    """A JSON list, or an answer of the Web API, reads as one channel."""
    channel = read_export(put(tmp_path / "ops.json", wrap(DAY))).pick()
    assert (channel.name, len(channel.messages)) == ("ops", 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[{", "is not valid JSON"),
        ("[]", "the list is empty"),
        ('{"a": 1}', "holds no list of messages"),
        ("7", "holds no list of messages"),
        ('[{"name": "not slack"}, 3]', "holds no message Slack could have written"),
        ("[" * 100_000, "no chat would produce"),
        ("", "is not valid JSON"),
    ],
)
def test_a_bad_file_is_named_with_what_would_work(tmp_path: Path, content: str, said: str) -> None:
    """The error says which file, what is wrong, and what is accepted."""
    path = put(tmp_path / "bad.json", content)
    with pytest.raises(UserError, match=said) as caught:
        read_export(path)
    assert "bad.json" in str(caught.value)
    assert "What works" in str(caught.value)


def test_a_bad_day_file_is_named(export: Path) -> None:
    """A broken day of many is found by its name."""
    put(export / "incident-checkout" / "2025-11-22.json", "[{]")
    with pytest.raises(UserError, match=r"2025-11-22\.json is not valid JSON"):
        read_export(export)
    put(export / "incident-checkout" / "2025-11-22.json", {})
    with pytest.raises(UserError, match=r"2025-11-22\.json is no Slack day file"):
        read_export(export)


def test_missing_empty_and_foreign_places_are_told_apart(tmp_path: Path) -> None:
    """A missing path, an empty folder, a damaged zip and a binary file each say what they are."""
    with pytest.raises(UserError, match="does not exist"):
        read_export(tmp_path / "nowhere")
    with pytest.raises(UserError, match="no day files"):
        read_export(tmp_path)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(UserError, match="no zip file, or a damaged one"):
        read_export(tmp_path / "broken.zip")
    (tmp_path / "photo.json").write_bytes(b"\x89PNG\xff")
    with pytest.raises(UserError, match="not UTF-8"):
        read_export(tmp_path / "photo.json")
    put(tmp_path / "x" / "empty" / "2025-11-21.json", [])
    with pytest.raises(UserError, match="day files are empty"):
        read_export(tmp_path / "x")


def test_the_channel_must_be_clear(export: Path) -> None:
    """Several channels ask for a choice, an unknown or empty one says so."""
    put(export / "general" / "2025-11-21.json", [DAY[2]])
    result = read_export(export)
    with pytest.raises(UserError, match="#general, #incident-checkout"):
        result.pick()
    with pytest.raises(UserError, match="holds no channel #typo"):
        result.pick("typo")
    with pytest.raises(UserError, match="no readable message"):
        result.pick("general")


def test_names_in_a_zip_are_never_places(tmp_path: Path) -> None:
    """A path that climbs out of the archive is only a label; nothing is written."""
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../../evil/2025-11-21.json", json.dumps(DAY))
    assert len(read_export(tmp_path / "evil.zip").pick("evil").messages) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    """A file that unpacks beyond the limit is given up at the limit."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("c/2025-11-21.json", b" " * (export_files.MAX_FILE + 1))
    with pytest.raises(UserError, match="too large"):
        read_export(tmp_path / "bomb.zip")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary(max_size=200), st.sampled_from(["x.json", "x.zip"]))
def test_no_bytes_cause_anything_but_a_clear_error(tmp_path: Path, content: bytes, name: str) -> None:
    """Whatever the file holds, the reader answers or raises UserError."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError):
        read_export(path)
