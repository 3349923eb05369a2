"""Random histories of a whole workspace: what people, admins, channels, Slack and the machine do.

Every sentence carries a word of its own, so that it can be looked for everywhere. What must hold is in
`tests/app/ground.py`.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.domain.incident import Incident
from bot.domain.posting import Action
from bot.sandbox import Message, Person
from tests.app.ground import Ground, Said, offers, pick
from tests.app.scene import CHECK

WHICH = st.integers(0, 99)
WHO = st.sampled_from(("maya", "ben", "priya"))
SENTENCES = (
    "Checkout answers 502 for customers of {0} since 09:00 UTC.",
    "The root cause is that {0} leaks database connections on every retry.",
    "We rolled back {0}, and checkout works again.",
    "We should add an alert on {0}.",
    "Does anybody know {0}?",
)
METHODS = (
    "chat.postMessage",
    "chat.update",
    "chat.delete",
    "chat.postEphemeral",
    "conversations.history",
    "conversations.replies",
    "conversations.members",
    "conversations.info",
    "conversations.open",
    "users.list",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "views.open",
)
BUTTONS = (
    Action.RESOLVE,
    Action.REOPEN,
    Action.APPROVE,
    Action.UNDO,
    Action.RESTORE,
    Action.UNPUBLISH,
    Action.DRAFT_NOW,
)


class Turmoil(Ground):
    """Rules are what happens; where somebody is not, or a button is not shown, nothing does."""

    # What people do

    def word(self, secret: bool) -> str:
        """A word that stands nowhere else."""
        self.words += 1
        return f"{'sec' if secret else 'pub'}{self.words}q"

    def word_for(self, incident: Incident) -> str:
        """One for its document."""
        return self.word(incident.channel_id == self.private.id)

    def sending(self) -> bool:
        """Whether Slack tells the bot of what somebody is about to do."""
        lost, self.losing = self.losing, False
        if lost:
            self.stage.slack.faults.clear()
            self.stage.slack.faults.lose_events(1)
        return not lost

    @initialize()
    def start(self) -> None:
        """One incident in each channel."""
        self.scene.maya.invite_bot(self.private)
        self.settle()
        for channel, title in ((self.public, "Checkout is down"), (self.private, "sec0q leaked")):
            self.scene.maya.command(channel, "/postmortem", f"start {title}")
            self.settle()

    @rule(
        who=WHO,
        secret=st.booleans(),
        sentence=st.sampled_from(SENTENCES),
        how=st.sampled_from(("root", "root", "reply", "broadcast", "file")),
        which=WHICH,
    )
    def say(self, who: str, secret: bool, sentence: str, how: str, which: int) -> None:
        """Say something: in the channel, in a thread, in both, with a file."""
        channel = self.room(secret)
        if (person := self.inside(channel, who)) is None:
            return
        self.stage.clock.jump(timedelta(seconds=20))
        roots = [one.message for one in self.said if one.message.channel is channel]
        alive = [one for one in roots if channel.find(one.ts) is one and not one.is_reply]
        thread = pick(which, alive) if how in ("reply", "broadcast") and alive else None
        word, told = self.word(channel is self.private), self.sending()
        files = [{"name": f"log-{word}.txt"}] if how == "file" else []
        broadcast = how == "broadcast" and thread is not None
        message = person.say(channel, sentence.format(word), thread=thread, broadcast=broadcast, files=files)
        self.said.append(Said(message, word, sure=told, kept=told and self.listening(channel)))
        self.settle()

    @precondition(lambda self: self.said)
    @rule(which=WHICH)
    def edit(self, which: int) -> None:
        """Say it otherwise."""
        one = pick(which, self.said)
        if not self.can_be_changed(one) or one.message.files:
            return
        author = next(
            person
            for person in (self.scene.maya, self.scene.ben, self.scene.priya)
            if person.id == one.message.user
        )
        self.stage.clock.jump(timedelta(seconds=20))
        word, told = self.word(one.message.channel is self.private), self.sending()
        heard = self.listening(self.room(one.message.channel is self.private))
        author.edit(one.message, SENTENCES[0].format(word))
        self.changed(one, self.overwritten, told=told and heard)
        one.word = word
        self.settle()

    @precondition(lambda self: self.said)
    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        """Take it back."""
        one = pick(which, self.said)
        if not self.can_be_changed(one):
            return
        told = self.sending() and self.listening(self.room(one.message.channel is self.private))
        self.scene.maya.delete(one.message)
        self.changed(one, self.gone, told=told)
        self.said.remove(one)
        self.settle()

    def can_be_changed(self, one: Said) -> bool:
        """Whether it is still there, and its channel lives."""
        channel = one.message.channel
        return not channel.archived and channel.find(one.message.ts) is one.message

    def changed(self, one: Said, words: set[str], *, told: bool) -> None:
        """What it said is there no more, if the bot heard of it."""
        if told:
            words.add(one.word)
        else:
            one.sure = False

    @rule(who=WHO, secret=st.booleans())
    def mark(self, who: str, secret: bool) -> None:
        """Set a check mark on an incident's card, or take it away."""
        channel = self.room(secret)
        cards = [
            card
            for one in self.incidents()
            if one.channel_id == channel.id and (card := channel.find(one.card_ts or ""))
        ]
        if (person := self.inside(channel, who)) is None or not cards:
            return
        self.sending()
        act = person.unreact if person.id in cards[-1].reactions.get(CHECK, []) else person.react
        act(cards[-1], CHECK)
        self.settle()

    def pressed(self, which: int, who: str, action: Action) -> tuple[Person, Incident] | None:
        """Press a button of any incident; None where there is none."""
        person = self.person(who)
        incidents = self.incidents()
        for incident in incidents if which % 2 else incidents[::-1]:
            message = self.button(incident, action)
            if message is None or person.id not in message.channel.members:
                continue
            self.stage.clock.jump(timedelta(seconds=20))
            person.press(message, action.value)
            self.settle()
            return person, incident
        return None

    @rule(who=WHO, action=st.sampled_from(BUTTONS), which=WHICH)
    def press(self, who: str, action: Action, which: int) -> None:
        """Press a button that asks nothing back."""
        self.pressed(which, who, action)

    @rule(
        who=WHO,
        asked=st.sampled_from(
            (
                (Action.DISMISS, "reason"),
                (Action.DISCARD, "reason"),
                (Action.EDIT, "impact"),
                (Action.EDIT, "title"),
                (Action.REDRAFT, "section"),
                (Action.REDRAFT, "section"),
            )
        ),
        which=WHICH,
    )
    def fill(self, who: str, asked: tuple[Action, str], which: int) -> None:
        """Press a button that opens a window, and fill that in."""
        action, name = asked
        if (found := self.pressed(which, who, action)) is None:
            return
        person, incident = found
        words = "all" if name == "section" else f"As {self.word_for(incident)} says."
        if person.views and "submit" in person.views[-1].body:  # another one says why not
            person.submit(person.views[-1], {name: words})
            self.settle()
        for view in reversed(person.views):
            person.close(view)

    @rule(who=WHO, form=st.sampled_from(("summary", "add to impact", "question")), which=WHICH)
    def reply(self, who: str, form: str, which: int) -> None:
        """Edit by a reply under the draft."""
        incident = pick(which, self.incidents()) if self.incidents() else None
        if incident is None:
            return
        channel_id, ts = incident.review_place
        channel = next((one for one in (self.public, self.private) if one.id == channel_id), None)
        root = channel.find(ts or "") if channel else None
        if channel is None or root is None or (person := self.inside(channel, who)) is None:
            return
        self.stage.clock.jump(timedelta(seconds=20))
        self.sending()
        person.say(channel, f"{form}: as {self.word_for(incident)} has it.", thread=root)
        self.settle()

    @rule(who=WHO, secret=st.booleans(), words=st.sampled_from(("resolve", "start Again", "reopen")))
    def command(self, who: str, secret: bool, words: str) -> None:
        """Type a command."""
        if (person := self.inside(self.room(secret), who)) is not None:
            person.command(self.room(secret), "/postmortem", words)
            self.settle()

    @precondition(lambda self: self.said)
    @rule(who=WHO, which=WHICH)
    def start_in_thread(self, who: str, which: int) -> None:
        """A second incident in the same channel, from a message."""
        one = pick(which, self.said)
        channel = self.room(one.message.channel is self.private)
        if self.can_be_changed(one) and (person := self.inside(channel, who)) is not None:
            person.shortcut("pm_start_message", one.message)
            self.settle()

    # What admins do

    @rule(which=WHICH, on=st.booleans())
    def hold(self, which: int, on: bool) -> None:
        """Put an incident on legal hold, or end it."""
        incident = pick(which, self.incidents()) if self.incidents() else None
        if incident is not None:
            where = self.room(incident.is_private and incident.channel_id == self.private.id)
            if not where.archived and self.scene.priya.id in where.members:
                self.scene.priya.command(where, "/postmortem", f"hold {incident.key}{'' if on else ' off'}")
                self.settle()

    @rule(which=WHICH)
    def forget(self, which: int) -> None:
        """Erase an incident: what was said in it is nowhere any more."""
        incident = pick(which, self.incidents()) if self.incidents() else None
        if incident is None or incident.held or self.stage.slack.faults.holding:
            return
        where, priya = self.room(incident.channel_id == self.private.id), self.scene.priya
        if where.archived or priya.id not in where.members:
            return
        theirs = [one for one in self.said if self.covers(incident, one.message)]
        told = len(priya.ephemerals())
        priya.command(where, "/postmortem", f"forget {incident.key}")
        self.settle()
        if len(priya.ephemerals()) == told or not offers(priya.ephemerals()[-1], Action.FORGET):
            return
        priya.press(priya.ephemerals()[-1], Action.FORGET.value)
        self.settle()
        if priya.views:
            priya.submit(priya.views[-1], {"key": incident.key})
            self.settle()
        if any(one.id == incident.id for one in self.incidents()):
            return
        self.revisions.pop(incident.id, None)
        alone = all(one.channel_id != incident.channel_id for one in self.incidents())
        for one in theirs:
            one.kept = False
            if alone and one.sure and one.message.ts >= incident.since_ts:
                self.gone.add(one.word)

    def covers(self, incident: Incident, message: Message) -> bool:
        """Whether a message may be of an incident: generously, since it is only left out."""
        return message.channel.id == incident.channel_id

    # What happens to channels

    @rule(name=st.sampled_from(("closed-checkout", "incident-checkout", "incident-shop")))
    def rename(self, name: str) -> None:
        """The public channel gets another name."""
        if not self.public.archived and self.public.name != name:
            self.sending()
            self.public.rename(name)
            self.strayed |= set() if name.startswith("incident-") else {self.public.id}
            self.settle()

    @rule(secret=st.booleans())
    def archive(self, secret: bool) -> None:
        """A channel is archived, which ejects the bot; or opened again."""
        channel = self.room(secret)
        self.sending()
        if channel.archived:
            channel.unarchive()
            self.settle()
            self.scene.maya.invite_bot(channel)
        else:
            channel.archive()
        self.settle()

    @precondition(lambda self: not self.public.private and not self.public.archived)
    @rule(sure=st.sampled_from((False, False, True)))
    def make_private(self, sure: bool) -> None:
        """The public channel is made private."""
        if sure:
            told = self.sending()
            self.public.make_private()
            self.settle()
            if told and not self.stage.slack.faults.holding:
                self.whispered = len(self.zoe.ephemerals())

    @rule(secret=st.booleans())
    def come_and_go(self, secret: bool) -> None:
        """Ben leaves, or somebody brings him back."""
        channel, ben = self.room(secret), self.scene.ben
        if channel.archived:
            return
        self.sending()
        if ben.id in channel.members:
            ben.leave(channel)
        else:
            self.scene.maya.invite(channel, ben)
        self.settle()

    # What machines do

    @rule(minutes=st.sampled_from((1, 30, 130)))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.stage.jump(minutes=minutes)

    @rule()
    def restart(self) -> None:
        """The bot is gone for a while."""
        self.stage.slack.faults.clear()
        self.stage.stop_bot()
        self.stage.clock.jump(timedelta(minutes=10))
        self.stage.start_bot()

    @rule()
    def install_again(self) -> None:
        """The app is removed, and installed again within the day."""
        self.stage.slack.faults.clear()
        self.heard()
        self.stage.slack.uninstall()
        self.settle()
        self.stage.stop_bot()
        self.stage.slack.app.revoked = False
        self.stage.clock.jump(timedelta(hours=1))
        self.stage.start_bot()

    @rule(
        method=st.sampled_from(METHODS),
        how=st.sampled_from(("lose_answer", "drop_request", "server_error", "rate_limit")),
        times=st.integers(1, 3),
    )
    def trouble(self, method: str, how: str, times: int) -> None:
        """The next requests of a kind meet a fault."""
        getattr(self.stage.slack.faults, how)(method, times=times)

    @rule()
    def duplicate(self) -> None:
        """The next events come twice."""
        self.stage.slack.faults.duplicate_events(2)

    @precondition(lambda self: not self.losing)
    @rule()
    def lose(self) -> None:
        """Of the next thing somebody does, no event tells."""
        self.losing = True

    @precondition(lambda self: not self.stage.slack.faults.holding)
    @rule()
    def hold_events(self) -> None:
        """Events are on their way for a while."""
        self.stage.slack.hold_events()

    @precondition(lambda self: self.stage.slack.faults.holding)
    @rule(backwards=st.booleans())
    def release(self, backwards: bool) -> None:
        """They all arrive."""
        self.stage.slack.release_events("reversed" if backwards else None)
        self.settle()

    # What Zoe may see

    @rule(
        words=st.sampled_from(("list", "search leaked", "search database", "stats", "show PRV-1", "status"))
    )
    def pry(self, words: str) -> None:
        """Somebody who is in neither channel asks."""
        lobby = self.zoe.direct()
        self.zoe.command(lobby, "/postmortem", words)
        self.zoe.open_home()
        self.settle()
