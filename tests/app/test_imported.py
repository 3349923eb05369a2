"""Imported incidents in a real workspace: read, found and reviewed by command, and never spoken of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.stage import Stage
from bot.domain.incident import Incident, Status
from bot.domain.posting import Action
from bot.importer.choosing import Wish
from bot.importer.everything import import_all
from bot.importer.report import Outcome
from bot.sandbox import Channel, Ephemeral, Person
from bot.workflow.erasure import forget, redact
from tests.app.conftest import make_scene
from tests.app.scene import Scene
from tests.importer.workspaces import AT, OUTAGE, Workspace, said, thread
from tests.imports.documents import TOML

LATER = "1790000000.000100"


class Past(Scene):
    """A workspace into which an export was imported while the bot was running."""

    export: Workspace
    archived: Channel
    secret: Channel

    def bring(self) -> None:
        """`postmortem import` with the token set, beside the bot."""
        settings = self.stage.settings().model_copy(update={"incident_channels": ("incident*",)})
        import_all(settings, self.stage.bot.database, Wish(paths=(self.export.write(),)))
        self.stage.settle()

    def kept(self, key: str) -> Incident:
        """An incident by its name."""
        series, _, number = key.partition("-")
        with self.stage.bot.database.read() as records:
            found = records.incidents.by_key(self.stage.bot.world.team_id, series, int(number))
        assert found is not None
        return found

    def said_by_the_bot(self) -> list[str]:
        """Everything it ever posted in these channels."""
        return [one.text for where in (self.archived, self.secret, self.channel) for one in where.messages
                if one.user == self.stage.slack.app.bot_user_id and one.subtype is None]  # fmt: skip


@pytest.fixture
def past(stage: Stage, tmp_path: Path) -> Iterator[Past]:
    """An archived channel, a private one the bot is not in, and a long-lived one it is in."""
    scene = make_scene(stage)
    slack, people = stage.slack, [scene.maya, scene.ben]
    past = Past(stage, scene.maya, scene.ben, scene.priya, slack.channel("incidents", members=people))
    past.archived = slack.channel("incident-cache", members=people)
    past.secret = slack.channel("incident-pay", members=[scene.maya], private=True)
    past.export = Workspace(tmp_path / "export", users=[])
    for channel, private in ((past.archived, False), (past.secret, True), (past.channel, False)):
        talk = _by(past, said(AT, OUTAGE)) if channel is not past.channel else _two_threads(past)
        name = past.export.channel(channel.name, talk, private=private, members=[scene.maya.id])
        listed = past.export.groups if private else past.export.channels
        next(one for one in listed if one["id"] == name)["id"] = channel.id
    past.archived.archive()
    stage.settle()
    past.bring()
    yield past
    assert past.said_by_the_bot() == []


def _by(past: Past, talk: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {"U0ANN": past.maya.id, "U0BOB": past.ben.id}
    return [item | {"user": names[item["user"]]} for item in talk]


def _two_threads(past: Past) -> list[dict[str, Any]]:
    return [
        *_by(past, thread(AT - timedelta(days=40), OUTAGE, tick="white_check_mark")),
        *_by(past, thread(AT - timedelta(days=10), OUTAGE, tick="white_check_mark")),
    ]


def pressed(past: Past, who: Person, action: Action, answer: Ephemeral) -> str:
    """Press a button of an answer only one person sees; returns what they are told."""
    past.press(who, action, answer)
    return past.whispered(who)


def test_they_are_listed_shown_and_found(past: Past) -> None:
    """As unreviewed; the window shows the document with where it comes from."""
    listed = past.command(past.ben, "list")
    assert "INC-1 · Cache" in listed
    assert "in review (imported)" in listed
    assert "unreviewed" in past.command(past.ben, "search connection pool")
    answer = past.command(past.ben, "show INC-1")
    assert "It was imported and nobody has reviewed it yet." in answer
    shown = json.dumps(past.ben.views[-1].body)
    assert "connection pool" in shown
    assert "Imported from a Slack export: the whole channel." in shown


def test_private_ones_are_seen_by_members_only(past: Past) -> None:
    """Those of the export's list count where Slack does not tell the bot; the others learn nothing."""
    assert "PRV-1" in past.command(past.maya, "list")
    assert "PRV-1" in past.command(past.maya, "search connection pool")
    for who in (past.ben, past.priya):
        assert "PRV-1" not in past.command(who, "list")
        assert "PRV-1" not in past.command(who, "search connection pool")
        assert "no incident PRV-1 that you can see" in past.command(who, "show PRV-1")


def test_they_are_told_as_similar(past: Past) -> None:
    """Earlier ones of the same cause; of a private one nobody learns here."""
    answer = past.command(past.ben, "similar INC-1")
    assert "INC-3" in answer
    assert "PRV-1" not in answer


def test_one_is_approved_where_it_is_read(past: Past) -> None:
    """It is published as any other, and still nothing is posted."""
    past.command(past.ben, "show INC-2")
    assert "You approved revision 1 of INC-2." in pressed(
        past, past.ben, Action.APPROVE, past.ben.ephemerals()[-1]
    )
    assert past.kept("INC-2").status is Status.PUBLISHED
    assert list((past.stage.folder / "postmortems").rglob("*INC-2*"))
    assert "unreviewed" not in past.command(past.ben, "search rollback")[:400]


