"""What a person does at the page, in words of the page."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class Desk:
    """One person in front of one page. Only mouse and keyboard are used."""

    page: Page

    def open(self, url: str) -> None:
        """Go there and wait until it is drawn."""
        self.page.goto(url)
        expect(self.page.locator("#channels .channel").first).to_be_visible()

    def say(self, words: str) -> None:
        """Write in the channel and press Enter."""
        self.page.get_by_role("textbox", name="Message", exact=True).fill(words)
        self.page.keyboard.press("Enter")

    def reply(self, words: str) -> None:
        """Write in the open thread and press Enter."""
        self.page.get_by_role("textbox", name="Reply", exact=True).fill(words)
        self.page.keyboard.press("Enter")

    def message(self, words: str) -> Locator:
        """The newest message of the channel with these words."""
        return self.page.locator("#messages .message", has_text=words).last

    def in_thread(self, words: str) -> Locator:
        """The newest message of the open thread with these words."""
        return self.page.locator("#thread .message", has_text=words).last

    def tool(self, message: Locator, name: str) -> None:
        """Press one of the buttons that show over a message."""
        message.hover()
        message.get_by_role("button", name=name).click()

    def be(self, name: str) -> None:
        """Become somebody else."""
        self.page.get_by_role("button", name="Be somebody else").click()
        self.page.get_by_role("menuitemradio", name=name).click()
        expect(self.page.get_by_role("button", name=f"You are {name}")).to_be_visible()

    def join(self) -> None:
        """Enter the channel that is open."""
        self.page.get_by_role("button", name="Join", exact=True).click()
        expect(self.page.get_by_role("textbox", name="Message", exact=True)).to_be_enabled()

    def jump(self, label: str) -> None:
        """Let time pass, by one of the buttons of the clock."""
        self.page.get_by_role("button", name="Sandbox time").click()
        self.page.get_by_role("button", name=label).click()

    def window(self) -> Locator:
        """The window in front."""
        return self.page.get_by_role("dialog")
