"""Block Kit as small functions. Texts are mrkdwn already (see `mrkdwn`) unless a docstring says plain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.posting import Button, Link, Menu
from bot.slack import mrkdwn

Json = dict[str, Any]
BUTTONS_IN_A_ROW = 5
MOST_BUTTONS = 15
SECTION = 2850
"""Units of text in one section: Slack's 3,000 less five per cent, since its unit is not documented."""


@dataclass(frozen=True)
class Payload:
    """What a message is made of: blocks, and the text for notifications and screen readers."""

    text: str
    blocks: list[Json] = field(default_factory=list)


def plain_text(text: str) -> Json:
    """A text object without markup, from untrusted text."""
    return {"type": "plain_text", "text": mrkdwn.plain(text), "emoji": True}


def mrkdwn_text(text: str) -> Json:
    """A text object with markup; `verbatim` keeps Slack from linking what looks like a link or name."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Json:
    """A heading, from untrusted text."""
    return {"type": "header", "text": plain_text(text)}


def section(text: str) -> Json:
    """A paragraph."""
    return {"type": "section", "text": mrkdwn_text(text)}


def context(*texts: str) -> Json:
    """Small grey print, one element a text."""
    return {"type": "context", "elements": [mrkdwn_text(text) for text in texts]}


def divider() -> Json:
    """A thin line."""
    return {"type": "divider"}


def paragraph(lines: Iterable[str], *, title: str = "") -> list[Json]:
    """A titled list of lines as one section, or as many as its length needs."""
    titled = [mrkdwn.bold(title), *lines] if title else lines
    return [section(text) for text in mrkdwn.pack(titled, SECTION)]


def links(shown: Sequence[Link]) -> list[Json]:
    """A line of links, if there are any."""
    joined = " · ".join(mrkdwn.link(one.label, one.url) for one in shown)
    return [context(text) for text in mrkdwn.pack([joined], SECTION)] if joined else []


def buttons(shown: Sequence[Button]) -> list[Json]:
    """Rows of buttons. An action comes once a row: Slack wants `action_id` unique within a block.

    More than 15 are no choice any more and would crowd out the text; the rest is left away.
    """
    rows: list[list[Button]] = []
    for button in shown[:MOST_BUTTONS]:
        taken = rows and (
            len(rows[-1]) >= BUTTONS_IN_A_ROW or any(other.action == button.action for other in rows[-1])
        )
        if taken or not rows:
            rows.append([])
        rows[-1].append(button)
    return [{"type": "actions", "elements": [button_element(button) for button in row]} for row in rows]


def menus(shown: Sequence[Menu], *, block_id: str = "") -> list[Json]:
    """A row of menus. Slack keeps what was picked while `block_id` stays the same, so a new revision of
    a message gives it another one."""
    if not shown:
        return []
    row: Json = {"type": "actions", "elements": [menu_element(menu) for menu in shown]}
    return [row | ({"block_id": block_id} if block_id else {})]


def menu_element(menu: Menu) -> Json:
    """One menu."""
    return {
        "type": "static_select",
        "action_id": menu.action.value,
        "placeholder": plain_text(menu.label),
        "options": [option(choice.label, choice.value) for choice in menu.choices],
    }


def option(label: str, value: str) -> Json:
    """An entry of a menu."""
    return {"text": plain_text(label), "value": mrkdwn.clean(value)}


def button_element(button: Button) -> Json:
    """One button; its `confirm` becomes a question to answer first."""
    element = press(button.action.value, button.label, button.value)
    if button.style:
        element["style"] = button.style
    if button.confirm:
        element["confirm"] = confirm(button.confirm, yes=button.label)
    return element


def press(action_id: str, label: str, value: str) -> Json:
    """A bare button."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(label),
        "value": mrkdwn.clean(value),
    }


def confirm(question: str, *, yes: str) -> Json:
    """A question between the press and its effect."""
    return {
        "title": plain_text("Are you sure?"),
        "text": plain_text(question),
        "confirm": plain_text(yes),
        "deny": plain_text("Cancel"),
    }


def text_input(name: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False) -> Json:
    """A field of several lines. `block_id` is `name`; the value comes back as it was typed."""
    element: Json = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": SECTION,
    }
    if (readable := mrkdwn.clean(initial)).strip():
        element["initial_value"] = readable
    block: Json = {"type": "input", "block_id": name, "label": plain_text(label), "element": element}
    if hint:
        block["hint"] = plain_text(hint)
    return block | ({"optional": True} if optional else {})
