"""A model that does everything it must not, and what the checks leave of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.checking import enforce
from bot.domain.names import Names
from bot.domain.postmortem import Draft
from tests.drafters.openai.scenes import GOOD, cited, drafter, transcript
from tests.openai_server import ScriptedServer, completion

EVIL: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("a name", cited("Ada Example set the connection pool to 5.", 4), "Ada"),
    ("a handle", cited("@ada rolled back to v2.4.0.", 5), "ada"),
    ("a mention", cited("<@U1> rolled back to v2.4.0.", 5), "U1"),
    ("a false figure", cited("The checkout error rate was 97.3 %.", 1), "97.3"),
    ("a false version", cited("Rolling back to v9.9.9 restored checkout.", 5, 6), "9.9.9"),
    ("a wrong citation", cited("The connection pool was set to 5 by v2.4.1.", 2), "connection pool"),
    ("an unknown label", cited("Customers in Europe lost their carts.", 4711), "Europe"),
    ("no citation", cited("Customers in Europe lost their carts."), "Europe"),
    ("a ping", cited("<!channel> the error rate is back to 0.2 %.", 6), "<!channel>"),
    ("a shouted ping", cited("@everyone the error rate is back to 0.2 %.", 6), "@everyone"),
    ("a foreign link", cited("See https://evil.example/x for the error rate.", 6), "evil.example"),
    ("a Slack link", cited("The error rate is <https://evil.example|here>.", 6), "evil.example"),
    ("a Markdown link", cited("The error rate is [here](https://evil.example).", 6), "evil.example"),
    ("blame", cited("The rollback was needed because of human error by responder 1.", 4), "human error"),
    ("a fault verb", cited("responder 1 broke the connection pool carelessly.", 4), "responder 1 broke"),
    ("a counterfactual", cited("responder 1 should have known the connection pool limit.", 4), "should have"),
    ("an invented quote", cited('responder 1 said "delete the database now".', 4), "delete the database"),
)

SECTIONS = ("summary", "impact", "contributing_factors", "resolution", "went_badly", "open_questions")


def enforced(answer: dict[str, Any]) -> Draft:
    said = transcript()
    with ScriptedServer([completion(answer)]) as server:
        drafted = drafter(server).draft(said)
    names = Names.of(said.people, said.roles, participants=tuple(said.roles))
    return enforce(drafted.draft, said, names).draft


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(("what", "claim", "trace"), EVIL, ids=[what for what, _, _ in EVIL])
def test_nothing_hostile_gets_through_the_checks(
    section: str, what: str, claim: dict[str, Any], trace: str
) -> None:
    """Whatever a model writes into a section, the reader never sees it."""
    draft = enforced({**GOOD, section: [claim]})
    shown = json.dumps(draft.model_dump(mode="json"))
    if what == "a wrong citation":
        assert claim["text"] not in [one.text for name, one in draft.claims() if name == section]
    else:
        assert trace not in shown


@pytest.mark.parametrize(("what", "claim", "trace"), EVIL, ids=[what for what, _, _ in EVIL])
def test_a_hostile_timeline_entry_or_cause_gets_no_further(
    what: str, claim: dict[str, Any], trace: str
) -> None:
    """The timeline and the cause are checked like everything else."""
    cause = {"grade": "stated", "claims": [claim], "hypotheses": [{**claim, "outcome": "open"}]}
    draft = enforced({**GOOD, "timeline": [{**claim, "phase": "trigger"}], "root_cause": cause})
    texts = [one.text for name, one in draft.claims() if name in {"timeline", "root_cause", "hypotheses"}]
    assert not any(trace in text for text in texts), what


@pytest.mark.parametrize(
    ("title", "trace"),
    [("Outage by Ada Example", "Ada"), ("<!channel> read https://evil.example", "evil.example")],
)
def test_a_hostile_title_gets_no_further(title: str, trace: str) -> None:
    """The title is the most visible text of all."""
    assert trace not in enforced({**GOOD, "title": title}).title


def test_an_honest_answer_survives_the_checks() -> None:
    """The checks are a sieve, not a wall: what is supported stays."""
    draft = enforced(GOOD)
    assert draft.root_cause.claims
    assert [one.text for one in draft.impact] == ["The checkout error rate was 38.5 %."]
    assert len(draft.timeline) == 2


def test_what_the_checks_refuse_can_be_repaired_in_one_round() -> None:
    """The failing claims go to the model with the reasons; what comes back passes the checks."""
    said = transcript()
    names = Names.of(said.people, said.roles, participants=tuple(said.roles))
    wrong = {**GOOD, "impact": [cited("The checkout error rate was 97.3 %.", 1)]}
    mended = {"claims": [{"id": 0, "text": "The checkout error rate was 38.5 %.", "evidence": [1]}]}
    with ScriptedServer([completion(wrong), completion(mended)]) as server:
        made = drafter(server)
        draft = made.draft(said).draft
        failing = enforce(draft, said, names).failing
        repaired = made.repair(draft, failing, said).draft
    assert {(one.section, one.index) for one in failing} == {("impact", 0)}
    assert "97.3" in server.asked[1].data
    checked = enforce(repaired, said, names)
    assert checked.failing == ()
    assert checked.draft.impact[0].text == "The checkout error rate was 38.5 %."
