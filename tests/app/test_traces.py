"""After forgetting and after the app left: every text of every table, of every file and of Slack is looked
through for words that people planted wherever they can put words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.demo.stage import Stage
from bot.domain.posting import Action
from bot.workflow import retention
from tests.app.conftest import make_scene
from tests.app.scene import Scene, shown
from tests.app.test_erasure import CAUSE, forget, in_slack
from tests.app.test_home import opened, text
from tests.app.test_likeness import AGAIN, POOL, another, run

SAID = (
    "Kesslerplan answers 502 for all customers since 09:00 UTC.",
    "The root cause is that Brandtfall leaks every connection of the connection pool.",
    "Rolled Eggerstand back and the pool recovered.",
    "We should add an alert on Ottogrund.",
)
PLANTED = {
    "Kesslerplan": "a message",
    "Brandtfall": "the cause",
    "Eggerstand": "what helped",
    "Ottogrund": "an action item",
    "Quintus": "words that were edited away",
    "Dietzlage": "words that came in their place",
    "Ullatitel": "the title",
    "zorawort": "a service",
    "Rosafrage": "a question in the review",
    "Xaverwahl": "an edit in the review",
    "Yannikrede": "talk in the review",
    "Veraakte": "the name of a file",
    "Wandagrund": "a reason for declining",
}


@pytest.fixture
def tables(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    """A workspace in which Priya is an admin, on either database."""
    with Stage(tmp_path, admins="admins", database_url=database_url) as stage:
        scene = make_scene(stage)
        stage.slack.usergroup("admins", members=[scene.priya])
        yield scene


def rows(url: str) -> Iterator[tuple[str, str]]:
    """Every row of every table, those included that an index is made of, as its table's name and a text."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'search_terms'"
            for (table,) in database.execute(names).fetchall():
                yield from ((table, str(row)) for row in database.execute(f"SELECT * FROM {table}"))
    else:
        with psycopg.connect(url) as connection:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (table,) in connection.execute(names).fetchall():
                found = connection.execute(f"SELECT t::text FROM {table} AS t".encode())
                yield from ((table, str(row)) for (row,) in found)


def traces(scene: Scene) -> dict[str, set[str]]:
    """Each planted word that is left → the tables in which it stands, in any case."""
    found: dict[str, set[str]] = {}
    for table, row in rows(scene.stage.settings().database_url):
        for word in PLANTED:
            if word.lower() in row.lower():
                found.setdefault(word, set()).add(table)
    return found


def planted(scene: Scene) -> None:
    """A published incident that everybody had their say in."""
    scene.start("Ullatitel service:zorawort")
    for line in SAID:
        scene.stage.jump(minutes=2)
        scene.maya.say(scene.channel, line)
    edited = scene.ben.say(scene.channel, "It began with Quintus")
    scene.ben.say(scene.channel, "See this", files=[{"id": "F9", "name": "Veraakte.txt"}])
    scene.stage.settle()
    scene.ben.edit(edited, "It began with Dietzlage")
    scene.stage.settle()
    scene.command(scene.maya, "resolve")
    scene.stage.jump(hours=2)
    for line in (
        "question: Why did Rosafrage not fire?",
        "impact: 31 Xaverwahl orders failed.",
        "So Yannikrede",
    ):
        scene.reply(scene.maya, line)
    scene.reply(scene.priya, "decline action 1 because of Wandagrund")
    scene.press(scene.ben, Action.APPROVE)
    assert "Ullatitel" in text(opened(scene, scene.maya))


