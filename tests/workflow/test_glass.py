"""Nobody opens a closed incident unseen."""

from __future__ import annotations

from bot.domain.posting import Line
from bot.workflow.glass import break_glass
from bot.workflow.world import Policy
from storage import Database
from tests.clock import ManualClock
from tests.storage.builders import new_incident
from tests.workflow.worlds import a_desk


def test_where_nobody_knows_who_was_in_the_channel_the_other_admins_are_told(
    storage: Database, clock: ManualClock
) -> None:
    """As after an import: the channel was closed before anybody asked who is in it."""
    desk = a_desk(storage, clock, policy=Policy(admins="admins"))
    zoe, yan = desk.chat.add_person("zoe"), desk.chat.add_person("yan")
    desk.chat.groups["admins"] = {zoe, yan}
    with storage.begin() as records:
        incident = records.incidents.create(new_incident(team_id=desk.world.team_id, channel_id="CGONE"))

    break_glass(desk.world, incident.key, zoe, "court order 17")
    desk.settle()

    alone = {person: person.replace("U", "D", 1) for person in (zoe, yan)}
    assert alone[zoe] not in desk.chat.said
    (told,) = desk.chat.own(alone[yan])
    assert isinstance(told.post, Line)
    assert "court order 17" in told.post.text
