"""From messages to a transcript: evidence with fixed labels, roles for names, and what was not seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.domain.coverage import measure
from bot.domain.folding import fold
from bot.domain.incident import Incident
from bot.domain.names import Names
from bot.domain.postmortem import Coverage
from bot.domain.roles import assign, bot_role, bridged_speakers, number
from bot.domain.spellings import BRIDGED
from bot.domain.strangers import Everyone
from bot.domain.transcript import Evidence, Message, Person, Source, Transcript, in_time_order, ts_order

_FACTS = ("topic", "purpose", "name")
FACT_SUBTYPES = frozenset(
    {f"{kind}_{fact}" for kind in ("channel", "group") for fact in _FACTS} | {"pinned_item", "huddle_thread"}
)
"""Changes Slack itself recorded: they stand in a timeline as facts."""

UPDATED_AFTER = 60
"""Seconds after which an alert's edit is worth a time of its own (`firing` turned `resolved`)."""

Permalink = Callable[[str, str, str | None], str | None]
"""(channel id, ts, thread_ts) → a link to the message, None where there is none."""


class Assembly(NamedTuple):
    """A transcript to draft from, what it covers, and the names that must not stand in the draft."""

    transcript: Transcript
    coverage: Coverage
    digest: str
    names: Names


def assemble(
    incident: Incident,
    messages: Iterable[Message],
    people: Iterable[Person],
    *,
    known: Sequence[Evidence] = (),
    permalink: Permalink = lambda _channel, _ts, _thread: None,
    skipped: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
    complete: bool = True,
) -> Assembly:
    """Freeze what was said.

    `messages` are those in the incident's scope, tombstones included, in any order and perhaps twice;
    `people` is the workspace's directory. `known` is the evidence already labelled: its labels, roles
    and items from other sources stay as they are, its texts follow edits and deletions. New evidence
    takes the next numbers, in time order among itself. `skipped`, `notes` and `complete` go into the
    coverage as they are.
    """
    said = _deduplicated(messages)
    directory = [*people, *bridged_speakers(said)]
    roles = assign(said, known=known, started_by=incident.started_by, resolved_by=incident.resolved_by)
    number(roles, (person.id for person in directory if person.id.startswith(BRIDGED)), "colleague")
    names = Names.of(people, roles)
    scribe = _Scribe(incident, roles, names, permalink)
    evidence = _labelled(said, known, scribe)
    transcript = _transcript(incident, said, evidence, directory, scribe)
    coverage = measure(
        said, resolved_at=incident.resolved_at, skipped=skipped or {}, notes=notes, complete=complete
    )
    return Assembly(transcript, coverage, digest(evidence), names)


def _transcript(
    incident: Incident,
    said: Sequence[Message],
    evidence: tuple[Evidence, ...],
    directory: Sequence[Person],
    scribe: _Scribe,
) -> Transcript:
    roles = scribe.roles
    return Transcript(
        incident_key=incident.key,
        title=scribe.names.hide(incident.title),
        severity=incident.severity,
        services=incident.services,
        started_at=incident.started_at,
        resolved_at=incident.resolved_at,
        evidence=evidence,
        people=tuple(person for person in directory if person.id in roles),
        roles={**roles, **{m.author_id: scribe.role(m) for m in said if m.is_bot and m.author_id}},
    )


