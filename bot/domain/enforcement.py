"""Mending one claim at a time, and keeping account of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.domain.blameless import rewrite
from bot.domain.cited import Cited
from bot.domain.figures import figures
from bot.domain.names import Names
from bot.domain.neutral import links_in, neutral
from bot.domain.postmortem import ActionItem, Claim, TimelineEntry
from bot.domain.provenance import Finding, check_claim
from bot.domain.transcript import Evidence, Transcript

MAX_TITLE = 200
"""Characters of a title."""

_NUMERIC = frozenset({"figure", "duration", "clock"})
_ASKED_OF = frozenset({"summary", "impact", "root_cause", "contributing_factors", "resolution", "went_badly"})

# One sentence a kind of change: (for one, for several), both with the number first.
_SENTENCES: dict[str, tuple[str, str]] = {
    "citation": ("left out, for it cites no evidence", "left out, for they cite no evidence"),
    "figure": (
        "left out, for a figure in it is not in its evidence",
        "left out, for figures in them are not in their evidence",
    ),
    "identifier": (
        "left out, for it names something its evidence does not",
        "left out, for they name things their evidence does not",
    ),
    "quote": ("left out, for it misquotes its evidence", "left out, for they misquote their evidence"),
    "support": (
        "left out, for its evidence hardly speaks of it",
        "left out, for their evidence hardly speaks of them",
    ),
    "blame": (
        "left out, for it blamed people and could not be put neutrally",
        "left out, for they blamed people and could not be put neutrally",
    ),
    "empty": ("left out, for nothing was left of it", "left out, for nothing was left of them"),
    "reworded": (
        "reworded, so that nobody is named or blamed",
        "reworded, so that nobody is named or blamed",
    ),
    "shortened": ("cut down to what its evidence carries", "cut down to what their evidence carries"),
    "unquoted": ("no longer shown as a quotation", "no longer shown as quotations"),
    "question": ("made an open question without its figure", "made open questions without their figures"),
}
_OTHERS: dict[str, tuple[str, str]] = {
    "time": ("1 time was set to that of its evidence.", "{} times were set to those of their evidence."),
    "moment": (
        "1 time was left out: its evidence is gone.",
        "{} times were left out: their evidence is gone.",
    ),
    "due": ("1 due date was left out: nobody named it.", "{} due dates were left out: nobody named them."),
    "ping": ("1 ping was taken out.", "{} pings were taken out."),
    "link": ("1 link that is no evidence was taken out.", "{} links that are no evidence were taken out."),
    "title": ("The title was replaced, for it said more than the evidence.",) * 2,
    "no cause": ("No cause is shown, for none rests on evidence.",) * 2,
    "grade": ("The cause is graded inferred, for nobody states it without a doubt.",) * 2,
}
_ALIASES = {"deleted": "citation", "duration": "figure", "clock": "figure"}

_C = TypeVar("_C", bound=Claim)


@dataclass
class Ledger:
    """What the checks have to go by, and what they did."""

    evidence: Mapping[int, Evidence]
    names: Names
    counts: Counter[str] = field(default_factory=Counter)
    failing: list[Finding] = field(default_factory=list)
    questions: list[Claim] = field(default_factory=list)

    def count(self, what: str, times: int = 1) -> None:
        """Note a change, by its key in the sentences above."""
        self.counts[_ALIASES.get(what, what)] += times

    def sentences(self) -> tuple[str, ...]:
        """What was done, for the reviewer."""
        said = []
        for what, times in self.counts.items():
            if not times:
                continue
            if what in _SENTENCES:
                one, many = _SENTENCES[what]
                said.append(f"1 sentence was {one}." if times == 1 else f"{times} sentences were {many}.")
            else:
                said.append(_OTHERS[what][times > 1].format(times))
        return tuple(said)


def mend(section: str, index: int, claim: _C, ledger: Ledger) -> _C | None:
    """The claim as it may stand, or None where it may not stand at all."""
    claim = _existing(claim, ledger)
    worded = _worded(section, index, claim, ledger)
    if worded is None:
        return None
    timed = _timed(worded, ledger)
    findings = check_claim(section, index, timed, ledger.evidence)
    if not findings:
        return timed
    ledger.failing += findings
    mended = _unquoted(section, index, timed, ledger) or _cut_down(section, index, timed, ledger)
    if mended is None:
        _give_up(section, timed, findings, ledger)
    return mended


def mended_title(title: str, transcript: Transcript, ledger: Ledger) -> str:
    """The title without names, blame, pings and links; the incident's own where nothing else is safe."""
    result = neutral(title, limit=MAX_TITLE)
    worded = rewrite(result.text, ledger.names)
    if worded.blocked or not worded.text or not _numbers_known(worded.text, transcript):
        ledger.count("title")
        fallback = rewrite(neutral(transcript.title, limit=MAX_TITLE).text, ledger.names)
        return transcript.incident_key if fallback.blocked or not fallback.text else fallback.text
    return worded.text


