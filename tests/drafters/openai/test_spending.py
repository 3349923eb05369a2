"""The ledger of one postmortem's model calls."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.review import Cost
from bot.drafters.extractive import ExtractiveDrafter
from bot.drafters.fallback import FallbackDrafter
from bot.drafters.openai.reading import Item, Part, choose, readable, split, what_was_read
from bot.drafters.openai.spending import Budget, OverBudget, Spending, estimate
from tests.drafters.openai.scenes import Time, drafter, transcript
from tests.openai_server import ScriptedServer


def ledger(budget: Budget) -> Spending:
    return Spending(budget, Time().now)


def test_what_is_reserved_cannot_be_spent_twice() -> None:
    """Parallel calls together stay within the tokens."""
    spending = ledger(Budget(tokens=100))
    spending.reserve(tokens_in=40, tokens_out=20)
    with pytest.raises(OverBudget):
        spending.reserve(tokens_in=40, tokens_out=20)
    spending.settle(reserved=(40, 20), used=(10, 5))
    assert (spending.tokens_left(), spending.used) == (85, 15)


def test_threads_never_overdraw() -> None:
    """The sum of granted reservations is at most the budget."""
    spending = ledger(Budget(tokens=1_000))
    granted: list[int] = []

    def take() -> None:
        for _ in range(100):
            try:
                spending.reserve(tokens_in=3, tokens_out=4)
            except OverBudget:
                return
            granted.append(7)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1_000 - 7 < sum(granted) <= 1_000


def test_time_runs_out() -> None:
    """Seconds count from the ledger's opening."""
    time = Time()
    spending = Spending(Budget(seconds=10), time.now)
    time.sleep(11)
    assert spending.seconds_left() == -1


@given(st.text(max_size=400))
def test_estimates_err_upwards(text: str) -> None:
    """Even one token for every two bytes stays below the estimate."""
    assert estimate(text) >= len(text.encode()) // 2


def items(sizes: list[int], threads: list[int]) -> list[Item]:
    return [
        Item(label, str(thread), (label, 0), f"[{label}]", size)
        for label, (size, thread) in enumerate(zip(sizes, threads, strict=True), start=1)
    ]


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5)), min_size=1, max_size=60), st.integers(50, 200)
)
def test_splitting_loses_and_repeats_nothing_and_every_part_fits(
    pairs: list[tuple[int, int]], limit: int
) -> None:
    """Each item is in exactly one part, whatever the threads and sizes."""
    parts = split(items([size for size, _ in pairs], [thread for _, thread in pairs]), limit)
    labels = [item.label for part in parts for item in part.items]
    assert sorted(labels) == list(range(1, len(pairs) + 1))
    assert all(part.size <= limit for part in parts)


@given(st.integers(2, 40), st.integers(2, 50))
def test_first_and_last_come_first(total: int, affordable: int) -> None:
    """Whatever can be afforded, both ends are among it."""
    chosen = choose(range(total), affordable)
    assert chosen[0] == 0
    assert chosen[-1] == total - 1
    assert len(chosen) == min(total, affordable)


def test_an_oversized_item_is_shortened_to_fit() -> None:
    """One huge message cannot break the plan."""
    huge = transcript(("responder 1", "\n".join(["wörd " * 70] * 11)))
    (item,), _ = readable(huge)
    assert item.size > 500
    assert item.shortened(500).size <= 500
    assert item.shortened(500).text.startswith("[1] ")


def test_what_was_not_read_is_named_by_its_labels() -> None:
    """The note counts messages and names the stretches."""
    parts = [Part(tuple(items([1, 1], [1, 1]))), Part((Item(7, "7", (7, 0), "x", 1),))]
    assert what_was_read(parts, parts) is None
    assert what_was_read(parts, parts[:1]) == (
        "The model read 2 of 3 messages; not read, for the budget or a fault: [7]–[7]."
    )


@pytest.mark.parametrize(
    ("spent", "left"),
    [
        (Cost(), (1_000, 60.0, 0.5)),
        (Cost(tokens=400, seconds=20, dollars=0.2), (600, 40.0, 0.3)),
        (Cost(tokens=1_000), None),
        (Cost(seconds=60), None),
        (Cost(dollars=0.6), None),
    ],
)
def test_what_a_postmortem_used_before_counts(spent: Cost, left: tuple[int, float, float] | None) -> None:
    """The budget is the postmortem's: a redraft has what earlier drafts and suggestions left of it."""
    after = Budget(tokens=1_000, seconds=60, dollars=0.5).after(spent)
    found = None if after is None else (after.tokens, after.seconds, round(after.dollars or 0, 6))
    assert found == left


def test_a_drafter_whose_budget_is_gone_refuses() -> None:
    """It makes no call; whoever stands in for it drafts, and says why."""
    with ScriptedServer([]) as server:
        spent = drafter(server, budget=Budget(tokens=1_000)).after(Cost(tokens=1_000))
        drafted = FallbackDrafter(spent, ExtractiveDrafter()).draft(transcript())
        assert not server.asked
    assert drafted.drafter == "extractive"
    assert "budget of this postmortem is used up" in drafted.notes[0]
