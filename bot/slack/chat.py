"""Saying things: the `Poster` port on Slack's Web API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.posting import Document, Post
from bot.domain.transcript import as_ts
from bot.errors import ChatError
from bot.ports import Directory, Home, Place, Posted
from bot.slack import document
from bot.slack.calls import Calls
from bot.slack.flatten import dicts
from bot.slack.history import GONE, next_cursor
from bot.slack.home import view
from bot.slack.mrkdwn import clean
from bot.slack.rendering import render

EVENT_TYPE = "postmortem_bot"
"""The type of our message metadata. Anyone in the workspace may read it: it carries a key, no text."""
SKEW = timedelta(minutes=2)
"""How much earlier than asked a lost post is looked for: clocks differ between hosts and Slack."""
LOOK_PAGE = 200
UNHEARD = frozenset(
    {"channel_not_found", "is_archived", "is_inactive", "not_in_channel", "user_not_in_channel"}
)
"""Why a whisper may reach nobody without anything being wrong."""


class SlackPoster:
    """See `bot.ports.Poster`."""

    def __init__(self, calls: Calls, directory: Directory) -> None:
        self._calls = calls
        self._directory = directory

    def post(self, key: str, place: Place, post: Post) -> Posted:
        """Post once more, whatever is there already; the message carries `key` in its metadata."""
        answer = self._calls.tell(
            "chat.postMessage",
            channel=place.channel_id,
            thread_ts=place.thread_ts,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
            **_content(post),
        )
        return Posted(channel_id=str(answer["channel"]), ts=str(answer["ts"]))

    def posted(self, key: str, place: Place, *, since: datetime) -> Posted | None:
        """Look through the thread or the channel, from two minutes before `since` on.

        In direct messages this needs `im:write` and `im:history`; without them nothing is found.
        """
        try:
            channel = self._conversation(place.channel_id)
            for message in self._recent(channel, place.thread_ts, as_ts(since - SKEW)):
                if self._is_ours(message, key):
                    return Posted(channel_id=channel, ts=str(message["ts"]))
        except ChatError as error:
            if error.code != "missing_scope":
                raise
        return None

    def update(self, at: Posted, post: Post) -> None:
        """Show new content in place of the old; the metadata stays."""
        self._calls.tell("chat.update", channel=at.channel_id, ts=at.ts, **_content(post))

    def whisper(self, place: Place, user_id: str, post: Post) -> None:
        """Tell one person only, until they reload. Where they cannot be reached so, nothing happens."""
        try:
            self._calls.tell(
                "chat.postEphemeral",
                channel=place.channel_id,
                user=user_id,
                thread_ts=place.thread_ts,
                **_content(post),
            )
        except ChatError as error:
            if error.code not in UNHEARD:
                raise

    def show_home(self, user_id: str, home: Home | None, *, note: str = "") -> None:
        """Draw somebody's Home; None for somebody who may see nothing of it."""

        def name(who: str | None) -> str | None:
            return self._directory.person(who).label if who else None

        url = self._directory.identity().url
        self._calls.ask("views.publish", user_id=user_id, view=view(home, name, url, me=user_id, note=note))

    def attach(
        self, key: str, place: Place, *, name: str, title: str, content: bytes, words: str = ""
    ) -> bool:
        """Attach a file, unless the same one (name, title and size) is there; False where we may not.

        A file's message carries no metadata, so `key` cannot be stored: the file itself is looked for.
        """
        scopes = self._directory.identity().scopes
        if not content or (scopes and "files:write" not in scopes):
            return False
        name, title = clean(name) or key, clean(title) or key
        try:
            channel = self._conversation(place.channel_id)
            if not self._has_file(channel, place.thread_ts, (name, title, len(content))):
                self._calls.upload(
                    channel=channel,
                    thread_ts=place.thread_ts,
                    name=name,
                    title=title,
                    content=content,
                    words=clean(words),
                )
        except ChatError as error:
            if error.code != "missing_scope":
                raise
            return False
        return True

    def retract(self, at: Posted) -> None:
        """Delete a message of ours; that it is gone already is fine."""
        try:
            self._calls.tell("chat.delete", channel=at.channel_id, ts=at.ts)
        except ChatError as error:
            if error.code != "message_not_found":
                raise

    def detach(self, place: Place, *, name: str) -> None:
        """Delete the files of that name that we attached to a thread."""
        own = self._directory.identity()
        if place.thread_ts is None or (own.scopes and "files:write" not in own.scopes):
            return
        channel = self._conversation(place.channel_id)
        for file in self._our_files(channel, place.thread_ts):
            if file.get("name") == clean(name):
                self._delete_file(str(file.get("id")))

    def _delete_file(self, file_id: str) -> None:
        try:
            self._calls.tell("files.delete", file=file_id)
        except ChatError as error:
            if error.code not in ("file_not_found", "file_deleted"):
                raise

    def fits(self, post: Post) -> bool:
        """Whether all of it fits into one message; only documents can be too long."""
        return not isinstance(post, Document) or document.fits(post)

    def permalink(self, at: Posted) -> str:
        """A link to a message."""
        answer = self._calls.ask("chat.getPermalink", channel=at.channel_id, message_ts=at.ts)
        return str(answer["permalink"])

    def _conversation(self, channel_id: str) -> str:
        """The channel itself; for a person, the direct messages with them."""
        if not channel_id.startswith(("U", "W")):
            return channel_id
        return str(self._calls.ask("conversations.open", users=channel_id)["channel"]["id"])

    def _recent(self, channel: str, thread_ts: str | None, oldest: str) -> Iterator[Mapping[str, object]]:
        """Messages since a timestamp of a thread, then of its channel: there a reply lands whose root
        was deleted meanwhile."""
        if thread_ts is not None:
            yield from self._thread(channel, thread_ts, oldest)
        yield from self._pages("conversations.history", channel=channel, oldest=oldest)

    def _thread(self, channel: str, thread_ts: str, oldest: str) -> Iterator[Mapping[str, object]]:
        try:
            yield from self._pages("conversations.replies", channel=channel, ts=thread_ts, oldest=oldest)
        except ChatError as error:
            if error.code not in GONE:
                raise

    def _pages(self, method: str, **bounds: Any) -> Iterator[Mapping[str, object]]:
        cursor: str | None = None
        while cursor != "":
            answer = self._calls.ask(
                method, **bounds, inclusive=True, include_all_metadata=True, limit=LOOK_PAGE, cursor=cursor
            )
            yield from answer.get("messages") or []
            cursor = next_cursor(answer)

    def _is_ours(self, message: Mapping[str, object], key: str) -> bool:
        """Any app may write any metadata, so the author counts too."""
        own = self._directory.identity()
        authors = {message.get("bot_id"), message.get("user")}
        return _key(message) == key and bool(authors & {own.bot_id, own.bot_user_id})

    def _has_file(self, channel: str, thread_ts: str | None, wanted: tuple[str, str, int]) -> bool:
        """Whether we shared a file of this name, title and size in the thread already."""
        files = self._our_files(channel, thread_ts) if thread_ts else []
        return any(wanted == (file.get("name"), file.get("title"), file.get("size")) for file in files)

    def _our_files(self, channel: str, thread_ts: str) -> list[Mapping[str, object]]:
        """What we attached to a thread."""
        own = self._directory.identity().bot_user_id
        messages = self._thread(channel, thread_ts, "0")
        files = [file for message in messages for file in dicts(message.get("files"))]
        return [file for file in files if file.get("user") == own]


def _key(message: Mapping[str, object]) -> object:
    """The key that a message of ours was posted under; None where it has none."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, Mapping) else None


def _content(post: Post) -> dict[str, Any]:
    payload = render(post)
    return {"text": payload.text, "blocks": payload.blocks, "parse": "none", "link_names": False}