def _numbers_known(title: str, transcript: Transcript) -> bool:
    """A title's numbers must occur somewhere in the transcript or its title."""
    wanted = set(figures(title).all_values()) - figures(transcript.title).all_values()
    for item in transcript.evidence if wanted else ():
        wanted -= figures(item.text).all_values()
    return not wanted


def _existing(claim: _C, ledger: Ledger) -> _C:
    """Without labels that do not exist or were deleted, if others remain."""
    kept = tuple(item.label for item in Cited.of(claim.evidence, ledger.evidence).items)
    return claim.model_copy(update={"evidence": kept}) if kept and kept != claim.evidence else claim


def _worded(section: str, index: int, claim: _C, ledger: Ledger) -> _C | None:
    """In neutral words; None where there are none."""
    cited = Cited.of(claim.evidence, ledger.evidence)
    safe = neutral(claim.text, links=links_in("\n".join(item.text for item in cited.items)))
    result = rewrite(safe.text, ledger.names)
    if result.blocked or not re.search(r"\w", result.text):
        ledger.count("blame" if result.blocked else "empty")
        message = "blames a person" if result.blocked else "says nothing"
        ledger.failing.append(Finding(section, index, "blame", message, claim.text))
        return None
    ledger.count("reworded", bool(result.violations))
    ledger.count("ping", safe.pings)
    ledger.count("link", safe.links)
    changes: dict[str, object] = {"text": neutral(result.text, links=links_in(safe.text)).text}
    if isinstance(claim, ActionItem) and claim.owner:
        changes["owner"] = ledger.names.hide(neutral(claim.owner, limit=80).text) or None
    return claim.model_copy(update=changes)


def _timed(claim: _C, ledger: Ledger) -> _C:
    """At the time of its evidence; a due date nobody named goes."""
    rules = {one.rule for one in check_claim("", 0, claim, ledger.evidence)}
    cited = Cited.of(claim.evidence, ledger.evidence)
    if isinstance(claim, TimelineEntry) and "time" in rules and cited.moments:
        ledger.count("time")
        return claim.model_copy(update={"at": cited.moments[0]})
    if isinstance(claim, ActionItem) and "due" in rules:
        ledger.count("due")
        return claim.model_copy(update={"due": None})
    return claim


def _unquoted(section: str, index: int, claim: _C, ledger: Ledger) -> _C | None:
    """What is no quotation must not look like one."""
    bare = neutral(re.sub(r"[“”«»\"`]", "", claim.text), links=links_in(claim.text)).text
    if bare == claim.text:
        return None
    changed = claim.model_copy(update={"text": bare})
    if check_claim(section, index, changed, ledger.evidence):
        return None
    ledger.count("unquoted")
    return changed


def _cut_down(section: str, index: int, claim: _C, ledger: Ledger) -> _C | None:
    """Those of its sentences that stand on the evidence, if any does."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", claim.text)
    if len(sentences) < 2:
        return None
    kept = [
        one
        for one in sentences
        if re.search(r"\w{2}", one)
        and not check_claim(section, index, claim.model_copy(update={"text": one}), ledger.evidence)
    ]
    if not kept:
        return None
    ledger.count("shortened")
    return claim.model_copy(update={"text": " ".join(kept)})


def _give_up(section: str, claim: Claim, findings: tuple[Finding, ...], ledger: Ledger) -> None:
    """Drop it; where only a figure is wrong, what is left is asked instead."""
    rules = {finding.rule for finding in findings}
    question = _question(claim) if section in _ASKED_OF and rules <= _NUMERIC else None
    if question and not check_claim("open_questions", 0, question, ledger.evidence):
        ledger.count("question")
        ledger.questions.append(question)
    else:
        ledger.count(findings[0].rule)


def _question(claim: Claim) -> Claim:
    """`Checkout was down for …: the figure could not be confirmed, see [3].`"""
    said = figures(claim.text)
    written = [*said.plain.values(), *said.percents.values(), *said.money.values(), *said.clocks.values()]
    written += [*said.dates.values(), *(span.written for span in said.spans)]
    text = claim.text.rstrip(" .!?")
    for one in sorted(written, key=len, reverse=True):
        text = text.replace(one, "…")
    see = ", ".join(f"[{label}]" for label in claim.evidence)
    return Claim(text=f"{text}: the figure could not be confirmed, see {see}.", evidence=claim.evidence)
