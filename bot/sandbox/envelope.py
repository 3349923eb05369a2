"""Which events the app receives, and the wrapper they come in."""

from __future__ import annotations

from bot.sandbox.model import Conversation, Json
from bot.sandbox.workspace import Workspace

HISTORY_SCOPE = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
FAMILY = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
UNSCOPED = {"app_home_opened", "app_uninstalled", "tokens_revoked"}
PUBLIC_TO_ALL = {
    "channel_created",
    "channel_rename",
    "channel_archive",
    "channel_unarchive",
    "channel_deleted",
    "channel_shared",
    "channel_unshared",
    "channel_id_changed",
}


def wanted(ws: Workspace, event: Json, channel: Conversation | None) -> bool:
    """Whether the app subscribed to it, holds the scope, and is where it happens."""
    kind = str(event.get("type"))
    name = FAMILY[channel.kind] if kind == "message" and channel else kind
    if name not in ws.app.subscriptions or _scope(kind, channel) not in {"", *ws.app.scopes}:
        return False
    if channel is None or (kind in PUBLIC_TO_ALL and not channel.private):
        return True
    return ws.is_member(channel)


def _scope(kind: str, channel: Conversation | None) -> str:
    if kind in UNSCOPED or channel is None:
        return ""
    if kind == "message":
        return HISTORY_SCOPE[channel.kind]
    if kind == "app_mention":
        return "app_mentions:read"
    if kind.startswith("reaction_"):
        return "reactions:read"
    return "groups:read" if channel.private else "channels:read"


def wrap(ws: Workspace, event: Json, channel: Conversation | None) -> Json:
    """The event_callback around an event."""
    authorization = {"enterprise_id": None, "team_id": ws.team, "user_id": ws.app.bot_user_id}
    return {
        "token": "verification-token",
        "team_id": ws.team,
        "context_team_id": ws.team,
        "context_enterprise_id": None,
        "api_app_id": ws.app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": ws.new_id("Ev"),
        "event_time": int(ws.now()),
        "authorizations": [authorization | {"is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": bool(channel and channel.shared_with),
        "event_context": ws.new_id("4-"),
    }
