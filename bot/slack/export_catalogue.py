"""An export of many channels, read one channel at a time: what is in it, what may be seen by whom.

A channel is private if `groups.json` lists it, public if `channels.json` does; where neither does nobody
can tell. Direct messages are never read.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from bot.domain.transcript import Person
from bot.errors import UserError
from bot.slack.decode import clean, readable
from bot.slack.export import ACCEPTED, Collector, ExportChannel, People, made_up_id, read_list
from bot.slack.export_files import MAX_FILE, MAX_TOTAL, Folder, Zip, parse
from bot.slack.flatten import dicts, string

_DIRECT = re.compile(r"mpdm-.*|[DG][A-Z0-9]{7,20}")
_LISTS = ("channels.json", "groups.json")
_TEAM = re.compile(r"[TE][A-Z0-9]{2,20}")


class Listed(BaseModel):
    """A channel of an export that is not read yet.

    `is_private` is None where the export does not say. `members` are the ids of who was in it.
    `about` is its topic and purpose. `fingerprint` changes when one of its files does, or who may read it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    is_private: bool | None = None
    members: tuple[str, ...] = ()
    about: str = ""
    days: tuple[PurePosixPath, ...] = ()
    fingerprint: str = ""


class Read(BaseModel):
    """A channel with what it says. `met` are people that only appear there (other companies'); `broken`
    names the files that could not be read, each with the reason."""

    model_config = ConfigDict(frozen=True)

    channel: ExportChannel
    met: tuple[Person, ...] = ()
    broken: tuple[str, ...] = ()


class Catalogue:
    """What an export of several channels holds. Only its lists of users and channels are in memory.

    `ignored` counts what is never read, by reason; `broken` says in sentences what was refused.
    """

    def __init__(self, shelf: Folder | Zip) -> None:
        """Raises `UserError`: it holds no day file, or a list in it is broken."""
        self.title = shelf.title
        self._shelf = shelf
        self.ignored: Counter[str] = Counter()
        self.broken: list[str] = []
        folders = [folder for folder in shelf.folders() if self._is_safe(folder)]
        if not folders:
            raise UserError(f"{shelf.title} holds no day files (YYYY-MM-DD.json). {ACCEPTED}")
        self._root = min((folder.parent for folder in folders), key=lambda path: len(path.parts))
        users = self._list("users.json")
        self.people = People(users).all()
        self.team_id = _team_of(users)
        self._described = self._descriptions()
        self._folders = [folder for folder in folders if self._belongs(folder)]

    def names(self) -> tuple[str, ...]:
        """What its channels are called; quick, for no file is looked at."""
        return tuple(self._name(folder) for folder in self._folders)

    def listed(self, wanted: Callable[[str], bool] = lambda _name: True) -> Iterator[Listed]:
        """Every channel that is wanted by its name, in the order of their folders."""
        for folder in self._folders:
            if not wanted(self._name(folder)):
                continue
            try:
                one = self._listed(folder)
            except OSError as error:
                self.broken.append(f"{self.title}/{folder} cannot be read: {error.strerror}.")
                continue
            if one.days:
                yield one

    def read(self, listed: Listed) -> Read:
        """One channel. Files that cannot be read are left out and named.

        Raises:
            UserError: there is more of it than fits into memory.
        """
        people = People(())
        collector = Collector(listed.id, listed.name, people)
        broken: list[str] = []
        left = MAX_TOTAL
        for day in listed.days:
            try:
                content, size = self._load(day)
            except UserError as error:
                broken.append(_short(str(error)))
                continue
            left -= size
            if left < 0:
                raise UserError(f"#{listed.name} holds more than {MAX_TOTAL // 2**20} MB of messages.")
            if isinstance(content, list):
                collector.take(content)
            else:
                broken.append(f"{self.title}/{day} is no Slack day file: it holds no list.")
        return Read(channel=collector.channel(), met=people.all(), broken=tuple(broken))

    def _is_safe(self, folder: PurePosixPath) -> bool:
        if "__MACOSX" in folder.parts:
            return False
        if folder.is_absolute() or ".." in folder.parts or "\\" in str(folder):
            self.broken.append(f"{self.title}/{folder} leads out of the export, so it was left out.")
            return False
        return True

    def _belongs(self, folder: PurePosixPath) -> bool:
        """Whether it is a channel's folder: beside the others, and no direct messages."""
        if _DIRECT.fullmatch(folder.name) and folder.name not in self._described:
            self.ignored["direct messages"] += 1
            return False
        if folder.parent != self._root:
            self.ignored["folders within folders"] += 1
            return False
        return True

    def _listed(self, folder: PurePosixPath) -> Listed:
        name, days = self._name(folder), self._shelf.days(folder)
        stamps = "\n".join(f"{day.name} {stamp}" for day, stamp in days)
        known = self._known(folder) or Listed(id=made_up_id(name), name=name)
        access = f"{known.is_private} {sorted(known.members)}"
        read = {"days": tuple(day for day, _ in days), "fingerprint": _sha256(f"{access}\n{stamps}")}
        return known.model_copy(update=read)

    def _name(self, folder: PurePosixPath) -> str:
        """A channel's name; a folder may be called by its id."""
        known = self._known(folder)
        return known.name if known else folder.name or Path(self.title).stem

    def _known(self, folder: PurePosixPath) -> Listed | None:
        return self._described.get(folder.name)

    def _descriptions(self) -> dict[str, Listed]:
        """What the lists say of channels, by name and by id: a folder may be called either."""
        found: dict[str, Listed] = {}
        for file in _LISTS:
            for item in dicts(self._list(file)):
                one = _described(item, is_private=file == "groups.json" or item.get("is_private") is True)
                if one is not None:
                    found |= {one.name: one, one.id: one}
        return found

    def _list(self, name: str) -> object:
        """A list beside the channels' folders; empty where there is none. Raises `UserError`."""
        path = self._root / name
        return self._load(path)[0] if self._shelf.has(path) else []

    def _load(self, path: PurePosixPath) -> tuple[object, int]:
        """The JSON in a file and how many bytes it was. Raises `UserError`."""
        name = f"{self.title}/{path}"
        content = self._shelf.read(path, MAX_FILE + 1)
        if len(content) > MAX_FILE:
            raise UserError(
                f"{name} is too large: at most {MAX_FILE // 2**20} MB a file are read. {ACCEPTED}"
            )
        return parse(content, name, accepted=ACCEPTED), len(content)


