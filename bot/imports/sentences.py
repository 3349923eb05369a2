"""A document's paragraphs as sentences, and its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.imports.blocks import Block, Is
from bot.imports.headings import name_of, section_of

_END = re.compile(r"(?<=[.!?])[\"”’)\]]?\s+(?=[\"“‘(\[]?[A-Z0-9])")
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|no|dr|mr|ms|st|fig|cf|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    {"postmortem", "post mortem", "incident report", "incident review", "incident postmortem", "rca"}
    | {
        "incident",
        "report",
        "post incident review",
        "incident retrospective",
        "retrospective",
        "index",
        "readme",
    }
    | {"root cause analysis", "incident post mortem", "post mortem report", "postmortem report"}
)
_PREFIX = re.compile(
    r"(?i)^(?:\W*(?:incident )?(?:post[- ]?mortem|incident (?:report|review|retrospective)|rca|report|pir)\b"
    r"(?: (?:of|for|on))?\W+)+"
)
_SUFFIX = re.compile(r"(?i)\s*[–—:-]?\s*(?:post[- ]?mortem|incident report)(?: \([^()]{0,40}\))?$")
_DATED = re.compile(r"^(?:19|20)\d\d[-/.]\d\d[-/.]\d\d\W+(?=\w)")
MAX_TITLE = 200


def sentences(block: Block) -> list[str]:
    """The sentences of a paragraph, as they stand; code and rows of a table stay whole."""
    if block.kind in (Is.CODE, Is.ROW):
        return [" ".join(block.text.split())]
    parts: list[str] = []
    for piece in _END.split(block.text):
        if parts and _SHORTENED.search(parts[-1]):
            parts[-1] += f" {piece}"
        else:
            parts.append(piece)
    return [part.strip() for part in parts if part.strip()]


def titled(found: Sequence[Block], given: str, name: str) -> str:
    """What the incident is called: as a field says, or the first heading that says something, or the file."""
    headings = [block.text for block in found if block.kind is Is.HEADING and block.level <= 2]
    for text in (given, *headings[:2]):
        bare = _DATED.sub("", _SUFFIX.sub("", _PREFIX.sub("", text))).strip(" :–—-") or text
        if bare and name_of(bare) not in _GENERIC and (text == given or section_of(bare) == "unknown"):
            return bare[:MAX_TITLE]
    words = re.sub(r"^(?:\d+[-_.])+", "", name)
    words = " ".join(re.split(r"[-_\s]+", words)).strip()
    return (words[:1].upper() + words[1:])[:MAX_TITLE] or "Postmortem"
