"""Postmortems as files: one Markdown document and one web page an incident, under a lasting name."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.domain.incident import parse_key
from bot.domain.postmortem import Postmortem
from bot.errors import ConfigError, Permanent, Retryable
from bot.publishers.document import as_html, as_markdown
from bot.publishers.templates import TemplateBook

SLUG_LENGTH = 60
_PUBLIC_FILE, _PRIVATE_FILE, _PRIVATE_FOLDER = 0o644, 0o600, 0o700


class FilesPublisher:
    """Writes to `directory`, for private incidents to `private_directory` or, without one, nowhere.

    The name an incident's files get at first, `INC-7-checkout-latency`, stays when its title changes,
    so links to them hold. `book` chooses the documents' template; without one it is the usual one. One
    directory serves one workspace: keys are counted within one.
    """

    name = "files"

    def __init__(
        self, directory: Path, private_directory: Path | None = None, *, book: TemplateBook | None = None
    ) -> None:
        self._directory = directory
        self._private_directory = private_directory
        self._markdown = book.markdown if book else as_markdown
        self._html = book.html if book else as_html

    @classmethod
    def configured(cls, settings: Mapping[str, Any]) -> FilesPublisher:
        """From the settings `postmortem_dir`, `private_postmortem_dir` and `template_dir`.

        Raises:
            ConfigError: nothing can be written there, or both are the same directory.
        """
        public, private = settings["postmortem_dir"], settings["private_postmortem_dir"]
        if private is not None and private.resolve() == public.resolve():
            raise ConfigError("PRIVATE_POSTMORTEM_DIR has to be another folder than POSTMORTEM_DIR.")
        for setting in ("postmortem_dir", "private_postmortem_dir"):
            _require_writable(setting.upper(), settings[setting])
        return cls(
            settings["postmortem_dir"],
            settings["private_postmortem_dir"],
            book=TemplateBook(settings["template_dir"]),
        )

    def publish(self, postmortem: Postmortem, *, private: bool) -> str | None:
        """Write both files, each in one stroke; returns the Markdown file's absolute path.

        Raises:
            Retryable: the directory cannot be written, or the disk is full.
            Permanent: the incident's key makes no file name, or somebody else's file has that name.
        """
        directory = self._private_directory if private else self._directory
        if directory is None:
            return None
        pages = ((".md", self._markdown(postmortem)), (".html", self._html(postmortem)))
        try:
            _make(directory, private=private)
            path = _path(directory.resolve(), postmortem)
            for suffix, text in pages:
                _write(
                    path.with_name(path.name + suffix), text, mode=_PRIVATE_FILE if private else _PUBLIC_FILE
                )
        except OSError as error:
            raise Retryable(
                f"Cannot write the postmortem to {directory}: {error.strerror or error}."
            ) from error
        return f"{path}.md"

    def withdraw(self, location: str) -> None:
        """Remove both files, given the path that `publish` returned.

        Raises:
            Retryable: the directory cannot be written.
            Permanent: that is no path of a postmortem.
        """
        path = Path(location)
        if path.suffix != ".md" or not _NAME.fullmatch(path.stem):
            raise Permanent("That is no postmortem's file; nothing was removed.")
        try:
            for file in (path, path.with_suffix(".html")):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise Retryable(f"Cannot remove a postmortem from {path.parent}: {error.strerror}.") from error


_NAME = re.compile(r"[A-Z]{2,8}-\d{1,9}-[a-z0-9-]{1,60}")


def slug(title: str) -> str:
    """`Überlastung: Checkout!` → `uberlastung-checkout`: at most 60 of a–z, 0–9 and `-`, never none."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words or "postmortem"


def _path(directory: Path, postmortem: Postmortem) -> Path:
    """Where this incident's files are or will be, without a suffix."""
    key = parse_key(postmortem.incident)
    prefix = f"{key[0]}-{key[1]}-" if key else ""
    if prefix != f"{postmortem.incident}-":
        raise Permanent(f"{postmortem.incident!r} is no incident key, so it has no file name.")
    ours = [path for path in sorted(directory.glob(f"{prefix}*.md")) if _is_ours(path, postmortem.incident)]
    if ours:
        return ours[0].with_suffix("")
    fresh = directory / f"{prefix}{slug(postmortem.title)}"
    if fresh.with_name(f"{fresh.name}.md").exists():
        # Errors are logged: they name no file, since its name tells the title.
        raise Permanent(f"{directory} has a file {prefix}….md that is no postmortem of ours; move it away.")
    return fresh


def _is_ours(path: Path, incident: str) -> bool:
    """Whether we wrote this file for that incident, by its name and how it begins."""
    if not _NAME.fullmatch(path.stem) or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(200).startswith(f"---\nincident: {incident}\n".encode())


def _require_writable(setting: str, directory: Path | None) -> None:
    """Better refused at start than found out when a postmortem was approved. Nothing is made yet."""
    if directory is None:
        return
    place = directory.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return
    except OSError as error:
        raise ConfigError(f"{setting}: {directory} cannot be written ({error.strerror}).") from error


def _make(directory: Path, *, private: bool) -> None:
    if private and not directory.exists():
        directory.mkdir(parents=True, mode=_PRIVATE_FOLDER)
    directory.mkdir(parents=True, exist_ok=True)


def _write(path: Path, text: str, *, mode: int) -> None:
    """Put the whole text in place at once: a reader sees the old file or the new one, never half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", errors="replace"))
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _remember(path.parent)


def _remember(directory: Path) -> None:
    """Make the rename itself survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
