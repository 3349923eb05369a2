"""Playing an incident on the stage and showing what people would see."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.demo import story
from bot.demo.stage import Stage
from bot.demo.terminal import Screen
from bot.domain.posting import Action
from bot.errors import BotError
from bot.sandbox import Person

EMOJI = "white_check_mark"


@dataclass
class Play:
    """One run: the stage, the screen, and what was shown already."""

    stage: Stage
    screen: Screen
    people: dict[str, Person] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    def clock(self) -> str:
        """The time on the stage."""
        return self.stage.clock.now().strftime("%H:%M")

    def settle(self, channel: Any) -> None:
        """Let the bot work, then show what it said."""
        self.stage.settle()
        for root in self.messages(channel):
            self._show(root, reply=False)
            for reply in root.replies:
                self._show(reply, reply=True)

    def messages(self, channel: Any) -> Sequence[Any]:
        """The channel's root messages."""
        found: Sequence[Any] = next(iter(self.people.values())).reads(channel)
        return found

    def _show(self, message: Any, *, reply: bool) -> None:
        if message.user == self.stage.slack.app.bot_user_id and message.ts not in self.shown:
            self.shown.add(message.ts)
            seen = {"text": message.text, "blocks": message.blocks or ()}
            self.screen.bot_said(self.clock(), seen, reply=reply)

    def bot_message(self, channel: Any, containing: str) -> Any:
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


def play_story(stage: Stage, console: Console) -> str:
    """Play the scripted incident up to publication; returns its search words."""
    play = Play(stage, Screen(console))
    play.people = {
        one.handle: stage.slack.person(one.handle, real_name=one.real_name, tz=one.tz) for one in story.PEOPLE
    }
    screen, slack = play.screen, stage.slack
    maya = play.people["maya"]
    screen.chapter(f"1 · An incident in #{story.CHANNEL}")
    channel = slack.channel(story.CHANNEL, members=list(play.people.values()))
    stage.settle()
    maya.command(channel, "/postmortem", f"start {story.TITLE} sev2 service:checkout-api")
    screen.said(play.clock(), "maya", f"/postmortem start {story.TITLE} sev2 service:checkout-api")
    play.settle(channel)
    _tell(play, channel)
    review(play, channel, by="maya")
    return story.SEARCH


def _tell(play: Play, channel: Any) -> None:
    """Let everybody say their lines at their time."""
    begin, named = play.stage.clock.now(), {}
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


def review(play: Play, channel: Any, *, by: str) -> None:
    """Resolve, wait, correct, approve."""
    screen, maya = play.screen, play.people[by]
    others = [name for name in play.people if name != by]
    reviewer, approver = (others + [by, by])[:2]
    screen.chapter("2 · Somebody reacts ✅ on the card: resolved, and archived at once")
    card = play.bot_message(channel, Action.RESOLVE.value)
    play.stage.clock.jump(timedelta(minutes=1))
    maya.react(card, EMOJI)
    play.settle(channel)
    screen.chapter("3 · Two hours later: a cited, blameless draft appears in the thread")
    play.stage.clock.jump(timedelta(hours=2))
    play.settle(channel)
    screen.chapter(f"4 · {reviewer} corrects it by replying in the thread")
    for reply in (story.CORRECTION, story.ACTION) if by == "maya" else ("question: What else did we miss?",):
        play.stage.clock.jump(timedelta(minutes=3))
        screen.said(play.clock(), reviewer, reply, reply=True)
        play.people[reviewer].say(channel, reply, thread=card)
        play.settle(channel)
    screen.chapter(f"5 · {approver} approves, and it is published")
    play.stage.clock.jump(timedelta(minutes=5))
    screen.said(play.clock(), approver, "[presses Approve]", reply=True)
    play.people[approver].press(play.bot_message(channel, Action.APPROVE.value), Action.APPROVE.value)
    play.settle(channel)


def find(play_stage: Stage, console: Console, words: str, person: Person, channel: Any) -> None:
    """Search as a person would, and show the answer."""
    screen = Screen(console)
    screen.chapter("6 · A year later somebody searches")
    screen.said("", person.name, f"/postmortem search {words}")
    person.command(channel, "/postmortem", f"search {words}")
    play_stage.settle()
    for whisper in person.ephemerals(channel)[-1:]:
        screen.bot_said("only you can see this", {"text": whisper.text, "blocks": whisper.blocks or ()})


def written(folder: Path) -> list[Path]:
    """The documents that were published."""
    return sorted(path for path in folder.rglob("*") if path.suffix in {".md", ".html"})


def timed(work: Callable[[], None]) -> float:
    """How many seconds the work took."""
    began = time.monotonic()
    work()
    return time.monotonic() - began
