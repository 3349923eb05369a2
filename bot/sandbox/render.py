"""What users, channels, messages and views look like in JSON."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.model import Conversation, Json, Message, SandboxApp, User, View

MENTION = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


def user_json(user: User, *, team: str, now: float) -> Json:
    """A user as users.info shows it."""
    real = user.real_name or user.name
    profile = {"real_name": real, "display_name": user.display_name, "team": user.team}
    shown: Json = {"id": user.id, "team_id": user.team, "name": user.name, "deleted": user.deleted}
    shown |= {"profile": profile, "is_bot": user.is_bot, "is_app_user": False, "updated": 0}
    if not user.deleted:
        shown |= {"real_name": real, "tz": user.tz, "tz_label": user.tz, "tz_offset": _offset(user.tz, now)}
        shown |= {
            "is_restricted": user.guest,
            "is_ultra_restricted": False,
            "is_admin": False,
            "is_owner": False,
        }
    if user.team != team:
        shown["is_stranger"] = True
    return shown


def _offset(zone: str, now: float) -> int:
    """Seconds east of UTC, daylight saving included."""
    offset = datetime.fromtimestamp(now, ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def channel_json(channel: Conversation, *, member: bool) -> Json:
    """A channel as conversations.info shows it to the bot."""
    shared = bool(channel.shared_with)
    if channel.is_im:
        return {"id": channel.id, "created": channel.created, "is_im": True, "user": channel.im_user}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_general": False,
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_org_shared": False,
        "is_member": member,
        "context_team_id": channel.team,
        "shared_team_ids": [channel.team, *channel.shared_with],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def message_json(message: Message, app: SandboxApp, *, metadata: bool = True) -> Json:
    """A message as history, replies and events show it."""
    shown: Json = {"type": "message", "text": message.text, "ts": message.ts, "team": message.channel.team}
    for name in ("subtype", "user", "bot_id", "app_id", "username", "thread_ts", "edited"):
        if value := getattr(message, name):
            shown[name] = value
    for name in ("blocks", "attachments", "files"):
        if value := getattr(message, name):
            shown[name] = value
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    if message.bot_id == app.bot_id:
        shown["bot_profile"] = {
            "id": app.bot_id,
            "app_id": app.app_id,
            "name": app.bot_name,
            "deleted": False,
        }
    if message.is_reply:
        _describe_parent(message, shown)
    shown |= message.extra
    return shown


def stored_message_json(message: Message, app: SandboxApp, *, metadata: bool) -> Json:
    """A message as read back: with its reactions and thread counters."""
    shown = message_json(message, app, metadata=metadata)
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if replies := message.replies:
        shown |= thread_counters(message, replies)
    return shown


def thread_counters(root: Message, replies: list[Message]) -> Json:
    """What the parent of a thread says about it."""
    users = list(dict.fromkeys(reply.user or reply.bot_id for reply in replies))
    return {
        "thread_ts": root.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def _describe_parent(message: Message, shown: Json) -> None:
    root = message.channel.find(message.thread_ts or "")
    if root is None:
        return
    if root.user:
        shown["parent_user_id"] = root.user
    if message.subtype == "thread_broadcast":
        shown["root"] = {
            "type": "message",
            "user": root.user,
            "text": root.text,
            "ts": root.ts,
            "thread_ts": root.ts,
        }


def view_json(view: View, *, team: str, app: SandboxApp) -> Json:
    """A view as the API answers and interactions carry it."""
    defaults: Json = {
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
    }
    defaults |= {"close": None, "submit": None, "external_id": "", "title": None}
    return (
        defaults
        | view.body
        | {
            "id": view.id,
            "team_id": team,
            "app_id": app.app_id,
            "app_installed_team_id": team,
            "bot_id": app.bot_id,
            "hash": view.hash,
            "root_view_id": view.root_id,
            "previous_view_id": view.previous_id,
            "state": {"values": {}},
        }
    )


def rich_text(text: str) -> list[Json]:
    """The rich_text block Slack's client sends along with what a person typed."""
    elements: list[Json] = []
    position = 0
    for found in MENTION.finditer(text):
        elements += _plain(text[position : found.start()])
        elements.append(_token(*found.groups()))
        position = found.end()
    elements += _plain(text[position:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}] if elements else []


def _plain(text: str) -> list[Json]:
    shown = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return [{"type": "text", "text": shown}] if shown else []


def _token(sigil: str, target: str, label: str | None) -> Json:
    if sigil == "@":
        return {"type": "user", "user_id": target}
    if sigil == "#":
        return {"type": "channel", "channel_id": target}
    if sigil == "!" and target.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("subteam^")}
    if sigil == "!":
        return {"type": "broadcast", "range": target}
    link: Json = {"type": "link", "url": target}
    return link | {"text": label} if label else link


def with_block_ids(blocks: Any, new_id: Any) -> list[Json]:
    """The same blocks, each with a block_id, as Slack stores them."""
    return [{"block_id": new_id(), **block} for block in blocks or [] if isinstance(block, dict)]
