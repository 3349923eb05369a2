"""The smaller tables, on both databases."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from bot.domain.incident import Incident
from bot.domain.postmortem import Coverage
from bot.domain.review import Decision, Publication, Review
from bot.domain.transcript import Reaction, Source
from bot.errors import Conflict, Retryable
from bot.ports import ArchiveState, AuditLine, PostRow, Records, Storage, StoredChannel, ThreadRead
from storage import Database
from tests.storage.builders import AT, CHANNEL, TEAM, evidence, new_incident, revision


@pytest.fixture
def incident(storage: Database) -> Incident:
    """An open incident to hang records on."""
    with storage.begin() as records:
        return records.incidents.create(new_incident())


def test_the_database_is_a_storage(storage: Database) -> None:
    """With every table of the port; the types are mypy's to check."""
    port: Storage = storage
    with port.begin() as records:
        tables = [getattr(records, name) for name in vars(Records) if not name.startswith("_")]
    assert len(set(map(type, tables))) == len(tables) >= 18


def test_channels_are_remembered_as_last_saved(storage: Database) -> None:
    """One row a channel and workspace."""
    old = StoredChannel(team_id=TEAM, id="C1", name="incident-old", is_member=True)
    new = old.model_copy(update={"name": "incident-new", "is_private": True, "greeted": True})
    other = StoredChannel(team_id="T2", id="C1", name="elsewhere")
    with storage.begin() as records:
        for channel in (old, new, other):
            records.channels.save(channel)
        assert records.channels.get(TEAM, "C1") == new
        assert records.channels.get(TEAM, "C2") is None
        assert records.channels.all(TEAM) == (new,)


def test_reading_progress_survives(storage: Database, incident: Incident) -> None:
    """The last state saved comes back whole."""
    state = ArchiveState(
        incident_id=incident.id,
        generation=1,
        name="resolved",
        latest="200.000000",
        before="100.000000",
        waiting=(("103.000000", "2:104.000000"),),
        threads={"101.000000": ThreadRead(mark="4:102.000000", newest="102.000000")},
        unreadable=("102.000000",),
        skipped={"join": 2},
    )
    with storage.begin() as records:
        assert records.archives.load(incident.id) is None
        records.archives.save(state)
        records.archives.save(state.model_copy(update={"complete": True, "pages": 3}))
        assert records.archives.load(incident.id) == state.model_copy(update={"complete": True, "pages": 3})


def test_evidence_comes_back_whole_and_in_order(storage: Database, incident: Incident) -> None:
    """With what is left out of documents: author and reactions."""
    whole = evidence(
        2,
        source=Source.ALERT,
        thread_ts="100.000000",
        author_id="B1",
        permalink="https://x/2",
        reactions=(Reaction(name="eyes"),),
        after_resolution=True,
    )
    with storage.begin() as records:
        records.evidence.save(incident.id, [whole, evidence(1)])
        assert records.evidence.of(incident.id) == (evidence(1), whole)
        assert records.evidence.of(99) == ()


def test_known_labels_are_refreshed_and_new_ones_added(storage: Database, incident: Incident) -> None:
    """An edited message shows its new text under its old label."""
    edited = evidence(1, text="the pool was full", reactions=(Reaction(name="eyes"),), after_resolution=True)
    with storage.begin() as records:
        records.evidence.save(incident.id, [evidence(1)])
        records.evidence.save(incident.id, [edited, evidence(2)])
        records.evidence.save(incident.id, [])
        assert records.evidence.of(incident.id) == (edited, evidence(2))


def test_a_label_is_never_given_to_another_message(storage: Database, incident: Incident) -> None:
    """Neither to one stored before nor within one call, and nothing of that call is stored."""
    with storage.begin() as records:
        records.evidence.save(incident.id, [evidence(1)])
        with pytest.raises(Conflict, match=r"\[1\]"):
            records.evidence.save(incident.id, [evidence(2), evidence(1, ts="999.000000")])
        with pytest.raises(Conflict, match=r"\[3\]"):
            records.evidence.save(incident.id, [evidence(3), evidence(3, ts="999.000000")])
        assert records.evidence.of(incident.id) == (evidence(1),)


