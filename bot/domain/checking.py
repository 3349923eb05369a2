"""What the checks do about a draft: `enforce` mends or drops what a drafter wrote, `inspect` only warns
about what a person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from bot.domain.blameless import rewrite
from bot.domain.cited import Cited
from bot.domain.enforcement import Ledger, mend, mended_title
from bot.domain.names import Names
from bot.domain.neutral import links_in, neutral
from bot.domain.postmortem import Claim, Draft, Grade, Lessons, Moment, RootCause, Times
from bot.domain.provenance import TIMES, Finding, check
from bot.domain.sections import SECTIONS
from bot.domain.transcript import Evidence, Transcript

MAX_WARNINGS = 20
"""Warnings shown about one revision; the rest are counted."""

_HEADINGS = {**SECTIONS, "hypotheses": "Theories", "times": "Times"}

_C = TypeVar("_C", bound=Claim)


class Checked(NamedTuple):
    """A draft in which every sentence passes the checks.

    `findings` say in sentences what was done to it; `failing` are the claims of the draft *as it came*
    that did not pass, by section and place, for a drafter that can repair them.
    """

    draft: Draft
    findings: tuple[str, ...]
    failing: tuple[Finding, ...]


def enforce(draft: Draft, transcript: Transcript, names: Names) -> Checked:
    """Make a drafter's work fit to be shown: mend what can be mended without changing facts, drop the rest.

    Names become roles, blame neutral words; pings and links that are no evidence go; unsupported quotation
    marks, times, due dates and sentences are corrected or dropped; a sentence whose only fault is a figure
    becomes an open question without it. Doing it twice changes nothing more.
    """
    ledger = Ledger(transcript.by_label(), names)

    def all_of(section: str, claims: Iterable[_C]) -> tuple[_C, ...]:
        mended = (mend(section, index, claim, ledger) for index, claim in enumerate(claims))
        return tuple(claim for claim in mended if claim is not None)

    checked = Draft(
        title=mended_title(draft.title, transcript, ledger),
        summary=all_of("summary", draft.summary),
        impact=all_of("impact", draft.impact),
        times=_mended_times(draft.times, ledger),
        timeline=tuple(sorted(all_of("timeline", draft.timeline), key=lambda entry: entry.at)),
        root_cause=RootCause(
            grade=draft.root_cause.grade,
            claims=all_of("root_cause", draft.root_cause.claims),
            hypotheses=all_of("hypotheses", draft.root_cause.hypotheses),
        ),
        contributing_factors=all_of("contributing_factors", draft.contributing_factors),
        resolution=all_of("resolution", draft.resolution),
        lessons=Lessons(
            went_well=all_of("went_well", draft.lessons.went_well),
            went_badly=all_of("went_badly", draft.lessons.went_badly),
            lucky=all_of("lucky", draft.lessons.lucky),
        ),
        action_items=all_of("action_items", draft.action_items),
        open_questions=all_of("open_questions", draft.open_questions),
    )
    checked = _with_questions(_graded(checked, ledger), ledger.questions)
    return Checked(checked, ledger.sentences(), tuple(ledger.failing))


def inspect(draft: Draft, transcript: Transcript, names: Names) -> tuple[str, ...]:
    """Warnings about a person's revision, each with a suggestion where there is one; nothing is refused."""
    evidence = transcript.by_label()
    warnings = _wording("Title", draft.title, names)
    counts: dict[str, int] = {}
    for section, claim in draft.claims():
        counts[section] = counts.get(section, 0) + 1
        where = f"{_HEADINGS[section]} {counts[section]}"
        warnings += [*_wording(where, claim.text, names), *_outgoing(where, claim, evidence)]
    for finding in check(draft, evidence):
        warnings.append(f"{_HEADINGS[finding.section]} {finding.index + 1}: {finding.message}.")
    if len(warnings) > MAX_WARNINGS:
        left = len(warnings) - MAX_WARNINGS
        warnings = [*warnings[:MAX_WARNINGS], f"… and {left} more."]
    return tuple(dict.fromkeys(warnings))


def _wording(where: str, text: str, names: Names) -> list[str]:
    result = rewrite(text, names)
    if not result.violations:
        return []
    first = result.violations[0]
    what = {"name": "names a person", "counterfactual": "judges with hindsight"}.get(first.rule, "blames")
    others = f" (and {len(result.violations) - 1} more)" if len(result.violations) > 1 else ""
    said = f"{where} {what}: “{first.found}”{others}."
    return [said if result.blocked else f"{said} Suggested: “{result.text}”"]


def _outgoing(where: str, claim: Claim, evidence: Mapping[int, Evidence]) -> list[str]:
    allowed = links_in("\n".join(item.text for item in Cited.of(claim.evidence, evidence).items))
    result = neutral(claim.text, links=allowed, limit=max(len(claim.text), 1))
    warnings = [f"{where} would ping people."] if result.pings else []
    return [*warnings, *([f"{where} links to what is no evidence."] if result.links else [])]


def _mended_times(times: Times, ledger: Ledger) -> Times:
    return Times(**{name: _mended_moment(getattr(times, name), ledger) for name in TIMES})


def _mended_moment(moment: Moment | None, ledger: Ledger) -> Moment | None:
    """A point in time at its evidence; one that only cites what does not exist goes."""
    if moment is None or not moment.evidence:
        return moment
    cited = Cited.of(moment.evidence, ledger.evidence)
    if not cited.items:
        ledger.count("moment")
        return None
    labels = tuple(item.label for item in cited.items)
    if cited.has_time(moment.at):
        return moment.model_copy(update={"evidence": labels})
    ledger.count("time")
    return Moment(at=cited.moments[0], evidence=labels)


def _graded(draft: Draft, ledger: Ledger) -> Draft:
    """No cause without a claim, none called stated that nobody states."""
    cause = draft.root_cause
    if not cause.claims and cause.grade is not Grade.NOT_ESTABLISHED:
        ledger.count("no cause")
        cause = cause.model_copy(update={"grade": Grade.NOT_ESTABLISHED})
    graded = draft.model_copy(update={"root_cause": cause})
    doubts = [one for one in check(graded, ledger.evidence) if one.rule == "grade"]
    if doubts:
        ledger.count("grade")
        ledger.failing += doubts
        cause = cause.model_copy(update={"grade": Grade.INFERRED})
    return draft.model_copy(update={"root_cause": cause})


def _with_questions(draft: Draft, questions: Iterable[Claim]) -> Draft:
    asked = {question.text for question in draft.open_questions}
    fresh = {question.text: question for question in questions if question.text not in asked}
    return draft.model_copy(update={"open_questions": (*draft.open_questions, *fresh.values())})
