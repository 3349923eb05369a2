"""What Slack, the network and the bot's own process do in a random history."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.clock import JumpingClock
from bot.domain.posting import Action
from bot.errors import Retryable
from bot.sandbox.faults import Fault
from bot.slack.calls import TIMEOUT
from tests.app.ground import WHICH, WHO
from tests.app.truths import Truths

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

OUTAGES = ("refused", "unwell", "hanging", "mute", "slow down")
LONGEST_OUTAGE = timedelta(hours=12)


class Blackout:
    """What becomes of every request once so many were answered. `mute` does all it is asked and never says
    so; `hanging` lets each of the first thirty wait until its timeout, on the clock."""

    def __init__(self, clock: JumpingClock, how: str, after: int) -> None:
        self._clock = clock
        self._how = how
        self._after = after
        self._hangs = 30

    def __call__(self, method: str) -> Fault | None:
        """None while it has not begun."""
        del method
        self._after -= 1
        if self._after >= 0:
            return None
        if self._how == "hanging" and self._hangs:
            self._hangs -= 1
            self._clock.jump(timedelta(seconds=TIMEOUT))
        if self._how == "unwell":
            return Fault("server_error", status=503)
        if self._how == "slow down":
            return Fault("rate_limit", status=429, retry_after=600)
        return Fault("lose_answer" if self._how == "mute" else "drop_request")


class Machines(Truths):
    """Time passes, requests fail, events come late, twice, out of order or never."""

    @rule(minutes=st.sampled_from((1, 30, 130)))
    def wait(self, minutes: int) -> None:
        """Time passes. No outage lasts for longer than the bot waits."""
        self.stage.jump(minutes=minutes)
        if self.away_since is not None and self.stage.clock.now() - self.away_since > LONGEST_OUTAGE:
            self.mend()

    @precondition(lambda self: self.away_since is None)
    @rule(
        how=st.sampled_from(OUTAGES),
        after=st.sampled_from((0, 1, 2, 3, 5, 8, 13)),
        who=WHO,
        action=st.sampled_from((None, Action.RESOLVE, Action.APPROVE, Action.REOPEN, Action.UNPUBLISH)),
        which=WHICH,
        minutes=st.sampled_from((0, 1, 10, 130)),
    )
    def outage(self, how: str, after: int, who: str, action: Action | None, which: int, minutes: int) -> None:
        """Slack goes away as a whole, a few requests from now, as somebody just decided something."""
        faults = self.stage.slack.faults
        faults.outage(Blackout(self.stage.clock, how, after))
        faults.hold_events()
        self.away_since = self.stage.clock.now()
        if action is not None:
            self.pressed(which, who, action)
        self.stage.jump(minutes=minutes)

    @precondition(lambda self: self.away_since is not None)
    @rule()
    def outage_ends(self) -> None:
        """It is back, and tells of what happened meanwhile."""
        self.mend()

    @rule()
    def restart(self) -> None:
        """The bot is gone for a while. Where Slack is, too, it comes back only with it."""
        self.stage.stop_bot()
        self.stage.clock.jump(timedelta(minutes=10))
        if self.away_since is None:
            self.stage.slack.faults.clear()
        try:
            self.stage.start_bot()
        except Retryable:
            assert self.away_since is not None
            self.stage.slack.faults.clear()
            self.stage.start_bot()
            self.mend()

    @rule()
    def install_again(self) -> None:
        """The app is removed, and installed again within the day."""
        self.mend()
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

    @precondition(lambda self: not self.losing and self.away_since is None)
    @rule()
    def lose(self) -> None:
        """Of the next thing somebody does, no event tells."""
        self.losing = True

    @precondition(lambda self: not self.stage.slack.faults.holding)
    @rule()
    def hold_events(self) -> None:
        """Events are on their way for a while."""
        self.stage.slack.hold_events()

    @precondition(lambda self: self.stage.slack.faults.holding and self.away_since is None)
    @rule(backwards=st.booleans())
    def release(self, backwards: bool) -> None:
        """They all arrive."""
        self.stage.slack.release_events("reversed" if backwards else None)
        self.settle()
        self.moved_unheard = False
