"""chat.*: the messages of the bot."""

from __future__ import annotations

from typing import Any

from bot.sandbox import limits, posting, render, responses
from bot.sandbox.args import Args
from bot.sandbox.desk import Desk, Method
from bot.sandbox.model import Conversation, Json, Message, Refusal, Rejected
from bot.sandbox.workspace import Workspace


def post_message(desk: Desk, args: Args) -> Json:
    """Post a message, in a channel or to one person."""
    ws = desk.ws
    channel = _target(ws, args.need("channel"))
    content = _content(ws, "chat.postMessage", args)
    thread = args.text("thread_ts") or None
    if thread and args.flag("reply_broadcast"):
        content["subtype"] = "thread_broadcast"
    message = posting.post(ws, channel, thread_ts=thread, **_author(ws), **content)
    return {"channel": channel.id, "ts": message.ts, "message": render.message_json(message, ws.app)}


def update(desk: Desk, args: Args) -> Json:
    """Change a message of the bot. What is not given stays, so words alone leave old blocks on show."""
    ws = desk.ws
    message = _own_message(desk, args, "cant_update_message")
    content = _content(ws, "chat.update", args, update=True)
    given = {"text", "blocks"} if "markdown_text" in args.values else set(args.values)
    kept = {name: value for name, value in content.items() if name in given}
    posting.change(ws, message, by=ws.app.bot_user_id, **kept)
    ws.note_pings(message)
    shown = render.message_json(message, ws.app)
    return {"channel": message.channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(desk: Desk, args: Args) -> Json:
    """Delete a message of the bot."""
    message = _own_message(desk, args, "cant_delete_message")
    posting.delete(desk.ws, message)
    return {"channel": message.channel.id, "ts": message.ts}


def post_ephemeral(desk: Desk, args: Args) -> Json:
    """Show something to one member of a channel."""
    ws = desk.ws
    channel = ws.writable_channel(args.need("channel"))
    user = args.need("user")
    if user not in channel.members or ws.known_user(user).deleted:
        raise Refusal("user_not_in_channel")
    body = _content(ws, "chat.postEphemeral", args) | {"thread_ts": args.text("thread_ts") or None}
    return {"message_ts": responses.whisper(ws, channel, user, body).ts}


def get_permalink(desk: Desk, args: Args) -> Json:
    """The address of a message."""
    channel = desk.ws.joined_channel(args.need("channel"))
    message = channel.find(args.need("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    link = f"https://sandbox.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _target(ws: Workspace, name: str) -> Conversation:
    """A channel by id or name, or the direct messages of a person."""
    if name in ws.users and name not in ws.channels:
        if ws.users[name].deleted:
            raise Refusal("channel_not_found")
        return ws.direct_channel(name)
    plain = name.removeprefix("#")
    named = next((c.id for c in ws.channels.values() if c.name == plain and not c.is_im), name)
    return ws.writable_channel(named)


def _author(ws: Workspace) -> Json:
    return {"user": ws.app.bot_user_id, "bot_id": ws.app.bot_id, "app_id": ws.app.app_id}


def _own_message(desk: Desk, args: Args, error: str) -> Message:
    channel = desk.ws.writable_channel(args.need("channel"))
    message = channel.find(args.need("ts"))
    if message is None or message.subtype == "tombstone":
        raise Refusal("message_not_found")
    if message.bot_id != desk.ws.app.bot_id:
        raise Refusal(error)
    return message


def _content(ws: Workspace, method: str, args: Args, *, update: bool = False) -> dict[str, Any]:
    """The checked content of a message, as fields of it."""
    payload = _payload(args)
    problems = limits.check_message(payload, update=update)
    if problems and limits.message_error(problems) == "msg_too_long" and not update:
        payload["text"] = payload["text"][: limits.MAX_TEXT]
        problems = []
    if problems:
        error = limits.message_error(problems)
        ws.rejections.append(Rejected(method, error, tuple(problems), dict(args.values)))
        raise Refusal(
            error, errors=[words for _, words in problems], response_metadata=limits.as_metadata(problems)
        )
    blocks = render.with_block_ids(payload["blocks"], lambda: ws.new_id("b"))
    return payload | {"blocks": blocks, "attachments": payload["attachments"] or []}


def _payload(args: Args) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "text": args.text("text"),
        "blocks": args.structure("blocks", "invalid_blocks_format"),
        "attachments": args.structure("attachments"),
        "metadata": args.structure("metadata", "invalid_metadata_format"),
    }
    markdown = args.text("markdown_text")
    if markdown and (payload["text"] or payload["blocks"]):
        raise Refusal("markdown_text_conflict")
    if markdown:
        payload["blocks"] = [{"type": "markdown", "text": markdown}]
        payload["text"] = markdown
    if not payload["text"] and not payload["blocks"] and not payload["attachments"]:
        raise Refusal("no_text")
    return payload


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(get_permalink),
}
