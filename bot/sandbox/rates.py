"""Slack's rate limits per method, counted on the sandbox clock."""

from __future__ import annotations

import math
from collections import defaultdict, deque

WINDOW = 60.0
CLAMPED_METHODS = frozenset({"conversations.history", "conversations.replies"})
TIER_2, TIER_3, TIER_4, HUNDREDS = 20, 50, 100, 600

PER_MINUTE = {
    "apps.connections.open": TIER_3,
    "auth.test": HUNDREDS,
    "chat.delete": TIER_3,
    "chat.getPermalink": HUNDREDS,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": 60,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "pins.list": TIER_2,
    "reactions.add": TIER_3,
    "reactions.get": TIER_3,
    "reactions.remove": TIER_2,
    "team.info": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.conversations": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


class Rates:
    """Remembers recent calls and says how long to wait."""

    def __init__(self) -> None:
        self._recent: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def wait(self, method: str, channel: str, *, now: float, clamp: bool, limited: bool) -> int:
        """Seconds until the method may be called again; 0 counts the call and lets it through."""
        allowed = PER_MINUTE.get(method) if limited else None
        if clamp and method in CLAMPED_METHODS:
            allowed = 1
        if allowed is None:
            return 0
        recent = self._recent[method, channel if method == "chat.postMessage" else ""]
        while recent and recent[0] <= now - WINDOW:
            recent.popleft()
        if len(recent) >= allowed:
            return max(1, math.ceil(recent[0] + WINDOW - now))
        recent.append(now)
        return 0
