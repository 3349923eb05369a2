"""Saving the editor: what a person typed is brought onto what others saved while it was open."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from bot.domain.changes import changed_sections, merge, with_sections
from bot.domain.postmortem import Draft
from bot.domain.review import Revision
from bot.domain.sections import SECTIONS, claims_of, line_of, rewrite, text_of
from bot.errors import UserError
from bot.workflow.capture import mask_words
from bot.workflow.editing import Erased, Resting, SectionConflict, edit, unerased
from bot.workflow.review import reviewed
from bot.workflow.world import World


class Unreadable(UserError):
    """A line cannot be read. Nothing was changed."""

    def __init__(self, section: str, why: str) -> None:
        super().__init__(f"{why} Nothing was changed.")
        self.section = section


class Saved(NamedTuple):
    """What came of a modal: the revision it made (None where nothing was left to change), the sections it
    changed, and what others saved while it was open: their revisions, and the sections those changed."""

    revision: Revision | None
    mine: tuple[str, ...] = ()
    others: tuple[Revision, ...] = ()
    theirs: tuple[str, ...] = ()


def save_sections(
    world: World, incident_id: int, user_id: str, base_number: int, texts: Mapping[str, str], seen: str = ""
) -> Saved:
    """Save a modal that was opened on revision `base_number`: section name → its whole text. `seen` is the
    fingerprint of what that revision said then.

    Sections that others changed meanwhile and this person did not are left as the others have them.

    Raises:
        Erased: something the modal shows was erased since it was opened; saving would bring it back.
        SectionConflict: a section was changed on both sides since; the latest revision stands.
        Unreadable: a line cannot be read; it says in which section.
    """
    with world.storage.read() as records:
        base = records.revisions.get(incident_id, base_number)
        latest = records.revisions.latest(incident_id)
    if base is None or latest is None:
        raise UserError("That revision is not there any more. Nothing was changed; open the editor again.")

    if seen and seen != fingerprint(base.draft):
        raise Erased
    typed = rewritten_in(base.draft, texts)
    with world.storage.begin() as records:
        incident, _ = reviewed(records, incident_id)
        typed = {name: mask_words(records, world, incident.channel_id, text) for name, text in typed.items()}

    def change(now: Draft, label: int, known: frozenset[int]) -> Draft:
        mine = _rewritten(base.draft, typed, label=label, known=known)
        theirs = changed_sections(base.draft, now)
        agreed = [name for name in typed if name in theirs and _words(mine, name) == _words(now, name)]
        merged, conflicting = merge(base.draft, now, with_sections(mine, base.draft, agreed))
        if conflicting:
            raise SectionConflict(latest, conflicting)
        return merged

    words = "\n".join(typed.values()) or "edited in the form"
    resting = Resting(change, unerased(base))
    revision = edit(world, incident_id, user_id, resting, words=words, reason="edited")
    return _told(world, incident_id, base, revision)


def fingerprint(draft: Draft) -> str:
    """Tells whether a draft says what it said: a revision changes by erasure alone."""
    return hashlib.sha256(draft.model_dump_json().encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _rewritten(draft: Draft, typed: Mapping[str, str], *, label: int, known: frozenset[int]) -> Draft:
    for section, text in typed.items():
        try:
            draft = rewrite(draft, section, text, label=label, known=known)
        except ValueError as error:
            raise Unreadable(section, str(error)) from None
    return draft


def _told(world: World, incident_id: int, base: Revision, revision: Revision | None) -> Saved:
    """What others saved between the revision a modal was opened on and the one it made."""
    with world.storage.read() as records:
        latest = records.revisions.latest(incident_id)
        end = revision.number if revision else latest.number + 1 if latest else base.number + 1
        found = [records.revisions.get(incident_id, number) for number in range(base.number + 1, end)]
    others = tuple(one for one in found if one is not None)
    before = others[-1].draft if others else base.draft
    mine = changed_sections(before, revision.draft) if revision else ()
    return Saved(revision, mine, others, changed_sections(base.draft, before))


def _words(draft: Draft, section: str) -> str:
    """A section without its citations: two people who typed the same words do not disagree."""
    if section == "title":
        return draft.title
    return "\n".join(
        line_of(claim.model_copy(update={"evidence": ()})) for claim in claims_of(draft, section)
    )


def rewritten_in(base: Draft, texts: Mapping[str, str]) -> dict[str, str]:
    """The sections whose text is another one than in the draft the editor was opened on."""
    return {
        name: text
        for name, text in texts.items()
        if name in SECTIONS and text.strip() != text_of(base, name).strip()
    }
