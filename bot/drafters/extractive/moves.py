"""What people did to the system: changes that may have started the trouble, and remedies against it."""

from __future__ import annotations

import re

from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Sentence

_REMEDY = re.compile(
    r"\b(?:roll(?:ed|ing|s)?[ -]?(?:\S+ ){0,2}back|rollback|revert\w*|restart\w*|reboot\w*|fail(?:ed"
    r"|ing)[ -]?over|"
    r"failover|scal(?:ed|ing) (?:up|down|out|to)|scaled|disabl(?:ed|ing)|(?:turn|switch)(?:ed"
    r"|ing) (?:\S+ ){0,2}off|"
    r"fixed|hotfix\w*|patch(?:ed|ing)|purg(?:ed|ing)|flush(?:ed|ing)|drain(?:ed|ing)|cordon\w*|block(?:ed"
    r"|ing)|"
    r"renew(?:ed|ing)|rotat(?:ed|ing)|restor(?:ed|ing)|clear(?:ed|ing)|kill(?:ed|ing)|skipp(?:ed|ing)|"
    r"resync\w*|rebuil[dt]\w*|mitigat\w+|workaround|delet(?:ed|ing)|free(?:d|ing) up|increas(?:ed|ing)|"
    r"bump(?:ed|ing)|throttl\w+|downgrad\w+|replac(?:ed|ing)|rer[au]n\w*|paus(?:ed|ing)|"
    r"stopp(?:ed|ing)(?! (?:to|\w+ing)\b)|"
    r"revok(?:ed|ing)|unblock\w*|steer\w*|(?:took|taking|taken) \S+ out of|switched (?:back|over)"
    r"|fix (?:is|was))\b",
)
_QUOTED = re.compile(r'"[^"\n]*"|`[^`\n]*`')
"""`"error": "Reverted"` is what a system said."""
_CHANGE = re.compile(
    r"\b(?:deployed|rolled out|released|shipped|merged|pushed|upgraded|updated|migrated|switched to|enabled|"
    r"turned on|changed|went (?:out|live)|is live|was live|live migrated|config change|was promoted|"
    r"started rolling out|deploy(?:ment)? (?:of|at|went|finished)|(?:release|rollout) (?:of|at|went"
    r"|finished))\b",
)
_DONE = re.compile(r"\b(?:is|are|was|were|now|all)? ?(?:done|complete[d]?|finished|through|live|out)\b")
_FIXING = re.compile(r"\b(?:fix|hotfix|patch|workaround|rollback|revert|previous|old version)\b")
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-3])[:.h]([0-5]\d)(?![\d%])")


def remedies(sentence: Sentence) -> bool:
    """Tells of a remedy under way or done: a rollback, a restart, a thing disabled or repaired."""
    said = sentence.said
    if sentence.is_question or said[Signal.HEDGE] or said[Signal.NEGATION] or said[Signal.REFUTED]:
        return False
    if {"if", "would", "could", "should", "can", "may", "might"} & set(sentence.words):
        return False
    return bool(_REMEDY.search(_QUOTED.sub(" ", sentence.lower))) and not said[Signal.PROPOSAL]


def completed(sentence: Sentence) -> bool:
    """A remedy that is said to be done, rather than begun."""
    return remedies(sentence) and bool(
        _DONE.search(sentence.lower)
        or re.search(r"\b(?:rolled|reverted|restarted|\w{3,}ed)\b", sentence.text)
    )


def changes(sentence: Sentence) -> bool:
    """Tells of a deployment or another change that is no remedy."""
    if sentence.is_question or sentence.said[Signal.NEGATION] or _REMEDY.search(sentence.lower):
        return False
    return bool(_CHANGE.search(sentence.lower)) and not _FIXING.search(sentence.lower)


def clocks(text: str) -> list[tuple[int, int]]:
    """Hours and minutes written in a text."""
    return [(int(found[1]), int(found[2])) for found in _CLOCK.finditer(text)]
