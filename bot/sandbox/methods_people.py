"""users.*, usergroups.*, team.*, auth.*: who is who."""

from __future__ import annotations

from bot.sandbox import render
from bot.sandbox.args import Args
from bot.sandbox.desk import Desk, Method, cursor_metadata, page
from bot.sandbox.model import Json, Refusal


def api_test(_desk: Desk, args: Args) -> Json:
    """Answer."""
    if error := args.text("error"):
        raise Refusal(error)
    return {"args": args.values}


def auth_test(desk: Desk, _args: Args) -> Json:
    """Who the token belongs to."""
    ws = desk.ws
    who = {"user": ws.app.bot_name, "user_id": ws.app.bot_user_id, "bot_id": ws.app.bot_id}
    return who | {
        "url": "https://sandbox.slack.com/",
        "team": "Sandbox",
        "team_id": ws.team,
        "app_id": ws.app.app_id,
        "is_enterprise_install": False,
    }


def team_info(desk: Desk, _args: Args) -> Json:
    """The workspace."""
    return {
        "team": {"id": desk.ws.team, "name": "Sandbox", "domain": "sandbox", "icon": {"image_default": True}}
    }


def users_info(desk: Desk, args: Args) -> Json:
    """One user."""
    user = desk.ws.known_user(args.need("user"))
    return {"user": render.user_json(user, team=desk.ws.team, now=desk.ws.now())}


def users_list(desk: Desk, args: Args) -> Json:
    """Everyone in the workspace."""
    everyone = [user for user in desk.ws.users.values() if user.team == desk.ws.team]
    shown, cursor = page(everyone, args, default=1000, most=1000, name=lambda user: user.id)
    members = [render.user_json(user, team=desk.ws.team, now=desk.ws.now()) for user in shown]
    return {"members": members} | cursor_metadata(cursor)


def usergroups_list(desk: Desk, args: Args) -> Json:
    """The user groups."""
    hidden = set() if args.flag("include_users") else {"users"}
    groups = [{k: v for k, v in group.items() if k not in hidden} for group in desk.ws.usergroups.values()]
    return {"usergroups": groups}


def usergroup_users(desk: Desk, args: Args) -> Json:
    """Who is in a user group."""
    group = desk.ws.usergroups.get(args.need("usergroup"))
    if group is None:
        raise Refusal("no_such_subteam")
    return {"users": group["users"]}


def connections_open(desk: Desk, _args: Args) -> Json:
    """The address of a new socket."""
    return {"url": desk.open_socket()}


METHODS = {
    "api.test": Method(api_test, token="any"),  # noqa: S106 - the kind of token, not one
    "auth.test": Method(auth_test),
    "team.info": Method(team_info, "team:read"),
    "users.info": Method(users_info, "users:read"),
    "users.list": Method(users_list, "users:read"),
    "usergroups.list": Method(usergroups_list, "usergroups:read"),
    "usergroups.users.list": Method(usergroup_users, "usergroups:read"),
    "apps.connections.open": Method(connections_open, token="app"),  # noqa: S106 - the same
}
