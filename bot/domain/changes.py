"""What differs between two revisions, section by section, and how two edits of one go together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from bot.domain.posting import Change
from bot.domain.postmortem import Claim, Draft
from bot.domain.sections import SECTIONS, claims_of, line_of, lines_of, with_claims

LISTS = frozenset(
    {"timeline", "contributing_factors", "went_well", "went_badly", "lucky", "action_items", "open_questions"}
)
"""Sections whose lines stand for themselves, so that a new one can join those that people edited."""


class Version(NamedTuple):
    """A revision's draft, and whether a person wrote it."""

    by_person: bool
    draft: Draft


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


def changed_sections(before: Draft, after: Draft) -> tuple[str, ...]:
    """The names of the sections that differ, in reading order."""
    return tuple(section for section in SECTIONS if _part(before, section) != _part(after, section))


def merge(base: Draft, latest: Draft, mine: Draft) -> tuple[Draft, tuple[str, ...]]:
    """Bring my edit of `base` onto `latest`: `(merged, sections both of us changed differently)`.

    Sections only one of us touched are taken from whoever touched them. In the conflicting ones
    `latest` stands, so nothing saved is overwritten; the caller shows both texts.
    """
    merged, conflicts = latest, []
    for section in SECTIONS:
        before, theirs, ours = (_part(draft, section) for draft in (base, latest, mine))
        if ours in (before, theirs):
            continue
        if theirs != before:
            conflicts.append(section)
        else:
            merged = _with_part(merged, section, mine)
    return merged, tuple(conflicts)


def redrafted(history: Sequence[Version], fresh: Draft, only: Collection[str] = ()) -> Draft:
    """A drafter's `fresh` draft with everything people wrote in earlier revisions (oldest first) kept. Of
    revisions that drafters wrote one after another, only the last is needed.

    Sections people touched stay as they are; into lists among them comes what rests on evidence that no
    earlier line cites. `only` names the sections to draft again, all if empty; the others stay whoever
    wrote them.
    """
    if not history:
        return fresh
    machine, latest = _machine_parts(history), history[-1].draft
    result = _times_of(latest, fresh, only)
    for section in SECTIONS:
        if only and section not in only:
            result = _with_part(result, section, latest)
        elif _part(latest, section) != _part(machine[section], section):
            result = _with_part(result, section, _joined(section, machine[section], latest, fresh))
    return result


def _machine_parts(history: Sequence[Version]) -> dict[str, Draft]:
    """Section → the last draft in which a drafter wrote it: what people did to it since is theirs."""
    machine = dict.fromkeys(SECTIONS, Draft(title=""))
    touched: set[str] = set()
    for version in history:
        for section in SECTIONS:
            if version.by_person:
                same = _part(version.draft, section) == _part(machine[section], section)
                touched = touched - {section} if same else touched | {section}
            elif section not in touched:
                machine[section] = version.draft
    return machine


def _times_of(latest: Draft, fresh: Draft, only: Collection[str]) -> Draft:
    """Times and theories are a drafter's alone; they go with the timeline and the cause."""
    result = fresh
    if only and "timeline" not in only:
        result = result.model_copy(update={"times": latest.times})
    if only and "root_cause" not in only:
        cause = fresh.root_cause.model_copy(update={"hypotheses": latest.root_cause.hypotheses})
        result = result.model_copy(update={"root_cause": cause})
    return result


def _joined(section: str, machine: Draft, latest: Draft, fresh: Draft) -> Draft:
    if section not in LISTS:
        return latest
    known = {label for draft in (machine, latest) for label in _labels(claims_of(draft, section))}
    lines = set(lines_of(latest, section))
    new = [
        claim
        for claim in claims_of(fresh, section)
        if set(claim.evidence) - known and line_of(claim) not in lines
    ]
    return with_claims(latest, section, [*claims_of(latest, section), *new])


def _labels(claims: Iterable[Claim]) -> set[int]:
    return {label for claim in claims for label in claim.evidence}


def _part(draft: Draft, section: str) -> tuple[object, ...]:
    """A section as it is compared: its lines, and a cause's grade."""
    grade = draft.root_cause.grade if section == "root_cause" else None
    return (*lines_of(draft, section), grade)


def _with_part(draft: Draft, section: str, source: Draft) -> Draft:
    """The draft with one section as `source` has it. A cause brings its grade; theories stay."""
    if section == "title":
        return draft.model_copy(update={"title": source.title})
    changed = with_claims(draft, section, claims_of(source, section))
    if section != "root_cause":
        return changed
    cause = changed.root_cause.model_copy(update={"grade": source.root_cause.grade})
    return changed.model_copy(update={"root_cause": cause})


def with_sections(draft: Draft, source: Draft, sections: Iterable[str]) -> Draft:
    """The draft with some sections as `source` has them."""
    for section in sections:
        draft = _with_part(draft, section, source)
    return draft