def test_revisions_are_numbered_without_gaps(storage: Database, incident: Incident) -> None:
    """A number that is not the next is a conflict, and what is stored stays as it was."""
    first = revision(incident.id, 1, findings=("unsupported",), coverage=Coverage(messages=3), digest="abc")
    second = revision(incident.id, 2, author="U1", reason="typo")
    with storage.begin() as records:
        assert records.revisions.latest(incident.id) is None
        for number in (0, 2):
            with pytest.raises(Conflict):
                records.revisions.add(revision(incident.id, number))
        assert records.revisions.add(first) == first
        with pytest.raises(Conflict):
            records.revisions.add(revision(incident.id, 1, author="U2"))
        records.revisions.add(second)
    with storage.begin() as records:
        assert records.revisions.latest(incident.id) == second
        assert records.revisions.get(incident.id, 1) == first
        assert records.revisions.get(incident.id, 3) is None
        assert records.revisions.all(incident.id) == (first, second)


def test_a_redraft_reads_what_people_wrote_and_what_stood_before(
    storage: Database, incident: Incident
) -> None:
    """Not the drafts that another draft followed, however many they are; nor those of another incident."""
    authors = ("drafter", "drafter", "U1", "U2", "drafter", "drafter", "drafter", "U1", "drafter", "drafter")
    with storage.begin() as records:
        other = records.incidents.create(new_incident(channel_id="C2"))
        for number, author in enumerate(authors, start=1):
            records.revisions.add(revision(incident.id, number, author=author))
            records.revisions.add(revision(other.id, number, author="U1"))
        told = records.revisions.handovers(incident.id)
        assert [(one.number, one.author) for one in told] == [
            (2, "drafter"),
            (3, "U1"),
            (4, "U2"),
            (7, "drafter"),
            (8, "U1"),
            (10, "drafter"),
        ]
        assert records.revisions.handovers(999) == ()
        assert [
            one and one.number
            for one in (
                records.revisions.latest(incident.id, author="U1"),
                records.revisions.latest(incident.id, author="drafter"),
                records.revisions.latest(incident.id, author="U9"),
            )
        ] == [8, 10, None]


def test_two_editors_of_one_revision_are_told_apart(storage: Database, incident: Incident) -> None:
    """Of four who save revision 1 at once, one does and three are told."""
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def work(author: str) -> None:
        together.wait()
        try:
            with storage.begin() as records:
                records.revisions.add(revision(incident.id, author=author))
            outcomes.append("saved")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=work, args=(f"U{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told", "told", "told"]


def test_the_same_review_counts_once(storage: Database, incident: Incident) -> None:
    """Person, decision, revision and reply make a review; another reply is another one."""
    approval = Review(incident_id=incident.id, revision=1, user_id="U1", decision=Decision.APPROVED, at=AT)
    reply = approval.model_copy(update={"decision": Decision.COMMENTED, "ts": "100.000000", "text": "hm"})
    with storage.begin() as records:
        assert records.reviews.add(approval)
        assert not records.reviews.add(approval.model_copy(update={"at": AT + timedelta(minutes=1)}))
        assert records.reviews.add(reply)
        assert not records.reviews.add(reply)
        assert records.reviews.add(reply.model_copy(update={"ts": "101.000000"}))
        assert records.reviews.of(incident.id)[:2] == (approval, reply)
        assert len(records.reviews.of(incident.id)) == 3


def test_a_publisher_has_one_publication_an_incident(storage: Database, incident: Incident) -> None:
    """The newest replaces the one before; a removed one is gone."""
    first = Publication(incident_id=incident.id, revision=1, publisher="files", location="a.md", at=AT)
    second = first.model_copy(update={"revision": 2, "location": "b.md"})
    slack = first.model_copy(update={"publisher": "slack"})
    with storage.begin() as records:
        for publication in (slack, first, second):
            records.publications.save(publication)
        assert records.publications.of(incident.id) == (second, slack)
        records.publications.remove(incident.id, "files")
        records.publications.remove(incident.id, "files")
        assert records.publications.of(incident.id) == (slack,)


