"""Importing exports: what is made of what, that nothing is doubled, lost, posted or shown to the wrong."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.incident import Scope, Severity, Status
from bot.domain.past import Kind
from bot.domain.provenance import check
from bot.domain.review import Decision, Review
from bot.domain.search_query import SearchQuery
from bot.errors import UserError
from bot.importer.report import Outcome
from bot.ports import KnownMembers, StoredChannel
from bot.workflow.importing.origin import IMPORTED
from tests.importer.conftest import Importer
from tests.importer.workspaces import (
    ANN,
    AT,
    BOB,
    EVE,
    OUTAGE,
    SECRET,
    TEAM,
    Workspace,
    long_lived,
    said,
    ts,
)
from tests.storage.builders import new_incident, new_thread_incident

POOL = SearchQuery(words=("pool",))


def test_a_channel_becomes_an_incident_in_review(bring: Importer, workspace: Workspace) -> None:
    """With its times, severity and services found, every sentence resting on labelled evidence."""
    workspace.channel("incident-checkout-sev2", said(AT, OUTAGE), topic="service:checkout")
    report = bring(workspace.write())
    (incident,) = bring.incidents()
    held = bring.dossier(incident)
    assert (report.lines[0].outcome, report.lines[0].keys) == (Outcome.IMPORTED, ("INC-1",))
    assert (incident.status, incident.imported, incident.title) == (Status.IN_REVIEW, True, "Checkout")
    assert (incident.severity, incident.services) == (Severity.SEV2, ("checkout",))
    assert incident.started_at <= AT < (incident.resolved_at or AT) <= AT + timedelta(minutes=20)
    assert held.revision is not None
    assert (held.revision.number, held.revision.author, held.revision.reason) == (1, "drafter", "imported")
    assert check(held.revision.draft, {item.label: item for item in held.evidence}) == ()
    assert IMPORTED[Kind.CHANNEL] in held.revision.coverage.notes
    assert any(item.after_resolution for item in held.evidence)


def test_secrets_addresses_and_names_stay_outside(bring: Importer, workspace: Workspace) -> None:
    """In the archive, the evidence and the draft alike."""
    channel_id = workspace.channel("incident-a", said(AT, OUTAGE))
    bring(workspace.write())
    held = bring.dossier(bring.incidents()[0])
    with bring.storage.read() as records:
        archived = records.messages.in_channel(TEAM, channel_id, oldest="0", latest="9999999999.0")
    assert held.revision is not None
    stored = " ".join([*(one.text for one in archived), held.revision.model_dump_json()])
    stored += " ".join(item.model_dump_json() for item in held.evidence)
    assert SECRET not in stored
    assert "[secret:" in stored
    assert "ann@x.test" not in held.revision.model_dump_json() + str(held.evidence)
    assert "Ann Lee" not in stored


def test_nothing_is_asked_of_the_bot_and_nothing_posted(bring: Importer, workspace: Workspace) -> None:
    """No job, no post; one line in the audit trail."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    bring(workspace.write())
    incident = bring.incidents()[0]
    with bring.storage.read() as records:
        assert records.jobs.listed() == ()
        assert records.posts.of(incident.id) == ()
        assert [(line.actor, line.action) for line in records.audit.of(incident.id)] == [
            ("import", "imported")
        ]
        assert [hit.published for hit in records.search.query(TEAM, POOL, visible=frozenset())] == [False]


