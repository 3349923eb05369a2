"""Short-lived permissions handed to the app: trigger ids and response URLs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.model import Conversation, Ephemeral, Json, Message, Refusal
from bot.sandbox.workspace import Workspace

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass
class Trigger:
    """The right to open one modal for one person."""

    user: str
    issued: float
    from_view: str | None
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer one interaction a few times."""

    user: str
    channel: Conversation
    issued: float
    source: Message | Ephemeral | None
    uses: int = 0


@dataclass(frozen=True)
class Response:
    """What the app sent to a response URL."""

    user: str
    channel: Conversation
    body: Json
    error: str | None


class Tickets:
    """Issues them and honours them, by the sandbox clock."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def trigger(self, user: str, *, from_view: str | None = None) -> str:
        """A new trigger id."""
        name = self._ws.new_id("trigger.")
        self._triggers[name] = Trigger(user, self._ws.now(), from_view)
        return name

    def redeem(self, name: str) -> Trigger:
        """Use a trigger id up."""
        trigger = self._triggers.get(name)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._ws.now() - trigger.issued > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(
        self, user: str, channel: Conversation, source: Message | Ephemeral | None = None
    ) -> str:
        """A new response URL."""
        name = self._ws.new_id("response-")
        self._urls[name] = ResponseUrl(user, channel, self._ws.now(), source)
        return f"{self._ws.url}response/{name}"

    def answer(self, name: str) -> ResponseUrl:
        """Use a response URL once."""
        url = self._urls.get(name)
        if url is None or self._ws.now() - url.issued > RESPONSE_SECONDS:
            raise Refusal("expired_url")
        if url.uses >= RESPONSE_USES:
            raise Refusal("used_url")
        url.uses += 1
        return url
