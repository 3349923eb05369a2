"""Slack's text markup: what untrusted text must go through, and how long a text is.

Three things keep foreign text from doing anything but being read:

- `&`, `<` and `>` become entities, so no token (`<!channel>`, `<@U…>`, a disguised link) survives;
- mrkdwn has no escape for `*`, `_`, `~` and the backtick, and reports on zero-width characters
  between mark and word contradict each other. So a mark where formatting could begin or end becomes
  its look-alike (`∗ ˍ ∼ ˋ`); inside words (`db_pool`, `2*3`) and between spaces it stays as it is;
- `@here` and its kind get a zero-width space, though we post with `parse=none` and without
  `link_names`, so that no other client or copy of the text makes a ping of them.

Lengths are counted in UTF-16 units, the largest of the units Slack may mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

ZERO_WIDTH = "\u200b"
LONGEST_URL = 1500
LONGEST_LABEL = 300

# Controls, lone surrogates, non-characters, line separators, and what reorders text beyond its own end.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_MARK = re.compile(r"(?<![^\W_])[*_~](?=\S)|(?<=\S)[*_~](?![^\W_])|`")
_LOOKS_LIKE = str.maketrans("*_~`", "∗ˍ∼ˋ")
_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_QUOTE = re.compile(r"^(\s*)&gt;", re.MULTILINE)
_TOKEN = re.compile(r"<[^<>\n]*>|&(?:amp|lt|gt);|.", re.DOTALL)
_URL = re.compile(r"https?://[^\s<>|\"]+")
_CITATION = re.compile(r"\[(\d{1,6}(?:, ?\d{1,6})*)\]")


def clean(text: str) -> str:
    """Text without what nobody can read: control characters, lone surrogates, bidi overrides."""
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def escape(text: str) -> str:
    """Untrusted text for a mrkdwn field: reads the same, does nothing."""
    text = _MARK.sub(lambda mark: mark[0].translate(_LOOKS_LIKE), clean(text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _QUOTE.sub("\\1\u00ad&gt;", _BROADCAST.sub(f"@{ZERO_WIDTH}", text))


def line(text: str) -> str:
    """Untrusted text for a mrkdwn field, on one line."""
    return escape(" ".join(clean(text).split()))


def plain(text: str) -> str:
    """Untrusted text for a `plain_text` field on one line, where no markup counts.

    Tokens and broadcasts are broken all the same, in case a client turns it into a notification.
    """
    text = " ".join(clean(text).split())
    return _BROADCAST.sub(f"@{ZERO_WIDTH}", re.sub(r"<(?=[!@#])", f"<{ZERO_WIDTH}", text))


def bold(escaped: str) -> str:
    """A trusted or escaped one-line text in bold."""
    return f"*{escaped}*" if escaped.strip() else escaped


def link(label: str, url: str) -> str:
    """A labelled link; only the label where the URL is none a browser opens over HTTP."""
    address = url.replace("&", "&amp;")
    if len(address) > LONGEST_URL or not _URL.fullmatch(url) or clean(url) != url:
        return line(label)
    return f"<{address}|{cut(line(label), LONGEST_LABEL).replace('|', '¦') or 'link'}>"


def citations(labels: Sequence[int], links: Mapping[int, str]) -> str:
    """`[3][5]`, each linked where a permalink is known."""
    return "".join(link(f"[{label}]", links.get(label, "")) for label in labels)


def linked(text: str, links: Mapping[int, str]) -> str:
    """Untrusted one-line text whose own `[3]` or `[3, 5]` become links where a permalink is known."""

    def replace(found: re.Match[str]) -> str:
        labels = [int(label) for label in found[1].split(",")]
        return citations(labels, links) if any(label in links for label in labels) else found[0]

    return _CITATION.sub(replace, line(text))


def highlighted(snippet: str) -> str:
    """A search snippet on one line: what stands between `\\x02` and `\\x03` is bold, the rest escaped."""
    shown = ""
    for text, is_match in _marked(" ".join(snippet.split())):
        piece = escape(text)
        shown = _joined(shown, bold(piece)) if is_match and piece.strip() else _joined(shown, piece)
    return shown


def _marked(snippet: str) -> Iterator[tuple[str, bool]]:
    position = 0
    for found in re.finditer("\x02([^\x02\x03]*)\x03", snippet):
        yield snippet[position : found.start()], False
        yield found[1], True
        position = found.end()
    yield snippet[position:], False


def _joined(left: str, right: str) -> str:
    # Bold ends and begins at word borders only: inside a word a zero-width space makes one.
    inside = (left[-1:] == "*" and right[:1].isalnum()) or (left[-1:].isalnum() and right[:1] == "*")
    return left + (ZERO_WIDTH if inside else "") + right


def width(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int) -> str:
    """mrkdwn shortened to `most` units with an ellipsis, never inside an entity or a `<…>` token."""
    if width(text) <= most:
        return text
    kept = next(pieces(text, most - 1), "")
    return kept.rstrip().rstrip("\u200d") + "…"


def pieces(text: str, most: int) -> Iterator[str]:
    """mrkdwn in parts of at most `most` units, broken between words where there are any."""
    if width(text) <= most:
        yield from [text] if text else []
        return
    part: list[str] = []
    size = 0
    for token in _tokens(text, most):
        if size + width(token) > most:
            head, begun = _at_word(part, room=most - width(token))
            yield "".join(head)
            part, size = begun, sum(map(width, begun))
        part.append(token)
        size += width(token)
    if part:
        yield "".join(part)


def _tokens(text: str, most: int) -> Iterator[str]:
    """Characters, with entities and `<…>` tokens whole (unless one is longer than a part may be)."""
    for found in _TOKEN.finditer(text):
        if width(found[0]) <= most:
            yield found[0]
        else:
            yield from found[0]


def _at_word(part: list[str], *, room: int) -> tuple[list[str], list[str]]:
    """A full part up to its last space, and the word begun after it, if that one is short."""
    for back in range(1, min(len(part), 60)):
        if part[-back] in (" ", "\n"):
            begun = part[len(part) - back + 1 :]
            return (part[:-back], begun) if sum(map(width, begun)) <= room else (part, [])
    return part, []


def pack(lines: Iterable[str], most: int) -> list[str]:
    """Lines of mrkdwn joined into as few texts of at most `most` units as their order allows."""
    packed: list[list[str]] = []
    size = most
    for piece in (piece for whole in lines for piece in pieces(whole, most)):
        if size + 1 + width(piece) > most:
            packed.append([])
            size = -1
        packed[-1].append(piece)
        size += 1 + width(piece)
    return ["\n".join(text) for text in packed]
