"""Where an export's files lie: in folders or in a zip, told apart nowhere else."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from bot.errors import UserError

MAX_FILE = 64 * 1024 * 1024
"""Bytes of one JSON file, unpacked. A day of Slack is rarely above one megabyte."""
MAX_TOTAL = 512 * 1024 * 1024
"""Bytes read from one export, unpacked."""
MAX_ENTRIES = 200_000
"""Files one zip may hold; a larger export is given as a folder."""
MAX_UNPACKED = 64 * 1024**3
"""Bytes a zip may say that it unpacks to."""
MAX_RATIO = 250
"""How many times larger than packed; JSON of chats packs 10 to 40 times smaller."""
UNSUSPICIOUS = 256 * 1024 * 1024
"""Bytes below which nobody asks how well a zip is packed."""

DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")

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
        self._days = sorted(path for path in paths if DAY.fullmatch(path.name))
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
                f"{MAX_TOTAL // 2**20} MB in all are read (`postmortem import` reads a large export channel "
                f"by channel). {self._accepted}"
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
            return Source(Folder(path, accepted=accepted), accepted=accepted)
        if not path.exists():
            raise UserError(f"{path} does not exist. {accepted}")
        if zipfile.is_zipfile(path):
            return Source(Zip(path, accepted=accepted), accepted=accepted)
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


def _is_odd(name: str) -> bool:
    """Whether a name is spelled otherwise than its path."""
    return "//" in name or "/./" in name or name.startswith("./")


def _is_day(path: Path) -> bool:
    return DAY.fullmatch(path.name) is not None


class Folder:
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
        beside = ["users.json", "channels.json", "groups.json"]
        yield from (PurePosixPath(name) for name in beside if (self._base / name).is_file())
        for folder in self.folders():
            yield from (folder / file.name for file in sorted((self._base / folder).glob("*.json")))

    def folders(self) -> list[PurePosixPath]:
        """The channels' folders, or the only one asked for."""
        if self._only:
            return [PurePosixPath(self._only)]
        return [PurePosixPath(folder.name) for folder in self._folders()]

    def days(self, folder: PurePosixPath) -> list[tuple[PurePosixPath, str]]:
        """The day files of a folder, oldest first, each with what changes when the file does."""
        found = sorted(file for file in (self._base / folder).iterdir() if _is_day(file))
        return [(folder / file.name, _stamp(file)) for file in found]

    def has(self, path: PurePosixPath) -> bool:
        """Whether there is such a file."""
        return (self._base / path).is_file()

    def read(self, path: PurePosixPath, limit: int) -> bytes:
        """At most `limit` bytes of a file; a link that leads out of the export is not followed."""
        file = self._base / path
        try:
            if not file.resolve().is_relative_to(self._base):
                raise UserError(f"{self.title}/{path} leads out of the export. {self._accepted}")
            with file.open("rb") as opened:
                return opened.read(limit)
        except OSError as error:
            raise UserError(
                f"{self.title}/{path} cannot be read: {error.strerror}. {self._accepted}"
            ) from error

    def _folders(self) -> list[Path]:
        return sorted(child for child in self._base.iterdir() if child.is_dir())


def _stamp(file: Path) -> str:
    """A broken link is stamped too; reading it tells what is wrong."""
    status = file.lstat()
    return f"{status.st_size}:{status.st_mtime_ns}"


class Zip:
    """A zip read in memory and kept open; names are labels here, never places to write to."""

    def __init__(self, path: Path, *, accepted: str) -> None:
        self.title = str(path)
        self._accepted = accepted
        self._archive = self._opened(path)
        infos = self._archive.infolist()
        self._check(infos)
        oddly = (info for info in infos if _is_odd(info.filename))
        self._odd = {PurePosixPath(info.filename): info for info in oddly}

    def _opened(self, path: Path) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise UserError(f"{path} is a damaged zip file ({error}). {self._accepted}") from error

    def _check(self, infos: Sequence[zipfile.ZipInfo]) -> None:
        """Refuse what no export is. zipfile gives at most the size that an entry declares."""
        if len(infos) > MAX_ENTRIES:
            raise UserError(
                f"{self.title} holds more than {MAX_ENTRIES:,} files; unpack it and give the folder. "
                f"{self._accepted}"
            )
        packed = max(1, sum(info.compress_size for info in infos))
        unpacked = sum(info.file_size for info in infos)
        if unpacked > MAX_UNPACKED or (unpacked > UNSUSPICIOUS and unpacked / packed > MAX_RATIO):
            raise UserError(
                f"{self.title} would unpack to {unpacked / 2**30:,.1f} GB, {unpacked // packed:,} times its "
                f"size: no Slack export does. {self._accepted}"
            )

    def paths(self) -> Iterable[PurePosixPath]:
        """Every file of the archive."""
        return [PurePosixPath(info.filename) for info in self._archive.infolist() if not info.is_dir()]

    def folders(self) -> list[PurePosixPath]:
        """The folders that hold day files."""
        return sorted(self._days)

    def days(self, folder: PurePosixPath) -> list[tuple[PurePosixPath, str]]:
        """The day files of a folder, oldest first, each with what changes when the file does."""
        infos = sorted(self._days[folder], key=lambda info: info.filename)
        return [(PurePosixPath(info.filename), f"{info.file_size}:{info.CRC:08x}") for info in infos]

    def has(self, path: PurePosixPath) -> bool:
        """Whether there is such a file."""
        return path in self._odd or str(path) in self._archive.NameToInfo

    @cached_property
    def _days(self) -> dict[PurePosixPath, list[zipfile.ZipInfo]]:
        found: dict[PurePosixPath, list[zipfile.ZipInfo]] = {}
        for info in self._archive.infolist():
            folder, _, name = info.filename.rpartition("/")
            if DAY.fullmatch(name):
                found.setdefault(PurePosixPath(folder), []).append(info)
        return found

    def read(self, path: PurePosixPath, limit: int) -> bytes:
        """At most `limit` bytes of a file, whatever size it claims."""
        try:
            with self._archive.open(self._odd.get(path, str(path))) as file:
                return file.read(limit)
        except KeyError as error:
            raise UserError(f"{self.title} holds no {path}. {self._accepted}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise UserError(f"{self.title}/{path} cannot be unpacked ({error}). {self._accepted}") from error
        except OSError as error:
            raise UserError(
                f"{self.title}/{path} cannot be read: {error.strerror}. {self._accepted}"
            ) from error
