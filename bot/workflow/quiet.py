"""Quiet hours hold back posts that nobody asked for; a draft that comes late says how late and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.incident import Incident, describe_duration
from bot.workflow.world import World

LATE = timedelta(minutes=15)
"""A draft that comes up to so much later than promised says nothing of it."""


def quiet_until(world: World, incident: Incident) -> datetime | None:
    """When a finished draft may be posted, None for now: quiet hours are over, none are set, or somebody
    asked for the draft earlier than it was promised."""
    quiet = world.policy.quiet_hours
    if quiet is None or _was_asked_for(world, incident):
        return None
    return quiet.until(world.clock.now())


def _was_asked_for(world: World, incident: Incident) -> bool:
    """Whether somebody brought the draft forward: then they are there to read it."""
    if incident.draft_due_at is None or incident.resolved_at is None:
        return False
    return incident.draft_due_at < incident.resolved_at + world.policy.draft_delay


def lateness(world: World, incident: Incident, posted_at: datetime) -> str:
    """How much later than promised a draft was posted, and why; empty where it came in time."""
    promised = incident.draft_due_at
    if promised is None or posted_at - promised < LATE:
        return ""
    quiet = world.policy.quiet_hours
    at_first = (quiet.until(promised) or quiet.until(promised + LATE)) if quiet else None
    ended = at_first or (quiet.until(posted_at - LATE) if quiet else None)
    reasons = [f"quiet hours held it back until {ended:%H:%M} UTC"] if ended else []
    if at_first is None or posted_at - at_first >= LATE:
        reasons.append("I was not running, or Slack could not be reached")
    late = describe_duration(posted_at - promised)
    return f"This draft came {late} later than promised: {'; besides, '.join(reasons)}."
