"""Messages that talk to whoever drafts instead of to the responders: treated as noise, and counted.

Nothing here decides safety: the drafter obeys no text at all. Leaving these lines out merely keeps
what they wanted written from being quoted as if it were an account of the incident.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.drafters.extractive.lines import Line, renumbered

_ATTACK = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)\W+(?:\w+\W+){0,4}?"
    r"(?:instructions?|prompts?|rules|guidelines|directions|messages above|transcript)\b"
    r"|\b(?:system|developer|hidden) (?:prompt|message|instructions?)\b"
    r"|\byou are (?:now |no longer )?(?:an? )?(?:\w+ )?(?:ai|assistant|chatbot|language model|llm|dan)\b"
    r"|\b(?:as|act as|pretend to be|dear|hey|attention|note to(?: the)?|instructions? (?:for"
    r"|to)(?: the)?)\W+(?:an? |the |any )?"
    r"(?:ai|llm|language model|assistant|summari[sz]er|drafter|postmortem[ -]?bot|postmortem (?:writer"
    r"|generator))\b"
    r"|\b(?:in|when (?:you )?(?:write|writing|draft|drafting|summari[sz]e|summari[sz]ing"
    r"|generat\w+))\W+(?:the |this |your |a )?"
    r"(?:post-?mortem|summary|draft|report|incident report)\W+(?:you (?:must|should|will)\b"
    r"|(?:please )?(?:state|say|write|claim|include|omit|mention|do not|don't|never)\b)"
    r"|\b(?:write|state|say|record|output|print|respond|reply|answer) (?:only |exactly "
    r"|instead )?(?:that|with)\b[^.\n]{0,80}\b(?:in|into|to) (?:the )?(?:post-?mortem|summary|draft"
    r"|report)\b"
    r"|<\/?(?:system|instructions?|assistant|prompt|im_start|im_end)\b|\[/?INST\]|<\|\w+\|>"
    r"|^\s*(?:system|assistant)\s*:\s*\S"
    r"|\b(?:ignorier\w*|vergiss|vergesst|missachte\w*|ignore[zr]?|oublie[zr]?|ignora[dr]?|olvid\w+|omite"
    r"|desconsider\w+|esque[cç]\w+)\W+(?:\w+\W+){0,5}?"
    r"(?:anweisung\w*|instruktion\w*|vorgaben|regeln|consignes|instructions|directives|règles|instrucciones"
    r"|órdenes|reglas|indicaciones|instruções|ordens|regras)\b"
    r"|\bnew (?:task|instructions?)\s*:"
    r"|\b(?:copy|paste|include|quote|repeat|insert|put|reproduce)\W+(?:\w+\W+){0,3}?"
    r"(?:word for word|verbatim|literally|(?:sentence|text|line|paragraph|message)s?\b[^.\n]{0,40}"
    r"\b(?:report|post-?mortem|summary|draft|document))\b",
    re.IGNORECASE | re.MULTILINE,
)


_HINTS = (
    "ignor", "disregard", "forget", "overrid", "bypass", "prompt", "instru", "system", "assistant", "llm",
    "language model", "summar", "mortem", "report", "draft", "copy", "verbatim", "literally", "word for word",
    "task", "inst]", "<|", "<im_", "bot", " ai", "ai ", "dan", "generator", "anweisung", "vorgaben",
    "vergiss", "vergesst", "missacht", "oubli", "olvid", "omite", "desconsider",
    "esque", "document", "consignes", "olvida", "transcript",
)  # fmt: skip
"""No attack is without one of these: looking for them first is ten times cheaper."""


def is_attack(text: str) -> bool:
    """Whether a message tries to instruct the drafter."""
    lowered = text.casefold()
    return any(hint in lowered for hint in _HINTS) and _ATTACK.search(text) is not None


def without_attacks(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """Lines that speak to people, and how many did not."""
    kept = [line for line in lines if not is_attack(line.item.text[:4_000])]
    return renumbered(kept), len(lines) - len(kept)


def attack_note(count: int) -> str:
    """The sentence for the reader."""
    if count == 1:
        return "1 message tried to instruct the drafter and was left out."
    return f"{count} messages tried to instruct the drafter and were left out."
