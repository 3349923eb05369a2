"""Last known members, broken glass, the vault, departures, and erasing for good."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import create_engine, text

from bot.domain.review import Decision, Review
from bot.domain.search_query import SearchQuery
from bot.ports import AuditLine, Departure, Sealed
from storage import Database, address
from storage.tables import metadata
from tests.storage.builders import (
    AT,
    CHANNEL,
    TEAM,
    document,
    evidence,
    message,
    new_incident,
    new_job,
    new_thread_incident,
    revision,
)

LATER = AT + timedelta(days=1)


def test_the_last_known_members_are_the_newest(storage: Database) -> None:
    """Saved anew they replace the old ones; who leaves is taken off; unknown channels have none."""
    with storage.begin() as records:
        assert records.members.get(TEAM, CHANNEL) is None
        records.members.save(TEAM, CHANNEL, frozenset({"U1", "U2"}), at=AT)
        records.members.save(TEAM, CHANNEL, frozenset({"U2", "U3"}), at=LATER)
        records.members.leave(TEAM, CHANNEL, "U3")
        records.members.leave(TEAM, "C9", "U3")
        known = records.members.get(TEAM, CHANNEL)
    assert known is not None
    assert (known.members, known.at) == (frozenset({"U2"}), LATER)


def test_the_glass_is_open_for_a_while_to_one_person(storage: Database) -> None:
    """Broken again, it stays open longer."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident()).id
        records.glass.open(incident, "U1", until=AT)
        assert not records.glass.is_open(incident, "U1", at=AT)
        records.glass.open(incident, "U1", until=LATER)
        assert records.glass.is_open(incident, "U1", at=AT)
        assert not records.glass.is_open(incident, "U2", at=AT)


def test_the_vault_keeps_each_text_once_until_it_is_destroyed(storage: Database) -> None:
    """Two texts of one message are two."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident(is_private=True)).id
        for said in ("one", "two", "one"):
            records.vault.seal(
                Sealed(incident_id=incident, channel_id=CHANNEL, ts="1.000000", text=said, at=AT)
            )
        assert sorted(one.text for one in records.vault.of(incident)) == ["one", "two"]
        records.vault.destroy(incident)
        assert records.vault.of(incident) == ()


def test_the_first_departure_stands_until_the_return(storage: Database) -> None:
    """Slack tells of an uninstallation in several events."""
    with storage.begin() as records:
        records.workspaces.leave(TEAM, Departure(at=AT, erase_at=LATER))
        records.workspaces.leave(TEAM, Departure(at=LATER, erase_at=LATER))
        assert records.workspaces.departure(TEAM) == Departure(at=AT, erase_at=LATER)
        assert records.workspaces.left() == ((TEAM, Departure(at=AT, erase_at=LATER)),)
        assert records.workspaces.come_back(TEAM)
        assert not records.workspaces.come_back(TEAM)
        assert records.workspaces.departure(TEAM) is None


def test_no_work_is_handed_out_for_a_workspace_that_left(storage: Database) -> None:
    """But for its erasure; others go on."""

    def claimed() -> str | None:
        with storage.begin() as records:
            job = records.jobs.claim(now=AT, owner="w1", lease_until=LATER)
        return job.key if job else None

    with storage.begin() as records:
        records.workspaces.leave(TEAM, Departure(at=AT, erase_at=LATER))
        records.jobs.add(new_job("draft:1"))
        records.jobs.add(new_job("erase_workspace:1", kind="erase_workspace"))
        records.jobs.add(new_job("draft:2", team_id="T2", due_at=AT))
    assert {claimed(), claimed()} == {"erase_workspace:1", "draft:2"}
    assert claimed() is None
    with storage.begin() as records:
        records.workspaces.come_back(TEAM)
    assert claimed() == "draft:1"


def test_blank_messages_stay_blank(storage: Database) -> None:
    """A tombstone without the hashes of what it said; a late delivery changes nothing."""
    with storage.begin() as records:
        records.messages.save(TEAM, message(thread_ts="99.000000"), at=AT)
        records.messages.save(TEAM, message(text="edited", edited_ts="101.000000"), at=AT)
        records.messages.save(TEAM, message("101.000001", "stays"), at=AT)
        records.eraser.blank(TEAM, CHANNEL, ["100.000001"] * 700)
        assert records.messages.versions(TEAM, CHANNEL, "100.000001") == 0
        records.messages.save(TEAM, message(text="again", edited_ts="102.000000"), at=AT)
        gone = records.messages.get(TEAM, CHANNEL, "100.000001")
        assert records.messages.get(TEAM, CHANNEL, "101.000001") is not None
    assert gone is not None
    assert (gone.text, gone.author_id, gone.deleted, gone.thread_ts) == ("", None, True, "99.000000")


def test_old_messages_go_in_batches_with_their_hashes(storage: Database) -> None:
    """By their own time; spared channels, others' workspaces and younger ones stay."""
    with storage.begin() as records:
        for number in range(5):
            records.messages.save(TEAM, message(f"{90 + number}.000000", "old"), at=AT)
        records.messages.save(TEAM, message("90.000000", "newer", edited_ts="91.000000"), at=AT)
        records.messages.save(TEAM, message("100.000000", "young"), at=AT)
        records.messages.save(TEAM, message("90.000000", "held", channel_id="C2"), at=AT)
        records.messages.save("T2", message("90.000000", "theirs"), at=AT)
        counts = [
            records.eraser.old_messages(TEAM, before="100.000000", spare=["C2"], limit=3) for _ in range(3)
        ]
        assert counts == [3, 2, 0]
        assert records.messages.get(TEAM, CHANNEL, "100.000000") is not None
        assert records.messages.get(TEAM, "C2", "90.000000") is not None
        assert records.messages.get("T2", CHANNEL, "90.000000") is not None
        assert records.messages.versions(TEAM, CHANNEL, "90.000000") == 0


