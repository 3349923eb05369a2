"""A stateful local stand-in for Slack over HTTP: for the demo, the tests and development.

It knows nothing of the bot; they meet over HTTP and Socket Mode only.
"""

from bot.sandbox.face import Tip
from bot.sandbox.interactions import Reply
from bot.sandbox.model import (
    Call,
    Conversation,
    Ephemeral,
    Hint,
    Message,
    NotPossible,
    Ping,
    Rejected,
    SandboxApp,
    Shortcut,
    View,
)
from bot.sandbox.people import Person
from bot.sandbox.rooms import Channel
from bot.sandbox.sandbox import Sandbox

__all__ = [
    "Call",
    "Channel",
    "Conversation",
    "Ephemeral",
    "Hint",
    "Message",
    "NotPossible",
    "Person",
    "Ping",
    "Rejected",
    "Reply",
    "Sandbox",
    "SandboxApp",
    "Shortcut",
    "Tip",
    "View",
]