def test_a_second_attempt_to_post_learns_of_the_first(storage: Database, incident: Incident) -> None:
    """With the time of the first, which is where to look for it from."""
    row = PostRow(key="card:1", team_id=TEAM, incident_id=incident.id, channel_id=CHANNEL, intended_at=AT)
    later = row.model_copy(update={"intended_at": AT + timedelta(minutes=1)})
    direct = row.model_copy(update={"key": "hello:C9", "incident_id": None})
    with storage.begin() as records:
        assert records.posts.intend(row) is None
        assert records.posts.intend(later) == row
        records.posts.intend(direct)
        records.posts.done("card:1", channel_id="D1", ts="100.000000")
        records.posts.shown("card:1", 2)
        known = row.model_copy(update={"channel_id": "D1", "ts": "100.000000", "shown": 2})
        assert records.posts.get("card:1") == known
        assert records.posts.get("unknown") is None
        assert records.posts.of(incident.id) == (known,)


def test_a_message_is_posted_by_one_at_a_time(storage: Database, incident: Incident) -> None:
    """Whoever comes while it is being posted comes again; after a failure, a crash or the post, at once."""
    minute = timedelta(minutes=1)
    usual = {"key": "card:1", "team_id": TEAM, "incident_id": incident.id, "channel_id": CHANNEL}

    def intend(at: datetime) -> PostRow | None:
        with storage.begin() as records:
            return records.posts.intend(PostRow(**usual, intended_at=at, busy_until=at + minute))

    def in_flight(at: datetime) -> bool:
        with storage.read() as records:
            return records.posts.in_flight(TEAM, CHANNEL, at=at)

    assert intend(AT) is None
    assert in_flight(AT)
    assert not in_flight(AT + minute)
    with pytest.raises(Retryable) as busy:
        intend(AT + minute / 2)
    assert busy.value.retry_after is not None
    with storage.begin() as records:
        records.posts.give_up("card:1")
    second = intend(AT + minute / 2)
    assert second is not None
    assert second.ts is None
    with pytest.raises(Retryable):
        intend(AT + minute)
    after_a_crash = intend(AT + 2 * minute)
    assert after_a_crash is not None
    assert after_a_crash.intended_at == AT
    with storage.begin() as records:
        records.posts.done("card:1", channel_id=CHANNEL, ts="100.000000")
    assert not in_flight(AT + 2 * minute)
    known = intend(AT + 2 * minute)
    assert known is not None
    assert known.ts == "100.000000"


def test_an_event_is_first_seen_once(storage: Database) -> None:
    """Until it is pruned."""
    with storage.begin() as records:
        assert records.inbox.first_seen("Ev1", at=AT, team_id=TEAM)
        assert not records.inbox.first_seen("Ev1", at=AT + timedelta(days=1))
        assert records.inbox.first_seen("Ev2", at=AT + timedelta(days=1))
        assert records.inbox.prune(before=AT + timedelta(hours=1)) == 1
        assert records.inbox.first_seen("Ev1", at=AT)


def test_the_audit_trail_keeps_order(storage: Database, incident: Incident) -> None:
    """Oldest first, of one incident; lines without one are kept too."""
    line = AuditLine(
        team_id=TEAM, incident_id=incident.id, actor="U1", action="resolve", detail={"revision": 1}, at=AT
    )
    second = line.model_copy(update={"action": "reopen"})
    with storage.begin() as records:
        for one in (line, second, line.model_copy(update={"incident_id": None})):
            records.audit.add(one)
        assert records.audit.of(incident.id) == (line, second)


def test_records_of_an_unknown_incident_are_refused(storage: Database) -> None:
    """They would belong to no workspace."""
    with pytest.raises(LookupError, match="99"), storage.begin() as records:
        records.revisions.add(revision(99))


def test_some_evidence_comes_without_the_rest(storage: Database) -> None:
    """By label, in order, each once; labels nobody gave are not there."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident())
        records.evidence.save(incident.id, [evidence(label) for label in range(1, 6)])
        assert [one.label for one in records.evidence.some(incident.id, (4, 2, 2, 9))] == [2, 4]
        assert records.evidence.some(incident.id, ()) == ()


def test_what_of_the_evidence_is_erased_is_told_without_the_rest(storage: Database) -> None:
    """By its labels."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident())
        records.evidence.save(incident.id, [evidence(label) for label in range(1, 6)])
        assert records.evidence.erased(incident.id) == frozenset()
        records.evidence.save(incident.id, [evidence(2, deleted=True, text=""), evidence(5, deleted=True)])
        assert records.evidence.erased(incident.id) == {2, 5}
        assert records.evidence.erased(99) == frozenset()
