"""Similar past incidents, in sentences for the documents."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.postmortem import SimilarIncident


def similar_sentences(found: Sequence[SimilarIncident]) -> list[str]:
    """One paragraph an incident: how likely the same cause is, why, what helped, what is still open."""
    return [" ".join(_sentences(one)) for one in found]


def _sentences(one: SimilarIncident) -> list[str]:
    why = f" (both: {', '.join(one.shared)})" if one.shared else ""
    kind = f" The kind of cause is the same: {one.cause_class}." if one.cause_class else ""
    said = [f"{one.incident}, {one.title}: {one.percent} % likely the same cause{why}.{kind}"]
    if one.fix:
        said.append(f"What helped then: {one.fix}")
    if one.open_actions:
        said.append(f"Still open from then: {'; '.join(one.open_actions)}")
    return said
