"""Random histories of a whole workspace: what people, admins, channels, Slack and the machine do.

Every sentence carries a word of its own, so that it can be looked for everywhere. What must hold is in
`tests/app/truths.py`.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.app.admins import Admins
from tests.app.machines import Machines
from tests.app.people import People
from tests.app.rooms import Rooms


class Turmoil(People, Admins, Rooms, Machines):
    """Rules are what happens."""

    @rule(
        words=st.sampled_from(("list", "search leaked", "search database", "stats", "show PRV-1", "status"))
    )
    def pry(self, words: str) -> None:
        """Somebody who is in neither channel asks."""
        lobby = self.zoe.direct()
        self.zoe.command(lobby, "/postmortem", words)
        self.zoe.open_home()
        self.settle()
