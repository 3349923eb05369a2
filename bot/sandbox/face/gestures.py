"""What a person does on the page. Each gesture takes what the page sent and answers what it needs to know."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from collections.abc import Callable

from bot.sandbox import rooms
from bot.sandbox.face import wording
from bot.sandbox.face.sight import may_see
from bot.sandbox.interactions import Interactions, Reply, Surface
from bot.sandbox.model import Conversation, Ephemeral, Json, Message, NotPossible, View
from bot.sandbox.people import Person
from bot.sandbox.workspace import Workspace

LARGEST_FILE = 5_000_000
_LATE = {
    "operation_timeout": "The app did not answer within three seconds. Nothing may have happened; try again.",
    "dispatch_failed": "The app is not listening. Start it, then try again.",
}


class Hands:
    """The gestures of the people of a workspace."""

    def __init__(self, ws: Workspace, interactions: Interactions) -> None:
        self._ws = ws
        self._interactions = interactions

    def person(self, user_id: str) -> Person:
        """Somebody who can be played.

        Raises:
            NotPossible: there is nobody of that id, or it is a bot.
        """
        user = self._ws.users.get(user_id)
        if user is None or user.is_bot or user.deleted or user.id == "USLACKBOT":
            raise NotPossible("nobody you can be")
        return Person(user, self._ws, self._interactions)

    def channel(self, who: Person, channel_id: str) -> Conversation:
        """A channel that this person may know of.

        Raises:
            NotPossible: there is none.
        """
        channel = self._ws.channels.get(channel_id)
        if channel is None or not may_see(channel, who.user):
            raise NotPossible("there is no such channel")
        return channel

    def do(self, gesture: str, sent: Json) -> Json:
        """Do what the page says.

        Raises:
            NotPossible: Slack would not offer it.
            Refusal: Slack would refuse it.
        """
        known = GESTURES.get(gesture)
        if known is None:
            raise NotPossible(f"nobody can {gesture!r}")
        return known(self, self.person(_text(sent, "as")), sent)

    # Messages

    def say(self, who: Person, sent: Json) -> Json:
        """Write a message, with files."""
        channel = self.channel(who, _text(sent, "channel"))
        files = [self._file(who, one) for one in sent.get("files") or []]
        text = _text(sent, "text").strip()
        if not text and not files:
            raise NotPossible("nothing was written")
        thread = _text(sent, "thread") or None
        broadcast = bool(sent.get("broadcast"))
        said = who.say(
            channel, wording.typed(self._ws, text), thread=thread, broadcast=broadcast, files=files
        )
        return {"ts": said.ts}

    def _file(self, who: Person, sent: Json) -> Json:
        name = _text(sent, "name").replace("/", "_")[:200] or "file"
        try:
            content = base64.b64decode(_text(sent, "content"), validate=True)
        except binascii.Error:
            raise NotPossible("that file did not arrive whole") from None
        if not 0 < len(content) <= LARGEST_FILE:
            raise NotPossible("a file holds between one byte and five megabytes here")
        about: Json = {"id": self._ws.new_id("F"), "name": name, "title": name, "size": len(content)}
        about |= {"mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream", "user": who.id}
        about["url_private"] = f"{self._ws.url}files/{about['id']}/{name}"
        self._ws.files[about["id"]], self._ws.uploads[about["id"]] = about, content
        return about

    def edit(self, who: Person, sent: Json) -> Json:
        """Change one's own message."""
        text = _text(sent, "text").strip()
        if not text:
            raise NotPossible("nothing was written")
        who.edit(self._message(who, sent), wording.typed(self._ws, text))
        return {}

    def delete(self, who: Person, sent: Json) -> Json:
        """Delete one's own message."""
        message = self._message(who, sent)
        if message.user != who.id:
            raise NotPossible("not your message")
        who.delete(message)
        return {}

    def react(self, who: Person, sent: Json) -> Json:
        """Add a reaction, or take it back where it is there already."""
        message, name = self._message(who, sent), _text(sent, "name")
        if message.channel.archived or not name:
            raise NotPossible("nobody can react here")
        if who.id in message.reactions.get(name, ()):
            who.unreact(message, name)
        else:
            who.react(message, name)
        return {}

    def _message(self, who: Person, sent: Json) -> Message:
        found = self.channel(who, _text(sent, "channel")).find(_text(sent, "ts"))
        if found is None or found.subtype == "tombstone":
            raise NotPossible("that message is gone")
        return found

    # The app

    def command(self, who: Person, sent: Json) -> Json:
        """Type a slash command."""
        channel = self.channel(who, _text(sent, "channel"))
        if channel.archived or who.id not in channel.members:
            raise NotPossible("join the channel first")
        name, _, words = _text(sent, "text").strip().partition(" ")
        return _answered(who.command(channel, name, words.strip()))

    def press(self, who: Person, sent: Json) -> Json:
        """Press a button, or choose something; in a view what was typed so far goes along."""
        surface = self._surface(who, sent)
        if isinstance(surface, View):
            known = {block["block_id"] for block in surface.blocks}
            values = sent.get("values") or {}
            surface.typed |= {name: value for name, value in values.items() if name in known}
        action, block = _text(sent, "action"), _text(sent, "block") or None
        return _answered(who.press(surface, action, sent.get("value"), block_id=block))

    def _surface(self, who: Person, sent: Json) -> Surface:
        if view_id := _text(sent, "view"):
            shown = [*who.views, *([who.home] if who.home else [])]
            found: Surface | None = next((view for view in shown if view.id == view_id), None)
        elif sent.get("only_you"):
            found = self._note(who, sent)
        else:
            return self._message(who, sent)
        if found is None:
            raise NotPossible("that is not on the screen any more")
        return found

    def _note(self, who: Person, sent: Json) -> Ephemeral | None:
        channel = self.channel(who, _text(sent, "channel"))
        return next((note for note in who.ephemerals(channel) if note.ts == _text(sent, "ts")), None)

    def dismiss(self, who: Person, sent: Json) -> Json:
        """Put away what only this person sees."""
        if note := self._note(who, sent):
            self._ws.ephemerals.remove(note)
        return {}

    def submit(self, who: Person, sent: Json) -> Json:
        """Submit the modal on top."""
        return _answered(who.submit(self._view(who, sent), dict(sent.get("values") or {})))

    def close(self, who: Person, sent: Json) -> Json:
        """Close the modal on top."""
        who.close(self._view(who, sent))
        return {}

    def _view(self, who: Person, sent: Json) -> View:
        found = next((view for view in who.views if view.id == _text(sent, "view")), None)
        if found is None:
            raise NotPossible("this window is closed already")
        return found

    def shortcut(self, who: Person, sent: Json) -> Json:
        """Use a shortcut, on a message where one is named."""
        message = self._message(who, sent) if sent.get("ts") else None
        return _answered(who.shortcut(_text(sent, "id"), message))

    def home(self, who: Person, _sent: Json) -> Json:
        """Open the app's Home tab."""
        who.open_home()
        return {}

    # Channels

    def create(self, who: Person, sent: Json) -> Json:
        """Open a channel."""
        name = _text(sent, "name").strip().lstrip("#").lower().replace(" ", "-")[:80]
        if who.user.guest:
            raise NotPossible("guests cannot create channels")
        if not name or any(channel.name == name for channel in self._ws.channels.values()):
            raise NotPossible("a channel needs a name nobody has taken")
        private = bool(sent.get("private"))
        channel = rooms.create(self._ws, name, creator=who.id, members=[who.id], private=private)
        self._ws.flush()
        return {"channel": channel.id}

    def join(self, who: Person, sent: Json) -> Json:
        """Enter a public channel."""
        who.join(self.channel(who, _text(sent, "channel")))
        return {}

    def leave(self, who: Person, sent: Json) -> Json:
        """Leave a channel."""
        who.leave(self.channel(who, _text(sent, "channel")))
        return {}

    def invite(self, who: Person, sent: Json) -> Json:
        """Bring somebody, or the bot, into a channel one is in."""
        channel, other = self._own_channel(who, sent), _text(sent, "person")
        if other not in self._ws.users:
            raise NotPossible("there is nobody of that name")
        rooms.join(self._ws, channel, other, inviter=who.id)
        self._ws.flush()
        return {}

    def archive(self, who: Person, sent: Json) -> Json:
        """Archive a channel, or bring it back."""
        channel = self._own_channel(who, sent)
        (rooms.unarchive if channel.archived else rooms.archive)(self._ws, channel)
        self._ws.flush()
        return {}

    def _own_channel(self, who: Person, sent: Json) -> Conversation:
        channel = self.channel(who, _text(sent, "channel"))
        if who.id not in channel.members or channel.is_im or who.user.guest:
            raise NotPossible("only members of a channel can do that, and no guests")
        return channel


Gesture = Callable[[Hands, Person, Json], Json]
GESTURES: dict[str, Gesture] = {
    "say": Hands.say,
    "edit": Hands.edit,
    "delete": Hands.delete,
    "react": Hands.react,
    "command": Hands.command,
    "press": Hands.press,
    "dismiss": Hands.dismiss,
    "submit": Hands.submit,
    "close": Hands.close,
    "shortcut": Hands.shortcut,
    "home": Hands.home,
    "create": Hands.create,
    "join": Hands.join,
    "leave": Hands.leave,
    "invite": Hands.invite,
    "archive": Hands.archive,
}


def _answered(reply: Reply) -> Json:
    return {} if reply.ok else {"ok": False, "error": _LATE.get(str(reply.error), str(reply.error))}


def _text(sent: Json, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""
