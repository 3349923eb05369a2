"""The archive: messages as they stand now, hashes of what they were, numbers of what was masked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.engine import Connection

from bot.domain.transcript import Message
from bot.ports import Touched
from storage.merging import Kept, arrived, merged, place, tombstone
from storage.placeholders import number_of
from storage.rows import as_dict, as_dicts, insert_new
from storage.tables import message_versions, messages


class MessageTable:
    """The Messages port. Deliveries may come twice, late and out of order: see `storage/merging.py`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, team_id: str, message: Message, *, at: datetime) -> bool:
        """Insert or bring up to date; True if anything a reader would notice changed.

        The SHA-256 of every text that is not the present one is kept, with the time we saw it go.
        """
        first = arrived(message)
        if insert_new(self._connection, messages, row_of(team_id, first, at)) is not None:
            return True
        before = self._locked(team_id, message.channel_id, message.ts)
        after = merged(before, message)
        for text in {before.message.text, first.message.text} - {after.message.text}:
            self._keep_version(team_id, message, text, at=at)
        if after != before:
            self._write(team_id, after, at=at)
        return _noticed(before.message, after.message)

    def news(self, team_id: str, channel_id: str, page: Sequence[Message]) -> tuple[Message, ...]:
        """Those of a page that saving would change anything for. Most of what is read again is stored as it
        is, and finding that out takes no lock."""
        wanted = messages.c.ts.in_([message.ts for message in page])
        rows = self._connection.execute(select(messages).where(_channel(team_id, channel_id), wanted))
        stored = {row["ts"]: _kept(row) for row in as_dicts(rows)}
        return tuple(message for message in page if _is_news(stored.get(message.ts), message))

    def erase(self, team_id: str, channel_id: str, ts: str, *, at: datetime) -> bool:
        """Leave a tombstone without text; True if there was something to erase. A message deleted
        before it was ever seen leaves a tombstone too, so that its late arrival changes nothing
        (but for its place: in which thread it was)."""
        gone = tombstone(Message(channel_id=channel_id, ts=ts))
        if insert_new(self._connection, messages, row_of(team_id, Kept(gone), at)) is not None:
            return False
        before = self._locked(team_id, channel_id, ts)
        if before.message.deleted:
            return False
        self._keep_version(team_id, before.message, before.message.text, at=at)
        self._write(team_id, Kept(tombstone(before.message)), at=at)
        return True

    def get(self, team_id: str, channel_id: str, ts: str) -> Message | None:
        """One message."""
        row = self._connection.execute(select(messages).where(_is(team_id, channel_id, ts))).first()
        return None if row is None else Message.model_validate(as_dict(row))

    def in_channel(self, team_id: str, channel_id: str, *, oldest: str, latest: str) -> tuple[Message, ...]:
        """Roots and lone messages within the bounds (inclusive), and the replies to them within the
        bounds, in time order, tombstones included. A reply to an older root counts only if it was
        broadcast to the channel: then it was said there."""
        first, last = place(oldest), place(latest)
        said_here = or_(messages.c.root_place >= first, messages.c.broadcast)
        return self._ordered(_channel(team_id, channel_id), messages.c.place.between(first, last), said_here)

    def in_thread(self, team_id: str, channel_id: str, root_ts: str, *, latest: str) -> tuple[Message, ...]:
        """A thread with its root, in time order, tombstones included."""
        mine = messages.c.root_place == place(root_ts)
        return self._ordered(_channel(team_id, channel_id), mine, messages.c.place <= place(latest))

    def standing(
        self, team_id: str, channel_id: str, *, oldest: str, latest: str, root_ts: str | None = None
    ) -> tuple[str, ...]:
        """Timestamps of what is not deleted within the bounds (inclusive): roots and lone messages, or
        the replies of one thread."""
        m = messages.c
        mine = m.thread_ts.is_(None) if root_ts is None else m.thread_ts == root_ts
        within = m.place.between(place(oldest), place(latest))
        query = select(m.ts).where(_channel(team_id, channel_id), within, mine, ~m.deleted).order_by(m.place)
        return tuple(self._connection.execute(query).scalars())

    def replied(self, team_id: str, channel_id: str, *, oldest: str) -> dict[str, str]:
        """How the threads with a root since `oldest` stand here: root → `<replies>:<newest>`."""
        m = messages.c
        theirs = (_channel(team_id, channel_id), m.root_place >= place(oldest), m.thread_ts.is_not(None))
        query = select(m.thread_ts, func.count(), func.max(m.place)).where(*theirs, ~m.deleted)
        found = self._connection.execute(query.group_by(m.thread_ts))
        return {root: f"{count}:{newest.lstrip('0')}" for root, count, newest in found}

    def touched(self, team_id: str, channel_id: str, *, since: datetime, until: str) -> tuple[Touched, ...]:
        """What was said up to the Slack timestamp `until` and stored, edited or deleted after `since`."""
        m, v = messages.c, message_versions.c
        earlier = (v.team_id == team_id, v.channel_id == channel_id, v.ts == m.ts, v.at > since)
        rewritten = exists().where(*earlier).label("rewritten")
        lately = (_channel(team_id, channel_id), m.place <= place(until), m.stored_at > since)
        query = select(m.ts, m.thread_ts, m.deleted, m.broadcast, rewritten).where(*lately)
        rows = self._connection.execute(query.order_by(m.place))
        return tuple(Touched.model_validate(as_dict(row)) for row in rows)

    def versions(self, team_id: str, channel_id: str, ts: str) -> int:
        """How many other texts this message had; for a deleted one, all it ever had."""
        present = self.get(team_id, channel_id, ts)
        digest = "" if present is None else _sha256(present.text)
        v = message_versions.c
        this = (v.team_id == team_id, v.channel_id == channel_id, v.ts == ts, v.sha256 != digest)
        return self._connection.execute(select(func.count()).where(*this)).scalar_one()

    def placeholder(self, team_id: str, channel_id: str, kind: str, value: str) -> int:
        """The number of a masked value in its channel, 1 for the first of its kind."""
        return number_of(self._connection, team_id, channel_id, kind, value)

    def _locked(self, team_id: str, channel_id: str, ts: str) -> Kept:
        key = {"team_id": team_id, "channel_id": channel_id, "ts": ts}
        return _kept(as_dict(self._connection.execute(_one_locked(), key).one()))

    def _write(self, team_id: str, kept: Kept, *, at: datetime) -> None:
        key = _is(team_id, kept.message.channel_id, kept.message.ts)
        self._connection.execute(update(messages).where(key).values(**row_of(team_id, kept, at)))

    def _keep_version(self, team_id: str, message: Message, text: str, *, at: datetime) -> None:
        if text:
            key = {"team_id": team_id, "channel_id": message.channel_id, "ts": message.ts}
            insert_new(self._connection, message_versions, {**key, "sha256": _sha256(text), "at": at})

    def _ordered(self, *conditions: ColumnElement[bool]) -> tuple[Message, ...]:
        query = select(messages).where(*conditions).order_by(messages.c.place)
        return tuple(map(Message.model_validate, as_dicts(self._connection.execute(query))))


