"""Messages of other integrations: monitoring tools that post and edit alerts."""

from __future__ import annotations

from typing import Any

from bot.sandbox import posting, render
from bot.sandbox.model import Conversation, Message
from bot.sandbox.workspace import Workspace


class Alert(Message):
    """A message of another integration, which may edit it."""

    workspace: Workspace

    def edit(self, text: str, **fields: Any) -> None:
        """Change the alert, as monitoring tools do when it recovers."""
        posting.change(self.workspace, self, by=self.bot_id, text=text, **fields)
        self.workspace.flush()


def post(
    ws: Workspace, channel: Conversation, *, bot_id: str, username: str, text: str, **fields: Any
) -> Alert:
    """A message that has no user but a bot, with any other fields of a message."""
    with ws.lock:
        alert = Alert(channel, ws.new_ts(channel), text, subtype="bot_message", username=username, **fields)
        alert.bot_id = bot_id
        alert.workspace = ws
        alert.blocks = render.with_block_ids(alert.blocks, lambda: ws.new_id("b"))
        channel.add(alert)
        posting.announce(ws, alert)
    return alert
