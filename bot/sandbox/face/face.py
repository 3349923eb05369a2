"""The page's side of the server: its parts, the state somebody sees, and what they do."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from bot.sandbox.face import guard, sight
from bot.sandbox.face.gestures import Hands
from bot.sandbox.face.sheet import Asked, Sheet, as_json, shared_file, static
from bot.sandbox.face.sight import Marks
from bot.sandbox.interactions import Interactions
from bot.sandbox.model import Conversation, Json, NotPossible, Refusal
from bot.sandbox.people import Person
from bot.sandbox.workspace import Workspace

PATIENCE = 20.0
"""Seconds a page waits for news before it is told that there are none."""
LONGEST_JUMP = 400 * 86_400.0
_STATIC, _API, _FILES = "/face/", "/face/api/", "/face/files/"


@dataclass(frozen=True)
class Tip:
    """Something to try."""

    title: str
    text: str


class Face:
    """Answers a browser. Requests of the API must carry `guard.OWN`, which only our page sends."""

    def __init__(
        self,
        ws: Workspace,
        interactions: Interactions,
        *,
        jump: Callable[[float], None] | None,
        tick: Callable[[], None],
        guide: Sequence[Tip],
        is_connected: Callable[[], bool],
    ) -> None:
        self._ws = ws
        self._hands = Hands(ws, interactions)
        self._jump = jump
        self._tick = tick
        self._guide = guide
        self._marks = Marks()
        self._is_connected = is_connected

    def has(self, path: str) -> bool:
        """Whether a path is the page's, and not the app's."""
        return path == "/" or path.startswith(_STATIC)

    def answer(self, asked: Asked) -> Sheet:
        """One request."""
        if asked.path.startswith(_API):
            return self._api(asked)
        found: Sheet | None = None
        if asked.method == "GET" and asked.path.startswith(_FILES):
            found = self._file(asked.path.removeprefix(_FILES), asked.query.get("as", ""))
        elif asked.method == "GET":
            found = static(asked.path.removeprefix(_STATIC) if asked.path != "/" else "index.html")
        return found or Sheet(b"There is nothing here.\n", "text/plain; charset=utf-8", 404)

    def _api(self, asked: Asked) -> Sheet:
        if not guard.is_ours(asked.header):
            return as_json({"ok": False, "error": "Only the page itself may ask that."}, 403)
        name = asked.path.removeprefix(_API)
        try:
            if name == "state" and asked.method == "GET":
                return as_json(self._state(asked))
            if asked.method != "POST":
                return as_json({"ok": False, "error": "Only POST."}, 405)
            return as_json({"ok": True} | self._do(name, asked))
        except (NotPossible, Refusal) as error:
            return as_json({"ok": False, "error": f"Not possible: {error}."})
        except (ValueError, TypeError, KeyError, AttributeError):
            return as_json({"ok": False, "error": "That request makes no sense."}, 400)

    def _do(self, name: str, asked: Asked) -> Json:
        sent = json.loads(asked.body or b"{}")
        if not isinstance(sent, dict):
            raise ValueError("no object")
        try:
            return self._leap(sent) if name == "jump" else self._hands.do(name, sent)
        finally:
            self._ws.notify()

    def _leap(self, sent: Json) -> Json:
        seconds = float(sent.get("seconds", 0))
        if self._jump is None:
            raise NotPossible("this clock cannot be moved")
        if not 0 < seconds <= LONGEST_JUMP:
            raise NotPossible("the clock only goes forward, by at most 400 days")
        self._jump(seconds)
        self._tick()
        return {"now": self._ws.now()}

    # What is seen

    def _state(self, asked: Asked) -> Json:
        """Everything one person sees now, or after the next change since the version they have."""
        since = asked.query.get("since", "")
        if since.isdecimal():
            version = self._ws.wait_changed(int(since), PATIENCE)
            if version == int(since):
                return {"version": version, "now": self._ws.now(), "same": True}
        who = self._hands.person(asked.query.get("as") or self._anybody())
        with self._ws.lock:
            return self._seen_by(who, asked)

    def _anybody(self) -> str:
        return next((one["id"] for one in sight.people(self._ws) if not one["bot"] and not one["gone"]), "")

    def _seen_by(self, who: Person, asked: Asked) -> Json:
        ws = self._ws
        shown: Json = {
            "version": ws.version,
            "now": ws.now(),
            "me": who.id,
            "can_jump": self._jump is not None,
        }
        shown |= {"people": sight.people(ws), "app": sight.app(ws, connected=self._is_connected())}
        shown["groups"] = {name: about["handle"] for name, about in ws.usergroups.items()}
        shown["guide"] = [asdict(tip) for tip in self._guide]
        opened = ws.channels.get(asked.query.get("channel", ""))
        if opened is not None and sight.may_see(opened, who.user):
            shown["open"] = self._open(who, opened, asked)
        shown["channels"] = sight.channels(ws, who.user, self._marks)
        shown["views"] = [sight.view(view, at) for at, view in enumerate(who.views, 1)][-1:]
        shown["home"] = sight.view(who.home, 0) if who.home else None
        return shown

    def _open(self, who: Person, channel: Conversation, asked: Asked) -> Json:
        about: Json = {"id": channel.id, "read": self._marks.of(who.id, channel)}
        about["messages"] = sight.messages(self._ws, channel, who.user)
        root = channel.find(asked.query.get("thread", ""))
        about["thread"] = sight.thread(self._ws, root, who.user) if root else None
        if asked.query.get("looking") == "1":
            self._marks.catch_up(who.id, channel)
        return about

    def _file(self, name: str, reader: str) -> Sheet | None:
        """A file, for those who see a message that shares it."""
        file_id = name.partition("/")[0]
        try:
            who = self._hands.person(reader)
        except NotPossible:
            return None
        with self._ws.lock:
            seen = any(
                file.get("id") == file_id
                for channel in self._ws.channels.values()
                if sight.may_see(channel, who.user)
                for message in channel.messages
                for file in message.files
            )
            about, content = self._ws.files.get(file_id), self._ws.uploads.get(file_id)
        return shared_file(str(about["name"]), content) if seen and about and content is not None else None
