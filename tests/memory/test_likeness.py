"""How well likeness finds what shares a cause, and whether its percentages mean what they say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.likeness import FITTED, FLOOR, Stage
from storage import Database
from tests.memory.fitting import brier, fit, held_out, lines_of, reliability
from tests.memory.resemblance import chances, family_of, first, portrait, precision, second
from tests.memory.shelf import pairs

NEVER = datetime(2100, 1, 1, tzinfo=UTC)


def test_the_three_most_alike_are_mostly_of_the_same_cause() -> None:
    """Precision at three is at least 0.8 on the labelled shelf (issue: similarity)."""
    assert precision(first()) >= 0.8


def test_it_holds_on_a_set_that_nothing_was_tuned_on() -> None:
    """What was written after the lexicon is found as well, nearly."""
    assert precision(second()) >= 0.75


def test_look_alikes_are_no_relatives() -> None:
    """The labels of both sets agree with each other: a pair that only looks alike shares no family."""
    family = {one.name: family_of(one) or one.name for one in first()}
    assert all((family[pair.first] == family[pair.second]) is pair.same for pair in pairs())


def test_labelled_pairs_are_told_apart() -> None:
    """Those that share a cause are shown, of those that only look alike few, and hardly one as likely."""
    same, different = chances(same=True), chances(same=False)
    assert sum(one >= FLOOR for one in same) >= 0.95 * len(same)
    assert sum(one >= FLOOR for one in different) <= 0.25 * len(different)
    assert sum(one >= 0.5 for one in different) <= 0.1 * len(different)


def test_the_databases_find_as_well_as_comparing_all_with_all(storage: Database) -> None:
    """The bounded look-up loses nothing on a memory of this size."""
    names, shares = {}, []
    family = {one.name: one.family for one in first()}
    with storage.begin() as records:
        for one in first():
            made = records.incidents.create(one.incident("T1"))
            records.likeness.put(made.id, "T1", portrait(one))
            names[made.id] = one.name
        for number, name in names.items():
            if family[name]:
                asked = portrait(next(one for one in first() if one.name == name))
                found = records.likeness.nearest(number, "T1", asked, before=NEVER, limit=3)
                shares.append(sum(family[names[kin.incident_id]] == family[name] for kin in found) / 3)
    assert sum(shares) / len(shares) == pytest.approx(precision(first()), abs=0.02)


@pytest.mark.parametrize("stage", Stage)
def test_the_curves_in_use_are_those_that_fit(stage: Stage) -> None:
    """Nobody changes terms or labels without fitting anew: `python -m tests.memory.fitting` says to what."""
    fitted = fit(lines_of(stage), FITTED[stage].surest)
    assert fitted.offset == pytest.approx(FITTED[stage].offset, abs=0.02)
    assert fitted.power == pytest.approx(FITTED[stage].power, abs=0.02)


def test_a_percentage_means_what_it_says() -> None:
    """Of lines shown with a draft, judged by curves that never saw their family, each range of chance is
    true about as often as promised, where there are enough lines to tell."""
    judged = held_out(lines_of(Stage.DRAFTED), Stage.DRAFTED)
    off = [abs(promised - true) for _, count, promised, true in reliability(judged) if count >= 30]
    assert len(off) >= 3
    assert max(off) <= 0.1
    assert brier(judged) <= 0.17


@pytest.mark.parametrize("stage", Stage)
def test_what_is_shown_is_not_promised_too_much(stage: Stage) -> None:
    """Over all lines above the floor, what was promised is not more than what was true by a tenth."""
    judged = [(p, same) for p, same in held_out(lines_of(stage), stage) if p >= FLOOR]
    promised = sum(p for p, _ in judged) / len(judged)
    assert promised <= sum(same for _, same in judged) / len(judged) + 0.1
