"""Markdown as a list of plain blocks with their line numbers: headings, paragraphs, list items, table rows.

Only what a postmortem needs is told apart (CommonMark, with GitHub's tables and checkboxes); everything
else is a paragraph, so that no text is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from bot.imports.headings import UNKNOWN, field_of, section_of

LONGEST_LABEL = 46
"""Characters of a name before a colon, its marks included."""
MAX_BLOCK = 8_000
"""Characters of one block; what is longer is cut, for a postmortem's sentence cites a paragraph."""


class Is(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


class Block(NamedTuple):
    """One block. `first` and `last` are its lines, from 1. `level` is a heading's. `cells` of a table's row
    by column heading, in order; a row's `text` joins them. `done` is a checkbox's."""

    kind: Is
    text: str
    first: int
    last: int
    level: int = 0
    cells: tuple[tuple[str, str], ...] = ()
    done: bool | None = None


_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?\s*#*\s*")
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})\s*")
_ITEM = re.compile(r"(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(.*)")
_CHECK = re.compile(r"\[([ xX✓✔])\]\s+(.*)", re.DOTALL)
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^()\s]{0,2000}(?:\s+\"[^\"\n]*\")?\)")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})(?:\s+\"[^\"\n]*\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])[*_](?=[^\s*_])([^*_\n]+)(?<=[^\s*_])[*_](?![\w*])")
_CITED = re.compile(r"\s*\[\[\d{1,5}\](?:,\s*\[\d{1,5}\])*\]")
_REFERENCE = re.compile(r" {0,3}\[[^\]\n]{1,80}\]:\s+\S+\s*")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def read(text: str, *, skip: int = 0) -> tuple[Block, ...]:
    """The blocks of a document, the first `skip` lines left out (its front matter)."""
    lines = _without_comments(text).splitlines()
    return tuple(_cut(block) for block in _Reader(lines, skip).blocks() if block.text.strip())


def _without_comments(text: str) -> str:
    """HTML comments as empty lines; one without an end is text."""
    parts: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join([*parts, text[at:]])


def plain(text: str) -> str:
    """Inline Markdown as the words a reader sees; a link keeps its address behind its label. The citations of
    our own documents (`[[1], [9]]`) are left out: here a sentence cites its paragraph."""
    text = _CITED.sub("", _IMAGE.sub(r"\1", text[: 2 * MAX_BLOCK]))
    text = _LINK.sub(lambda found: found[1] if found[1] == found[2] else f"{found[1]} ({found[2]})", text)
    text = _TAG.sub(" ", text.replace("<br>", " ").replace("<br/>", " "))
    text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", text))
    return " ".join(_ESCAPE.sub(r"\1", text).split())


class _Reader:
    def __init__(self, lines: list[str], skip: int) -> None:
        self._lines = lines
        self._at = skip
        self._open: list[str] = []
        self._begun = skip

    def blocks(self) -> Iterator[Block]:
        while self._at < len(self._lines):
            yield from self._next()
        yield from self._closed()

    def _next(self) -> Iterator[Block]:
        line = self._lines[self._at]
        if fence := _FENCE.match(line):
            yield from self._closed()
            yield self._code(fence[1])
        elif self._is_table():
            yield from self._closed()
            yield from self._rows()
        elif heading := self._heading(line):
            yield from heading
        elif not line.strip() or _RULE.fullmatch(line) or _REFERENCE.fullmatch(line):
            yield from self._closed()
            self._at += 1
        else:
            if _ITEM.fullmatch(line) or _is_labelled(line):
                yield from self._closed()
            if not self._open:
                self._begun = self._at
            self._open.append(line)
            self._at += 1

    def _heading(self, line: str) -> list[Block]:
        match = _HEADING.fullmatch(line)
        if match:
            found = [*self._closed(), self._block(Is.HEADING, plain(match[2] or ""), level=len(match[1]))]
            self._at += 1
            return found
        under = _UNDERLINE.fullmatch(line)
        if under and len(self._open) == 1 and not _ITEM.fullmatch(self._open[0]):
            text = plain(self._open.pop())
            block = Block(Is.HEADING, text, self._at, self._at + 1, level=1 if under[1][0] == "=" else 2)
            self._at += 1
            return [block]
        return []

    def _closed(self) -> Iterator[Block]:
        """The paragraph or item that ends here."""
        if not self._open:
            return
        lines, self._open = self._open, []
        first, last = self._begun + 1, self._begun + len(lines)
        item = _ITEM.fullmatch(lines[0])
        text = plain("\n".join([item[2], *lines[1:]] if item else (line.lstrip("> ") for line in lines)))
        done = None
        if item and (check := _CHECK.fullmatch(text)):
            done, text = check[1] != " ", check[2]
        yield Block(Is.ITEM if item else Is.PARAGRAPH, text, first, last, done=done)

    def _code(self, fence: str) -> Block:
        begun = self._at
        self._at += 1
        while self._at < len(self._lines) and not self._lines[self._at].strip().startswith(fence):
            self._at += 1
        inside = self._lines[begun + 1 : self._at]
        self._at += 1
        return Block(Is.CODE, "\n".join(inside).strip("\n"), begun + 1, min(self._at, len(self._lines)))

    def _is_table(self) -> bool:
        here, below = self._lines[self._at], self._lines[self._at + 1 : self._at + 2]
        return "|" in here and bool(below) and "|" in below[0] and bool(_DELIMITER.fullmatch(below[0]))

    def _rows(self) -> Iterator[Block]:
        heads = _cells(self._lines[self._at])
        if all(heads) and len(heads) == 2 and not _is_head(heads):
            yield self._row(("", ""), heads)  # a table of fields whose first row stands as its heading
        self._at += 2
        while self._at < len(self._lines) and "|" in self._lines[self._at]:
            yield self._row(heads, _cells(self._lines[self._at]))
            self._at += 1

    def _row(self, heads: tuple[str, ...], cells: tuple[str, ...]) -> Block:
        named = tuple((head or "", cell or "") for head, cell in zip_longest(heads, cells))
        return self._block(Is.ROW, " | ".join(cell for cell in cells if cell), cells=named)

    def _block(
        self, kind: Is, text: str, *, level: int = 0, cells: tuple[tuple[str, str], ...] = ()
    ) -> Block:
        return Block(kind, text, self._at + 1, self._at + 1, level, cells)


def _is_labelled(line: str) -> bool:
    """Whether a line begins with a field or a section of ours and a colon: it begins a paragraph then."""
    key, colon, _ = line.strip().partition(":")
    if not colon or len(key) > LONGEST_LABEL:
        return False
    name = key.strip("*_ ")
    return bool(field_of(name)) or section_of(name) != UNKNOWN


def _is_head(heads: tuple[str, ...]) -> bool:
    """Whether two cells are the headings of columns rather than a field and its value."""
    return heads[0].lower().strip(" :*") in _HEADS


_HEADS = frozenset(
    {"", "field", "key", "item", "name", "property", "time", "date", "when", "timestamp", "action", "what"}
    | {"action item", "task", "event", "time (utc)", "description", "attribute", "metric"}
)


def _cells(line: str) -> tuple[str, ...]:
    inside = line.strip().removeprefix("|").removesuffix("|")
    return tuple(plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", inside))


def _cut(block: Block) -> Block:
    return block if len(block.text) <= MAX_BLOCK else block._replace(text=block.text[: MAX_BLOCK - 1] + "…")
