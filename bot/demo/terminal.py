"""Slack messages as a terminal shows them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>(?: \(\1\))?")
"""A moment in the reader's zone, followed by UTC; a terminal shows the one in UTC."""
_LINK = re.compile(r"<(?:https?|mailto):[^|>]*\|([^>]*)>|<(https?://[^>]*)>")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_STYLED = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|`([^`\n]+)`")
_EMOJI = {":white_check_mark:": "✅", ":eyes:": "👀"}

BOT = "postmortem"
_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_red")


def readable(text: str) -> Text:
    """Slack's mrkdwn as styled text; dates by their fallback, links by their label."""
    text = _DATE.sub(r"\1", text)
    text = _LINK.sub(lambda match: match[1] or match[2], text)
    text = _ZERO_WIDTH.sub("", html.unescape(text))
    for name, sign in _EMOJI.items():
        text = text.replace(name, sign)
    shown, at = Text(), 0
    for match in _STYLED.finditer(text):
        shown.append(text[at : match.start()])
        style = "bold" if match[1] else "italic" if match[2] else "bold cyan"
        shown.append(match[1] or match[2] or match[3], style=style)
        at = match.end()
    shown.append(text[at:])
    return shown


def block_lines(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Blocks as lines: headers bold, context dim, buttons in a row."""
    for block in blocks:
        kind = block.get("type")
        if kind == "header":
            yield Text(html.unescape(block["text"]["text"]), style="bold underline")
        elif kind == "section":
            if "text" in block:
                yield readable(block["text"]["text"])
            for field in block.get("fields", ()):
                yield readable(field["text"])
        elif kind == "context":
            for element in block.get("elements", ()):
                shown = readable(element.get("text", ""))
                shown.stylize("dim")
                yield shown
        elif kind == "actions":
            yield Text("  ").join(_control(element) for element in block.get("elements", ()))


def _control(element: Mapping[str, Any]) -> Text:
    """A button, a menu with what it says until something is chosen, or the three dots."""
    if element.get("type") == "overflow":
        return Text("[ ⋯ ]", style="bold")
    if "text" not in element:
        return Text(f"[ {element['placeholder']['text']} ▾ ]", style="bold")
    return Text(f"[ {element['text']['text']} ]", style="reverse" if element.get("style") else "bold")


class Screen:
    """Shows a conversation as it happens."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._colours: dict[str, str] = {}

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self.console.print()
        self.console.print(Rule(Text(title, style="bold"), align="left"))

    def note(self, text: str) -> None:
        """A remark of the narrator."""
        self.console.print(Text(text, style="italic dim"))

    def said(self, clock: str, who: str, text: str, *, reply: bool = False) -> None:
        """One message of a person or an alert."""
        colour = self._colours.setdefault(who, _COLOURS[len(self._colours) % len(_COLOURS)])
        line = Text.assemble((f"{clock}  ", "dim"), (f"{who}: ", f"bold {colour}"), readable(text))
        self.console.print(Padding(line, (0, 0, 0, 6 if reply else 2)))

    def bot_said(self, clock: str, message: Mapping[str, Any], *, reply: bool = False) -> None:
        """One message of the bot, with its blocks."""
        body: list[RenderableType] = list(block_lines(message["blocks"])) or [readable(message["text"])]
        panel = Panel(
            Group(*body), title=Text(f"{BOT} · {clock}"), title_align="left", border_style="bright_black"
        )
        self.console.print(Padding(panel, (0, 0, 0, 6 if reply else 2)))
