"""Slack's documented limits on messages and views, as pure functions.

Each returns a list of problems: a JSON pointer and what is wrong there.
"""

from __future__ import annotations

import json
from collections import Counter

from bot.sandbox.elements import Problem, check_element, check_text, length_between, no_longer
from bot.sandbox.model import Json

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_BLOCKS_SIZE = 13_200
MAX_VIEW_BYTES = 250_000
MAX_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
MAX_MARKDOWN = 12_000
MAX_METADATA_BYTES = 8_000

KNOWN_BLOCKS = frozenset(
    {
        "actions",
        "alert",
        "call",
        "card",
        "carousel",
        "container",
        "context",
        "context_actions",
        "data_table",
        "data_visualization",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "plan",
        "rich_text",
        "section",
        "table",
        "task_card",
        "video",
    }
)


def check_message(payload: Json, *, update: bool = False) -> list[Problem]:
    """Everything wrong with the arguments of a posted or updated message."""
    problems: list[Problem] = []
    text = payload.get("text")
    if isinstance(text, str):
        most = MAX_UPDATE_TEXT if update else MAX_TEXT
        problems += no_longer("/text", text, most) if update or not payload.get("blocks") else []
    blocks = payload.get("blocks") or []
    problems += check_blocks(blocks, most=MAX_MESSAGE_BLOCKS)
    problems += check_total(blocks)
    attachments = payload.get("attachments") or []
    if len(attachments) > 100:
        problems.append(("/attachments", "no more than 100 items allowed"))
    for index, attachment in enumerate(attachments):
        nested = check_blocks(attachment.get("blocks") or [], most=MAX_MESSAGE_BLOCKS)
        problems += [(f"/attachments/{index}{pointer}", words) for pointer, words in nested]
    return problems + check_metadata(payload.get("metadata"))


def check_total(blocks: list[Json]) -> list[Problem]:
    """The size of all blocks of a message together."""
    problems: list[Problem] = []
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")
    if markdown > MAX_MARKDOWN:
        problems.append(
            ("/blocks", f"markdown blocks together must be no longer than {MAX_MARKDOWN} characters")
        )
    size = sum(visible_size(block) for block in blocks)
    if size > MAX_BLOCKS_SIZE:
        problems.append(("/blocks", f"all blocks together are too long: {size} > {MAX_BLOCKS_SIZE}"))
    return problems


def visible_size(part: object) -> int:
    """How many characters of text a block carries."""
    if isinstance(part, dict):
        own = sum(len(value) for key, value in part.items() if key == "text" and isinstance(value, str))
        return own + sum(visible_size(value) for value in part.values())
    if isinstance(part, list):
        return sum(visible_size(item) for item in part)
    return 0


def check_metadata(metadata: object) -> list[Problem]:
    """The shape and size of message metadata."""
    if metadata is None:
        return []
    if not isinstance(metadata, dict):
        return [("/metadata", "must be an object")]
    if "entities" in metadata and "event_type" not in metadata:
        return []
    if not metadata.get("event_type") or not isinstance(metadata.get("event_payload"), dict):
        return [("/metadata", "must have event_type and event_payload")]
    if len(json.dumps(metadata)) > MAX_METADATA_BYTES:
        return [("/metadata", f"too large: more than {MAX_METADATA_BYTES} bytes")]
    return []


def check_view(view: Json) -> list[Problem]:
    """Everything wrong with a modal or Home tab."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [("/view/type", "must be modal or home")]
    problems: list[Problem] = []
    blocks = view.get("blocks") or []
    if not blocks:
        problems.append(("/view/blocks", "must have at least 1 item"))
    problems += check_blocks(blocks, most=MAX_VIEW_BLOCKS, root="/view/blocks", in_view=True)
    problems += no_longer("/view/private_metadata", view.get("private_metadata", ""), 3000)
    problems += no_longer("/view/callback_id", view.get("callback_id", ""), 255)
    problems += no_longer("/view/external_id", view.get("external_id", ""), 255)
    if kind == "modal":
        problems += _check_modal_words(view, blocks)
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        problems.append(("/view", f"too large: more than {MAX_VIEW_BYTES} bytes"))
    return problems


def _check_modal_words(view: Json, blocks: list[Json]) -> list[Problem]:
    problems = check_text("/view/title", view.get("title"), 24, plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            problems += check_text(f"/view/{name}", view[name], 24, plain=True)
    if not view.get("submit") and any(block.get("type") == "input" for block in blocks):
        problems.append(("/view/submit", "required when there is an input block"))
    return problems


def check_blocks(blocks: object, *, most: int, root: str = "/blocks", in_view: bool = False) -> list[Problem]:
    """Everything wrong with a list of blocks."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return [(root, "must be an array of objects")]
    problems: list[Problem] = []
    if len(blocks) > most:
        problems.append((root, f"no more than {most} items allowed"))
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    problems += [(root, f"duplicate block_id: {name}") for name, count in ids.items() if count > 1]
    tables = sum(block.get("type") == "table" for block in blocks)
    if tables > 1:
        problems.append((root, "only one table block allowed"))
    for index, block in enumerate(blocks):
        problems += _check_block(f"{root}/{index}", block, in_view=in_view)
    return problems


