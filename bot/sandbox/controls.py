"""Finding what a person can press or fill in, and the state Slack reports for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.model import Json, NotPossible

INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    kind = block.get("type")
    if kind in ("actions", "context_actions"):
        return list(block.get("elements", []))
    if kind == "section" and block.get("accessory"):
        return [block["accessory"]]
    return [block["element"]] if kind == "input" else []


def every_element(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with the block it is in."""
    for block in blocks:
        for element in elements_of(block):
            yield block, element


def find(blocks: list[Json], action_id: str, *, value: Any, block_id: str | None) -> tuple[Json, Json]:
    """The one element that is meant, as a person would recognise it."""
    found = [
        (block, element)
        for block, element in every_element(blocks)
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id"))
    ]
    if len(found) > 1 and value is not None:
        found = [(block, element) for block, element in found if element.get("value") == value] or found
    if not found:
        offered = [element.get("action_id") for _, element in every_element(blocks)]
        raise NotPossible(f"nothing to press called {action_id!r}; there is {offered}")
    block, element = found[0]
    if element["type"] == "button" and value is not None and element.get("value") != value:
        raise NotPossible(f"the button {action_id!r} has the value {element.get('value')!r}, not {value!r}")
    return block, element


def action(block: Json, element: Json, *, value: Any, at: str) -> Json:
    """The entry of `actions` for a press."""
    pressed: Json = {"type": element["type"], "action_id": element.get("action_id", ""), "action_ts": at}
    pressed["block_id"] = block["block_id"]
    if element["type"] in ("button", "workflow_button"):
        return pressed | {
            name: element[name] for name in ("text", "value", "style", "url") if name in element
        }
    if element["type"] == "overflow":
        return pressed | {"selected_option": _choose(element, value)}
    return pressed | {k: v for k, v in state(element, value).items() if k != "type"}


def values_of(blocks: list[Json], typed: Json) -> Json:
    """state.values: what every field holds, with what the person typed over the initial values."""
    values: Json = {}
    for block, element in every_element(blocks):
        if element["type"] not in INITIAL:
            continue
        own = typed.get(block["block_id"], ...)
        if isinstance(own, dict) and element.get("action_id") in own:
            own = own[element["action_id"]]
        values.setdefault(block["block_id"], {})[element.get("action_id", "")] = state(element, own)
    unknown = set(typed) - {block["block_id"] for block in blocks}
    if unknown:
        raise NotPossible(f"no such fields: {sorted(unknown)}; there are {sorted(values)}")
    return values


def state(element: Json, value: Any = ...) -> Json:
    """The state of one field."""
    kind = element["type"]
    if isinstance(value, dict) and "type" in value and value["type"] == kind:
        return value
    name, initial = INITIAL[kind]
    if value is ... or value is None:
        value = element.get(initial, [] if name.endswith("s") else None) if value is ... else None
    elif name == "selected_option":
        value = _choose(element, value)
    elif name == "selected_options":
        value = [_choose(element, item) for item in value]
    _fits(element, value)
    return {"type": kind, name: value}


def _choose(element: Json, value: Any) -> Json:
    options = list(element.get("options") or [])
    options += [option for group in element.get("option_groups") or [] for option in group["options"]]
    for option in options:
        if value in (option, option.get("value")):
            return dict(option)
    raise NotPossible(f"no option {value!r} in {element.get('action_id')!r}")


def _fits(element: Json, value: Any) -> None:
    if element["type"] != "plain_text_input" or not isinstance(value, str):
        return
    if len(value) > element.get("max_length", 3000):
        raise NotPossible(f"the field {element.get('action_id')!r} takes no more than its maximum")


def missing_fields(blocks: list[Json], values: Json) -> list[str]:
    """The required inputs that are still empty; Slack's client will not submit them."""
    missing = []
    for block in blocks:
        if block.get("type") != "input" or block.get("optional"):
            continue
        filled = values.get(block["block_id"], {}).get(block["element"].get("action_id", ""), {})
        if not any(value for name, value in filled.items() if name != "type"):
            missing.append(block["block_id"])
    return missing
