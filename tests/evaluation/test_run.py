"""Running over a folder of labelled incidents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.postmortem import Draft
from bot.errors import UserError
from bot.evaluation.labels import read_labels
from bot.evaluation.run import COLUMNS, Report, Sample, evaluate


def labelled(directory: Path, name: str, **labels: object) -> None:
    folder = directory / name
    (folder / "export").mkdir(parents=True)
    (folder / "labels.json").write_text(json.dumps({"incident": name, **labels}))


def nothing(_export: Path) -> Sample:
    return Sample(draft=Draft(title="nothing"), evidence=(), tokens=7)


def test_incidents_are_measured_in_order(tmp_path: Path) -> None:
    """Both layouts are found, rows come by name with means and sums last."""
    labelled(tmp_path / "incidents", "b", key_events=[{"evidence": ["1.0"]}])
    labelled(tmp_path / "incidents", "a")
    report = evaluate(tmp_path, nothing)
    rows = report.rows()
    assert [row[0] for row in rows] == ["a", "b", "mean / sum"]
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert report.means()["timeline_recall"] == 0.0
    assert report.totals()["names_leaked"] == 0
    assert rows[-1][-2] == "14"


def test_the_report_survives_json(tmp_path: Path) -> None:
    """The machine-readable form holds everything."""
    labelled(tmp_path, "a", action_items=[{"evidence": ["1.0"], "kind": "idea"}])
    report = evaluate(tmp_path, nothing)
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_the_drafter_is_given_the_export(tmp_path: Path) -> None:
    """What is measured is made from the incident's own export."""
    labelled(tmp_path, "a")
    asked: list[Path] = []

    def produce(export: Path) -> Sample:
        asked.append(export)
        return nothing(export)

    evaluate(tmp_path, produce)
    assert asked == [tmp_path / "a" / "export"]


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    """The message says what is missing."""
    with pytest.raises(UserError, match=r"labels\.json"):
        evaluate(tmp_path, nothing)


@pytest.mark.parametrize("content", ["", "[]", '{"incident": 7}', '{"incident": "a", "key_events": 3}'])
def test_broken_labels_are_refused_by_name(tmp_path: Path, content: str) -> None:
    """A broken file gives its path and no traceback."""
    path = tmp_path / "labels.json"
    path.write_text(content)
    with pytest.raises(UserError, match=r"labels\.json is not a labels file"):
        read_labels(path)


def test_missing_labels_are_refused(tmp_path: Path) -> None:
    """So does a missing one."""
    with pytest.raises(UserError, match="cannot be read"):
        read_labels(tmp_path / "labels.json")
