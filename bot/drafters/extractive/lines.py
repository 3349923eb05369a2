"""Evidence made ready for reading: its prose in sentences, with what each sentence says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from bot.domain.transcript import Evidence, Source
from bot.drafters.extractive.cleaning import clean, fold, telling_line
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.signals import signals, tokens

_MONTH = r"(?:Jan|Feb|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz])[a-zäöüé]*\b"
"""`am 12. Januar` is no end of a sentence."""
_FOUND = re.compile(r"\b(found it|got it|eureka|aha|bingo)[.!]+\s+(?=\S)", re.IGNORECASE)
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\.\.)[)\"”]?\s+(?!(?<=\d\. )"
    + _MONTH
    + r")(?=[^\s\da-z])|;\s+(?=(?:can|could|would|let|please)\b)"
    r"|(?<=[a-z]{2}[.!?])\s+(?=[a-z\d])|\n+"
)
_WRAPPED = re.compile(r"(?<=[a-z,])\n(?=[a-z]{2,} )")
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_LONGEST_READ = 4_000  # characters of a message
STOPWORDS = frozenset(
    "a an and are as at be been but by do does for from had has have he her his i if in is it it's "
    "its just like "
    "me my no not now of on or our she so some than that that's the their them then there these "
    "they this to too up us "
    "was we were what when where which who will with would you your yes yeah ok okay also can could "
    "should i'm i've we're "
    "we've don't i'll any all get got one about only more out into over responder colleague lead engineer "
    "incident on-call".split()
)


@dataclass(frozen=True)
class Sentence:
    """One sentence: its text, its tokens and the signals in it."""

    text: str
    lower: str
    """The text in lower case: to look for words there is several times quicker than to ignore case."""
    words: tuple[str, ...]
    said: Counter[Signal]
    is_question: bool
    """Asks rather than says."""
    leads: bool
    """The first sentence of its message."""


@dataclass(frozen=True)
class Line:
    """One piece of evidence, read."""

    item: Evidence
    index: int
    sentences: tuple[Sentence, ...]
    code: str
    links: int
    said: Counter[Signal]
    content: frozenset[str]
    """Words that carry meaning, for comparing messages."""
    words: int
    telling: str
    """The line of a pasted log that says what went wrong; empty if none does."""
    at: datetime
    prose: str
    """All sentences."""

    @property
    def is_alert(self) -> bool:
        """Written by a monitoring or deployment bot."""
        return self.item.source is Source.ALERT

    @property
    def is_fact(self) -> bool:
        """Something Slack itself recorded."""
        return self.item.source is Source.FACT

    @property
    def is_reviewer(self) -> bool:
        """Added by a reviewer, who knew what mattered."""
        return self.item.source is Source.REVIEWER

    @property
    def only_asks(self) -> bool:
        """Every sentence is a question."""
        return bool(self.sentences) and all(sentence.is_question for sentence in self.sentences)


def read(evidence: Sequence[Evidence]) -> list[Line]:
    """Evidence in time order as lines; deleted items and those without any text are left out."""
    lines: list[Line] = []
    earlier: set[str] = set()
    for item in sorted(evidence, key=lambda one: (one.at, one.label)):
        if item.deleted or not item.text.strip():
            continue
        lines.append(_line(item, len(lines), earlier))
        earlier.update(fold(sentence.text) for sentence in lines[-1].sentences if len(sentence.text) > 20)
        earlier.update(fold(part) for part in item.text.split("\n") if 20 < len(part) < 600)
    return lines


def _line(item: Evidence, index: int, earlier: set[str]) -> Line:
    cleaned = clean(item.text[:_LONGEST_READ], earlier=earlier)
    sentences = tuple(_sentence(text, leads=at == 0) for at, text in enumerate(split(cleaned.prose)))
    said: Counter[Signal] = Counter()
    for sentence in sentences:
        said.update(sentence.said)
    words = [word for sentence in sentences for word in sentence.words]
    return Line(
        item=item,
        index=index,
        sentences=sentences,
        code=cleaned.code,
        links=cleaned.links,
        said=said,
        content=frozenset(stem(word) for word in words if word not in STOPWORDS and len(word) > 1),
        words=len(words),
        telling=telling_line(cleaned.code),
        at=item.at,
        prose=" ".join(sentence.text for sentence in sentences),
    )


def _sentence(text: str, *, leads: bool) -> Sentence:
    words = tokens(text)
    return Sentence(
        text=text,
        lower=text.lower(),
        words=words,
        said=signals(words),
        is_question=text.rstrip(" )\"'").endswith("?"),
        leads=leads,
    )


def renumbered(lines: Sequence[Line]) -> list[Line]:
    """Lines of which some were left out, each with its new place as `index`."""
    return [line if line.index == at else replace(line, index=at) for at, line in enumerate(lines)]


def split(prose: str) -> list[str]:
    """Sentences of prose; a line break ends one too, bullets lose their marks."""
    unwrapped = _FOUND.sub(r"\1: ", _WRAPPED.sub(" ", prose))
    parts = (_BULLET.sub("", part.strip()) for part in _SENTENCE_END.split(unwrapped))
    return [part for part in parts if any(char.isalnum() for char in part)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its commonest English endings: enough to match `failed` with `failing`."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
