"""Who and what is in the workspace: the `Directory` port on Slack's Web API, with a cache for people.

Who is in a channel, and what a channel is, decide who may see what: those are asked every time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.strangers import Everyone
from bot.domain.transcript import Person
from bot.errors import ChatError
from bot.ports import Channel, Clock, Identity
from bot.slack.calls import Calls
from bot.slack.history import next_cursor

PERSON_LIFE = timedelta(minutes=10)
STANDING_LIFE = timedelta(seconds=5)
"""Within one gesture a person is looked at several times; nobody is made a guest between two of them."""
EVERYONE_LIFE = timedelta(minutes=15)
PRIVATE_LIFE = timedelta(seconds=30)
"""Slack takes 20 calls of `users.conversations` a minute (Tier 2), of all processes together."""
PAGE = 900
"""Slack allows up to 999; bigger pages are fewer calls of a method allowed 20 times a minute."""
UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_GROUP = re.compile(r"S[A-Z0-9]{5,}")
EVERY_KIND = "public_channel,private_channel"

Json = Mapping[str, object]


class SlackDirectory:
    """See `bot.ports.Directory`. `team_id` is needed with an organisation-wide token only."""

    def __init__(self, calls: Calls, clock: Clock, *, team_id: str = "") -> None:
        self._calls = calls
        self._clock = clock
        self._team_id = team_id or None
        self._who: tuple[Identity, str] | None = None
        self._people: dict[str, tuple[datetime, Person]] = {}
        self._everyone: tuple[datetime, tuple[Person, ...]] | None = None
        self._private_lock = threading.Lock()
        self._private: tuple[datetime, frozenset[str]] | None = None
        self._users = _Listing(calls, clock)
        self._channels = _Listing(calls, clock)
        self._lock = threading.Lock()

    def identity(self) -> Identity:
        """Who the bot is, asked once. `team_id` is the configured one where the token spans several."""
        return self._identified()[0]

    def admitted(self) -> bool:
        """Whether Slack takes our token now."""
        try:
            self._calls.whoami()
        except ChatError:
            return False
        return True

    def person(self, user_id: str) -> Person:
        """A user by id, at most ten minutes old; an unknown one is an external person without names."""
        return self._known(user_id, PERSON_LIFE)

    def person_now(self, user_id: str) -> Person:
        """The same, at most five seconds old: a guest or a closed account since then has no say any more."""
        return self._known(user_id, STANDING_LIFE)

    def _known(self, user_id: str, life: timedelta) -> Person:
        now = self._clock.now()
        known = self._people.get(user_id)
        if known and now - known[0] < life:
            return known[1]
        return self._remember(self._ask_person(user_id), at=now)

    def everyone(self) -> tuple[Person, ...]:
        """All people of the workspace without bots and deleted accounts, at most 15 minutes old.

        A large workspace takes many pages; a 429 in between loses none of them, the next call goes on.
        """
        with self._lock:
            if self._everyone is None or self._everyone[0] <= self._clock.now():
                users = self._users.all("users.list", "members", team_id=self._team_id, limit=PAGE)
                # A long list was begun minutes ago: too old to say what somebody may do now.
                at = self._clock.now() - STANDING_LIFE
                people = [self._remember(self._person(user), at=at) for user in users]
                found = Everyone(person for person in people if not person.is_bot and not person.deleted)
                self._everyone = (self._clock.now() + EVERYONE_LIFE, found)
            return self._everyone[1]

    def channel(self, channel_id: str) -> Channel:
        """A channel as it is now."""
        answer = self._calls.ask("conversations.info", channel=channel_id)
        return _channel(answer["channel"])

    def channels(self) -> tuple[Channel, ...]:
        """All channels the bot can see that are not archived; without `groups:read` the public ones."""
        with self._lock:
            try:
                found = self._list_channels(EVERY_KIND)
            except ChatError as error:
                if error.code != "missing_scope":
                    raise
                found = self._list_channels("public_channel")
        return tuple(_channel(channel) for channel in found)

    def private_channels(self) -> frozenset[str]:
        """Ids of the private channels the bot is in, at most half a minute old: one page, however large
        the workspace is. None without `groups:read`."""
        with self._private_lock:
            if self._private is None or self._clock.now() - self._private[0] >= PRIVATE_LIFE:
                at = self._clock.now()
                self._private = at, frozenset(str(one["id"]) for one in self._list_private())
            return self._private[1]

    def _list_private(self) -> list[Any]:
        kind, team = "private_channel", self._team_id
        try:
            return _Listing(self._calls, self._clock).all(
                "users.conversations", "channels", types=kind, team_id=team, limit=PAGE
            )
        except ChatError as error:
            if error.code != "missing_scope":
                raise
            return []

    def members(self, channel_id: str) -> frozenset[str]:
        """User ids of who is in a channel now, the bot itself left out."""
        ids = _Listing(self._calls, self._clock).all(
            "conversations.members", "members", channel=channel_id, limit=PAGE
        )
        return frozenset(map(str, ids)) - {self.identity().bot_user_id}

    def group(self, name: str) -> frozenset[str]:
        """User ids of who is in a user group now, given its id (`S…`) or handle; needs `usergroups:read`."""
        group_id = name if _GROUP.fullmatch(name) else self._group_id(name)
        answer = self._calls.ask("usergroups.users.list", usergroup=group_id, team_id=self._team_id)
        return frozenset(map(str, answer.get("users") or []))

    def _group_id(self, handle: str) -> str:
        answer = self._calls.ask("usergroups.list", team_id=self._team_id)
        for group in answer.get("usergroups") or []:
            if group.get("handle") == handle.removeprefix("@") and not group.get("date_delete"):
                return str(group["id"])
        raise ChatError("no_such_subteam", method="usergroups.list")

    def join(self, channel_id: str) -> None:
        """Join a public channel; being in it already is fine."""
        self._calls.tell("conversations.join", channel=channel_id)

    def _list_channels(self, kinds: str) -> list[Any]:
        return self._channels.all(
            "conversations.list",
            "channels",
            types=kinds,
            exclude_archived=True,
            team_id=self._team_id,
            limit=PAGE,
        )

    def _identified(self) -> tuple[Identity, str]:
        if self._who is None:
            answer, scopes = self._calls.whoami()
            identity = Identity(
                team_id=self._team_id or str(answer.get("team_id") or ""),
                bot_user_id=str(answer.get("user_id") or ""),
                bot_id=str(answer.get("bot_id") or ""),
                url=str(answer.get("url") or ""),
                scopes=scopes,
            )
            self._who = identity, str(answer.get("enterprise_id") or "")
        return self._who

    def _ask_person(self, user_id: str) -> Person:
        try:
            answer = self._calls.ask("users.info", user=user_id)
        except ChatError as error:
            if error.code in UNKNOWN:
                return Person(id=user_id, is_external=True)
            raise
        return self._person(answer["user"])

    def _person(self, user: Json) -> Person:
        identity, enterprise = self._identified()
        return read_person(user, team_id=identity.team_id, enterprise_id=enterprise)

    def _remember(self, person: Person, *, at: datetime) -> Person:
        self._people[person.id] = (at, person)
        return person


def read_person(user: Json, *, team_id: str, enterprise_id: str = "") -> Person:
    """A `user` object as a person.

    External is who Slack calls a stranger, or who belongs to another team that is not of our
    organisation. Guests are single- and multi-channel ones. Slackbot counts as a bot, though Slack
    says otherwise.
    """
    profile = _mapping(user.get("profile"))
    organisation = str(_mapping(user.get("enterprise_user")).get("enterprise_id") or "")
    home = str(user.get("team_id") or profile.get("team") or team_id)
    ours = home in (team_id, enterprise_id) or (enterprise_id != "" and organisation == enterprise_id)
    return Person(
        id=str(user.get("id") or ""),
        handle=str(user.get("name") or ""),
        real_name=str(profile.get("real_name") or user.get("real_name") or ""),
        display_name=str(profile.get("display_name") or ""),
        email=str(profile["email"]) if profile.get("email") else None,
        tz=str(user.get("tz") or "UTC"),
        is_bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_external=bool(user.get("is_stranger")) or not ours,
        deleted=bool(user.get("deleted")),
    )


def _channel(about: Json) -> Channel:
    created, updated = about.get("created"), about.get("updated")
    return Channel(
        id=str(about["id"]),
        name=str(about.get("name") or ""),
        is_private=bool(about.get("is_private") or about.get("is_im") or about.get("is_mpim")),
        is_archived=bool(about.get("is_archived")),
        is_shared=bool(about.get("is_ext_shared")),
        is_member=bool(about.get("is_member")),
        created=datetime.fromtimestamp(created, UTC) if isinstance(created, int) else None,
        # `updated` is in milliseconds, unlike `created`.
        active_at=datetime.fromtimestamp(updated / 1000, UTC) if isinstance(updated, int) else None,
    )


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


class _Listing:
    """All pages of a list, by an explicit cursor; what was read survives a `Retryable` in between."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._ask: Callable[..., dict[str, Any]] = calls.ask
        self._clock = clock
        self._of: tuple[str, dict[str, Any]] | None = None
        self._found: list[Any] = []
        self._cursor = ""
        self._complete = False
        self._since = clock.now()

    def all(self, method: str, name: str, **arguments: Any) -> list[Any]:
        """Every item under `name`, going on where an interrupted call with the same arguments stopped."""
        if self._of != (method, arguments) or self._clock.now() - self._since > PERSON_LIFE:
            self._forget()
            self._of = (method, arguments)
        try:
            while not self._complete:
                self._read(method, name, arguments)
        except ChatError:
            self._forget()
            raise
        found = self._found
        self._forget()
        return found

    def _read(self, method: str, name: str, arguments: dict[str, Any]) -> None:
        answer = self._ask(method, cursor=self._cursor or None, **arguments)
        self._found += answer.get(name) or []
        self._cursor = next_cursor(answer)
        self._complete = not self._cursor

    def _forget(self) -> None:
        self._of = None
        self._found = []
        self._cursor = ""
        self._complete = False
        self._since = self._clock.now()
