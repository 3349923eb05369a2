"""What happens to channels in a random history."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.domain.posting import Action
from tests.app.ground import WHICH, pick
from tests.app.truths import Truths


class Rooms(Truths):
    """Renamed, archived, made private, shared, moved to another id; and people come and go."""

    @rule(name=st.sampled_from(("closed-checkout", "incident-checkout", "incident-shop")))
    def rename(self, name: str) -> None:
        """The public channel gets another name."""
        if not self.public.archived and self.public.name != name:
            self.sending()
            self.public.rename(name)
            self.strayed |= not name.startswith("incident-")
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

    @rule(secret=st.booleans())
    def move(self, secret: bool) -> None:
        """Slack gives the channel another id, and tells who is inside, at the latest in the end. Who is not,
        learns of no new id."""
        channel = self.room(secret)
        if self.stage.slack.app.bot_user_id not in channel.members:
            return
        channel.change_id()
        self.known_as[channel.id] = channel
        self.moved_unheard |= self.stage.slack.faults.holding
        self.settle()

    @rule()
    def share(self) -> None:
        """The public channel is shared with Eve's company, and she comes; or no more."""
        if self.public.archived:
            return
        self.sending()
        if self.public.shared_with:
            self.eve.leave(self.public)
            self.public.unshare(self.eve.user.team)
        else:
            self.public.share(self.eve.user.team)
            self.scene.maya.invite(self.public, self.eve)
        self.settle()

    @precondition(lambda self: self.eve.id in self.public.members and not self.public.archived)
    @rule(
        action=st.sampled_from((Action.APPROVE, Action.REOPEN, Action.DISCARD, Action.RESOLVE)), which=WHICH
    )
    def meddle(self, action: Action, which: int) -> None:
        """Eve decides something, in vain."""
        self.settle()
        incidents = self.incidents()
        before = [(one.status, one.generation) for one in incidents]
        message = self.button(pick(which, incidents), action) if incidents else None
        if message is not None and message.channel is self.public:
            self.eve.press(message, action.value)
            self.settle()
        assert [(one.status, one.generation) for one in self.incidents()] == before
