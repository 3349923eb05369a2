"""Block Kit, windows, shortcuts and App Home, answered by a small real app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_bolt import App
from slack_sdk import WebClient

from bot.sandbox import Channel, Person, Sandbox
from tests.face import samples
from tests.face.desk import Desk

Heard = list[dict[str, Any]]


@pytest.fixture
def desk(page: Page, slack: Sandbox, app: App) -> Desk:
    """A page on the channel in which the app has posted its card."""
    app.client.chat_postMessage(
        token=slack.app.bot_token, channel="C00000001", text="card", blocks=samples.card()
    )
    shown = Desk(page)
    shown.open(slack.workspace.url)
    return shown


def hears(app: App, *actions: str, does: Callable[..., None] | None = None) -> Heard:
    """Acknowledge these actions and remember what came."""
    heard: Heard = []

    def listen(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        heard.append(body)
        if does is not None:
            does(body, client)

    for action in actions:
        app.action(action)(listen)
    return heard


def opening(view: dict[str, Any]) -> Callable[[dict[str, Any], WebClient], None]:
    """Opens a window."""

    def open_it(body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)

    return open_it


def test_every_block_is_shown(desk: Desk) -> None:
    """As Slack shows it; pictures from elsewhere become links, since the page asks nobody else."""
    card = desk.message("The card")
    expect(card.get_by_role("heading", name="The card")).to_be_visible()
    expect(card.locator("strong").first).to_have_text("Open")
    expect(card.locator(".fields > div")).to_have_count(2)
    expect(card.locator(".context")).to_have_text("small print")
    expect(card.get_by_role("img", name="one pixel")).to_be_visible()
    expect(card.get_by_role("link", name="far away")).to_have_attribute("rel", "noopener noreferrer")
    expect(card.get_by_role("listitem").locator("strong")).to_have_text("a")
    expect(card.locator("hr")).to_be_visible()


def test_what_can_be_pressed_reaches_the_app(desk: Desk, slack: Sandbox, app: App) -> None:
    """Buttons, menus, choices and dates, each with what it carries; a question is asked first."""
    heard = hears(app, "approve", "discard", "more", "severity", "due")
    card, page = desk.message("The card"), desk.page
    card.get_by_role("button", name="Approve").click()
    card.get_by_role("button", name="Discard").click()
    page.get_by_role("dialog", name="Sure?").get_by_role("button", name="Keep").click()
    card.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Throw away").click()
    card.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Move").click()
    card.get_by_label("Severity").select_option("high")
    card.locator("input[type=date]").fill("2026-04-01")
    assert slack.until(lambda: len(heard) == 5)
    actions = {body["actions"][0]["action_id"]: body["actions"][0] for body in heard}
    assert (actions["approve"]["value"], actions["discard"]["value"]) == ("7", "7")
    assert actions["more"]["selected_option"]["value"] == "move"
    assert actions["severity"]["selected_option"]["value"] == "high"
    assert actions["due"]["selected_date"] == "2026-04-01"
    card.get_by_label("Severity").select_option("high")
    assert slack.until(lambda: len(heard) == 6)


def test_a_form_is_filled_in_checked_and_saved(desk: Desk, app: App, maya: Person) -> None:
    """What is required is asked for on the spot, what the app objects to stands beside its field."""
    hears(app, "approve", does=opening(samples.form()))
    saved: Heard = []

    def save(ack: Any, view: dict[str, Any]) -> None:
        saved.append(view["state"]["values"])
        too_short = len(saved[-1]["words"]["words_value"]["value"]) < 5
        ack(response_action="errors", errors={"words": "A little more, please."}) if too_short else ack()

    app.view("form")(save)
    desk.message("The card").get_by_role("button", name="Approve").click()
    window = desk.window()
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_label("Words")).to_be_focused()
    expect(window.get_by_text("Please fill this in.")).to_have_count(2)
    _fill_in(window, maya)
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_text("A little more, please.")).to_be_visible()
    expect(window.get_by_label("Words")).to_have_value("abc")
    expect(window.get_by_label("Service")).to_have_value("checkout")
    window.get_by_label("Words").fill("abc def")
    window.get_by_role("button", name="Save").click()
    expect(window).to_have_count(0)
    values = {name: next(iter(held.values())) for name, held in saved[-1].items()}
    assert values["words"]["value"] == "abc def"
    assert values["service"]["selected_option"]["value"] == "checkout"
    assert [one["value"] for one in values["many"]["selected_options"]] == ["search", "mail"]
    assert values["owner"]["selected_user"] == maya.id
    assert (values["due"]["selected_date"], values["at"]["selected_time"]) == ("2026-04-01", "09:30")
    assert values["kind"]["selected_option"]["value"] == "mail"
    assert [one["value"] for one in values["tick"]["selected_options"]] == ["search"]
    assert values["count"]["value"] == "3"


def _fill_in(window: Locator, maya: Person) -> None:
    window.get_by_label("Words").fill("abc")
    window.get_by_label("Service").select_option("checkout")
    window.get_by_label("Many").select_option(["search", "mail"])
    window.get_by_label("Owner").select_option(maya.id)
    window.get_by_label("Due").fill("2026-04-01")
    window.get_by_label("At").fill("09:30")
    window.get_by_role("group", name="Kind").get_by_label("Mail").check()
    window.get_by_role("group", name="Tick").get_by_label("Search").check()
    window.get_by_label("Count").fill("3")


def test_windows_change_while_one_types_and_lie_on_each_other(desk: Desk, slack: Sandbox, app: App) -> None:
    """An update keeps what was typed; a pushed window comes on top, and Esc goes back to the one below."""
    hears(app, "approve", does=opening(samples.form()))

    def change(body: dict[str, Any], client: WebClient) -> None:
        view = samples.form(title=samples.plain("Changed"))
        client.views_update(view_id=body["view"]["id"], view=view)

    heard = hears(app, "again", does=change)

    @app.view("form")
    def push(ack: Any) -> None:
        ack(response_action="push", view=samples.notice("On top", "Read *this*."))

    desk.message("The card").get_by_role("button", name="Approve").click()
    window = desk.window()
    window.get_by_label("Words").fill("half a sent")
    window.get_by_role("button", name="Look again").click()
    expect(window.get_by_role("heading", name="Changed")).to_be_visible()
    expect(window.get_by_label("Words")).to_have_value("half a sent")
    typed = heard[0]["view"]["state"]["values"]["words"]["words_value"]["value"]
    assert typed == "half a sent"
    window.get_by_label("Service").select_option("mail")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("heading", name="On top")).to_be_visible()
    expect(window.locator("strong")).to_have_text("this")
    desk.page.keyboard.press("Escape")
    expect(window.get_by_role("heading", name="Changed")).to_be_visible()
    expect(window.get_by_label("Words")).to_have_value("half a sent")
    desk.page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    assert slack.workspace.modals["U00000001"] == []


def test_a_choice_in_a_window_can_be_told_at_once(desk: Desk, slack: Sandbox, app: App) -> None:
    """Fields that dispatch tell the app when they change or when Enter is pressed, without a submission."""
    options = [samples.option("search"), samples.option("mail")]
    blocks = [
        samples.field("service", "static_select", options=options, dispatches=True),
        samples.field("words", "plain_text_input", dispatches=True, optional=True),
    ]
    hears(app, "approve", does=opening(samples.form(blocks=blocks)))
    heard = hears(app, "service_value", "words_value")
    desk.message("The card").get_by_role("button", name="Approve").click()
    desk.window().get_by_label("Service").select_option("mail")
    assert slack.until(lambda: len(heard) == 1)
    desk.window().get_by_label("Words").fill("slow")
    desk.page.keyboard.press("Enter")
    assert slack.until(lambda: len(heard) == 2)
    assert heard[0]["actions"][0]["selected_option"]["value"] == "mail"
    assert heard[1]["actions"][0]["value"] == "slow"
    held = heard[1]["view"]["state"]["values"]
    assert held["service"]["service_value"]["selected_option"]["value"] == "mail"
    expect(desk.window().get_by_label("Service")).to_have_value("mail")


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_only_the_keyboard_is_needed(desk: Desk, slack: Sandbox, app: App, room: Channel) -> None:
    """From writing to a message, its menu, a window that keeps the focus, and back."""
    page, heard = desk.page, list[dict[str, Any]]()

    @app.shortcut("note")
    def note(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=samples.notice("Noted", "Thanks."))

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to writing")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(desk.message("second line")).to_be_visible()
    assert room.messages[-1].text == "first line\nsecond line"
    page.keyboard.press("Shift+Tab")
    expect(desk.message("second line")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(desk.message("The card")).to_be_focused()
    page.keyboard.press("ArrowDown")
    _press(page, "Tab", "Tab", "Tab", "Tab")
    expect(desk.message("second line").get_by_role("button", name="More actions")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Take a note")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Copy text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(desk.message("second line").get_by_role("button", name="More actions")).to_be_focused()
    _press(page, "Enter", "Enter")
    expect(desk.window()).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(desk.window()).to_have_count(0)
    assert heard[0]["message"]["text"] == "first line\nsecond line"
    assert slack.until(lambda: slack.workspace.modals["U00000001"] == [])


def test_what_only_one_sees(desk: Desk, app: App, maya: Person, room: Channel) -> None:
    """A command's answer is shown to its caller alone, where they look next, until it is put away."""

    @app.command("/postmortem")
    def answer(ack: Any, command: dict[str, Any]) -> None:
        ack(f"You said {command['text']}")

    for number in range(20):
        maya.say(room, f"line {number}")
    expect(desk.message("line 19")).to_be_visible()
    desk.page.locator("#scroll").evaluate("box => { box.scrollTop = 0; }")
    desk.say("/postmortem help")
    note = desk.message("You said help")
    expect(note).to_contain_text("Only visible to you")
    expect(note).to_be_in_viewport()
    desk.be("Ben Okafor")
    expect(desk.page.get_by_text("You said help")).to_have_count(0)
    desk.be("Maya Lindqvist")
    note.get_by_role("button", name="Dismiss").click()
    expect(note).to_have_count(0)
    assert maya.ephemerals(room) == []


