"""What a draft did and did not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.incident import describe_duration
from bot.domain.postmortem import Coverage
from bot.domain.transcript import Message

SILENCE = timedelta(hours=1)
"""A pause in the talk worth telling: what happened in it is not in the transcript."""


def measure(
    messages: Sequence[Message],
    *,
    resolved_at: datetime | None,
    skipped: Mapping[str, int],
    notes: Sequence[str] = (),
    complete: bool = True,
) -> Coverage:
    """Count a transcript. `messages` are deduplicated, in time order, tombstones included."""
    standing = [message for message in messages if not message.deleted]
    roots = {message.thread_ts for message in messages if message.is_reply}
    return Coverage(
        messages=len(standing),
        threads=len(roots | {message.ts for message in messages if message.reply_count}),
        files=sum(len(message.files) for message in standing),
        masked=sum(message.masked for message in standing),
        edited=sum(1 for message in standing if message.edited_ts),
        deleted=len(messages) - len(standing),
        after_resolution=sum(1 for message in standing if resolved_at and message.at > resolved_at),
        skipped=dict(sorted(skipped.items())),
        gaps=silences(standing, until=resolved_at),
        notes=tuple(notes),
        complete=complete,
    )


def silences(messages: Sequence[Message], *, until: datetime | None) -> tuple[str, ...]:
    """Pauses of an hour or more between two messages up to the resolution: `14:02–16:30 UTC (2 h 28 min)`."""
    times = [message.at for message in messages if until is None or message.at <= until]
    pairs = zip(times, times[1:] + ([until] if until else []), strict=False)
    return tuple(_silence(before, after) for before, after in pairs if after - before >= SILENCE)


def _silence(before: datetime, after: datetime) -> str:
    length = describe_duration(after - before)
    if before.date() == after.date():
        return f"{before:%H:%M}–{after:%H:%M} UTC ({length})"
    return f"{before:%Y-%m-%d %H:%M} – {after:%Y-%m-%d %H:%M} UTC ({length})"
