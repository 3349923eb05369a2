"""What people promised or proposed to do, with owner and date where they named them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from bot.domain.postmortem import ActionItem, Commitment
from bot.drafters.extractive.due import due
from bot.drafters.extractive.episodes import Episode, Grouping, pick
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones
from bot.drafters.extractive.novelty import lasting_terms
from bot.drafters.extractive.phrasing import shortened
from bot.drafters.extractive.wanted import task

WEIGHTS = {
    "promised": 1.2,
    "marked": 2.5,
    "proposal": 1.15,
    "remedy_meant": 1.1,
    "durable": 0.9,
    "remedy": 0.85,
    "place": 0.6,
    "pledge": 0.5,
    "idea": 0.45,
    "long": 0.4,
    "should": 0.4,
    "negation": -0.4,
    "later": 0.35,
    "meant_later": 0.6,
    "you": -0.3,
    "condition": -0.25,
    "short": -0.25,
    "symptom": 0.2,
    "hedge": 0.2,
    "lasting": 0.2,
    "social": -0.2,
    "leads": 0.15,
    "weight": 0.15,
    "asks": -0.15,
    "at_once": -0.9,
}
"""A logistic regression of "is an action item" on ten labelled incidents, rounded: figures on those are
in-sample. With each incident left out of its own fit it found about two thirds of the items at a precision
of about two thirds."""
_BASE = -3.8
_NEVER = -9.0
_INTENT = (Signal.PROPOSAL, Signal.IDEA, Signal.PLEDGE, Signal.PROMISE, Signal.REMEDY)
_LEAST = -1.15
_PER_ROOT = 1.2
_BY_ITSELF = 0.0
_SHOULD = frozenset("should need could would".split())
_CONDITION = frozenset("if when once because".split())
_DURABLE = re.compile(
    r"\b(?:tests?|testing|fuzz\w*|monitor\w*|alert\w*|runbooks?|playbooks?|post-?mortem|post mortem|guidance|"
    r"tool(?:ing)?|document\w*|backups?|rework|improv\w+|implement\w*|suite|option|mode|extend"
    r"|retrospective|report|"
    r"wrapper|patch|automat\w+|migrat\w+)\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(
    r"\b(?:i'll|i will|i'm going to|i am going to|i'm working on|i am working on|(?:we|i)(?:'re|'m"
    r"| are| am) (?:\w+ )?working on|currently in the works|i can take|i can create|i can make"
    r"|i've opened|i opened|"
    r"i filed|i've filed|i made a (?:patch|pr)|i submitted|i've submitted|will look into|i'm on (?:it"
    r"|this)|will (?:fix|push|write|file|open|add)|"
    r"there will be|is looking into|is working on|wip|i've put together|i've created|i created|was merged"
    r"|ich (?:setze|schreibe|mache|lege|erstelle|kümmere|übernehme|nehme|baue|füge|ergänze|ändere)|je vais"
    r"|je (?:crée|m'occupe|m'en occupe)|voy a|me encargo|yo (?:creo|abro)|eu (?:vou|cuido|abro))\b",
)
_MARKED = re.compile(r"\b(?:todo|action items?|follow[- ]?ups?|next steps?|ai)\s*:", re.IGNORECASE)
_ASKED = re.compile(
    r"@?((?:responder|colleague) \d+|incident lead|on-call engineer)\b[,:]?\s+(?:can|could|will|would"
    r"|please|to |might)",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"\b(?:restart|roll(?:ing)? back|revert|dm|join|zoom|call me|ping|let me know|send me|paste"
    r"|link me|wait|retry|try again|(?:incident|support) (?:ticket|channel|case))\b",
    re.IGNORECASE,
)


def action_items(
    lines: Sequence[Line], weights: Sequence[float], milestones: Milestones, roles: Mapping[str, str]
) -> tuple[ActionItem, ...]:
    """Promises and proposals in time order; what was said about the same thing is one item."""
    lasting = lasting_terms(lines)
    scores = [
        _score(line, lasting[line.index], weights[line.index], milestones, len(lines)) for line in lines
    ]
    most = max(3, round(_PER_ROOT * math.pow(len(lines), 0.45)))
    own = frozenset(at for at, score in enumerate(scores) if score >= _BY_ITSELF)
    episodes = pick(
        lines, scores, most, Grouping(alike=0.4, apart=own, same_voice=True), least=_LEAST, crowding=0.0
    )
    items = (_item(episode, roles) for episode in episodes)
    return tuple(item for item in items if item)


def _score(line: Line, lasting: float, weight: float, milestones: Milestones, count: int) -> float:
    """The log odds that a line holds an action item; see `WEIGHTS`."""
    if not any(line.said[signal] for signal in _INTENT):
        return _NEVER
    best = max(line.sentences, key=promise)
    later = line.item.after_resolution or bool(
        milestones.resolved and line.index >= milestones.resolved.index
    )
    measured = {
        **_measured(best),
        "place": line.index / count,
        "later": float(later),
        "meant_later": float(later and _meant(best)),
        "weight": max(-1.0, min(1.5, weight)),
        "lasting": lasting,
        "social": float(line.said[Signal.SOCIAL] > 0),
    }
    return _BASE + sum(WEIGHTS[name] * value for name, value in measured.items())


def _measured(sentence: Sentence) -> dict[str, float]:
    said, words = sentence.said, set(sentence.words)
    promised = bool(_PROMISED.search(sentence.lower))
    return {
        "promised": float(promised),
        "marked": float(bool(_MARKED.search(sentence.text))),
        "proposal": min(2, said[Signal.PROPOSAL]) / 2,
        "idea": min(2, said[Signal.IDEA]) / 2,
        "pledge": min(2, said[Signal.PLEDGE]) / 2,
        "remedy": min(3, said[Signal.REMEDY]) / 3,
        "remedy_meant": float(bool((said[Signal.PROPOSAL] or promised) and said[Signal.REMEDY])),
        "durable": min(2, len(_DURABLE.findall(sentence.text))) / 2,
        "should": float(bool(words & _SHOULD)),
        "you": float(bool(words & {"you", "your"})),
        "condition": float(bool(sentence.words and sentence.words[0] in _CONDITION)),
        "short": float(len(sentence.words) < 5),
        "long": float(len(sentence.words) > 25),
        "asks": float(sentence.is_question),
        "negation": float(said[Signal.NEGATION] > 0),
        "symptom": float(said[Signal.SYMPTOM] > 0),
        "hedge": float(said[Signal.HEDGE] > 0),
        "at_once": float(bool(_AT_ONCE.search(sentence.text))),
        "leads": float(sentence.leads),
    }


def _meant(sentence: Sentence) -> bool:
    """Said as a promise or a demand: once the trouble is over, that is hardly about the next move."""
    intended = _PROMISED.search(sentence.lower) or sentence.said[Signal.PROPOSAL]
    return bool(intended) and not sentence.is_question and len(sentence.words) > 4


def promise(sentence: Sentence) -> float:
    """How much a sentence promises or proposes work, for choosing one of several."""
    said = sentence.said
    marked = 2.0 * bool(_MARKED.search(sentence.text))
    meant = 0.75 * min(2, said[Signal.PROPOSAL]) + 0.3 * bool(said[Signal.IDEA])
    meant += 0.9 * bool(said[Signal.PLEDGE] or _PROMISED.search(sentence.lower))
    if not meant and not marked:
        return 0.0
    asking = 0.5 * (sentence.is_question and not said[Signal.PROPOSAL])
    return marked + meant + 0.45 * min(2, said[Signal.REMEDY]) - asking - 0.5 * (len(sentence.words) < 4)


def _item(episode: Episode, roles: Mapping[str, str]) -> ActionItem | None:
    """The item of an episode, worded as its best promise."""
    promises = [(promise(sentence), line, sentence) for line in episode.lines for sentence in line.sentences]
    ordered = sorted(promises, key=lambda one: (-one[0], one[1].index))
    for _, line, sentence in ordered:
        text = shortened(sentence, 220)
        if text:
            return _worded(episode, line, sentence, text, roles)
    return None


def _worded(
    episode: Episode, line: Line, sentence: Sentence, text: str, roles: Mapping[str, str]
) -> ActionItem:
    committed = bool(_PROMISED.search(sentence.lower)) and not sentence.is_question
    asked = _ASKED.search(sentence.text)
    labels = (line.item.label, *(label for label in episode.labels if label != line.item.label))
    owner = (
        line.item.role
        if committed
        else asked[1].lower()
        if asked and asked[1].lower() in roles.values()
        else None
    )
    when = due(sentence.text, line.at.date())
    return ActionItem(
        text=task(sentence.text, dated=when is not None) or text,
        evidence=labels,
        owner=owner,
        due=when,
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
