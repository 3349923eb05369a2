"""One document an incident, under a lasting name, whole or not at all."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ConfigError, Permanent, Retryable
from bot.publishers.document import as_html, as_markdown
from bot.publishers.files import SLUG_LENGTH, FilesPublisher, slug
from tests.publishers.hostile import TEXTS
from tests.publishers.sample import postmortem


def _names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_both_documents_are_written(tmp_path: Path) -> None:
    """The files hold what the documents say, byte for byte, and the path of one is returned."""
    location = FilesPublisher(tmp_path / "new").publish(postmortem(), private=False)
    assert location == str(tmp_path / "new" / "INC-7-checkout-latency.md")
    assert Path(location).read_text(encoding="utf-8") == as_markdown(postmortem())
    assert Path(location).with_suffix(".html").read_text(encoding="utf-8") == as_html(postmortem())
    assert _names(tmp_path / "new") == ["INC-7-checkout-latency.html", "INC-7-checkout-latency.md"]


def test_a_changed_title_keeps_the_first_name(tmp_path: Path) -> None:
    """Links to a postmortem hold, and no old copy is left behind."""
    publisher = FilesPublisher(tmp_path)
    first = publisher.publish(postmortem(), private=False)
    assert publisher.publish(postmortem(title="Payments down"), private=False) == first
    assert _names(tmp_path) == ["INC-7-checkout-latency.html", "INC-7-checkout-latency.md"]
    assert "Payments down" in Path(first or "").read_text(encoding="utf-8")


def test_incidents_with_similar_numbers_stay_apart(tmp_path: Path) -> None:
    """INC-7 does not take the file of INC-70."""
    publisher = FilesPublisher(tmp_path)
    publisher.publish(postmortem(incident="INC-70"), private=False)
    assert publisher.publish(postmortem(), private=False) == str(tmp_path / "INC-7-checkout-latency.md")
    assert len(_names(tmp_path)) == 4


def test_a_file_of_somebody_else_is_never_taken_over(tmp_path: Path) -> None:
    """A note people put beside the postmortems by hand stays theirs."""
    note = tmp_path / "INC-7-a-note.md"
    note.write_text("mine")
    FilesPublisher(tmp_path).publish(postmortem(), private=False)
    assert note.read_text() == "mine"
    assert len(_names(tmp_path)) == 3


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    """Even where it has the very name we would choose."""
    note = tmp_path / "INC-7-checkout-latency.md"
    note.write_text("mine")
    with pytest.raises(Permanent, match="move it away"):
        FilesPublisher(tmp_path).publish(postmortem(), private=False)
    assert note.read_text() == "mine"


def test_a_private_incident_goes_to_its_own_directory_or_nowhere(tmp_path: Path) -> None:
    """Only their owner can read the files, and the public directory never sees them."""
    public, private = tmp_path / "public", tmp_path / "private"
    assert FilesPublisher(public).publish(postmortem(), private=True) is None
    location = Path(FilesPublisher(public, private).publish(postmortem(), private=True) or "")
    assert location.parent == private
    assert not public.exists()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (private, location, location.with_suffix(".html"))]
    assert modes == [0o700, 0o600, 0o600]


def test_a_private_file_is_its_owners_however_it_was_written_before(tmp_path: Path) -> None:
    """Written again, whatever the umask and whoever opened it to others meanwhile."""
    publisher = FilesPublisher(tmp_path, tmp_path / "private")
    location = Path(publisher.publish(postmortem(), private=True) or "")
    location.chmod(0o666)
    before = os.umask(0)
    try:
        publisher.publish(postmortem(revision=9), private=True)
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in sorted(location.parent.iterdir())] == [0o600] * 2


def test_private_files_have_a_directory_of_their_own(tmp_path: Path) -> None:
    """One for both is refused, by whatever name."""
    (tmp_path / "link").symlink_to(tmp_path)
    settings = {"postmortem_dir": tmp_path, "private_postmortem_dir": tmp_path / "link", "template_dir": None}
    with pytest.raises(ConfigError, match="another folder"):
        FilesPublisher.configured(settings)


def test_no_error_tells_a_title(tmp_path: Path) -> None:
    """Errors are logged, and the name of a file is made from the title."""
    publisher = FilesPublisher(tmp_path)
    (tmp_path / "INC-7-checkout-latency.md").mkdir()
    with pytest.raises(Permanent) as refused:
        publisher.publish(postmortem(), private=False)
    with pytest.raises(Retryable) as stuck:
        publisher.withdraw(str(tmp_path / "INC-7-checkout-latency.md"))
    assert "checkout" not in f"{refused.value} {stuck.value}"


def test_a_directory_that_is_a_file_is_named_in_the_error(tmp_path: Path) -> None:
    """Whoever reads the message knows which setting to mend."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(Retryable, match=f"Cannot write the postmortem to {tmp_path}/taken"):
        FilesPublisher(tmp_path / "taken").publish(postmortem(), private=False)


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """The operating system refuses to write files larger than this many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_when_there_is_no_room_the_old_file_stays_whole(tmp_path: Path) -> None:
    """A write that fails half-way leaves what was there, nothing else, and can be tried again."""
    publisher = FilesPublisher(tmp_path)
    location = Path(publisher.publish(postmortem(), private=False) or "")
    before = location.read_bytes()
    with _room_for(1000), pytest.raises(Retryable, match=str(tmp_path)):
        publisher.publish(postmortem(revision=9), private=False)
    assert location.read_bytes() == before
    assert len(_names(tmp_path)) == 2
    publisher.publish(postmortem(revision=9), private=False)
    assert location.read_bytes() != before


def test_withdrawing_removes_both_files_and_may_be_repeated(tmp_path: Path) -> None:
    """Nothing is left, and that it is gone already is fine."""
    publisher = FilesPublisher(tmp_path)
    location = publisher.publish(postmortem(), private=False) or ""
    publisher.withdraw(location)
    publisher.withdraw(location)
    assert _names(tmp_path) == []


@pytest.mark.parametrize("location", ["/etc/passwd", "", "INC-7.md", "INC-7-x.html", "INC-7-../x.md"])
def test_only_postmortems_can_be_withdrawn(location: str) -> None:
    """A location that was never ours removes nothing."""
    with pytest.raises(Permanent, match="nothing was removed"):
        FilesPublisher(Path()).withdraw(location)


@pytest.mark.parametrize("incident", ["../INC-7", "INC-7/..", "", "INC", "inc-7", "INC-007"])
def test_an_odd_key_makes_no_file(tmp_path: Path, incident: str) -> None:
    """Only a real incident's key becomes part of a path."""
    with pytest.raises(Permanent, match="no incident key"):
        FilesPublisher(tmp_path).publish(postmortem(incident=incident), private=False)
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Überlastung: Checkout!", "uberlastung-checkout"),
        ("支払い", "postmortem"),
        ("", "postmortem"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 20, "word-" * 11 + "word"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_slug_is_readable_and_safe(title: str, expected: str) -> None:
    """Accents fold, words stay whole where they can."""
    assert slug(title) == expected


@given(st.text())
def test_any_title_gives_a_safe_slug(title: str) -> None:
    """Never empty, never long, never a path."""
    made = slug(title)
    assert 0 < len(made) <= SLUG_LENGTH
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_any_text_stays_in_the_directory_as_valid_utf8(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Titles and texts decide nothing about where files go, and the files can be read."""
    root = tmp_path_factory.mktemp("files")
    claim = postmortem().summary[0].model_copy(update={"text": text})
    location = FilesPublisher(root / "out").publish(postmortem(title=text, summary=(claim,)), private=False)
    assert Path(location or "").parent == root / "out"
    assert _names(root) == ["out"]
    for path in (root / "out").iterdir():
        assert path.read_bytes().decode("utf-8")
