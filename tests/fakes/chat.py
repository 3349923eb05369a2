"""Slack in memory, as the three chat ports: Poster, History and Directory.

    chat = FakeChat(ManualClock())
    ada, channel = chat.add_person("ada"), chat.add_channel("incident-db")
    ts = chat.say(channel, ada, "it is down")
    chat.react(channel, ts, ada, "white_check_mark")

Faults come by order: `fail_next(error)` before anything happens, `lose_next_answer()` after it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.domain.posting import Post
from bot.domain.transcript import Attachment, Message, Person, Reaction, as_ts, ts_order
from bot.errors import BotError, ChatError, Retryable
from bot.ports import Channel, Clock, Home, Identity, Page, Place, Posted

OWN = "messages of this bot"


@dataclass
class Said:
    """One message as it stands now; the bot's own carry their key and their post."""

    message: Message
    key: str = ""
    post: Post | None = None
    reactors: dict[str, list[str]] = field(default_factory=dict)

    def shown(self, reply_count: int) -> Message:
        """The message with its counters."""
        reactions = tuple(Reaction(name=name, count=len(users)) for name, users in self.reactors.items())
        return self.message.model_copy(update={"reactions": reactions, "reply_count": reply_count})


@dataclass(frozen=True)
class Whisper:
    """What one person was told."""

    place: Place
    user_id: str
    post: Post


@dataclass(frozen=True)
class Attached:
    """A file that was attached."""

    place: Place
    name: str
    title: str
    content: bytes
    words: str = ""


