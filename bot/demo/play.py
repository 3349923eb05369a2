"""Playing an incident on the stage and showing what people would see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.demo import story
from bot.demo.stage import Stage
from bot.demo.terminal import Screen
from bot.domain.posting import Action
from bot.errors import BotError
from bot.sandbox import Channel, Message, Person

EMOJI = "white_check_mark"


@dataclass
class Play:
    """One run: the stage, the screen, and what was shown already."""

    stage: Stage
    screen: Screen
    people: dict[str, Person] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    def clock(self) -> str:
        """The time on the stage."""
        return self.stage.clock.now().strftime("%H:%M")

    def settle(self, channel: Channel) -> None:
        """Let the bot work, then show what it said."""
        self.stage.settle()
        for root in self.messages(channel):
            self._show(root, reply=False)
            for reply in root.replies:
                self._show(reply, reply=True)

    def messages(self, channel: Channel) -> Sequence[Message]:
        """The channel's root messages."""
        return next(iter(self.people.values())).reads(channel)

    def _show(self, message: Message, *, reply: bool) -> None:
        own = message.user == self.stage.slack.app.bot_user_id and message.subtype is None
        if own and message.ts not in self.shown:
            self.shown.add(message.ts)
            seen = {"text": message.text, "blocks": message.blocks or ()}
            self.screen.bot_said(self.clock(), seen, reply=reply)

    def bot_message(self, channel: Channel, containing: str) -> Message:
        """The bot's newest message with a button or text.

        Raises:
            BotError: there is none; the demonstration cannot go on.
        """
        own = self.stage.slack.app.bot_user_id
        for root in reversed(self.messages(channel)):
            for message in [*reversed(root.replies), root]:
                if message.user == own and containing in str(message.blocks):
                    return message
        raise BotError(f"The bot has not posted anything with {containing!r}; the demonstration stops here.")


def play_story(play: Play) -> Channel:
    """Play the scripted incident up to publication; returns its channel."""
    screen, slack = play.screen, play.stage.slack
    play.people = {
        one.handle: slack.person(one.handle, real_name=one.real_name, tz=one.tz) for one in story.PEOPLE
    }
    screen.chapter(f"1 · An incident in #{story.CHANNEL}")
    channel = slack.channel(story.CHANNEL, members=list(play.people.values()))
    play.stage.settle()
    words = f"start {story.TITLE} sev2 service:checkout-api"
    screen.said(play.clock(), "maya", f"/postmortem {words}")
    play.people["maya"].command(channel, "/postmortem", words)
    play.settle(channel)
    _tell(play, channel)
    resolve_and_review(play, channel, (story.CORRECTION, story.ACTION))
    return channel


def _tell(play: Play, channel: Channel) -> None:
    """Let everybody say their lines at their time."""
    begin = play.stage.clock.now()
    named: dict[str, Message] = {}
    message: Message
    for said in story.SCRIPT:
        wait = begin + timedelta(minutes=said.minute) - play.stage.clock.now()
        play.stage.clock.jump(max(wait, timedelta(seconds=1)))
        play.screen.said(play.clock(), said.who, said.text, reply=bool(said.under))
        thread = named.get(said.under)
        if said.who == story.ALERT:
            message = play.stage.slack.alert(channel, username=story.ALERT, text=said.text)
        else:
            message = play.people[said.who].say(channel, said.text, thread=thread)
        if said.name:
            named[said.name] = message
    play.settle(channel)


def resolve_and_review(play: Play, channel: Channel, replies: Sequence[str]) -> None:
    """Resolve by a reaction, wait two hours, correct by replying, approve."""
    screen = play.screen
    resolver, reviewer, approver = (list(play.people) * 3)[:3]
    play.stage.clock.jump(timedelta(minutes=1))
    _resolve(play, channel, resolver)
    screen.chapter("3 · Two hours later: a cited, blameless draft appears in the thread")
    play.stage.clock.jump(timedelta(hours=2))
    play.settle(channel)
    screen.chapter(f"4 · {reviewer} corrects it by replying in the thread")
    for reply in replies:
        play.stage.clock.jump(timedelta(minutes=3))
        screen.said(play.clock(), reviewer, reply, reply=True)
        card = play.bot_message(channel, Action.APPROVE.value)
        thread = card.thread_ts or card.ts
        play.people[reviewer].say(channel, reply.replace("@tom", _mention(play, "tom")), thread=thread)
        play.settle(channel)
    screen.chapter(f"5 · {approver} approves, and it is published")
    play.stage.clock.jump(timedelta(minutes=5))
    screen.said(play.clock(), approver, "[presses Approve]", reply=True)
    play.people[approver].press(play.bot_message(channel, Action.APPROVE.value), Action.APPROVE.value)
    play.settle(channel)


def _mention(play: Play, handle: str) -> str:
    return play.people[handle].mention if handle in play.people else f"@{handle}"


def _resolve(play: Play, channel: Channel, who: str) -> None:
    """React on the card; where nobody opened an incident, react on the last words and answer the question."""
    person = play.people[who]
    roots = [root for root in play.messages(channel) if root.subtype is None or root.user is None]
    cards = [root for root in roots if Action.RESOLVE.value in str(root.blocks)]
    if cards:
        play.screen.chapter("2 · Somebody reacts ✅ on the card: resolved, and archived at once")
        person.react(cards[-1], EMOJI)
    else:
        play.screen.chapter("2 · Somebody reacts ✅ on the last message, and is asked what that means")
        person.react(roots[-1], EMOJI)
        play.stage.settle()
        asked = person.ephemerals(channel)
        if asked:
            play.screen.bot_said(
                "only you can see this", {"text": asked[-1].text, "blocks": asked[-1].blocks}
            )
            play.screen.said(play.clock(), who, "[presses Resolve this whole channel]")
            person.press(asked[-1], Action.RESOLVE_CHANNEL.value)
    play.settle(channel)


def find(play: Play, channel: Channel, words: str) -> None:
    """Search as a person would, and show the answer."""
    name = next(reversed(play.people))
    person = play.people[name]
    play.screen.chapter("6 · Much later somebody searches")
    play.screen.said("", name, f"/postmortem search {words}")
    told = len(person.ephemerals(channel))
    person.command(channel, "/postmortem", f"search {words}")
    # The answer follows the acknowledgement, so it is waited for.
    play.stage.slack.until(lambda: len(person.ephemerals(channel)) > told)
    play.stage.settle()
    for whisper in person.ephemerals(channel)[-1:]:
        play.screen.bot_said("only you can see this", {"text": whisper.text, "blocks": whisper.blocks or ()})


def written(folder: Path) -> list[Path]:
    """The documents that were published."""
    return sorted(path for path in folder.rglob("*") if path.suffix in {".md", ".html"})
