"""Suggestions of a model: stored once, decided once, and forgotten when decided or withdrawn."""

from __future__ import annotations

from typing import Any

from bot.domain.postmortem import Claim, Draft
from bot.domain.review import Cost, Proposal, ProposalState
from storage import Database
from tests.storage.builders import AT, new_incident


def proposed(incident_id: int, key: str = "1:100.000001", **given: Any) -> Proposal:
    """A suggestion with one sentence."""
    usual = {
        "incident_id": incident_id,
        "key": key,
        "revision": 1,
        "asked_by": "U1",
        "ts": "100.000001",
        "label": 9,
        "draft": Draft(title="t", summary=(Claim(text="It was slow.", evidence=(1, 9)),)),
        "findings": ("One remark.",),
        "drafter": "openai:tiny",
        "tokens": 120,
        "seconds": 1.5,
        "dollars": 0.25,
        "at": AT,
    }
    return Proposal.model_validate(usual | given)


def test_a_suggestion_comes_back_as_it_was_stored(storage: Database) -> None:
    """With an id; asked for again under its key, the first one stays."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident()).id
        first = records.proposals.add(proposed(incident))
        again = records.proposals.add(proposed(incident, drafter="another"))
        assert records.proposals.get(first.id) == first == again
        assert first.id > 0
        assert first.model_copy(update={"id": 0}) == proposed(incident)
        assert records.proposals.get(999) is None


def test_a_suggestion_is_decided_once_and_its_text_goes(storage: Database) -> None:
    """The second one learns that somebody was quicker."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident()).id
        one = records.proposals.add(proposed(incident))
        assert records.proposals.decide(one.id, ProposalState.ACCEPTED, "U2")
        assert not records.proposals.decide(one.id, ProposalState.REFUSED, "U3")
        found = records.proposals.get(one.id)
    assert found is not None
    assert (found.state, found.decided_by) == (ProposalState.ACCEPTED, "U2")
    assert "slow" not in found.model_dump_json()
    assert "remark" not in found.model_dump_json()


def test_withdrawing_closes_what_is_open_only(storage: Database) -> None:
    """Those of other incidents stay."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident()).id
        other = records.incidents.create(new_incident(channel_id="C2")).id
        decided, open_, theirs = (
            records.proposals.add(one)
            for one in (proposed(incident, "a"), proposed(incident, "b"), proposed(other, "c"))
        )
        records.proposals.decide(decided.id, ProposalState.REFUSED, "U2")
        assert not records.proposals.withdraw(incident, ts="elsewhere")
        assert records.proposals.withdraw(incident, ts="100.000001")
        assert not records.proposals.withdraw(incident)
        states = [records.proposals.get(one.id) for one in (decided, open_, theirs)]
    assert [one.state for one in states if one] == [
        ProposalState.REFUSED,
        ProposalState.WITHDRAWN,
        ProposalState.OPEN,
    ]
    assert states[1] is not None
    assert "slow" not in states[1].model_dump_json()


def test_the_cost_of_all_suggestions_adds_up(storage: Database) -> None:
    """And with that of the revisions; forgetting the incident takes them along."""
    with storage.begin() as records:
        incident = records.incidents.create(new_incident()).id
        assert records.proposals.cost(incident) == Cost()
        one = records.proposals.add(proposed(incident, "a"))
        records.proposals.add(proposed(incident, "b"))
        spent = records.proposals.cost(incident) + records.revisions.cost(incident)
        records.eraser.incident(incident)
        assert records.proposals.get(one.id) is None
    assert spent == Cost(tokens=240, seconds=3.0, dollars=0.5)