class FakeChat:
    """The chat ports over lists and dicts."""

    def __init__(self, clock: Clock, *, team_id: str = "T0FAKE") -> None:
        self._clock = clock
        self._ids = count(1)
        self._last = (0, 0)
        self._faults: list[BotError] = []
        self._losses = 0
        self.too_long = False
        self.bot = Identity(
            team_id=team_id,
            bot_user_id="U0FAKEBOT",
            bot_id="B0FAKE",
            url="https://fake.slack.com/",
            scopes=frozenset({"chat:write", "files:write"}),
        )
        self.people: dict[str, Person] = {}
        self.rooms: dict[str, Channel] = {}
        self.inside: dict[str, set[str]] = {}
        self.said: dict[str, list[Said]] = {}
        self.whispers: list[Whisper] = []
        self.homes: dict[str, Home | None] = {}
        self.drawn: list[tuple[str, str]] = []
        """Whose Home was drawn, with what to say."""
        self.files: list[Attached] = []
        self.groups: dict[str, set[str]] = {}

    # What happens in the workspace

    def add_person(self, handle: str, **facts: bool | str) -> str:
        """Somebody new; `facts` are fields of `Person`. Returns the user id."""
        person = Person.model_validate({"id": f"U{next(self._ids):06d}", "handle": handle} | facts)
        self.people[person.id] = person
        return person.id

    def add_channel(
        self, name: str, *, members: Sequence[str] = (), private: bool = False, joined: bool = True
    ) -> str:
        """A new channel, with the bot in it unless said otherwise. Returns its id."""
        channel_id = f"C{next(self._ids):06d}"
        self.rooms[channel_id] = Channel(
            id=channel_id, name=name, is_private=private, is_member=joined, created=self._clock.now()
        )
        self.inside[channel_id] = set(members)
        self.said[channel_id] = []
        return channel_id

    def change_channel(self, channel_id: str, **facts: bool | str) -> None:
        """Rename, archive, share …: `facts` are fields of `Channel`. Archiving ejects the bot."""
        ejected = {"is_member": False} if facts.get("is_archived") else {}
        self.rooms[channel_id] = self.rooms[channel_id].model_copy(update=facts | ejected)

    def say(
        self,
        channel_id: str,
        user_id: str,
        text: str,
        *,
        thread: str | None = None,
        broadcast: bool = False,
        is_bot: bool = False,
        files: Sequence[Attachment] = (),
    ) -> str:
        """Somebody writes; `thread` is the root's timestamp. Returns the message's."""
        self.inside[channel_id] |= set() if is_bot else {user_id}
        message = Message(
            channel_id=channel_id,
            ts=self._next_ts(),
            thread_ts=thread,
            author_id=user_id,
            author_name="alerts" if is_bot else "",
            is_bot=is_bot,
            text=text,
            files=tuple(files),
            broadcast=broadcast,
        )
        self.said[channel_id].append(Said(message))
        return message.ts

    def edit(self, channel_id: str, ts: str, text: str) -> None:
        """Somebody changes their message."""
        said = self._said(channel_id, ts)
        said.message = said.message.model_copy(update={"text": text, "edited_ts": self._next_ts()})

    def delete(self, channel_id: str, ts: str) -> None:
        """A message goes; the root of a thread leaves a tombstone."""
        said = self._said(channel_id, ts)
        if self._below(channel_id, ts):
            said.message = said.message.model_copy(
                update={"text": "", "deleted": True, "author_id": None, "subtype": "tombstone"}
            )
        else:
            self.said[channel_id].remove(said)

    def react(self, channel_id: str, ts: str, user_id: str, emoji: str) -> None:
        """Somebody adds a reaction."""
        self._said(channel_id, ts).reactors.setdefault(emoji, []).append(user_id)

    def unreact(self, channel_id: str, ts: str, user_id: str, emoji: str) -> None:
        """Somebody takes theirs back."""
        self._said(channel_id, ts).reactors[emoji].remove(user_id)

    # What goes wrong, and what came of it

    def fail_next(self, *errors: BotError) -> None:
        """Let the next calls raise these, without effect."""
        self._faults += errors

    def lose_next_answer(self) -> None:
        """Let the next post or update take effect and raise all the same."""
        self._losses += 1

    def own(self, channel_id: str, thread_ts: str | None = None) -> list[Said]:
        """The bot's messages in a channel, or in one thread of it, oldest first."""
        return [said for said in self.said[channel_id] if said.post and said.message.thread_ts == thread_ts]

    # Poster

    def post(self, key: str, place: Place, post: Post) -> Posted:
        """Post once more."""
        self._may_fail()
        channel_id = self._room(place.channel_id)
        self._must_be_writable(channel_id)
        root = place.thread_ts
        alive = root is not None and any(said.message.ts == root for said in self.said[channel_id])
        message = Message(
            channel_id=channel_id,
            ts=self._next_ts(),
            thread_ts=root if alive else None,
            author_id=self.bot.bot_id,
            is_bot=True,
        )
        self.said[channel_id].append(Said(message, key, post))
        self._may_lose()
        return Posted(channel_id=channel_id, ts=message.ts)

    def posted(self, key: str, place: Place, *, since: datetime) -> Posted | None:
        """The message that carries the key."""
        self._may_fail()
        channel_id = self._room(place.channel_id)
        self._must_be_readable(channel_id)
        for said in self.said[channel_id]:
            late_enough = said.message.at >= since - timedelta(minutes=2)
            if said.key == key and late_enough and said.message.thread_ts in (place.thread_ts, None):
                return Posted(channel_id=channel_id, ts=said.message.ts)
        return None

    def update(self, at: Posted, post: Post) -> None:
        """Replace the content of one of the bot's messages."""
        self._may_fail()
        self._must_be_writable(at.channel_id)
        said = self._said(at.channel_id, at.ts)
        if said.post is None:
            raise ChatError("cant_update_message")
        said.post = post
        self._may_lose()

    def whisper(self, place: Place, user_id: str, post: Post) -> None:
        """Tell one person, if they are there."""
        self._may_fail()
        room = self.rooms.get(place.channel_id)
        if room and room.is_member and user_id in self.inside[place.channel_id]:
            self.whispers.append(Whisper(place, user_id, post))

    def show_home(self, user_id: str, home: Home | None, *, note: str = "") -> None:
        """Remember what somebody's Home shows."""
        self._may_fail()
        self.homes[user_id] = home
        self.drawn.append((user_id, note))

    def attach(
        self, key: str, place: Place, *, name: str, title: str, content: bytes, words: str = ""
    ) -> bool:
        """Attach a file once."""
        self._may_fail()
        if "files:write" not in self.bot.scopes or not content:
            return False
        file = Attached(place, name, title, content, words)
        if file not in self.files:
            self.files.append(file)
        return True

    def retract(self, at: Posted) -> None:
        """Delete one of the bot's messages."""
        self._may_fail()
        self._must_be_writable(at.channel_id)
        for said in [one for one in self.said[at.channel_id] if one.message.ts == at.ts]:
            if said.post is None:
                raise ChatError("cant_delete_message")
            self.delete(at.channel_id, at.ts)

    def detach(self, place: Place, *, name: str) -> None:
        """Delete the files of that name in a thread."""
        self._may_fail()
        self.files = [file for file in self.files if (file.place, file.name) != (place, name)]

    def fits(self, post: Post) -> bool:
        """Whether all of it fits into one message: unless a test says that everything is too long."""
        return not self.too_long

    def permalink(self, at: Posted) -> str:
        """The address of a message."""
        self._may_fail()
        self._said(at.channel_id, at.ts)
        return f"{self.bot.url}archives/{at.channel_id}/p{at.ts.replace('.', '')}"

    # History

    def history(
        self, channel_id: str, *, oldest: str, latest: str, cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of roots and broadcasts, newest first."""
        self._may_fail()
        self._must_be_readable(channel_id)
        bounds = ts_order(oldest), ts_order(cursor or latest)
        seen = [
            said
            for said in reversed(self.said[channel_id])
            if bounds[0] <= ts_order(said.message.ts) <= bounds[1]
            and (not said.message.is_reply or said.message.broadcast)
        ]
        return self._page(channel_id, seen, limit)

    def replies(
        self, channel_id: str, root_ts: str, *, oldest: str = "0", cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of a thread, oldest first."""
        self._may_fail()
        self._must_be_readable(channel_id)
        root = [self._said(channel_id, root_ts, missing="thread_not_found")]
        first = max(ts_order(oldest), ts_order(cursor or "0"))
        below = [said for said in self._below(channel_id, root_ts) if ts_order(said.message.ts) >= first]
        page = self._page(channel_id, below if cursor else root + below, limit)
        own = sum(1 for said in below[: limit if cursor else max(limit - 1, 0)] if said.post)
        about = {"skipped": {OWN: own} if own else {}, "threads": self._threads(channel_id, root)}
        return page.model_copy(update=about)

    def find(self, channel_id: str, ts: str) -> Message | None:
        """One message by its timestamp, unless it is the bot's."""
        self._may_fail()
        self._must_be_readable(channel_id)
        found = [said for said in self.said[channel_id] if said.message.ts == ts and not said.post]
        return found[0].shown(len(self._below(channel_id, ts))) if found else None

    def exists(self, channel_id: str, ts: str) -> bool:
        """Whether a message is still there, and no tombstone."""
        self._may_fail()
        self._must_be_readable(channel_id)
        return any(said.message.ts == ts and not said.message.deleted for said in self.said[channel_id])

    def reactors(self, channel_id: str, ts: str) -> dict[str, tuple[str, ...]]:
        """Who reacted with what."""
        self._may_fail()
        self._must_be_readable(channel_id)
        found: dict[str, tuple[str, ...]] = {}
        for said in self.said[channel_id]:
            for name, users in said.reactors.items() if said.message.ts == ts else ():
                bare = name.split("::")[0]
                found[bare] = tuple(dict.fromkeys([*found.get(bare, ()), *users]))
        return {name: users for name, users in found.items() if users}

    # Directory

    def identity(self) -> Identity:
        """Who the bot is."""
        return self.bot

    def admitted(self) -> bool:
        """Always."""
        self._may_fail()
        return True

    def person(self, user_id: str) -> Person:
        """Somebody by id."""
        self._may_fail()
        return self.people.get(user_id) or Person(id=user_id, is_external=True)

    def person_now(self, user_id: str) -> Person:
        """The same."""
        return self.person(user_id)

    def everyone(self) -> tuple[Person, ...]:
        """All people of the workspace."""
        self._may_fail()
        gone = [p.id for p in self.people.values() if p.is_bot or p.is_external or p.deleted]
        return tuple(person for person in self.people.values() if person.id not in gone)

    def channel(self, channel_id: str) -> Channel:
        """A channel by id, unless it is hidden from the bot."""
        self._may_fail()
        return self._visible(channel_id)

    def channels(self) -> tuple[Channel, ...]:
        """All channels the bot can see."""
        self._may_fail()
        rooms = [room for room in self.rooms.values() if not room.is_archived and room.name]
        return tuple(room for room in rooms if room.is_member or not room.is_private)

    def private_channels(self) -> frozenset[str]:
        """The private ones among them. Never fails: what it is asked for beside is what tests let fail."""
        return frozenset(
            one.id for one in self.rooms.values() if one.is_private and one.is_member and one.name
        )

    def members(self, channel_id: str) -> frozenset[str]:
        """Who is in a channel."""
        self.channel(channel_id)
        return frozenset(self.inside[channel_id])

    def group(self, name: str) -> frozenset[str]:
        """Who is in a user group, by its id or handle."""
        self._may_fail()
        if name.removeprefix("@") not in self.groups:
            raise ChatError("no_such_subteam")
        return frozenset(self.groups[name.removeprefix("@")])

    def join(self, channel_id: str) -> None:
        """Let the bot in."""
        room = self.channel(channel_id)
        if room.is_archived:
            raise ChatError("is_archived")
        if room.is_private:
            raise ChatError("method_not_supported_for_channel_type")
        self.change_channel(channel_id, is_member=True)

    # Inside

    def _next_ts(self) -> str:
        at = ts_order(as_ts(self._clock.now()))
        seconds, micros = max(at, (self._last[0], self._last[1] + 100))
        self._last = seconds, micros
        return f"{seconds}.{micros:06d}"

    def _may_fail(self) -> None:
        if self._faults:
            raise self._faults.pop(0)

    def _may_lose(self) -> None:
        if self._losses:
            self._losses -= 1
            raise Retryable("The answer was lost")

    def _room(self, channel_id: str) -> str:
        """A channel as it is; for a person, the direct messages with them."""
        if channel_id not in self.people:
            return channel_id
        direct = channel_id.replace("U", "D", 1)
        if direct not in self.rooms:
            self.rooms[direct] = Channel(id=direct, name="", is_private=True, is_member=True)
            self.inside[direct] = {channel_id}
            self.said[direct] = []
        return direct

    def _must_be_readable(self, channel_id: str) -> None:
        if not self._visible(channel_id).is_member:
            raise ChatError("not_in_channel")

    def _must_be_writable(self, channel_id: str) -> None:
        if self._visible(channel_id).is_archived:
            raise ChatError("is_archived")
        self._must_be_readable(channel_id)

    def _visible(self, channel_id: str) -> Channel:
        room = self.rooms.get(channel_id)
        if room is None or (room.is_private and not room.is_member):
            raise ChatError("channel_not_found")
        return room

    def _said(self, channel_id: str, ts: str, *, missing: str = "message_not_found") -> Said:
        for said in self.said.get(channel_id, []):
            if said.message.ts == ts:
                return said
        raise ChatError(missing)

    def _below(self, channel_id: str, root_ts: str) -> list[Said]:
        return [said for said in self.said[channel_id] if said.message.thread_ts == root_ts]

    def _page(self, channel_id: str, seen: Sequence[Said], limit: int) -> Page:
        shown, rest = seen[:limit], seen[limit:]
        theirs = [said for said in shown if not said.post]
        own = len(shown) - len(theirs)
        return Page(
            messages=tuple(said.shown(len(self._below(channel_id, said.message.ts))) for said in theirs),
            next_cursor=rest[0].message.ts if rest else "",
            skipped={OWN: own} if own else {},
            present=tuple(said.message.ts for said in shown),
            threads=self._threads(channel_id, shown),
        )

    def _threads(self, channel_id: str, shown: Sequence[Said]) -> dict[str, str]:
        """How the threads of these stand, unless only the bot replied."""
        below = {said.message.ts: self._below(channel_id, said.message.ts) for said in shown}
        return {
            root: f"{len(replies)}:{replies[-1].message.ts}"
            for root, replies in below.items()
            if any(not reply.post for reply in replies)
        }
