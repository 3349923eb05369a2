"""What people do in a random history: they talk, mark, press, fill in, reply and command."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.domain.incident import Incident, Status
from bot.domain.posting import Action
from bot.sandbox import Channel
from tests.app.ground import WHICH, WHO, Said, pick
from tests.app.scene import CHECK
from tests.app.truths import Truths

SENTENCES = (
    "Checkout answers 502 for customers of {0} since 09:00 UTC.",
    "The root cause is that {0} leaks database connections on every retry.",
    "We rolled back {0}, and checkout works again.",
    "We should add an alert on {0}.",
    "Does anybody know {0}?",
)
LIVES = (Status.OPEN, Status.RESOLVED, Status.IN_REVIEW, Status.PUBLISHED)
BUTTONS = (
    Action.RESOLVE,
    Action.REOPEN,
    Action.APPROVE,
    Action.UNDO,
    Action.RESTORE,
    Action.UNPUBLISH,
    Action.DRAFT_NOW,
)


class People(Truths):
    """Where somebody is not, or a button is not shown, nothing happens."""

    def word(self, secret: bool) -> str:
        """A word that stands nowhere else."""
        self.words += 1
        return f"{'sec' if secret else 'pub'}{self.words}q"

    def word_for(self, incident: Incident) -> str:
        """One for its document."""
        return self.word(self.room_of(incident) is self.private)

    @initialize(public=st.sampled_from(LIVES), private=st.sampled_from(LIVES))
    def start(self, public: Status, private: Status) -> None:
        """One incident in each channel, as far as that."""
        self.scene.maya.invite_bot(self.private)
        self.settle()
        for channel, title, until in (
            (self.public, "Checkout is down", public),
            (self.private, "sec0q leaked", private),
        ):
            self.scene.maya.command(channel, "/postmortem", f"start {title}")
            self.settle()
            self.lived(channel, until)

    def lived(self, channel: Channel, until: Status) -> None:
        """It is told, and goes its way."""
        maya, secret = self.scene.maya, channel is self.private
        for sentence in SENTENCES:
            self.stage.clock.jump(timedelta(seconds=20))
            word = self.word(secret)
            self.said.append(Said(maya.say(channel, sentence.format(word)), word))
        self.settle()
        if until is not Status.OPEN:
            maya.command(channel, "/postmortem", "resolve")
            self.settle()
        if until in (Status.IN_REVIEW, Status.PUBLISHED):
            self.stage.jump(hours=2)
        if until is Status.PUBLISHED:
            self.pressed(0 if secret else 1, "maya", Action.APPROVE)

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
            if self.room_of(one) is channel and (card := channel.find(one.card_ts or ""))
        ]
        if (person := self.inside(channel, who)) is None or not cards:
            return
        self.sending()
        act = person.unreact if person.id in cards[-1].reactions.get(CHECK, []) else person.react
        act(cards[-1], CHECK)
        self.settle()

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
        channel = self.known_as.get(channel_id)
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
            root = one.message.thread_ts or one.message.ts  # what was forgotten, too, somebody may tell anew
            thread = [other for other in self.said if root in (other.message.ts, other.message.thread_ts)]
            self.gone -= {other.word for other in thread}
            person.shortcut("pm_start_message", one.message)
            self.settle()
