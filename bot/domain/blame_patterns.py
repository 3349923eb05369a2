"""The wording of blame, as patterns with their neutral counterparts.

After common guidance for blameless reviews (Google SRE book, ch. 15; Etsy's debriefing guide): describe
what happened and what the system allowed, never what somebody failed to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Rule(NamedTuple):
    """One pattern. `hints` are lower-case strings of which one must occur for it to match; `instead` gives
    the replacement, or None where none is safe."""

    name: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    instead: Callable[[re.Match[str]], str | None]


_ROLE = (
    r"(?:the |an? )?(?:incident lead|on-?call(?: engineer| person)?|(?:responder|colleague) \d+|responder|"
    r"colleague|engineer|operator|developer|dev|admin|administrator|intern|contractor|deployer|author|"
    r"reviewer|employee|sre|person|team member|team|someone|somebody)"
)
_PERSON = rf"\b(?:{_ROLE}|he|she|we|i|you|whoever|people)\b"
_THEY = rf"\b(?:{_ROLE}|he|she|we|i|you|they|whoever|people|everyone|nobody|no one)\b"
_ADVERB = r"(?:\s+(?:then|also|again|had|has|have|apparently|probably|simply|just|accidentally|mistakenly))*"
# An object reaches to the end of its clause.
_END = r"(?=\s+(?:which|and|because|but|so|when|while|after|before|until)\b|[,.;:!?\n()]|$)"
_LATER = r"(?P<later>\s+(?:earlier|sooner|faster|better|first|properly|in time|beforehand))?"
_OBJECT = r"(?P<object>(?!(?:earlier|sooner|faster|better|first|properly)\b)[^,.;:!?\n()]+?)" + _LATER + _END
_DONE = (
    r"(?P<done>shut down|rolled back|turned (?:on|off)|backed up|\w+ed|known|seen|caught|done|run|set|put|"
    r"sent|made|taken|found|read|kept|told|thought)"
)
_HUMAN_DONE = (
    r"(?P<done>tested|checked|reviewed|noticed|caught|verified|validated|communicated|escalated|anticipated|"
    r"foreseen|prevented|avoided|detected|known|realized|realised|spotted|stopped|documented|rolled back|"
    r"double-checked|tested properly)"
)


_Instead = str | Callable[[re.Match[str]], str | None] | None


def _rule(name: str, hints: str, pattern: str, instead: _Instead) -> Rule:
    return Rule(name, tuple(hints.split("|")), re.compile("(?i)" + pattern), _replacement(instead))


def _replacement(instead: _Instead) -> Callable[[re.Match[str]], str | None]:
    if callable(instead):
        return instead
    return lambda match: None if instead is None or _shared_subject(match) else match.expand(instead)


def _shared_subject(match: re.Match[str]) -> bool:
    """`… the alert and went home`: what follows needs the subject that would be taken away."""
    follows = match.string[match.end() :].lstrip().lower()
    return "object" in match.re.groupindex and follows.startswith(("and ", "but "))


def _not_done(match: re.Match[str]) -> str | None:
    """`they should have tested the change` → `the change had not been tested`."""
    thing = match["object"].strip()
    if _shared_subject(match) or re.match(r"(?i)(?:that|how|if|whether|what|to|in|on|at|by)\b", thing):
        return None
    return f"{_as_subject(thing)} had not been {match['done'].lower()}{match['later'] or ''}"


def _was_done(match: re.Match[str]) -> str | None:
    """`they should not have deployed it` → `it had been deployed`."""
    thing = match["object"].strip()
    return None if _shared_subject(match) else f"{_as_subject(thing)} had been {match['done'].lower()}"


def _as_subject(thing: str) -> str:
    return {"them": "they", "him": "this", "her": "this"}.get(thing.lower(), thing)


_HUMAN_ERROR = (
    _rule(
        "human error",
        "human|operator|pilot|pebkac|user",
        r"\b(?:human|operator|pilot)[ -](?:error|mistake|failure)s?\b|\bpebkac\b|"
        r"(?<=due to )user[ -]error\b(?! rate)|(?<=was )user[ -]error\b|(?<=caused by )user[ -]error\b",
        "a manual step that went wrong",
    ),
    _rule(
        "human error",
        "fat",
        r"\bfat[- ]?finger(?:ed|ing|s)?\b(?: (?:error|mistake))?",
        lambda match: "mistyped" if match[0].lower().endswith("ed") else "a typing slip",
    ),
    _rule(
        "human error",
        "careless|negligent|reckless|stupid|foolish|sloppi|sloppy|lazi|incompetent|thoughtless",
        r"\b(?:careless|negligent|reckless|stupid|foolish|sloppi|lazi|incompetent|thoughtless)ly\s*|"
        r"\b(?:careless|reckless|stupid|foolish|sloppy|thoughtless)\s+(?=\w)",
        "",
    ),
    _rule(
        "human error",
        "careless|negligen|incompeten|stupid|idiot|moron|reckless|sloppiness|laziness",
        r"\b(?:carelessness|negligence|negligent|incompeten(?:ce|t)|stupidity|idiots?|idiotic|morons?|"
        r"recklessness|sloppiness|laziness|careless)\b",
        None,
    ),
)

_FAULT = (
    _rule(
        "fault",
        "'s |’s ",
        rf"\b(?:{_ROLE})['’]s (?:own )?"
        r"(?:mistake|error|fault|blunder|oversight|negligence|screw-?up|bad(?!\s+\w))\b",
        "a step that went wrong",
    ),
    _rule(
        "fault",
        "fault|blame|responsible",
        rf"{_PERSON} (?:is|was|are|were|am) (?:to blame|at fault|(?:solely |fully )?responsible for "
        r"(?:the |this |that )?(?:outage|incident|failure|crash|downtime|bug|mess|problem|breakage))\b|"
        rf"\bblam(?:e|es|ed|ing) (?:it )?(?:on )?{_PERSON}|\b(?:my|his|her|their|your|our) fault\b|"
        rf"\bfault of {_PERSON}",
        None,
    ),
    _rule(
        "fault",
        "mistake|error",
        rf"{_PERSON}{_ADVERB}\s+(?:made|makes) (?:a |an |some |the )?(?:\w+ )?(?:mistake|error)s?\b",
        "a step went wrong",
    ),
    _rule(
        "fault",
        "forgot|forgets",
        rf"{_PERSON}{_ADVERB}\s+(?:forgot|forgets|forgotten) to {_OBJECT}",
        r"the step to \g<object> was missed",
    ),
    _rule(
        "fault",
        "fail|neglect",
        rf"{_PERSON}{_ADVERB}\s+(?:failed|fails|neglected|neglects) to {_OBJECT}",
        r"the step to \g<object> did not happen",
    ),
    _rule(
        "fault",
        "forgot",
        rf"{_PERSON}{_ADVERB}\s+(?:forgot|forgets) (?:about )?{_OBJECT}",
        r"\g<object> was missed",
    ),
    _rule(
        "fault",
        "overlook|miss",
        rf"{_PERSON}{_ADVERB}\s+(?:overlooked|overlooks|missed) "
        rf"(?!(?:the |our |its |a )?(?:sla|slo|target|deadline|goal)\b){_OBJECT}",
        r"\g<object> went unnoticed",
    ),
    _rule(
        "fault",
        "ignore|disregard",
        rf"{_PERSON}{_ADVERB}\s+(?:ignored|ignores|disregarded) {_OBJECT}",
        r"\g<object> went unaddressed",
    ),
    _rule(
        "fault",
        "botch|messed|screw|bungl",
        rf"{_PERSON}{_ADVERB}\s+(?:botched|messed up|screwed up|bungled) {_OBJECT}",
        r"\g<object> went wrong",
    ),
    _rule(
        "fault",
        "messed up|screwed up",
        rf"{_PERSON}{_ADVERB}\s+(?:messed|screwed) up\b",
        "a step went wrong",
    ),
    _rule(
        "fault",
        "broke|caus|took|taken|crash|misconfig|mistyp|brought|corrupt|wiped",
        rf"{_PERSON}(?P<rest>{_ADVERB}\s+(?:broke|breaks|caused|took down|took (?=(?:\S+ ){1, 3}down\b)|"
        r"brought down|crashed|misconfigured|mistyped|corrupted|wiped)\b)(?! (?:down )?(?:on|for|out)\b)",
        r"a manual action\g<rest>",
    ),
)

_COUNTERFACTUAL = (
    _rule(
        "counterfactual",
        "known",
        rf"{_THEY} (?:should(?:['’]ve| have)|could(?:['’]ve| have)|ought to have)(?: \w+ly)? known "
        r"(?P<that>that|how|about|of|when|where|which|whether|why|what)\b",
        r"it was not known at the time \g<that>",
    ),
    _rule(
        "counterfactual",
        "known",
        rf"{_THEY} (?:should(?:['’]ve| have)|could(?:['’]ve| have)|ought to have) known(?: better)?"
        r"(?=[.,;!]|$)",
        "this was not known at the time",
    ),
    _rule(
        "counterfactual",
        "not have|n't have|n’t have",
        rf"{_THEY} (?:should|ought)(?: not|n['’]t)(?: to)? have {_DONE} {_OBJECT}",
        _was_done,
    ),
    _rule(
        "counterfactual",
        "should|could|ought",
        rf"{_THEY} (?:should|could|ought to)(?: have|['’]ve)(?: \w+ly)? {_DONE} {_OBJECT}",
        _not_done,
    ),
    _rule(
        "counterfactual",
        "should|could|ought",
        rf"(?:should|could|ought to)(?: have|['’]ve) (?:easily )?been {_HUMAN_DONE}\b",
        r"had not been \g<done>",
    ),
    _rule(
        "counterfactual",
        "should|could|ought|would|if only",
        rf"{_THEY} (?:should|could|ought to|would)(?: not|n['’]t)?(?: have|['’]ve)\b|\bif only\b|"
        rf"\b(?:had|if) {_THEY} (?:only |just |had )+\w+",
        None,
    ),
)

RULES: tuple[Rule, ...] = (*_HUMAN_ERROR, *_COUNTERFACTUAL, *_FAULT)
"""In the order they are applied: specific before general."""
