"""Templates of an operator's own: trusted as words, but they run nothing and break nothing.

They see the values they are given and what is in their folder and in this package, through Jinja2's
sandbox: no Python attribute, no change to a value. Escaping cannot be turned off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts import HERE, Templates

_FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What compiling and rendering a wrong template may raise; RecursionError is a RuntimeError."""

_REFUSED = ("safe", "tojson", "urlize", "xmlattr")
"""Filters that would let people's text take effect, or make links of it."""

_NEEDLESS = ("e", "escape", "forceescape")
"""Filters that escape as HTML, which is wrong in Markdown and happens by itself in HTML."""


class BrokenTemplate(ValueError):
    """A template that does not work: in which file, on which line (0 if that cannot be told), and why.

    `why` names things of the template only, never what somebody wrote in an incident.
    """

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}, line {line}: {why}" if line else f"{file}: {why}")
        self.file = file
        self.line = line
        self.why = why


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's, without the filters that undo escaping."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in _REFUSED:
            del self.filters[name]
        self.filters.update(dict.fromkeys(_NEEDLESS, lambda value: value))


class SandboxedTemplates(Templates):
    """The templates under an operator's folder, which may include this package's by their paths."""

    _kind: type[Environment] = _Sandbox

    def __init__(self, root: Path, *, filters: Mapping[str, Callable[..., Any]] | None = None) -> None:
        super().__init__(root, filters=filters)

    def render(self, name: str, **values: object) -> str:
        """As `Templates.render`.

        Raises:
            BrokenTemplate: for everything that is wrong with it.
        """
        try:
            return super().render(name, **values)
        except _FAULTS as error:
            raise self._broken(name, error) from error

    def check(self, name: str, given: Collection[str]) -> None:
        """See that a template and what it includes compile, and ask for `given` names only.

        Raises:
            BrokenTemplate: the first thing that is wrong.
        """
        environment = self._environment(name)
        try:
            for file in self._with_included(name):
                environment.get_template(file)
                self._names(environment, file, given)
        except BrokenTemplate:
            raise
        except _FAULTS as error:
            raise self._broken(name, error) from error

    def version(self, *names: str) -> str:
        """As `Templates.version`.

        Raises:
            BrokenTemplate: one cannot be read.
        """
        try:
            return super().version(*names)
        except _FAULTS as error:
            raise self._broken(names[0], error) from error

    def source(self, name: str) -> str:
        """The text of a template of the operator's, or else of ours."""
        return self._sources.get_source(self._plain, name)[0]

    @cached_property
    def _sources(self) -> BaseLoader:
        return ChoiceLoader([FileSystemLoader(self._root), FileSystemLoader(HERE)])

    def _loader(self) -> BaseLoader:
        return self._sources

    def _names(self, environment: Environment, file: str, given: Collection[str]) -> None:
        if not (self._root / file).exists():
            return
        source = self.source(file)
        asked = meta.find_undeclared_variables(environment.parse(source))
        for name in sorted(asked - set(given) - set(environment.globals)):
            line = next((n for n, text in enumerate(source.splitlines(), 1) if _asks(text, name)), 0)
            raise BrokenTemplate(file, line, f"asks for {name}, which is not given")

    def _broken(self, name: str, error: BaseException) -> BrokenTemplate:
        file, line = name, 0
        if isinstance(error, TemplateSyntaxError):
            file, line = error.name or name, error.lineno
        else:
            for at, number in _frames(error.__traceback__):
                if at.is_relative_to(self._root):
                    file, line = str(at.relative_to(self._root)), number
        return BrokenTemplate(file, line, _why(error))


def _asks(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _frames(trace: TracebackType | None) -> Iterator[tuple[Path, int]]:
    """Files and lines of a traceback: Jinja2 puts those of the templates in."""
    while trace is not None:
        yield Path(trace.tb_frame.f_code.co_filename), trace.tb_lineno
        trace = trace.tb_next


def _why(error: BaseException) -> str:
    """A sentence's end. Only Jinja2's own messages are repeated: others may quote what people wrote."""
    if isinstance(error, TemplateNotFound):
        return f"there is no file {error.name} here"
    if isinstance(error, TemplateError):
        return (error.message or type(error).__name__).splitlines()[0]
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"fails with {type(error).__name__}"
