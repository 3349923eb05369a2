"""Block Kit and attachments as lines of text: many alerts say nothing in their `text`.

Payloads come from whoever can post, so every value is checked before it is used and nesting is
followed only so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.slack.decode import link, readable, unescape

MAX_DEPTH = 12

_SILENT = frozenset({"actions", "input", "divider", "context_actions"})
_TEXT_KEYS = ("title", "subtitle", "text", "body", "description", "fields", "alt_text", "title_text")
_CHILD_KEYS = ("elements", "blocks", "children", "cards")


def dicts(value: object) -> Iterator[Mapping[str, object]]:
    """The mappings of a list; anything else yields nothing."""
    if isinstance(value, list | tuple):
        yield from (item for item in value if isinstance(item, Mapping))


def string(value: object) -> str:
    """The value if it is a string, else empty."""
    return value if isinstance(value, str) else ""


def blocks_text(blocks: object, *, depth: int = 0) -> list[str]:
    """Lines of a list of Block Kit blocks, in order; unknown blocks give what text they carry."""
    lines: list[str] = []
    if depth > MAX_DEPTH:
        return lines
    for block in dicts(blocks):
        lines += _block(block, depth)
    return [line for line in lines if line.strip()]


def _block(block: Mapping[str, object], depth: int) -> list[str]:
    kind = string(block.get("type"))
    if kind in _SILENT:
        return []
    if kind == "rich_text":
        return _rich(block.get("elements"), depth)
    if kind == "context":
        return [" ".join(blocks_text(block.get("elements"), depth=depth + 1))]
    if kind == "table":
        return _table(block.get("rows"), depth)
    if kind in ("mrkdwn", "plain_text", "raw_text"):
        return _lines(_text(block))
    return _generic(block, depth)


def _generic(block: Mapping[str, object], depth: int) -> list[str]:
    lines: list[str] = []
    for key in _TEXT_KEYS:
        value = block.get(key)
        if isinstance(value, list):
            lines += blocks_text(value, depth=depth + 1)
        else:
            lines += _lines(_text(value))
    for key in _CHILD_KEYS:
        lines += blocks_text(block.get(key), depth=depth + 1)
    return lines


def _text(value: object) -> str:
    """A text object or a bare string."""
    if isinstance(value, str):
        return readable(value)
    if not isinstance(value, Mapping):
        return ""
    text = string(value.get("text"))
    return readable(text) if value.get("type") == "mrkdwn" else unescape(text).strip()


def _lines(text: str) -> list[str]:
    """One entry a text, so that code fences and paragraphs stay together."""
    return [text] if text.strip() else []


def _table(rows: object, depth: int) -> list[str]:
    lines: list[str] = []
    if isinstance(rows, list | tuple):
        for row in rows:
            cells = [" ".join(_block(cell, depth + 1)) for cell in dicts(row)]
            lines.append(" | ".join(cells))
    return lines


def _rich(elements: object, depth: int) -> list[str]:
    lines: list[str] = []
    if depth > MAX_DEPTH:
        return lines
    for element in dicts(elements):
        kind = element.get("type")
        if kind == "rich_text_list":
            lines += _list(element, depth)
        elif kind == "rich_text_quote":
            quoted = _inline(element.get("elements"))
            lines.append("\n".join("> " + line for line in quoted.split("\n")))
        elif kind == "rich_text_preformatted":
            lines.append("```\n" + _inline(element.get("elements")).strip("\n") + "\n```")
        else:
            lines.append(_inline(element.get("elements")))
    return lines


def _list(element: Mapping[str, object], depth: int) -> list[str]:
    indent = element.get("indent")
    prefix = "  " * min(indent, 8) if isinstance(indent, int) and indent > 0 else ""
    lines: list[str] = []
    for number, text in enumerate(_rich(element.get("elements"), depth + 1), start=1):
        mark = f"{number}." if element.get("style") == "ordered" else "•"
        lines.append(f"{prefix}{mark} {text}")
    return lines


def _inline(elements: object) -> str:
    return "".join(_run(element) for element in dicts(elements))


_RUNS: dict[str, tuple[str, str]] = {
    "user": ("@", "user_id"),
    "usergroup": ("@", "usergroup_id"),
    "channel": ("#", "channel_id"),
    "broadcast": ("@", "range"),
}


def _run(element: Mapping[str, object]) -> str:
    kind = string(element.get("type"))
    if kind in _RUNS:
        mark, key = _RUNS[kind]
        return mark + string(element.get(key)) if string(element.get(key)) else ""
    if kind == "link":
        return link(string(element.get("url")), string(element.get("text")))
    if kind == "emoji":
        return f":{string(element.get('name'))}:"
    if kind == "date":
        return _date(element)
    return string(element.get("text"))


def _date(element: Mapping[str, object]) -> str:
    at = element.get("timestamp")
    known = isinstance(at, int) and not isinstance(at, bool)
    return readable(f"<!date^{at}^|{string(element.get('fallback'))}>") if known else ""


def attachments_text(attachments: object, *, by_bot: bool) -> list[str]:
    """Lines of a message's attachments.

    An alert's attachment gives all its text; a link somebody posted only its title, since a page's
    description was said by nobody; a forwarded or quoted message is marked as such. Authors' names
    are left out, for they are people's.
    """
    lines: list[str] = []
    for attachment in dicts(attachments):
        if attachment.get("is_msg_unfurl") or attachment.get("is_share"):
            lines += _forwarded(attachment)
        elif not by_bot and (attachment.get("from_url") or attachment.get("original_url")):
            title = readable(string(attachment.get("title")))
            lines += [f"[link preview: {title}]"] if title else []
        else:
            lines += _attachment(attachment)
    return [line for line in lines if line.strip()]


def _attachment(attachment: Mapping[str, object]) -> list[str]:
    title = readable(string(attachment.get("title")))
    url = string(attachment.get("title_link"))
    lines = [readable(string(attachment.get("pretext"))), link(url, title) if url and title else title]
    lines.append(readable(string(attachment.get("text"))))
    lines += [_field(field) for field in dicts(attachment.get("fields"))]
    lines += blocks_text(attachment.get("blocks"))
    lines = [line for line in lines if line.strip()]
    return lines or _lines(readable(string(attachment.get("fallback"))))


def _field(field: Mapping[str, object]) -> str:
    title, value = (readable(string(field.get(key))) for key in ("title", "value"))
    return f"{title}: {value}" if title and value else title or value


def _forwarded(attachment: Mapping[str, object]) -> list[str]:
    author = string(attachment.get("author_id"))
    said = readable(string(attachment.get("text"))) or "\n".join(_inner_blocks(attachment))
    said = said or readable(string(attachment.get("fallback")))
    names = [string(file.get("name")) for file in dicts(attachment.get("files"))]
    said = "\n".join([said, *(f"[file: {name}]" for name in names if name)]).strip()
    if not said:
        return []
    head = f"Forwarded from @{author}:" if re.fullmatch(r"[UW][A-Z0-9]{2,20}", author) else "Forwarded:"
    return [head + "\n" + "\n".join("> " + line for line in said.split("\n"))]


def _inner_blocks(attachment: Mapping[str, object]) -> list[str]:
    lines: list[str] = []
    for item in dicts(attachment.get("message_blocks")):
        message = item.get("message")
        if isinstance(message, Mapping):
            lines += blocks_text(message.get("blocks"))
    return lines or blocks_text(attachment.get("blocks"))


def missing_lines(text: str, lines: Iterable[str]) -> list[str]:
    """Those lines whose words the text (and the lines before them) do not say already."""
    said = _words(text)
    added: list[str] = []
    for line in lines:
        words = _words(line)
        if words.strip() and words not in said:
            added.append(line)
            said += words
    return added


def _words(text: str) -> str:
    return " " + " ".join(re.findall(r"\w+", text.lower())) + " "
