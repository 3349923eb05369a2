"""A reading that is under way, and doubts about it."""

from __future__ import annotations

from bot.ports import ArchiveState, ThreadRead
from storage import Database
from tests.storage.builders import TEAM, new_incident


def test_a_reading_under_way_learns_that_it_was_doubted(storage: Database) -> None:
    """Since it was loaded or saved, by whomever; what is stored again with the doubt counted is not. No
    thread is known to be read then, not even half of one."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident())
        thread = ThreadRead(mark="1:2.0", newest="2.0")
        reading = ArchiveState(
            incident_id=incident.id,
            generation=1,
            name="archive:g1",
            latest="9.0",
            waiting=(("5.0", "300:8.0"),),
            after="6.0",
            aside={"empty": 1},
            threads={"1.0": thread},
        )
        assert not records.archives.doubted(reading)
        records.archives.save(reading)
        assert not records.archives.doubted(reading)
    with storage.begin() as records:
        records.archives.doubt(TEAM)
    with storage.begin() as records:
        assert records.archives.doubted(reading)
        stored = records.archives.load(incident.id)
        assert stored is not None
        assert (stored.threads, stored.after, stored.aside) == ({}, "", {})
        assert stored.is_doubted
        assert not records.archives.doubted(stored)
        records.archives.doubt(TEAM)
        assert records.archives.doubted(stored)
