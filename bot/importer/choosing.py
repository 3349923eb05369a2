"""What of an export is to be imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from bot.config import Settings
from bot.domain.past import Split
from bot.domain.transcript import as_ts, ts_order
from bot.errors import UserError
from bot.slack.export_catalogue import Listed
from bot.workflow.importing.origin import Origin

RULE = "2026-11"
"""Names the rules by which incidents are found: another name has finished channels looked at again."""


@dataclass(frozen=True)
class Wish:
    """What `postmortem import` was asked, as it was typed."""

    paths: tuple[Path, ...]
    channels: tuple[str, ...] = ()
    since: str = ""
    split: str = "auto"
    limit: int | None = None
    dry_run: bool = False
    private: bool | None = None
    team: str = ""
    processes: int = 1

    def choice(self, settings: Settings) -> Choice:
        """As the importer takes it; patterns that are named leave nothing out. Raises `UserError`."""
        return Choice(
            channels=tuple(name.lstrip("#") for name in self.channels) or settings.incident_channels,
            excluded=() if self.channels else settings.incident_exclude,
            since=since(self.since) if self.since else "",
            split=Split(self.split),
            limit=self.limit,
            private=self.private,
            emojis=settings.resolved_emoji,
            dry_run=self.dry_run,
        )


@dataclass(frozen=True)
class Choice:
    """The operator's. `private` says what channels are that the export tells nothing about."""

    channels: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    since: str = ""
    """A Slack timestamp."""
    split: Split = Split.AUTO
    limit: int | None = None
    private: bool | None = None
    emojis: tuple[str, ...] = ()
    dry_run: bool = False

    def wants(self, name: str) -> bool:
        """Whether a channel of that name is asked for."""
        return any(fnmatchcase(name, one) for one in self.channels) and not any(
            fnmatchcase(name, one) for one in self.excluded
        )

    def is_late(self, origin: Origin) -> bool:
        """Whether it began since then."""
        return not self.since or ts_order(origin.part.start) >= ts_order(self.since)

    def fingerprint(self, listed: Listed) -> str:
        """Changes with the channel's files, and with what is made of them."""
        return f"{RULE}:{self.split}:{self.since}:{listed.fingerprint}"


def since(text: str) -> str:
    """`2024`, `2024-03` or `2024-03-15` as the Slack timestamp of its first moment, UTC.

    Raises:
        UserError: it is none of these.
    """
    padded = text.strip() + {4: "-01-01", 7: "-01"}.get(len(text.strip()), "")
    try:
        return as_ts(datetime.strptime(padded, "%Y-%m-%d").replace(tzinfo=UTC))
    except ValueError:
        raise UserError(f"“{text}” is no date; write 2024, 2024-03 or 2024-03-15.") from None
