"""People who decide and edit at the same moment, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.domain.incident import Status
from bot.domain.postmortem import Claim, Draft
from bot.domain.sections import with_claims
from bot.errors import BotError
from bot.workflow import editing, review
from bot.workflow.world import Policy
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, a_desk


def at_once(*works: Callable[[], object]) -> list[BotError]:
    """Do all of it at the same moment; returns what was refused."""
    ready, refused = threading.Barrier(len(works)), list[BotError]()

    def run(work: Callable[[], object]) -> None:
        ready.wait()
        try:
            work()
        except BotError as error:
            refused.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def drafted(desk: Desk) -> int:
    """An incident in review; returns its id."""
    incident = desk.resolved()
    desk.jump(hours=2)
    return incident.id


def test_approvals_at_the_same_moment_all_count(storage: Database, clock: ManualClock) -> None:
    """Three of three, whoever came first; it is published once."""
    desk = a_desk(storage, clock, policy=Policy(approvals_needed=3))
    incident = drafted(desk)

    refused = at_once(
        *(lambda who=who: review.approve(desk.world, incident, 1, who) for who in ("U1", "U2", "U3"))
    )

    assert refused == []
    with storage.begin() as records:
        found = records.incidents.get(incident)
        lines = [one for one in records.audit.of(incident) if one.action == "approved"]
    assert found is not None
    assert found.status is Status.PUBLISHED
    assert sorted(one.detail["given"] for one in lines) == [1, 2, 3]


def test_edits_at_the_same_moment_all_stand(storage: Database, clock: ManualClock) -> None:
    """Each becomes a revision on top of the other; no words and no labels are lost."""
    desk = a_desk(storage, clock)
    incident = drafted(desk)

    def adding(section: str) -> Callable[[], object]:
        def change(draft: Draft, label: int, known: frozenset[int]) -> Draft:
            del known
            return with_claims(draft, section, [Claim(text=f"New {section}.", evidence=(label,))])

        return lambda: editing.edit(desk.world, incident, desk.maya, change, words=f"New {section}.")

    refused = at_once(*(adding(section) for section in ("impact", "lucky", "contributing_factors")))

    assert refused == []
    with storage.begin() as records:
        latest = records.revisions.latest(incident)
        said = {one.label: one.text for one in records.evidence.of(incident)}
    assert latest is not None
    assert latest.number == 4
    for name, claim in latest.draft.claims():
        if claim.text.startswith("New"):
            assert said[claim.evidence[0]] == f"New {name}."
