"""Short sentences of a claim out of longer messages: which sentences, how much of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.drafters.extractive.alerts import announced, is_meta, unmarked
from bot.drafters.extractive.episodes import Episode
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.signals import signals, tokens
from bot.drafters.extractive.telling import by_value, value
from bot.drafters.extractive.voice import asked, finished, neutral, without_numbers

LINE_LIMIT = 160  # characters
_CONTINUES = frozenset(
    "it it's that that's thats this they they're so because which these those its and about".split()
)
_CLAUSE = re.compile(r"(?:;|,|:|\s[-–—]|\s\(|\.{3})\s*(?=\S)")
_LINKED = re.compile(r"/(pull|issues?|merge_requests|commit|releases?/tag)/([\w.-]+)")
_LINK_NAMES = {
    "pull": "pull request", "issue": "issue", "issues": "issue", "merge_requests": "merge request",
    "commit": "commit", "release/tag": "release", "releases/tag": "release",
}  # fmt: skip
_ANNOUNCES = re.compile(
    r"(?:[:,]|\b(?:of|get|got|getting|says|see|this|message|error|with|including|following|log|logs))$", re.I
)
_NEVER_CUT = (Signal.HEDGE, Signal.NEGATION, Signal.REFUTED, Signal.CORRECTION)


def phrase_episode(episode: Episode, *, limit: int = LINE_LIMIT) -> str:
    """What happened in an episode, in at most `limit` characters; empty where no words tell it.

    One event: what its other lines say beyond that is told in entries of their own.
    """
    return phrase_line(episode.main, limit=limit)


def phrase_line(line: Line, *, limit: int = LINE_LIMIT) -> str:
    """The telling sentences of a line in the third person, a bot's with what kind of message it is."""
    text = _phrased(line, limit - 40 if line.is_alert else limit)
    return announced(line, text) if text and line.is_alert else text


def _phrased(line: Line, limit: int) -> str:
    for best in by_value(_worth_telling(line)):
        text = _verbatim(best, limit) if line.is_alert else shortened(best, limit)
        if not text:
            continue
        if line.telling and _ANNOUNCES.search(best.text):
            return _with_log(text, line.telling)
        more = "" if line.is_alert else _following(line, best, limit)
        return f"{text} {more}" if more and len(text) + len(more) < limit else text
    return _bare(line)


def _verbatim(sentence: Sentence, limit: int) -> str:
    """What a bot wrote: nobody speaks there, so nothing is put into the third person."""
    text = finished(without_numbers(unmarked(sentence.text, bot=True)))
    return text if len(text) <= limit else cut(text, limit)


def _worth_telling(line: Line) -> Sequence[Sentence]:
    """An alert's own data (its severity, its runbook) tell nothing of the incident."""
    if not line.is_alert:
        return line.sentences
    return tuple(one for one in line.sentences if not is_meta(one.text)) or line.sentences[:1]


def _following(line: Line, best: Sentence, limit: int) -> str:
    """What the next sentence adds; empty if it adds nothing."""
    pairs = zip(line.sentences, line.sentences[1:], strict=False)
    after = next((after for before, after in pairs if before is best), None)
    if after is None or after.is_question or best.is_question or value(after) <= 0.5:
        return ""
    if not _goes_on(after):
        return ""
    return shortened(after, limit)


def _goes_on(sentence: Sentence) -> bool:
    """Leans on the sentence before it: what stands for itself is another event, or none."""
    return bool(sentence.words) and sentence.words[0] in _CONTINUES


def _with_log(text: str, telling: str) -> str:
    return f"{text.rstrip('.:')}: {quoted(telling)}."


def shortened(sentence: Sentence, limit: int) -> str:
    """A sentence in the third person, cut at a clause if it is too long.

    What is cut never holds a hedge, a negation or a correction; where it would, the sentence is left
    out: empty.
    """
    text = asked(sentence.text) if sentence.is_question else neutral(sentence.text)
    if len(text) <= limit:
        return text
    kept = cut(text, limit)
    dropped = signals(tokens(text[len(kept.rstrip("….")) :]))
    return "" if any(dropped[signal] for signal in _NEVER_CUT) else kept


def cut(text: str, limit: int) -> str:
    """A text up to its last clause within the limit, else up to the last word with an ellipsis."""
    ends = [match.start() for match in _CLAUSE.finditer(text) if limit // 3 < match.start() < limit]
    if ends:
        return finished(text[: ends[-1]])
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def quoted(text: str, limit: int = 110) -> str:
    """A log line in quotation marks, cut to size without changing what is kept."""
    plain = text.replace('"', "'")
    return f"“{plain if plain == text and len(text) <= limit else text[:limit].rsplit(' ', 1)[0]}”"


def joined(parts: Iterable[str]) -> str:
    """Sentences in a row."""
    return " ".join(part for part in parts if part)


def _bare(line: Line) -> str:
    """What can be said of a line without prose: its telling log line, or what it links to."""
    if line.telling:
        return f"A responder posted a log: {quoted(line.telling)}."
    linked = _LINKED.search(line.item.text)
    if linked:
        return f"A responder linked {_LINK_NAMES[linked[1]]} {linked[2].rstrip('.')[:40]}."
    return ""
