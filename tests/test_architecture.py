"""Who may import whom, what happens at import, and how large things may grow."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "storage", "prompts")

EVERYTHING = frozenset({"bot", "storage", "prompts"})
PORTS = frozenset({"bot.domain", "bot.errors", "bot.log", "bot.ports"})

# Home → what of ours it may import besides itself. The longest matching home counts.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "bot.domain": frozenset(),
    "bot.errors": frozenset(),
    "bot.log": frozenset({"bot.errors"}),
    "bot.config": frozenset({"bot.errors", "bot.values"}),
    "bot.values": frozenset({"bot.domain"}),
    "bot.clock": frozenset(),
    "bot.stopping": frozenset(),
    "bot.metrics": PORTS,
    "bot.health": frozenset({"bot.log", "bot.wsgi"}),
    "bot.wsgi": frozenset(),
    "bot.ports": frozenset({"bot.domain"}),
    "bot.workflow": PORTS,
    "bot.worker": PORTS,
    "bot.scheduler": frozenset({"bot.errors", "bot.log"}),
    "bot.drafters": PORTS | {"prompts"},
    "bot.apart": PORTS | {"bot.clock", "bot.drafters", "bot.redaction", "bot.workflow", "storage"},
    "bot.publishers": PORTS | {"bot.pictures", "prompts"},
    "bot.pictures": PORTS | {"prompts"},
    "bot.redaction": PORTS,
    "bot.slack": PORTS | {"bot.workflow", "bot.wsgi"},
    "bot.sandbox": frozenset(),
    "bot.evaluation": PORTS,
    "storage": PORTS,
    "prompts": frozenset(),
    # The composition root and what wires pieces together beside it.
    "bot.app": EVERYTHING,
    "bot.serving": EVERYTHING,
    "bot.handlers": PORTS | {"bot.worker", "bot.workflow"},
    "bot.offline": EVERYTHING,
    "bot.importer": EVERYTHING,
    "bot.imports": frozenset({"bot.domain"}),
    "bot.doctor": EVERYTHING,
    "bot.demo": EVERYTHING,
    "bot.cli": EVERYTHING,
    "bot.__main__": frozenset({"bot.cli"}),
}

# Third party → the homes that alone may import it.
OWNED: dict[str, frozenset[str]] = {
    "alembic": frozenset({"storage"}),
    "apscheduler": frozenset({"bot.scheduler"}),
    "detect_secrets": frozenset({"bot.redaction"}),
    "jinja2": frozenset({"prompts"}),
    "markupsafe": frozenset({"prompts"}),
    "openai": frozenset({"bot.drafters"}),
    "PIL": frozenset({"bot.pictures"}),
    "prometheus_client": frozenset({"bot.metrics"}),
    "psycopg": frozenset({"storage"}),
    "pydantic_settings": frozenset({"bot.config"}),
    "rich": frozenset({"bot.cli", "bot.demo"}),
    "slack_bolt": frozenset({"bot.slack"}),
    "slack_sdk": frozenset({"bot.slack", "bot.sandbox", "bot.doctor"}),
    "snowballstemmer": frozenset({"storage", "bot.domain"}),
    "sqlalchemy": frozenset({"storage"}),
    "structlog": frozenset({"bot.log"}),
    "tenacity": frozenset({"bot.drafters", "bot.serving"}),
    "typer": frozenset({"bot.cli"}),
    "waitress": frozenset({"bot.wsgi", "bot.sandbox"}),
    "websockets": frozenset({"bot.sandbox"}),
}
OPEN_TO_ALL = frozenset({"pydantic", "pydantic_core", "_typeshed"})

# Where catching everything is right: a failing job must not take the worker along.
CATCH_ALL = {"bot.worker": 1, "bot.slack": 1}

IMPURE = frozenset(
    {"open", "print", "getenv", "create_engine", "now", "utcnow", "today", "connect", "load", "Settings"}
    | {"App", "WebClient", "OpenAI", "BackgroundScheduler", "Thread", "ThreadPoolExecutor", "configure"}
    | {"read_text", "read_bytes", "mkdir", "write_text", "basicConfig", "urlopen", "run", "Popen"}
)
DECLARES = frozenset({"Index"})
"""Calls at module level that only add to a table declared above them."""
RUN_BY_ALEMBIC = "storage.migrations.env"
FORBIDDEN_NAMES = frozenset({"utils", "util", "helpers", "helper", "manager", "common", "misc", "base"})


class Module(NamedTuple):
    """One module of the product, parsed."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def home(self) -> str | None:
        homes = [home for home in MAY_IMPORT if _is_in(self.name, home)]
        return max(homes, key=len, default=None)


def _is_in(name: str, home: str) -> bool:
    return name == home or name.startswith(home + ".")


def _modules() -> Iterator[Module]:
    for top in PRODUCT:
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield Module(name, path, ast.parse(path.read_text(encoding="utf-8")))


