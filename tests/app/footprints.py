"""Where words stand: in the database, in what the bot said in Slack, in files, before somebody's eyes."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg

from bot.sandbox import Conversation, Person
from tests.app.scene import Scene, shown


def stored(url: str, *, spared: Iterable[str] = ()) -> str:
    """All text of a database, but for some tables: those of SQLite's full-text index included."""
    return "\n".join(_sqlite(url, set(spared)) if url.startswith("sqlite") else _postgres(url, set(spared)))


def _sqlite(url: str, spared: set[str]) -> Iterator[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'search_terms'"
        for name in {name for (name,) in database.execute(names)} - spared:
            yield from map(str, database.execute(f"SELECT * FROM {name}").fetchall())  # names from the schema


def _postgres(url: str, spared: set[str]) -> Iterator[str]:
    with psycopg.connect(url) as database:
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        for name in {str(name) for (name,) in database.execute(names.encode())} - spared:
            yield from map(str, database.execute(f"SELECT * FROM {name}".encode()).fetchall())


def said_by_bot(scene: Scene, rooms: Iterable[Conversation] | None = None) -> str:
    """All that the bot's messages show, and what their metadata and files are called."""
    slack = scene.stage.slack
    found = slack.workspace.channels.values() if rooms is None else rooms
    return "\n".join(
        f"{shown(one)}\n{json.dumps(one.files)}\n{json.dumps(one.metadata)}"
        for room in list(found)
        for one in room.messages
        if one.user == slack.app.bot_user_id and one.subtype in (None, "file_share")
    )


def written(folder: Path) -> str:
    """The names and the words of all files in a folder that may not exist."""
    files = sorted(folder.rglob("*")) if folder.exists() else []
    return "\n".join(f"{path.name}\n{path.read_text('utf-8', 'replace')}" for path in files if path.is_file())


def before(person: Person) -> str:
    """All that one person was told or shown alone: whispers, windows, their Home tab, direct messages."""
    told = [shown(one) for one in person.ephemerals()]
    told += [shown(one) for one in person.direct().messages if one.user != person.id]
    views = [*person.views, *([person.home] if person.home else [])]
    return "\n".join([*told, *(json.dumps(view.body) for view in views)])


def everywhere(scene: Scene, url: str, folder: Path, *, spared: Iterable[str] = ()) -> str:
    """All text of the bot's that it can reach: database, posts, files, Slack's files. In a channel that is
    closed to it Slack lets it change nothing."""
    slack = scene.stage.slack
    reached = [
        room
        for room in list(slack.workspace.channels.values())
        if room.is_im or (not room.archived and slack.app.bot_user_id in room.members)
    ]
    kept = [stored(url, spared=spared), said_by_bot(scene, reached)]
    kept += [written(folder / name) for name in ("postmortems", "private")]
    return "\n".join([*kept, *map(str, scene.stage.slack.workspace.files.values())])


def around(text: str, words: Iterable[str]) -> list[str]:
    """Where each of these words stands, with what stands before it."""
    found = [(word, re.search(rf"\b{word}\b", text)) for word in words]
    return [text[max(0, at.start() - 300) : at.end()] for _, at in found if at]


def ids(url: str, table: str, column: str) -> set[int]:
    """What a column of numbers holds; names are from the schema."""
    query = f"SELECT {column} FROM {table}"  # given by tests
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            return {int(one) for (one,) in database.execute(query)}
    with psycopg.connect(url) as server:
        return {int(one) for (one,) in server.execute(query.encode())}
