"""What is forgotten because it is done with: event ids, ended jobs, posts of forgotten incidents.

A job's key is what makes asking twice asking once, so a job is forgotten only where nobody asks again:
its key names an event, a minute, a version or a generation that does not come back, or asking again is
wanted by then. All others are kept, those that failed too.
"""

from __future__ import annotations

from datetime import timedelta

from bot.workflow.world import HOMES_FOLLOW, World

EVENTS_KEPT = timedelta(days=7)
"""Slack delivers an event again for a day at most (docs.slack.dev/apis/events-api, "Delayed events")."""
JOBS_KEPT = timedelta(days=30)
"""Longer than an event may come twice, so that the work it caused is not asked for again."""
BATCH = 500
"""Jobs forgotten in one transaction, so that events need not wait long."""

SPENT = (
    "archive",  # incident and generation
    "diff",  # incident and revision
    "digest_again",  # month, incident and moment
    "homes",  # workspace and moment
    "meet",  # event, or a channel that is not known yet: then meeting it is wanted
    "members",  # incident and generation
    "picture",  # incident, generation, revision and place
    "notice",  # incident and generation, version or revision; a question is asked again if it comes up again
    "reaction",  # event
    "redraw_reminders",  # item or incident, and version
    "refresh",  # incident and version, or minute
    "sync",  # process and moment
    "wipe",  # workspace and minute
)
"""Kinds of which there are many. `reply` is not among them: the one key it has keeps a reply that somebody
edits a year later from editing the postmortem once more."""


def prune(world: World) -> int:
    """Forget what is done with; returns how many jobs went. Doing it twice forgets nothing more."""
    now = world.clock.now()
    with world.storage.begin() as records:
        records.inbox.prune(before=now - EVENTS_KEPT)
        records.posts.prune(before=now - JOBS_KEPT)
        records.homes.prune(before=now - HOMES_FOLLOW)
    gone = 0
    while True:
        with world.storage.begin() as records:
            found = records.jobs.prune(*SPENT, before=now - JOBS_KEPT, limit=BATCH)
        gone += found
        if found < BATCH:
            return gone