def test_importing_twice_is_importing_once(bring: Importer, workspace: Workspace) -> None:
    """Finished channels are not even read again; another path to the same export changes nothing."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    workspace.channel("incidents", long_lived())
    bring(workspace.write())
    before = bring.incidents()
    (workspace.path / "incident-a" / "2026-02-10.json").touch()
    again = bring(workspace.zipped())
    assert {line.outcome for line in again.lines} == {Outcome.UNCHANGED}
    assert bring.incidents() == before


def test_a_long_lived_channel_is_split_by_what_looks_like_incidents(
    bring_sqlite: Importer, workspace: Workspace
) -> None:
    """Threads and bursts that broke and ended are one each; chatter is none, and the report says so."""
    workspace.channel("incidents", long_lived())
    report = bring_sqlite(workspace.write())
    found = bring_sqlite.incidents()
    assert [one.scope for one in found] == [Scope.THREAD, Scope.CHANNEL, Scope.THREAD]
    assert found[0].root_ts == ts(AT)
    assert [one.title[:12] for one in found] == ["Checkout is ", "The search c", "Emails are s"]
    assert report.lines[0].made == "2 threads, a stretch of talk"
    assert report.lines[0].keys == ("INC-1", "INC-2", "INC-3")


def test_the_split_can_be_chosen(bring_sqlite: Importer, workspace: Workspace) -> None:
    """`never` makes one of the whole channel."""
    workspace.channel("incidents", long_lived())
    bring_sqlite(workspace.write(), split="never")
    assert [one.scope for one in bring_sqlite.incidents()] == [Scope.CHANNEL]
    # and what was made of it once is made of it again
    workspace.talk["incidents"] += said(AT + timedelta(days=30), [(BOB, "Any news?")])
    report = bring_sqlite(workspace.write())
    assert [line.outcome for line in report.lines] == [Outcome.UPDATED]
    assert len(bring_sqlite.incidents()) == 1


def test_only_what_is_asked_for_is_imported(bring_sqlite: Importer, workspace: Workspace) -> None:
    """By pattern, by start, and at most so many at a time; nothing at all in a dry run."""
    workspace.channel("incident-old", said(AT - timedelta(days=400), OUTAGE))
    workspace.channel("incident-one", said(AT, OUTAGE))
    workspace.channel("incident-two", said(AT + timedelta(days=1), OUTAGE))
    workspace.channel("random", said(AT, OUTAGE))
    path = workspace.write()
    dry = bring_sqlite(path, since="2026-01", dry_run=True)
    assert [line.outcome for line in dry.lines] == [Outcome.SKIPPED, Outcome.IMPORTED, Outcome.IMPORTED]
    assert bring_sqlite.incidents() == ()
    first = bring_sqlite(path, since="2026-01", limit=2)
    assert (first.incidents, first.left) == (1, 1)
    assert first.lines[0].made == "1 before --since"
    second = bring_sqlite(path, since="2026-01", limit=2)
    assert (second.incidents, second.count(Outcome.UNCHANGED)) == (1, 2)
    everything = bring_sqlite(path)
    assert (everything.incidents, len(bring_sqlite.incidents())) == (1, 3)
    with pytest.raises(UserError, match=r"No channel .* is called nope.*#incident-old.*#random"):
        bring_sqlite(path, channels=("nope",))


def test_private_channels_stay_private(bring: Importer, workspace: Workspace) -> None:
    """Another series, found by nobody but the members the export lists."""
    channel_id = workspace.channel("incident-pay", said(AT, OUTAGE), private=True, members=[ANN, BOB])
    bring(workspace.write())
    incident = bring.incidents()[0]
    with bring.storage.read() as records:
        assert (incident.key, incident.is_private) == ("PRV-1", True)
        assert records.search.query(TEAM, POOL, visible=frozenset()) == ()
        assert len(records.search.query(TEAM, POOL, visible=frozenset({channel_id}))) == 1
        members = records.members.get(TEAM, channel_id)
    assert members is not None
    assert members.members == {ANN, BOB}


def test_an_old_list_of_members_lets_nobody_in(bring_sqlite: Importer, workspace: Workspace) -> None:
    """What Slack told later stands; a later export only takes people out."""
    channel_id = workspace.channel("incident-pay", said(AT, OUTAGE), private=True, members=[ANN, EVE])
    later = KnownMembers(members=frozenset({ANN}), at=AT + timedelta(days=9))
    with bring_sqlite.storage.begin() as records:
        records.members.save(TEAM, channel_id, later.members, at=later.at)
    bring_sqlite(workspace.write())
    with bring_sqlite.storage.read() as records:
        assert records.members.get(TEAM, channel_id) == later


def test_what_the_bot_knows_to_be_private_is_private(bring_sqlite: Importer, workspace: Workspace) -> None:
    """A channel that was made private after the export."""
    channel_id = workspace.channel("incident-a", said(AT, OUTAGE))
    with bring_sqlite.storage.begin() as records:
        records.channels.save(StoredChannel(team_id=TEAM, id=channel_id, name="incident-a", is_private=True))
    bring_sqlite(workspace.write())
    assert [one.key for one in bring_sqlite.incidents()] == ["PRV-1"]


def test_a_channel_that_became_private_takes_its_incidents_along(
    bring_sqlite: Importer, workspace: Workspace
) -> None:
    """The newer export says so: they keep their names, and nobody outside finds them any more."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    bring_sqlite(workspace.write())
    workspace.groups, workspace.channels = [workspace.channels[0] | {"members": [ANN, BOB]}], []
    bring_sqlite(workspace.write())
    workspace.groups[0]["members"] = [ANN, EVE]
    bring_sqlite(workspace.write())
    (incident,) = bring_sqlite.incidents()
    with bring_sqlite.storage.read() as records:
        members = records.members.get(TEAM, incident.channel_id)
        assert records.search.query(TEAM, POOL, visible=frozenset()) == ()
    assert (incident.key, incident.is_private) == ("INC-1", True)
    assert members is not None
    assert members.members == {ANN}


