"""The local Slack with a face, on a clock that jumps: alone, or with the bot and an incident under way."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.clock import SharedClock
from bot.demo import story
from bot.demo.companion import Companion, environment
from bot.errors import UserError
from bot.sandbox import Channel, Hint, Message, Person, Sandbox, Shortcut, Tip
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
PATIENCE = 30.0
"""Seconds in which the bot has to do what the opening scene needs."""
TRIES = 15
MOMENT = 0.3
TOLD = story.SCRIPT[:-1]
"""The incident is still under way: nobody has closed it."""


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
        self.slack.show(jump=lambda seconds: self.clock.jump(timedelta(seconds=seconds)), guide=GUIDE)
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

    def set_the_scene(self) -> Channel:
        """An incident under way: started, told, not yet resolved. Its last words are a minute old.

        It begins on the last Monday at 09:00 UTC, since people name times in it.
        """
        self.clock.jump(monday_at_nine(self.clock.now()) - self.clock.now())
        staff = [person for person in self.people.values() if not person.user.guest]
        self._others(staff)
        channel = self._room(story.CHANNEL, staff)
        self._tell(channel, TOLD[:1])
        self._start(channel)
        self._tell(channel, TOLD[1:])
        self.clock.jump(timedelta(minutes=1))
        self.slack.settle(PATIENCE)
        return channel

    def _others(self, staff: Sequence[Person]) -> None:
        """A private incident, a channel of the past, and a guest who sees little of all this."""
        slack = self.slack
        maya, ben = self.people["maya"], self.people["ben"]
        private = slack.channel("incident-payroll-leak", members=[maya, ben], private=True)
        maya.invite_bot(private)
        maya.say(private, "Keeping this one among us until legal has looked at it.")
        past = slack.channel("incident-mail-queue", members=staff)
        ben.say(past, "All mails are out. Thanks everybody, closing this channel.")
        self._await(lambda: slack.app.bot_user_id in past.members, "join a channel")
        past.archive()

    def _room(self, name: str, members: Sequence[Person]) -> Channel:
        channel = self.slack.channel(name, members=members)
        self._await(lambda: self.slack.app.bot_user_id in channel.members, "join a channel")
        self._calm()
        return channel

    def _calm(self) -> None:
        """Wait until the bot asks nothing any more for a moment: after joining, it looks round."""
        asked = -1
        while asked != len(self.slack.calls):
            asked = len(self.slack.calls)
            self.slack.until(lambda: False, MOMENT)

    def _start(self, channel: Channel) -> None:
        """Open the incident. The bot may still be looking round the channel: then once more, as people do."""
        words = f"start {story.TITLE} sev2 service:checkout-api"

        def is_told() -> bool:
            return self.people["maya"].ephemerals(channel) != []

        def has_card() -> bool:
            return any(one.bot_id == self.slack.app.bot_id for one in channel.messages)

        for _ in range(TRIES):
            self.slack.workspace.ephemerals.clear()
            self.people["maya"].command(channel, COMMAND, words)
            self._await(is_told, "answer")
            if self.slack.until(has_card, PATIENCE / TRIES):
                return
        raise UserError("The bot did not open the incident; its log says why.")

    def _tell(self, channel: Channel, lines: Sequence[story.Said]) -> None:
        """Everybody says their lines, with the pauses of the story."""
        at, named = lines[0].minute - 1, dict[str, Message]()
        for said in lines:
            self.clock.jump(timedelta(minutes=said.minute - at))
            at = said.minute
            text = html.escape(said.text, quote=False)
            message: Message
            if said.who == story.ALERT:
                message = self.slack.alert(channel, username=story.ALERT, text=text)
            else:
                message = self.people[said.who].say(channel, text, thread=named.get(said.under))
            if said.name:
                named[said.name] = message
            if said.name == "green":
                self.people["ben"].react(message, "eyes")

    def _await(self, condition: Callable[[], object], what: str) -> None:
        if not self.slack.until(condition, PATIENCE):
            raise UserError(f"The bot did not {what} within {PATIENCE:.0f} s.")


def monday_at_nine(now: datetime) -> datetime:
    """A minute before the last Monday's 09:00 UTC, when the first words are said."""
    nine = now.replace(hour=8, minute=59, second=0, microsecond=0) - timedelta(days=now.weekday())
    return nine if nine < now - timedelta(hours=1) else nine - timedelta(days=7)


def _hints() -> tuple[Hint, ...]:
    """What can follow the command, as its help tells it."""
    return tuple(Hint(one.usage, one.summary) for one in commands.COMMANDS.values())
