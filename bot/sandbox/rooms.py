"""What happens to channels: joining, renaming, archiving, sharing. Each tells the app."""

from __future__ import annotations

from bot.sandbox import posting, render
from bot.sandbox.model import Conversation, Json, Refusal
from bot.sandbox.workspace import Workspace


class Channel(Conversation):
    """A channel with the verbs its owner has."""

    workspace: Workspace

    def rename(self, name: str) -> None:
        """Give it another name."""
        rename(self.workspace, self, name)
        self.workspace.flush()

    def archive(self) -> None:
        """Archive it, which ejects the bot."""
        archive(self.workspace, self)
        self.workspace.flush()

    def unarchive(self) -> None:
        """Bring it back; the bot stays outside."""
        unarchive(self.workspace, self)
        self.workspace.flush()

    def make_private(self) -> None:
        """Convert it from public to private; the id stays."""
        with self.workspace.lock:
            self.private = True
            text = "made this channel private"
            kind = "channel_convert_to_private"
            posting.post(self.workspace, self, subtype=kind, user=self.creator, text=text)
        self.workspace.flush()

    def delete(self) -> None:
        """Remove it for good."""
        with self.workspace.lock:
            _tell(self.workspace, self, "deleted", channel=self.id, actor_id=self.creator)
            self.deleted = True
        self.workspace.flush()

    def share(self, team: str) -> None:
        """Share it with another workspace."""
        self.shared_with.append(team)
        event: Json = {"type": "channel_shared", "connected_team_id": team, "channel": self.id}
        self.workspace.deliver(event | {"event_ts": self.workspace.event_ts()}, self)
        self.workspace.flush()

    def unshare(self, team: str) -> None:
        """Stop sharing it with another workspace."""
        self.shared_with.remove(team)
        event: Json = {"type": "channel_unshared", "previously_connected_team_id": team, "channel": self.id}
        still = {"is_ext_shared": bool(self.shared_with), "event_ts": self.workspace.event_ts()}
        self.workspace.deliver(event | still, self)
        self.workspace.flush()

    def change_id(self) -> str:
        """Move it to another id, as sharing a private channel can do; returns the new one."""
        with self.workspace.lock:
            old, self.id = self.id, self.workspace.new_id("C")
            del self.workspace.channels[old]
            self.workspace.channels[self.id] = self
        event = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": self.id}
        self.workspace.deliver(event | {"event_ts": self.workspace.event_ts()}, self)
        self.workspace.flush()
        return self.id


def create(ws: Workspace, name: str, *, creator: str, members: list[str], private: bool = False) -> Channel:
    """Open a channel; everyone may know of a public one."""
    with ws.lock:
        channel = Channel(ws.new_id("C"), name, ws.team, creator, int(ws.now()), private=private)
        channel.workspace = ws
        channel.members = list(members)
        ws.channels[channel.id] = channel
        if not private:
            about = render.channel_json(channel, member=False)
            ws.deliver({"type": "channel_created", "channel": about, "event_ts": ws.event_ts()}, channel)
    return channel


def join(ws: Workspace, channel: Conversation, user: str, *, inviter: str = "") -> None:
    """Put someone in a channel."""
    with ws.lock:
        if user in channel.members:
            return
        channel.members.append(user)
        extra = {"inviter": inviter} if inviter else {}
        text = f"<@{user}> has joined the channel"
        posting.post(ws, channel, subtype=_system(channel, "join"), user=user, text=text, extra=extra)
        _tell_member(ws, channel, "member_joined_channel", user, extra)


def leave(ws: Workspace, channel: Conversation, user: str) -> None:
    """Take someone out of a channel."""
    with ws.lock:
        if user not in channel.members:
            raise Refusal("not_in_channel")
        text = f"<@{user}> has left the channel"
        posting.post(ws, channel, subtype=_system(channel, "leave"), user=user, text=text)
        _tell_member(ws, channel, "member_left_channel", user, {})
        channel.members.remove(user)


def rename(ws: Workspace, channel: Conversation, name: str) -> None:
    """Give a channel another name."""
    with ws.lock:
        old, channel.name = channel.name, name
        text = f'has renamed the channel from "{old}" to "{name}"'
        extra = {"old_name": old, "name": name}
        posting.post(
            ws, channel, subtype=_system(channel, "name"), user=channel.creator, text=text, extra=extra
        )
        about: Json = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
        about |= {"is_channel": not channel.private, "is_mpim": False}
        _tell(ws, channel, "rename", channel=about)


def archive(ws: Workspace, channel: Conversation) -> None:
    """Archive a channel. The bot is told, then it is out."""
    with ws.lock:
        text = f"<@{channel.creator}> archived the channel"
        posting.post(ws, channel, subtype=_system(channel, "archive"), user=channel.creator, text=text)
        _tell(ws, channel, "archive", channel=channel.id, user=channel.creator, is_moved=0)
        channel.archived = True
        if ws.is_member(channel):
            channel.members.remove(ws.app.bot_user_id)


def unarchive(ws: Workspace, channel: Conversation) -> None:
    """Bring a channel back."""
    with ws.lock:
        channel.archived = False
        text = f"<@{channel.creator}> un-archived the channel"
        posting.post(ws, channel, subtype=_system(channel, "unarchive"), user=channel.creator, text=text)
        _tell(ws, channel, "unarchive", channel=channel.id, user=channel.creator)


def _system(channel: Conversation, what: str) -> str:
    return f"{'group' if channel.private else 'channel'}_{what}"


def _tell(ws: Workspace, room: Conversation, what: str, **fields: object) -> None:
    ws.deliver({"type": _system(room, what), **fields, "event_ts": ws.event_ts()}, room)


def _tell_member(ws: Workspace, channel: Conversation, kind: str, user: str, extra: Json) -> None:
    event = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
    }
    team = ws.users[user].team if user in ws.users else ws.team
    ws.deliver(event | {"team": team, "event_ts": ws.event_ts()} | extra, channel)
