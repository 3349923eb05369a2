"""People, with the gestures their Slack client gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from bot.sandbox import posting, render, rooms
from bot.sandbox.interactions import Interactions, Reply, Surface
from bot.sandbox.model import Conversation, Ephemeral, Json, Message, NotPossible, User, View
from bot.sandbox.workspace import Workspace


class Content(TypedDict, total=False):
    """What a message may carry besides its words."""

    files: list[Json]
    blocks: list[Json]
    attachments: list[Json]


@dataclass(eq=False)
class Person:
    """One person at their Slack client."""

    user: User
    workspace: Workspace
    interactions: Interactions

    @property
    def id(self) -> str:
        """Their user id."""
        return self.user.id

    @property
    def name(self) -> str:
        """Their handle."""
        return self.user.name

    @property
    def mention(self) -> str:
        """How a message names them."""
        return f"<@{self.user.id}>"

    def say(
        self,
        channel: Conversation,
        text: str,
        *,
        thread: Message | str | None = None,
        broadcast: bool = False,
        **content: Unpack[Content],
    ) -> Message:
        """Write a message; `text` is in Slack's own form (<@U…>, &lt;)."""
        self._must_be_in(channel)
        thread_ts = (thread.thread_ts or thread.ts) if isinstance(thread, Message) else thread
        subtype = (
            "thread_broadcast" if broadcast and thread_ts else "file_share" if content.get("files") else None
        )
        fields: Json = {"blocks": content.get("blocks") or render.rich_text(text)}
        fields["blocks"] = render.with_block_ids(fields["blocks"], lambda: self.workspace.new_id("b"))
        fields |= {
            "files": self._files(content.get("files") or []),
            "attachments": content.get("attachments") or [],
        }
        home = {"team": self.user.team, "user_team": self.user.team, "source_team": self.user.team}
        fields["extra"] = {"client_msg_id": self.workspace.new_id("client-")} | home
        message = posting.post(
            self.workspace, channel, thread_ts=thread_ts, user=self.id, text=text, subtype=subtype, **fields
        )
        self.workspace.flush()
        return message

    def _files(self, files: list[Json]) -> list[Json]:
        defaults = {"mimetype": "text/plain", "user": self.id}
        return [{"id": self.workspace.new_id("F"), **defaults, **about} for about in files]

    def _must_be_in(self, channel: Conversation) -> None:
        if channel.archived:
            raise NotPossible("the channel is archived")
        if self.id not in channel.members:
            if channel.private or channel.is_im:
                raise NotPossible(f"{self.name} is not in this channel")
            rooms.join(self.workspace, channel, self.id)

    def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        if message.user != self.id:
            raise NotPossible("not their message")
        posting.change(self.workspace, message, by=self.id, text=text, blocks=render.rich_text(text))
        self.workspace.flush()

    def delete(self, message: Message) -> None:
        """Delete a message; the parent of a thread leaves a tombstone."""
        posting.delete(self.workspace, message)
        self.workspace.flush()

    def react(self, message: Message, name: str) -> None:
        """Add a reaction."""
        posting.react(self.workspace, message, self.id, name)
        self.workspace.flush()

    def unreact(self, message: Message, name: str) -> None:
        """Take a reaction back."""
        posting.unreact(self.workspace, message, self.id, name)
        self.workspace.flush()

    def pin(self, message: Message) -> None:
        """Pin a message."""
        message.channel.pins.append(message.ts)

    def join(self, channel: Conversation) -> None:
        """Enter a public channel."""
        rooms.join(self.workspace, channel, self.id)
        self.workspace.flush()

    def leave(self, channel: Conversation) -> None:
        """Leave a channel."""
        rooms.leave(self.workspace, channel, self.id)
        self.workspace.flush()

    def invite(self, channel: Conversation, other: Person) -> None:
        """Bring someone else in."""
        rooms.join(self.workspace, channel, other.id, inviter=self.id)
        self.workspace.flush()

    def invite_bot(self, channel: Conversation) -> None:
        """Bring the bot in."""
        rooms.join(self.workspace, channel, self.workspace.app.bot_user_id, inviter=self.id)
        self.workspace.flush()

    def remove_bot(self, channel: Conversation) -> None:
        """Throw the bot out."""
        rooms.leave(self.workspace, channel, self.workspace.app.bot_user_id)
        self.workspace.flush()

    def direct(self) -> Conversation:
        """The direct messages between this person and the bot."""
        return self.workspace.direct_channel(self.id)

    def command(self, channel: Conversation, command: str, text: str = "") -> Reply:
        """Type a slash command; @name and #channel become escaped mentions."""
        return self._then(self.interactions.command(self.user, channel, command, self._escape(text)))

    def _escape(self, text: str) -> str:
        words = {f"@{user.name}": f"<@{user.id}|{user.name}>" for user in self.workspace.users.values()}
        for channel in self.workspace.channels.values():
            words[f"#{channel.name}"] = f"<#{channel.id}|{'' if channel.private else channel.name}>"
        for user in self.workspace.users.values():
            words[f"<@{user.id}>"] = f"<@{user.id}|{user.name}>"
        return " ".join(words.get(word, word) for word in text.split(" "))

    def press(
        self, surface: Surface, action_id: str, value: Any = None, *, block_id: str | None = None
    ) -> Reply:
        """Press a button of a message, an ephemeral or a view."""
        if isinstance(surface, Ephemeral) and surface.user != self.id:
            raise NotPossible("someone else's ephemeral")
        return self._then(
            self.interactions.press(self.user, surface, action_id, value=value, block_id=block_id)
        )

    def submit(self, view: View, values: Json | None = None) -> Reply:
        """Fill in and submit a modal."""
        return self._then(self.interactions.submit(self.user, view, values or {}))

    def close(self, view: View) -> Reply | None:
        """Close a modal without submitting."""
        return self.interactions.close(self.user, view)

    def shortcut(self, callback_id: str, message: Message | None = None) -> Reply:
        """Use a shortcut, on a message or from anywhere."""
        return self._then(self.interactions.shortcut(self.user, callback_id, message))

    def open_home(self, tab: str = "home") -> View | None:
        """Look at the app's Home tab."""
        channel = self.direct()
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": channel.id, "tab": tab}
        self.workspace.deliver(event | {"event_ts": self.workspace.event_ts()}, None)
        self.workspace.flush()
        return self.home

    @property
    def views(self) -> list[View]:
        """Their open modals, the visible one last."""
        return list(self.workspace.modals.get(self.id, []))

    @property
    def home(self) -> View | None:
        """Their Home tab of the app, once published."""
        return self.workspace.homes.get(self.id)

    def ephemerals(self, channel: Conversation | None = None) -> list[Ephemeral]:
        """What only they were shown."""
        mine = [note for note in self.workspace.ephemerals if note.user == self.id]
        return [note for note in mine if channel is None or note.channel is channel]

    def reads(self, channel: Conversation) -> list[Message]:
        """What they see in the channel itself, oldest first."""
        if self.id not in channel.members and (channel.private or channel.is_im):
            raise NotPossible(f"{self.name} cannot see this channel")
        return [message for message in channel.messages if message.in_channel]

    def thread(self, message: Message) -> list[Message]:
        """The replies to a message, oldest first."""
        return message.replies

    def _then(self, reply: Reply) -> Reply:
        self.workspace.flush()
        return reply
