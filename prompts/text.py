"""Text as people may read it: nothing invisible, nothing that turns the reading direction."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# C0 and C1 controls but tab and newline, direction overrides and isolates (Trojan Source,
# CVE-2021-42574), invisible operators and tags, lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# RFC 3986: reserved and unreserved characters, without those that end a link in Markdown or HTML.
_IN_LINKS = "/:?#@!$&*+,;=%~-._"


def clean(text: str) -> str:
    """The text with `\\n` as its only line end and without characters nobody can see."""
    if text.isprintable():  # true of most, and rules out every character these look for
        return text
    return _UNSEEN.sub("", _NEWLINE.sub("\n", text))


def one_line(text: str) -> str:
    """The text on one line, runs of white space made one space."""
    return " ".join(clean(text).split())


def safe_link(url: str | None) -> str:
    """An http(s) address with everything else percent-encoded; empty for any other kind of address."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(clean(url or ""), safe=_IN_LINKS)