def test_a_channel_nobody_lists_needs_a_word(bring_sqlite: Importer, workspace: Workspace) -> None:
    """Whether it is private cannot be guessed; --private says so."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    path = workspace.write()
    (path / "channels.json").unlink()
    report = bring_sqlite(path, team=TEAM)
    assert report.lines[0].outcome is Outcome.FAILED
    assert "--public or --private" in report.lines[0].made
    bring_sqlite(path, team=TEAM, private=True)
    assert [one.key for one in bring_sqlite.incidents()] == ["PRV-1"]


def test_what_is_broken_skips_only_itself(bring_sqlite: Importer, workspace: Workspace) -> None:
    """A broken day is named and left out, a broken channel too; the next run tries them again."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    workspace.channel("incident-b", said(AT, OUTAGE))
    workspace.channel("incident-c", said(AT, OUTAGE))
    path = workspace.write()
    (path / "incident-a" / "2026-02-11.json").write_text("[{")
    (path / "incident-b" / "2026-02-10.json").write_text('{"no": "list"}')
    report = bring_sqlite(path)
    assert [line.outcome for line in report.lines] == [Outcome.IMPORTED, Outcome.FAILED, Outcome.IMPORTED]
    assert "2026-02-10.json is no Slack day file" in report.lines[1].made
    assert [line for line in report.broken if "incident-a/2026-02-11.json is not valid JSON" in line]
    assert not report.is_whole
    held = bring_sqlite.dossier(bring_sqlite.incidents()[0])
    assert held.revision is not None
    assert not held.revision.coverage.complete
    assert "1 file of the export could not be read." in held.revision.coverage.notes
    (path / "incident-a" / "2026-02-11.json").write_text("[]")
    (path / "incident-b" / "2026-02-10.json").write_text(json.dumps(said(AT, OUTAGE)))
    mended = bring_sqlite(path)
    assert mended.is_whole
    assert {line.name[-1]: line.outcome for line in mended.lines} == {
        "a": Outcome.UNCHANGED,
        "b": Outcome.IMPORTED,
        "c": Outcome.UNCHANGED,
    }


