"""What was drafted without the database is stored whole, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.past import Kind, Part
from bot.domain.transcript import Message, as_ts
from bot.errors import Conflict
from bot.importer.bench import Drafted, Order, draft_channel
from bot.importer.choosing import Wish, since
from bot.importer.report import Outcome, Tally
from bot.importer.tools import world_of
from bot.ports import Imported
from bot.slack.export_catalogue import open_catalogue
from bot.workflow.importing.drafting import Numbers
from bot.workflow.importing.known import Known
from bot.workflow.importing.storing import Renumbered, add
from tests.importer.conftest import Importer
from tests.importer.workspaces import AT, OUTAGE, SECRET, TEAM, Workspace, said


def drafted(bring: Importer, workspace: Workspace) -> Drafted:
    """The first channel of the export, drafted as another process would."""
    path = workspace.write()
    order = Order(path, ("email",), ("incident-",), "", Wish(paths=(path,)).choice(bring.settings))
    return draft_channel(order, next(open_catalogue(path).listed()))


def test_masked_values_that_got_other_numbers_meanwhile_stop_it(
    bring: Importer, workspace: Workspace
) -> None:
    """A bot that stored a secret of that channel in between: nothing of the import is kept."""
    channel_id = workspace.channel("incident-a", said(AT, OUTAGE))
    (prepared,) = drafted(bring, workspace).prepared
    world = world_of(bring.settings, bring.storage, TEAM)
    with bring.storage.begin() as records:
        records.messages.placeholder(TEAM, channel_id, "github-token", "another")
    with pytest.raises(Renumbered):
        add(world, prepared)
    assert bring.incidents() == ()
    with bring.storage.begin() as records:
        assert records.imports.of_channel(TEAM, channel_id) == ()
        assert records.messages.placeholder(TEAM, channel_id, "github-token", SECRET) == 2


def test_two_imports_at_once_store_it_once(bring: Importer, workspace: Workspace) -> None:
    """The second is told."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    (prepared,) = drafted(bring, workspace).prepared
    world = world_of(bring.settings, bring.storage, TEAM)
    assert add(world, prepared).key == "INC-1"
    with pytest.raises(Conflict):
        add(world, prepared)
    assert len(bring.incidents()) == 1


def test_a_fault_comes_back_as_a_sentence(bring_sqlite: Importer, workspace: Workspace) -> None:
    """A process that drafts raises nothing: what it could not read is told with the channel."""
    workspace.channel("incident-a", said(AT, OUTAGE))
    path = workspace.write()
    (path / "incident-a" / "2026-02-10.json").write_text("{")
    order = Order(path, (), (), "", Wish(paths=(path,)).choice(bring_sqlite.settings))
    found = draft_channel(order, next(open_catalogue(path).listed()))
    assert found.prepared == ()
    assert "is not valid JSON" in found.error


def test_numbers_count_by_kind_and_stay() -> None:
    """As a database gives them to a channel it has never seen."""
    numbers = Numbers()
    asked = [("email", "a"), ("token", "a"), ("email", "b"), ("email", "a")]
    assert [numbers(*one) for one in asked] == [1, 1, 2, 1]
    assert numbers.given == {("email", "a"): 1, ("token", "a"): 1, ("email", "b"): 2}


def part(kind: Kind, first: float, last: float) -> Part:
    """Talk from and until so many hours after the beginning."""
    said_at = (Message(channel_id="C1", ts=as_ts(AT + timedelta(hours=at)), text="x") for at in (first, last))
    return Part(kind=kind, messages=tuple(said_at))


@pytest.mark.parametrize(
    ("first", "last", "same"), [(0, 2, True), (1, 5, True), (-3, 0, True), (3, 4, False), (-2, -1, False)]
)
def test_a_burst_is_the_one_it_overlaps(first: float, last: float, same: bool) -> None:
    """Its first message may have been deleted since, or an earlier one have turned up."""
    before = part(Kind.BURST, 0, 2)
    row = Imported(
        team_id=TEAM, channel_id="C1", start=before.start, last=before.last, kind=Kind.BURST, incident_id=1,
        digest="x", at=AT,
    )  # fmt: skip
    known = Known(rows=(row,))
    assert (known.row_of(part(Kind.BURST, first, last)) is row) is same
    assert known.row_of(part(Kind.THREAD, 3, 4)) is None


@pytest.mark.parametrize(
    ("text", "day"), [("2024", "2024-01-01"), ("2024-03", "2024-03-01"), (" 2024-03-15", "2024-03-15")]
)
def test_since_takes_a_year_a_month_or_a_day(text: str, day: str) -> None:
    """Its first moment, UTC."""
    assert since(text) == since(day)


def test_a_channel_in_a_line() -> None:
    """What was made of it, what was left alone and why."""
    tally = Tally("incidents", early=2)
    for kind in (Kind.THREAD, Kind.THREAD, Kind.BURST):
        tally.made(kind, "INC-1", new=True)
    tally.reasons += ["forgotten here, so it does not come back"] * 3
    line = tally.line()
    assert line.outcome is Outcome.IMPORTED
    assert line.made == (
        "2 threads, a stretch of talk, 2 before --since, forgotten here, so it does not come back, "
        "and 2 more left alone"
    )
    assert Tally("quiet").line().made == "nothing in it makes an incident"
