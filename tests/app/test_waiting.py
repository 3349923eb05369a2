"""Reviews that wait: reminders to their owner, quiet hours, and drafts that come late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.posting import Action
from bot.sandbox import Message, Person
from tests.app.conftest import make_scene
from tests.app.scene import Scene, shown

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Made = Callable[..., Scene]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Makes a scene at a time of the test's choosing, with settings."""
    with ExitStack() as stack:

        def make(at: datetime = MONDAY, **settings: Any) -> Scene:
            return make_scene(stack.enter_context(Stage(tmp_path, at=at, **settings)))

        yield make


def reminders(who: Person) -> list[Message]:
    """What they were reminded of."""
    return [one for one in who.direct().messages if "has waited for its review" in one.text]


def test_the_owner_is_reminded_in_their_working_hours_three_times_at_most(scene: Scene) -> None:
    """Maya, in Stockholm: first on the next working day, and after three the bot is silent."""
    scene.drafted()  # Monday 11:12 UTC
    scene.stage.jump(hours=23)
    assert reminders(scene.maya) == []

    scene.stage.jump(hours=2)
    (first,) = reminders(scene.maya)
    assert "INC-1" in first.text
    assert "0 of 1 approvals" in first.text
    assert "/archives/" in shown(first)
    for _ in range(14):
        scene.stage.jump(hours=12)
    assert len(reminders(scene.maya)) == 3
    assert "last reminder" in reminders(scene.maya)[-1].text
    assert "Checkout" not in "".join(one.text for one in reminders(scene.maya))


def test_a_reminder_waits_for_morning_and_for_monday(made: Made) -> None:
    """Friday's review is not spoken of at the weekend."""
    scene = made(datetime(2026, 3, 6, 14, 0, tzinfo=UTC))
    scene.drafted()  # Friday 16:12 UTC
    scene.stage.jump(hours=50)
    assert reminders(scene.maya) == []

    scene.stage.clock.jump(datetime(2026, 3, 9, 8, 1, tzinfo=UTC) - scene.stage.clock.now())
    scene.stage.settle()

    assert len(reminders(scene.maya)) == 1


def test_work_on_the_review_puts_the_reminder_off(scene: Scene) -> None:
    """It has not waited while somebody edits or comments."""
    scene.drafted()
    scene.stage.jump(hours=20)
    scene.reply(scene.priya, "I will look at the impact tomorrow.")

    scene.stage.jump(hours=6)
    assert reminders(scene.maya) == []
    scene.stage.jump(hours=20)

    assert len(reminders(scene.maya)) == 1


@pytest.mark.parametrize("decide", [Action.APPROVE, Action.DISCARD, Action.REOPEN])
def test_a_decision_ends_the_reminders(scene: Scene, decide: Action) -> None:
    """Approved, discarded or reopened: nothing waits any more."""
    scene.drafted()
    scene.press(scene.ben, decide)
    if decide is Action.DISCARD:
        scene.ben.submit(scene.ben.views[-1], {"reason": "A duplicate."})
        scene.stage.settle()

    for _ in range(5):
        scene.stage.jump(hours=24)

    assert reminders(scene.maya) == []


def test_a_restored_review_is_reminded_of_anew(scene: Scene) -> None:
    """And only once, though it was discarded and restored in between."""
    scene.drafted()
    scene.press(scene.ben, Action.DISCARD)
    scene.ben.submit(scene.ben.views[-1], {"reason": "A mistake."})
    scene.stage.settle()
    scene.press(scene.ben, Action.RESTORE)

    scene.stage.jump(hours=26)

    assert len(reminders(scene.maya)) == 1


def test_when_the_owner_has_left_the_resolver_is_reminded(scene: Scene) -> None:
    """A deactivated account reads nothing."""
    scene.drafted()
    scene.command(scene.maya, f"owner <@{scene.ben.id}> INC-1")
    scene.ben.user.deleted = True
    scene.stage.jump(hours=26)

    assert len(reminders(scene.maya)) == 1


def test_when_nobody_is_left_the_thread_is_told(scene: Scene) -> None:
    """One line, which names nobody."""
    scene.drafted()
    scene.maya.user.deleted = True

    scene.stage.jump(hours=26)

    assert "has waited for its review" in scene.thread()[-1].text


def test_reminders_can_be_switched_off(made: Made) -> None:
    """`REVIEW_REMINDER=off`."""
    scene = made(review_reminder=timedelta())
    scene.drafted()

    for _ in range(4):
        scene.stage.jump(hours=24)

    assert reminders(scene.maya) == []


QUIET = "22:00-07:00 Europe/Berlin"


def test_quiet_hours_hold_back_the_post_and_not_the_draft(made: Made) -> None:
    """Written at night, posted in the morning, with how late and why; the card says so meanwhile."""
    scene = made(datetime(2026, 3, 2, 19, 0, tzinfo=UTC), quiet_hours=QUIET)
    scene.drafted()  # 21:12 UTC, 22:12 in Berlin

    assert scene.status() is Status.IN_REVIEW
    assert not scene.offers(Action.APPROVE)
    assert "when quiet hours are over" in shown(scene.roots()[0])
    scene.stage.jump(hours=8)
    assert not scene.offers(Action.APPROVE)
    scene.stage.jump(hours=1)

    card = shown(scene.thread()[0])
    assert scene.offers(Action.APPROVE)
    assert "later than promised: quiet hours held it back until 06:00 UTC." in card
    assert "when quiet hours are over" not in shown(scene.roots()[0])
    scene.reply(scene.priya, "impact: All orders failed.")
    assert "later than promised" in shown(scene.thread()[0])


def test_a_draft_that_somebody_asks_for_comes_in_quiet_hours_too(made: Made) -> None:
    """They are there to read it."""
    scene = made(datetime(2026, 3, 2, 22, 0, tzinfo=UTC), quiet_hours=QUIET)
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))

    scene.command(scene.maya, "draft")

    assert scene.offers(Action.APPROVE)


def test_a_draft_that_is_held_back_survives_a_restart(made: Made) -> None:
    """Its job is in the database."""
    scene = made(datetime(2026, 3, 2, 19, 0, tzinfo=UTC), quiet_hours=QUIET)
    scene.drafted()
    scene.stage.stop_bot()
    scene.stage.start_bot()
    assert not scene.offers(Action.APPROVE)

    scene.stage.jump(hours=9)

    assert scene.offers(Action.APPROVE)


def test_a_draft_that_comes_late_because_the_bot_was_down_says_so(scene: Scene) -> None:
    """How late, and why."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    scene.stage.stop_bot()
    scene.stage.clock.jump(scene.stage.settings().draft_delay * 3)

    scene.stage.start_bot()
    scene.stage.jump(minutes=1)

    card = shown(scene.thread()[0])
    assert "This draft came 4 h" in card
    assert "I was not running" in card
    assert "quiet" not in card


def test_a_draft_in_time_says_nothing_of_it(scene: Scene) -> None:
    """No note where there is nothing to note."""
    scene.drafted()

    assert "later than promised" not in shown(scene.thread()[0])
