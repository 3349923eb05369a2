"""What people wrote, in a Markdown document without taking effect there.

Rules: CommonMark 0.31 and GitHub's extensions (tables, strikethrough, autolinks, mathematics, alerts,
footnotes), and Slack's own `<!channel>` should the text be pasted there. Addresses become code, so
they can be read and copied but lead nowhere by a click.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from prompts.text import clean, one_line

WIDTH = 100

_NOT_PLAIN = re.compile(
    r"(?P<address>(?:(?:[a-z][a-z0-9+.-]{0,15}://|www\.|mailto:)[^\s`<>|]*[^\s`<>|.,;:!?)\]}'\"*_~$]"
    r"|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)+)"
    r"|(?P<entity>&)(?=\#?\w{1,32};)"
    r"|(?P<open><)(?=[^\s=\d])"
    r"|(?P<special>(?<![^\W_])_|_(?![^\W_])|[\\`*\[|~]|\{(?=[{%<])|(?<=\{)\{|\$(?!\d))"
    r"|\$",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"[\\`*\[|~{$&<_@]|://|www\.|mailto:", re.IGNORECASE)
"""What a text must have for `_NOT_PLAIN` to find anything; far quicker to look for."""
_BLOCK = re.compile(r"[#>=]|[+-](?=\s|$)|-(?=-)|:(?=-)")
_NUMBERED = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))")


@lru_cache(maxsize=4_096)
def escape_markdown(text: str) -> str:
    """One line of Markdown that shows the text as it is, wherever a line may begin with it."""
    return start_of_line(inline(one_line(text)))


def inline(text: str) -> str:
    """The text's special characters escaped, but for those that count only where a line begins."""
    if not _PERHAPS.search(text):
        return text
    mathematics = text.count("$") > 1

    def escaped(match: re.Match[str]) -> str:
        found = match[0]
        if match["address"]:
            return f"`{found}`"
        if match["entity"]:
            return "&amp;"
        if match["open"]:
            return "&lt;"
        return f"\\{found}" if match["special"] or mathematics else found

    return _NOT_PLAIN.sub(escaped, text)


def start_of_line(line: str) -> str:
    """A line that begins no heading, list, quotation, table or rule."""
    if _BLOCK.match(line):
        return f"\\{line}"
    return _NUMBERED.sub(r"\1\\", line, count=1) if _NUMBERED.match(line) else line


def wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    """Inline Markdown in lines of at most 100 columns, after the given indentation."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > WIDTH - len(rest if lines else first):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return "\n".join(f"{rest if number else first}{start_of_line(line)}" for number, line in enumerate(lines))


def quoted(text: str) -> str:
    """A quotation that keeps the text's own lines and their indentation."""
    return "\n".join(_quoted_lines(clean(text).strip("\n").expandtabs(4).split("\n")))


def _quoted_lines(lines: Iterable[str]) -> Iterator[str]:
    paragraphs = groupby(lines, key=lambda line: bool(line.strip()))
    texts = ("  \n".join(map(_quoted_line, paragraph)) for written, paragraph in paragraphs if written)
    for number, text in enumerate(texts):
        if number:
            yield ">"
        yield text


def _quoted_line(line: str) -> str:
    words = line.strip()
    # Four spaces would begin a code block, and fewer would vanish; no-break spaces stay.
    indentation = "\N{NO-BREAK SPACE}" * min(len(line) - len(words), 24)
    return wrapped(indentation + inline(words), first="> ", rest="> ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of escaped cells whose columns line up in plain text too, but for the last."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(head))]
    widths[-1] = max(3, len(head[-1]))
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + " |"
        for line in (lines[0], rule, *lines[1:])
    )
