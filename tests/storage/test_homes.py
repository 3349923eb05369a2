"""Who opened their Home lately."""

from __future__ import annotations

from datetime import timedelta

from bot.ports import Looked
from storage import Database
from tests.storage.builders import AT, TEAM

DAY = timedelta(days=1)


def test_who_looked_last_comes_first_and_what_is_shown_stays_known(storage: Database) -> None:
    """Opened again, a Home still shows what it showed; what nobody opened is not stored."""
    with storage.begin() as records:
        records.homes.look(TEAM, "U1", at=AT)
        records.homes.look(TEAM, "U2", at=AT + DAY)
        records.homes.look("T9", "U3", at=AT + DAY)
        records.homes.show(TEAM, "U1", "abc")
        records.homes.show(TEAM, "U9", "abc")
        records.homes.look(TEAM, "U1", at=AT + 2 * DAY)
        assert records.homes.lately(TEAM, since=AT, limit=9) == (Looked("U1", "abc"), Looked("U2", ""))
        assert records.homes.lately(TEAM, since=AT + 2 * DAY, limit=9) == (Looked("U1", "abc"),)
        assert records.homes.lately(TEAM, since=AT, limit=1) == (Looked("U1", "abc"),)


def test_who_looked_long_ago_or_is_gone_is_forgotten(storage: Database) -> None:
    """By time, one by one, and with the workspace."""
    with storage.begin() as records:
        for at, user_id in enumerate(("U1", "U2", "U3")):
            records.homes.look(TEAM, user_id, at=AT + at * DAY)
        assert records.homes.prune(before=AT + DAY) == 1
        records.homes.forget(TEAM, "U2")
        assert [one.user_id for one in records.homes.lately(TEAM, since=AT, limit=9)] == ["U3"]
        records.eraser.workspace(TEAM, spare=[])
        assert records.homes.lately(TEAM, since=AT, limit=9) == ()
