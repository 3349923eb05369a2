"""Slack's limits on messages and views: what breaks them, and how to make a payload keep them.

Numbers are from docs.slack.dev (Block Kit reference, chat.postMessage, views.open) and the
validators of slack_sdk; the total size of a message's blocks is from slackapi/bolt-js#2509. Slack
does not say what a character is, so lengths are UTF-16 units and texts get five per cent of headroom.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.slack import mrkdwn
from bot.slack.blocks import Json, Payload
from bot.slack.mrkdwn import width

HEADROOM = 0.95
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 12_000
FALLBACK_TEXT = int(4000 * HEADROOM)
VIEW_BYTES = int(250_000 * HEADROOM)
PRIVATE_METADATA = int(3000 * HEADROOM)
ANY_TEXT, HEADER, FIELD_LABEL = int(3000 * HEADROOM), int(150 * HEADROOM), int(2000 * HEADROOM)
BUTTON, BUTTON_VALUE, IDENTIFIER = int(75 * HEADROOM), int(2000 * HEADROOM), int(255 * HEADROOM)
OPTION, PLACEHOLDER = int(75 * HEADROOM), int(150 * HEADROOM)
CONFIRM = {"title": 95, "text": 285, "confirm": 28, "deny": 28}
VIEW_WORDS = 24
ACTIONS, CONTEXT = 25, 10
EMPTY = "–"

Place = tuple[Json, str, int]
"""A string that has a limit: where it stands, under which name, and how long it may be."""


def problems(payload: Payload) -> list[str]:
    """What Slack would refuse in a message; empty if nothing."""
    found = [] if 0 < width(payload.text) <= FALLBACK_TEXT else ["text: must have 1 to 3,800 units"]
    if len(payload.blocks) > MESSAGE_BLOCKS:
        found.append(f"blocks: {len(payload.blocks)} are more than {MESSAGE_BLOCKS}")
    if text_size(payload.blocks) > MESSAGE_TEXT:
        found.append(f"blocks: their text is longer than {MESSAGE_TEXT} units")
    return found + _block_problems(payload.blocks)


def view_problems(view: Json) -> list[str]:
    """What Slack would refuse in a modal; empty if nothing."""
    blocks: list[Json] = view["blocks"]
    found = [] if 0 < len(blocks) <= VIEW_BLOCKS else [f"blocks: {len(blocks)} are not 1 to {VIEW_BLOCKS}"]
    for name in ("title", "submit", "close"):
        if name in view and not 0 < width(view[name]["text"]) <= VIEW_WORDS:
            found.append(f"{name}: must have 1 to {VIEW_WORDS} units")
    if width(view.get("private_metadata", "")) > PRIVATE_METADATA:
        found.append("private_metadata: too long")
    if any(block["type"] == "input" for block in blocks) and "submit" not in view:
        found.append("submit: needed where there is an input")
    if json_size(view) > VIEW_BYTES:
        found.append(f"view: larger than {VIEW_BYTES} bytes")
    return found + _block_problems(blocks)


def _block_problems(blocks: list[Json]) -> list[str]:
    found = []
    for index, block in enumerate(blocks):
        for holder, name, most in _bounded(block):
            if not 0 < width(holder[name]) <= most:
                found.append(f"blocks/{index} ({block['type']}) {name}: must have 1 to {most} units")
        elements = block.get("elements", [])
        if len(elements) > (ACTIONS if block["type"] == "actions" else CONTEXT):
            found.append(f"blocks/{index} ({block['type']}): too many elements")
        ids = [element["action_id"] for element in elements if "action_id" in element]
        if len(ids) != len(set(ids)):
            found.append(f"blocks/{index}: an action_id comes twice")
    named = [block["block_id"] for block in blocks if "block_id" in block]
    return found + (["blocks: a block_id comes twice"] if len(named) != len(set(named)) else [])


def fit(payload: Payload) -> Payload:
    """The same message within the limits: long texts cut with an ellipsis, empty ones a dash.

    Buttons stay whatever happens; if text must go, it goes from the end.
    """
    text = mrkdwn.cut(payload.text, FALLBACK_TEXT)
    blocks = [_fitted(block) for block in payload.blocks]
    return Payload(text if text.strip() else EMPTY, _within_total(_within_count(blocks)))


def fit_view(view: Json) -> Json:
    """The same modal within the limits, cut at the end if it is too long.

    Raises:
        ValueError: `private_metadata` is too long to be ids only; cutting it would break it.
    """
    if width(view.get("private_metadata", "")) > PRIVATE_METADATA:
        raise ValueError("private metadata carries ids only")
    words = {name: _cut_words(view[name]) for name in ("title", "submit", "close") if name in view}
    blocks = [_fitted(block) for block in view["blocks"]][:VIEW_BLOCKS]
    fitted = view | words | {"blocks": blocks}
    while len(blocks) > 1 and json_size(fitted) > VIEW_BYTES:
        blocks.pop()
    return fitted


def text_size(part: Any) -> int:
    """How many units of visible text blocks carry."""
    if isinstance(part, dict):
        own = part.get("text")
        return (width(own) if isinstance(own, str) else 0) + sum(text_size(value) for value in part.values())
    return sum(text_size(item) for item in part) if isinstance(part, list) else 0


def json_size(value: Any) -> int:
    """Bytes of a value as it is sent."""
    return len(json.dumps(value))


def _bounded(block: Json) -> Iterator[Place]:
    kind = block["type"]
    if "block_id" in block:
        yield block, "block_id", IDENTIFIER
    if kind == "header":
        yield block["text"], "text", HEADER
    elif kind == "section":
        yield block["text"], "text", ANY_TEXT
    elif kind == "input":
        yield from _bounded_input(block)
    for element in block.get("elements", []):
        if kind == "context":
            yield element, "text", ANY_TEXT
        elif element["type"] != "button":
            yield from _bounded_menu(element)
        else:
            yield from _bounded_button(element)


def _bounded_input(block: Json) -> Iterator[Place]:
    yield block["label"], "text", FIELD_LABEL
    if "hint" in block:
        yield block["hint"], "text", FIELD_LABEL
    if "initial_value" in block["element"]:
        yield block["element"], "initial_value", ANY_TEXT


def _bounded_menu(element: Json) -> Iterator[Place]:
    yield element, "action_id", IDENTIFIER
    if "placeholder" in element:
        yield element["placeholder"], "text", PLACEHOLDER
    for option in element.get("options", []):
        yield option["text"], "text", OPTION
        yield option, "value", OPTION


def _bounded_button(element: Json) -> Iterator[Place]:
    yield element, "action_id", IDENTIFIER
    yield element["text"], "text", BUTTON
    yield element, "value", BUTTON_VALUE
    for name, most in CONFIRM.items():
        if "confirm" in element:
            yield element["confirm"][name], "text", most


def _fitted(block: Json) -> Json:
    """A copy of a block whose strings keep their limits."""
    copied: Json = _copy(block)
    for holder, name, most in _bounded(copied):
        if name == "text":
            holder[name] = mrkdwn.cut(holder[name], most) if _visible(holder[name]) else EMPTY
        else:
            holder[name] = _cut_short(holder[name], most) or EMPTY
    if "elements" in copied:
        copied["elements"] = copied["elements"][: ACTIONS if block["type"] == "actions" else CONTEXT]
    return copied


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _visible(text: str) -> bool:
    return bool(text.strip().strip(mrkdwn.ZERO_WIDTH + "\u00ad\ufeff"))


def _cut_short(value: str, most: int) -> str:
    value = value[:most]
    while width(value) > most:
        value = value[:-1]
    return value


def _cut_words(words: Json) -> Json:
    return words | {"text": mrkdwn.cut(words["text"], VIEW_WORDS) if _visible(words["text"]) else EMPTY}


def _within_count(blocks: list[Json]) -> list[Json]:
    """At most 50 blocks: buttons first, then what comes first."""
    if len(blocks) <= MESSAGE_BLOCKS:
        return blocks
    buttons = sum(block["type"] == "actions" for block in blocks)
    room = max(MESSAGE_BLOCKS - buttons, 0)
    kept = []
    for block in blocks:
        if block["type"] != "actions":
            room -= 1
        if block["type"] == "actions" or room >= 0:
            kept.append(block)
    return kept[:MESSAGE_BLOCKS]


def _within_total(blocks: list[Json]) -> list[Json]:
    """At most 12,000 units of text: the block that crosses the line is cut, later ones go."""
    room = MESSAGE_TEXT - sum(text_size(block) for block in blocks if block["type"] == "actions")
    kept = []
    for block in blocks:
        size = text_size(block)
        if block["type"] == "actions" or size <= room:
            kept.append(block)
            room -= 0 if block["type"] == "actions" else size
        elif block["type"] == "section" and room > 1:
            kept.append(block | {"text": block["text"] | {"text": mrkdwn.cut(block["text"]["text"], room)}})
            room = 0
        else:
            room = min(room, 0)
    return kept
