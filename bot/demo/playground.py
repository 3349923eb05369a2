"""The local Slack with a face, on a clock that jumps: alone, or with the bot."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.clock import SharedClock
from bot.demo import story
from bot.demo.companion import DIGEST_CHANNEL, Companion, environment
from bot.demo.days import Days
from bot.errors import UserError
from bot.sandbox import Hint, Person, Sandbox, Shortcut, Tip
from bot.slack.listeners import commands, shortcuts

COMMAND = "/postmortem"
GUEST = story.Character("nadia", "Nadia Brandt (guest)", "Europe/Berlin")
SHORTCUTS = (
    Shortcut(shortcuts.START, "Start incident here", "message"),
    Shortcut(shortcuts.RESOLVE, "Mark incident resolved", "message"),
    Shortcut(shortcuts.SEARCH, "Search postmortems", "global"),
)
"""As in `manifest.yaml`, which a test compares."""
GUIDE = (
    Tip("Resolve it", f"React ✅ on the incident's card in #{story.CHANNEL}, or press Resolve."),
    Tip("Jump two hours", "With the clock at the top. The draft appears in the card's thread."),
    Tip("Correct it", "Reply in the thread: “summary: Checkout answered 502 for 24 minutes.”"),
    Tip("Approve it", "Press Approve on the review card; be somebody else first if you like."),
    Tip("Find it again", "Type /postmortem search connection leak"),
    Tip("Open App Home", "Under Apps on the left: the incidents and postmortems that wait for you."),
)


class Playground:
    """Entered, it listens at `url`. `folder` takes the clock and the bot's database.

    Raises:
        UserError: the port is taken, or the bot does not start.
    """

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.folder = folder
        self.clock_file = folder / "clock"
        self.clock = SharedClock(self.clock_file)
        self.slack = Sandbox(now=lambda: self.clock.now().timestamp(), host=host, port=port)
        self.slack.asynchronous = True
        days = Days(self.clock, self.slack, is_there=lambda: bool(self.slack.sockets.count))
        self.slack.show(jump=days.pass_by, guide=GUIDE)
        self.slack.app.hints = {COMMAND: _hints()}
        self.slack.app.shortcuts = SHORTCUTS
        self.people: dict[str, Person] = {}
        self.companion: Companion | None = None
        self._open = ExitStack()
        self._address = f"{host}:{port}"

    @property
    def url(self) -> str:
        """Where the page is."""
        return self.slack.workspace.url

    def __enter__(self) -> Self:
        """Listen; people are there, and a channel where they meet."""
        try:
            self._open.enter_context(self.slack)
        except OSError as error:
            raise UserError(
                f"{self._address} cannot be had ({error.strerror or error}); try another --port."
            ) from None
        cast = (*story.PEOPLE, GUEST)
        self.people = {
            one.handle: self.slack.person(one.handle, real_name=one.real_name, tz=one.tz, guest=one == GUEST)
            for one in cast
        }
        self.slack.channel("general", members=list(self.people.values()))
        staff = [person for person in self.people.values() if not person.user.guest]
        self.slack.channel(DIGEST_CHANNEL, members=staff)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the bot, then Slack."""
        self._open.close()

    def look_after(self) -> None:
        """To be called now and then: sends events again that are due, and looks whether the bot lives.

        Raises:
            UserError: the bot ended by itself.
        """
        self.slack.tick()
        if self.companion is not None:
            self.companion.check()

    def connect(self, output: Path) -> None:
        """Start the bot; what it publishes and logs goes to `output`.

        Raises:
            UserError: `output` cannot be written, or the bot does not come up.
        """
        try:
            output.mkdir(parents=True, exist_ok=True)
            settings = environment(self.slack, self.clock_file, self.folder, output)
            bot = Companion(settings, folder=self.folder, log=output / "bot.log")
            self.companion = self._open.enter_context(bot)
        except OSError as error:
            raise UserError(f"{output} cannot be written ({error.strerror}); name another folder.") from None
        self.companion.wait_connected(self.slack)


def _hints() -> tuple[Hint, ...]:
    """What can follow the command, as its help tells it."""
    return tuple(Hint(one.usage, one.summary) for one in commands.in_order())
