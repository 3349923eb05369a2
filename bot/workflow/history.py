"""What became of a postmortem: its revisions, what differs between any two, and going back to one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.domain.changes import changed_sections, changes, with_sections
from bot.domain.incident import Incident
from bot.domain.posting import Change
from bot.domain.postmortem import Draft
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.domain.sections import SECTIONS
from bot.errors import UserError
from bot.ports import Records
from bot.workflow.access import the_visible
from bot.workflow.editing import Resting, edit, unerased
from bot.workflow.show import labels
from bot.workflow.world import World


class Entry(NamedTuple):
    """One revision in a list: who wrote it, when, why, and the headings of what it changed."""

    number: int
    author: str
    at: datetime
    reason: str
    changed: tuple[str, ...]


class History(NamedTuple):
    """All revisions of an incident's postmortem, newest first."""

    incident: Incident
    entries: tuple[Entry, ...]


class Comparison(NamedTuple):
    """What differs between two revisions, from the earlier one named to the later one."""

    incident: Incident
    before: int
    after: int
    changes: tuple[Change, ...]


def history(world: World, incident_id: int, user_id: str) -> History:
    """Raises `UserError` where there is nothing this person can see."""
    incident = the_visible(world, incident_id, user_id)
    with world.storage.read() as records:
        revisions = records.revisions.all(incident.id)
    if not revisions:
        raise UserError(f"{incident.key} has no draft yet, so it has no history.")
    label = labels(world)
    entries, before = [], Draft(title="")
    for revision in revisions:
        headings = tuple(SECTIONS[name] for name in changed_sections(before, revision.draft))
        author = (
            label(revision.author) if revision.author != DRAFTER_AUTHOR else f"{revision.drafter} drafter"
        )
        entries.append(
            Entry(revision.number, author or "Somebody", revision.created_at, revision.reason, headings)
        )
        before = revision.draft
    return History(incident, tuple(reversed(entries)))


def compare(world: World, incident_id: int, user_id: str, before: int, after: int) -> Comparison:
    """What changed from one revision to another. Raises `UserError` where one cannot be seen."""
    incident = the_visible(world, incident_id, user_id)
    with world.storage.read() as records:
        old, new = _revision(records, incident.id, before), _revision(records, incident.id, after)
    return Comparison(incident, before, after, changes(old.draft, new.draft))


def put_back(world: World, incident_id: int, number: int, seen: int, user_id: str) -> Revision | None:
    """Make an earlier revision the newest again, as a revision of its own: nothing is lost, and an
    approval is void. `seen` is the newest one the person knew. Returns None where nothing differs.

    Raises:
        UserError: there is no such revision, or a newer one than `seen`.
    """
    with world.storage.read() as records:
        old, newest = _revision(records, incident_id, number), _revision(records, incident_id, seen)

    def change(now: Draft, label: int, known: frozenset[int]) -> Draft:
        del label, known
        if now != newest.draft:
            raise UserError(
                f"Somebody has changed it since revision {seen}, the newest you saw. Nothing was changed; "
                "open the history again."
            )
        return with_sections(now, old.draft, SECTIONS)

    resting = Resting(change, unerased(old, newest))
    return edit(world, incident_id, user_id, resting, words="restored", reason=f"restored revision {number}")


def _revision(records: Records, incident_id: int, number: int) -> Revision:
    revision = records.revisions.get(incident_id, number)
    if revision is None:
        raise UserError(f"There is no revision {number}. Nothing was changed.")
    return revision
