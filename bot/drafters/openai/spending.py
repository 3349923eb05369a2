"""What one postmortem may cost in tokens, money and seconds, and what it has cost so far."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.review import Cost

USED_UP = "The model budget of this postmortem is used up."
BYTES_PER_TOKEN = 2.0
"""Pessimistic, so that estimates err upwards: prose has four bytes a token, hex and base64 about two."""


def estimate(*texts: str) -> int:
    """At most how many tokens these texts are, with the framing of a message each."""
    return sum(int(len(text.encode(errors="replace")) / BYTES_PER_TOKEN) + 16 for text in texts)


class Budget(BaseModel):
    """The limits of one postmortem. Prices are US dollars per million tokens; 0 means unknown."""

    model_config = ConfigDict(frozen=True)

    tokens: int = Field(default=200_000, ge=1)
    seconds: float = Field(default=180.0, gt=0)
    attempts: int = Field(default=5, ge=1)
    """How often one question is sent at most where the endpoint is overloaded or away."""
    dollars: float | None = None
    input_price: float = 0.0
    output_price: float = 0.0

    def cost(self, *, tokens_in: int, tokens_out: int) -> float:
        """Dollars for so many tokens."""
        return (tokens_in * self.input_price + tokens_out * self.output_price) / 1_000_000

    def after(self, spent: Cost) -> Budget | None:
        """What is left of it once this was used; None where nothing is."""
        tokens, seconds = self.tokens - spent.tokens, self.seconds - spent.seconds
        dollars = None if self.dollars is None else self.dollars - spent.dollars
        if tokens <= 0 or seconds <= 0 or (dollars is not None and dollars <= 0):
            return None
        return self.model_copy(update={"tokens": tokens, "seconds": seconds, "dollars": dollars})


class OverBudget(Exception):
    """There is not enough left for this call."""


class Spending:
    """The ledger of one postmortem. Parallel calls share it: what is reserved cannot be spent twice."""

    def __init__(self, budget: Budget, now: Callable[[], float]) -> None:
        self.budget = budget
        self._now = now
        self._deadline = now() + budget.seconds
        self._lock = threading.Lock()
        self._tokens = 0
        self._dollars = 0.0
        self.used = 0
        """Tokens known or feared to have been used."""
        self.paid = 0.0
        """Dollars for them."""

    def seconds_left(self) -> float:
        """Until the deadline; negative after it."""
        return self._deadline - self._now()

    def tokens_left(self) -> int:
        """Tokens neither used nor reserved, as far as money allows them (priced as output)."""
        with self._lock:
            left = self.budget.tokens - self._tokens
            price = max(self.budget.input_price, self.budget.output_price) / 1_000_000
            if self.budget.dollars is None or price == 0:
                return max(0, left)
            return max(0, min(left, int((self.budget.dollars - self._dollars) / price)))

    def reserve(self, *, tokens_in: int, tokens_out: int) -> None:
        """Set tokens aside for a call.

        Raises:
            OverBudget: they would exceed a limit; nothing is reserved.
        """
        cost = self.budget.cost(tokens_in=tokens_in, tokens_out=tokens_out)
        with self._lock:
            over_money = self.budget.dollars is not None and self._dollars + cost > self.budget.dollars
            if self._tokens + tokens_in + tokens_out > self.budget.tokens or over_money:
                raise OverBudget
            self._tokens += tokens_in + tokens_out
            self._dollars += cost

    def settle(self, *, reserved: tuple[int, int], used: tuple[int, int]) -> None:
        """Replace a reservation (in, out) by what was used (in, out)."""
        with self._lock:
            self._tokens += sum(used) - sum(reserved)
            self._dollars += self.budget.cost(tokens_in=used[0], tokens_out=used[1])
            self._dollars -= self.budget.cost(tokens_in=reserved[0], tokens_out=reserved[1])
            self.used += sum(used)
            self.paid += self.budget.cost(tokens_in=used[0], tokens_out=used[1])
