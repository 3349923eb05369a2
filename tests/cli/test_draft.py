"""`postmortem draft`: from an export to a document, without Slack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli import exports
from tests.cli.conftest import Run

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export with one incident channel and a busier one that is none."""
    chatter = [(exports.TOM, second, f"Lunch number {second}?") for second in range(30)]
    return exports.folder(
        tmp_path / "export",
        incident_checkout=exports.messages(),
        incident_quiet=exports.messages(exports.TALK[:2]),
        random=exports.messages(tuple(chatter)),
    )


def drafted(run: Run, *arguments: str) -> dict[str, Any]:
    done = run("draft", *arguments, "--format", "json", "--quiet")
    assert (done.code, done.err) == (0, "")
    document: dict[str, Any] = json.loads(done.out)
    return document


def test_an_export_becomes_a_markdown_document(run: Run, export: Path) -> None:
    """The document goes to standard output, what was read and by whom it was drafted to standard error."""
    done = run("draft", str(export))
    assert done.code == 0
    assert "Checkout" in done.out.splitlines()[0] + done.out
    assert "v2.4.1" in done.out
    assert done.err.startswith("#incident-checkout: 9 messages read, ")
    first, second = done.err.splitlines()
    assert first.endswith("drafted by extractive")
    assert second == (
        "This channel was the likeliest; the export holds 2 others. `--channel NAME` drafts another, "
        "`postmortem import` brings them all in."
    )
    assert "likeliest" not in run("draft", str(export), "--channel", "incident-quiet").err


def test_the_likeliest_channel_is_taken_and_another_can_be_named(run: Run, export: Path) -> None:
    """Incident channels win over busier ones, the busiest incident channel over the others."""
    assert drafted(run, str(export))["coverage"]["messages"] == 9
    assert drafted(run, str(export), "--channel", "#incident-quiet")["coverage"]["messages"] == 2
    done = run("draft", str(export), "--channel", "nowhere")
    assert done.code == 1
    assert "no channel #nowhere" in done.err


def test_a_zip_and_a_list_of_messages_are_exports_too(run: Run, export: Path, tmp_path: Path) -> None:
    """All three shapes give the same sentences."""
    folder = drafted(run, str(export))
    assert drafted(run, str(exports.zipped(tmp_path / "e.zip", export))) == folder
    listed = drafted(run, str(exports.one_list(tmp_path / "checkout.json")))
    assert [entry["at"] for entry in listed["timeline"]] == [entry["at"] for entry in folder["timeline"]]


def test_json_is_the_public_format(run: Run, export: Path) -> None:
    """It keeps to the published schema, and every claim cites evidence that is there."""
    document = drafted(run, str(export))
    schema = json.loads((ROOT / "docs/draft.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    labels = {item["label"] for item in document["evidence"]}
    claims = [*document["summary"], *document["timeline"], *document["root_cause"]["claims"]]
    assert claims
    assert all(claim["evidence"] and set(claim["evidence"]) <= labels for claim in claims)


def test_no_secret_no_address_and_no_name_gets_out(run: Run, export: Path) -> None:
    """In any format, evidence included."""
    for format_ in ("md", "html", "json"):
        done = run("draft", str(export), "--format", format_)
        assert exports.SECRET not in done.out
        assert "maya@example.com" not in done.out
        assert "Lindqvist" not in done.out
        assert "secret:" in done.out


def test_the_file_s_ending_chooses_the_format(run: Run, export: Path, tmp_path: Path) -> None:
    """`-o draft.html` is a page; nothing else is printed than where it went."""
    page = tmp_path / "draft.html"
    done = run("draft", str(export), "-o", str(page))
    assert (done.code, done.out) == (0, "")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert done.err.splitlines()[0].endswith(f"→ {page}")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_quiet_prints_the_document_only(run: Run, export: Path) -> None:
    """Nothing on standard error."""
    assert run("draft", str(export), "-q").err == ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "does not exist"),
        ("{not json", "is not valid JSON"),
        ("[]", "the list is empty"),
        ('{"messages": 7}', "holds no list of messages"),
        ('[{"type": "message"}]', "holds no message"),
        ("[" * 5000, "JSON"),
    ],
)
def test_what_is_no_export_is_told_with_what_would_be(
    run: Run, tmp_path: Path, content: str | None, told: str
) -> None:
    """A broken file is one sentence, exit 1, and no output file is made."""
    file = tmp_path / "talk.json"
    if content is not None:
        file.write_text(content)
    done = run("draft", str(file), "-o", str(tmp_path / "out.md"))
    assert (done.code, done.out) == (1, "")
    assert told in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out.md").exists()


def test_an_empty_channel_is_told(run: Run, tmp_path: Path) -> None:
    """Nothing said is nothing to draft from; what was asked for is named, the export or one channel of it."""
    export = exports.folder(tmp_path / "empty", incident_x=[])
    (channel,) = (path for path in export.iterdir() if path.is_dir())
    for asked in (export, channel):
        done = run("draft", str(asked))
        assert done.code == 1
        assert f"{asked} holds no message" in done.err.replace("\n", "")


def test_an_output_that_cannot_be_written_is_told(run: Run, export: Path) -> None:
    """The path and the reason, in a sentence."""
    done = run("draft", str(export), "-o", "/proc/nowhere/draft.md")
    assert (done.code, done.err) == (
        1,
        "/proc/nowhere/draft.md cannot be written: No such file or directory.\n",
    )


def test_a_model_without_an_endpoint_is_refused(run: Run, export: Path) -> None:
    """Asking for the model without a key names the variable that is missing."""
    done = run("draft", str(export), "--drafter", "openai")
    assert done.code == 1
    assert "OPENAI_API_KEY" in done.err
