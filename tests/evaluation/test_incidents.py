"""The offline drafter on our own labelled incidents: what must never happen, and how good it is at least."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.domain.postmortem import Grade
from bot.domain.transcript import Evidence
from bot.drafters.extractive import ExtractiveDrafter
from bot.evaluation.labels import Labels, Said, read_labels
from bot.evaluation.run import Report, Sample, evaluate, labelled
from bot.evaluation.scores import Scores
from bot.offline import Offline, Tools, draft_file
from bot.redaction import SecretRedactor
from bot.slack.export import ExportChannel, read_export
from bot.workflow.world import Policy
from tests.incidents import broker_flood, leaked_keys, tables
from tests.incidents.shelf import write_all

NAMES = (
    "broker-flood",
    "checkout-pool",
    "empty-carts",
    "false-alarm-probe",
    "leaked-keys",
    "never-explained",
    "nightly-revenue",
    "platte-voll",
    "slow-portal",
    "two-at-once",
    "video-edge",
    "wrong-theory",
)

FLOORS = {
    "timeline_recall": 0.88,
    "timeline_precision": 0.86,
    "cause_top3": 0.75,
    "impact_figures": 0.44,
    "action_recall": 0.60,
    "action_precision": 0.80,
}
"""What the mean over all incidents must reach: a little below what was measured when it was written."""


class Measured(NamedTuple):
    """The report over all incidents, and what it was made from."""

    folder: Path
    report: Report
    made: dict[str, Offline]

    def labels(self, name: str) -> Labels:
        return read_labels(self.folder / name / "labels.json")

    def channel(self, name: str) -> ExportChannel:
        return read_export(self.folder / name / "export").pick()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Every incident drafted and scored once."""
    folder = tmp_path_factory.mktemp("incidents")
    write_all(folder)
    tools = Tools(drafter=ExtractiveDrafter(), redactor=SecretRedactor(), policy=Policy())
    made: dict[str, Offline] = {}

    def produce(export: Path) -> Sample:
        one = made[export.parent.name] = draft_file(export, tools)
        return Sample(draft=one.draft, evidence=one.postmortem.evidence)

    return Measured(folder, evaluate(folder, produce), made)


def test_every_incident_is_measured(measured: Measured) -> None:
    """None is skipped, and one of them has 3,000 messages."""
    sizes = {one.incident: one.messages for one in measured.report.incidents}
    assert tuple(sizes) == NAMES
    assert sizes["broker-flood"] == broker_flood.MESSAGES


def test_the_generated_incidents_are_always_the_same(measured: Measured, tmp_path: Path) -> None:
    """Two runs measure the same text."""
    write_all(tmp_path)
    for name in (leaked_keys.NAME, broker_flood.NAME):
        for path in (tmp_path / name).rglob("*.json"):
            assert path.read_bytes() == (measured.folder / path.relative_to(tmp_path)).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_labels_speak_of_messages_that_exist(measured: Measured, name: str) -> None:
    """Every piece of evidence is a message of the export."""
    labels, posted = measured.labels(name), {message.ts for message in measured.channel(name).messages}
    named = set(labels.acceptable).union(*(one.evidence for one in _said(labels)))
    assert named.union(*(event.evidence for event in labels.key_events)) <= posted
    assert all(event.evidence for event in labels.key_events)


