"""An action item's words as a task: `We should add an alert by Friday` → `Add an alert.`"""

from __future__ import annotations

import re

from bot.drafters.extractive.voice import finished, neutral

_ASKING_FOR = re.compile(
    r"^(?:\W*(?:and|also|so|ok|then|btw|todo|action items?|follow[- ]?ups?|next steps?|ai)\b[\s:,–—-]*)*"
    r"(?:(?:we|somebody|someone|i) (?:should|must|need to|have to|ought to|could|will|can)(?: probably"
    r"| also| really)?"
    r"|(?:i'?ll|we'?ll)(?: also)?|i(?:'m| am) going to|should (?:we|i)(?: also)?|can (?:we|someone|somebody)"
    r"|could (?:we|someone)|let'?s|(?=add |fix |make |lower |raise |move |write |document ))\s+",
    re.IGNORECASE,
)
_NO_TASK = re.compile(
    r"^(?:be|have|not|never|only|all|just|see|it|that|this|know|wait|look)\b", re.IGNORECASE
)
_CLAIMED = re.compile(
    r"[,;–—-]+\s*(?:i'?ll|i will|i can|i) (?:take|do|own) (?:that|this|it)(?: one)?\W*$", re.I
)
_DUE = re.compile(
    r"[,;]?\s*(?:\b(?:done |due |pr |ready )?(?:by|before|until|on|due|for|this|next)\s+(?:end of (?:the )?)?"
    r"(?:(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|eod|eow|week|month|sprint"
    r"|afternoon"
    r"|\d{4}-\d\d-\d\d)|,?\s*\b(?:pr )?(?:tomorrow|today|tonight))\W*$",
    re.IGNORECASE,
)


def task(text: str, *, dated: bool) -> str:
    """What is to be done, in the imperative where the sentence says so; without its date where that is a
    field of its own (`dated`); empty where the words are no plain task."""
    bare = _CLAIMED.sub("", text.replace("’", "'").strip().rstrip("?.! "))
    bare = _DUE.sub("", bare) if dated else bare
    found = _ASKING_FOR.match(bare)
    rest = bare[found.end() :] if found else ""
    if not rest or _NO_TASK.match(rest) or not rest[:1].isalpha() or len(rest.split()) < 3:
        return ""
    told = neutral(f"to {rest}")
    return finished(told[3:]) if told.lower().startswith("to ") else ""
