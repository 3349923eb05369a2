"""A draft is stored on top of what people did while it was made ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.domain.action import Terms
from bot.domain.incident import Severity, Status
from bot.domain.postmortem import ActionItem, ActionState, Postmortem
from bot.domain.review import Revision
from bot.publishers.templates import TemplateBook
from bot.workflow import actions, life, redrafting, saving
from bot.workflow.listen import deletion
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, ToldDrafter, a_desk, a_small_draft


class Busy(TemplateBook):
    """While a draft's template is looked up, something happens; it counts how often one is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: Callable[[], object] | None = None
        self.asked = 0

    def template_version(self, postmortem: Postmortem, *, name: str | None = None) -> str:
        """As ever, after that."""
        self.asked += 1
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return super().template_version(postmortem, name=name)


@pytest.fixture
def templates() -> Busy:
    """Those of a desk."""
    return Busy()


CHECK = ActionItem(text="Check that it works again.", evidence=(2,))


@pytest.fixture
def drafter() -> ToldDrafter:
    """It says the same twice, but for an action item; of a transcript it reads a third time it knows less."""
    small = a_small_draft()
    first, less = small.model_copy(update={"action_items": (CHECK,)}), {"resolution": ()}
    return ToldDrafter("offline", first, small, small.model_copy(update=less))


@pytest.fixture
def desk(storage: Database, clock: ManualClock, templates: Busy, drafter: ToldDrafter) -> Desk:
    """With one incident, drafted."""
    desk = a_desk(storage, clock, documents=templates, drafter=drafter)
    desk.resolved()
    desk.jump(hours=2)
    return desk


def redrafted(desk: Desk, templates: Busy, happens: Callable[[], object]) -> None:
    """Maya asks for another draft, and that happens while it is made ready."""
    redrafting.draft_now(desk.world, 1, desk.maya)
    templates.asked, templates.happens = 0, happens
    desk.settle()


def revisions(desk: Desk) -> tuple[Revision, ...]:
    """All of the incident."""
    with desk.world.storage.read() as records:
        return records.revisions.all(1)


def test_a_draft_is_made_ready_once_where_nothing_happens(desk: Desk, templates: Busy) -> None:
    """Templates are read before the transaction, not in it."""
    redrafted(desk, templates, lambda: None)
    assert [one.number for one in revisions(desk)] == [1, 2]
    assert templates.asked == 1


def test_an_edit_in_that_moment_is_kept(desk: Desk, templates: Busy) -> None:
    """The draft comes after it and has it."""
    redrafted(
        desk,
        templates,
        lambda: saving.save_sections(
            desk.world, 1, desk.maya, 1, {"resolution": "Maya turned it off and on again. [2]"}
        ),
    )
    mine, latest = revisions(desk)[1:]
    assert (mine.author, latest.number) == (desk.maya, 3)
    assert "off and on again" in latest.draft.resolution[0].text


def test_a_promise_made_in_that_moment_is_kept(desk: Desk, templates: Busy) -> None:
    """The new draft has lost the line, which somebody accepts just then: it is put back."""
    with desk.world.storage.read() as records:
        (item,) = records.actions.of(1)
    terms = Terms(owner_id=desk.maya, due=date(2026, 3, 20))
    redrafted(desk, templates, lambda: actions.accept(desk.world, item.id, desk.maya, terms))
    assert [one.text for one in revisions(desk)[-1].draft.action_items] == [CHECK.text]
    with desk.world.storage.read() as records:
        (kept,) = records.actions.of(1)
    assert (kept.state, kept.place) == (ActionState.ACCEPTED, 1)


def test_a_severity_told_in_that_moment_chooses_the_template(desk: Desk, templates: Busy) -> None:
    """It is looked up again."""
    with desk.world.storage.read() as records:
        incident = records.incidents.get(1)
    assert incident is not None
    graver = incident.model_copy(update={"severity": Severity.SEV1})

    def change() -> None:
        with desk.world.storage.begin() as records:
            records.incidents.replace(graver)

    redrafted(desk, templates, change)
    assert templates.asked == 2
    with desk.world.storage.read() as records:
        after = records.incidents.get(1)
    assert after is not None
    assert after.severity is Severity.SEV1


def test_what_is_deleted_in_that_moment_does_not_come_back(
    desk: Desk, templates: Busy, drafter: ToldDrafter
) -> None:
    """It is drafted once more, without it."""

    def delete() -> None:
        gone = next(one.message.ts for one in desk.chat.said[desk.channel] if "Rolled" in one.message.text)
        desk.clock.advance(seconds=1)
        desk.chat.delete(desk.channel, gone)
        with desk.world.storage.begin() as records:
            deletion(records, desk.world, desk.channel, gone)

    redrafted(desk, templates, delete)
    desk.jump(minutes=1)
    assert [one.deleted for one in drafter.saw[-1].evidence] == [False, True]
    assert len(revisions(desk)) == 2
    assert not any("Rolled" in one.draft.model_dump_json() for one in revisions(desk))


def test_a_draft_of_an_incident_that_is_reopened_in_that_moment_is_dropped(
    desk: Desk, templates: Busy
) -> None:
    """It would be of an earlier resolution."""
    redrafted(desk, templates, lambda: life.reopen(desk.world, 1, desk.maya))
    assert [one.number for one in revisions(desk)] == [1]
    with desk.world.storage.read() as records:
        incident = records.incidents.get(1)
    assert incident is not None
    assert incident.status is Status.OPEN