class OneList:
    """A single JSON file as a catalogue of one channel."""

    def __init__(self, path: Path) -> None:
        """Raises `UserError`: it is none."""
        self.title = str(path)
        self.ignored: Counter[str] = Counter()
        self.broken: list[str] = []
        self.team_id = ""
        export = read_list(path)
        self.people = export.people
        (self._channel,) = export.channels.values()

    def names(self) -> tuple[str, ...]:
        """The one channel's."""
        return (self._channel.name,)

    def listed(self, wanted: Callable[[str], bool] = lambda _name: True) -> Iterator[Listed]:
        """The one channel; whoever gives a single channel's file wants it."""
        del wanted
        texts = "\n".join(f"{one.ts} {one.edited_ts} {one.text}" for one in self._channel.messages)
        yield Listed(id=self._channel.id, name=self._channel.name, fingerprint=_sha256(texts))

    def read(self, listed: Listed) -> Read:
        """The one channel."""
        del listed
        return Read(channel=self._channel)


def open_catalogue(path: Path) -> Catalogue | OneList:
    """The export at `path`: a folder, a zip, one channel's folder, or one JSON list.

    Raises:
        UserError: it is missing, damaged, or no export.
    """
    try:
        if path.is_dir():
            return Catalogue(Folder(path, accepted=ACCEPTED))
        if not path.exists():
            raise UserError(f"{path} does not exist. {ACCEPTED}")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. {ACCEPTED}") from error
    if path.suffix.lower() == ".zip":
        return Catalogue(Zip(path, accepted=ACCEPTED))
    return OneList(path)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _described(item: Mapping[str, object], *, is_private: bool) -> Listed | None:
    name, channel_id = clean(string(item.get("name"))), string(item.get("id"))
    if not name or not channel_id:
        return None
    members = item.get("members")
    about = (item.get("topic"), item.get("purpose"))
    texts = (string(one.get("value")) for one in about if isinstance(one, Mapping))
    return Listed(
        id=channel_id,
        name=name,
        is_private=is_private,
        members=tuple(one for one in members if isinstance(one, str)) if isinstance(members, list) else (),
        about="\n".join(readable(text) for text in texts if text),
    )


def _team_of(users: object) -> str:
    """The workspace most of the users belong to; empty where the list does not say."""
    teams: Iterable[str] = (string(user.get("team_id")) for user in dicts(users))
    counted = Counter(team for team in teams if _TEAM.fullmatch(team))
    return counted.most_common(1)[0][0] if counted else ""


def _short(text: str) -> str:
    return text.removesuffix(f" {ACCEPTED}")
