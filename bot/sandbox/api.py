"""The Web API: who calls, may they, how often, and what went wrong on the way."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import methods_chat, methods_conversations, methods_marks, methods_people, methods_views
from bot.sandbox.args import Args
from bot.sandbox.desk import Desk, Method
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.model import Call, Json, Refusal
from bot.sandbox.rates import Rates

METHODS: dict[str, Method] = (
    methods_chat.METHODS
    | methods_conversations.METHODS
    | methods_marks.METHODS
    | methods_people.METHODS
    | methods_views.METHODS
)


@dataclass(frozen=True)
class Outcome:
    """The answer to one request; a dropped one is never sent."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False
    delay: float = 0.0


class WebApi:
    """Answers method calls."""

    def __init__(self, desk: Desk, faults: Faults) -> None:
        self._desk = desk
        self._faults = faults
        self._rates = Rates()
        self.rate_limits = False
        self._nap = threading.Event()

    def stops(self, kind: str) -> Outcome | None:
        """The answer to a request besides the methods (`response`, `upload`, `files`) that is not let
        through; None if it is."""
        return stopped_by(self._faults.next_for(kind))

    def call(self, name: str, values: Json, token: str) -> Outcome:
        """One request, noted in the list of calls whatever becomes of it."""
        outcome = self._answer(name, values, token)
        said = "ok" if outcome.body.get("ok") else str(outcome.body.get("error", outcome.status))
        if outcome.dropped:
            said = "lost_answer" if outcome.body.get("ok") else "dropped"
        ws = self._desk.ws
        with ws.lock:
            ws.calls.append(Call(name, values, ws.now(), said))
        ws.notify()
        self._nap.wait(outcome.delay)
        return outcome

    def _answer(self, name: str, values: Json, token: str) -> Outcome:
        fault = self._faults.next_for(name)
        delay = self._faults.delay_of(name)
        if stopped := stopped_by(fault):
            return stopped
        if wait := self._wait(name, values):
            return _limited(wait)
        self._faults.reached("before", name, values)
        body = self._run(name, Args(values), token)
        self._faults.reached("after", name, values)
        scopes = ",".join(sorted(self._desk.ws.app.scopes))
        dropped = fault is not None and fault.kind == "lose_answer"
        return Outcome(body, headers={"x-oauth-scopes": scopes}, dropped=dropped, delay=delay)

    def _wait(self, name: str, values: Json) -> int:
        ws, clamp = self._desk.ws, self._desk.clamp
        with ws.lock:
            channel = str(values.get("channel", ""))
            return self._rates.wait(name, channel, now=ws.now(), clamp=clamp, limited=self.rate_limits)

    def _run(self, name: str, args: Args, token: str) -> Json:
        method = METHODS.get(name)
        try:
            if method is None:
                raise Refusal("unknown_method", req_method=name)
            self._authorise(method, args, token)
            with self._desk.ws.lock:
                return {"ok": True} | method.run(self._desk, args)
        except Refusal as refusal:
            return {"ok": False, "error": refusal.error} | refusal.more

    def _authorise(self, method: Method, args: Args, token: str) -> None:
        app = self._desk.ws.app
        if method.token == "any":  # noqa: S105 - the kind of token, not one
            return
        if not token:
            raise Refusal("not_authed")
        if app.revoked:
            raise Refusal("account_inactive")
        if token not in (app.bot_token, app.app_token):
            raise Refusal("invalid_auth")
        expected = app.app_token if method.token == "app" else app.bot_token  # noqa: S105 - the same
        if token != expected:
            raise Refusal("not_allowed_token_type")
        scope = method.scope_for(self._desk.ws.channels.get(args.text("channel")))
        if scope and scope not in app.scopes:
            raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(app.scopes)))


def stopped_by(fault: Fault | None) -> Outcome | None:
    """The answer to a request that has no effect for this fault; None if it has one."""
    if fault is None or fault.kind == "lose_answer":
        return None
    if fault.kind == "drop_request":
        return Outcome({}, dropped=True)
    if fault.kind == "rate_limit":
        return _limited(fault.retry_after)
    if fault.kind == "refuse":
        return Outcome({"ok": False, "error": fault.error})
    return Outcome({"ok": False, "error": "internal_error"}, status=fault.status)


def _limited(seconds: int) -> Outcome:
    return Outcome({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})


def bearer(header: str, values: dict[str, Any]) -> str:
    """The token of a request, from its header or its arguments."""
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return str(values.pop("token", ""))
