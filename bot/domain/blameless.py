"""What may not be said about people, and how to say it instead.

Three rules: nobody is named (roles instead); no human error, no fault verb with a person as its subject;
no counterfactual about people ("should have known"). A violation is rewritten where the rewritten sentence
states the same facts, and blocks the sentence where it cannot. The wording rules are English; names are
found in any language.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.domain.blame_patterns import RULES, Rule
from bot.domain.names import Hit, Names

__all__ = ["Names", "Rewritten", "Violation", "check", "rewrite"]

_ROUNDS = 4
"""How often a text is rewritten before it counts as beyond saving."""


class Violation(NamedTuple):
    """`found` in the text breaks `rule` (`name`, `human error`, `fault`, `counterfactual`).

    `suggestion` is what may stand there, None where only a person can say it better.
    """

    rule: str
    found: str
    suggestion: str | None


class Rewritten(NamedTuple):
    """A text made blameless; `blocked` where it could not be."""

    text: str
    violations: tuple[Violation, ...]
    blocked: bool


def check(text: str, names: Names) -> tuple[Violation, ...]:
    """Everything in the text that names or blames people, in the order of the rules."""
    return rewrite(text, names).violations


def rewrite(text: str, names: Names) -> Rewritten:
    """The text with roles for names and neutral words for blame, facts unchanged."""
    hits = names.find(text)
    violations = [Violation("name", text[hit.start : hit.end], hit.alias) for hit in hits]
    said = _tidy(names.hide(text), hits)
    blocked = False
    for _ in range(_ROUNDS):
        found = _first(said)
        if found is None:
            break
        rule, match = found
        instead = rule.instead(match)
        violations.append(Violation(rule.name, match[0].strip(), instead))
        if instead is None:
            blocked = True
            break
        said = _put(said, match, instead)
    else:
        blocked = _first(said) is not None
    return Rewritten(said, tuple(violations), blocked)


def _first(text: str) -> tuple[Rule, re.Match[str]] | None:
    lowered = text.lower()
    for rule in RULES:
        if any(hint in lowered for hint in rule.hints) and (match := rule.pattern.search(text)):
            return rule, match
    return None


def _put(text: str, match: re.Match[str], instead: str) -> str:
    """Replace the match, keeping the sentence's capital and single spaces."""
    before, after = text[: match.start()], text[match.end() :]
    if instead and (not before.strip() or before.rstrip()[-1:] in ".!?"):
        instead = instead[0].upper() + instead[1:]
    return re.sub(r" {2,}", " ", before + instead + after).replace(" ,", ",").replace(" .", ".").strip()


def _tidy(text: str, hits: list[Hit]) -> str:
    """A role that opens a sentence gets its capital."""
    if hits and text[:1].islower() and hits[0].start == 0:
        return text[0].upper() + text[1:]
    return text
