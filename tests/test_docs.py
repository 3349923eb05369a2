"""What is documented is what there is: settings, commands, scopes, dependencies, links."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from bot import cli, config, doctor
from bot.domain.replies import FORMS
from bot.slack.listeners.commands import COMMANDS
from storage.tables import metadata

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def written(default: Any) -> str:
    """A default as an operator would write it; empty where there is none."""
    if default is None or isinstance(default, SecretStr):
        return ""
    if isinstance(default, tuple):
        return ",".join(default)
    if isinstance(default, timedelta):
        seconds = int(default.total_seconds())
        days = (("d", 86_400),) if seconds > 86_400 else ()
        unit, size = next((u, s) for u, s in (*days, ("h", 3600), ("m", 60), ("s", 1)) if seconds % s == 0)
        return f"{seconds // size}{unit}"
    return str(default)


@pytest.mark.parametrize("name", config.fields())
def test_the_readme_tells_every_setting_with_its_default_and_meaning(name: str) -> None:
    """A row that is missing or out of date fails."""
    field = config.fields()[name]
    default = written(field.default)
    shown = f"`{default}`" if default else "–"
    assert f"| `{name}` | {shown} | {field.description} |" in README


def test_the_example_file_lists_every_setting_with_its_default() -> None:
    """Copying `.env.example` changes nothing until a line is filled in."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert listed == {name: written(field.default) for name, field in config.fields().items()}


def test_the_example_file_is_read_without_complaint() -> None:
    """It is a working configuration, and the same as none."""
    example = config.load(env_file=ROOT / ".env.example")
    assert example == config.load(env_file=None)


def test_the_readme_tells_every_slack_command() -> None:
    """Each with its usage, as `/postmortem help` shows it."""
    assert [one.usage for one in COMMANDS.values() if f"| `/postmortem {one.usage}` |" not in README] == []


def test_the_readme_tells_every_reply_form() -> None:
    """Each form that edits, with what it does."""
    assert [form for form, what in FORMS if f"| `{form}` | {what} |" not in README] == []


def commands() -> Iterator[str]:
    """Every command of the command line, groups included."""
    app = cli.build()
    for command in app.registered_commands:
        assert command.callback is not None
        yield command.name or command.callback.__name__
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert command.callback is not None
            yield f"{group.name} {command.callback.__name__}"


def test_the_readme_tells_every_command_of_the_command_line() -> None:
    """In the table for operators."""
    names = {name.replace("evaluate", "eval") for name in commands()}
    assert {"serve", "work", "demo", "draft", "search", "doctor", "jobs retry", "db upgrade"} <= names
    assert [name for name in sorted(names) if not re.search(rf"`(postmortem )?{name}\b", README)] == []


def test_the_readme_tells_every_scope_and_why() -> None:
    """Nobody has to guess what a permission is for."""
    required = [f"| `{scope}` | {why} |" for scope, why in doctor.REQUIRED_SCOPES.items()]
    optional = [f"| `{scope}` (optional) | {why} |" for scope, why in doctor.OPTIONAL_SCOPES.items()]
    assert [row for row in [*required, *optional] if row not in README] == []


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_the_page_on_security_names_every_table(table: str) -> None:
    """Whoever adds one has to say whose words stand in it, and how they go."""
    assert f"`{table}`" in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_dependency_has_a_line() -> None:
    """What for and under which licence, for each of them and for nothing else."""
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z][\w-]*) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    project = PYPROJECT["project"]
    wanted = {_name(line) for line in project["dependencies"]}
    for extra in project["optional-dependencies"].values():
        wanted |= {_name(line) for line in extra}
    assert {name for name, *_ in rows if name != "package"} == wanted


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement, maxsplit=1)[0].lower()


def test_everything_installed_is_pinned() -> None:
    """Each dependency has one exact version in constraints.txt, and no index address."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {_name(line).replace("_", "-") for line in lines if "==" in line}
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines if line.strip())
    assert {_name(line) for line in PYPROJECT["project"]["dependencies"]} <= pins


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link and picture exists."""
    text = path.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (path.parent / target).exists()] == []


IMAGINED = {"bot/publishers/wiki.py", "bot/drafters/mine.py"}
"""Files that a recipe tells its reader to write."""


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_what_a_document_names_is_there(path: Path) -> None:
    """Our files and folders, and what to type after `make`: they move, and a document stays behind."""
    named = set(re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8"))) - IMAGINED
    files = {one for one in named if re.fullmatch(r"(?:bot|storage|prompts|tests|docs)/[\w./-]+", one)}
    assert sorted(one for one in files if not (ROOT / one).exists()) == []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {found[1] for one in named if (found := re.match(r"make ([a-z]+)", one))}
    assert asked <= targets


@pytest.mark.parametrize(
    ("name", "most"),
    [("postmortem", 300_000), ("play", 200_000), ("timeline", 150_000), ("report", 150_000)],
)
def test_the_pictures_are_small_enough_for_a_readme(name: str, most: int) -> None:
    """In bytes."""
    assert (ROOT / f"docs/{name}.png").stat().st_size <= most


def test_ci_runs_what_contributors_run() -> None:
    """The workflow calls make, on every Python the package says it supports."""
    flow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8"))
    job = flow["jobs"]["check"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [
        "make demo",
        "make browser",
        "make check",
    ]
    oldest = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    assert job["strategy"]["matrix"]["python"][0] == oldest
    assert "make check" in (ROOT / ".ci/run").read_text(encoding="utf-8")
