"""Block Kit of every kind the page shows, as an app would send it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def plain(text: str) -> Json:
    """A text object without markup."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """A text object with markup."""
    return {"type": "mrkdwn", "text": text}


def option(value: str) -> Json:
    """A choice named like its value."""
    return {"text": plain(value.capitalize()), "value": value}


def button(action_id: str, label: str, **more: Any) -> Json:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def field(name: str, kind: str, *, optional: bool = False, **element: Any) -> Json:
    """An input block named like its label."""
    block = {"type": "input", "block_id": name, "label": plain(name.capitalize()), "optional": optional}
    dispatch = {"dispatch_action": True} if element.pop("dispatches", False) else {}
    return block | dispatch | {"element": {"type": kind, "action_id": f"{name}_value", **element}}


def card() -> list[Json]:
    """A message with everything that only shows, and everything that can be pressed."""
    rich = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "a", "style": {"bold": True}}],
            }
        ],
    }
    confirm = {"title": plain("Sure?"), "text": plain("It is gone then."), "confirm": plain("Throw away")}
    pressed = [
        button("approve", "Approve", style="primary", value="7"),
        button("discard", "Discard", style="danger", value="7", confirm=confirm | {"deny": plain("Keep")}),
        {"type": "overflow", "action_id": "more", "options": [option("copy"), option("move")]},
        {"type": "datepicker", "action_id": "due", "initial_date": "2026-03-20"},
    ]
    severity = {"type": "static_select", "action_id": "severity", "placeholder": plain("Severity")}
    return [
        {"type": "header", "text": plain("The card")},
        {
            "type": "section",
            "text": mrkdwn("*Open* since"),
            "fields": [mrkdwn("*One*\n1"), mrkdwn("*Two*\n2")],
        },
        {"type": "section", "text": mrkdwn("How bad?")}
        | {"accessory": severity | {"options": [option("low"), option("high")]}},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("small print")]},
        {"type": "image", "image_url": PIXEL, "alt_text": "one pixel"},
        {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "far away"},
        {"type": "rich_text", "elements": [rich]},
        {"type": "actions", "elements": pressed},
    ]


def form(**more: Any) -> Json:
    """A window with a field of every kind."""
    several = [option("search"), option("checkout"), option("mail")]
    blocks = [
        field("words", "plain_text_input", multiline=True, max_length=40),
        field("service", "static_select", options=several),
        field("many", "multi_static_select", options=several, optional=True),
        field("owner", "users_select", optional=True),
        field("due", "datepicker", optional=True),
        field("at", "timepicker", optional=True),
        field("kind", "radio_buttons", options=several, initial_option=several[1]),
        field("tick", "checkboxes", options=several, optional=True),
        field("count", "number_input", is_decimal_allowed=False, optional=True),
        {"type": "actions", "block_id": "row", "elements": [button("again", "Look again")]},
    ]
    view = {"type": "modal", "callback_id": "form", "title": plain("A form"), "submit": plain("Save")}
    return view | {"close": plain("Never mind"), "blocks": blocks} | more


def notice(title: str, text: str) -> Json:
    """A window with words only."""
    return {"type": "modal", "title": plain(title), "blocks": [{"type": "section", "text": mrkdwn(text)}]}
