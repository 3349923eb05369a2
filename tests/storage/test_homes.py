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
        for user_id in ("U1", "U9"):
            assert records.homes.begin(TEAM, user_id, "m1")
            assert records.homes.show(TEAM, user_id, "abc", mark="m1")
        records.homes.look(TEAM, "U1", at=AT + 2 * DAY)
        assert records.homes.lately(TEAM, since=AT, limit=9) == (Looked("U1", "abc"), Looked("U2", ""))
        assert records.homes.lately(TEAM, since=AT + 2 * DAY, limit=9) == (Looked("U1", "abc"),)
        assert records.homes.lately(TEAM, since=AT, limit=1) == (Looked("U1", "abc"),)


def test_a_drawing_knows_whether_another_one_began(storage: Database) -> None:
    """Of two that overlap the first is told at its end, the second at its beginning; then it is not known
    what is shown, and a third begins anew."""
    with storage.begin() as records:
        homes = records.homes
        homes.look(TEAM, "U1", at=AT)

        def shown() -> str:
            return homes.lately(TEAM, since=AT, limit=1)[0].shown

        assert homes.begin(TEAM, "U1", "m1")
        assert not homes.begin(TEAM, "U1", "m2")
        assert not homes.show(TEAM, "U1", "old", mark="m1")
        assert shown() == ""
        assert not homes.show(TEAM, "U1", "new", mark="m2")
        assert homes.begin(TEAM, "U1", "m3")
        assert shown() not in ("", "old", "new")
        assert homes.show(TEAM, "U1", "newest", mark="m3")
        assert shown() == "newest"
        assert homes.begin(TEAM, "U1", "m4")
        assert not homes.show(TEAM, "U1", "old", mark="m1")


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