def test_unapproved_means_never_approved_and_still_telling(storage: Database) -> None:
    """Approved ones, held ones, young ones and emptied ones are left alone."""
    found: dict[str, int] = {}
    with storage.begin() as records:
        for name in ("plain", "approved", "held", "emptied", "young"):
            start = LATER if name == "young" else AT
            new = new_thread_incident(f"{len(found)}.000000", started_at=start)
            incident = records.incidents.create(new)
            found[name] = incident.id
            records.evidence.save(incident.id, [evidence(text="" if name == "emptied" else "said")])
            if name == "held":
                records.incidents.replace(incident.model_copy(update={"held": True}))
        records.reviews.add(
            Review(incident_id=found["approved"], revision=1, user_id="U1", decision=Decision.APPROVED, at=AT)
        )
        assert records.eraser.unapproved(TEAM, before=LATER) == (found["plain"],)
        assert [one.id for one in records.incidents.held(TEAM)] == [found["held"]]
        for root in ("0.000000", "1.000000", "2.000000", "4.000000"):
            records.messages.save(TEAM, message(root), at=AT)
        assert records.eraser.titled(TEAM, before="4.000000") == (found["plain"],)


def fill(storage: Database, root_ts: str) -> int:
    """An incident with something in every table."""
    with storage.begin() as records:
        incident = records.incidents.create(new_thread_incident(root_ts)).id
        records.messages.save(TEAM, message(root_ts), at=AT)
        records.evidence.save(incident, [evidence()])
        records.revisions.add(revision(incident))
        records.search.put(document(incident))
        records.glass.open(incident, "U1", until=LATER)
        records.vault.seal(Sealed(incident_id=incident, channel_id=CHANNEL, ts=root_ts, text="sealed", at=AT))
        records.jobs.add(new_job(f"draft:{incident}", incident_id=incident))
        records.inbox.first_seen(f"Ev{incident}", at=AT, team_id=TEAM)
        records.messages.placeholder(TEAM, CHANNEL, "email", "a@b.c")
        records.audit.add(AuditLine(team_id=TEAM, incident_id=incident, actor="U1", action="started", at=AT))
    return incident


def test_a_forgotten_incident_leaves_its_audit_trail(storage: Database) -> None:
    """The other one of the channel keeps everything."""
    gone, kept = fill(storage, "90.000000"), fill(storage, "91.000000")
    with storage.begin() as records:
        records.eraser.incident(gone)
        assert records.incidents.get(gone) is None
        assert records.jobs.get(f"draft:{gone}") is None
        assert records.vault.of(gone) == ()
        assert len(records.audit.of(gone)) == 1
        hits = records.search.query(TEAM, SearchQuery(words=("latency",)), visible=None)
        assert [hit.incident_id for hit in hits] == [kept]
        assert records.jobs.get(f"draft:{kept}") is not None


def rows(database_url: str) -> dict[str, int]:
    """How many rows each table has."""
    built = create_engine(address.read(database_url))
    with built.connect() as connection:
        names = list(metadata.tables)
        count = "SELECT count(*) FROM "
        found = {name: connection.execute(text(count + name)).scalar_one() for name in names}
    built.dispose()
    return {name: number for name, number in found.items() if number}


def test_an_erased_workspace_leaves_its_audit_trail(storage: Database, database_url: str) -> None:
    """And the note that it left; another workspace keeps what it has."""
    fill(storage, "90.000000")
    with storage.begin() as records:
        records.workspaces.leave(TEAM, Departure(at=AT, erase_at=LATER))
        records.messages.save("T2", message(), at=AT)
        assert records.eraser.workspace(TEAM, spare=[])
        assert records.eraser.workspace(TEAM, spare=[]) == 0
    assert rows(database_url) == {"audit": 1, "departures": 1, "messages": 1}


def test_erasing_a_workspace_spares_what_is_on_hold(storage: Database, database_url: str) -> None:
    """The incident with its channel's messages and its number."""
    kept, gone = fill(storage, "90.000000"), fill(storage, "91.000000")
    with storage.begin() as records:
        records.messages.save(TEAM, message(channel_id="C2"), at=AT)
        records.eraser.workspace(TEAM, spare=[kept])
        assert records.incidents.get(kept) is not None
        assert records.incidents.get(gone) is None
        assert records.messages.get(TEAM, CHANNEL, "90.000000") is not None
        assert records.messages.get(TEAM, "C2", "100.000001") is None
        assert records.incidents.create(new_incident()).number == 3
    assert rows(database_url)["evidence"] == 1


def test_a_redacted_revision_and_comment_take_the_place_of_what_they_were(storage: Database) -> None:
    """Number, author and time stay."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident()).id
        first = records.revisions.add(revision(incident, findings=("“secret” is not in the evidence",)))
        bare = first.model_copy(
            update={"draft": first.draft.model_copy(update={"summary": ()}), "findings": ()}
        )
        records.revisions.redact(bare)
        assert records.revisions.all(incident) == (bare,)
        said = {
            "incident_id": incident,
            "revision": 1,
            "user_id": "U1",
            "decision": Decision.COMMENTED,
            "at": AT,
        }
        records.reviews.add(Review(text="secret", ts="5.000000", **said))
        records.reviews.add(Review(text="fine", ts="6.000000", **said))
        records.reviews.redact(incident, "5.000000")
        assert [one.text for one in records.reviews.of(incident)] == ["", "fine"]
        records.eraser.old_comments(TEAM, before=LATER)
        assert [one.text for one in records.reviews.of(incident)] == ["", ""]
