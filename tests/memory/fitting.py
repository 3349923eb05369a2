"""`python -m tests.memory.fitting`: fit the curves that turn a score into a chance; say how good they are.

The lines that could be shown (the three best of every postmortem) are what is fitted on, not all pairs:
a card shows nothing else. Left out for each prediction below is the whole family of who asks, so that no
curve has seen what it is judged by.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from functools import cache
from itertools import chain, pairwise

from bot.domain.likeness import FITTED, FLOOR, SMALLEST, Fit, Stage
from tests.memory.resemblance import Shown, first, precision, second, shown

BINS = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
_RIDGE = 0.3
"""Keeps the curve finite where the labels can be parted without error."""


def fit(pairs: Sequence[Shown], surest: float) -> Fit:
    """The curve that makes the labels most likely, by Newton's method."""
    offset, power = 0.0, 1.0
    rows = [(math.log(one.score + SMALLEST), one.same) for one in pairs]
    for _ in range(20):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for x, same in rows:
            p = 1 / (1 + math.exp(-(offset + power * x)))
            error, spread = p - same, p * (1 - p)
            g0, g1 = g0 + error, g1 + error * x
            h00, h01, h11 = h00 + spread, h01 + spread * x, h11 + spread * x**2
        g1, h11, h00 = g1 + _RIDGE * power, h11 + _RIDGE, h00 + 1e-9
        det = h00 * h11 - h01 * h01
        offset, power = offset - (h11 * g0 - h01 * g1) / det, power - (h00 * g1 - h01 * g0) / det
    return Fit(round(offset, 2), round(power, 2), surest)


def predicted(curve: Fit, score: float) -> float:
    """What a curve makes of a score."""
    odds = curve.offset + curve.power * math.log(score + SMALLEST)
    return min(curve.surest, 1 / (1 + math.exp(-odds)))


@cache
def lines_of(stage: Stage) -> list[Shown]:
    """What could be shown at a stage, of both sets together."""
    return list(chain.from_iterable(shown((*first(), *second()), stage)))


def held_out(pairs: Sequence[Shown], stage: Stage) -> list[tuple[float, bool]]:
    """Each line's chance by a curve that never saw its family, and whether the label agrees."""
    found = []
    for fold in sorted({_fold(one) for one in pairs}):
        curve = fit([one for one in pairs if _fold(one) != fold], FITTED[stage].surest)
        found += [(predicted(curve, one.score), one.same) for one in pairs if _fold(one) == fold]
    return found


def _fold(one: Shown) -> str:
    return one.family or one.asker


def reliability(judged: Sequence[tuple[float, bool]]) -> list[tuple[str, int, float, float]]:
    """By range of chance: how many lines, what was promised on average, what was true."""
    table = []
    for low, high in pairwise(BINS):
        mine = [(p, same) for p, same in judged if low <= p < high]
        if mine:
            promised = sum(p for p, _ in mine) / len(mine)
            true = sum(same for _, same in mine) / len(mine)
            table.append((f"{low:.0%}–{high:.0%}", len(mine), promised, true))
    return table


def brier(judged: Sequence[tuple[float, bool]]) -> float:
    """The mean square of what a chance was off by: 0 is perfect, always saying 50 % is 0.25."""
    return sum((p - same) ** 2 for p, same in judged) / len(judged)


def report() -> list[str]:
    """What goes into `FITTED` and into docs/memory.md, in lines."""
    lines = []
    for name, shelf in (("first", first()), ("second", second()), ("both", (*first(), *second()))):
        told = "  ".join(f"{stage.value} {precision(shelf, stage):.3f}" for stage in Stage)
        lines.append(f"precision, {name} ({len(shelf)} postmortems): {told}")
    for stage in Stage:
        pairs = lines_of(stage)
        judged = held_out(pairs, stage)
        above = [same for p, same in judged if p >= FLOOR]
        lines += [
            f"{stage.value}: {fit(pairs, FITTED[stage].surest)}, in use {FITTED[stage]}",
            (
                f"  Brier score {brier(judged):.3f}; shown {len(above)} of {len(judged)}, "
                f"of the same cause {sum(above) / max(1, len(above)):.2f}"
            ),
            *("  {:10} {:4} lines, promised {:.2f}, true {:.2f}".format(*row) for row in reliability(judged)),
        ]
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")
