"""What a document states of itself: in its front matter, in `Name: value` lines, in tables of two columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from bot.domain.stated import date_in
from bot.imports.blocks import Block, Is
from bot.imports.headings import IGNORED, UNKNOWN, field_of, section_of

LONGEST = 40
"""Characters of a name before a colon; what is longer is a sentence."""
_UNFINISHED = ("draft", "in review", "wip", "in progress", "pending")
_FINISHED = ("complete", "final", "published", "done", "closed", "approved", "resolved", "reviewed")
_HEADED = frozenset({"date", "severity", "services", "status"})
"""Fields that may stand under a heading of their own."""


def fields_of(found: Sequence[Block], given: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Meaning (`headings.field_of`) → value; the front matter (`given`) wins, then what comes first."""
    fields: dict[str, str] = {}
    for key, values in given.items():
        if meaning := field_of(key):
            fields.setdefault(meaning, ", ".join(values))
    for block in found:
        for key, value in pairs(block):
            if (meaning := field_of(key)) and value and meaning != IGNORED:
                fields.setdefault(meaning, value)
    for heading, block in pairwise(found):
        meaning = field_of(heading.text) if heading.kind is Is.HEADING else ""
        if meaning in _HEADED and block.kind is not Is.HEADING:
            fields.setdefault(meaning, block.text)
    return fields


def pairs(block: Block) -> Iterator[tuple[str, str]]:
    """The fields of a line (`Severity: SEV2`) or of a row of two cells."""
    if block.kind is Is.ROW and len(block.cells) == 2:
        (_, key), (_, value) = block.cells
        yield key.rstrip(": "), value
    elif block.kind in (Is.PARAGRAPH, Is.ITEM):
        key, colon, value = block.text.partition(":")
        if colon and len(key) <= LONGEST and field_of(key):
            yield key, value.strip(" *")


def label_of(block: Block) -> tuple[str, str]:
    """`Impact: some text` → the section its label means, and the rest; empty where there is none."""
    if block.kind not in (Is.PARAGRAPH, Is.ITEM):
        return "", ""
    key, colon, rest = block.text.partition(":")
    section = section_of(key) if colon and len(key) <= LONGEST else UNKNOWN
    return ("", "") if section == UNKNOWN else (section, rest.strip())


def day_of(fields: Mapping[str, str], name: str, title: str) -> date | None:
    """The day it happened: as a field says, or the file's name, or the title."""
    stated = [fields.get(key, "") for key in ("date", "started", "detected", "resolved")]
    for text in (*stated, name.replace("_", "-"), title):
        if text and (day := date_in(text)):
            return day
    return None


def is_finished(status: str) -> bool:
    """Whether a status says that people are done with it; a document without one is."""
    lower = status.lower()
    if any(word in lower for word in _FINISHED):
        return True
    return not any(word in lower for word in _UNFINISHED)


def is_guarded(value: str) -> bool:
    """Whether a document says that not everybody may read it."""
    return value.strip().lower() not in ("", "false", "no", "none", "public", "internal", "open")
