"""Chat text without what is not prose: code, quotes of others, links, emoji, mark-up."""

from __future__ import annotations

import re
from typing import NamedTuple

LINK = "[link]"
_FENCE = re.compile(r"```(?:\w+\n)?(.*?)(?:```|\Z)", re.DOTALL)
_STRUCK = re.compile(r"~~.+?~~|(?<!\w)~[^~\n]+~(?!\w)", re.DOTALL)
_MENTION = re.compile(r"<@[!&]?\w+>|@[!&]?\d{15,}")
_LINK = re.compile(r"<?https?://[^\s<>|)]+(?:\|[^>]*)?[>)]?")
_EMOJI_CODE = re.compile(r"(?<![\w:]):[a-z][\w+-]*:(?![\w:])")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]")
_HEADING = re.compile(r"^\s*#{1,6}\s+")
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)(.+?)(?<=\S)[*_]{1,3}(?!\w)")
_NO_LETTER = re.compile(r"[\W_]+")
_RELAYED = re.compile(r"^\s*<@?[\w .-]{1,40}>\s+|^\w*[_\d]\w*:\s+(?=[a-z])")
"""Whom a bridge relays, or whom a line of IRC speaks to."""
_QUOTED_BY = re.compile(r"^.{0,60}\bsaid:$")
_BLANKS = re.compile(r"[ \t\u00a0]+")
_LOG_LINE = re.compile(
    r"^\W*(?:\d{4}-\d\d-\d\d[T ]|\d\d:\d\d:\d\d|(?:WARN|ERROR|INFO|DEBUG|TRACE|FATAL|CRIT|DEBG|ERRO)\b"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d |at [\w.$]+\(|Traceback|File \")"
)
_COMMAND = re.compile(
    r"^\W*\$ \S|^\W*(?:sudo|kubectl|docker|git|curl|psql|systemctl|ssh|aws|gcloud|helm|terraform|npm|pip"
    r"|cd|ls|grep|"
    r"cat|tail|dig|ping|redis-cli|mysql|chronyc|journalctl)\s(?:\S+\s){0,4}-{1,2}\w"
)
"""A shell command pasted without code marks."""
_TELLING = re.compile(
    r"error|fail|exception|panic|fatal|refused|denied|timed? ?out|invalid|mismatch|unable|not found"
    r"|corrupt|killed",
    re.IGNORECASE,
)


class Cleaned(NamedTuple):
    """A message's own prose (lines kept), its code and logs, and how many links it carried."""

    prose: str
    code: str
    links: int


def clean(text: str, *, earlier: set[str] | None = None) -> Cleaned:
    """Split a message into prose and code; lines already said (`earlier`, folded by `fold`) are quotes."""
    code = [block.strip() for block in _FENCE.findall(text)] if "```" in text else []
    bare = _FENCE.sub("\n", text) if code else text
    bare = _STRUCK.sub(" ", bare) if "~" in bare else bare
    bare, links = _LINK.subn(f" {LINK} ", bare) if "http" in bare else (bare, 0)
    kept: list[str] = []
    for line in _MENTION.sub("a colleague", bare).split("\n"):
        stripped = _without_marks(line)
        if not stripped.replace(LINK, "").strip(" .,:;()-") or _is_quote(line, stripped, earlier):
            continue
        if _LOG_LINE.match(stripped) or _COMMAND.match(stripped):
            code.append(stripped)
        else:
            kept.append(stripped)
    return Cleaned("\n".join(kept), "\n".join(code), links)


def fold(line: str) -> str:
    """A line as compared when looking for quotes: letters and digits only, lower case."""
    return _NO_LETTER.sub("", line.lower())


def telling_line(code: str) -> str:
    """The line of a log or stack trace that says what went wrong; empty if none does."""
    for line in code.splitlines():
        if _TELLING.search(line):
            return _BLANKS.sub(" ", line).strip()
    return ""


def _without_marks(line: str) -> str:
    if line.strip().casefold() in ("(deleted)", "(edited)"):
        return ""
    plain = line.replace("`", "")
    if not plain.isascii():
        plain = _EMOJI.sub("", plain)
    if ":" in plain or "<" in plain:
        plain = _RELAYED.sub("", _EMOJI_CODE.sub("", plain))
    if "*" in plain or "_" in plain or "#" in plain:
        plain = _HEADING.sub("", _EMPHASIS.sub(r"\1", plain))
    return _BLANKS.sub(" ", plain).strip(" \t>|")


def _is_quote(raw: str, stripped: str, earlier: set[str] | None) -> bool:
    if raw.lstrip().startswith((">", "&gt;")) or _QUOTED_BY.match(stripped):
        return True
    return bool(earlier) and len(stripped) > 20 and fold(stripped) in (earlier or ())
