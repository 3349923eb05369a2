"""Commands, buttons, modals and shortcuts: what the app is sent, and what its answer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox import controls, methods_views, render, responses
from bot.sandbox.courier import Courier
from bot.sandbox.desk import Desk
from bot.sandbox.model import Conversation, Ephemeral, Json, Message, NotPossible, Refusal, User, View
from bot.sandbox.tickets import Tickets
from bot.sandbox.transport import Answer, Delivery

Surface = Message | Ephemeral | View


@dataclass(frozen=True)
class Reply:
    """What the app acknowledged with; status 0 and an error when it did not in time."""

    status: int
    body: Any = None
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the person saw no error."""
        return self.error is None


class Interactions:
    """Carries one person's gestures to the app."""

    def __init__(self, desk: Desk, courier: Courier) -> None:
        self._desk = desk
        self._ws = desk.ws
        self._courier = courier

    @property
    def tickets(self) -> Tickets:
        """Where trigger ids and response URLs come from."""
        return self._desk.tickets

    def command(self, user: User, channel: Conversation, command: str, text: str) -> Reply:
        """A slash command. It never says which thread it was typed in."""
        if command not in self._ws.app.commands:
            raise NotPossible(f"no app has the command {command}")
        name = "privategroup" if channel.private else channel.name
        payload = {
            "token": "verification-token",
            "team_id": self._ws.team,
            "team_domain": "sandbox",
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self._ws.app.app_id,
            "is_enterprise_install": "false",
            "response_url": self._desk.tickets.response_url(user.id, channel),
            "trigger_id": self._desk.tickets.trigger(user.id),
        }
        reply = self._send("slash_commands", payload)
        if reply.ok and reply.body:
            return self._say(user, channel, reply)
        return reply

    def _say(self, user: User, channel: Conversation, reply: Reply) -> Reply:
        body = reply.body if isinstance(reply.body, dict) else {"text": str(reply.body)}
        try:
            responses.check(self._ws, "ack", body)
        except Refusal as refusal:
            return Reply(reply.status, reply.body, refusal.error)
        responses.say(self._ws, channel, user.id, body)
        return reply

    def press(
        self, user: User, surface: Surface, action_id: str, *, value: Any, block_id: str | None
    ) -> Reply:
        """Press a button, or choose something outside a form."""
        block, element = controls.find(surface.blocks, action_id, value=value, block_id=block_id)
        pressed = controls.action(block, element, value=value, at=self._ws.event_ts())
        if isinstance(surface, View) and element["type"] in controls.INITIAL:
            surface.typed[block["block_id"]] = {action_id: controls.state(element, value)}
        payload = self._gesture(user, "block_actions", surface) | {"actions": [pressed]}
        return self._send("interactive", payload)

    def shortcut(self, user: User, callback_id: str, message: Message | None) -> Reply:
        """A shortcut, on a message or from anywhere."""
        if message is None:
            payload = self._about(user, "shortcut", None)
        else:
            payload = self._gesture(user, "message_action", message) | {"message_ts": message.ts}
            del payload["container"], payload["state"]
        return self._send(
            "interactive", payload | {"callback_id": callback_id, "action_ts": self._ws.event_ts()}
        )

    def submit(self, user: User, view: View, values: Json) -> Reply:
        """Submit a modal and do what the app answers."""
        stack = self._ws.modals.get(user.id, [])
        if view not in stack:
            raise NotPossible("this modal is not open")
        if not view.body.get("submit"):
            raise NotPossible("this modal has nothing to submit")
        state = controls.values_of(view.blocks, view.typed | values)
        if missing := controls.missing_fields(view.blocks, state):
            raise NotPossible(f"required fields are empty: {missing}")
        view.typed |= values
        shown = self._view(view) | {"state": {"values": state}}
        payload = self._about(user, "view_submission", view.id) | {"view": shown, "response_urls": []}
        reply = self._send("interactive", payload)
        return self._follow(view, reply) if reply.ok else reply

    def close(self, user: User, view: View) -> Reply | None:
        """Close a modal; the app hears of it only when it asked to."""
        stack = self._ws.modals.get(user.id, [])
        if view not in stack:
            raise NotPossible("this modal is not open")
        stack.remove(view)
        if not view.body.get("notify_on_close"):
            return None
        payload = self._about(user, "view_closed", None) | {"view": self._view(view), "is_cleared": False}
        return self._send("interactive", payload)

    def _follow(self, view: View, reply: Reply) -> Reply:
        """Carry out the response_action of a submission."""
        body = reply.body if isinstance(reply.body, dict) else {}
        stack = self._ws.modals[view.user]
        todo = body.get("response_action")
        try:
            with self._ws.lock:
                self._apply(view, stack, todo, body)
        except Refusal as refusal:
            return Reply(reply.status, reply.body, refusal.error)
        return reply

    def _apply(self, view: View, stack: list[View], todo: str | None, body: Json) -> None:
        if todo == "errors":
            view.errors = _errors(view, body)
        elif todo == "update":
            methods_views.replace_body(
                self._ws, view, methods_views.check_view(self._ws, "ack", body.get("view"))
            )
        elif todo == "push":
            content = methods_views.check_view(self._ws, "ack", body.get("view"))
            methods_views.push_view(self._ws, view.user, content)
        elif todo == "clear":
            stack.clear()
        elif todo is None and view in stack:
            stack.remove(view)
        elif todo is not None:
            raise Refusal("invalid_response_action")

    def _gesture(self, user: User, kind: str, surface: Surface) -> Json:
        if isinstance(surface, View):
            payload = self._about(user, kind, surface.id) | {"view": self._view(surface)}
            return payload | {"container": {"type": "view", "view_id": surface.id}}
        payload = self._about(user, kind, None)
        channel = surface.channel
        container: Json = {"type": "message", "message_ts": surface.ts, "channel_id": channel.id}
        container["is_ephemeral"] = isinstance(surface, Ephemeral)
        if surface.thread_ts:
            container["thread_ts"] = surface.thread_ts
        payload |= {"container": container, "state": {"values": controls.values_of(surface.blocks, {})}}
        payload["channel"] = {"id": channel.id, "name": "privategroup" if channel.private else channel.name}
        if isinstance(surface, Message):
            payload["message"] = render.stored_message_json(surface, self._ws.app, metadata=True)
        return payload | {"response_url": self._desk.tickets.response_url(user.id, channel, surface)}

    def _view(self, view: View) -> Json:
        shown = render.view_json(view, team=self._ws.team, app=self._ws.app)
        return shown | {"state": {"values": controls.values_of(view.blocks, view.typed)}}

    def _about(self, user: User, kind: str, view_id: str | None) -> Json:
        who = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team}
        return {
            "type": kind,
            "token": "verification-token",
            "team": {"id": self._ws.team, "domain": "sandbox"},
            "user": who,
            "api_app_id": self._ws.app.app_id,
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._desk.tickets.trigger(user.id, from_view=view_id),
        }

    def _send(self, kind: str, payload: Json) -> Reply:
        return _as_reply(self._courier.send(Delivery(kind, payload)))


def _as_reply(answer: Answer) -> Reply:
    if answer.ok:
        return Reply(answer.status, answer.body)
    late = answer.reason == "http_timeout"
    return Reply(answer.status, answer.body, "operation_timeout" if late else "dispatch_failed")


def _errors(view: View, body: Json) -> dict[str, str]:
    errors = {str(name): str(words) for name, words in (body.get("errors") or {}).items()}
    inputs = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not errors or not set(errors) <= inputs:
        raise Refusal("invalid_errors")
    return errors
