"""views.*: modals and Home tabs."""

from __future__ import annotations

from typing import Any

from bot.sandbox import limits, render
from bot.sandbox.args import Args
from bot.sandbox.desk import Desk, Method
from bot.sandbox.model import Json, Refusal, Rejected, View
from bot.sandbox.workspace import Workspace

MAX_STACK = 3


def check_view(ws: Workspace, method: str, body: Any) -> Json:
    """The view as it will be stored, or a refusal."""
    if not isinstance(body, dict):
        raise Refusal("invalid_arguments")
    problems = limits.check_view(body)
    if problems:
        error = limits.view_error(problems)
        ws.rejections.append(Rejected(method, error, tuple(problems), body))
        raise Refusal(error, response_metadata=limits.as_metadata(problems))
    return body | {"blocks": render.with_block_ids(body.get("blocks"), lambda: ws.new_id("b"))}


def new_view(ws: Workspace, user: str, body: Json, *, above: View | None = None) -> View:
    """A view nobody has seen yet."""
    name = ws.new_id("V")
    root = above.root_id if above else name
    return View(
        name, user, body, hash=ws.new_id("hash"), root_id=root, previous_id=above.id if above else None
    )


def replace_body(ws: Workspace, view: View, body: Json) -> None:
    """Put other content in a view that is open; what was typed in kept inputs stays."""
    view.body, view.hash, view.errors = body, ws.new_id("hash"), {}
    kept = {block["block_id"] for block in body["blocks"]}
    view.typed = {name: value for name, value in view.typed.items() if name in kept}


def push_view(ws: Workspace, user: str, body: Json) -> View:
    """Lay a view on top of the stack."""
    stack = ws.modals.setdefault(user, [])
    if len(stack) >= MAX_STACK:
        raise Refusal("push_limit_reached")
    view = new_view(ws, user, body, above=stack[-1] if stack else None)
    stack.append(view)
    return view


def open_view(desk: Desk, args: Args) -> Json:
    """Open a modal for whoever pressed something a moment ago."""
    body = check_view(desk.ws, "views.open", args.structure("view"))
    _modal_only(body)
    trigger = desk.tickets.redeem(args.need("trigger_id"))
    if trigger.from_view is None:
        desk.ws.modals[trigger.user] = []
    return _shown(desk, push_view(desk.ws, trigger.user, body))


def push(desk: Desk, args: Args) -> Json:
    """Lay a modal on the one the trigger came from."""
    body = check_view(desk.ws, "views.push", args.structure("view"))
    _modal_only(body)
    trigger = desk.tickets.redeem(args.need("trigger_id"))
    if not desk.ws.modals.get(trigger.user):
        raise Refusal("not_found")
    return _shown(desk, push_view(desk.ws, trigger.user, body))


def update(desk: Desk, args: Args) -> Json:
    """Change a modal that is open."""
    body = check_view(desk.ws, "views.update", args.structure("view"))
    view = _find(desk.ws, args)
    _check_hash(view, args)
    replace_body(desk.ws, view, body)
    return _shown(desk, view)


def publish(desk: Desk, args: Args) -> Json:
    """Set the Home tab of one person."""
    ws = desk.ws
    body = check_view(ws, "views.publish", args.structure("view"))
    if body["type"] != "home":
        raise Refusal("invalid_arguments")
    user = ws.known_user(args.need("user_id")).id
    view = ws.homes.get(user)
    if view is None:
        view = ws.homes[user] = new_view(ws, user, body)
    else:
        _check_hash(view, args)
        replace_body(ws, view, body)
    return _shown(desk, view)


def _modal_only(body: Json) -> None:
    if body["type"] != "modal":
        raise Refusal("invalid_arguments")


def _check_hash(view: View, args: Args) -> None:
    if (sent := args.text("hash")) and sent != view.hash:
        raise Refusal("hash_conflict")


def _find(ws: Workspace, args: Args) -> View:
    name, external = args.text("view_id"), args.text("external_id")
    for view in [view for stack in ws.modals.values() for view in stack] + list(ws.homes.values()):
        if view.id == name or (external and view.body.get("external_id") == external):
            return view
    raise Refusal("not_found")


def _shown(desk: Desk, view: View) -> Json:
    return {"view": render.view_json(view, team=desk.ws.team, app=desk.ws.app)}


def validate_blocks(_desk: Desk, args: Args) -> Json:
    """Say what is wrong with blocks, a message or a view without using them."""
    view, message = args.structure("view"), args.structure("message")
    blocks = args.structure("blocks")
    kind = "view" if view else "message" if message else "blocks"
    problems = limits.check_view(view) if view else limits.check_message(message or {"blocks": blocks})
    if problems:
        found = [{"pointer": pointer, "code": "invalid", "message": words} for pointer, words in problems]
        raise Refusal(f"invalid_{kind}", errors=found)
    return {}


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
    "blocks.validate": Method(validate_blocks),
}
