"""reactions.*, pins.* and files.*: what hangs on messages."""

from __future__ import annotations

import mimetypes
from urllib.parse import quote

from bot.sandbox import posting, render
from bot.sandbox.args import Args
from bot.sandbox.desk import Desk, Method
from bot.sandbox.model import Conversation, Json, Message, Refusal

LONGEST_ALT = 1000
"""Of a picture's description (docs.slack.dev, files.getUploadURLExternal: `alt_txt_too_large`)."""


def _message(desk: Desk, args: Args) -> Message:
    channel = desk.ws.joined_channel(args.need("channel"))
    message = channel.find(args.need("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    return message


def add_reaction(desk: Desk, args: Args) -> Json:
    """React as the bot."""
    message = _message(desk, args)
    if message.channel.archived:
        raise Refusal("is_archived")
    name = args.need("name")
    if name != name.strip(":") or " " in name:
        raise Refusal("invalid_name")
    posting.react(desk.ws, message, desk.ws.app.bot_user_id, name)
    return {}


def remove_reaction(desk: Desk, args: Args) -> Json:
    """Take the bot's reaction back."""
    posting.unreact(desk.ws, _message(desk, args), desk.ws.app.bot_user_id, args.need("name"))
    return {}


def get_reactions(desk: Desk, args: Args) -> Json:
    """The reactions of one message."""
    message = _message(desk, args)
    shown = render.stored_message_json(message, desk.ws.app, metadata=False)
    return {"type": "message", "channel": message.channel.id, "message": shown}


def list_pins(desk: Desk, args: Args) -> Json:
    """What is pinned in a channel."""
    channel = desk.ws.joined_channel(args.need("channel"))
    pinned = [message for ts in channel.pins if (message := channel.find(ts))]
    items = [
        {"type": "message", "channel": channel.id, "message": _stored(desk, message)} for message in pinned
    ]
    return {"items": items}


def _stored(desk: Desk, message: Message) -> Json:
    return render.stored_message_json(message, desk.ws.app, metadata=False)


def upload_url(desk: Desk, args: Args) -> Json:
    """Where to send the bytes of a file."""
    ws = desk.ws
    name, length = args.need("filename"), args.need("length")
    if not length.isdigit() or int(length) == 0:
        raise Refusal("invalid_arguments")
    if len(args.text("alt_txt")) > LONGEST_ALT:
        raise Refusal("alt_txt_too_large")
    file_id = ws.new_id("F")
    ws.files[file_id] = {
        "id": file_id,
        "name": name,
        "title": name,
        "size": int(length),
        "mimetype": mimetypes.guess_type(name)[0] or "text/plain",
        "alt_txt": args.text("alt_txt"),
    }
    return {"upload_url": f"{ws.url}upload/{file_id}", "file_id": file_id}


def complete_upload(desk: Desk, args: Args) -> Json:
    """Share uploaded files in a channel."""
    ws = desk.ws
    wanted = args.structure("files") or []
    for item in wanted:
        if item.get("id") not in ws.uploads:
            raise Refusal("file_not_found")
        about = ws.files[item["id"]]
        about |= {"title": item.get("title") or about["name"], "user": ws.app.bot_user_id}
        about["url_private"] = f"{ws.url}files/{item['id']}/{quote(about['name'])}"
    files = [ws.files[item["id"]] for item in wanted]
    if target := args.text("channel_id"):
        _share(desk, ws.writable_channel(target), files, args)
    return {"files": files}


def _share(desk: Desk, channel: Conversation, files: list[Json], args: Args) -> None:
    app = desk.ws.app
    who = {"user": app.bot_user_id, "bot_id": app.bot_id, "app_id": app.app_id}
    text, thread = args.text("initial_comment"), args.text("thread_ts") or None
    posting.post(desk.ws, channel, thread_ts=thread, subtype="file_share", text=text, files=files, **who)


def delete_file(desk: Desk, args: Args) -> Json:
    """Delete a file of the bot; the messages that shared it stay without it."""
    ws = desk.ws
    file_id = args.need("file")
    about = ws.files.pop(file_id, None)
    if about is None:
        raise Refusal("file_not_found")
    if about.get("user") != ws.app.bot_user_id:
        raise Refusal("cant_delete_file")
    for channel in ws.channels.values():
        for message in channel.messages:
            message.files = [file for file in message.files if file.get("id") != file_id]
    return {}


METHODS = {
    "reactions.add": Method(add_reaction, "reactions:write"),
    "reactions.remove": Method(remove_reaction, "reactions:write"),
    "reactions.get": Method(get_reactions, "reactions:read"),
    "pins.list": Method(list_pins, "pins:read"),
    "files.getUploadURLExternal": Method(upload_url, "files:write"),
    "files.completeUploadExternal": Method(complete_upload, "files:write"),
    "files.delete": Method(delete_file, "files:write"),
}
