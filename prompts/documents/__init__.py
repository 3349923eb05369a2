"""The postmortem as a document to read: Markdown, and a web page that needs nothing else.

Both take the plain mapping that `bot.publishers.document.contents` makes of a postmortem. Same
mapping, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from prompts import HERE, Templates
from prompts.markdown import inline, quoted, table, wrapped
from prompts.sandbox import SandboxedTemplates
from prompts.text import one_line, safe_link

FRONT = "documents/front.md.j2"
MARKDOWN = "documents/postmortem.md.j2"
REFERENCES = "documents/references.md.j2"
PAGE = "documents/page.html.j2"
HTML = "documents/postmortem.html.j2"
CSS = "documents/postmortem.css"
SHIPPED = HERE / "documents" / "templates"
"""The templates that come with the bot: the folder of an operator looks the same."""

_EACH = (MARKDOWN, HTML, FRONT, REFERENCES, PAGE, CSS)
_PICTURES = frozenset({"wide", "narrow"})
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_BLANK_LINES = re.compile(r"\n{3,}")
_ANCHOR = re.compile(r'<a id="e(\d+)">')
_CITED = re.compile(r"\[(s?\d+)\]")
_BARE_YAML = re.compile(r"[A-Za-z][\w -]*[\w]")
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null"})


class Body(NamedTuple):
    """A template's own file `name` in the folder `root`, written instead of ours."""

    root: Path
    name: str


def markdown(contents: Mapping[str, Any], *, body: Body | None = None) -> str:
    """The Markdown document: wrapped for a pager, rendered by GitHub and others.

    Its front matter and the targets of its citations are always ours; `body` writes what is between.

    Raises:
        prompts.sandbox.BrokenTemplate: `body` does not work.
    """
    text = _own(body).render(body.name, **contents) if body else _templates().render(MARKDOWN, **contents)
    front = _templates().render(FRONT, **contents)
    references = _templates().render(REFERENCES, references=list(_references(contents, text)))
    return _BLANK_LINES.sub("\n\n", f"{front}{text.strip()}\n\n{references}")


def html(contents: Mapping[str, Any], *, wide: str = "", narrow: str = "", body: Body | None = None) -> str:
    """The page: one file without scripts or requests. `wide` and `narrow` are its timeline as SVG.

    `body` writes what is in the page's body; the head with its policy is always ours.

    Raises:
        prompts.sandbox.BrokenTemplate: `body` does not work.
    """
    pictures = {"wide": Markup(wide), "narrow": Markup(narrow)}  # noqa: S704 - drawn by code that escapes
    given = {**contents, **pictures}
    text = _own(body).render(body.name, **given) if body else _templates().render(HTML, **given)
    css = _templates().source(CSS)
    return _templates().render(
        PAGE,
        **contents,
        css=Markup(css),  # noqa: S704 - our own file
        body=Markup(text),  # noqa: S704 - escaped when it was rendered
        style_hashes=[style_source(style) for style in dict.fromkeys([css, *_STYLE.findall(text)])],
    )


def version(*bodies: Body) -> str:
    """Changes when a template of either document does, or one of these files, or what they include."""
    ours = _our_version()
    theirs = "".join(_own(body).version(body.name) for body in bodies)
    return hashlib.sha256(f"{ours}{theirs}".encode()).hexdigest()[:12] if bodies else ours


@cache
def _our_version() -> str:
    """Read once: the files that came with the program do not change while it runs."""
    return _templates().version(*_EACH)


def check(body: Body, given: Collection[str]) -> None:
    """See that a template's own file compiles and asks only for what it is `given`.

    Raises:
        prompts.sandbox.BrokenTemplate: what is wrong, and where.
    """
    _own(body).check(body.name, {*given, *_PICTURES})


@cache
def _templates() -> Templates:
    return Templates(filters=_filters())