def test_a_newer_export_brings_what_is_new(bring: Importer, workspace: Workspace) -> None:
    """The same incident, its labels kept, in a further revision."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    bring(workspace.write())
    before = bring.dossier(bring.incidents()[0])
    workspace.talk["incident-a"] += said(AT + timedelta(hours=5), [(BOB, "We lost 1,250 orders in the end.")])
    report = bring(workspace.write())
    (incident,) = bring.incidents()
    after = bring.dossier(incident)
    assert report.lines[0].made == "1 updated"
    assert after.revision is not None
    assert (after.revision.number, after.revision.reason) == (2, "imported again")
    assert after.evidence[: len(before.evidence)] == before.evidence
    assert "1,250" in after.evidence[-1].text
    assert incident.key == "INC-1"


def test_what_people_wrote_and_decided_stays(bring: Importer, workspace: Workspace) -> None:
    """An edited section survives a newer export, an approved postmortem is not touched at all."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    workspace.channel("incident-b", said(AT, OUTAGE))
    bring(workspace.write())
    edited, approved = sorted(bring.incidents(), key=lambda one: one.number)
    held = bring.dossier(edited)
    assert held.revision is not None
    claim = held.revision.draft.impact[0].model_copy(update={"text": "Payments failed for 20 minutes."})
    mine = held.revision.model_copy(
        update={
            "number": 2,
            "author": ANN,
            "draft": held.revision.draft.model_copy(update={"impact": (claim,)}),
        }
    )
    with bring.storage.begin() as records:
        records.revisions.add(mine)
        records.reviews.add(
            Review(incident_id=approved.id, revision=1, user_id=ANN, decision=Decision.APPROVED, at=AT)
        )
        records.incidents.replace(approved.model_copy(update={"status": Status.PUBLISHED}))
    for name in ("incident-a", "incident-b"):
        workspace.talk[name] += said(AT + timedelta(hours=5), [(BOB, "Impact: 1,250 orders in the end.")])
    report = bring(workspace.write())
    after = [bring.dossier(one).revision for one in (edited, approved)]
    assert after[0] is not None
    assert (after[0].number, after[0].draft.impact) == (3, (claim,))
    assert after[1] is not None
    assert after[1].number == 1
    assert report.lines[1].made == "INC-2 is published: its messages were added, its text stays"


def test_what_the_bot_recorded_itself_is_not_doubled(bring_sqlite: Importer, workspace: Workspace) -> None:
    """Neither a channel's incident nor a thread's."""
    whole = workspace.channel("incident-a", said(AT, OUTAGE))
    many = workspace.channel("incidents", long_lived())
    with bring_sqlite.storage.begin() as records:
        fields = {"team_id": TEAM, "started_at": AT, "since_ts": ts(AT - timedelta(hours=1))}
        records.incidents.create(new_incident(channel_id=whole, **fields))
        records.incidents.create(new_thread_incident(channel_id=many, root_ts=ts(AT), **fields))
    report = bring_sqlite(workspace.write())
    assert report.lines[0].made == "the bot recorded it itself: INC-1"
    assert report.lines[0].outcome is Outcome.SKIPPED
    assert report.lines[1].made == "a stretch of talk, a thread"
    assert len([one for one in bring_sqlite.incidents() if one.imported]) == 2


def test_what_was_forgotten_does_not_come_back(bring: Importer, workspace: Workspace) -> None:
    """Not even with a newer export; no hash of what it said is kept."""
    channel_id = workspace.channel("incident-a", said(AT, OUTAGE))
    bring(workspace.write())
    with bring.storage.begin() as records:
        records.eraser.incident(bring.incidents()[0].id)
        assert [row.digest for row in records.imports.of_channel(TEAM, channel_id)] == [""]
    workspace.talk["incident-a"] += said(AT + timedelta(hours=5), [(BOB, "One more thing.")])
    report = bring(workspace.write())
    assert bring.incidents() == ()
    assert report.lines[0].made == "forgotten here, so it does not come back"


