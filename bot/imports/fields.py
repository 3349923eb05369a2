"""What a document states of itself: in its front matter, in `Name: value` lines, in tables of two columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from bot.domain.stated import date_in
from bot.imports.blocks import Block, Is
from bot.imports.headings import IGNORED, UNKNOWN, field_of, section_of

LONGEST = 40
"""Characters of a name before a colon; what is longer is a sentence."""
OPENING = 15
"""Among so many first blocks a heading may tell the day."""
_NO_TITLE = re.compile(r"https?://\S+|[A-Za-z]{2,8}-?\d+|#?\d+")
"""What stands behind `Incident:` and is no title: an address, a number, a key."""
_KEY = re.compile(r"[A-Z]{2,8}-\d{1,9}")
_UNFINISHED = ("draft", "in review", "wip", "in progress", "pending")
_FINISHED = ("complete", "final", "published", "done", "closed", "approved", "resolved", "reviewed")
_HEADED = frozenset({"date", "severity", "services", "status"})
"""Fields that may stand under a heading of their own."""


def fields_of(found: Sequence[Block], given: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Meaning (`headings.field_of`) → value; the front matter (`given`) wins, then what comes first."""
    fields: dict[str, str] = {}
    stated = [(key, ", ".join(values)) for key, values in given.items()]
    stated += [pair for block in found for pair in pairs(block)]
    for key, value in stated:
        meaning = field_of(key)
        if (
            meaning
            and meaning != IGNORED
            and value
            and not (meaning == "title" and _NO_TITLE.fullmatch(value))
        ):
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


def own_key(given: Mapping[str, tuple[str, ...]]) -> str:
    """The incident a document of this bot's own is about (`INC-7`), by its front matter; else empty."""
    if not {"incident", "drafter", "revision"} <= given.keys():
        return ""
    key = given["incident"][0]
    return key if _KEY.fullmatch(key) else ""


def day_of(fields: Mapping[str, str], name: str, title: str, found: Sequence[Block]) -> date | None:
    """The day it happened: as a field says, or the file's name, or a heading, or the text, from its top."""
    stated = [fields.get(key, "") for key in ("date", "started", "detected", "resolved")]
    headings = [block.text for block in found[:OPENING] if block.kind is Is.HEADING]
    told = [block.text for block in found if not _is_ignored(block)]
    for text in (*stated, name.replace("_", "-"), title, *headings, *told):
        if text and (day := date_in(text)):
            return day
    return None


def _is_ignored(block: Block) -> bool:
    return any(field_of(key) == IGNORED for key, _ in pairs(block))


def is_finished(status: str) -> bool:
    """Whether a status says that people are done with it; a document without one is."""
    lower = status.lower()
    if any(word in lower for word in _FINISHED):
        return True
    return not any(word in lower for word in _UNFINISHED)


def is_guarded(value: str) -> bool:
    """Whether a document says that not everybody may read it."""
    return value.strip().lower() not in ("", "false", "no", "none", "public", "internal", "open")
