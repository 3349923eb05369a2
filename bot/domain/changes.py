"""What differs between two revisions, section by section, and how two edits of one go together."""

from __future__ import annotations

from bot.domain.posting import Change
from bot.domain.postmortem import Draft
from bot.domain.sections import SECTIONS, claims_of, lines_of, with_claims


def changes(before: Draft, after: Draft) -> tuple[Change, ...]:
    """The sections that differ, with the lines that went and those that came."""
    found = []
    for section, heading in SECTIONS.items():
        old, new = lines_of(before, section), lines_of(after, section)
        if old != new:
            found.append(
                Change(
                    section=heading,
                    removed=tuple(line for line in old if line not in new),
                    added=tuple(line for line in new if line not in old),
                )
            )
    return tuple(found)


def merge(base: Draft, latest: Draft, mine: Draft) -> tuple[Draft, tuple[str, ...]]:
    """Bring my edit of `base` onto `latest`: `(merged, sections both of us changed differently)`.

    Sections only one of us touched are taken from whoever touched them. In the conflicting ones
    `latest` stands, so nothing saved is overwritten; the caller shows both texts.
    """
    merged, conflicts = latest, []
    for section in SECTIONS:
        before, theirs, ours = (lines_of(draft, section) for draft in (base, latest, mine))
        if ours in (before, theirs):
            continue
        if theirs != before:
            conflicts.append(section)
        elif section == "title":
            merged = merged.model_copy(update={"title": mine.title})
        else:
            merged = with_claims(merged, section, claims_of(mine, section))
    return merged, tuple(conflicts)