def _check_block(pointer: str, block: Json, *, in_view: bool) -> list[Problem]:
    kind = block.get("type")
    if kind not in KNOWN_BLOCKS:
        return [(f"{pointer}/type", f"unsupported type: {kind}")]
    if in_view and kind in ("file", "table", "markdown"):
        return [(f"{pointer}/type", f"unsupported type in a view: {kind}")]
    problems = no_longer(f"{pointer}/block_id", block.get("block_id", ""), 255)
    check = BLOCK_CHECKS.get(str(kind))
    return problems + (check(pointer, block) if check else [])


def _section(pointer: str, block: Json) -> list[Problem]:
    fields = block.get("fields") or []
    problems = [] if block.get("text") or fields else [(pointer, "must have text or fields")]
    if block.get("text") is not None:
        problems += check_text(f"{pointer}/text", block["text"], 3000)
    if len(fields) > 10:
        problems.append((f"{pointer}/fields", "no more than 10 items allowed"))
    for index, text in enumerate(fields):
        problems += check_text(f"{pointer}/fields/{index}", text, 2000)
    if block.get("accessory"):
        problems += check_element(f"{pointer}/accessory", block["accessory"])
    return problems


def _header(pointer: str, block: Json) -> list[Problem]:
    return check_text(f"{pointer}/text", block.get("text"), 150, plain=True)


def _context(pointer: str, block: Json) -> list[Problem]:
    elements = block.get("elements") or []
    problems = length_between(f"{pointer}/elements", elements, 1, 10)
    for index, element in enumerate(elements):
        at = f"{pointer}/elements/{index}"
        problems += (
            check_element(at, element) if element.get("type") == "image" else check_text(at, element, 3000)
        )
    return problems


def _actions(pointer: str, block: Json) -> list[Problem]:
    elements = block.get("elements") or []
    most = 5 if block.get("type") == "context_actions" else 25
    problems = length_between(f"{pointer}/elements", elements, 1, most)
    ids = Counter(element.get("action_id") for element in elements if element.get("action_id"))
    problems += [
        (f"{pointer}/elements", f"duplicate action_id: {n}") for n, count in ids.items() if count > 1
    ]
    for index, element in enumerate(elements):
        problems += check_element(f"{pointer}/elements/{index}", element)
    return problems


def _input(pointer: str, block: Json) -> list[Problem]:
    problems = check_text(f"{pointer}/label", block.get("label"), 2000, plain=True)
    if block.get("hint") is not None:
        problems += check_text(f"{pointer}/hint", block["hint"], 2000, plain=True)
    if not isinstance(block.get("element"), dict):
        return [*problems, (f"{pointer}/element", "missing required field: element")]
    return problems + check_element(f"{pointer}/element", block["element"])


def _markdown(pointer: str, block: Json) -> list[Problem]:
    text = block.get("text")
    if not isinstance(text, str) or not text:
        return [(f"{pointer}/text", "must be 1 or more characters")]
    return no_longer(f"{pointer}/text", text, MAX_MARKDOWN)


def _image(pointer: str, block: Json) -> list[Problem]:
    problems = check_element(pointer, block)
    return problems + (
        check_text(f"{pointer}/title", block["title"], 2000, plain=True) if block.get("title") else []
    )


def _table(pointer: str, block: Json) -> list[Problem]:
    rows = block.get("rows") or []
    problems = length_between(f"{pointer}/rows", rows, 1, 100)
    for index, row in enumerate(rows):
        problems += length_between(f"{pointer}/rows/{index}", row, 1, 20)
    if len(block.get("column_settings") or []) > 20:
        problems.append((f"{pointer}/column_settings", "no more than 20 items allowed"))
    return problems


def _data_table(pointer: str, block: Json) -> list[Problem]:
    rows = block.get("rows") or []
    problems = [] if block.get("caption") else [(f"{pointer}/caption", "missing required field: caption")]
    problems += length_between(f"{pointer}/rows", rows, 2, 101)
    for index, row in enumerate(rows):
        problems += length_between(f"{pointer}/rows/{index}", row, 1, 20)
    return problems


def _rich_text(pointer: str, block: Json) -> list[Problem]:
    return length_between(f"{pointer}/elements", block.get("elements") or [], 1, 10_000)


BLOCK_CHECKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "markdown": _markdown,
    "image": _image,
    "table": _table,
    "data_table": _data_table,
    "rich_text": _rich_text,
}


def message_error(problems: list[Problem]) -> str:
    """The error code Slack answers for a message with these problems."""
    pointer, words = problems[0]
    if pointer.startswith("/metadata"):
        return "metadata_too_large" if "too large" in words else "invalid_metadata_format"
    if pointer == "/text":
        return "msg_too_long"
    if pointer == "/blocks" and "together" in words:
        return "msg_blocks_too_long"
    if pointer == "/attachments":
        return "too_many_attachments"
    return "invalid_blocks"


def view_error(problems: list[Problem]) -> str:
    """The error code Slack answers for a view with these problems."""
    return "view_too_large" if any(pointer == "/view" for pointer, _ in problems) else "invalid_arguments"


def as_metadata(problems: list[Problem]) -> Json:
    """The problems as Slack lists them in an answer."""
    return {"messages": [f"[ERROR] {words} [json-pointer:{pointer}]" for pointer, words in problems]}
