"""Every prompt and every document template, and the one place that renders them.

What is not known is an error, never an empty string. How values are escaped goes by the template's
name: `*.html.j2` for HTML, `*.md.j2` for Markdown, anything else not at all. A prompt for a model is
of the last kind: delimit what was said there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, meta
from markupsafe import Markup, escape

from prompts.markdown import escape_markdown
from prompts.text import clean

HERE = Path(__file__).parent


class Templates:
    """The templates under a folder, this package's own by default.

    `filters` are offered to all of them; one that returns `Markup` has escaped its value itself.
    """

    _kind: type[Environment] = Environment

    def __init__(self, root: Path = HERE, *, filters: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self._root = root
        self._filters = dict(filters or {})

    def render(self, name: str, **values: object) -> str:
        """The template `name` (a path such as `documents/postmortem.md.j2`) with its values.

        Raises:
            jinja2.UndefinedError: the template asks for a value that was not given.
            jinja2.TemplateNotFound: there is no such template.
        """
        return self._environment(name).get_template(name).render(**values)

    def source(self, name: str) -> str:
        """A template's own text, unrendered."""
        return (self._root / name).read_text(encoding="utf-8")

    def version(self, *names: str) -> str:
        """Twelve hex digits that change when a template, or one it includes, does."""
        files = sorted({file for name in names for file in self._with_included(name)})
        digest = hashlib.sha256()
        for file in files:
            digest.update(f"{file}\0{self.source(file)}\0".encode())
        return digest.hexdigest()[:12]

    def _with_included(self, name: str) -> Iterator[str]:
        yield name
        for included in _included(self.source(name)):
            if included is None:
                raise ValueError(f"{name} includes a template by a computed name, so it has no version")
            yield from self._with_included(included)

    def _environment(self, name: str) -> Environment:
        if name.endswith(".html.j2"):
            return self._html
        return self._markdown if name.endswith(".md.j2") else self._plain

    @cached_property
    def _plain(self) -> Environment:
        return self._build(autoescape=False, finalize=lambda value: value)

    @cached_property
    def _html(self) -> Environment:
        return self._build(autoescape=True, finalize=_visible)

    @cached_property
    def _markdown(self) -> Environment:
        return self._build(autoescape=True, finalize=_as_markdown)

    def _loader(self) -> BaseLoader:
        return FileSystemLoader(self._root)

    def _build(self, *, autoescape: bool, finalize: Callable[[Any], Any]) -> Environment:
        environment = self._kind(
            loader=self._loader(),
            undefined=StrictUndefined,
            autoescape=autoescape,
            finalize=finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters.update(self._filters)
        return environment


@lru_cache(maxsize=64)
def _included(source: str) -> tuple[str | None, ...]:
    """The names a template includes, None for a computed one. Parsing ours takes 70 ms, and every revision
    asks for its template's version."""
    return tuple(meta.find_referenced_templates(Environment().parse(source)))  # noqa: S701 - only parsed


def _visible(value: object) -> object:
    return value if isinstance(value, Markup) else escape(clean(str(value)))


def _as_markdown(value: object) -> object:
    return value if isinstance(value, Markup) else Markup(escape_markdown(str(value)))  # noqa: S704 - escaped
