"""What arrives over HTTP: its signature first, then what it says, then Bolt.

Bolt alone parses before it checks who sent it, answers 500 to what it cannot parse, and takes a command
with the word `payload` in it for an empty request (slack_bolt 1.30, `request/internals.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PATH = "/slack/events"
DEEPEST = 60
"""Levels of nesting. Slack's own payloads stay below 20."""
FIELDS = 100
"""Slack's forms have 15 fields."""
_GESTURES_ONLY = frozenset({"view", "actions", "user", "message", "channel", "command", "callback_id"})
"""What no event has beside its `event`, and Bolt would look into."""
_GESTURES = frozenset(
    {"block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"}
)
"""What people do in messages and windows; Bolt looks into older kinds of payloads without care."""
_STATUS = {200: "200 OK", 400: "400 Bad Request", 401: "401 Unauthorized", 404: "404 Not Found"}

Payload = dict[str, Any]


class Intake:
    """The WSGI application behind the request URL.

    Answers 404 elsewhere, 401 to what Slack did not sign within the last five minutes, 400 to what it
    signed and cannot have meant. Nothing of a request is logged.
    """

    def __init__(self, app: App, verifier: SignatureVerifier) -> None:
        self._app = app
        self._verifier = verifier

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        answer = self._answer(environ)
        body = (answer.body or "").encode()
        fields = [(name, value) for name, values in answer.headers.items() for value in values]
        fields = [field for field in fields if field[0].lower() != "content-length"]
        start_response(
            _STATUS.get(answer.status, str(answer.status) + " "),
            [*fields, ("Content-Length", str(len(body)))],
        )
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> BoltResponse:
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") != "POST":
            return _refusal(404)
        text = _text(environ)
        if text is None:
            return _refusal(400)
        if not self._is_signed(environ, text):
            return _refusal(401)
        payload = parse(text, str(environ.get("CONTENT_TYPE", "")))
        if payload is None:
            return _refusal(400)
        try:
            # Verified and parsed, as what comes over a socket is.
            request = BoltRequest(body=payload, headers=_headers(environ), mode="socket_mode")
        except (TypeError, KeyError, AttributeError, ValueError):
            return _refusal(400)
        return self._app.dispatch(request)

    def _is_signed(self, environ: WSGIEnvironment, text: str) -> bool:
        stamp = str(environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""))
        signature = str(environ.get("HTTP_X_SLACK_SIGNATURE", ""))
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()):
            return False
        return bool(self._verifier.is_valid(body=text, timestamp=stamp, signature=signature))


def _text(environ: WSGIEnvironment) -> str | None:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    try:
        body: bytes = environ["wsgi.input"].read(int(length))
        return body.decode("utf-8")
    except ValueError:
        return None


def _headers(environ: WSGIEnvironment) -> dict[str, str | Sequence[str]]:
    return {
        name.removeprefix("HTTP_").lower().replace("_", "-"): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }


def _refusal(status: int) -> BoltResponse:
    return BoltResponse(status=status, body=_STATUS[status], headers={"content-type": ["text/plain"]})


def parse(text: str, content_type: str) -> Payload | None:
    """A request's body as the payload it means; None where it is none of Slack's."""
    if content_type.startswith("application/json") or text.startswith("{"):
        payload = _json(text)
        if payload is None or not _is_event(payload):
            return None
        return {name: value for name, value in payload.items() if name not in _GESTURES_ONLY}
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError:
        return None
    if "payload" in form:
        payload = _json(form["payload"])
        return payload if payload is not None and _is_gesture(payload) else None
    return form if "command" in form or "ssl_check" in form else None


def _json(text: str) -> Payload | None:
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    # Bolt looks into what is null as if it were there.
    return {name: value for name, value in found.items() if value is not None}


def _depth(text: str) -> int:
    """How deep the brackets of a JSON text nest, those within strings left out."""
    deepest = depth = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            quoted, escaped = char != '"' or escaped, char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _is_event(payload: Payload) -> bool:
    """An Events API request: typed, and an inner event with a type where there is one."""
    if not _texts(payload, "type", needed=True) or not _texts(payload, "team_id", "event_id"):
        return False
    inner, whose = payload.get("event"), payload.get("authorizations", [])
    if not isinstance(whose, list) or not all(_is_mapping(one) for one in whose):
        return False
    if payload["type"] != "event_callback":
        return inner is None or _is_mapping(inner)
    return _is_mapping(inner) and _texts(inner, "type", needed=True)


def _is_gesture(payload: Payload) -> bool:
    """A button, modal or shortcut: by a person, with what our listeners read in its place."""
    user, view, channel = payload.get("user"), payload.get("view"), payload.get("channel")
    if not _texts(payload, "type", needed=True) or payload["type"] not in _GESTURES:
        return False
    if not _texts(payload, "trigger_id", "callback_id", "response_url"):
        return False
    if not (_is_mapping(user) and _texts(user, "id", needed=True)):
        return False
    for name in ("team", "channel", "message", "container"):
        part = payload.get(name)
        if part is not None and not (_is_mapping(part) and _texts(part, "id", "ts", "thread_ts")):
            return False
    if payload["type"] in ("view_submission", "view_closed"):
        return _is_view(view) and (payload["type"] == "view_closed" or _is_mapping((view or {}).get("state")))
    if payload["type"] == "block_actions":
        return _are_actions(payload.get("actions")) and (view is None or _is_view(view))
    return channel is None or _texts(channel, "id", needed=True)


def _is_view(view: Any) -> bool:
    if not _is_mapping(view) or not _texts(view, "id", "callback_id", "private_metadata"):
        return False
    state = view.get("state")
    return (state is None or _is_mapping(state)) and _texts(view, "callback_id", "type", needed=True)


def _are_actions(actions: Any) -> bool:
    if not isinstance(actions, list) or not actions:
        return False
    return all(
        _is_mapping(one)
        and _texts(one, "action_id", "type", needed=True)
        and _texts(one, "value", "block_id")
        for one in actions
    )


def _is_mapping(value: Any) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _texts(part: Mapping[str, object], *names: str, needed: bool = False) -> bool:
    """Whether these are texts, or (unless `needed`) not there."""
    values = (part.get(name) for name in names)
    return all(isinstance(value, str) or (value is None and not needed) for value in values)
