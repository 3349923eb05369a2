"""The incident that is played: everything people do from the first alert to a digest a month later."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.action import TrackedItem
from bot.domain.incident import Incident, Status
from bot.domain.posting import Action
from bot.domain.postmortem import ActionState
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.sandbox import Channel, Message, Person, Reply
from tests.chaos.theatre import PRESSES, Stuck, Theatre

CHECK = "white_check_mark"
ROOTS = 210
"""More than a page of history, which is 200. They and some replies were said before the bot came."""
SUMMARY = "Checkout answered 502 for all customers until the rollback to v2.13.2."
LUCK = "It was a quiet morning."
CAUSE = "The root cause is that v2.14.0 leaks database connections on every retry."
CORRECTED = "The root cause is that v2.14.0 leaks a database connection on every second retry."
DUE = "2026-03-20"
"""A Friday, by when the action item of an incident of Monday, March 2nd, is to be done."""


Press = Callable[[], Reply | None]
"""A press of a button, and what came of it; None where there is no such button any more."""


@dataclass
class Play:
    """The people and places; digests go to `news`. `said` are messages that somebody comes back to."""

    theatre: Theatre
    maya: Person
    ben: Person
    channel: Channel
    other: Channel
    news: Channel
    said: dict[str, Message]

    def begun(self, number: int = 1) -> Incident | None:
        """INC-1, or another, once it is there. Its id may be any: PostgreSQL leaves out what it had drawn
        when it was stopped."""
        team = self.theatre.slack.workspace.team
        return self.theatre.look(lambda records: records.incidents.by_key(team, "INC", number))

    @property
    def incident(self) -> Incident:
        """INC-1."""
        if (begun := self.begun()) is None:
            raise Stuck("INC-1 was never begun")
        return begun

    def card(self) -> Message:
        """The card of the incident."""
        return self.theatre.posted(self.channel, f"card:{self.incident.id}")

    def review(self) -> Message:
        """The card of its review."""
        return self.theatre.posted(self.channel, f"review:{self.incident.id}:g1")

    def button(self, who: Person, action: Action) -> Reply | None:
        """Press a button of the review; None where it is not offered any more."""
        message = self.review()
        return who.press(message, action.value) if offers(message, action) else None

    def revisions(self) -> tuple[Revision, ...]:
        """Those of the incident, oldest first."""
        incident_id = self.incident.id
        return self.theatre.look(lambda records: records.revisions.all(incident_id))

    def item(self) -> TrackedItem:
        """The only action item of the incident."""
        incident_id = self.incident.id
        (item,) = self.theatre.look(lambda records: records.actions.of(incident_id))
        return item


def offers(message: Message, action: Action) -> bool:
    """Whether a message has this button now."""
    return action.value in json.dumps(message.blocks)


def prepare(theatre: Theatre, *, replies: int) -> Play:
    """People, channels, and what was said before the bot came: `replies` of it in a thread."""
    slack = theatre.slack
    maya = slack.person("maya", real_name="Maya Lindqvist", tz="Europe/Stockholm")
    ben = slack.person("ben", real_name="Ben Okafor", tz="Europe/London")
    channel = slack.channel("incident-checkout", members=[maya, ben])
    other = slack.channel("incident-search", members=[maya, ben])
    news = slack.channel(theatre.news, members=[maya, ben])
    play = Play(theatre, maya, ben, channel, other, news, {})
    for number in range(ROOTS):
        play.said["root"] = ben.say(channel, f"Error rate sample {number}: {number % 7} percent")
    for number in range(replies):
        maya.say(channel, f"Looking at host web-{number}", thread=play.said["root"])
    return play


def start(play: Play) -> None:
    """`/postmortem start`."""
    words = "start Checkout is down sev2"

    def begun() -> bool:
        return play.begun() is not None

    play.theatre.insist(lambda: play.maya.command(play.channel, "/postmortem", words), begun)


def talk(play: Play) -> None:
    """What is said meanwhile: a thread, an edit, a deletion."""
    maya, ben, channel = play.maya, play.ben, play.channel
    root = maya.say(channel, "Checkout answers 502 for all customers since 09:00 UTC.")
    ben.say(channel, "We deployed v2.14.0 at 08:55.", thread=root)
    cause = maya.say(channel, "The root cause is v2.14.")
    maya.edit(cause, CAUSE)
    play.said["cause"] = cause
    wrong = ben.say(channel, "Wrong channel, sorry.")
    ben.delete(wrong)
    ben.say(channel, "Rolled back to v2.13.2.")
    maya.say(channel, "Checkout works again, 3,120 orders failed.")
    play.theatre.rest()


def resolve(play: Play) -> None:
    """A check mark on the card, which archives."""
    play.maya.react(play.card(), CHECK)
    play.theatre.rest()


def late(play: Play) -> None:
    """Somebody adds something after the resolution."""
    play.ben.say(play.channel, "We should add an alert on the connection count.")
    play.theatre.rest()


def draft(play: Play) -> None:
    """Two hours pass; the draft is written and posted."""
    play.theatre.jump(hours=2)


def reply(play: Play) -> None:
    """An edit by a reply in the thread."""
    play.ben.say(play.channel, f"summary: {SUMMARY}", thread=play.card())
    play.theatre.rest()


def edit(play: Play) -> None:
    """An edit in the form."""

    def done() -> bool:
        return any(LUCK in one.draft.model_dump_json() for one in play.revisions())

    opens = partial(play.button, play.maya, Action.EDIT)
    _filled_in(play, play.maya, done, [opens], {"lucky": LUCK})


def redraft(play: Play) -> None:
    """What a draft rests on is corrected: the card says so within two minutes, and it is drafted again."""
    play.maya.edit(play.said["cause"], CORRECTED)
    play.theatre.rest()
    play.theatre.jump(minutes=2)
    if "changed since" not in json.dumps(play.review().blocks):
        raise Stuck("nobody was told that a message changed after the draft")

    def done() -> bool:
        return sum(one.author == DRAFTER_AUTHOR for one in play.revisions()) > 1

    opens = partial(play.button, play.ben, Action.REDRAFT)
    _filled_in(play, play.ben, done, [opens], {"section": "all"})


def _filled_in(
    play: Play,
    who: Person,
    done: Callable[[], bool],
    opens: Sequence[Press],
    values: dict[str, object],
) -> None:
    """Open a form by one press after another, fill it in and save it, again until it is done."""
    stage = play.theatre

    def saved() -> Reply | None:
        return None if done() else who.submit(who.views[-1], values)

    def opened(depth: int) -> bool:
        return stage.slack.until(lambda: len(who.views) == depth, 2)

    for _ in range(PRESSES):
        if done():
            return
        for view in reversed(who.views):
            who.close(view)
        for depth, press in enumerate(opens, 1):
            stage.gesture(press)
            if not opened(depth):
                break
        else:
            stage.gesture(saved)
    if not done():
        raise Stuck(f"{who.name} filled in a form {PRESSES} times in vain")


def approve(play: Play) -> None:
    """Approve, which publishes."""

    def done() -> bool:
        return play.incident.status is Status.PUBLISHED

    play.theatre.insist(partial(play.button, play.maya, Action.APPROVE), done)


def accept(play: Play) -> None:
    """Ben takes the action item on, which changes what is published."""

    def pressed() -> Reply | None:
        listing = play.ben.views[-1]  # or the form already, though the first press seemed to fail
        offered = Action.ITEM_ACCEPT.value in json.dumps(listing.blocks)
        return play.ben.press(listing, Action.ITEM_ACCEPT.value) if offered else None

    def done() -> bool:
        return play.item().state is ActionState.ACCEPTED

    terms = {"owner": play.ben.id, "due": DUE, "priority": "high"}
    values: dict[str, object] = {name: {name: value} for name, value in terms.items()}
    listed: Press = partial(play.button, play.ben, Action.ITEMS)
    _filled_in(play, play.ben, done, [listed, pressed], values)


def remind(play: Play) -> None:
    """Two days before it is due Ben is reminded, and says in the reminder that it is done."""
    play.theatre.jump(days=16)
    told = [one for one in play.ben.direct().messages if offers(one, Action.ITEM_DONE)]
    if not told:
        raise Stuck("nobody was reminded of an action item")

    def done() -> bool:
        return play.item().state is ActionState.DONE

    play.theatre.insist(lambda: play.ben.press(told[-1], Action.ITEM_DONE.value), done)


def digest(play: Play) -> None:
    """A month has ended."""
    play.theatre.jump(days=14)
    if not play.news.messages:
        raise Stuck("no digest was posted")


def question(play: Play) -> None:
    """A check mark on a lone message elsewhere: the bot asks, and is answered."""
    lone = play.ben.say(play.other, "Search is slow for everybody, fixed by a restart.")
    play.ben.react(lone, CHECK)
    play.theatre.rest()
    asked = [
        note for note in play.ben.ephemerals(play.other) if Action.RESOLVE_CHANNEL.value in str(note.blocks)
    ]
    if not asked:
        raise Stuck("a check mark was overlooked: nobody was asked what it means")

    def answered() -> Reply | None:
        open_still = Action.RESOLVE_CHANNEL.value in json.dumps(asked[-1].blocks)
        return play.ben.press(asked[-1], Action.RESOLVE_CHANNEL.value) if open_still else None

    play.theatre.insist(answered, lambda: play.begun(2) is not None)


def search(play: Play) -> None:
    """Somebody looks it up."""
    words = "search database connections"
    play.theatre.told(play.ben, lambda: play.ben.command(play.other, "/postmortem", words), "INC-1")


STEPS: tuple[Callable[[Play], None], ...] = (
    start,
    talk,
    resolve,
    late,
    draft,
    reply,
    edit,
    redraft,
    approve,
    accept,
    remind,
    digest,
    question,
    search,
)
