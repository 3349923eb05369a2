"""conversations.* and users.conversations: channels and what was said in them."""

from __future__ import annotations

from bot.sandbox import render, rooms
from bot.sandbox.args import Args
from bot.sandbox.desk import Desk, Method, cursor_metadata, make_cursor, page, read_cursor
from bot.sandbox.model import Conversation, Json, Message, Refusal

CLAMPED = 15


def history(desk: Desk, args: Args) -> Json:
    """Roots and broadcasts of a channel, newest first."""
    channel = desk.ws.joined_channel(args.need("channel"))
    seen = [
        message for message in reversed(channel.messages) if message.in_channel and _within(message, args)
    ]
    default, most = (CLAMPED, CLAMPED) if desk.clamp else (100, 999)
    _clamp(desk, args)
    if cursor := args.text("cursor"):
        mark = float(read_cursor(cursor))
        seen = [message for message in seen if float(message.ts) <= mark]
    limit = args.limit(default, most)
    shown, rest = seen[:limit], seen[limit:]
    answer = {"messages": [_stored(desk, message, args) for message in shown], "has_more": bool(rest)}
    answer |= {"pin_count": len(channel.pins), "channel_actions_ts": None, "channel_actions_count": 0}
    return answer | (cursor_metadata(make_cursor(rest[0].ts)) if rest else {})


def replies(desk: Desk, args: Args) -> Json:
    """A thread, oldest first, its parent first on every page."""
    channel = desk.ws.joined_channel(args.need("channel"))
    root = channel.find(args.need("ts"))
    if root is None:
        raise Refusal("thread_not_found")
    below = [message for message in root.replies if _within(message, args)]
    default, most = (CLAMPED, CLAMPED) if desk.clamp else (1000, 1000)
    _clamp(desk, args)
    if cursor := args.text("cursor"):
        mark = float(read_cursor(cursor))
        below = [message for message in below if float(message.ts) >= mark]
    limit = max(args.limit(default, most) - (0 if cursor else 1), 0)
    shown, rest = below[:limit], below[limit:]
    answer = {
        "messages": [_stored(desk, message, args) for message in [root, *shown]],
        "has_more": bool(rest),
    }
    return answer | (cursor_metadata(make_cursor(rest[0].ts)) if rest else {})


def _clamp(desk: Desk, args: Args) -> None:
    """A clamped app may ask for more; it gets 15."""
    asked = args.text("limit")
    if desk.clamp and asked.isdigit() and int(asked) > CLAMPED:
        args.values["limit"] = str(CLAMPED)


def _within(message: Message, args: Args) -> bool:
    at, inclusive = float(message.ts), args.flag("inclusive")
    oldest, latest = args.text("oldest"), args.text("latest")
    if oldest and (at < float(oldest) or (at == float(oldest) and not inclusive)):
        return False
    return not (latest and (at > float(latest) or (at == float(latest) and not inclusive)))


def _stored(desk: Desk, message: Message, args: Args) -> Json:
    return render.stored_message_json(message, desk.ws.app, metadata=args.flag("include_all_metadata"))


def info(desk: Desk, args: Args) -> Json:
    """One channel."""
    channel = desk.ws.visible_channel(args.need("channel"))
    return {"channel": _channel(desk, channel)}


def list_all(desk: Desk, args: Args) -> Json:
    """Every public channel, and the private ones the bot is in."""
    known = [c for c in desk.ws.channels.values() if not c.is_im and (not c.private or desk.ws.is_member(c))]
    return _listing(desk, args, known)


def list_joined(desk: Desk, args: Args) -> Json:
    """The channels the bot, or another user, is in."""
    user = args.text("user") or desk.ws.app.bot_user_id
    bot = desk.ws.app.bot_user_id
    known = [
        c for c in desk.ws.channels.values() if user in c.members and (not c.private or bot in c.members)
    ]
    return _listing(desk, args, known)


def _listing(desk: Desk, args: Args, known: list[Conversation]) -> Json:
    types = set(args.text("types", "public_channel").split(","))
    if "private_channel" in types and "groups:read" not in desk.ws.app.scopes:
        provided = ",".join(sorted(desk.ws.app.scopes))
        raise Refusal("missing_scope", needed="groups:read", provided=provided)
    chosen = [c for c in known if _type(c) in types and not c.deleted]
    if args.flag("exclude_archived"):
        chosen = [c for c in chosen if not c.archived]
    shown, cursor = page(chosen, args, default=100, most=1000, name=lambda c: c.id)
    return {"channels": [_channel(desk, c) for c in shown]} | cursor_metadata(cursor)


def _type(channel: Conversation) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.private else "public_channel"


def join(desk: Desk, args: Args) -> Json:
    """Let the bot into a public channel."""
    channel = desk.ws.visible_channel(args.need("channel"))
    if channel.archived:
        raise Refusal("is_archived")
    if channel.private or channel.is_im:
        raise Refusal("method_not_supported_for_channel_type")
    already = desk.ws.is_member(channel)
    rooms.join(desk.ws, channel, desk.ws.app.bot_user_id)
    answer: Json = {"channel": _channel(desk, channel)}
    return answer | ({"warning": "already_in_channel"} if already else {})


def members(desk: Desk, args: Args) -> Json:
    """Who is in a channel."""
    channel = desk.ws.visible_channel(args.need("channel"))
    shown, cursor = page(channel.members, args, default=100, most=1000, name=str)
    return {"members": shown} | cursor_metadata(cursor)


def open_direct(desk: Desk, args: Args) -> Json:
    """Open the direct messages with one person."""
    users = args.need("users").split(",")
    if len(users) != 1:
        raise Refusal("not_enough_users" if not users else "users_list_not_supplied")
    user = desk.ws.known_user(users[0])
    if user.deleted:
        raise Refusal("user_disabled")
    return {"channel": {"id": desk.ws.direct_channel(user.id).id}}


def _channel(desk: Desk, channel: Conversation) -> Json:
    return render.channel_json(channel, member=desk.ws.is_member(channel))


METHODS = {
    "conversations.history": Method(history, "{}:history"),
    "conversations.replies": Method(replies, "{}:history"),
    "conversations.info": Method(info, "{}:read"),
    "conversations.list": Method(list_all, "channels:read"),
    "conversations.join": Method(join, "channels:join"),
    "conversations.members": Method(members, "{}:read"),
    "conversations.open": Method(open_direct, "im:write"),
    "users.conversations": Method(list_joined, "channels:read"),
}
