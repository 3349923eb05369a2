"""Exports of many channels are read one at a time, and hostile ones do no harm."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.slack import export_files
from bot.slack.export_catalogue import Catalogue, Listed, OneList, open_catalogue

DAY = [{"type": "message", "user": "U0ANN", "ts": "1763722800.000100", "text": "hello"}]
USERS = [{"id": "U0ANN", "team_id": "T0ACME", "name": "ann", "profile": {"real_name": "Ann Lee"}}]


def export(path: Path) -> Path:
    """Two public channels, a private one, and direct messages."""
    put(path / "users.json", USERS)
    put(path / "channels.json", [{"id": "C1", "name": "incident-a", "topic": {"value": "SEV1 &amp; rising"}}])
    put(path / "groups.json", [{"id": "G2", "name": "incident-b", "members": ["U0ANN", 7]}])
    put(path / "dms.json", [{"id": "D0123456789"}])
    for name in ("incident-a", "incident-b", "incident-c", "D0123456789", "mpdm-ann--bob-1"):
        put(path / name / "2025-11-21.json", DAY)
    return path


def put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


def zipped(folder: Path, to: Path) -> Path:
    with zipfile.ZipFile(to, "w") as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, file.relative_to(folder))
    return to


def listed(catalogue: Catalogue | OneList) -> dict[str, Listed]:
    return {one.name: one for one in catalogue.listed()}


@pytest.mark.parametrize("as_zip", [False, True])
def test_what_an_export_holds_is_listed_without_reading_it(tmp_path: Path, as_zip: bool) -> None:
    """With ids, privacy, members, topic; direct messages are counted and left alone."""
    path = export(tmp_path / "e")
    catalogue = open_catalogue(zipped(path, tmp_path / "e.zip") if as_zip else path)
    found = listed(catalogue)
    assert {name: (one.id[0], one.is_private) for name, one in found.items()} == {
        "incident-a": ("C", False),
        "incident-b": ("G", True),
        "incident-c": ("C", None),
    }
    assert (found["incident-a"].about, found["incident-b"].members) == ("SEV1 & rising", ("U0ANN",))
    assert catalogue.ignored == {"direct messages": 2}
    assert (catalogue.team_id, [person.real_name for person in catalogue.people]) == ("T0ACME", ["Ann Lee"])
    assert [message.text for message in catalogue.read(found["incident-a"]).channel.messages] == ["hello"]


def test_a_fingerprint_changes_with_the_files(tmp_path: Path) -> None:
    """A new day, or another text in an old one; of a zip the checksums count, not the dates."""
    path = export(tmp_path / "e")
    first = listed(open_catalogue(zipped(path, tmp_path / "1.zip")))
    (path / "incident-a" / "2025-11-21.json").touch()
    same = listed(open_catalogue(zipped(path, tmp_path / "2.zip")))
    put(path / "incident-a" / "2025-11-22.json", [])
    later = listed(open_catalogue(zipped(path, tmp_path / "3.zip")))
    assert first == same
    assert first["incident-a"].fingerprint != later["incident-a"].fingerprint
    assert first["incident-b"] == later["incident-b"]


def test_one_channel_s_folder_and_a_list_of_messages_are_exports_too(tmp_path: Path) -> None:
    """As `postmortem draft` takes them."""
    path = export(tmp_path / "e")
    assert list(listed(open_catalogue(path / "incident-b"))) == ["incident-b"]
    put(tmp_path / "ops.json", {"messages": DAY})
    one = open_catalogue(tmp_path / "ops.json")
    assert [len(one.read(each).channel.messages) for each in one.listed()] == [1]


def test_broken_days_are_named_and_the_others_read(tmp_path: Path) -> None:
    """No JSON, no list, a link out of the export."""
    path = export(tmp_path / "e")
    put(tmp_path / "secret.json", DAY)
    put(path / "incident-a" / "2025-11-22.json", "[{")
    put(path / "incident-a" / "2025-11-23.json", {"a": 1})
    (path / "incident-a" / "2025-11-24.json").symlink_to(tmp_path / "secret.json")
    (path / "incident-a" / "2025-11-25.json").symlink_to(tmp_path / "nowhere.json")
    catalogue = open_catalogue(path)
    read = catalogue.read(listed(catalogue)["incident-a"])
    assert len(read.channel.messages) == 1
    told = "\n".join(read.broken)
    for sentence in (
        "22.json is not valid JSON",
        "23.json is no Slack day file",
        "24.json leads out of",
        "25.json",
    ):
        assert sentence in told
    assert "What works" not in told


def test_paths_that_lead_out_of_an_archive_are_refused(tmp_path: Path) -> None:
    """They are named; nothing is written, and the rest is read."""
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for name in ("ok/", "../../evil/", "/etc/evil/", "ok/deeper/", "__MACOSX/ok/"):
            archive.writestr(f"{name}2025-11-21.json", json.dumps(DAY))
    catalogue = open_catalogue(tmp_path / "evil.zip")
    assert list(listed(catalogue)) == ["ok"]
    assert len(catalogue.broken) == 2
    assert catalogue.ignored == {"folders within folders": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    """Before anything is unpacked."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            with archive.open(f"c/2025-11-2{number}.json", "w") as file:
                for _ in range(60):
                    file.write(b" " * 2**20)
    with pytest.raises(UserError, match=r"would unpack to 0\.3 GB, .* no Slack export does"):
        open_catalogue(tmp_path / "bomb.zip")


def test_a_file_too_large_is_left_out_at_the_limit(tmp_path: Path) -> None:
    """And named."""
    with zipfile.ZipFile(tmp_path / "e.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("c/2025-11-21.json", b" " * (export_files.MAX_FILE + 1))
        archive.writestr("c/2025-11-22.json", json.dumps(DAY))
    catalogue = open_catalogue(tmp_path / "e.zip")
    read = catalogue.read(listed(catalogue)["c"])
    assert len(read.channel.messages) == 1
    assert "is too large" in read.broken[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\x89PNG"])
def test_what_is_no_export_is_told(tmp_path: Path, content: bytes) -> None:
    """In a sentence that says what would be one."""
    (tmp_path / "x.zip").write_bytes(content)
    for path in (tmp_path / "x.zip", tmp_path / "nowhere", tmp_path):
        with pytest.raises(UserError, match="What works"):
            list(open_catalogue(path).listed()) or pytest.fail("nothing was said")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "members",
                    "topic",
                    "value",
                    "ts",
                    "text",
                    "user",
                    "type",
                    "profile",
                    "team_id",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_DAYS = ("a/2025-11-21", "b/2025-11-21", "./a/2025-11-22", "a//2025-11-23", "../2025-11-21", "2025-11-21")
_ODD = ("a/b/2025-11-21", "D0ABCDEFGH/2025-11-21")
_NAMES = st.sampled_from([f"{name}.json" for name in ("users", "channels", "groups", *_DAYS, *_ODD)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.dictionaries(_NAMES, _JSON | st.binary(max_size=20), max_size=8))
def test_no_export_does_any_harm(tmp_path: Path, files: dict[str, Any]) -> None:
    """Whatever it holds, it is read, or refused in a sentence."""
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    with suppress(UserError):
        catalogue = open_catalogue(tmp_path / "e.zip")
        for one in catalogue.listed():
            assert catalogue.read(one).channel.name == one.name
