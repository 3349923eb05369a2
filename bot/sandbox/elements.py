"""Limits of text objects, options and interactive elements, as pure functions."""

from __future__ import annotations

from typing import Any

from bot.sandbox.model import Json

Problem = tuple[str, str]

KNOWN_ELEMENTS = frozenset(
    {
        "button",
        "channels_select",
        "checkboxes",
        "conversations_select",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "external_select",
        "feedback_buttons",
        "file_input",
        "icon_button",
        "image",
        "multi_channels_select",
        "multi_conversations_select",
        "multi_external_select",
        "multi_static_select",
        "multi_users_select",
        "number_input",
        "overflow",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "static_select",
        "timepicker",
        "url_text_input",
        "users_select",
        "workflow_button",
    }
)


def no_longer(pointer: str, value: object, most: int) -> list[Problem]:
    """A string of at most so many characters."""
    if value is None:
        return []
    if not isinstance(value, str):
        return [(pointer, "must be a string")]
    return [(pointer, f"must be no more than {most} characters")] if len(value) > most else []


def length_between(pointer: str, items: object, least: int, most: int) -> list[Problem]:
    """An array of a bounded length."""
    if not isinstance(items, list):
        return [(pointer, "must be an array")]
    if len(items) < least:
        return [(pointer, f"must have at least {least} items")]
    return [(pointer, f"no more than {most} items allowed")] if len(items) > most else []


def check_text(pointer: str, text: Any, most: int, *, plain: bool = False) -> list[Problem]:
    """A text object of 1 to so many characters."""
    if not isinstance(text, dict):
        return [(pointer, "missing required text object")]
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if text.get("type") not in kinds:
        return [(f"{pointer}/type", f"must be {' or '.join(kinds)}")]
    words = text.get("text")
    if not isinstance(words, str) or not words:
        return [(f"{pointer}/text", "must be 1 or more characters")]
    return no_longer(f"{pointer}/text", words, most)


def check_element(pointer: str, element: Any) -> list[Problem]:
    """Everything wrong with one element."""
    if not isinstance(element, dict) or element.get("type") not in KNOWN_ELEMENTS:
        kind = element.get("type") if isinstance(element, dict) else element
        return [(f"{pointer}/type", f"unsupported element: {kind}")]
    kind = str(element["type"])
    problems = no_longer(f"{pointer}/action_id", element.get("action_id", ""), 255)
    if element.get("placeholder") is not None:
        problems += check_text(f"{pointer}/placeholder", element["placeholder"], 150, plain=True)
    if element.get("confirm") is not None:
        problems += _confirm(f"{pointer}/confirm", element["confirm"])
    if kind.endswith("_input"):
        return problems + _typed_input(pointer, element)
    check = ELEMENT_CHECKS.get(kind)
    return problems + (check(pointer, element) if check else [])


def _confirm(pointer: str, confirm: Json) -> list[Problem]:
    problems = check_text(f"{pointer}/title", confirm.get("title"), 100, plain=True)
    problems += check_text(f"{pointer}/text", confirm.get("text"), 300)
    for name in ("confirm", "deny"):
        if confirm.get(name) is not None:
            problems += check_text(f"{pointer}/{name}", confirm[name], 30, plain=True)
    return problems


def _button(pointer: str, element: Json) -> list[Problem]:
    problems = check_text(f"{pointer}/text", element.get("text"), 75, plain=True)
    problems += no_longer(f"{pointer}/value", element.get("value"), 2000)
    problems += no_longer(f"{pointer}/url", element.get("url"), 3000)
    problems += no_longer(f"{pointer}/accessibility_label", element.get("accessibility_label"), 75)
    if element.get("style") not in (None, "primary", "danger"):
        problems.append((f"{pointer}/style", "must be primary or danger"))
    return problems


def _image(pointer: str, element: Json) -> list[Problem]:
    if not element.get("image_url") and not element.get("slack_file"):
        return [(pointer, "must have image_url or slack_file")]
    if not element.get("alt_text"):
        return [(f"{pointer}/alt_text", "missing required field: alt_text")]
    problems = no_longer(f"{pointer}/image_url", element.get("image_url"), 3000)
    return problems + no_longer(f"{pointer}/alt_text", element["alt_text"], 2000)


def _typed_input(pointer: str, element: Json) -> list[Problem]:
    if element["type"] != "plain_text_input":
        return []
    problems = no_longer(f"{pointer}/initial_value", element.get("initial_value"), 3000)
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not 0 <= least <= 3000:
        problems.append((f"{pointer}/min_length", "must be between 0 and 3000"))
    if not 1 <= most <= 3000:
        problems.append((f"{pointer}/max_length", "must be between 1 and 3000"))
    if len(element.get("initial_value") or "") > most:
        problems.append((f"{pointer}/initial_value", "must be no longer than max_length"))
    return problems


def _option(pointer: str, option: Json) -> list[Problem]:
    problems = check_text(f"{pointer}/text", option.get("text"), 75)
    problems += no_longer(f"{pointer}/value", option.get("value", ""), 75)
    if option.get("description") is not None:
        problems += check_text(f"{pointer}/description", option["description"], 75)
    return problems + no_longer(f"{pointer}/url", option.get("url"), 3000)


def _options(pointer: str, options: Any, most: int) -> list[Problem]:
    problems = length_between(f"{pointer}/options", options, 1, most)
    if problems:
        return problems
    for index, option in enumerate(options):
        problems += _option(f"{pointer}/options/{index}", option)
    return problems


def _few_options(pointer: str, element: Json) -> list[Problem]:
    most = 5 if element["type"] == "overflow" else 10
    problems = _options(pointer, element.get("options"), most)
    return problems + _initial_is_offered(pointer, element, element.get("options") or [])


def _select(pointer: str, element: Json) -> list[Problem]:
    groups = element.get("option_groups")
    if groups is None:
        problems = _options(pointer, element.get("options"), 100)
        return problems + _initial_is_offered(pointer, element, element.get("options") or [])
    problems = length_between(f"{pointer}/option_groups", groups, 1, 100)
    for index, group in enumerate(groups):
        at = f"{pointer}/option_groups/{index}"
        problems += check_text(f"{at}/label", group.get("label"), 75, plain=True)
        problems += _options(at, group.get("options"), 100)
    offered = [option for group in groups for option in group.get("options") or []]
    return problems + _initial_is_offered(pointer, element, offered)


def _initial_is_offered(pointer: str, element: Json, offered: list[Json]) -> list[Problem]:
    chosen = element.get("initial_options") or []
    if element.get("initial_option"):
        chosen = [*chosen, element["initial_option"]]
    values = {option.get("value") for option in offered}
    missing = [option for option in chosen if option.get("value") not in values]
    return [(f"{pointer}/initial_option", "must match one of the options")] if missing else []


ELEMENT_CHECKS = {
    "button": _button,
    "image": _image,
    "overflow": _few_options,
    "checkboxes": _few_options,
    "radio_buttons": _few_options,
    "static_select": _select,
    "multi_static_select": _select,
}
