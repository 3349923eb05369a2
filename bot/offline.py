"""From a Slack export to a checked postmortem without Slack, database or network (a model apart).

The same steps the live bot takes: mask, assemble, draft, check, render. The command line's `draft`,
the evaluation and whoever wants to try a drafter on a file all come through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.domain.assembly import Assembly, assemble
from bot.domain.checking import enforce
from bot.domain.incident import Incident, Scope, Status, title_from_channel
from bot.domain.postmortem import Draft, Postmortem
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.domain.transcript import Message, Person
from bot.drafters import make_drafters
from bot.ports import Drafted, Drafter, Redactor, Secret
from bot.redaction import SecretRedactor
from bot.slack.export import Export, ExportChannel, read_export
from bot.workflow.capture import hide
from bot.workflow.dossier import Dossier, postmortem
from bot.workflow.world import Policy
from bot.workflow.writing import write

SERIES = "DRAFT"
"""Incidents read from a file are called `DRAFT-1`: their real number, if any, is not known."""


@dataclass(frozen=True)
class Tools:
    """What drafting without Slack needs."""

    drafter: Drafter
    redactor: Redactor
    policy: Policy


def tools(settings: Settings) -> Tools:
    """The drafter, the redactor and the choices these settings ask for.

    Raises:
        ConfigError: they ask for a model, and say too little about it.
    """
    offline, model = make_drafters(settings)
    return Tools(
        drafter=offline if model is None else model,
        redactor=SecretRedactor(personal=settings.personal_data),
        policy=Policy(watched=settings.incident_channels, excluded=settings.incident_exclude),
    )


@dataclass(frozen=True)
class Offline:
    """A postmortem made from a file, and how it came about."""

    postmortem: Postmortem
    draft: Draft
    assembly: Assembly
    drafted: Drafted
    channel: str
    messages: int
    others: int = 0
    """Channels of the same export that were left alone, though nobody had named this one."""


def draft_file(path: Path, tools: Tools, *, channel: str | None = None) -> Offline:
    """Draft a postmortem from an export: the named channel, or the likeliest one.

    Raises:
        UserError: the file is no export, or has no such channel, or nothing was said in it.
        Retryable, DrafterError: the drafter failed.
    """
    export = read_export(path)
    made = draft_channel(choose(export, tools.policy, channel), export.people, tools)
    return made if channel else replace(made, others=len(export.channels) - 1)


def choose(export: Export, policy: Policy, wanted: str | None = None) -> ExportChannel:
    """The wanted channel, else among those that look like incidents (else all) the busiest.

    Raises:
        UserError: there is no such channel, or nothing was said in it.
    """
    if wanted is not None or len(export.channels) == 1:
        return export.pick(wanted)
    watched = [each for each in export.channels.values() if policy.watches(each.name)]
    candidates = watched or list(export.channels.values())
    return export.pick(max(candidates, key=lambda each: (len(each.messages), each.name)).name)


def draft_channel(channel: ExportChannel, people: Sequence[Person], tools: Tools) -> Offline:
    """Draft a postmortem from one channel of an export."""
    incident = incident_of(channel, tools.policy)
    said = masked(channel.messages, tools.redactor)
    assembly = assemble(incident, said, people=people, skipped=channel.skipped)
    written = write(
        tools.drafter,
        assembly.transcript,
        lambda draft: enforce(draft, assembly.transcript, assembly.names),
    )
    drafted, checked = written.drafted, written.checked
    revision = Revision(
        incident_id=incident.id,
        number=1,
        draft=checked.draft,
        author=DRAFTER_AUTHOR,
        created_at=_last(channel),
        drafter=drafted.drafter,
        prompt_version=drafted.prompt_version,
        findings=written.findings,
        coverage=assembly.coverage,
        tokens=drafted.tokens,
    )
    held = Dossier(incident, revision, assembly.transcript.evidence, (), ())
    return Offline(
        postmortem=postmortem(held, revision),
        draft=checked.draft,
        assembly=assembly,
        drafted=drafted,
        channel=channel.name,
        messages=len(channel.messages),
    )


def incident_of(channel: ExportChannel, policy: Policy) -> Incident:
    """The incident a whole channel of an export stands for: when it was resolved is not known."""
    return Incident(
        id=1,
        team_id="",
        series=SERIES,
        number=1,
        channel_id=channel.id,
        scope=Scope.CHANNEL,
        title=title_from_channel(channel.name, policy.prefixes()),
        status=Status.IN_REVIEW,
        generation=1,
        started_at=channel.messages[0].at,
        since_ts=channel.messages[0].ts,
    )


def masked(messages: Sequence[Message], redactor: Redactor) -> tuple[Message, ...]:
    """Messages with secrets and personal data masked, the same placeholder for the same value."""
    number = _numbering()

    def find(text: str) -> tuple[Secret, ...]:
        return (*redactor.secrets(text), *redactor.personal(text))

    return tuple(hide(message, find, number) for message in messages)


def _numbering() -> Callable[[str, str], int]:
    given: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def number(kind: str, value: str) -> int:
        return given[kind].setdefault(value, len(given[kind]) + 1)

    return number


def _last(channel: ExportChannel) -> datetime:
    return channel.messages[-1].at