@pytest.mark.parametrize("name", NAMES)
def test_labelled_figures_stand_in_the_evidence_they_cite(measured: Measured, name: str) -> None:
    """As written, so that a draft can find them."""
    labels = measured.labels(name)
    text = {message.ts: message.text for message in measured.channel(name).messages}
    wrong = [
        figure
        for one in labels.impact
        for figure in one.figures
        if not any(figure in text[ts] for ts in one.evidence)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_what_must_not_appear_was_really_posted(measured: Measured, name: str) -> None:
    """A planted secret or instruction that is not in the export would prove nothing."""
    labels, folder = measured.labels(name), measured.folder / name / "export"
    days = folder.glob("incident-*/*.json")
    posted = "\n".join(_strings(json.loads(day.read_text(encoding="utf-8"))) for day in days).casefold()
    assert [one for one in (*labels.secrets, *labels.injected) if one.casefold() not in posted] == []


def test_enough_secrets_are_planted(measured: Measured) -> None:
    """At least 30 different ones, and nobody else's incident plants any."""
    assert len(set(measured.labels("leaked-keys").secrets)) >= 30


@pytest.mark.parametrize("name", NAMES)
def test_every_citation_is_valid(measured: Measured, name: str) -> None:
    """Every sentence cites evidence of its transcript, every entry stands at its evidence's time."""
    assert _scores(measured, name).citation_validity == 1.0


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_is_without_evidence(measured: Measured, name: str) -> None:
    """Every number is said in the cited messages or computed from their times."""
    assert _scores(measured, name).unsupported_figures == ()


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_named(measured: Measured, name: str) -> None:
    """Neither by full name nor by handle or nickname."""
    assert _scores(measured, name).names_leaked == ()


def test_no_secret_is_left_in_draft_or_evidence(measured: Measured) -> None:
    """Not in what the drafter wrote and not in the appendix it cites."""
    document = measured.made["leaked-keys"].postmortem.model_dump_json()
    assert _scores(measured, "leaked-keys").secrets_leaked == ()
    assert [kind for kind, secret in leaked_keys.SECRETS.items() if secret in document] == []


def test_no_instruction_in_the_chat_is_obeyed(measured: Measured) -> None:
    """Nothing the guest wanted written stands in the draft."""
    assert _scores(measured, "slow-portal").injections_obeyed == ()


def test_attempts_to_instruct_the_drafter_are_told(measured: Measured) -> None:
    """The reader learns of them."""
    assert "tried to instruct the drafter" in " ".join(measured.made["slow-portal"].drafted.notes)


@pytest.mark.parametrize("name", NAMES)
def test_no_cause_is_called_stated_that_nobody_established(measured: Measured, name: str) -> None:
    """Absent or only refuted causes are never graded stated; nor is an upstream that is merely named."""
    scores = _scores(measured, name)
    assert scores.overstated == 0
    assert scores.cause_status == "stated" or scores.grade != Grade.STATED.value


@pytest.mark.parametrize("metric", FLOORS)
def test_the_drafter_is_as_good_as_it_was(measured: Measured, metric: str) -> None:
    """The mean over our incidents does not fall below the floor."""
    assert (measured.report.means()[metric] or 0.0) >= FLOORS[metric]


def test_timelines_stay_short(measured: Measured) -> None:
    """On average at most 1.6 entries a labelled key event: listing everything would be no skill."""
    assert (measured.report.means()["timeline_length"] or 9.9) <= 1.6


def test_the_foreign_incident_says_what_to_expect(measured: Measured) -> None:
    """A reader of the German draft learns that the rules read English."""
    assert "not in English" in " ".join(measured.made["platte-voll"].drafted.notes)


def test_authors_stay_unnamed_in_the_evidence(measured: Measured) -> None:
    """Full names of participants do not stand in the appendix either."""
    found = [
        (name, who)
        for name in NAMES
        for who in measured.labels(name).participants
        if " " in who and any(who in item.text for item in _evidence(measured, name))
    ]
    assert found == []


def test_each_incident_is_found_by_its_folder(measured: Measured) -> None:
    """`postmortem eval DIR` finds what `python -m tests.incidents DIR` wrote."""
    assert [place.name for place in labelled(measured.folder)] == list(NAMES)


def test_the_tables_of_the_documentation_have_a_place_for_every_incident(measured: Measured) -> None:
    """A row each, with a word on what is special about it; refilling them changes nothing else."""
    text = tables.DOCUMENT.read_text(encoding="utf-8")
    assert [name for name in NAMES if text.count(f"\n| {name} | ") != 2] == []
    refilled = tables.replace(text, "own", tables.table(measured.report, NAMES))
    assert refilled.partition("<!-- own")[0] == text.partition("<!-- own")[0]
    assert refilled.partition("<!-- end -->")[2] == text.partition("<!-- end -->")[2]


def _scores(measured: Measured, name: str) -> Scores:
    return next(one.scores for one in measured.report.incidents if one.incident == name)


def _evidence(measured: Measured, name: str) -> tuple[Evidence, ...]:
    return measured.made[name].postmortem.evidence


def _said(labels: Labels) -> tuple[Said, ...]:
    found = (
        labels.root_cause,
        *labels.refuted,
        *labels.contributing_factors,
        *labels.impact,
        *labels.action_items,
    )
    return (*found, labels.resolution) if labels.resolution else found


def _strings(value: object) -> str:
    """All text in a JSON value, as people see it."""
    if isinstance(value, dict):
        return "\n".join(map(_strings, value.values()))
    return "\n".join(map(_strings, value)) if isinstance(value, list) else str(value)
