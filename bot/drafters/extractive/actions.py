"""What people promised or proposed to do, with owner and date where they named them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.domain.postmortem import ActionItem, Commitment
from bot.drafters.extractive.due import due
from bot.drafters.extractive.episodes import Episode, pick
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones
from bot.drafters.extractive.phrasing import shortened

_LEAST = 1.9
_PROMISED = re.compile(
    r"\b(?:i'll|i will|i'm going to|i am going to|i'm working on|i am working on|we're working on|we are working on|we'll|we will|i can take|i've opened|i opened|"
    r"i filed|i've filed|i made a (?:patch|pr)|i submitted|i've submitted|will look into|i'm on (?:it|this)|will (?:fix|push|write|file|open|add)|"
    r"there will be|is looking into|is working on|wip|i've put together|i've created|i created|was merged)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\b(?:todo|action items?|follow[- ]?ups?|next steps?|ai)\s*:", re.IGNORECASE)
_ASKED = re.compile(
    r"@?(responder \d+|incident lead|on-call engineer)\b[,:]?\s+(?:can|could|will|would|please|to |might)",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"\b(?:restart|roll(?:ing)? back|revert|dm|join|zoom|call me|ping|let me know|send me|paste|link me|wait|retry|try again)\b",
    re.IGNORECASE,
)


def action_items(
    lines: Sequence[Line], weights: Sequence[float], milestones: Milestones, roles: Mapping[str, str]
) -> tuple[ActionItem, ...]:
    """Promises and proposals in time order; what was said about the same thing is one item."""
    scores = [_score(line, weights, milestones, len(lines)) for line in lines]
    most = max(3, round(0.8 * float(len(lines)) ** 0.45))
    episodes = pick(lines, scores, most, least=_LEAST)
    items = (_item(episode, roles) for episode in episodes)
    return tuple(item for item in items if item)


def _score(line: Line, weights: Sequence[float], milestones: Milestones, count: int) -> float:
    best = max((_promise(sentence) for sentence in line.sentences), default=0.0)
    if best <= 0:
        return 0.0
    later = line.item.after_resolution or bool(
        milestones.resolved and line.index >= milestones.resolved.index
    )
    return (
        best
        + 0.4 * line.index / max(1, count)
        + 0.4 * later
        + 0.15 * max(-1.0, min(1.5, weights[line.index]))
    )


def _promise(sentence: Sentence) -> float:
    """How much a sentence promises or proposes lasting work, as opposed to the next move."""
    said = sentence.said
    marked = 2.0 * bool(_MARKED.search(sentence.text))
    intent = 1.0 * min(2, said[Signal.PROPOSAL]) * 0.75 + 0.9 * bool(
        said[Signal.PLEDGE] or _PROMISED.search(sentence.text)
    )
    if not intent and not marked:
        return 0.0
    lasting = 0.45 * min(2, said[Signal.REMEDY])
    asking = 0.5 * (sentence.is_question and not said[Signal.PROPOSAL])
    at_once = 0.8 * bool(_AT_ONCE.search(sentence.text))
    return marked + intent + lasting - asking - at_once - 0.5 * (len(sentence.words) < 4)


def _item(episode: Episode, roles: Mapping[str, str]) -> ActionItem | None:
    """The item of an episode, worded as its best promise."""
    promises = [(_promise(sentence), line, sentence) for line in episode.lines for sentence in line.sentences]
    ordered = sorted((one for one in promises if one[0] > 0), key=lambda one: (-one[0], one[1].index))
    for _, line, sentence in ordered:
        text = shortened(sentence, 220)
        if text:
            return _worded(episode, line, sentence, text, roles)
    return None


def _worded(
    episode: Episode, line: Line, sentence: Sentence, text: str, roles: Mapping[str, str]
) -> ActionItem:
    committed = bool(_PROMISED.search(sentence.text)) and not sentence.is_question
    asked = _ASKED.search(sentence.text)
    labels = (line.item.label, *(label for label in episode.labels if label != line.item.label))
    owner = (
        line.item.role
        if committed
        else asked[1].lower()
        if asked and asked[1].lower() in roles.values()
        else None
    )
    return ActionItem(
        text=text,
        evidence=labels,
        owner=owner,
        due=due(sentence.text, line.item.at.date()),
        priority=_priority(sentence.text),
        kind=Commitment.COMMITMENT if committed else Commitment.IDEA,
    )


def _priority(text: str) -> str | None:
    if re.search(r"\b(?:urgent\w*|asap|immediately|critical|high priority|p0|p1)\b", text, re.IGNORECASE):
        return "high"
    return (
        "low"
        if re.search(r"\b(?:low priority|nice to have|eventually|some ?day|p3)\b", text, re.IGNORECASE)
        else None
    )
