"""Document templates as files: which one counts for an incident, and what happens when one is broken.

A template is a small TOML file (`bot.publishers.layout` says what may stand in it). An operator's folder
and the one that comes with the bot are searched by the same names, the operator's first at each step:
`service-x.sev1`, `service-x`, `severity-sev1`, `default`. A broken one costs its own layout only: the
next in that chain is used, and the document, the log and `doctor` say so.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.incident import Severity
from bot.domain.postmortem import Postmortem
from bot.errors import UserError
from bot.log import get_logger
from bot.publishers.document import as_html, as_markdown, contents
from bot.publishers.layout import Layout
from bot.publishers.layout_file import read_layout
from bot.publishers.parts import asked, demanded
from bot.publishers.specimen import EMPTY, FULL
from prompts import documents
from prompts.documents import Body
from prompts.sandbox import BrokenTemplate

_KINDS: Mapping[str, Callable[..., str]] = {"markdown": as_markdown, "html": as_html}
_SEVERITIES = frozenset(str(severity) for severity in Severity)
_SERVICE_FILE = re.compile(r"service-(?P<service>.+?)(?:\.(?P<severity>sev\d+))?")
_SEVERITY_FILE = re.compile(r"severity-(?P<severity>.*)")


@dataclass(frozen=True)
class Template:
    """A template that works as far as can be told before a document is made with it.

    `path` is None for the layout that is built in, which nothing can break. `notes` are sentences
    about those that should have been used before it.
    """

    name: str
    layout: Layout
    version: str
    path: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`severity-sev4@1f2e3d4c5b6a`: what to store with a revision."""
        return f"{self.name}@{self.version}"

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Its own Jinja2 files."""
        return tuple(body for kind in ("markdown", "html") if (body := self.body(kind)))

    def body(self, kind: str) -> Body | None:
        """Its own file for `markdown` or `html`, if it has one."""
        name: str | None = getattr(self.layout.body, kind)
        return Body(self.path.parent, name) if self.path and name else None


class TemplateBook:
    """All templates: the operator's in `directory`, if there is one, and those of the bot.

    Files are read each time, so a change counts at once.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._log = get_logger("templates")

    def choose(self, services: Sequence[str], severity: str | None, name: str | None = None) -> Template:
        """The template for an incident of these services and that severity, or the one called `name`.

        Raises:
            UserError: there is no template of that name.
        """
        notes = [*_folder_problem(self._directory)]
        template = next(self._working(services, severity, name, notes), _built_in())
        return replace(template, notes=tuple(notes))

    def markdown(self, postmortem: Postmortem, *, name: str | None = None) -> str:
        """The postmortem as Markdown, by its template or the one called `name`.

        Raises:
            UserError: there is no template of that name.
        """
        return self._written(postmortem, name, "markdown")[1]

    def html(self, postmortem: Postmortem, *, name: str | None = None) -> str:
        """The postmortem as a web page. Otherwise as `markdown`."""
        return self._written(postmortem, name, "html")[1]

    def template_version(self, postmortem: Postmortem, *, name: str | None = None) -> str:
        """The name and content hash of the template a postmortem is written by, to store with its
        revision. Raises `UserError` as `choose`."""
        return self._used(postmortem, name).label

    def findings(self, postmortem: Postmortem, *, name: str | None = None) -> tuple[str, ...]:
        """What the reviewer should know: broken templates, what action items lack that the template
        demands, and its questions nobody has answered. Raises `UserError` as `choose`."""
        template = self._used(postmortem, name)
        missing = demanded(postmortem, template.layout)
        return (*template.notes, *missing, *asked(postmortem, template.layout))

    def names(self) -> tuple[str, ...]:
        """Every template there is, by name."""
        return tuple(sorted({*_files(self._directory), *_files(documents.SHIPPED)}))

    def problems(self) -> tuple[str, ...]:
        """What is wrong with any template, each with its file, the line where it can be told, and why."""
        found = [*_folder_problem(self._directory)]
        for folder in self._folders():
            for stem, path in sorted(_files(folder).items()):
                found += _problem_of(stem, path)
        return tuple(found)

    def _folders(self) -> tuple[Path, ...]:
        return (documents.SHIPPED,) if self._directory is None else (self._directory, documents.SHIPPED)

    def _working(
        self, services: Sequence[str], severity: str | None, name: str | None, notes: list[str]
    ) -> Iterator[Template]:
        """The templates that may be used, best first. Broken ones leave a note and are passed over."""
        for stem, path in self._chain(services, severity, name):
            try:
                template = _load(stem, path)
            except BrokenTemplate as error:
                notes.append(self._report(error))
            else:
                yield template

    def _chain(
        self, services: Sequence[str], severity: str | None, name: str | None
    ) -> Iterator[tuple[str, Path]]:
        files = [_files(folder) for folder in self._folders()]
        if name is not None and not any(_as_stem(name) in those for those in files):
            known = ", ".join(self.names())
            raise UserError(f"There is no template called “{name}”. There are: {known}.")
        wanted = [_as_stem(name)] if name is not None else []
        for stem in (*wanted, *_stems(services, severity)):
            yield from ((stem, those[stem]) for those in files if stem in those)

    def _used(self, postmortem: Postmortem, name: str | None) -> Template:
        """The template both documents are written by; whether a body works shows when it is tried."""
        chosen = self.choose(postmortem.services, postmortem.severity, name)
        if not chosen.bodies:
            return chosen
        first, second = (self._written(postmortem, name, kind)[0] for kind in _KINDS)
        return replace(first, notes=tuple(dict.fromkeys((*first.notes, *second.notes))))

    def _written(self, postmortem: Postmortem, name: str | None, kind: str) -> tuple[Template, str]:
        """One document, and the template that could be used for it."""
        notes = [*_folder_problem(self._directory)]
        for template in self._working(postmortem.services, postmortem.severity, name, notes):
            settled = replace(template, notes=tuple(notes))
            try:
                return settled, _write(postmortem, settled, kind)
            except BrokenTemplate as error:
                notes.append(self._report(error))
        left = replace(_built_in(), notes=tuple(notes))
        return left, _write(postmortem, left, kind)

    def _report(self, error: BrokenTemplate) -> str:
        self._log.warning("template_broken", file=error.file, line=error.line)
        return f"A template does not work, so another one was used: {error}."