def _own(body: Body) -> SandboxedTemplates:
    """The sandbox of a template's folder: made anew each time, for its files may change."""
    return SandboxedTemplates(body.root, filters=_filters())


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "item": _item,
        "words": _words,
        "quoted": lambda text: Markup(quoted(text)),  # noqa: S704 - escaped there
        "facts": _facts,
        "actions": _actions,
        "yaml": _yaml,
        "safe_link": safe_link,
        "one_line": one_line,
    }


def _references(contents: Mapping[str, Any], text: str) -> Iterator[dict[str, Any]]:
    """Where the citations in a Markdown text lead: to its appendix, else to Slack."""
    anchors, cited = set(_ANCHOR.findall(text)), set(_CITED.findall(text))
    for item in contents["evidence"]:
        label, link = item["label"], safe_link(item["link"])
        href = f"#e{label}" if str(label) in anchors else link
        if href and str(label) in cited:
            yield {"label": label, "href": href, "link": link if f"s{label}" in cited else ""}


def style_source(style: str) -> str:
    """A style element's content as a source expression of Content Security Policy level 3."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _cited(text: str, labels: Sequence[int], known: Collection[int]) -> str:
    """Inline Markdown: a text and its citations, which link to the appendix where that has them."""
    marks = ", ".join(f"[{label}]" if label in known else str(label) for label in labels)
    return f"{inline(one_line(text))} [{marks}]" if marks else inline(one_line(text))


def _item(
    claim: Mapping[str, Any], known: Collection[int], *, bullet: str = "- ", strong: str = "", mild: str = ""
) -> Markup:
    """A claim as a list item, after a word or two in bold and in italics: `**14:02** *trigger*: …`."""
    heads = (
        f"**{inline(one_line(strong))}**" if strong else "",
        f"*{inline(one_line(mild))}*:" if mild else "",
    )
    text = " ".join(part for part in (*heads, _cited(claim["text"], claim["evidence"], known)) if part)
    return Markup(wrapped(text, first=bullet, rest=" " * len(bullet)))  # noqa: S704 - escaped above


def _words(text: str, *, bullet: str = "") -> Markup:
    """Plain words as a wrapped paragraph or list item."""
    return Markup(wrapped(inline(one_line(text)), first=bullet, rest=" " * len(bullet)))  # noqa: S704 - as above


def _facts(rows: Sequence[Mapping[str, Any]], known: Collection[int]) -> Markup:
    """The table of the incident's facts at a glance."""
    cells = [(f"**{row['name']}**", _cited(row["text"], row["evidence"], known)) for row in rows]
    return Markup(table(("At a glance", ""), cells))  # noqa: S704 - escaped in the cells


def _actions(items: Sequence[Mapping[str, Any]], known: Collection[int]) -> Markup:
    """The table of action items, the longest column last so that the others line up."""
    rows = [
        (
            _field(item, "owner"),
            _field(item, "due"),
            _field(item, "priority"),
            _state(item),
            _cited(item["text"], item["evidence"], known),
        )
        for item in items
    ]
    return Markup(table(("Owner", "Due", "Priority", "State", "Action"), rows))  # noqa: S704 - as above


def _state(item: Mapping[str, Any]) -> str:
    """What was decided; where nothing was, whether somebody promised it in chat or thought of it."""
    return f"proposed ({item['kind']})" if item["state"] == "proposed" else str(item["state"])


def _field(item: Mapping[str, Any], name: str) -> str:
    """A cell of an action item; what its template demands in vain stands out."""
    if name in item["missing"]:
        return "**missing**"
    return inline(one_line(item[name] or "–"))


def _yaml(value: str) -> Markup:
    """A scalar for the front matter: bare where that is unmistakable, else in JSON's quotes."""
    text = one_line(value)
    bare = _BARE_YAML.fullmatch(text) and text.isascii() and text.lower() not in _YAML_WORDS
    return Markup(text if bare else json.dumps(text, ensure_ascii=False))  # noqa: S704 - quoted
