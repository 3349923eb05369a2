"""`postmortem import`: what is shown, what is exited with, and documents beside exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import exports
from tests.cli.conftest import Run
from tests.importer.workspaces import AT, OUTAGE, TEAM, Workspace, long_lived, said
from tests.imports.documents import ATLASSIAN, GOOGLE


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An incident channel, a long-lived one, a private one, and talk that is none."""
    workspace = Workspace(tmp_path / "export")
    workspace.channel("incident-checkout", said(AT, OUTAGE))
    workspace.channel("incidents", long_lived())
    workspace.channel("incident-pay", said(AT, OUTAGE), private=True, members=["U0ANN"])
    workspace.channel("random", said(AT, OUTAGE))
    return workspace.zipped()


def test_an_export_becomes_incidents_that_can_be_found(run: Run, database: str, export: Path) -> None:
    """What was made of what, a summary, and nothing on standard error but the notes."""
    done = run("import", str(export), "--channels", "incident*")
    assert done.code == 0
    assert done.out.splitlines()[:-1] == [
        "imported\tincident-checkout\tINC-1\tthe whole channel",
        "imported\tincident-pay\tPRV-1\tthe whole channel",
        "imported\tincidents\tINC-2 … INC-4\t2 threads, a stretch of talk",
    ]
    assert done.out.splitlines()[-1].startswith("3 imported: 5 new incidents in ")
    assert "INC-1" in run("search", "connection", "pool").out
    again = run("import", str(export), "--channels", "incident*")
    assert (again.code, again.out.splitlines()) == (0, ["3 unchanged: 0 new incidents in 0 s."])


def test_a_dry_run_stores_nothing(run: Run, database: str, export: Path) -> None:
    """It tells what would be made."""
    done = run("import", str(export), "--dry-run", "--channels", "incidents")
    assert done.out.splitlines() == [
        "imported\tincidents\t\t2 threads, a stretch of talk",
        "Dry run, nothing was stored: 1 imported.",
    ]
    assert run("search", "pool").code == 1


def test_documents_are_imported_beside_exports(run: Run, database: str, tmp_path: Path, export: Path) -> None:
    """Folders are looked through; what was published is found as published."""
    docs = tmp_path / "docs"
    (docs / "2025").mkdir(parents=True)
    (docs / "search.md").write_text(GOOGLE)
    (docs / "2025" / "payments.md").write_text(ATLASSIAN)
    (docs / "2025" / "notes.txt").write_text("no document")
    done = run("import", str(export), str(docs), "--channels", "incident-checkout")
    assert done.code == 0
    assert "INC-2\t2025-03-04, published" in done.out
    found = run("search", "certificate")
    head = found.out.splitlines()[0]
    assert head.startswith("INC-2 sev2  2025-03-04 ")
    assert head.endswith("Payments rejected")
    (docs / "search.md").rename(docs / "2025" / "catalogue.md")
    again = run("import", str(docs))
    assert again.out == "2 unchanged: 0 new incidents in 0 s.\n"
    (docs / "2025" / "catalogue.md").write_text(GOOGLE.replace("66 minutes", "63 minutes"))
    changed = run("import", str(docs))
    assert changed.out.splitlines()[-1].startswith("1 updated, 1 unchanged: 0 new")
    assert "63" in run("search", "sale").out


def test_a_document_is_masked_before_it_is_stored(run: Run, database: str, tmp_path: Path) -> None:
    """Secrets and addresses, and a document that is confidential is left alone."""
    (tmp_path / "a.md").write_text(f"# Leak\n\nThe token {exports.SECRET} leaked, ask maya@example.com.\n")
    (tmp_path / "b.md").write_text("---\nconfidential: true\n---\n# Layoffs\n\nNobody may know.\n")
    done = run("import", "a.md", "b.md", "--team", TEAM)
    assert "it says that not everybody may read it" in done.out
    content = (tmp_path / "bot.db").read_bytes() + (tmp_path / "bot.db-wal").read_bytes()
    assert exports.SECRET.encode() not in content
    assert b"maya@example.com" not in content
    assert b"Layoffs" not in content


def test_what_was_broken_is_told_and_exits_1(run: Run, database: str, export: Path, tmp_path: Path) -> None:
    """The others are imported all the same."""
    (tmp_path / "c.md").write_bytes(b"\xff\xfe")
    done = run("import", str(export), "c.md", "nowhere.zip", "--channels", "incident-checkout")
    assert done.code == 1
    assert "failed\tc.md\t\tIt is no text (byte 0 is not UTF-8)." in done.out
    assert "nowhere.zip does not exist." in done.out
    assert "imported\tincident-checkout\tINC-1" in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "nowhere does not exist. What works"),
        (
            ["export.zip", "--since", "yesterday"],
            "“yesterday” is no date; write 2024, 2024-03 or 2024-03-15.",
        ),
        (["export.zip", "--channels", "nope"], "name yours with --channels. Nothing was imported."),
        (["x.md"], "say which one this belongs to, --team"),
    ],
)
def test_misuse_is_told_in_a_sentence(
    run: Run, database: str, export: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    """With what to do, and exit 1."""
    (tmp_path / "x.md").write_text("# Disk full\n\nIt was full.\n")
    done = run("import", *arguments)
    assert done.code == 1
    assert told in done.err
    assert "Traceback" not in done.err


def test_quiet_prints_the_summary_only(run: Run, database: str, export: Path) -> None:
    """One line."""
    done = run("import", str(export), "-q", "--channels", "incident-checkout")
    assert (len(done.out.splitlines()), done.err) == (1, "")
