"""`postmortem eval`: a drafter measured on labelled incidents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli import exports
from tests.cli.conftest import Run


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """One labelled incident."""
    place = tmp_path / "data" / "incidents" / "checkout"
    place.mkdir(parents=True)
    exports.folder(place / "export", incident_checkout=exports.messages())
    ts = {second: f"{1_795_000_000 + second}.000100" for _, second, _ in exports.TALK}
    labels = {
        "incident": "checkout",
        "participants": ["Maya Lindqvist", "maya", "Tomasz Wrona", "tomasz"],
        "key_events": [
            {"phase": "resolution", "summary": "rolled back", "weight": 3, "evidence": [ts[1200]]}
        ],
        "root_cause": {"status": "stated", "summary": "pool of 5", "evidence": [ts[700]]},
        "secrets": [exports.SECRET],
    }
    (place / "labels.json").write_text(json.dumps(labels))
    return tmp_path / "data"


def test_a_drafter_is_measured_incident_by_incident(run: Run, labelled: Path) -> None:
    """One row an incident and one of means, under a heading, in columns that line up."""
    done = run("eval", str(labelled))
    assert (done.code, done.err) == (0, "")
    heading, row, means = done.out.splitlines()
    assert heading.startswith("incident")
    assert row.startswith("checkout")
    assert means.startswith("mean / sum")
    assert len({len(line) for line in (heading, row, means)}) == 1


def test_the_numbers_come_as_json_too(run: Run, labelled: Path) -> None:
    """What must never happen is counted as 0, what is found is a share."""
    report = json.loads(run("eval", str(labelled), "--drafter", "extractive", "--json").out)
    (incident,) = report["incidents"]
    scores = incident["scores"]
    assert scores["citation_validity"] == 1.0
    assert scores["timeline_recall"] == 1.0
    assert scores["cause_top3"] == 1.0
    assert scores["names_leaked"] == scores["secrets_leaked"] == []


def test_a_folder_without_labels_is_told(run: Run, tmp_path: Path) -> None:
    """Exit 1 and what was expected."""
    done = run("eval", str(tmp_path))
    assert done.code == 1
    assert "labels.json" in done.err


def test_a_drafter_nobody_knows_is_told_with_those_there_are(run: Run, labelled: Path) -> None:
    """The registry decides which names exist."""
    done = run("eval", str(labelled), "--drafter", "oracle")
    assert (done.code, done.out) == (1, "")
    assert "extractive, openai" in done.err
