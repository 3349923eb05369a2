"""The stand-in as a whole: one object to start, act through and look into."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

from bot.sandbox import alerts, envelope, posting, rooms
from bot.sandbox.alerts import Alert
from bot.sandbox.api import WebApi
from bot.sandbox.courier import Courier
from bot.sandbox.delivery import Attempt, Outbox
from bot.sandbox.desk import Desk
from bot.sandbox.face import Face, Tip
from bot.sandbox.faults import Faults
from bot.sandbox.interactions import Interactions
from bot.sandbox.model import Call, Conversation, Json, Message, Ping, Rejected, SandboxApp, User
from bot.sandbox.people import Person
from bot.sandbox.rooms import Channel
from bot.sandbox.server import Front, Server
from bot.sandbox.sockets import Sockets
from bot.sandbox.tickets import Response, Tickets
from bot.sandbox.workspace import Workspace

EVERYWHERE = frozenset({"", "0.0.0.0"})  # noqa: S104 - compared with, not listened on


class PersonFields(TypedDict, total=False):
    """What can be said of a person."""

    real_name: str
    display_name: str
    tz: str
    guest: bool
    external: bool
    deleted: bool
    is_bot: bool


class Sandbox:
    """A local Slack. Nothing listens until it is started."""

    def __init__(
        self,
        *,
        now: Callable[[], float],
        team: str = "T0SANDBOX",
        rate_limits: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._ws = Workspace(now=now, team=team)
        self._address = (host, port)
        self.face: Face | None = None
        self._server: Server | None = None
        self.faults = Faults()
        self.asynchronous = False
        self.sockets = Sockets(self._ws)
        self._desk = Desk(self._ws, Tickets(self._ws), self.sockets.issue)
        self._api = WebApi(self._desk, self.faults)
        self._api.rate_limits = rate_limits
        self._courier = Courier(self._ws, self.sockets)
        self._outbox = Outbox(self._courier.send, now=now, faults=self.faults)
        self._front = Front(self._desk, self._api)
        self._interactions = Interactions(self._desk, self._courier)
        self._bots = itertools.count(1)
        self.faults.on_release = self._release
        self._ws.deliver = self._deliver
        self._ws.flush = self._flushed

    # Life

    def start(self) -> Self:
        """Listen: on loopback unless another host was given.

        Raises:
            OSError: the port is taken or may not be used.
        """
        self._server = Server(self._front, *self._address, face=self.face)
        host = "127.0.0.1" if self._address[0] in EVERYWHERE else self._address[0]
        self._ws.url = f"http://{host}:{self._server.server_port}/"
        self._server.start()
        self._outbox.start()
        return self

    def stop(self) -> None:
        """Stop listening and delivering."""
        self._outbox.stop()
        self.sockets.stop()
        if self._server is not None:
            self._server.stop()
            self._server = None
            self._ws.notify()

    def show(self, *, jump: Callable[[float], None] | None = None, guide: Sequence[Tip] = ()) -> None:
        """Give it a face, before it starts: a page at its address on which people play.

        `jump` moves the clock by seconds, where it can be moved; `guide` is what to try.
        """

        def is_connected() -> bool:
            return bool(self.sockets.count or self.app.request_url)

        self.face = Face(
            self._ws, self._interactions, jump=jump, tick=self.tick, guide=guide, is_connected=is_connected
        )

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    # What is there

    @property
    def url(self) -> str:
        """The base_url for a WebClient."""
        return f"{self._ws.url}api/"

    @property
    def app(self) -> SandboxApp:
        """The app as installed."""
        return self._ws.app

    @property
    def workspace(self) -> Workspace:
        """All state, for those who need to look closer."""
        return self._ws

    @property
    def calls(self) -> list[Call]:
        """Every Web API request so far."""
        return self._ws.calls

    @property
    def rejections(self) -> list[Rejected]:
        """Every payload that broke a limit."""
        return self._ws.rejections

    @property
    def pings(self) -> list[Ping]:
        """Every mention the bot posted that would have notified someone."""
        return self._ws.pings

    @property
    def responses(self) -> list[Response]:
        """Everything sent to response URLs."""
        return self._front.responses

    @property
    def attempts(self) -> list[Attempt]:
        """Every event delivery that was tried, with its answer."""
        return self._outbox.attempts

    @property
    def clamp(self) -> bool:
        """Whether history and replies give 15 objects once a minute."""
        return self._desk.clamp

    @clamp.setter
    def clamp(self, value: bool) -> None:
        self._desk.clamp = value

    @property
    def patience(self) -> float:
        """How many seconds of real time the app has to acknowledge."""
        return self._courier.patience

    @patience.setter
    def patience(self, seconds: float) -> None:
        self._courier.patience = seconds

    # Who and where

    def person(self, name: str, **fields: Unpack[PersonFields]) -> Person:
        """Someone new in the workspace, or a stranger when external."""
        team = "T0STRANGER" if fields.get("external") else self._ws.team
        user = User(self._ws.new_id("U"), name, team, **fields)
        with self._ws.lock:
            self._ws.users[user.id] = user
        return Person(user, self._ws, self._interactions)

    def channel(
        self,
        name: str,
        *,
        members: Sequence[Person] = (),
        private: bool = False,
        creator: Person | None = None,
    ) -> Channel:
        """A new channel; the bot is not in it until it joins or is invited."""
        first = creator or next(iter(members), None)
        ids = [person.id for person in members]
        who = first.id if first else "USLACKBOT"
        channel = rooms.create(self._ws, name, creator=who, members=ids, private=private)
        self._flush()
        return channel

    def usergroup(self, handle: str, *, members: Sequence[Person] = (), name: str = "") -> str:
        """A new user group; returns its id."""
        group = self._ws.new_id("S")
        users = [person.id for person in members]
        about = {
            "id": group,
            "handle": handle,
            "name": name or handle,
            "users": users,
            "user_count": len(users),
        }
        self._ws.usergroups[group] = about
        return group

    def alert(
        self, channel: Conversation, *, username: str = "Datadog", text: str = "", **fields: Any
    ) -> Alert:
        """A message of another integration: no user, a bot_id of its own."""
        bot_id = f"B{next(self._bots):08d}"
        alert = alerts.post(self._ws, channel, bot_id=bot_id, username=username, text=text, **fields)
        self._flush()
        return alert

    def unfurl(self, message: Message, attachments: list[Json]) -> None:
        """Let Slack add link previews to a message, which counts as no edit."""
        posting.change(self._ws, message, by=None, attachments=attachments)
        self._flush()

    # Deliveries

    def events(self, *payloads: Json) -> None:
        """Deliver raw events: inner events are wrapped, whole envelopes go as they are."""
        for payload in payloads:
            whole = "event" in payload or payload.get("type") == "app_rate_limited"
            self._outbox.put(payload if whole else envelope.wrap(self._ws, payload, None))
        self._flush()

    def uninstall(self) -> None:
        """Remove the app: both events, and the token stops working."""
        self._deliver(
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.bot_user_id]}}, None
        )
        self._deliver({"type": "app_uninstalled"}, None)
        self.app.revoked = True
        self._flush()

    def settle(self, timeout: float = 10) -> bool:
        """Wait until nothing is on its way; False when that took too long."""
        return self._outbox.wait_idle(timeout)

    def until(self, condition: Callable[[], object], timeout: float = 10) -> bool:
        """Wait until the app has made something true; looked at after its requests and now and then."""
        deadline = time.monotonic() + timeout
        with self._ws.heard:
            while not (met := bool(condition())) and time.monotonic() < deadline:
                self._ws.heard.wait(0.02)
        return met

    def tick(self) -> None:
        """Send again what is due now that the clock was advanced."""
        self._outbox.tick()
        self._flush()

    def hold_events(self) -> None:
        """Keep events back."""
        self.faults.hold_events()

    def release_events(self, order: Sequence[int] | str | None = None) -> None:
        """Deliver held events, in the order of these indices, "reversed", or as they came."""
        self.faults.release_events(order)

    def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask every socket to reconnect."""
        self.sockets.refresh(reason)

    def _flushed(self) -> None:
        self._flush()
        self._ws.notify()

    def _release(self, order: Sequence[int] | str | None) -> None:
        self._outbox.release(order)
        self._flush()

    def _deliver(self, event: Json, channel: Conversation | None) -> None:
        if envelope.wanted(self._ws, event, channel):
            self._outbox.put(envelope.wrap(self._ws, event, channel))

    def _flush(self) -> None:
        if not self.asynchronous and self._server is not None:
            self._outbox.wait(timeout=30)