def test_forgetting_leaves_no_word_anywhere(tables: Scene) -> None:
    """After the next night: not in a table, a file or a post, nor on a Home or in what others were told."""
    planted(tables)
    assert set(traces(tables)) == set(PLANTED) - {"Quintus"}
    channel = another(tables, "orders", tables.maya)
    second = run(tables, channel, "Orders hang", AGAIN, tables.maya)
    approve = next(one for one in channel.messages if Action.APPROVE.value in shown(one))
    tables.press(tables.maya, Action.APPROVE, approve)
    folder = tables.stage.folder / "postmortems"
    assert any("Eggerstand" in path.read_text(encoding="utf-8") for path in folder.glob(f"{second.key}*"))

    forget(tables, tables.priya)
    retention.purge(tables.stage.bot.world)
    tables.stage.jump(minutes=5)

    assert traces(tables) == {}
    written = [f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in folder.glob("*.*")]
    assert len(written) == 2
    home = text(tables.maya.home) if tables.maya.home else ""
    for word in PLANTED:
        assert not in_slack(tables, word), word
        assert word.lower() not in "\n".join((*written, home)).lower(), word
    assert not [one for one in tables.stage.slack.workspace.files.values() if "INC-1" in one["name"]]


def in_files(scene: Scene) -> set[str]:
    """The planted words of which the middle, as its stem has it, stands anywhere in SQLite's file or its log:
    in free pages, in what the index is made of, in rows that were written over."""
    file = scene.stage.folder / "postmortem.db"
    held = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*")).lower()
    return {word for word in PLANTED if word.lower()[2:8].encode() in held}


def test_forgetting_leaves_no_stem_in_the_bytes_of_the_files(tmp_path: Path) -> None:
    """Within minutes, and without the night's round: the index's own files are merged, the log is emptied."""
    with Stage(tmp_path, admins="admins") as stage:
        scene = make_scene(stage)
        stage.slack.usergroup("admins", members=[scene.priya])
        planted(scene)
        assert in_files(scene) >= set(PLANTED) - {"Quintus"}

        forget(scene, scene.priya)
        scene.stage.jump(minutes=2)
        assert in_files(scene) == set()


def test_the_clock_of_erasure_leaves_no_word_in_any_table(tables: Scene) -> None:
    """Two weeks after the app was removed. What was published and posted is the organisation's own."""
    planted(tables)
    tables.stage.slack.uninstall()
    tables.stage.settle()

    tables.stage.jump(days=15)
    retention.purge(tables.stage.bot.world)

    assert traces(tables) == {}
    left = {table for table, _ in rows(tables.stage.settings().database_url)}
    assert left <= {"alembic_version", "audit", "departures", "sqlite_sequence", *SHADOWS}


SHADOWS = {f"search_terms_{part}" for part in ("data", "idx", "content", "docsize", "config")}
"""The files of SQLite's full-text index: never without rows, though without words."""

ASKING = (
    *("show INC-1", "status INC-1", "history INC-1", "actions INC-1", "list", "stats year"),
    *("search leaks", "search database connections", "similar INC-1", "similar INC-2"),
)


def test_what_is_deleted_during_a_hold_is_shown_on_no_surface(tables: Scene) -> None:
    """Not to members, not to admins: commands, windows, redrafts, a second resolution, files, a Home, and
    what an incident of the same cause is told."""
    tables.drafted()
    tables.command(tables.priya, "hold INC-1")
    tables.maya.delete(next(one for one in tables.channel.messages if CAUSE in one.text))
    tables.stage.settle()
    gone = "connections on every retry"

    tables.redraft(tables.ben)
    for action in (Action.SHOW, Action.EDIT, Action.REDRAFT):
        tables.press(tables.ben, action)
    tables.press(tables.ben, Action.APPROVE)
    tables.press(tables.ben, Action.REOPEN)
    tables.command(tables.maya, "resolve")
    tables.stage.jump(hours=2)
    channel = another(tables, "orders", tables.maya, tables.ben, tables.priya)
    run(tables, channel, "Orders hang", POOL[1:], tables.maya)
    for who in (tables.ben, tables.priya):
        heard = [tables.command(who, words) for words in ASKING]
        seen = [json.dumps(view.blocks) for view in who.views] + [text(opened(tables, who))]
        assert gone not in "\n".join((*heard, *seen))

    kept = {table for table, row in rows(tables.stage.settings().database_url) if CAUSE in row}
    assert kept == {"sealed"}
    assert not in_slack(tables, gone)
    assert not any(gone in path.read_text(encoding="utf-8") for path in tables.stage.folder.rglob("INC-1*.*"))