def test_an_app_that_is_silent_is_told_of(desk: Desk, slack: Sandbox) -> None:
    """What went wrong is said, and the words stay where they were written."""
    slack.app.request_url = "http://127.0.0.1:9/nobody"
    desk.say("/postmortem help")
    expect(desk.page.get_by_role("alert").filter(has_text="The app is not listening")).to_be_visible()
    expect(desk.page.get_by_role("textbox", name="Message", exact=True)).to_have_value("/postmortem help")


def test_global_shortcuts_and_app_home(desk: Desk, slack: Sandbox, app: App, maya: Person) -> None:
    """The lightning beside the field, and the app's own page, whose buttons work."""
    seen: list[str] = []

    @app.shortcut("find")
    def find(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=samples.notice("Find", "Nothing lost."))

    @app.event("app_home_opened")
    def greet(event: dict[str, Any], client: WebClient) -> None:
        blocks = [
            {"type": "header", "text": samples.plain(f"Opened {len(seen) + 1}")},
            {"type": "actions", "elements": [samples.button("home", "Do it", value="x")]},
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})
        seen.append(event["user"])

    heard = hears(app, "home")
    desk.page.get_by_role("button", name="Shortcuts").click()
    desk.page.get_by_role("menuitem", name="Find").click()
    expect(desk.window().get_by_role("heading", name="Find")).to_be_visible()
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="postmortem, connected").click()
    expect(desk.page.get_by_role("heading", name="Opened 1")).to_be_visible()
    desk.page.get_by_role("button", name="Do it").click()
    assert slack.until(lambda: len(heard) == 1)
    assert (heard[0]["view"]["type"], heard[0]["actions"][0]["value"]) == ("home", "x")
    assert seen == [maya.id]
