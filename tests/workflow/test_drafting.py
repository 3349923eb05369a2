"""Who may draft what, and how a draft that is too long reaches people."""

from __future__ import annotations

import pytest

from bot.domain.incident import Status
from bot.domain.posting import Document, ReviewCard
from bot.domain.postmortem import Draft
from bot.domain.review import Cost
from bot.domain.transcript import Transcript
from bot.drafters.fallback import FallbackDrafter
from bot.errors import DrafterError
from bot.ports import Drafted, Drafter
from bot.workflow import redrafting
from bot.workflow.world import Policy
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import ToldDrafter, a_desk, a_small_draft


def models() -> tuple[ToldDrafter, ToldDrafter]:
    """An offline drafter and a model."""
    return ToldDrafter("offline", a_small_draft()), ToldDrafter("model", a_small_draft())


def test_the_model_drafts_where_it_is_configured(sqlite_storage: Database, clock: ManualClock) -> None:
    """And the card says which one it was."""
    offline, model = models()
    desk = a_desk(sqlite_storage, clock, drafter=offline, model=model)
    desk.resolved()

    desk.jump(hours=2)

    assert (len(offline.saw), len(model.saw)) == (0, 1)
    with sqlite_storage.begin() as records:
        revision = records.revisions.latest(1)
    assert revision is not None
    assert revision.drafter == "model"


def test_an_incident_kept_from_models_goes_to_none(sqlite_storage: Database, clock: ManualClock) -> None:
    """`no-model` at the start is kept."""
    offline, model = models()
    desk = a_desk(sqlite_storage, clock, drafter=offline, model=model)
    desk.resolved(no_model=True)

    desk.jump(hours=2)

    assert (len(offline.saw), len(model.saw)) == (1, 0)


@pytest.mark.parametrize(("allowed", "seen"), [(False, 0), (True, 1)])
def test_private_incidents_go_to_a_model_only_by_setting(
    sqlite_storage: Database, clock: ManualClock, *, allowed: bool, seen: int
) -> None:
    """`MODEL_FOR_PRIVATE` is never by default."""
    offline, model = models()
    policy = Policy(model_for_private=allowed)
    desk = a_desk(sqlite_storage, clock, private=True, drafter=offline, model=model, policy=policy)
    desk.resolved()

    desk.jump(hours=2)

    assert len(model.saw) == seen


def test_a_channel_that_has_become_private_unheard_goes_to_no_model(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """Slack is asked right before: the event may be late or lost."""
    offline, model = models()
    desk = a_desk(sqlite_storage, clock, drafter=offline, model=model)
    desk.resolved()
    desk.chat.change_channel(desk.channel, is_private=True)

    desk.jump(hours=2)

    assert (len(offline.saw), len(model.saw)) == (1, 0)


def test_a_model_that_fails_for_good_leaves_an_offline_draft_that_says_so(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """The draft is on time; a redraft upgrades it."""
    offline, _ = models()
    broken = ToldDrafter("model", DrafterError("The model refused."), a_small_draft())
    desk = a_desk(sqlite_storage, clock, drafter=offline, model=FallbackDrafter(broken, offline))
    desk.resolved()

    desk.jump(hours=2)

    with sqlite_storage.begin() as records:
        revision, incident = records.revisions.latest(1), records.incidents.get(1)
    assert revision is not None
    assert incident is not None
    assert (revision.drafter, incident.status) == ("offline", Status.IN_REVIEW)
    assert any("The model refused" in finding for finding in revision.findings)


def test_a_document_that_does_not_fit_is_attached_whole(sqlite_storage: Database, clock: ManualClock) -> None:
    """Card, document, file: in that order, in the card's thread."""
    desk = a_desk(sqlite_storage, clock)
    desk.chat.too_long = True
    incident = desk.resolved()

    desk.jump(hours=2)

    with sqlite_storage.begin() as records:
        card_ts = records.incidents.get(incident.id).card_ts  # type: ignore[union-attr]  # it is there
    posts = [type(one.post) for one in desk.chat.own(desk.channel, card_ts)]
    assert posts == [ReviewCard, Document]
    (file,) = desk.chat.files
    assert (file.name, file.place.thread_ts) == ("INC-1-draft.md", card_ts)
    assert b"Checkout is down" in file.content


def test_the_card_says_what_the_model_used_of_its_budget(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """Tokens, seconds and money, beside the limits."""
    offline, model = models()
    spender = Spender(model)
    policy = Policy(budget_tokens=200_000, budget_dollars=0.5)
    desk = a_desk(sqlite_storage, clock, drafter=offline, model=spender, policy=policy)
    incident = desk.resolved()

    desk.jump(hours=2)

    with sqlite_storage.begin() as records:
        card_ts = records.incidents.get(incident.id).card_ts  # type: ignore[union-attr]  # it is there
    (card,) = [one.post for one in desk.chat.own(desk.channel, card_ts) if isinstance(one.post, ReviewCard)]
    assert card.spent == "12,300 of 200,000 tokens, 14 s, $0.04 of $0.50"


class Spender:
    """A model whose drafts cost something."""

    name = "model"

    def __init__(self, inner: ToldDrafter) -> None:
        self._inner = inner

    def draft(self, transcript: Transcript) -> Drafted:
        """The inner draft, with its price."""
        drafted = self._inner.draft(transcript)
        return drafted.model_copy(update={"tokens": 12_300, "seconds": 14.2, "dollars": 0.041})


class Saver(ToldDrafter):
    """A model that is told what was spent before."""

    def __init__(self, *answers: Draft) -> None:
        super().__init__("model", *answers)
        self.told: list[Cost] = []

    def draft(self, transcript: Transcript) -> Drafted:
        return super().draft(transcript).model_copy(update={"tokens": 700, "dollars": 0.25})

    def after(self, spent: Cost) -> Drafter:
        self.told.append(spent)
        return self


def test_a_redraft_knows_what_the_postmortem_cost_already(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """The budget is the postmortem's, not each draft's."""
    offline, model = ToldDrafter("offline", a_small_draft()), Saver(a_small_draft())
    desk = a_desk(sqlite_storage, clock, drafter=offline, model=model)
    incident = desk.resolved()
    desk.jump(hours=2)
    redrafting.draft_now(desk.world, incident.id, desk.maya)
    desk.settle()
    assert [(one.tokens, one.dollars) for one in model.told] == [(0, 0.0), (700, 0.25)]
