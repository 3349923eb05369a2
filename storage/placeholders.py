"""Numbers for masked values, so that the same secret is the same placeholder through a channel."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.rows import insert_new
from storage.tables import placeholders, salts


def number_of(connection: Connection, team_id: str, channel_id: str, kind: str, value: str) -> int:
    """The number of `value` among those of its kind in its channel, given on first sight.

    Only an HMAC-SHA256 of the value is kept, under a random key of the workspace: without the
    database nobody can try values against it, nor link channels within it.
    """
    digest = _digest(_salt(connection, team_id), channel_id, kind, value)
    p = placeholders.c
    scope = (p.team_id == team_id, p.channel_id == channel_id, p.kind == kind)
    known = select(p.number).where(*scope, p.digest == digest)
    number: int | None = connection.execute(known).scalar_one_or_none()
    if number is not None:
        return number
    connection.execute(select(salts.c.team_id).where(salts.c.team_id == team_id).with_for_update())
    number = connection.execute(known).scalar_one_or_none()
    if number is None:
        number = (connection.execute(select(func.max(p.number)).where(*scope)).scalar_one() or 0) + 1
        key = {"team_id": team_id, "channel_id": channel_id, "kind": kind, "digest": digest}
        insert_new(connection, placeholders, {**key, "number": number})
    return number


def is_numbered(connection: Connection, team_id: str, channel_id: str, kind: str, value: str) -> bool:
    """Whether `value` was given a number before."""
    digest = _digest(_salt(connection, team_id), channel_id, kind, value)
    p = placeholders.c
    same = (p.team_id == team_id, p.channel_id == channel_id, p.kind == kind, p.digest == digest)
    return connection.execute(select(p.number).where(*same)).first() is not None


def _salt(connection: Connection, team_id: str) -> bytes:
    stored = select(salts.c.salt).where(salts.c.team_id == team_id)
    salt = connection.execute(stored).scalar_one_or_none()
    if salt is None:
        insert_new(connection, salts, {"team_id": team_id, "salt": secrets.token_bytes(32)})
        salt = connection.execute(stored).scalar_one()
    return bytes(salt)


def _digest(salt: bytes, channel_id: str, kind: str, value: str) -> str:
    said = "\x00".join((channel_id, kind, value)).encode("utf-8", "surrogatepass")
    return hmac.new(salt, said, hashlib.sha256).hexdigest()