MODULES = tuple(module for module in _modules() if module.name != "bot")
NAMES = frozenset(module.name for module in MODULES)


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module imported anywhere: in functions and under TYPE_CHECKING too, by name as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import at line {node.lineno}"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in NAMES else node.module
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            first = node.args[0]
            assert isinstance(first, ast.Constant), f"import by computed name at line {node.lineno}"
            yield str(first.value)


def _may_use(name: str, library: str) -> bool:
    if library in sys.stdlib_module_names or library in OPEN_TO_ALL:
        return True
    return any(_is_in(name, owner) for owner in OWNED.get(library, ()))


def _called(node: ast.Call) -> str:
    target = node.func
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def trespasses(module: Module) -> Iterator[str]:
    """The imports of a module that its row does not allow."""
    home = module.home or ""
    for name in imports(module.tree):
        top = name.split(".")[0]
        if top in PRODUCT:
            allowed = {home, *MAY_IMPORT.get(home, ())}
            if not any(_is_in(name, each) for each in allowed):
                yield f"{module.name} imports {name}"
        elif not _may_use(module.name, top):
            yield f"{module.name} imports {top}, which belongs to {sorted(OWNED.get(top, ['nobody']))}"


def test_every_module_has_a_row() -> None:
    """A new folder must say whom it may import before it can be merged."""
    assert [module.name for module in MODULES if module.home is None] == []


def test_imports_point_inwards() -> None:
    """Nobody imports what the table does not allow, whether ours or a library."""
    assert [line for module in MODULES for line in trespasses(module)] == []


@pytest.mark.parametrize(
    "source",
    [
        "import storage",
        "from bot import config",
        "from bot.slack import chat",
        "def f():\n    import sqlalchemy.orm",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from slack_sdk import WebClient",
        "import importlib\nimportlib.import_module('openai')",
        "import requests",
    ],
)
def test_the_check_sees_every_way_to_import(source: str) -> None:
    """Inside functions, for types only, by name, and of libraries nobody listed."""
    module = Module("bot.domain.incident", ROOT / "bot/domain/incident.py", ast.parse(source))
    assert len(list(trespasses(module))) == 1


def at_import(tree: ast.Module) -> Iterator[str]:
    """What a module does when it is imported, beyond defining things."""
    for node in tree.body:
        if isinstance(node, ast.Expr) and not _declares(node.value):
            yield f"line {node.lineno}: an expression is evaluated"
        elif isinstance(node, (ast.With, ast.While, ast.For, ast.Try)):
            yield f"line {node.lineno}: a statement runs"
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            yield from _calls(node.value)


def _declares(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Call) and _called(node) in DECLARES)


def _calls(node: ast.AST) -> Iterator[str]:
    """Impure calls in an expression; a lambda's body runs later."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call) and _called(node) in IMPURE:
        yield f"line {node.lineno}: {_called(node)}() is called"
    for child in ast.iter_child_nodes(node):
        yield from _calls(child)


def test_nothing_happens_at_import() -> None:
    """No module reads the environment, opens a file, builds a client or logs when it is imported."""
    imported = (module for module in MODULES if module.name != RUN_BY_ALEMBIC)
    done = [f"{module.name} {line}" for module in imported for line in at_import(module.tree)]
    assert done == []


@pytest.mark.parametrize("source", ["print('hello')", "X = load()", "for x in y: pass", "X = [open('f')]"])
def test_the_check_sees_what_happens_at_import(source: str) -> None:
    """Calls, loops and hidden calls count."""
    assert len(list(at_import(ast.parse(source)))) == 1


def _catches_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(each is None or getattr(each, "id", "") in ("Exception", "BaseException") for each in caught)


def test_everything_is_caught_in_two_places_only() -> None:
    """The job runner and Bolt's error handler; anywhere else it would hide a fault."""
    found: dict[str, int] = {}
    for module in MODULES:
        count = sum(_catches_everything(node) for node in ast.walk(module.tree))
        if count:
            found[module.home or ""] = found.get(module.home or "", 0) + count
    assert all(count <= CATCH_ALL.get(home, 0) for home, count in found.items()), found


def test_modules_and_functions_stay_readable() -> None:
    """A function stops at 40 lines and a module says by its name what it is about."""
    grown = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= 40
    ]
    nameless = [module.name for module in MODULES if module.name.rsplit(".", 1)[-1] in FORBIDDEN_NAMES]
    assert grown + nameless == []


def test_the_product_and_its_stand_in_meet_over_http_only() -> None:
    """Only the demo starts the sandbox."""
    users = {
        module.home
        for module in MODULES
        for name in imports(module.tree)
        if _is_in(name, "bot.sandbox") and module.home != "bot.sandbox"
    }
    assert users <= {"bot.demo"}
