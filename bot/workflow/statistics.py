"""Statistics: for a person of what they may see, for everybody of public incidents only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident import Severity
from bot.domain.overview import EVERYTHING, ActionCounts, Filters, Overview
from bot.domain.patterns import Case
from bot.domain.periods import FIRST, Period, parse_period
from bot.domain.statistics import LOOK_BACK, overview
from bot.errors import UserError
from bot.ports import Records
from bot.workflow.access import visible_channels
from bot.workflow.world import World

USUAL = "quarter"
COMPARED = 30_000
"""So many incidents are compared with each other for shared causes while somebody waits: all are counted,
but Slack wants an answer within three seconds."""
HINT = "Try 30d, quarter, year, 2026-Q1, 2026-03, 2026 or all, with service:checkout or sev:1 to narrow it."

_SERVICE = re.compile(r"service:([\w./-]{1,60})")
_SEVERITY = re.compile(r"sev[:-]?([1-4])")


@dataclass(frozen=True)
class Question:
    """What statistics are asked for."""

    period: Period
    filters: Filters = EVERYTHING


def read_question(words: str, *, now: datetime) -> Question:
    """Read `[30d|quarter|year|2026-Q1|all] [service:x] [sev:1]` in any order.

    Raises:
        UserError: a word that is none of these, or two periods.
    """
    period: Period | None = None
    service: str | None = None
    severity: Severity | None = None
    for word in words.lower().split():
        if found := _SERVICE.fullmatch(word):
            service = found[1]
        elif found := _SEVERITY.fullmatch(word):
            severity = Severity(f"sev{found[1]}")
        elif period is None and (read := parse_period(word, now=now)):
            period = read
        else:
            raise UserError(f"“{word[:40]}” is no period I know. {HINT}")
    return Question(
        period or _period(USUAL, now=now),
        Filters(service=service, severity=severity),
    )


def _period(name: str, *, now: datetime) -> Period:
    found = parse_period(name, now=now)
    if found is None:
        raise ValueError(f"{name!r} is no period")
    return found


def statistics(world: World, user_id: str, words: str) -> Overview:
    """The statistics of what somebody may see now: public incidents, and private ones of their channels.

    Raises:
        UserError: the words make no sense.
        NotAllowed: a guest, or somebody of another company.
    """
    question = read_question(words, now=world.clock.now())
    visible = visible_channels(world, user_id)
    with world.storage.read() as records:
        return gather(records, world.team_id, question, visible=visible, compared=COMPARED)


def gather(
    records: Records,
    team_id: str,
    question: Question,
    *,
    visible: frozenset[str] = frozenset(),
    without: frozenset[int] = frozenset(),
    compared: int | None = None,
) -> Overview:
    """The statistics of a workspace. Private incidents count from the `visible` channels only, restricted
    ones never, nor those of the ids `without`. Of more than `compared` incidents only the newest are
    compared with each other for shared causes, and the overview says so."""
    period = question.period
    found = records.statistics.cases(team_id, since=_since(period), until=period.end, visible=visible)
    cases = [case for case in found if case.incident_id not in without]
    actions = _actions(records, team_id, question, cases, visible, without)
    return overview(cases, period, question.filters, actions=actions, compared=compared)


def _since(period: Period) -> datetime:
    """From when on incidents are needed: to compare with, and to know causes by."""
    if period.start <= FIRST:
        return FIRST
    return min(period.start - LOOK_BACK, period.before.start if period.before else period.start)


def _actions(
    records: Records,
    team_id: str,
    question: Question,
    cases: list[Case],
    visible: frozenset[str],
    without: frozenset[int],
) -> ActionCounts:
    """What became of the action items accepted in the period; with a filter, of those incidents only."""
    period, filters = question.period, question.filters
    narrowed = filters != EVERYTHING
    wanted = [case.incident_id for case in cases if filters.admits(case)] if narrowed else None
    counts = records.actions.closing(
        team_id, since=period.start, until=period.end, visible=visible, incidents=wanted, without=without
    )
    return ActionCounts(accepted=counts.accepted, done=counts.done, overdue=counts.overdue)
