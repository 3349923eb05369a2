"""A workspace with people, an incident channel and the real bot, driven over HTTP."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.demo.stage import Stage
from bot.domain.incident import Incident, Status
from bot.domain.posting import Action
from bot.domain.review import Revision
from bot.sandbox import Channel, Ephemeral, Message, Person, Reply

CHECK = "white_check_mark"


@dataclass
class Scene:
    """Three colleagues in `#incident-checkout`, and the stage they act on."""

    stage: Stage
    maya: Person
    ben: Person
    priya: Person
    channel: Channel
    _heard: dict[str, int] = field(default_factory=dict)

    # What people do

    def command(self, who: Person, words: str, *, channel: Channel | None = None) -> str:
        """`/postmortem words`; returns what only they were answered."""
        self._heard[who.id] = len(who.ephemerals())
        reply = who.command(channel or self.channel, "/postmortem", words)
        assert reply.ok, reply
        answer = self.whispered(who)
        self.stage.settle()
        return answer

    def start(self, title: str = "Checkout is down", *, who: Person | None = None) -> Incident:
        """Open a channel incident."""
        self.command(who or self.maya, f"start {title}")
        return self.incident()

    def talk(self) -> None:
        """A short incident, told."""
        lines = (
            (self.maya, "Checkout answers 502 for all customers since 09:00 UTC."),
            (self.ben, "We deployed v2.14.0 at 08:55."),
            (self.maya, "The root cause is that v2.14.0 leaks database connections on every retry."),
            (self.ben, "Rolled back to v2.13.2."),
            (self.maya, "Checkout works again, 3,120 orders failed."),
            (self.priya, "We should add an alert on the connection count."),
        )
        for who, text in lines:
            self.stage.jump(minutes=2)
            who.say(self.channel, text)
        self.stage.settle()

    def react(self, who: Person, message: Message, emoji: str = CHECK) -> None:
        """React, and let the bot notice."""
        who.react(message, emoji)
        self.stage.settle()

    def reply(self, who: Person, text: str) -> Message:
        """Reply in the review thread."""
        message = who.say(self.channel, text, thread=self.thread_root())
        self.stage.settle()
        return message

    def press(self, who: Person, action: Action, message: Message | Ephemeral | None = None) -> Reply:
        """Press a button, of the newest message that has it."""
        self._heard[who.id] = len(who.ephemerals())
        reply = who.press(message or self.with_button(action), action.value)
        self.stage.settle()
        return reply

    def redraft(self, who: Person, section: str = "all") -> None:
        """Draft again, all of it or one section."""
        self.press(who, Action.REDRAFT)
        who.submit(who.views[-1], {"section": section})
        self.stage.settle()

    def forge(self, who: Person, action: Action, value: str) -> None:
        """Press a button whose value is not what the bot put there."""
        card = self.with_button(action)
        for block in card.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == action.value:
                    element["value"] = value
        self.press(who, action, card)

    def drafted(self) -> Incident:
        """An incident told, resolved on its card, and drafted two hours later."""
        self.start()
        self.talk()
        self.react(self.maya, self.with_button(Action.RESOLVE))
        self.stage.jump(hours=2)
        return self.incident()

    def told_in_a_thread(self) -> Message:
        """The channel's incident, with a thread; its only reply, "It is the cache."."""
        self.start()
        self.stage.jump(minutes=1)
        root = self.maya.say(self.channel, "Orders fail.")
        reply = self.ben.say(self.channel, "It is the cache.", thread=root)
        self.stage.jump(minutes=5)
        return reply

    # What can be seen

    def roots(self, channel: Channel | None = None) -> Sequence[Message]:
        """The bot's messages in the channel itself."""
        return [one for one in (channel or self.channel).messages if self._own(one) and not one.is_reply]

    def thread(self, root: Message | None = None) -> Sequence[Message]:
        """The bot's messages in a thread."""
        return [one for one in (root or self.thread_root()).replies if self._own(one)]

    def everything(self) -> Sequence[Message]:
        """All the bot's messages, oldest first."""
        return [one for one in self.channel.messages if self._own(one)]

    def thread_root(self) -> Message:
        """The root of the newest incident's review thread."""
        incident = self.incident()
        found = self.channel.find(incident.review_place[1] or "")
        assert found is not None
        return found

    def with_button(self, action: Action) -> Message:
        """The bot's newest message that offers this."""
        found = [one for one in self.everything() if action.value in json.dumps(one.blocks)]
        assert found, f"no message offers {action}"
        return found[-1]

    def offers(self, action: Action) -> bool:
        """Whether any message of the bot offers this now."""
        return any(action.value in json.dumps(one.blocks) for one in self.everything())

    def whispered(self, who: Person) -> str:
        """What the bot told only this person last, with all its blocks.

        An answer follows the acknowledgement of a command or a button, so it is waited for.
        """
        before = self._heard.pop(who.id, None)
        if before is not None:
            self.stage.slack.until(lambda: len(who.ephemerals()) > before)
        ephemerals = who.ephemerals()
        return shown(ephemerals[-1]) if ephemerals else ""

    def _own(self, message: Message) -> bool:
        return message.user == self.stage.slack.app.bot_user_id and message.subtype is None

    # What is stored

    def incident(self) -> Incident:
        """The newest incident."""
        return self.incidents()[0]

    def incidents(self) -> Sequence[Incident]:
        """All incidents, newest first."""
        world = self.stage.bot.world
        with world.storage.begin() as records:
            return records.incidents.recent(world.team_id, visible=None, limit=50)

    def status(self) -> Status:
        """The newest incident's status."""
        return self.incident().status

    def revisions(self) -> Sequence[Revision]:
        """The newest incident's revisions, oldest first."""
        incident = self.incident()
        with self.stage.bot.world.storage.begin() as records:
            return records.revisions.all(incident.id)

    def revision(self) -> Revision:
        """The newest revision."""
        return self.revisions()[-1]


def shown(message: Any) -> str:
    """All text of a message, blocks included."""
    return f"{message.text}\n{json.dumps(message.blocks, ensure_ascii=False)}"
