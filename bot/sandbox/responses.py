"""Answers to an interaction: the body of an ack, or a POST to its response URL."""

from __future__ import annotations

from bot.sandbox import limits, posting
from bot.sandbox.model import Conversation, Ephemeral, Json, Message, Refusal, Rejected
from bot.sandbox.render import with_block_ids
from bot.sandbox.tickets import ResponseUrl
from bot.sandbox.workspace import Workspace


def whisper(ws: Workspace, channel: Conversation, user: str, body: Json) -> Ephemeral:
    """Show something to one person only."""
    note = Ephemeral(channel, user, ws.new_ts(channel), str(body.get("text") or ""))
    note.blocks = with_block_ids(body.get("blocks"), lambda: ws.new_id("b"))
    note.attachments = list(body.get("attachments") or [])
    note.thread_ts = body.get("thread_ts")
    with ws.lock:
        ws.ephemerals.append(note)
    return note


def check(ws: Workspace, method: str, body: Json) -> None:
    """Refuse a message that breaks a limit, and remember it."""
    problems = limits.check_message(body)
    if problems:
        error = limits.message_error(problems)
        ws.rejections.append(Rejected(method, error, tuple(problems), body))
        raise Refusal(error, response_metadata=limits.as_metadata(problems))


def respond(ws: Workspace, url: ResponseUrl, body: Json) -> None:
    """Carry out what the app sent to a response URL."""
    if body.get("delete_original"):
        _delete(ws, url.source)
        return
    check(ws, "response_url", body)
    if body.get("replace_original") and url.source is not None:
        _replace(ws, url.source, body)
        return
    say(ws, url.channel, url.user, body)


def say(ws: Workspace, channel: Conversation, user: str, body: Json) -> None:
    """Post a response: to one person unless it asks for the channel."""
    if body.get("response_type") != "in_channel":
        whisper(ws, channel, user, body)
        return
    blocks = with_block_ids(body.get("blocks"), lambda: ws.new_id("b"))
    who = {"user": ws.app.bot_user_id, "bot_id": ws.app.bot_id, "app_id": ws.app.app_id}
    posting.post(
        ws, channel, text=str(body.get("text") or ""), blocks=blocks, thread_ts=body.get("thread_ts"), **who
    )


def _replace(ws: Workspace, source: Message | Ephemeral, body: Json) -> None:
    text = str(body.get("text") or "")
    blocks = with_block_ids(body.get("blocks"), lambda: ws.new_id("b"))
    attachments = list(body.get("attachments") or [])
    if isinstance(source, Message):
        posting.change(ws, source, by=ws.app.bot_user_id, text=text, blocks=blocks, attachments=attachments)
        return
    source.text, source.blocks, source.attachments = text, blocks, attachments


def _delete(ws: Workspace, source: Message | Ephemeral | None) -> None:
    if isinstance(source, Message):
        posting.delete(ws, source)
    elif source in ws.ephemerals:
        ws.ephemerals.remove(source)