def digest(evidence: Iterable[Evidence]) -> str:
    """SHA-256 over what the evidence says: label, source, place, text and whether it is gone."""
    rows = [
        [item.label, item.source.value, item.channel, item.ts, item.role, item.text, item.deleted]
        for item in sorted(evidence, key=lambda item: item.label)
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def names_in(transcript: Transcript, directory: Iterable[Person] = ()) -> Names:
    """Whose names must not stand in a draft of this transcript: its people and the directory's."""
    if isinstance(directory, Everyone):
        return Names.of(directory, transcript.roles)
    return Names.of([*directory, *transcript.people], transcript.roles)


def _deduplicated(messages: Iterable[Message]) -> list[Message]:
    """One message a place, in time order: a deletion wins, then the latest edit."""
    latest: dict[tuple[str, str], Message] = {}
    for message in messages:
        key = (message.channel_id, message.ts)
        known = latest.get(key)
        if known is None or _supersedes(message, known):
            latest[key] = message
    return in_time_order(latest.values())


def _supersedes(message: Message, known: Message) -> bool:
    if message.deleted != known.deleted:
        return message.deleted
    return ts_order(message.edited_ts or "0") > ts_order(known.edited_ts or "0")


def _labelled(said: Sequence[Message], known: Sequence[Evidence], scribe: _Scribe) -> tuple[Evidence, ...]:
    current = {(message.channel_id, message.ts): message for message in said}
    kept = [_refreshed(item, current.get((item.channel, item.ts)), scribe) for item in known]
    places = {(item.channel, item.ts) for item in known}
    label = max((item.label for item in known), default=0)
    fresh: list[Evidence] = []
    for message in said:
        if (message.channel_id, message.ts) in places or message.deleted:
            continue
        if text := scribe.text(message):
            label += 1
            fresh.append(scribe.evidence(message, label, text))
    return tuple(sorted([*kept, *fresh], key=lambda item: item.label))


def _refreshed(item: Evidence, message: Message | None, scribe: _Scribe) -> Evidence:
    """Known evidence as its message stands now; what has no message (a reviewer's words) stays."""
    if message is None or item.source is Source.REVIEWER:
        return item
    if message.deleted:
        return item.model_copy(update={"text": "", "deleted": True, "reactions": ()})
    return scribe.evidence(message, item.label, scribe.text(message)).model_copy(update={"role": item.role})


class _Scribe:
    """Writes evidence from messages: names hidden, logs folded."""

    def __init__(
        self, incident: Incident, roles: Mapping[str, str], names: Names, permalink: Permalink
    ) -> None:
        self._resolved_at = incident.resolved_at
        self.roles = roles
        self.names = names
        self._permalink = permalink

    def role(self, message: Message) -> str:
        """The author's alias."""
        if message.is_bot:
            return bot_role(self.names.hide(message.author_name))
        return self.roles.get(message.author_id or "", "Slack")

    def text(self, message: Message) -> str:
        """Readable, blameless of names, folded; files by name; an alert's later edit with its time."""
        lines = [message.text, *(f"[file: {file.name}]" for file in message.files)]
        said = self.names.hide("\n".join(line for line in lines if line))
        return fold(said).strip() + _updated(message) if said.strip() else ""

    def evidence(self, message: Message, label: int, text: str) -> Evidence:
        """One citable item."""
        return Evidence(
            label=label,
            source=_source(message),
            channel=message.channel_id,
            ts=message.ts,
            thread_ts=message.thread_ts,
            author_id=message.author_id,
            role=self.role(message),
            text=text,
            permalink=self._permalink(message.channel_id, message.ts, message.thread_ts),
            reactions=message.reactions,
            after_resolution=self._resolved_at is not None and message.at > self._resolved_at,
        )


def _source(message: Message) -> Source:
    if message.subtype in FACT_SUBTYPES:
        return Source.FACT
    return Source.ALERT if message.is_bot else Source.CHAT


def _updated(message: Message) -> str:
    """Bots change their alerts in place: the new state is later than the message."""
    if not (message.is_bot and message.edited_ts):
        return ""
    posted, edited = ts_order(message.ts)[0], ts_order(message.edited_ts)[0]
    if edited - posted < UPDATED_AFTER:
        return ""
    at = message.model_copy(update={"ts": message.edited_ts}).at
    same_day = at.date() == message.at.date()
    return f"\n(updated {at:%H:%M} UTC)" if same_day else f"\n(updated {at:%Y-%m-%d %H:%M} UTC)"
