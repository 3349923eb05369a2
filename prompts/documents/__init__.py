"""The postmortem as a document to read: Markdown, and a web page that needs nothing else.

Both take the plain mapping that `bot.publishers.document.contents` makes of a postmortem. Same
mapping, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from prompts import Templates
from prompts.markdown import inline, quoted, table, wrapped
from prompts.text import one_line, safe_link

MARKDOWN = "documents/postmortem.md.j2"
HTML = "documents/postmortem.html.j2"
CSS = "documents/postmortem.css"

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_BLANK_LINES = re.compile(r"\n{3,}")
_BARE_YAML = re.compile(r"[A-Za-z][\w -]*[\w]")
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null"})


def markdown(contents: Mapping[str, Any]) -> str:
    """The Markdown document: wrapped for a pager, rendered by GitHub and others."""
    return _BLANK_LINES.sub("\n\n", _templates().render(MARKDOWN, **contents))


def html(contents: Mapping[str, Any], *, wide: str = "", narrow: str = "") -> str:
    """The page: one file without scripts or requests. `wide` and `narrow` are its timeline as SVG."""
    css = _templates().source(CSS)
    styles = [css, *_STYLE.findall(wide), *_STYLE.findall(narrow)]
    return _templates().render(
        HTML,
        **contents,
        css=Markup(css),  # noqa: S704 - our own file
        wide=Markup(wide),  # noqa: S704 - drawn by code that escapes what people wrote
        narrow=Markup(narrow),  # noqa: S704 - likewise
        style_hashes=[_hash_source(style) for style in dict.fromkeys(styles)],
    )


def version() -> str:
    """Changes when either document's template does."""
    return _templates().version(MARKDOWN, HTML, CSS)


@cache
def _templates() -> Templates:
    return Templates(
        filters={
            "item": _item,
            "words": _words,
            "quoted": lambda text: Markup(quoted(text)),  # noqa: S704 - escaped there
            "facts": _facts,
            "actions": _actions,
            "yaml": _yaml,
            "safe_link": safe_link,
            "one_line": one_line,
        }
    )


def _hash_source(style: str) -> str:
    """A style element's content as a source expression of Content Security Policy level 3."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _cited(text: str, labels: Sequence[int], known: Collection[int]) -> str:
    """Inline Markdown: a text and its citations, which link to the appendix where that has them."""
    marks = ", ".join(f"[{label}]" if label in known else str(label) for label in labels)
    return f"{inline(one_line(text))} [{marks}]" if marks else inline(one_line(text))


def _item(
    claim: Mapping[str, Any], known: Collection[int], *, bullet: str = "- ", lead: str = "", tail: str = ""
) -> Markup:
    """A claim as a list item. `lead` and `tail` are Markdown of the template's own."""
    text = " ".join(part for part in (lead, _cited(claim["text"], claim["evidence"], known), tail) if part)
    return Markup(wrapped(text, first=bullet, rest=" " * len(bullet)))  # noqa: S704 - escaped above


def _words(text: str, *, bullet: str = "") -> Markup:
    """Plain words as a wrapped paragraph or list item."""
    return Markup(wrapped(inline(one_line(text)), first=bullet, rest=" " * len(bullet)))  # noqa: S704


def _facts(rows: Sequence[Mapping[str, Any]], known: Collection[int]) -> Markup:
    """The table of the incident's facts at a glance."""
    cells = [(f"**{row['name']}**", _cited(row["text"], row["evidence"], known)) for row in rows]
    return Markup(table(("At a glance", ""), cells))  # noqa: S704 - escaped in the cells


def _actions(items: Sequence[Mapping[str, Any]], known: Collection[int]) -> Markup:
    """The table of action items, the longest column last so that the others line up."""
    rows = [
        (
            inline(one_line(item["owner"] or "–")),
            item["due"] or "–",
            item["priority"] or "–",
            item["kind"],
            _cited(item["text"], item["evidence"], known),
        )
        for item in items
    ]
    return Markup(table(("Owner", "Due", "Priority", "Kind", "Action"), rows))  # noqa: S704 - as above


def _yaml(value: str) -> Markup:
    """A scalar for the front matter: bare where that is unmistakable, else in JSON's quotes."""
    text = one_line(value)
    bare = _BARE_YAML.fullmatch(text) and text.isascii() and text.lower() not in _YAML_WORDS
    return Markup(text if bare else json.dumps(text, ensure_ascii=False))  # noqa: S704 - quoted