def row_of(team_id: str, kept: Kept, at: datetime) -> dict[str, Any]:
    """A message as a row of its table, by column name."""
    message = kept.message
    return {
        **{name: getattr(message, name) for name in Message.model_fields},
        "team_id": team_id,
        "place": place(message.ts),
        "root_place": place(message.thread_ts or message.ts),
        "reactions_as_of": kept.reactions_as_of,
        "stored_at": at,
    }


@cache
def _one_locked() -> Select[Any]:
    """Built once, since every message that is there already is read by it."""
    names = ("team_id", "channel_id", "ts")
    return select(messages).where(*(messages.c[name] == bindparam(name) for name in names)).with_for_update()


def _channel(team_id: str, channel_id: str) -> ColumnElement[bool]:
    return and_(messages.c.team_id == team_id, messages.c.channel_id == channel_id)


def _is(team_id: str, channel_id: str, ts: str) -> ColumnElement[bool]:
    return and_(_channel(team_id, channel_id), messages.c.ts == ts)


def _kept(row: dict[str, Any]) -> Kept:
    return Kept(Message.model_validate(row), row["reactions_as_of"])


def _is_news(before: Kept | None, message: Message) -> bool:
    if before is None or merged(before, message) != before:
        return True
    return arrived(message).message.text != before.message.text


def _noticed(before: Message, after: Message) -> bool:
    return before != after and not before.deleted


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