def test_only_members_decide(past: Past) -> None:
    """Who is not in its channel may read a public one, not approve it."""
    past.command(past.priya, "show INC-2")
    told = pressed(past, past.priya, Action.APPROVE, past.priya.ephemerals()[-1])
    assert "Nothing was changed" in told
    assert past.kept("INC-2").status is Status.IN_REVIEW


def test_what_makes_no_sense_is_refused(past: Past) -> None:
    """Drafting it anew from Slack."""
    assert "INC-2 was imported" in past.command(past.ben, "draft INC-2")
    assert past.kept("INC-2").status is Status.IN_REVIEW


def test_a_message_deleted_in_slack_is_gone_from_it(past: Past) -> None:
    """From evidence, draft, title and search, though the bot never saw it said."""
    incident = past.kept("INC-2")
    with past.stage.bot.database.read() as records:
        cause = next(item for item in records.evidence.of(incident.id) if "connection pool" in item.text)
    gone = {"type": "message", "subtype": "message_deleted", "hidden": True, "channel_type": "channel"}
    where = {"channel": past.channel.id, "ts": LATER, "event_ts": LATER, "deleted_ts": cause.ts}
    past.stage.slack.events(gone | where)
    past.stage.settle()
    with past.stage.bot.database.read() as records:
        revision = records.revisions.latest(incident.id)
    assert revision is not None
    assert "connection pool" not in revision.model_dump_json()


def test_a_document_is_read_by_everybody_and_published_once_approved(past: Past, tmp_path: Path) -> None:
    """It has no channel to be private in: one that calls itself a draft is approved as any other."""
    (tmp_path / "search.md").write_text(TOML)
    import_all(past.stage.settings(), past.stage.bot.database, Wish(paths=(tmp_path / "search.md",)))
    key = re.findall(r"INC-\d+ · Search index corrupted", past.command(past.priya, "list"))[0]
    name = key.split(" ")[0]
    past.command(past.priya, f"show {name}")
    assert "Imported from a document" in json.dumps(past.priya.views[-1].body)
    assert f"You approved revision 1 of {name}." in pressed(
        past, past.priya, Action.APPROVE, past.priya.ephemerals()[-1]
    )
    assert past.kept(name).status is Status.PUBLISHED
    (written,) = (past.stage.folder / "postmortems").rglob(f"{name}*.md")
    assert "The index was corrupted." in written.read_text()


def test_a_changed_document_does_not_restore_what_was_erased_of_it(past: Past, tmp_path: Path) -> None:
    """Its paragraph is in the file still; neither evidence nor any later revision has it again."""
    wish = Wish(paths=(tmp_path / "search.md",))
    (tmp_path / "search.md").write_text(TOML)
    import_all(past.stage.settings(), past.stage.bot.database, wish)
    name = re.findall(r"(INC-\d+) · Search index corrupted", past.command(past.priya, "list"))[0]
    incident, world = past.kept(name), past.stage.bot.world
    with world.storage.begin() as records:
        known = records.evidence.of(incident.id)
        gone = {one.label for one in known if "The index was corrupted." in one.text}
        assert gone
        redact(records, world, incident, gone)

    (tmp_path / "search.md").write_text(f"{TOML}\n\n## Lessons\n\nWatch the size of the index.\n")
    import_all(past.stage.settings(), past.stage.bot.database, wish)

    with world.storage.read() as records:
        latest = records.revisions.all(incident.id)[-1]
        everything = [one.model_dump_json() for one in records.evidence.of(incident.id)]
    assert latest.number == 2
    assert "Watch the size of the index" in latest.draft.model_dump_json()
    assert "The index was corrupted." not in "\n".join([latest.draft.model_dump_json(), *everything])


def test_a_copy_of_a_forgotten_postmortem_is_not_imported(past: Past, tmp_path: Path) -> None:
    """It names the incident that this bot published it for."""
    (tmp_path / "search.md").write_text(TOML)
    import_all(past.stage.settings(), past.stage.bot.database, Wish(paths=(tmp_path / "search.md",)))
    name = re.findall(r"(INC-\d+) · Search index corrupted", past.command(past.priya, "list"))[0]
    past.command(past.priya, f"show {name}")
    pressed(past, past.priya, Action.APPROVE, past.priya.ephemerals()[-1])
    (written,) = (past.stage.folder / "postmortems").rglob(f"{name}*.md")
    copy = tmp_path / "wiki" / "copy.md"
    copy.parent.mkdir()
    copy.write_text(written.read_text())
    forget(past.stage.bot.world, past.kept(name).id, past.priya.id)

    report = import_all(past.stage.settings(), past.stage.bot.database, Wish(paths=(copy,)))

    assert [line.outcome for line in report.lines] == [Outcome.SKIPPED]
    assert "Search index corrupted" not in past.command(past.priya, "list")
