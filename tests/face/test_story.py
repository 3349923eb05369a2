"""The whole product by clicking and typing: what `make play` is for."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bot.demo.playground import Playground
from tests.face.desk import Desk

TALK = (
    "Search answers in nine seconds for all customers since 09:00 UTC.",
    "We deployed search-api v3.2.0 at 08:50.",
    "The root cause is that v3.2.0 sends every query to one replica.",
    "Rolled back to v3.1.4.",
    "Search is fast again, 1,240 queries timed out.",
)
SUMMARY = "Search was slow for an hour because v3.2.0 sent every query to one replica."


def test_an_incident_from_its_start_to_its_search_hit(page: Page, ground: Playground) -> None:
    """Start by command, talk, react, jump two hours, edit by a reply, approve, search, open App Home; and
    a day that is jumped brings what the bot does every night."""
    desk = Desk(page)
    desk.open(ground.url)
    _open_channel(desk)
    _start(desk)
    for at, words in enumerate(TALK):
        if at == 1:
            desk.be("Ben Okafor")
            desk.join()
        desk.say(words)
        expect(desk.message(words)).to_be_visible()
    _resolve_and_wait(desk)
    _review(desk)
    _find(desk)
    before = _rounds(ground)
    desk.jump("+1 day")
    assert ground.slack.until(lambda: _rounds(ground) > before, 30)


def _rounds(ground: Playground) -> int:
    """How often the bot looked round all channels."""
    return sum(call.method == "conversations.list" for call in ground.slack.calls)


def _open_channel(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Create a channel").focus()
    desk.page.keyboard.press("Enter")
    desk.page.get_by_label("Name").fill("incident-search-slow")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", name="incident-search-slow")).to_be_visible()
    expect(desk.message("has joined the channel")).to_be_visible()


def _start(desk: Desk) -> None:
    """With the help of the list of commands. The bot may still be looking round the channel: then again."""
    field = desk.page.get_by_role("textbox", name="Message", exact=True)
    card = desk.page.locator("#messages .message:has(h3)").last
    for _ in range(5):
        field.click()
        field.press_sequentially("/postmortem sta")
        expect(desk.page.get_by_role("option", name="start")).to_be_visible()
        field.press("Tab")
        field.press_sequentially("Search is slow sev2 service:search-api")
        field.press("Enter")
        expect(desk.message("Only visible to you")).to_be_visible()
        if "is open" in desk.message("Only visible to you").inner_text():
            break
        desk.page.get_by_role("button", name="Dismiss").click()
        expect(desk.page.get_by_text("Only visible to you")).to_have_count(0)
    expect(card).to_contain_text("Search is slow")
    expect(card).to_contain_text("Open")


def _resolve_and_wait(desk: Desk) -> None:
    card = desk.page.locator("#messages .message:has(h3)", has_text="Search is slow").last
    desk.tool(card, "React with white_check_mark")
    expect(card.get_by_role("button", name="white_check_mark, 1")).to_be_visible()
    expect(card).to_contain_text("Resolved")
    desk.jump("+2 h")
    expect(card.locator(".replies")).to_be_visible()


def _review(desk: Desk) -> None:
    card = desk.page.locator("#messages .message:has(h3)", has_text="Search is slow").last
    card.locator(".replies").click()
    review = desk.page.locator("#thread .message:has(button:text-is('Approve'))").last
    expect(review).to_contain_text("revision 1")
    desk.reply(f"summary: {SUMMARY}")
    expect(review).to_contain_text("revision 2")
    expect(review).to_contain_text("sent every query to one replica")
    desk.be("Priya Raman")
    desk.join()
    review.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.page.locator("#thread")).to_contain_text("Published")


def _find(desk: Desk) -> None:
    desk.say("/postmortem search replica")
    found = desk.message("Only visible to you")
    expect(found).to_contain_text("Search is slow")
    desk.page.locator("#app").click()
    expect(desk.page.get_by_role("heading", name="Home", exact=True)).to_be_visible()
    expect(desk.page.locator("#home-blocks")).not_to_be_empty()
