"""The same small workspace twice: in memory, and in the sandbox behind the real adapters over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

from bot.errors import Retryable
from bot.ports import Directory, History, Poster
from bot.sandbox.people import Person as SandboxPerson
from bot.sandbox.rooms import Channel as SandboxChannel
from bot.sandbox.sandbox import PersonFields, Sandbox
from bot.slack.calls import Calls, make_client
from bot.slack.chat import SlackPoster
from bot.slack.directory import SlackDirectory
from bot.slack.history import SlackHistory
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat


class World(Protocol):
    """A workspace, what people do in it, and the ports on it."""

    clock: ManualClock

    @property
    def poster(self) -> Poster: ...
    @property
    def history(self) -> History: ...
    @property
    def directory(self) -> Directory: ...

    def person(self, handle: str, *, tz: str = "UTC", guest: bool = False, external: bool = False) -> str: ...
    def channel(self, name: str, *members: str, private: bool = False, joined: bool = True) -> str: ...
    def say(
        self, channel: str, user: str, text: str, *, thread: str | None = None, broadcast: bool = False
    ) -> str: ...
    def delete(self, channel: str, ts: str) -> None: ...
    def react(self, channel: str, ts: str, user: str, emoji: str) -> None: ...
    def archive(self, channel: str) -> None: ...
    def lose_next_post(self) -> None: ...
    def limit_next_post(self, seconds: int) -> None: ...
    def withdraw_scope(self, scope: str) -> None: ...
    def group(self, handle: str, *members: str) -> None: ...
    def files(self, channel: str) -> list[str]: ...


@dataclass
class FakeWorld:
    """In memory."""

    clock: ManualClock
    chat: FakeChat

    @property
    def poster(self) -> Poster:
        return self.chat

    @property
    def history(self) -> History:
        return self.chat

    @property
    def directory(self) -> Directory:
        return self.chat

    def person(self, handle: str, *, tz: str = "UTC", guest: bool = False, external: bool = False) -> str:
        return self.chat.add_person(handle, tz=tz, is_guest=guest, is_external=external)

    def channel(self, name: str, *members: str, private: bool = False, joined: bool = True) -> str:
        return self.chat.add_channel(name, members=members, private=private, joined=joined)

    def say(
        self, channel: str, user: str, text: str, *, thread: str | None = None, broadcast: bool = False
    ) -> str:
        return self.chat.say(channel, user, text, thread=thread, broadcast=broadcast)

    def delete(self, channel: str, ts: str) -> None:
        self.chat.delete(channel, ts)

    def react(self, channel: str, ts: str, user: str, emoji: str) -> None:
        self.chat.react(channel, ts, user, emoji)

    def archive(self, channel: str) -> None:
        self.chat.change_channel(channel, is_archived=True)

    def lose_next_post(self) -> None:
        self.chat.lose_next_answer()

    def limit_next_post(self, seconds: int) -> None:
        self.chat.fail_next(Retryable(retry_after=float(seconds)))

    def withdraw_scope(self, scope: str) -> None:
        self.chat.bot = self.chat.bot.model_copy(update={"scopes": self.chat.bot.scopes - {scope}})

    def group(self, handle: str, *members: str) -> None:
        self.chat.groups[handle] = set(members)

    def files(self, channel: str) -> list[str]:
        return [file.name for file in self.chat.files if file.place.channel_id == channel]


class SlackWorld:
    """The sandbox, with our adapters on slack_sdk's client."""

    def __init__(self, clock: ManualClock, sandbox: Sandbox) -> None:
        self.clock = clock
        self.sandbox = sandbox
        calls = Calls(make_client(sandbox.app.bot_token, base_url=sandbox.url, timeout=5))
        self.directory: SlackDirectory = SlackDirectory(calls, clock)
        self.history: SlackHistory = SlackHistory(calls, self.directory)
        self.poster: SlackPoster = SlackPoster(calls, self.directory)
        self._people: dict[str, SandboxPerson] = {}

    def person(self, handle: str, *, tz: str = "UTC", guest: bool = False, external: bool = False) -> str:
        fields: PersonFields = {"tz": tz, "guest": guest, "external": external}
        person = self.sandbox.person(handle, **fields)
        self._people[person.id] = person
        return person.id

    def channel(self, name: str, *members: str, private: bool = False, joined: bool = True) -> str:
        channel = self.sandbox.channel(name, private=private)
        channel.members += [*members, *([self.sandbox.app.bot_user_id] if joined else [])]
        return channel.id

    def say(
        self, channel: str, user: str, text: str, *, thread: str | None = None, broadcast: bool = False
    ) -> str:
        person = self._person(user)
        return person.say(self._channel(channel), text, thread=thread, broadcast=broadcast).ts

    def delete(self, channel: str, ts: str) -> None:
        message = self._channel(channel).find(ts)
        assert message is not None
        self._person(message.user).delete(message)

    def react(self, channel: str, ts: str, user: str, emoji: str) -> None:
        message = self._channel(channel).find(ts)
        assert message is not None
        self._person(user).react(message, emoji)

    def archive(self, channel: str) -> None:
        self._channel(channel).archive()

    def lose_next_post(self) -> None:
        self.sandbox.faults.lose_answer("chat.postMessage")

    def limit_next_post(self, seconds: int) -> None:
        self.sandbox.faults.rate_limit("chat.postMessage", retry_after=seconds)

    def withdraw_scope(self, scope: str) -> None:
        self.sandbox.app.scopes.discard(scope)

    def group(self, handle: str, *members: str) -> None:
        self.sandbox.usergroup(handle, members=[self._person(user) for user in members])

    def files(self, channel: str) -> list[str]:
        messages = self._channel(channel).messages
        return [str(file["name"]) for message in messages for file in message.files]

    def _channel(self, channel: str) -> SandboxChannel:
        return cast(SandboxChannel, self.sandbox.workspace.channels[channel])

    def _person(self, user: str) -> SandboxPerson:
        return self._people[user]
