"""Where an export's files lie: in folders or in a zip, told apart nowhere else."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from bot.errors import UserError

MAX_FILE = 64 * 1024 * 1024
"""Bytes of one JSON file, unpacked. A day of Slack is rarely above one megabyte."""
MAX_TOTAL = 512 * 1024 * 1024
"""Bytes read from one export, unpacked."""
MAX_ENTRIES = 200_000
"""Files one export may hold."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")

DayFiles = tuple[PurePosixPath, ...]


class _Shelf(Protocol):
    """Somewhere files lie under posix paths."""

    title: str

    def paths(self) -> Iterable[PurePosixPath]: ...
    def read(self, path: PurePosixPath, limit: int) -> bytes: ...


class Source:
    """An export's files. `root` is the folder that holds the channels' folders."""

    def __init__(self, shelf: _Shelf, *, accepted: str) -> None:
        self.title = shelf.title
        self._shelf = shelf
        self._accepted = accepted
        self._left = MAX_TOTAL
        paths = [path for path in shelf.paths() if "__MACOSX" not in path.parts]
        self._days = sorted(path for path in paths if _DAY.fullmatch(path.name))
        self._all = frozenset(paths)
        self._loaded: dict[PurePosixPath, Any] = {}
        if not self._days:
            raise UserError(f"{self.title} holds no day files (YYYY-MM-DD.json). {accepted}")
        self._root = min((day.parent.parent for day in self._days), key=lambda path: len(path.parts))

    def channels(self) -> dict[str, DayFiles]:
        """Channel folder → its day files, oldest first."""
        found: dict[str, list[PurePosixPath]] = {}
        for day in self._days:
            name = day.parent.name or Path(self.title).stem
            found.setdefault(name, []).append(day)
        return {name: tuple(days) for name, days in found.items()}

    def json(self, name: str) -> object:
        """A file beside the channels' folders (`users.json`), or None where there is none."""
        path = self._root / name
        if path not in self._all:
            return None
        if path not in self._loaded:
            self._loaded[path] = self.load(path)
        return self._loaded[path]

    def load(self, path: PurePosixPath) -> object:
        """The JSON in one file."""
        content = self._shelf.read(path, min(MAX_FILE, self._left) + 1)
        if len(content) > min(MAX_FILE, self._left):
            raise UserError(
                f"{self.name_of(path)} is too large: at most {MAX_FILE // 2**20} MB a file and "
                f"{MAX_TOTAL // 2**20} MB in all are read. {self._accepted}"
            )
        self._left -= len(content)
        return parse(content, self.name_of(path), accepted=self._accepted)

    def name_of(self, path: PurePosixPath) -> str:
        """What to call a file when something is wrong with it."""
        return f"{self.title}/{path}"


def open_source(path: Path, *, accepted: str) -> Source | None:
    """The export at `path`; None where it is a single file that must be one JSON list."""
    try:
        if path.is_dir():
            return Source(_Folder(path, accepted=accepted), accepted=accepted)
        if not path.exists():
            raise UserError(f"{path} does not exist. {accepted}")
        if zipfile.is_zipfile(path):
            return Source(_Zip(path, accepted=accepted), accepted=accepted)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. {accepted}") from error
    if path.suffix.lower() == ".zip":
        raise UserError(f"{path} is no zip file, or a damaged one. {accepted}")
    return None


def json_in(path: Path, *, accepted: str) -> object:
    """The JSON in a single file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. {accepted}") from error
    if len(content) > MAX_FILE:
        raise UserError(f"{path} is too large: at most {MAX_FILE // 2**20} MB are read. {accepted}")
    return parse(content, str(path), accepted=accepted)


def parse(content: bytes, name: str, *, accepted: str) -> object:
    """JSON from bytes, or a `UserError` that says where it breaks."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UserError(f"{name} is not valid JSON ({error.msg}, {where}). {accepted}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is no text file (byte {error.start} is not UTF-8). {accepted}") from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"{name} is JSON no chat would produce (too deep or too large). {accepted}"
        ) from error


def _is_day(path: Path) -> bool:
    return _DAY.fullmatch(path.name) is not None


class _Folder:
    """The export's root, or one channel's folder, whose parent may hold users and channels."""

    def __init__(self, path: Path, *, accepted: str) -> None:
        path = path.resolve()
        self._accepted = accepted
        self._base = path
        self._only: str | None = None
        if any(map(_is_day, path.iterdir())):
            self._base, self._only = path.parent, path.name
        elif len(folders := self._folders()) == 1 and not any(map(_is_day, folders[0].iterdir())):
            self._base = folders[0]  # unpacking a zip often leaves one folder around the export
        self.title = str(self._base)

    def paths(self) -> Iterable[PurePosixPath]:
        """Files beside the channels' folders, and those within them; no deeper."""
        folders = [self._base / self._only] if self._only else self._folders()
        beside = ["users.json", "channels.json", "groups.json"]
        yield from (PurePosixPath(name) for name in beside if (self._base / name).is_file())
        for folder in folders:
            yield from (
                PurePosixPath(file.relative_to(self._base).as_posix())
                for file in sorted(folder.glob("*.json"))
            )

    def _folders(self) -> list[Path]:
        return sorted(child for child in self._base.iterdir() if child.is_dir())

    def read(self, path: PurePosixPath, limit: int) -> bytes:
        """At most `limit` bytes of a file."""
        try:
            with (self._base / path).open("rb") as file:
                return file.read(limit)
        except OSError as error:
            raise UserError(
                f"{self.title}/{path} cannot be read: {error.strerror}. {self._accepted}"
            ) from error


class _Zip:
    """A zip read in memory; names are labels here, never places to write to."""

    def __init__(self, path: Path, *, accepted: str) -> None:
        self.title = str(path)
        self._accepted = accepted
        self._path = path
        self._infos = self._index()

    def _index(self) -> Mapping[PurePosixPath, zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self._path) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise UserError(f"{self._path} is a damaged zip file ({error}). {self._accepted}") from error
        if len(infos) > MAX_ENTRIES:
            raise UserError(f"{self._path} holds more than {MAX_ENTRIES:,} files. {self._accepted}")
        return {PurePosixPath(info.filename): info for info in infos if not info.is_dir()}

    def paths(self) -> Iterable[PurePosixPath]:
        """Every file of the archive."""
        return self._infos

    def read(self, path: PurePosixPath, limit: int) -> bytes:
        """At most `limit` bytes of a file, whatever size it claims."""
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(self._infos[path]) as file:
                return file.read(limit)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise UserError(f"{self.title}/{path} cannot be unpacked ({error}). {self._accepted}") from error
        except OSError as error:
            raise UserError(
                f"{self.title}/{path} cannot be read: {error.strerror}. {self._accepted}"
            ) from error