def test_what_people_deleted_does_not_come_back(bring: Importer, workspace: Workspace) -> None:
    """A tombstone in the archive wins over an export from before."""
    channel_id = workspace.channel("incident-a", said(AT, OUTAGE))
    gone = ts(AT + timedelta(minutes=6))
    with bring.storage.begin() as records:
        records.messages.erase(TEAM, channel_id, gone, at=AT + timedelta(days=1))
    bring(workspace.write())
    held = bring.dossier(bring.incidents()[0])
    assert held.revision is not None
    assert gone not in {item.ts for item in held.evidence}
    assert "connection pool" not in held.revision.model_dump_json()


def test_old_messages_are_not_archived_but_their_postmortem_is(
    bring_sqlite: Importer, workspace: Workspace
) -> None:
    """What is older than the retention would be purged the next night; evidence counts from the import."""
    channel_id = workspace.channel("incident-old", said(AT - timedelta(days=900), OUTAGE))
    bring_sqlite(workspace.write())
    incident = bring_sqlite.incidents()[0]
    with bring_sqlite.storage.begin() as records:
        assert records.messages.in_channel(TEAM, channel_id, oldest="0", latest="9999999999.0") == ()
        row = records.imports.of_channel(TEAM, channel_id)[0]
        assert records.eraser.unapproved(TEAM, before=row.at) == ()
        assert records.eraser.unapproved(TEAM, before=row.at + timedelta(days=1)) == (incident.id,)
    assert bring_sqlite.dossier(incident).evidence


def test_placeholders_agree_with_those_of_the_archive(bring_sqlite: Importer, workspace: Workspace) -> None:
    """A channel that has masked values already gives the same secret the same number."""
    channel_id = workspace.channel("incident-a", said(AT, OUTAGE))
    with bring_sqlite.storage.begin() as records:
        assert records.messages.placeholder(TEAM, channel_id, "github-token", "another") == 1
        number = records.messages.placeholder(TEAM, channel_id, "github-token", SECRET)
    bring_sqlite(workspace.write())
    texts = " ".join(item.text for item in bring_sqlite.dossier(bring_sqlite.incidents()[0]).evidence)
    assert f"[secret:github-token-{number}]" in texts


def test_several_processes_make_the_same_of_it(bring_sqlite: Importer, workspace: Workspace) -> None:
    """In the same order, with the same numbers."""
    for number in range(21):
        workspace.channel(f"incident-{number:02d}", said(AT + timedelta(days=number), OUTAGE))
    report = bring_sqlite(workspace.zipped(), processes=2)
    assert [line.keys for line in report.lines] == [(f"INC-{number}",) for number in range(1, 22)]
    assert [one.started_at.date() for one in bring_sqlite.incidents()] == [
        (AT + timedelta(days=number)).date() for number in range(21)
    ]


def test_another_workspace_s_export_is_refused(bring_sqlite: Importer, workspace: Workspace) -> None:
    """Unless the operator says that it belongs here."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    path = workspace.write()
    with bring_sqlite.storage.begin() as records:
        records.channels.save(StoredChannel(team_id="T0OTHER", id="C1", name="x"))
    with pytest.raises(UserError, match=r"workspace T0ACME, and the bot works in T0OTHER.*--team T0OTHER"):
        bring_sqlite(path)
    assert bring_sqlite(path, team="T0OTHER").incidents == 1


def test_killed_at_any_moment_it_goes_on(sqlite_url: str, workspace: Workspace, tmp_path: Path) -> None:
    """A process killed half-way leaves whole incidents; started again it brings the rest, once each."""
    for number in range(12):
        workspace.channel(f"incident-{number:02d}", said(AT + timedelta(days=number), OUTAGE))
    path = workspace.zipped()
    command = [sys.executable, "-m", "bot", "import", str(path), "--processes", "1"]
    environment = {"DATABASE_URL": sqlite_url, "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])}
    first = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while _count(sqlite_url) < 2 and first.poll() is None and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            first.wait(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    between = _count(sqlite_url)
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert 2 <= between <= 12
    assert _count(sqlite_url) == 12
    assert f"{12 - between:,} new incidents" in done.stdout


def _count(url: str) -> int:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM revisions").fetchone()
    return int(count)
