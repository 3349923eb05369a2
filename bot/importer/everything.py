"""All that one `postmortem import` was given, one path after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.config import Settings
from bot.domain.crowd import Crowd
from bot.errors import BotError, UserError
from bot.importer.choosing import Choice, Wish
from bot.importer.papers import ENDINGS, Papers, documents_in
from bot.importer.report import Line, Outcome, Report
from bot.importer.run import Import
from bot.importer.tools import identity, kit_of, order_of, team_of, world_of
from bot.log import get_logger
from bot.ports import Identity
from bot.slack.export_catalogue import Catalogue, OneList, open_catalogue
from storage import Database

SOME = 12
"""Channels named where none fits the pattern."""


def import_all(
    settings: Settings,
    database: Database,
    wish: Wish,
    *,
    begin: Callable[[int], None] = lambda _more: None,
    tell: Callable[[Line], None] = lambda _line: None,
) -> Report:
    """Import every path. `begin` is told how many channels or documents come, `tell` each that is done.

    What cannot be read is in the report; Ctrl-C ends it, and the report says so.

    Raises:
        UserError: nothing can be made of what was asked.
    """
    report, began = Report(), time.monotonic()
    choice, ours = wish.choice(settings), _who(settings)
    try:
        for path in wish.paths:
            _Path(settings, database, wish, choice, ours, report, tell).take(path, begin)
    except KeyboardInterrupt:
        report.stopped = True
    report.seconds = time.monotonic() - began
    return report


def _who(settings: Settings) -> Identity | None:
    """Without Slack there are no links to messages, but everything else."""
    try:
        return identity(settings)
    except BotError as error:
        get_logger("import").warning("slack_not_asked", why=str(error))
        return None


class _Path:
    """One path with what is needed to import it."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        wish: Wish,
        choice: Choice,
        ours: Identity | None,
        report: Report,
        tell: Callable[[Line], None],
    ) -> None:
        self._settings, self._database, self._wish = settings, database, wish
        self._choice, self._ours, self._report, self._tell = choice, ours, report, tell

    def take(self, path: Path, begin: Callable[[int], None]) -> None:
        """Import what is there. A path that cannot be opened at all is a failed one of several."""
        try:
            if files := self._documents(path):
                self._papers(files, begin)
            else:
                self._export(path, open_catalogue(path), begin)
        except UserError as error:
            if len(self._wish.paths) == 1:
                raise
            line = Line(str(path), Outcome.FAILED, made=str(error))
            self._report.lines.append(line)
            self._tell(line)

    def _documents(self, path: Path) -> tuple[Path, ...]:
        """The Markdown files there, unless it is an export."""
        if path.suffix.lower() in ENDINGS and path.is_file():
            return (path,)
        if not path.is_dir() or _is_export(path):
            return ()
        return documents_in(path)

    def _papers(self, files: Sequence[Path], begin: Callable[[int], None]) -> None:
        begin(len(files))
        team_id = team_of(self._database, None, self._wish.team, self._ours)
        world = world_of(self._settings, self._database, team_id)
        Papers(world, self._choice, self._report, self._tell).run(files)

    def _export(self, path: Path, catalogue: Catalogue | OneList, begin: Callable[[int], None]) -> None:
        chosen = tuple(catalogue.listed(self._choice.wants))
        if not chosen:
            raise UserError(_none_of(path, self._choice, catalogue.names()))
        begin(len(chosen))
        team_id = team_of(self._database, catalogue, self._wish.team, self._ours)
        world = world_of(self._settings, self._database, team_id)
        url = self._ours.url if self._ours else ""
        Import(
            world=world,
            catalogue=catalogue,
            kit=kit_of(self._settings, world, Crowd(catalogue.people), url),
            choice=self._choice,
            order=order_of(self._settings, world, path, self._choice, url),
            report=self._report,
            tell=self._tell,
            processes=self._wish.processes,
        ).run(chosen)


def _none_of(path: Path, choice: Choice, names: Sequence[str]) -> str:
    some = ", ".join(f"#{name}" for name in names[:SOME]) or "none"
    more = f" and {len(names) - SOME:,} more" if len(names) > SOME else ""
    return (
        f"No channel of {path} is called {', '.join(choice.channels)}. It holds {some}{more}: name yours "
        "with --channels. Nothing was imported."
    )


def _is_export(folder: Path) -> bool:
    """Whether there are day files in it."""
    try:
        return any(True for _ in open_catalogue(folder).listed())
    except UserError:
        return False
