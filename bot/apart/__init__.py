"""Drafts composed in a process of their own, so that Slack is answered while one is computed.

Composing a long incident is seconds of Python, and whoever answers Slack in the same interpreter waits for
it. The process is started for the first draft and ends when it has had nothing to do for a while, or when
the one that started it is gone. It has no token: it needs the database and nothing else.
"""

from bot.apart.caller import Apart
from bot.apart.talk import Setup

__all__ = ["Apart", "Setup"]
