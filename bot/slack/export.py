"""A Slack export read without Slack: a folder, a zip of day files, or one JSON list of messages.

Nothing is ever unpacked to disk; files in an archive are read one by one, up to the limits below.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.domain.transcript import Message, Person, in_time_order
from bot.errors import UserError
from bot.slack.decode import clean
from bot.slack.export_files import DayFiles, Source, json_in, open_source
from bot.slack.flatten import dicts, string
from bot.slack.messages import Skip, read

ACCEPTED = (
    "What works: the folder or zip of a Slack export, one channel's folder of YYYY-MM-DD.json files, "
    'or one JSON file with a list of messages (or {"messages": […]}).'
)
ALL_OF_THEM = "To bring in every incident of it, use `postmortem import`."


class ExportChannel(BaseModel):
    """One channel: messages in time order, and what was left out by reason."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    messages: tuple[Message, ...] = ()
    skipped: dict[str, int] = {}


class Export(BaseModel):
    """Channels by name, and everybody the export knows."""

    model_config = ConfigDict(frozen=True)

    channels: dict[str, ExportChannel] = {}
    people: tuple[Person, ...] = ()

    def pick(self, name: str | None = None) -> ExportChannel:
        """The channel of that name (with or without `#`), or the only one there is.

        Raises:
            UserError: no such channel, several to choose from, or it holds no message.
        """
        wanted = name.lstrip("#") if name else None
        known = ", ".join("#" + each for each in sorted(self.channels)[:20])
        if wanted is None and len(self.channels) != 1:
            raise UserError(f"This export holds several channels; name one of {known}. {ALL_OF_THEM}")
        channel = self.channels.get(wanted or next(iter(self.channels)))
        if channel is None:
            raise UserError(f"This export holds no channel #{wanted}; it has {known}. {ALL_OF_THEM}")
        if not channel.messages:
            raise UserError(f"Channel #{channel.name} of this export holds no readable message. {ACCEPTED}")
        return channel


def read_export(path: Path) -> Export:
    """Read an export, one of its channels' folders, or a JSON list of messages.

    Raises:
        UserError: the file is missing, broken, too large, empty or no Slack export; the message says
            which file, what is wrong, and what would be accepted.
    """
    source = open_source(path, accepted=ACCEPTED)
    return read_list(path) if source is None else _read_days(source, path)


def person(payload: Mapping[str, object]) -> Person | None:
    """A user object of `users.json` or the Web API; None where it has no id."""
    profile = payload.get("profile")
    profile = profile if isinstance(profile, Mapping) else {}
    if not (user_id := string(payload.get("id"))):
        return None
    return Person(
        id=user_id,
        handle=clean(string(payload.get("name"))),
        real_name=clean(string(payload.get("real_name")) or string(profile.get("real_name"))),
        display_name=clean(string(profile.get("display_name"))),
        email=string(profile.get("email")) or None,
        tz=string(payload.get("tz")) or "UTC",
        is_bot=payload.get("is_bot") is True,
        is_guest=payload.get("is_restricted") is True or payload.get("is_ultra_restricted") is True,
        is_external=payload.get("is_stranger") is True,
        deleted=payload.get("deleted") is True,
    )


class People:
    """Everybody met: the directory first, then who only appears beside a message."""

    def __init__(self, users: object) -> None:
        self._known = {each.id: each for item in dicts(users) if (each := person(item))}

    def meet(self, payload: Mapping[str, object]) -> None:
        """Day files carry a short profile of each author; people of other companies appear only there."""
        profile, user_id = payload.get("user_profile"), string(payload.get("user"))
        if user_id and isinstance(profile, Mapping) and user_id not in self._known:
            described = {"id": user_id, "name": profile.get("name"), "profile": profile}
            if each := person(described):
                self._known[user_id] = each.model_copy(update={"is_external": True})

    def all(self) -> tuple[Person, ...]:
        """The directory, then the others."""
        return tuple(self._known.values())


def _read_days(source: Source, path: Path) -> Export:
    people = People(source.json("users.json"))
    channels = {}
    for name, days in source.channels().items():
        channel = _channel(source, name, days, people)
        if channel.messages or channel.skipped:
            channels[channel.name] = channel
    if not any(channel.messages for channel in channels.values()):
        raise UserError(f"{path} holds no message: its day files are empty. {ACCEPTED}")
    return Export(channels=channels, people=people.all())


def _channel(source: Source, name: str, days: DayFiles, people: People) -> ExportChannel:
    channel_id = _channel_ids(source).get(name) or made_up_id(name)
    collector = Collector(channel_id, name, people)
    for day in days:
        content = source.load(day)
        if not isinstance(content, list):
            raise UserError(f"{source.name_of(day)} is no Slack day file: it holds no list. {ACCEPTED}")
        collector.take(content)
    return collector.channel()


class Collector:
    """A channel from the items of its day files, one file after the other, so that only messages stay in
    memory; of an item that comes twice the edited one counts."""

    def __init__(self, channel_id: str, name: str, people: People) -> None:
        self._id, self._name, self._people = channel_id, name, people
        self._messages: dict[str, Message] = {}
        self._skipped: Counter[str] = Counter()

    def take(self, items: list[Any]) -> None:
        """The items of a file."""
        for item in items:
            result = read(item, self._id) if isinstance(item, Mapping) else Skip("unreadable")
            if isinstance(result, Skip):
                self._skipped[result.reason] += 1
            elif result.ts not in self._messages or result.edited_ts:
                self._messages[result.ts] = result
            if isinstance(item, Mapping):
                self._people.meet(item)

    def channel(self) -> ExportChannel:
        """The whole channel, in time order."""
        said = tuple(in_time_order(self._messages.values()))
        return ExportChannel(id=self._id, name=self._name, messages=said, skipped=dict(self._skipped))


def _channel_ids(source: Source) -> dict[str, str]:
    listed = [*dicts(source.json("channels.json")), *dicts(source.json("groups.json"))]
    return {string(item.get("name")): string(item.get("id")) for item in listed if string(item.get("id"))}


def made_up_id(name: str) -> str:
    """A stable id for a channel whose own is unknown."""
    return "C" + hashlib.sha256(name.encode()).hexdigest()[:10].upper()


def read_list(path: Path) -> Export:
    """A single file as an export of one channel.

    Raises:
        UserError: it is none.
    """
    content = json_in(path, accepted=ACCEPTED)
    inside = content if isinstance(content, Mapping) else {}
    items = inside.get("messages") if inside else content
    if not isinstance(items, list):
        raise UserError(f"{path} is no Slack export: it holds no list of messages. {ACCEPTED}")
    if not items:
        raise UserError(f"{path} holds no message: the list is empty. {ACCEPTED}")
    people = People(inside.get("users"))
    name, channel_id = _naming(inside, path)
    collector = Collector(channel_id, name, people)
    collector.take(items)
    channel = collector.channel()
    if not channel.messages:
        raise UserError(f"{path} holds no message Slack could have written. {ACCEPTED}")
    return Export(channels={channel.name: channel}, people=people.all())


def _naming(inside: Mapping[str, object], path: Path) -> tuple[str, str]:
    """The channel's name and id from the file, else from the file's name."""
    channel = inside.get("channel")
    described: Mapping[str, object] = channel if isinstance(channel, Mapping) else inside
    name = string(channel) or string(described.get("name")) or path.stem
    return name.lstrip("#"), string(described.get("id")) or made_up_id(name)
