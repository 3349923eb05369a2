"""A channel that got another id takes along whatever names it."""

from __future__ import annotations

from bot.domain.job import NewJob
from bot.domain.transcript import Message
from bot.ports import StoredChannel
from storage import Database
from storage.moving import naming_columns
from storage.tables import metadata
from tests.clock import ManualClock

TEAM, OLD, NEW = "T1", "C1", "C2"


def said(channel: str, ts: str, text: str, **fields: object) -> Message:
    """A message."""
    return Message.model_validate({"channel_id": channel, "ts": ts, "text": text, **fields})


def test_every_column_that_may_name_a_channel_is_known() -> None:
    """A new table with such a column is moved without being named."""
    named = {(table.name, column) for table, column in naming_columns()}
    suspects = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if "channel" in column.name
    }
    assert suspects <= named
    assert ("channels", "id") in named


def test_messages_under_both_ids_become_one(storage: Database, clock: ManualClock) -> None:
    """By the rules of any late delivery: the newest edit stays, a deletion is final."""
    with storage.begin() as records:
        for channel, ts, text, fields in (
            (OLD, "1.000000", "only old", {}),
            (OLD, "2.000000", "edited", {"edited_ts": "9.000000"}),
            (NEW, "2.000000", "first words", {}),
            (NEW, "3.000000", "only new", {}),
            (NEW, "4.000000", "deleted before", {}),
        ):
            records.messages.save(TEAM, said(channel, ts, text, **fields), at=clock.now())
        records.messages.erase(TEAM, OLD, "4.000000", at=clock.now())
        for channel in (OLD, NEW):
            records.messages.placeholder(TEAM, channel, "key", "secret")
        records.channels.move(TEAM, OLD, NEW)
        assert records.messages.in_channel(TEAM, OLD, oldest="0", latest="99") == ()
        found = records.messages.in_channel(TEAM, NEW, oldest="0", latest="99")
        # its hash is keyed by the channel, so that a number is never given to two secrets
        assert records.messages.placeholder(TEAM, NEW, "key", "secret") == 2
    assert [message.text for message in found] == ["only old", "edited", "only new", ""]
    assert found[-1].deleted


def test_a_message_stored_while_its_channel_moved_follows(storage: Database, clock: ManualClock) -> None:
    """By another process, so that the move did not see it."""
    with storage.begin() as records:
        records.messages.save(TEAM, said(OLD, "1.000001", "before"), at=clock.now())
        records.channels.move(TEAM, OLD, NEW)
        records.messages.save(TEAM, said(OLD, "1.000002", "meanwhile"), at=clock.now())
        records.channels.gather(TEAM, OLD, NEW)
        found = records.messages.in_channel(TEAM, NEW, oldest="0", latest="9")
        assert [message.text for message in found] == ["before", "meanwhile"]
        assert records.messages.in_channel(TEAM, OLD, oldest="0", latest="9") == ()


def test_other_teams_and_channels_stay(storage: Database, clock: ManualClock) -> None:
    """An id means something in its own workspace only."""
    with storage.begin() as records:
        records.messages.save("T2", said(OLD, "1.000000", "theirs"), at=clock.now())
        records.channels.save(StoredChannel(team_id=TEAM, id="C3", name="incident-other"))
        records.channels.move(TEAM, OLD, NEW)
        assert records.messages.get("T2", OLD, "1.000000") is not None
        assert records.channels.get(TEAM, "C3") is not None


def test_work_still_to_be_done_follows(storage: Database, clock: ManualClock) -> None:
    """A waiting job names the channel in its payload, a place in it, or several threads."""
    job = NewJob(team_id=TEAM, kind="meet", key="meet:1", due_at=clock.now(), payload={"channel": OLD})
    told = {"place": [OLD, "1.000000"], "threads": [[OLD, "1.000000"], ["C9", "2.000000"]], "files": []}
    clear = {"kind": "clear", "key": "clear:1", "payload": told}
    with storage.begin() as records:
        records.jobs.add(job)
        records.jobs.add(job.model_copy(update=clear))
        records.channels.move(TEAM, OLD, NEW)
        moved = records.jobs.get("meet:1")
        cleared = records.jobs.get("clear:1")
    assert moved is not None
    assert moved.payload == {"channel": NEW}
    assert cleared is not None
    threads = [[NEW, "1.000000"], ["C9", "2.000000"]]
    assert cleared.payload == {"place": [NEW, "1.000000"], "threads": threads, "files": []}
