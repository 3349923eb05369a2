"""Importing Markdown postmortems: files, and folders of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.incident import parse_key
from bot.domain.masking import mask
from bot.domain.paper import Paper
from bot.domain.transcript import moment
from bot.errors import BotError, UserError
from bot.importer.choosing import Choice
from bot.importer.report import Line, Outcome, Report
from bot.imports.paper import understand
from bot.ports import Imported
from bot.slack.decode import clean
from bot.workflow.importing.documents import (
    already,
    evidence_of,
    key_of,
    prepared,
    remember_place,
    room_of,
    without_erased,
)
from bot.workflow.importing.drafting import Numbers, Prepared
from bot.workflow.importing.known import FORGOTTEN
from bot.workflow.importing.storing import add, numbered, renew
from bot.workflow.world import World

ENDINGS = frozenset({".md", ".markdown", ".mdown"})
LARGEST = 2 * 1024 * 1024
"""Bytes of a document; a longer one is no postmortem."""


def documents_in(path: Path) -> tuple[Path, ...]:
    """The Markdown files of a folder and of those within it, links to elsewhere and hidden ones left out."""
    if path.is_file():
        return (path,)
    base = path.resolve()
    return tuple(sorted(file for file in _below(path) if file.resolve().is_relative_to(base)))


def _below(path: Path) -> Iterator[Path]:
    for file in path.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.suffix.lower() in ENDINGS and not hidden and file.is_file():
            yield file


@dataclass(frozen=True)
class Papers:
    """Documents on their way into the database. `tell` is called with each that is done."""

    world: World
    choice: Choice
    report: Report
    tell: Callable[[Line], None]

    def run(self, files: Sequence[Path]) -> None:
        """Import them, as far as they are new or have changed; a fault skips its document only."""
        begun = 0
        for file in files:
            if self.choice.limit is not None and begun >= self.choice.limit:
                self.report.left += 1
                continue
            line = self._guarded(file)
            begun += line.outcome is not Outcome.UNCHANGED
            self.report.lines.append(line)
            self.tell(line)

    def _guarded(self, file: Path) -> Line:
        try:
            return self._one(file)
        except BotError as error:
            return Line(str(file), Outcome.FAILED, made=str(error))

    def _one(self, file: Path) -> Line:
        text, name = _text(file), str(file)
        key, content = key_of(file.resolve().parent.name, file.name), _sha256(text)
        row, same = already(self.world, key, content)
        if row is not None and self._is_forgotten(row):
            return Line(name, Outcome.SKIPPED, made=FORGOTTEN)
        if row is not None and not self.choice.dry_run:
            remember_place(self.world, row, key)
        if same:
            return Line(name, Outcome.UNCHANGED)
        paper, numbers = self._understood(file, text, key)
        if reason := self._reason_against(paper):
            return Line(name, Outcome.SKIPPED, made=reason)
        if row is not None:
            paper = without_erased(self.world, row, paper)
        known = evidence_of(self.world, row) if row else ()
        ready = prepared(paper, key=key, content=content, masked=numbers.given, known=known)
        return self._stored(name, ready, row)

    def _stored(self, name: str, ready: Prepared, row: Imported | None) -> Line:
        made = f"{ready.started_at:%Y-%m-%d}, {ready.status.value}"
        if self.choice.dry_run:
            return Line(name, Outcome.UPDATED if row else Outcome.IMPORTED, made=made)
        if row is None:
            return Line(name, Outcome.IMPORTED, (add(self.world, ready).key,), made)
        kept = renew(self.world, ready, row)
        return Line(name, Outcome.SKIPPED if kept else Outcome.UPDATED, made=kept)

    def _is_forgotten(self, row: Imported) -> bool:
        with self.world.storage.read() as records:
            return records.incidents.get(row.incident_id) is None

    def _is_ours(self, key: str) -> bool:
        """Whether it is, or was, an incident of ours: a copy must not bring back what was forgotten."""
        series, number = parse_key(key) or ("", 0)
        with self.world.storage.read() as records:
            return records.imports.was_given(self.world.team_id, series, number)

    def _understood(self, file: Path, text: str, key: str) -> tuple[Paper, Numbers]:
        """Masked first, then read. In a dry run nothing is numbered in the database."""
        channel_id = room_of(key)
        numbers = Numbers(None if self.choice.dry_run else numbered(self.world, channel_id))
        redactor = self.world.redactor
        for detect in (redactor.secrets, redactor.personal):
            text = mask(text, detect(text), numbers).text
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return understand(text, name=file.stem, channel_id=channel_id, fallback=written), numbers

    def _reason_against(self, paper: Paper) -> str:
        if paper.own_key and self._is_ours(paper.own_key):
            return f"the bot published it itself: {paper.own_key}"
        if paper.is_guarded:
            return "it says that not everybody may read it"
        if self.choice.since and paper.at < moment(self.choice.since):
            return "before --since"
        if not paper.evidence:
            return "nothing is written in it"
        return ""


def _text(file: Path) -> str:
    """Raises `UserError`: it cannot be read, or is no text."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise UserError(f"It is too large: at most {LARGEST // 2**20} MB are read.")
        return "\n".join(map(clean, content.decode("utf-8-sig").splitlines()))
    except UnicodeDecodeError as error:
        raise UserError(f"It is no text (byte {error.start} is not UTF-8).") from error
    except OSError as error:
        raise UserError(f"It cannot be read: {error.strerror}.") from error


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
