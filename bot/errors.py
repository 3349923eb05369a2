"""Everything that can go wrong, in one tree. A class's docstring is its default message."""

from __future__ import annotations


class BotError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class UserError(BotError):
    """That did not work, and nothing was changed."""


class NotAllowed(UserError):
    """Only people in the incident's channel can do that. Nothing was changed."""


class Conflict(UserError):
    """Somebody else changed this at the same moment. Nothing was overwritten; look and try again."""


class ConfigError(BotError):
    """The configuration does not work."""


class Retryable(BotError):
    """A passing fault; the work will be tried again."""

    def __init__(self, message: str | None = None, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds the other side asked us to wait, if it did."""


class Outage(Retryable):
    """A service does not answer; the work waits for it."""


class Permanent(BotError):
    """This will not work however often it is tried."""


class LeaseLost(BotError):
    """Another worker took this job over; what this one did is void."""


class ChatError(Permanent):
    """Slack refused the request."""

    def __init__(self, code: str, *, method: str = "") -> None:
        super().__init__(f"Slack answered {code!r}" + (f" to {method}" if method else ""))
        self.code = code
        """Slack's own word for it, e.g. `is_archived`."""


class DrafterError(Permanent):
    """The drafter could not write this draft."""
