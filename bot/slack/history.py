"""Reading channels and threads: the `History` port on Slack's Web API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.domain.transcript import Message
from bot.errors import ChatError
from bot.ports import Directory, Page
from bot.slack.calls import Calls
from bot.slack.flatten import dicts
from bot.slack.messages import Skip, is_ts, read

CLAMP = 15
"""What Slack gives commercially distributed apps, however many are asked for."""
GONE = frozenset({"thread_not_found", "message_not_found"})


class SlackHistory:
    """See `bot.ports.History`. The bot's own messages are counted as skipped, never returned."""

    def __init__(self, calls: Calls, directory: Directory) -> None:
        self._calls = calls
        self._directory = directory

    def history(
        self, channel_id: str, *, oldest: str, latest: str, cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of root messages and broadcasts, newest first, both bounds inclusive."""
        answer = self._calls.ask(
            "conversations.history",
            channel=channel_id,
            oldest=oldest,
            latest=latest,
            inclusive=True,
            limit=limit,
            cursor=cursor or None,
        )
        items = list(dicts(answer.get("messages")))
        return self._page(channel_id, items, answer, clamped=_clamped(len(items), answer, limit=limit))

    def replies(
        self, channel_id: str, root_ts: str, *, oldest: str = "0", cursor: str = "", limit: int = 200
    ) -> Page:
        """A page of a thread, oldest first. Slack repeats the root on every page; here it comes once."""
        answer = self._calls.ask(
            "conversations.replies",
            channel=channel_id,
            ts=root_ts,
            oldest=oldest,
            inclusive=True,
            limit=limit,
            cursor=cursor or None,
        )
        items = list(dicts(answer.get("messages")))
        below = [item for item in items if item.get("ts") != root_ts]
        clamped = _clamped(len(below), answer, limit=limit)
        page = self._page(channel_id, below if cursor else items, answer, clamped=clamped)
        skipped = Counter(skip.reason for skip in self._skips(below, channel_id))
        return page.model_copy(update={"skipped": dict(skipped), "threads": self._threads(items)})

    def find(self, channel_id: str, ts: str) -> Message | None:
        """One message or reply; None if it is gone, or is none of a transcript (a join, one of ours).

        A reply's own timestamp gives that reply, its whole thread or nothing, depending on whom one
        asks (bolt-python#466, #783), and history gives a neighbour: so what came back is checked.
        """
        item = self._by_ts(channel_id, ts)
        if item is None:
            return None
        message = self._read(item, channel_id)
        return None if isinstance(message, Skip) else message

    def exists(self, channel_id: str, ts: str) -> bool:
        """Whether a message is still there, one of ours included; a tombstone is not."""
        item = self._by_ts(channel_id, ts)
        return item is not None and item.get("subtype") != "tombstone"

    def reactors(self, channel_id: str, ts: str) -> dict[str, tuple[str, ...]]:
        """Emoji name → user ids as they stand now; nothing if the message is gone."""
        try:
            answer = self._calls.ask("reactions.get", channel=channel_id, timestamp=ts, full=True)
        except ChatError as error:
            if error.code in GONE:
                return {}
            raise
        message = answer.get("message")
        found: dict[str, list[str]] = {}
        for reaction in dicts(message.get("reactions") if isinstance(message, Mapping) else None):
            users = reaction.get("users")
            name = str(reaction.get("name", "")).split("::")[0]
            found.setdefault(name, []).extend(map(str, users) if isinstance(users, list) else ())
        return {name: tuple(dict.fromkeys(users)) for name, users in found.items() if name and users}

    def _by_ts(self, channel_id: str, ts: str) -> Mapping[str, object] | None:
        seen = self._thread(channel_id, ts=ts, limit=1)
        if found := _with_ts(seen, ts):
            return found
        roots = {str(item.get("thread_ts") or item.get("ts")) for item in seen}
        for root in roots:
            if found := _with_ts(self._thread(channel_id, ts=root, oldest=ts, latest=ts, limit=2), ts):
                return found
        answer = self._calls.ask(
            "conversations.history", channel=channel_id, oldest=ts, latest=ts, inclusive=True, limit=1
        )
        return _with_ts(dicts(answer.get("messages")), ts)

    def _thread(self, channel_id: str, **bounds: Any) -> list[Mapping[str, object]]:
        try:
            answer = self._calls.ask("conversations.replies", channel=channel_id, inclusive=True, **bounds)
        except ChatError as error:
            if error.code in GONE:
                return []
            raise
        return list(dicts(answer.get("messages")))

    def _page(
        self,
        channel_id: str,
        items: Sequence[Mapping[str, object]],
        answer: Mapping[str, object],
        *,
        clamped: bool,
    ) -> Page:
        messages = [self._read(item, channel_id) for item in items]
        return Page(
            messages=tuple(message for message in messages if not isinstance(message, Skip)),
            next_cursor=next_cursor(answer),
            skipped=dict(Counter(skip.reason for skip in messages if isinstance(skip, Skip))),
            present=tuple(str(item["ts"]) for item in items if is_ts(item.get("ts"))),
            threads=self._threads(items),
            clamped=clamped,
            hidden=bool(answer.get("is_limited")),
        )

    def _skips(self, items: Iterable[Mapping[str, object]], channel_id: str) -> Iterable[Skip]:
        return (said for item in items if isinstance(said := self._read(item, channel_id), Skip))

    def _threads(self, items: Iterable[Mapping[str, object]]) -> dict[str, str]:
        """How each thread stands whose replies are not all ours."""
        own = self._directory.identity()
        mine = {own.bot_user_id, own.bot_id}
        return {str(item["ts"]): mark for item in items if (mark := _mark(item, mine))}

    def _read(self, item: Mapping[str, object], channel_id: str) -> Message | Skip:
        own = self._directory.identity()
        return read(item, channel_id, own_bot_id=own.bot_id, own_user_id=own.bot_user_id)


def _clamped(given: int, answer: Mapping[str, object], *, limit: int) -> bool:
    return bool(answer.get("has_more")) and given <= CLAMP < limit


def _mark(item: Mapping[str, object], mine: set[str]) -> str:
    """`<reply_count>:<latest_reply>` of a thread's root; empty where nobody else replied.

    Slack names at most five of those who replied, so `reply_users_count` must agree.
    """
    count, users = item.get("reply_count"), item.get("reply_users")
    if not isinstance(count, int) or count < 1 or not is_ts(item.get("ts")):
        return ""
    if isinstance(users, list) and users and len(users) == item.get("reply_users_count"):
        return "" if set(map(str, users)) <= mine else f"{count}:{item.get('latest_reply') or ''}"
    return f"{count}:{item.get('latest_reply') or ''}"


def next_cursor(answer: Mapping[str, object]) -> str:
    """Where the next page starts; empty on the last one."""
    metadata = answer.get("response_metadata")
    return str(metadata.get("next_cursor") or "") if isinstance(metadata, Mapping) else ""


def _with_ts(items: Iterable[Mapping[str, object]], ts: str) -> Mapping[str, object] | None:
    return next((item for item in items if item.get("ts") == ts), None)
