"""The opening scene of the playground: an incident that was published weeks ago, and one under way."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.demo import story
from bot.demo.playground import COMMAND, Playground
from bot.domain.posting import Action
from bot.errors import UserError
from bot.sandbox import Channel, Message, Person

PATIENCE = 30.0
"""Seconds in which the bot has to do what a scene needs."""
TRIES = 15
MOMENT = 0.3
LONG_AGO = timedelta(weeks=3)
TOLD = story.SCRIPT[:-1]
"""The incident is still under way: nobody has closed it."""


class Scenery:
    """Sets a scene step by step, waiting for the bot where it has to act.

    Raises:
        UserError: the bot did not do its part in time.
    """

    def __init__(self, ground: Playground) -> None:
        self._ground = ground
        self._slack = ground.slack
        self._clock = ground.clock
        self._staff = [person for person in ground.people.values() if not person.user.guest]

    def past(self) -> Channel:
        """An incident told, drafted, approved and published; its channel is archived."""
        channel = self._under_way(story.PAST_CHANNEL, story.PAST_TITLE, story.PAST)
        ben = self._ground.people["ben"]
        ben.press(self._offering(channel, Action.RESOLVE), Action.RESOLVE.value)
        self._offering(channel, Action.DRAFT_NOW)
        self._calm()
        self._clock.jump(timedelta(hours=2, minutes=1))
        card = self._offering(channel, Action.APPROVE)
        self._calm()
        ben.press(card, Action.APPROVE.value)
        self._offering(channel, Action.UNPUBLISH)
        self._calm()
        channel.archive()
        self._slack.workspace.ephemerals.clear()
        return channel

    def private(self) -> None:
        """A channel that only two people know of."""
        maya, ben = self._ground.people["maya"], self._ground.people["ben"]
        private = self._slack.channel("incident-payroll-leak", members=[maya, ben], private=True)
        maya.invite_bot(private)
        maya.say(private, "Keeping this one among us until legal has looked at it.")

    def present(self) -> Channel:
        """An incident under way: its last words are a minute old."""
        channel = self._under_way(story.CHANNEL, story.TITLE, TOLD)
        self._clock.jump(timedelta(minutes=1))
        self._slack.settle(PATIENCE)
        return channel

    def _under_way(self, name: str, title: str, lines: Sequence[story.Said]) -> Channel:
        channel = self._room(name)
        self._tell(channel, lines[:1])
        self._start(channel, f"start {title} sev2 service:checkout-api")
        self._tell(channel, lines[1:])
        return channel

    def _room(self, name: str) -> Channel:
        channel = self._slack.channel(name, members=self._staff)
        self._await(lambda: self._slack.app.bot_user_id in channel.members, "join a channel")
        self._calm()
        return channel

    def _calm(self) -> None:
        """Wait until the bot asks nothing any more for a moment: after joining, it looks round."""
        asked = -1
        while asked != len(self._slack.calls):
            asked = len(self._slack.calls)
            self._slack.until(lambda: False, MOMENT)

    def _start(self, channel: Channel, words: str) -> None:
        """Open the incident. The bot may still be looking round the channel: then once more, as people do."""
        maya = self._ground.people["maya"]
        for _ in range(TRIES):
            self._slack.workspace.ephemerals.clear()
            maya.command(channel, COMMAND, words)
            self._await(lambda: maya.ephemerals(channel) != [], "answer")
            if self._slack.until(lambda: self._offered(channel, Action.RESOLVE), PATIENCE / TRIES):
                return
        raise UserError("The bot did not open the incident; its log says why.")

    def _offered(self, channel: Channel, action: Action) -> Message | None:
        """The bot's newest message in a channel or its threads that has this button."""
        own = [one for one in channel.messages if one.bot_id == self._slack.app.bot_id]
        return next((one for one in reversed(own) if action.value in json.dumps(one.blocks)), None)

    def _offering(self, channel: Channel, action: Action) -> Message:
        self._await(lambda: self._offered(channel, action), f"offer {action.value}")
        found = self._offered(channel, action)
        if found is None:
            raise UserError(f"The bot took {action.value} away again.")
        return found

    def _tell(self, channel: Channel, lines: Sequence[story.Said]) -> None:
        """Everybody says their lines, with the pauses of the story."""
        at, named = lines[0].minute - 1, dict[str, Message]()
        for said in lines:
            self._clock.jump(timedelta(minutes=said.minute - at))
            at = said.minute
            text = html.escape(said.text, quote=False)
            message: Message
            if said.who == story.ALERT:
                message = self._slack.alert(channel, username=story.ALERT, text=text)
            else:
                message = self._speaker(said).say(channel, text, thread=named.get(said.under))
            if said.name:
                named[said.name] = message
            if said.name == "green":
                self._ground.people["ben"].react(message, "eyes")

    def _speaker(self, said: story.Said) -> Person:
        return self._ground.people[said.who]

    def _await(self, condition: Callable[[], object], what: str) -> None:
        if not self._slack.until(condition, PATIENCE):
            raise UserError(f"The bot did not {what} within {PATIENCE:.0f} s; its log says why.")


def set_the_scene(ground: Playground) -> Channel:
    """A published incident, a private channel, and an incident under way; returns the last one's channel.

    It begins on the last Monday at 09:00 UTC, since people name times in it.

    Raises:
        UserError: the bot did not do its part in time.
    """
    monday = monday_at_nine(ground.clock.now())
    scenery = Scenery(ground)
    ground.clock.jump(monday - LONG_AGO - ground.clock.now())
    scenery.past()
    ground.clock.jump(monday - ground.clock.now())
    scenery.private()
    return scenery.present()


def monday_at_nine(now: datetime) -> datetime:
    """A minute before the last Monday's 09:00 UTC, when the first words are said."""
    nine = now.replace(hour=8, minute=59, second=0, microsecond=0) - timedelta(days=now.weekday())
    return nine if nine < now - timedelta(hours=1) else nine - timedelta(days=7)