def _write(postmortem: Postmortem, template: Template, kind: str) -> str:
    """Raises `BrokenTemplate` if the template's own body fails."""
    return _KINDS[kind](
        postmortem,
        template.layout,
        body=template.body(kind),
        template=template.label,
        notes=template.notes,
    )


def _built_in() -> Template:
    """The usual document, which no file can break."""
    return Template("built-in", Layout(), documents.version())


def _stems(services: Iterable[str], severity: str | None) -> Iterator[str]:
    """The names to look for, the most particular first."""
    slugs = [_as_stem(service) for service in services]
    if severity:
        yield from (f"service-{slug}.{_as_stem(severity)}" for slug in slugs)
    yield from (f"service-{slug}" for slug in slugs)
    if severity:
        yield f"severity-{_as_stem(severity)}"
    yield "default"


def _as_stem(name: str) -> str:
    """A service or template as its file's name spells it: `Checkout API` is `checkout-api`."""
    return re.sub(r"[^\w.-]+", "-", name.strip().lower())


def _files(folder: Path | None) -> Mapping[str, Path]:
    """The templates of a folder by their name in lower case."""
    if folder is None or not _readable(folder):
        return {}
    return {path.stem.lower(): path for path in sorted(folder.glob("*.toml"))}


def _readable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def _folder_problem(folder: Path | None) -> Iterator[str]:
    if folder is not None and not _readable(folder):
        yield f"TEMPLATE_DIR: {folder} is no folder that can be read; the bot's own templates are used."


def _load(stem: str, path: Path) -> Template:
    """Read a template and see that its files compile. Raises `BrokenTemplate`."""
    layout, source = read_layout(path)
    template = Template(stem, layout, "", path)
    for body in template.bodies:
        documents.check(body, _given())
    version = hashlib.sha256(source + documents.version(*template.bodies).encode()).hexdigest()[:12]
    return Template(stem, layout, version, path)


def _given() -> frozenset[str]:
    return frozenset(contents(EMPTY))


def _problem_of(stem: str, path: Path) -> Iterator[str]:
    """What is wrong with one template, tried on an empty postmortem and a full one."""
    try:
        template = _load(stem, path)
        for postmortem in (EMPTY, FULL):
            for kind in _KINDS:
                _write(postmortem, template, kind)
    except BrokenTemplate as error:
        yield f"{path.parent / error.file}" + str(error).removeprefix(error.file)
    if reason := _never_chosen(stem):
        yield f"{path}: {reason}"


def _never_chosen(stem: str) -> str:
    """Why no incident would ever get a template of that name; empty for a good name."""
    match = _SERVICE_FILE.fullmatch(stem) or _SEVERITY_FILE.fullmatch(stem)
    severity = match["severity"] if match else None
    if severity is not None and severity not in _SEVERITIES:
        return f"there is no severity “{severity}”; there are {', '.join(sorted(_SEVERITIES))}"
    service = match.groupdict().get("service") if match else None
    if service and service != _as_stem(service):
        return f"no service is spelt “{service}” in file names; it would be “{_as_stem(service)}”"
    return ""
